"""Canaries and marks in the waterfall of a taker: they name who was shown what leaked, never twice, and nobody by chance."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.detection.lakes import DATASET, FIRST, House, moment, opened
from tests.planting.made_people_table import by_hand, rows, table_in

from headwater.attribution.accused import Accused, Piece
from headwater.attribution.attribute import Options, attribute
from headwater.attribution.histories import Histories, histories
from headwater.attribution.marked import Marks
from headwater.attribution.one_source import other_ways
from headwater.attribution.planted import Part, Planted, Registries, Shown, registries
from headwater.attribution.whatif import before_any
from headwater.casework.reports import schema
from headwater.casework.result import ResultMaker
from headwater.detection.scene import Scene
from headwater.investigation.case import open_investigation
from headwater.model.attribution import Leak, Taker
from headwater.model.evidence import Citation, Statement
from headwater.model.exhibit import Exhibit
from headwater.model.organisation import Organisation
from headwater.model.words import Text
from headwater.planting.canaries.naming import weigh
from headwater.planting.canaries.registry import REGISTRY, Book, Decoy, PlanEntry, Registry, Showing
from headwater.planting.canaries.table import find_table, read_table
from headwater.planting.marks.marking import Wanted, mark
from headwater.planting.marks.registry import Registry as Marking
from headwater.simulation import made_people
from headwater.simulation.simulate import simulate
from headwater.store.tokens import Tokeniser
from headwater.store.workspace import Workspace, open_workspace

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ACCOUNTS, BOOK, DAYS, BULK_DAY = 20, 900, 12, 6
THIEF, TWINS = "a03", ("t1", "t2")
SMALL, LINES = "loans", (Citation("leaks/both.csv", 2),)
SHARED = (0, 1, 2, 3, 5, 6, 7, 9, 13, 17, 25)
"""Shared decoys of a08 that a leak shows."""
EACH = 4
"""Decoys of each account."""


# -- a lake, row by row: reading and decoys together


@dataclass
class World(House):
    """Twenty accounts read one book; a03 and the twins read 150 records on one evening, and decoys among them."""

    def fill(self, tokens: list[dict[str, str]]) -> None:
        dice = np.random.default_rng(2)
        self.decoys = {f"c{BOOK + n}": t for n, t in enumerate(tokens)}
        for number in range(BOOK + len(tokens)):
            token = tokens[number - BOOK] if number >= BOOK else {"subject": f"c{number}", "mobile": f"mobile{number}"}
            where = {"dataset": DATASET, "subject": token["subject"], "ordinal": number, "version": 0}
            self.add("records", **where, segment="b", source="clients/clients.csv")
            self.add("subjects", **where, kind="mobile", token=token["mobile"], source="clients/clients.csv")
        for i in range(ACCOUNTS):
            self.add("people", employee=f"E{i:02}", name="李*", workstation=f"PC-{i:02}", ip=f"10.0.1.{i}")
            self.add("accounts", account=f"a{i:02}", system="crm", owner=f"E{i:02}", kind="person")
            for n in range(DAYS):
                self.look(f"a{i:02}", n, dice.integers(0, BOOK, 9), f"10.0.1.{i}")
        for n in range(5):  # a small table, all of which a09 reads
            where = {"dataset": SMALL, "subject": f"l{n}", "ordinal": n, "version": 0}
            self.add("records", **where, segment="l", source="clients/loans.csv")
            self.add("subjects", **where, kind="mobile", token=f"loan{n}", source="clients/loans.csv")
            self.event("access", moment(FIRST, 9, n), account="a09", ip="10.0.1.9", application="crm", dataset=SMALL,
                       action="lookup", subject=f"l{n}", ordinal=n, outcome="success")  # fmt: skip
        self.bulk = sorted(int(x) for x in dice.choice(BOOK, 150, replace=False))
        self.both = sorted(int(x) for x in dice.choice(BOOK, 150, replace=False))
        self.subjects = {r["ordinal"]: r["subject"] for r in self.rows["records"]}
        self.look(THIEF, BULK_DAY, [*self.bulk, *self.own(THIEF)], "10.0.1.3", 20.0)
        for name in TWINS:
            self.add("accounts", account=name, system="crm", owner=None, kind="shared")
            self.look(name, BULK_DAY, [*self.both, *self.own(name)], "10.0.2.1", 20.0)
        self.look("a09", 3, [self.own("a13")[1]], "10.0.1.9")
        self.look("a11", 3, [self.own("a05")[1]], "10.0.1.11", outcome="denied")
        self.look("a06", 4, [self.own("a06")[1]], "10.0.1.6", 18.0, shift=1)  # two at night, by the clock of the house

    def own(self, account: str) -> list[int]:
        """The decoys of an account, by their records."""
        place = (*(f"a{i:02}" for i in range(ACCOUNTS)), *TWINS).index(account)
        return [BOOK + EACH * place + n for n in range(EACH)]

    def look(self, name: str, n: int, numbers: Mapping[int, int] | list[int], ip: str, hour: float = 10.0,
             outcome: str = "success", shift: int = 0) -> None:  # fmt: skip
        for i, number in enumerate(numbers):
            subject = f"c{number}" if number < BOOK else self.subjects[int(number)]
            at = moment(FIRST + timedelta(days=n), hour, i * 5)
            self.add("access", time=at, day=at.date() + timedelta(days=shift), hour=at.hour, account=name, ip=ip, application="crm",
                     dataset=DATASET, action="lookup", subject=subject, ordinal=int(number), outcome=outcome)  # fmt: skip

    def leak(self, name: str, numbers: list[int], tokens: tuple[str, ...] = ()) -> None:
        """A leaked file of these records, and of rows with these tokens. What has no records but decoys is not searched."""
        source = f"leaks/{name}.csv"
        mobile = {r["ordinal"]: r["token"] for r in self.rows["subjects"] if r["dataset"] == DATASET}
        for line, token in enumerate([*(mobile[n] for n in numbers), *tokens], start=2):
            self.add("holdings", source=source, line=line, holder="", role="leak", kind="mobile", category="contact",
                     token=token, confidence=1.0)  # fmt: skip
        count = len(numbers) + len(tokens)
        if min(numbers) >= BOOK:
            return
        self.rows["documents"].append(
            {"source": source, "sheet": "", "holder": "", "role": "leak", "rows": count, "persons": count}
        )


@dataclass(frozen=True)
class Lake:
    """The world in a lake, with its decoys: what was planted is asked without any search."""

    scene: Scene
    known: Registries
    past: list[Histories]

    def shown(
        self, leak: str, *plans: PlanEntry, records: int = 61, sets: tuple[str, ...] = (DATASET,), whole: str = ""
    ) -> Shown:
        past = [replace(h, everything=(whole,)) if whole and h.dataset == DATASET else h for h in self.past]
        book = replace(self.known.book, plans=plans or self.known.book.plans)
        planted = Planted(self.scene, replace(self.known, book=book), past)
        return planted.shown(Part(f"leaks/{leak}.csv", sets[0], 50 * records, records, (), sets), self.past[0].accounts)


def named(shown: Shown) -> tuple[Taker, ...]:
    count = ACCOUNTS + len(TWINS)
    return shown.takers((), before_any(count, -float(np.log2(count))), Options(), 61)


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lake]:
    root = tmp_path_factory.mktemp("read")
    names = [*(f"a{i:02}" for i in range(ACCOUNTS)), *TWINS]
    with open_workspace(root / "w") as space:
        table, people = (
            table_in(root, rows(300)),
            rows(EACH * (len(names) + 1), seed=9, first=700_000).replace("", None),
        )
        planned = by_hand(table, people, space.tokeniser)
        registry = Registry(space)
        labels = [*(name for name in names for _ in range(EACH)), *["2026-03"] * EACH]
        plan = registry.propose(table, planned, labels, (), None, "Zhao", NOW)
        registry.step(plan.id, "approved", "Li", NOW, second="Wang", because="board")
        registry.step(plan.id, "planted", "Li", NOW)
        registry.show([Showing(d.id, "a09", "2026-03-05") for d in plan.decoys if d.label == "a02"], NOW)
        known = Registries(registry.book(), space.tokeniser, None, (), space.places)
    made = World()
    made.fill([dict(d.tokens) for d in plan.decoys])
    made.leak("bare", made.bulk[:80])
    made.leak("shown", [*made.bulk[:80], *made.own(THIEF)[:2]])
    made.leak("twins", made.both[:80])
    made.leak("twin", [*made.both[:80], made.own("t2")[0]])
    made.leak("dump", [*range(0, BOOK, 6), *(made.own(n)[0] for n in names[:16])])
    made.leak("null", list(range(1, BOOK, 15)))
    made.leak("several", [*range(2, BOOK, 15), *made.own("a02")])
    made.leak("period", [*range(4, BOOK, 15), BOOK + EACH * len(names)])
    made.leak("alone", [*range(3, BOOK, 15), made.own("a07")[1]])
    made.leak("again", [3, 303, 603, made.own("a12")[1]] * 50, ("loan3",))
    made.leak("one", [made.own("a12")[1]])
    made.leak("whole", [made.own("a13")[1]])
    made.leak("denied", [made.own("a05")[1]])
    made.leak("night", [made.own("a06")[1]])
    made.leak("merged", [*made.own(THIEF), *(made.own(n)[0] for n in names[:16] if n != THIEF)])
    made.leak("partly", [made.own(n)[0] for n in names[:16]])
    made.leak("both", [made.own("a08")[0]], tuple(f"shared{n}" for n in SHARED))
    with opened(made, root / "w") as scene:
        yield Lake(scene, known, [histories(scene.engine, d) for d in (DATASET, SMALL)])


@pytest.fixture(scope="module")
def read(lake: Lake) -> dict[str, Leak]:
    told = attribute(lake.scene, Options(draws=99), registries=lake.known)
    return {x.leak[6:-4]: x for x in told.leaks}


def bits(taker: Taker, kind: str) -> float:
    return sum(s.bits for s in taker.statements if s.kind == kind)


def test_decoys_are_told_beside_the_hits_and_counted_once(read: dict[str, Leak]) -> None:
    (bare,), (shown,) = read["bare"].takers, read["shown"].takers
    assert (bare.account, shown.account) == (THIEF, THIEF)
    assert bits(shown, "hits") == bits(bare, "hits")
    assert bits(shown, "canary") > 10
    (said,) = [s for s in shown.statements if s.kind == "canary"]
    assert "2 decoy(s)" in said.text.en
    assert "2 条" in said.text.zh
    assert {(c.source, c.line) for c in said.evidence} == {("leaks/shown.csv", 82), ("leaks/shown.csv", 83)}
    assert shown.bits == pytest.approx(sum(s.bits for s in shown.statements))
    assert (shown.rows_explained, read["shown"].unexplained) == (82, 0)


def test_decoys_that_were_read_and_are_lacking_speak_for_the_account(read: dict[str, Leak]) -> None:
    (bare,) = read["bare"].takers
    (said,) = [s for s in bare.statements if s.kind == "canary"]
    assert -3.4 < said.bits < -0.5
    assert f"read {EACH} decoy(s)" in said.text.en
    assert {c.source for c in said.evidence} == {"logs/application.log"}
    without = dict(zip((s.kind for s in bare.statements), bare.without, strict=True))["canary"]
    assert without is not None
    assert without >= bare.probability


def test_what_remains_without_a_piece_is_what_the_rest_weighs(read: dict[str, Leak]) -> None:
    asked = 0
    for leak in read.values():
        for taker in leak.takers:
            for statement, without in zip(taker.statements, taker.without, strict=True):
                assert (without is None) == (statement.kind == "prior" or statement.bits == 0)
                if without is None or taker.account in TWINS:
                    continue
                rest = min(0.99, 1 / (1 + 2 ** -(taker.bits - statement.bits)))
                assert without == pytest.approx(rest), (leak.leak, statement.kind)
                asked += 1
    assert asked >= 5


def test_a_decoy_tells_twins_apart_that_reading_cannot(read: dict[str, Leak]) -> None:
    (before,), (taker,) = read["twins"].takers, read["twin"].takers
    assert {before.account, *before.alike} == set(TWINS)
    assert bits(before, "canary") < 0  # both read decoys of their own, and neither's are there
    assert before.probability <= 0.5
    assert (taker.account, taker.alike) == ("t2", ())
    assert taker.probability > 0.9
    told = {s.kind: p for s, p in zip(taker.statements, taker.without, strict=True) if p is not None}
    assert told["canary"] == pytest.approx(before.probability)


def test_a_dump_that_shows_decoys_of_many_names_nobody(read: dict[str, Leak]) -> None:
    assert read["dump"].takers == ()
    assert any("15 account(s)' own, yet they name nobody" in n.en for n in read["dump"].notes)


def test_no_decoys_those_of_several_and_those_of_a_period_name_nobody(read: dict[str, Leak]) -> None:
    said = {name: " ".join(n.en for n in read[name].notes) for name in ("null", "several", "period")}
    assert [read[name].takers for name in said] == [(), (), ()]
    assert "decoy" not in said["null"]
    assert f"{EACH} decoy(s) of {DATASET} in it were shown to 2 accounts (a02, a09)" in said["several"]
    assert "planted for 2026-03 are in it: that is no account" in said["period"]


def test_decoys_of_one_among_many_that_are_lacking_name_it_without_any_reading(read: dict[str, Leak]) -> None:
    (taker,) = read["alone"].takers
    assert taker.account == "a07"
    assert [s.kind for s in taker.statements] == ["prior", "canary"]
    assert taker.bits == pytest.approx(sum(s.bits for s in taker.statements))
    assert taker.statements[0].bits == pytest.approx(-np.log2(ACCOUNTS + len(TWINS)))
    assert 0.9 < taker.probability <= Options().ceiling
    assert taker.without == (None, pytest.approx(1 / (1 + ACCOUNTS + len(TWINS))))
    assert any("by what was planted alone" in n.en for n in read["alone"].notes)
    assert (taker.starts, taker.ends) == (None, None)  # nobody knows when it took what it never read by any log


def test_duplicates_and_rows_of_another_data_set_change_nothing_of_what_a_dump_would_show(
    read: dict[str, Leak],
) -> None:
    leak = read["again"]
    assert (leak.ours, leak.takers) == (201, ())
    assert any("1 decoy(s) of clients in it are 1 account(s)' own, yet they name nobody" in n.en for n in leak.notes)


def test_decoys_are_held_against_the_records_of_their_own_data_set_alone(lake: Lake) -> None:
    (plan,) = lake.known.book.plans
    here, large = replace(plan, rows=20_000), replace(plan, rows=5_000_000)
    decoys = tuple(replace(d, id=f"X{d.id}", tokens={"subject": f"x{d.id}"}) for d in plan.decoys[:8])
    other = replace(large, id="P-other", dataset=SMALL, decoys=decoys)
    assert named(lake.shown("one", here, records=101)) == ()
    assert named(lake.shown("one", here, other, records=101)) == ()
    assert lake.shown("one", here, records=1, sets=(SMALL,)).pieces == {}
    (taker,) = named(lake.shown("one", large, records=101))
    assert taker.account == "a12"


def test_whoever_reads_everything_was_shown_decoys_and_is_not_accused_and_whoever_was_denied_was_not(
    lake: Lake,
) -> None:
    assert "a09" in {a for h in lake.past for a in h.everything}
    for whole in ("", "a09"):
        shown = lake.shown("whole", whole=whole)
        assert named(shown) == ()
        assert set(shown.pieces) == {"a09", "a13"} - {whole}
        assert "were shown to 2 accounts (a09, a13)" in shown.notes[0].en
    (taker,) = named(lake.shown("denied"))
    assert taker.account == "a05"
    (note,) = lake.shown("denied", whole="a05").notes
    assert "a05's own, which reads nearly all of that data set" in note.en


def test_decoys_that_were_read_at_night_lead_to_who_sat_there_on_the_day_of_the_house(lake: Lake) -> None:
    (taker,) = named(lake.shown("night"))
    assert [p.employee for p in taker.people][:1] == ["E06"]
    assert taker.starts == taker.ends == FIRST + timedelta(days=5)


def test_decoys_that_are_in_the_leak_are_never_said_to_be_lacking(lake: Lake) -> None:
    day = FIRST + timedelta(days=BULK_DAY)
    accused = Accused(THIEF, day, day, 0.9)
    assert lake.shown("merged").witness(accused) == ()
    (said,) = lake.shown("partly").witness(accused)
    assert f"read {EACH} decoy(s) of clients in that time, only 1 of which is in the leak" in said.text.en
    assert -3.4 < said.bits < -2  # a quarter of them, where nine in ten would be there
    assert lake.shown("partly").witness(replace(accused, coverage=0.2)) == ()


def test_unique_decoys_that_are_doubted_do_not_hide_shared_ones_that_name(lake: Lake) -> None:
    (plan,) = lake.known.book.plans
    decoys = tuple(Decoy(f"S-{n}", "", 0.3, {"subject": f"s{n}", "mobile": f"shared{n}"}) for n in range(40))
    shared = replace(plan, id="P-shared", decoys=decoys, accounts=tuple(lake.past[0].accounts), shared=True)
    known = replace(lake, known=replace(lake.known, tokeniser=Tokeniser(bytes(32))))
    weights = weigh(
        Book((plan, shared)),
        {f"S-{n}": LINES for n in SHARED} | {plan.decoys[32].id: LINES},
        shared.accounts,
        Tokeniser(bytes(32)),
    )
    unique, common = (w for w in weights if w.account == "a08")
    assert (plan.decoys[32].label, unique.plan, common.plan) == ("a08", plan.id, shared.id)
    assert unique.of_copy > common.of_copy and common.named
    (taker,) = named(known.shown("both", plan, shared, records=4))
    assert (taker.account, taker.rows_explained) == ("a08", len(SHARED))


def test_a_decoy_and_a_mark_of_one_copy_weigh_no_more_than_one_hand_lets_them(lake: Lake) -> None:
    said = [Statement(Text(kind, kind), 10.0, LINES, kind) for kind in ("canary", "mark")]
    pieces = {"a01": [Piece("a01", s, True, 5) for s in said]}
    (taker,) = named(replace(lake.shown("one"), pieces=pieces))
    prior, _, _, tie = taker.statements
    assert [s.kind for s in taker.statements] == ["prior", "canary", "mark", "hand"]
    assert taker.bits - prior.bits == pytest.approx(np.log2((ACCOUNTS + 1) * 49), abs=0.01)
    assert tie.bits == pytest.approx(np.log2((ACCOUNTS + 1) * 49) - 20, abs=0.01)
    assert taker.probability == pytest.approx(0.98, abs=0.002)
    alone = 1 / (1 + 2 ** -(prior.bits + 10))
    assert taker.without[1:3] == (pytest.approx(alone), pytest.approx(alone))


def test_one_source_explains_decoys_of_several_and_not_of_one() -> None:
    seen = {f"d{n}": (f"u{n // 2}",) for n in range(200)}
    alone = other_ways(seen, {"d0"}, 0.2, 100)
    assert alone["u0"] < 1e-6
    few = other_ways(seen, {"d0"}, 0.001, 100)  # a dump of so few rows would show no more
    assert few["u0"] > 1e-5
    dump = other_ways(seen, {f"d{n}" for n in range(0, 200, 5)}, 0.2, 100)
    assert len(dump) == 40
    assert set(dump.values()) == {1.0}
    two = other_ways({f"d{n}": (f"u{n // 50}",) for n in range(200)}, {f"d{n}" for n in range(0, 100, 5)}, 0.1, 100)
    assert max(two.values()) < 1e-3  # twenty decoys of two, none of two others
    read_by_one = {d: (*who, "dba") for d, who in seen.items()}
    told = other_ways(read_by_one, {"d0", "d7", "d20", "d33"}, 0.02, 100)
    assert told["dba"] < told["u0"] == pytest.approx(1.0)


# -- marks of exports, file by file


def test_marks_name_the_account_of_a_copy_and_no_office_and_nothing_that_is_forged(tmp_path: Path) -> None:
    clients = rows(160)
    clients.to_csv(tmp_path / "clients.csv", index=False)
    whom, org = ["u1", "u2", "branch-9", "E07"], Organisation(people={}, accounts={}, numbers={"e07": "E07"})
    with open_workspace(tmp_path / "forger") as other:  # whoever has no key marks with his own
        wrong = mark(tmp_path / "clients.csv", ["u1"], tmp_path / "f", Marking(other), Wanted(), NOW)
    with open_workspace(tmp_path / "w") as space:
        registry = Marking(space)
        copies = mark(tmp_path / "clients.csv", whom, tmp_path / "copies", registry, Wanted(), NOW)
        files = {
            "mine": copies.files["u1"], "office": copies.files["branch-9"], "many": copies.files["E07"],
            "null": tmp_path / "clients.csv", "forged": wrong.files["u1"],
        }  # fmt: skip
        exhibits = []
        for name, file in files.items():
            part = pd.read_csv(file, dtype=str, keep_default_na=False).sample(50, random_state=1)
            part.to_csv(tmp_path / f"{name}.csv", index=False)
            exhibits.append(Exhibit(f"leaks/{name}.csv", tmp_path / f"{name}.csv", "leaks", None, 1))
        marks = Marks(registry, exhibits, space.places)
        told = {n: marks.pieces(f"leaks/{n}.csv", (Citation(f"leaks/{n}.csv", 7),), ("u1", "u2"), org) for n in files}
        nothing = marks.pieces("leaks/other.csv", (), ("u1",), org)
    (piece,), _ = told["mine"]
    assert (piece.account, piece.named, piece.rows) == ("u1", True, 50)
    assert piece.statement.bits == pytest.approx(
        np.log2(49), abs=0.01
    )  # an e-value far beyond, bounded by the chance of another hand
    assert "another hand is taken to be 0.02 likely" in piece.statement.text.en
    assert piece.statement.evidence == (Citation("leaks/mine.csv", 7),)
    assert str(NOW.date()) in piece.statement.text.en
    assert {n: pieces for n, (pieces, _) in told.items() if n != "mine"} == {n: [] for n in list(files)[1:]}
    said = {n: " ".join(t.en for t in notes) for n, (_, notes) in told.items()}
    assert "copy that was made for branch-9: that is not one account" in said["office"]
    assert "E07" in said["many"]
    assert "nobody is named" in said["null"]
    assert "nobody is named" in said["forged"]
    assert nothing == ([], [])


# -- a made case, from the folder to the report


@dataclass(frozen=True)
class Told:
    leaks: Mapping[str, Leak]
    names: list[str]
    result: dict[str, Any]


def planted(space: Workspace, case: Path, names: list[str], decoys: pd.DataFrame) -> None:
    table = read_table(*find_table(case, "policyholders", None, None))
    registry, then = Registry(space), datetime(2024, 3, 1, 12, tzinfo=UTC)
    labels = [name for name in names for _ in range(EACH)]
    plan = registry.propose(table, by_hand(table, decoys, space.tokeniser), labels, (), None, "Zhao", then)
    registry.step(plan.id, "approved", "Li", then, second="Wang", because="board")
    registry.step(plan.id, "planted", "Li", then)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    root = tmp_path_factory.mktemp("case")
    case = root / "case"
    simulate("insurer", case, seed=3, events=60, staff=20, clients=200, days=5, crimes=[], leaks=[])
    for part in ("logs", "business"):  # nobody's reading is known: what was planted is all there is
        shutil.rmtree(case / part)
    file = case / "clients" / "policyholders.csv"
    real = pd.read_csv(file, dtype=str, keep_default_na=False)
    accounts = pd.read_csv(case / "hr" / "accounts.csv", dtype=str)
    names = accounts["account"][accounts["kind"] == "person"].tolist()[:12]
    count = EACH * len(names)
    made = made_people.people(np.random.default_rng(5), count)
    decoys = real.sample(count, random_state=1).assign(
        cust_no=[f"K9{n:05}" for n in range(count)], cust_name=made.name, id_card=made.id_number, mobile=made.phone,
        home_address=made.address, policy_no=[f"BD9{n:09}" for n in range(count)],
    )  # fmt: skip
    with open_workspace(root / "w") as space:
        planted(space, case, names, decoys)
        copies = mark(file, [names[6], names[7]], root / "copies", Marking(space), Wanted(), NOW)
    pd.concat([real, decoys]).to_csv(file, index=False)
    copy = pd.read_csv(copies.files[names[6]], dtype=str, keep_default_na=False)
    (case / "leaks").mkdir()
    shown = pd.concat([real.sample(60, random_state=7), decoys.iloc[[0]]])[["cust_name", "mobile"]]
    shown.to_csv(case / "leaks" / "decoy.csv", index=False)
    copy.sample(60, random_state=7)[["mobile", "home_address"]].to_csv(case / "leaks" / "marked.csv", index=False)
    with open_investigation(case, root / "w") as work:
        work.ingest()
        work.scan()
        with work.scene() as scene:
            found = work.attribute(scene)
            maker = ResultMaker("case", work.case.settings, scene.org, "0", "zh")
            result = maker.make(work.read(), (), (), found, (), ())
    return Told({x.leak[6:-4]: x for x in found.leaks}, names, result)


def test_a_case_names_whoever_a_decoy_or_a_copy_was_for(told: Told) -> None:
    for leak, who, kind in (("decoy", told.names[0], "canary"), ("marked", told.names[6], "mark")):
        (taker,) = told.leaks[leak].takers
        assert (taker.account, [s.kind for s in taker.statements]) == (who, ["prior", kind])
        assert 0.9 < taker.probability <= Options().ceiling
        (said,) = taker.statements[1:]
        assert {c.source for c in said.evidence} == {f"leaks/{leak}.csv"}
        assert said.text.zh != said.text.en
        assert any("no history" in n.en for n in told.leaks[leak].notes)


def test_the_result_says_what_remains_without_each_piece(told: Told) -> None:
    assert schema.check(told.result) == ()
    entries = {e["leak"]: e for e in told.result["attribution"]}
    (taker,) = entries["leaks/decoy.csv"]["takers"]
    assert [s["kind"] for s in taker["statements"]] == ["prior", "canary"]
    assert taker["statements"][0]["without"] is None
    assert taker["statements"][1]["without"] < 0.1
    assert (taker["from"], taker["to"]) == (None, None)


def test_a_registry_that_was_changed_is_said_and_stops_nothing(tmp_path: Path) -> None:
    with open_workspace(tmp_path / "w") as space:
        assert registries(space, ()) is None
        planned = by_hand(table_in(tmp_path, rows(300)), rows(4, seed=9).replace("", None), space.tokeniser)
        Registry(space).propose(table_in(tmp_path, rows(300)), planned, ["u1"] * 4, (), None, "Zhao", NOW)
        file = space.root / REGISTRY
        file.write_text(file.read_text("utf-8").replace("Zhao", "Sun"), "utf-8")
        known = registries(space, ())
    assert known is not None
    assert known.book.plans == ()
    assert "Decoys were not looked for" in known.faults[0].en
