"""How a leaked file was made: told from real small files and logs, and never against an account for what everybody does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from bench.making import summed, tried
from openpyxl import Workbook
from tests.scanning.made_rows import made_id, made_name

from headwater.attribution.attribute import Options, attribute
from headwater.attribution.making import CAP, FLOOR, Making, Makings, columns_chance, traces
from headwater.attribution.making_notes import notes
from headwater.attribution.matching import Matched, match
from headwater.detection.scene import Scene
from headwater.investigation.case import open_investigation
from headwater.model.evidence import Statement
from headwater.scanning.layout import form_of

SIZE = 216
ONE, TAKEN = 36, "client_id >= 'C0036' AND client_id < 'C0072'"
"""The clients of one city, as one statement asks for them."""
COLUMNS = ("client_id", "name", "resident_id", "mobile", "city")
STAFF = [f"u{n}" for n in range(1, 11)]
DAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
Row = tuple[str, ...]


def client(n: int) -> dict[str, str]:
    mobile = f"154{(n * 61803399 + 13) % 10**8:08}"
    return dict(zip(COLUMNS, (f"C{n:04}", made_name(n), made_id(n), mobile, f"city{n // ONE}"), strict=True))


CLIENTS = [client(n) for n in range(SIZE)]
MINE = CLIENTS[ONE : 2 * ONE]
FALLING = sorted(MINE, key=lambda c: c["mobile"], reverse=True)
RARE = f"SELECT mobile, client_id, name FROM clients WHERE {TAKEN} ORDER BY mobile DESC LIMIT {ONE}"
SCATTERED = sorted(CLIENTS[::4], key=lambda c: c["mobile"], reverse=True)
EVERYDAY = "SELECT client_id, name FROM clients WHERE city = 'city1'"
WHOLE = f"SELECT * FROM clients WHERE {TAKEN}"


def cells(rows: Sequence[dict[str, str]], columns: Sequence[str]) -> list[Row]:
    return [tuple(r[c] for c in columns) for r in rows]


def write_csv(file: Path, header: Sequence[str], rows: Sequence[Row]) -> None:
    file.write_text("".join(",".join(r) + "\n" for r in (header, *rows)), encoding="utf-8")


def write_xlsx(file: Path, header: Sequence[str], rows: Sequence[Row]) -> None:
    book = Workbook()
    for row in (header, *rows):
        book.active.append(row)
    book.save(file)


def statements() -> Iterator[tuple[str, str, int]]:
    """Account, text and rows: everybody lists a city; u1 has a query of his own; u2 and others take whole rows too."""
    for account in STAFF:
        for city in range(6):
            yield account, f"SELECT client_id, name FROM clients WHERE city = 'city{city}'", ONE
    yield "u1", RARE, ONE
    for account in STAFF[2:]:
        yield account, WHOLE, ONE
    keys = ", ".join(f"'{c['client_id']}'" for c in SCATTERED)
    yield "thief", f"SELECT mobile, client_id, name FROM clients WHERE client_id IN ({keys}) ORDER BY mobile DESC", 54
    yield "api", "WITH c AS (SELECT * FROM clients) SELECT * FROM c", SIZE


def write_leaks(folder: Path) -> None:
    rng = np.random.default_rng(3)
    write_csv(folder / "exact.csv", ("mobile", "client_id", "name"), cells(FALLING, ("mobile", "client_id", "name")))
    write_csv(folder / "scattered.csv", ("a", "b", "c"), cells(SCATTERED, ("mobile", "client_id", "name")))
    mixed = [FALLING[i] for i in rng.permutation(ONE)]
    dashed = [(c["name"], f"{c['mobile'][:3]}-{c['mobile'][3:7]}-{c['mobile'][7:]}") for c in mixed[:31]]
    write_xlsx(folder / "shuffled.xlsx", ("姓名", "手机"), dashed)
    write_csv(folder / "everyday.csv", ("client_id", "name"), cells(MINE, ("client_id", "name")))
    write_csv(
        folder / "ids.csv", ("name", "resident_id", "mobile"), cells(mixed[:30], ("name", "resident_id", "mobile"))
    )
    pages = [c for start in (24, 12, 0) for c in CLIENTS[start : start + 12]]
    write_csv(folder / "pages.csv", ("a", "b"), cells(pages, ("name", "mobile")))
    gap = [*CLIENTS[:20], *CLIENTS[40:60], *CLIENTS[40:45]]
    write_csv(folder / "gap.csv", ("a", "b"), cells(gap, ("name", "mobile")))


def write_case(case: Path) -> None:
    for folder in ("clients", "logs", "leaks"):
        (case / folder).mkdir(parents=True)
    write_csv(case / "clients" / "clients.csv", COLUMNS, cells(CLIENTS, COLUMNS))
    (case / "headwater.toml").write_text(
        '[datasets.clients]\nkey = "client_id"\ntables = ["clients"]\nurls = [\'^/clients/(?P<subject>C\\d+)\']\n'
        '[[logs]]\nfiles = "logs/db.jsonl"\nformat = "jsonl"\ntable = "queries"\ntime = {column = "t"}\n'
        'columns = {account = "u", statement = "q", rows = {column = "n", scale = 1}}\n'
    )
    lines = []
    for i, (account, text, rows) in enumerate(statements()):
        at = (DAY + timedelta(minutes=i)).isoformat()
        lines.append(f'{{"t": "{at}", "u": "{account}", "q": "{text}", "n": {rows}}}\n')
    (case / "logs" / "db.jsonl").write_text("".join(lines))
    stamp = DAY.strftime("%d/%b/%Y:%H:%M:%S +0000")
    pages = [f'10.0.0.1 - web1 [{stamp}] "GET /clients/{c["client_id"]} HTTP/1.1" 200 90\n' for c in MINE]
    (case / "logs" / "web.log").write_text("".join(pages))
    write_leaks(case / "leaks")


@dataclass(frozen=True)
class Told:
    scene: Scene
    matched: Matched
    makings: Makings
    known: dict[str, Making]

    def made(self, leak: str) -> Making:
        if leak not in self.known:
            found = self.makings.of(self.rows(leak), "clients")
            assert found is not None
            self.known[leak] = found
        return self.known[leak]

    def rows(self, leak: str):  # type: ignore[no-untyped-def]
        return self.matched.rows[self.matched.rows["source"] == f"leaks/{leak}"]

    def against(self, leak: str, account: str) -> tuple[Statement, ...]:
        leaked = np.unique(self.rows(leak)["ordinal"].to_numpy(np.int64))
        return traces(self.scene, self.made(leak), account, DAY.date(), DAY.date(), leaked)

    def bits(self, leak: str, account: str) -> float:
        return sum(s.bits for s in self.against(leak, account))

    def notes(self, leak: str) -> str:
        said = notes(self.scene, self.made(leak))
        assert all(t.en and t.zh for t in said)
        return " ".join(t.en for t in said)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    folder = tmp_path_factory.mktemp("making")
    write_case(folder / "case")
    with open_investigation(folder / "case", folder / "w") as work:
        work.ingest()
        work.scan()
        with work.scene() as scene:
            yield Told(scene, match(scene.engine), Makings(scene), {})


def test_a_file_that_is_as_one_statement_gave_it_weighs_against_who_asked(told: Told) -> None:
    (said,) = told.against("exact.csv", "u1")
    assert 2 < said.bits <= CAP
    assert said.text.en.count("act of this account (logs/db.jsonl:") == 1
    assert "mobile, client_id, name" in said.text.en and "order in which the act gave them" in said.text.en
    assert f"exactly the {ONE} rows" in said.text.en and ", 0 ever asked" in said.text.en
    at = [i for i, (_u, text, _n) in enumerate(statements(), 1) if text == RARE]
    assert {(c.source, c.line) for c in said.evidence} >= {("logs/db.jsonl", n) for n in at}


@pytest.mark.parametrize("account", ["u2", "u3"])
def test_it_does_not_weigh_against_who_read_the_same_rows_in_another_way(told: Told, account: str) -> None:
    assert told.bits("exact.csv", account) <= 0


@pytest.mark.parametrize("account", ["u1", "u2"])
def test_a_file_that_was_shuffled_and_written_anew_weighs_against_nobody(told: Told, account: str) -> None:
    assert told.made("shuffled.xlsx").file.records == 31
    assert told.bits("shuffled.xlsx", account) <= 0


@pytest.mark.parametrize("account", ["u1", "u5"])
def test_what_everybody_asks_for_weighs_against_nobody(told: Told, account: str) -> None:
    (said,) = told.against("everyday.csv", account)
    assert said.bits == 0 and "tells nobody apart" in said.text.en


def test_columns_that_an_account_never_read_speak_for_it(told: Told) -> None:
    (said,) = told.against("ids.csv", "u2")
    assert FLOOR <= said.bits < -0.5 and "resident_id" in said.text.en
    assert told.bits("ids.csv", "u4") == 0  # whoever took whole rows is neither cleared nor accused


@pytest.mark.parametrize("account", ["web1", "api"])
def test_where_the_logs_do_not_tell_columns_there_are_no_bits_and_it_is_said(told: Told, account: str) -> None:
    for leak in ("exact.csv", "ids.csv"):
        (said,) = told.against(leak, account)
        assert said.bits == 0 and "do not tell which columns" in said.text.en


def test_notes_say_how_the_file_was_made(told: Told) -> None:
    exact, ids = told.notes("exact.csv"), told.notes("ids.csv")
    assert "falling order of mobile" in exact and f"exactly {ONE}, which is what statements with a LIMIT" in exact
    assert "the same, in the same order, as those of acts that 2 account(s) made" in exact and "logs/db.jsonl:" in exact
    assert "order by mobile desc" in exact and "C0036" not in exact
    assert (
        "some, in the same order, of those of acts that 8 account(s)" in ids and "order of" not in ids.split("Its")[0]
    )
    assert "mobile 000-0000-0000" in told.notes("shuffled.xlsx")
    assert "3 blocks" in told.notes("pages.csv") and "3 of them of exactly 12 rows" in told.notes("pages.csv")
    gap = told.notes("gap.csv")
    assert "2 unbroken run(s)" in gap and "exactly 20 records are missing" in gap and "5 of our rows repeat" in gap


def test_a_taker_and_his_leak_tell_how_the_file_was_made(told: Told) -> None:
    leaks = {leak.leak: leak for leak in attribute(told.scene, Options(draws=9, alpha=0.2, least=50)).leaks}
    (taker,) = leaks["leaks/scattered.csv"].takers
    (said,) = (s for s in taker.statements if s.kind == "making")
    assert taker.account == "thief" and said.bits > 1 and said.evidence
    assert taker.bits == pytest.approx(sum(s.bits for s in taker.statements))
    assert any("falling order of mobile" in n.en for n in leaks["leaks/scattered.csv"].notes)
    assert any("3 blocks" in n.en for n in leaks["leaks/pages.csv"].notes)


def test_files_planted_on_paper_lay_next_to_nothing_on_others(told: Told) -> None:
    found = summed(tried(told.made("exact.csv").asked, 1, 1))
    assert found["others"]["names"] == 10 and found["others"]["mean_factor"] < 1.2
    assert found["makers"]["mean_factor"] >= found["others"]["mean_factor"]


def test_nothing_raw_is_in_what_is_said(told: Told) -> None:
    said = " ".join(f"{s.text.en}{s.text.zh}" for a in ("u1", "u2") for s in told.against("exact.csv", a)) + told.notes(
        "exact.csv"
    )
    assert not any(c[k] in said for c in CLIENTS for k in ("mobile", "resident_id", "name", "client_id"))


def test_a_workspace_without_layouts_says_nothing(told: Told, tmp_path: Path) -> None:
    class Older(Scene):
        def has(self, table: str) -> bool:
            return table != "document_columns" and super().has(table)

    older = Older(told.scene.engine, told.scene.lake, told.scene.settings)
    assert Makings(older).of(told.rows("exact.csv"), "clients") is None
    assert form_of(
        told.scene.engine.arrow(told.scene.engine.table("subjects"))["token"].combine_chunks().slice(0, 0)
    ) == (None, 0)


def test_a_file_of_very_many_columns_is_weighed_all_the_same() -> None:
    listed = [f"c{n}" for n in range(400)]
    assert columns_chance(listed, "same") > columns_chance(listed, "part") > columns_chance(listed, "lacking") > 0
