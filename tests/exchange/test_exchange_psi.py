"""PSI between two sides says what plain sets say, in every structure; its rules hold, and another's answer is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.exchange.sides import LI, NOW, RULES, columns, listed, numbers
from tests.identifiers.made_ids import made_id

from headwater.exchange import auditing, ledger, parcel, psi, verifying
from headwater.exchange.errors import ExchangeError, RefusedError, TamperedError
from headwater.exchange.office import Office, make_office
from headwater.exchange.overlap import Overlap
from headwater.exchange.parcel import Part
from headwater.exchange.psi import STRUCTURES, Matter, Serving
from headwater.exchange.rules import Approval
from headwater.exchange.terms import Reveal

pytest.importorskip("private_set_intersection", reason="openmined-psi has no wheel for this Python")

ALL = Serving(LI, allow="rows")


class Two:
    """A client and a server with their lists."""

    def __init__(self, root: Path, ours: list[str], theirs: list[str]) -> None:
        self.root = root
        self.client, self.server = (make_office(root / name, name, RULES) for name in ("client", "server"))
        self.kept = root / "kept"
        self.ours, self.theirs = listed(root / "ours.csv", ours), listed(root / "theirs.csv", theirs)

    def ask(self, reveal: Reveal = "size", case: str = "17") -> Path:
        out = self.root / "request"
        psi.request(
            self.client, self.server.card, [self.ours], out, Matter(case, "whose", reveal), NOW, columns(self.ours)
        )
        return out

    def answer(self, serving: Serving = ALL, client: Office | None = None, days: int = 0) -> Path:
        out, asker = self.root / "answer", (client or self.client).card
        serving = replace(serving, columns=columns(self.theirs))
        psi.answer(self.server, asker, self.root / "request", [self.theirs], out, serving, NOW + timedelta(days))
        return out

    def result(self) -> Overlap:
        return psi.result(self.client, self.server.card, self.root / "answer", [self.ours], columns(self.ours))


@pytest.fixture
def two(tmp_path: Path) -> Two:
    return Two(tmp_path, numbers(range(8)), [f"0086{n}" for n in numbers(range(5, 12))])


@pytest.mark.parametrize("structure", STRUCTURES)
@pytest.mark.parametrize("reveal", ["rows", "size"])
def test_every_structure_finds_what_is_in_both(two: Two, structure: psi.Structure, reveal: Reveal) -> None:
    two.ask(reveal)
    two.answer(replace(ALL, structure=structure))
    found = two.result()
    assert (found.ours, found.theirs, found.both, found.low, found.high) == (8, 7, 3, 0, 3)
    assert found.false == (0.0 if structure == "raw" else psi.FALSE_RATE)
    assert (found.rows is not None and found.rows["line"].to_pylist()) == ([7, 8, 9] if reveal == "rows" else False)


@given(st.sets(st.integers(0, 12), max_size=8), st.sets(st.integers(0, 12), max_size=8))
@settings(max_examples=4)
def test_the_size_is_that_of_plain_sets(tmp_path_factory: pytest.TempPathFactory, a: set[int], b: set[int]) -> None:
    every = (100, 101, 102)
    two = Two(tmp_path_factory.mktemp("two"), numbers(a, every, a), numbers(every, sorted(b)[::-1]))
    two.ask()
    two.answer()
    assert two.result().both == len(a & b) + 3


def test_people_are_bounded_from_numbers_by_kind(tmp_path: Path) -> None:
    two = Two(tmp_path, [], [])
    ids = [made_id(number) for number in range(3)]
    rows = f"{ids[0]},15400000001\n{ids[0]},15400000002\n{ids[1]},15400000003\n"
    two.ours.write_text(f"身份证号,手机\n{rows}{ids[2]},\n")
    others = f"{made_id(7)},,15400000009\n{made_id(8)},,\n"
    few = f"身份证号,邮箱,手机\n{ids[0]},a@example.com,15400000002\n,b@example.com,15400000003\n"
    two.theirs.write_text(few)
    two.ask()
    with pytest.raises(RefusedError, match=r"the own list holds 1 identifiers \(resident_id\).* would tell of them"):
        two.answer()  # the client would know of that person by the number of matches
    two.theirs.write_text(few + others)
    two.answer()
    found = two.result()
    assert {kind.kind: (kind.ours, kind.both) for kind in found.kinds} == {"resident_id": (3, 1), "mobile": (3, 2)}
    assert (found.low, found.high, found.both, found.theirs) == (1, 3, 3, 6)
    two.ours.write_text(f"身份证号,手机\n{rows}")  # two people are too few to be told apart
    two.ask()
    two.answer()
    found = two.result()
    assert [(kind.kind, kind.ours, kind.both) for kind in found.kinds] == [("other", 5, 3)]
    assert (found.low, found.high, found.theirs) == (0, 2, 8)
    auditing.check_list(two.server, [two.root / "request", two.root / "answer"], [two.theirs])


def test_a_look_up_of_one_kind_is_refused_where_sizes_are_told(tmp_path: Path) -> None:
    two = Two(tmp_path, [], [])
    two.theirs.write_text("身份证号,手机\n" + "".join(f"{made_id(n)},154{n:08}\n" for n in range(4)))
    two.ours.write_text("身份证号,手机\n" + f"{made_id(1)},\n" + "".join(f",{n}\n" for n in numbers(range(5))))
    opened = parcel.open_parcel(two.ask("rows"))
    parts = [Part(s.name, s.width, [opened.array(s.name).tobytes()]) for s in opened.sections.values()]
    fields = {**opened.fields, "reveal": "size"}
    parcel.write(two.root / "request", "psi-request", fields, parts, two.client.identity)
    with pytest.raises(RefusedError, match=r"1 identifiers \(resident_id\) are a look-up: at least 3 of each kind"):
        two.answer()
    two.ask("rows")
    two.answer()
    files = [two.root / "request", two.root / "answer"]
    auditing.check_list(two.client, files, [two.ours])
    assert {kind.kind: kind.both for kind in two.result().kinds} == {"resident_id": 1, "mobile": 4}


def test_a_kind_that_the_server_has_none_of_is_answered(tmp_path: Path) -> None:
    two = Two(tmp_path, [], numbers(range(4)))
    two.ours.write_text("邮箱\na@example.com\nb@example.com\nc@example.com\n")
    two.ask("rows")
    two.answer()
    assert (two.result().both, two.result().theirs) == (0, 0)


def test_nothing_that_is_carried_can_be_read(two: Two) -> None:
    two.ask("rows")
    two.answer()
    carried = (two.root / "request").read_bytes() + (two.root / "answer").read_bytes()
    for phone in numbers(range(12)):
        assert phone.encode() not in carried


@pytest.mark.parametrize(
    ("serving", "match"),
    [
        (Serving(LI), "only the size is allowed"),
        (replace(ALL, structure="list"), "a structure is"),  # type: ignore[arg-type]
        (replace(ALL, false_rate=0.5), "a false rate"),
        (Serving(Approval(" "), "rows"), "by: say it"),
    ],
)
def test_a_server_does_not_allow_everything(two: Two, serving: Serving, match: str) -> None:
    two.ask("rows")
    with pytest.raises(ExchangeError, match=match):
        two.answer(serving)


def test_the_rules_of_the_server_hold_and_are_logged(two: Two) -> None:
    listed(two.ours, numbers(range(2)))
    with pytest.raises(RefusedError, match="2 identifiers are a look-up"):
        two.ask()
    listed(two.ours, numbers(range(21)))
    two.ask()
    with pytest.raises(RefusedError, match="need a second person"):
        two.answer()
    two_people = replace(ALL, approval=Approval("Li", "Wang"))
    two.answer(two_people)
    with pytest.raises(RefusedError, match="answered before"):
        two.answer(two_people)
    two.ask(case="another")
    two.answer(two_people)
    two.ask()
    with pytest.raises(RefusedError, match="21 identifiers after 42 on this day are more than the 50 of one day"):
        two.answer(two_people)
    for day in (1, 1):
        two.ask(case=f"another {day}")
        two.answer(two_people, days=day)
    two.ask()
    with pytest.raises(RefusedError, match="21 identifiers after 84 are more than the 100"):
        two.answer(two_people, days=2)
    listed(two.theirs, numbers(range(2)))
    with pytest.raises(RefusedError, match="the own list holds 2 identifiers"):
        two.answer(two_people, days=3)
    entries = list(ledger.read(two.server.folder / ledger.FILE, two.server.card.signing))
    assert [entry.done for entry in entries].count("answered") == 4
    assert [entry.done for entry in entries].count("refused") == 5


@pytest.mark.parametrize("said", ["x" * 20_000, "\x00" * 5, " "])
def test_what_a_client_says_cannot_break_the_log(two: Two, said: str) -> None:
    opened = parcel.open_parcel(two.ask())
    parts = [Part(s.name, s.width, [opened.array(s.name).tobytes()]) for s in opened.sections.values()]
    for name in ("case", "why"):
        parcel.write(two.root / "request", "psi-request", {**opened.fields, name: said}, parts, two.client.identity)
        with pytest.raises(TamperedError, match="say it in 1 to 1000 printable"):
            two.answer()
    two.ask()
    two.answer()
    entries = list(ledger.read(two.server.folder / ledger.FILE, two.server.card.signing))
    assert [entry.done for entry in entries] == ["refused", "refused", "answered"]
    assert entries[0].fields["party_key"] == two.client.card.signing


def test_a_client_that_names_an_exchange_twice_does_not_overwrite_what_the_server_must_keep(two: Two) -> None:
    first = parcel.open_parcel(two.ask())
    two.kept.write_bytes((two.root / "request").read_bytes())
    two.answer()
    (two.root / "first").write_bytes((two.root / "answer").read_bytes())
    other = parcel.open_parcel(two.ask())
    parts = [Part(s.name, s.width, [other.array(s.name).tobytes()]) for s in other.sections.values()]
    fields = {**other.fields, "exchange": first.fields["exchange"]}
    parcel.write(two.root / "request", "psi-request", fields, parts, two.client.identity)
    two.answer()
    for files in ([two.kept, two.root / "first"], [two.root / "request", two.root / "answer"]):
        auditing.check_list(two.server, files, [two.theirs])
    assert not (two.server.folder / "exchanges").exists()
    parcel.write(two.root / "request", "psi-request", {**fields, "exchange": "z" * 32}, parts, two.client.identity)
    with pytest.raises(TamperedError, match="names no exchange"):
        two.answer()


def test_a_request_of_somebody_else_is_refused_in_the_log_too(two: Two) -> None:
    two.ask()
    with pytest.raises(TamperedError, match="not signed by that client"):
        two.answer(client=two.server)
    entry = next(ledger.read(two.server.folder / ledger.FILE, two.server.card.signing))
    assert (entry.done, entry.fields["party_key"]) == ("refused", two.client.card.signing)


def _of_another(two: Two) -> None:
    two.answer(client=two.server)


def _asked_again(two: Two) -> None:
    two.answer()
    two.ask()
    old = (two.root / "answer").read_bytes()
    two.answer()
    (two.root / "answer").write_bytes(old)
    for file in (two.client.folder / "exchanges").rglob("*.json"):
        if parcel.open_parcel(two.root / "answer").text("exchange") in str(file):
            file.unlink()
    two.result()


def _another_list(two: Two) -> None:
    two.answer()
    listed(two.ours, numbers(range(1, 9)))
    two.result()


def _changed(two: Two, **fields: object) -> None:
    two.answer()
    opened = parcel.open_parcel(two.root / "answer")
    parts = [Part(s.name, s.width, [opened.array(s.name).tobytes()]) for s in opened.sections.values()]
    parcel.write(two.root / "answer", "psi-answer", {**opened.fields, **fields}, parts, two.server.identity)
    two.result()


def _garbage(two: Two) -> None:
    two.answer()
    opened = parcel.open_parcel(two.root / "answer")
    parts = [Part("mobile setup", 1024, [b"\xff" * 1024]), Part("mobile", 33, [b"\x02" * 33 * 8])]
    fields = {**opened.fields, "setups": {"mobile": 1000}}
    parcel.write(two.root / "answer", "psi-answer", fields, parts, two.server.identity)
    two.result()


def _of_a_stranger(two: Two) -> None:
    two.answer()
    psi.result(two.client, two.client.card, two.root / "answer", [two.ours])


def _no_points(two: Two) -> None:
    opened = parcel.open_parcel(two.root / "request")
    items = b"".join(b"\x02" + bytes([n]) * 32 for n in range(200, 208))
    parcel.write(two.root / "request", "psi-request", opened.fields, [Part("mobile", 33, [items])], two.client.identity)
    two.answer()


def _other_things(two: Two) -> None:
    opened = parcel.open_parcel(two.root / "request")
    parcel.write(two.root / "request", "psi-request", opened.fields, [Part("shoes", 33, [])], two.client.identity)
    two.answer()


def _an_empty_kind(two: Two) -> None:
    opened = parcel.open_parcel(two.root / "request")
    parts = [Part("mobile", 33, [opened.array("mobile").tobytes()]), Part("email", 33, [])]
    parcel.write(two.root / "request", "psi-request", opened.fields, parts, two.client.identity)
    two.answer()


@pytest.mark.parametrize(
    "act",
    [
        _of_another,
        _asked_again,
        _another_list,
        _garbage,
        _of_a_stranger,
        _no_points,
        _other_things,
        _an_empty_kind,
        lambda two: _changed(two, setups={"mobile": 10**9}),
        lambda two: _changed(two, setups={"mobile": 3}),
        lambda two: _changed(two, exchange="../.."),
        lambda two: _changed(two, own={}),
        lambda two: _changed(two, own={"mobile": "x"}),
        lambda two: _changed(two, own={"mobile": -1}),
        lambda two: _changed(two, own=None),
        lambda two: _changed(two, false_rate="x"),
        lambda two: _changed(two, false_rate=-1.0),
    ],
)
def test_what_does_not_belong_is_refused(two: Two, act: Callable[[Two], None]) -> None:
    two.ask()
    with pytest.raises(TamperedError):
        act(two)


def test_both_sides_are_bound_to_their_lists(two: Two) -> None:
    two.ask()
    two.answer()
    files = [two.root / "request", two.root / "answer"]
    two.kept.write_bytes(files[0].read_bytes())
    verifying.verify(files, two.server.folder / ledger.FILE)
    auditing.check_list(two.client, files, [two.ours])
    auditing.check_list(two.server, files, [two.theirs])
    with pytest.raises(TamperedError, match="is not the list"):
        auditing.check_list(two.server, files, [two.ours])
    for office, file, mine in ((two.client, files[0], two.ours), (two.server, files[1], two.theirs)):
        opened = parcel.open_parcel(file)
        parts = [Part(s.name, s.width, [opened.array(s.name)[::-1].tobytes()]) for s in opened.sections.values()]
        parcel.write(file, opened.kind, opened.fields, parts, office.identity)
        with pytest.raises(TamperedError, match="was not made of the list that it is bound to"):
            auditing.check_list(office, [two.kept, file], [mine])
