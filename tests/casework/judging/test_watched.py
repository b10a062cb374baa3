"""Verdicts on alerts as watching honours them, and those of earlier versions brought into the casebook."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from tests.store.casebook_house import copied, opened

from headwater.casework.judging.earlier import DONE, FILE
from headwater.casework.judging.extents import Extent, plain
from headwater.casework.judging.results import NOTHING, with_verdicts
from headwater.casework.judging.watched import about, judgements_of, said_of, verdicts
from headwater.model.alert import Alert, Verdict
from headwater.model.errors import StoreError
from headwater.model.words import Text
from headwater.store.casebook import verifying
from headwater.store.casebook.cases import add_case
from headwater.store.casebook.opening import open_casebook
from headwater.store.casebook.place import place
from headwater.store.casebook.signing_in import who
from headwater.store.casebook.things import Thing
from headwater.store.casebook.verdicts import Said, Saying, say, say_unattested

DAY = date(2026, 3, 2)
ALERT = Alert(
    "A-1", DAY, DAY, DAY, "day", Text("read", "读取"), ("u1",), (), ("bulk-read",), 5.0, DAY, DAY, 40, (), (), ("account:u1",)
)  # fmt: skip
OLD = {
    "alert": "A-1", "said": "unsure", "by": "Li", "on": "2026-03-02", "because": "", "until": None,
    "subjects": ["account:u1"], "detectors": ["bulk-read"],
}  # fmt: skip


def old(root: Path, *lines: dict[str, object]) -> Path:
    file = root / FILE
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(json.dumps(OLD | line) + "\n" for line in lines), "utf-8")
    return file


def test_nothing_was_said_and_no_casebook_is_made(tmp_path: Path) -> None:
    assert verdicts(tmp_path, "case") == ()
    assert list(tmp_path.iterdir()) == []


def test_an_explanation_holds_until_somebody_disagrees(tmp_path: Path) -> None:
    house = copied(tmp_path)
    until = date(2026, 6, 30)
    with house.book.transaction(house.now()) as tx:
        say(tx, who(tx, house.tickets["Li"]), house.case, about(ALERT, Said.explained, "audit", until))
    assert verdicts(tmp_path, "case one") == (
        Verdict("A-1", "explained", "Li", DAY, "audit", until, ("account:u1",), ("bulk-read",)),
    )
    assert verdicts(tmp_path, "renamed") == verdicts(tmp_path, "case one")  # a workspace's own casebook has one case
    with house.book.transaction(house.now()) as tx:
        say(tx, who(tx, house.tickets["Zhao"]), house.case, about(ALERT, Said.confirmed, "no audit was held"))
    assert verdicts(tmp_path, "case one") == ()  # disputed: it forgives nothing
    assert judgements_of(tmp_path, "case one")["A-1"].state == "disputed"
    with house.book.transaction(house.now()) as tx:
        say(tx, who(tx, house.tickets["Li"]), house.case, about(ALERT, Said.withdrawn))
    assert [v.said for v in verdicts(tmp_path, "case one")] == ["confirmed"]
    house.book.close()


def test_an_explanation_of_an_alert_does_not_cover_what_joined_it_since(tmp_path: Path) -> None:
    house = copied(tmp_path)
    with house.book.transaction(house.now()) as tx:
        say(tx, who(tx, house.tickets["Li"]), house.case, about(ALERT, Said.explained, "audit", DAY))
    house.book.close()

    def state(alert: Alert) -> tuple[str, tuple[str, ...]]:
        found = judgements_of(tmp_path, "case one", alerts=[alert])["A-1"]
        return found.state.value, found.grown

    assert state(ALERT) == ("explained", ())
    assert state(replace(ALERT, about=("account:u1", "person:E2"))) == ("outgrown", ("person:E2",))
    assert state(replace(ALERT, detectors=("bulk-read", "chain"))) == ("outgrown", ("detector:chain",))
    assert state(replace(ALERT, ends=DAY + timedelta(days=1))) == ("lapsed", ())


@pytest.mark.parametrize("later", [Said.withdrawn, Said.refuted, Said.unsure])
def test_a_later_word_counts_also_where_the_incident_had_moved_by_then(tmp_path: Path, later: Said) -> None:
    """Taken back on the incident as it stands in a newer answer, an explanation forgives nothing more."""
    house = copied(tmp_path)
    before = Extent(frozenset({"u1"}), frozenset({"E1"}), frozenset({"bulk-read:u1"}), DAY, DAY)
    moved = replace(before, findings=frozenset({"bulk-read:u1", "chain:u1"}), ends=DAY + timedelta(days=2))
    other = Extent(frozenset({"u9"}), frozenset({"E9"}), frozenset({"bulk-read:u9"}), DAY, DAY)
    until = date(2026, 6, 30)
    with house.book.transaction(house.now()) as tx:
        li = who(tx, house.tickets["Li"])
        for extent in (before, other):
            say(tx, li, house.case, on(extent, Said.explained, "audit", until))
    assert {v.subjects for v in verdicts(tmp_path, "case one")} == {
        ("account:u1", "person:E1"),
        ("account:u9", "person:E9"),
    }
    with house.book.transaction(house.now()) as tx:
        say(tx, who(tx, house.tickets["Li"]), house.case, on(moved, later))
    house.book.close()
    assert [v.subjects for v in verdicts(tmp_path, "case one") if v.said == "explained"] == [
        ("account:u9", "person:E9")
    ]


def on(extent: Extent, said: Said, because: str = "", until: date | None = None) -> Saying:
    return Saying(Thing("incident", extent.key, {}), said, because, until, plain(extent))


def test_the_old_list_is_brought_in_once_and_moved_aside(tmp_path: Path) -> None:
    explained = {"said": "explained", "because": "call 15400000000", "until": "2026-06-30"}
    file = old(
        tmp_path, {}, explained, {"alert": "A-2", "by": "Wang", "said": "confirmed", "because": "two\u2028lines"}
    )
    data = file.read_bytes()
    told = verdicts(tmp_path, "case")
    assert [(v.alert, v.said, v.by, v.on, v.until) for v in told] == [
        ("A-1", "explained", "Li", DAY, date(2026, 6, 30)),  # of one day the later line is the later word
        ("A-2", "confirmed", "Wang", DAY, None),
    ]
    assert told[0].because == "call 154****0000"
    assert not file.exists()
    assert (tmp_path / DONE).read_bytes() == data
    assert (tmp_path / DONE).stat().st_mode & 0o077 == 0
    file.write_bytes(data)  # a run was cut before it could move the file
    assert verdicts(tmp_path, "case") == told
    book = open_casebook(place(tmp_path))
    with book.reading() as tx:
        assert [e.act for e in verifying.entries(tx)].count("verdicts.imported") == 1
    assert verifying.verify(book).whole
    book.close()


def test_an_old_line_that_is_no_verdict_is_named_and_nothing_is_half(tmp_path: Path) -> None:
    file = old(tmp_path, {}, {"said": "guilty"})
    with pytest.raises(StoreError, match=r"verdicts\.jsonl:2: is no verdict"):
        verdicts(tmp_path, "case")
    assert file.exists()
    old(tmp_path, {})
    assert len(verdicts(tmp_path, "case")) == 1


def test_who_does_not_sign_in_is_unattested_and_may_where_there_are_no_users(tmp_path: Path) -> None:
    house = opened(tmp_path)
    with house.book.transaction(house.now()) as tx:
        case = add_case(tx, None, "case")
        say_unattested(tx, case, about(ALERT, Said.confirmed, "seen"), "Li")
    judged = judgements_of(tmp_path, "case")["A-1"]
    assert (judged.state, judged.words[0].by, judged.words[0].attested) == ("confirmed", "Li", False)
    house.book.close()


def test_a_verdict_that_was_taken_out_is_noticed_by_whoever_reads_verdicts(tmp_path: Path) -> None:
    house = copied(tmp_path)
    with house.book.transaction(house.now()) as tx:
        for alert in (ALERT, replace(ALERT, id="A-2")):
            say(tx, who(tx, house.tickets["Li"]), house.case, about(alert, Said.confirmed, "seen"))
    house.book.close()
    db = sqlite3.connect(tmp_path / "casebook.sqlite", isolation_level=None)
    row = db.execute("select * from verdicts").fetchone()
    last = db.execute("select * from audit order by seq desc limit 1").fetchone()
    db.execute("delete from verdicts where id = ?", (row[0],))
    with pytest.raises(StoreError, match="taken out"):
        verdicts(tmp_path, "case one")
    db.execute(f"insert into verdicts values ({','.join('?' * len(row))})", row)
    assert len(verdicts(tmp_path, "case one")) == 2
    db.execute("delete from verdicts where id = (select max(id) from verdicts)")
    db.execute("delete from audit where seq = ?", (last[0],))  # with the word of it that the log had
    with pytest.raises(StoreError, match="taken out"):
        verdicts(tmp_path, "case one")
    db.close()


def test_a_casebook_whose_making_was_cut_is_finished(tmp_path: Path) -> None:
    (tmp_path / "casebook.sqlite").touch(mode=0o600)
    assert said_of(tmp_path, "case") == NOTHING
    assert verdicts(tmp_path, "case") == ()


def test_a_casebook_that_cannot_be_read_costs_no_answer_and_is_said_first(tmp_path: Path) -> None:
    copied(tmp_path).book.close()
    head = tmp_path / "keys" / "casebook.head"
    head.write_text(head.read_text().replace('"count": ', '"count": 9'))
    told = said_of(tmp_path, "case one")
    assert "head of the log was changed" in told.trouble
    assert str(tmp_path) not in told.trouble
    result = {"answer": ["who did it"], "incidents": [], "findings": []}
    assert with_verdicts(result, told)["answer"][0].startswith("The casebook could not be read")
    assert with_verdicts(result, told, "zh")["answer"][0].startswith("无法读取案卷簿")
    with pytest.raises(StoreError):
        verdicts(tmp_path, "case one")


def test_a_name_that_is_a_number_is_masked(tmp_path: Path) -> None:
    house = opened(tmp_path)
    with house.book.transaction(house.now()) as tx:
        case = add_case(tx, None, "case")
        say_unattested(tx, case, about(ALERT, Said.confirmed, "seen"), "15400000000")
        say_unattested(tx, case, about(ALERT, Said.confirmed, "seen"), "li@example.com")
    names = [w.by for w in judgements_of(tmp_path, "case")["A-1"].words]
    assert names[0] == "154****0000"
    assert "li@" not in names[1]
    house.book.close()
