"""The registry: two people approve, nothing is struck out, no value is in it; decoys are found and name their accounts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from scipy import special, stats
from tests.planting.made_people_table import by_hand, rows, table_in

from headwater.exhibits.folder import open_case
from headwater.ingestion.ingest import ingest
from headwater.model.errors import CaseError, StoreError, UnreadableError
from headwater.planting.canaries.calls import factor, read_calls, together
from headwater.planting.canaries.contacts import Controls
from headwater.planting.canaries.dealing import dealing, read_accounts, shuffled
from headwater.planting.canaries.naming import weigh
from headwater.planting.canaries.readings import readings
from headwater.planting.canaries.registry import REGISTRY, PlanEntry, Registry, Showing
from headwater.planting.canaries.table import Table
from headwater.planting.canaries.trips import check_files, find
from headwater.planting.canaries.writing import outputs, write
from headwater.simulation.workbook import workbook
from headwater.store.chained import ChainedList, bare
from headwater.store.workspace import Workspace, open_workspace

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
PEOPLE = rows(12, seed=9, first=700_000).replace("", None)
CONTROLS = Controls(("15400000001", "15400000002", "15400000003", "15400000004"))


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Table:
    return table_in(tmp_path_factory.mktemp("table"), rows(300))


@pytest.fixture
def space(tmp_path: Path) -> Iterator[Workspace]:
    with open_workspace(tmp_path / "w") as opened:
        yield opened


def proposed(space: Workspace, table: Table, people: pd.DataFrame = PEOPLE, **more: object) -> PlanEntry:
    planned = by_hand(table, people, space.tokeniser, controls=CONTROLS)
    labels = [f"u{n % 4}" for n in range(len(people))]
    return Registry(space).propose(table, planned, labels, (), None, "Zhao", NOW)


def planted(space: Workspace, table: Table, people: pd.DataFrame = PEOPLE) -> PlanEntry:
    plan, registry = proposed(space, table, people), Registry(space)
    registry.step(plan.id, "approved", "Li", NOW, second="Wang", because="board of March")
    return registry.step(plan.id, "planted", "Li", NOW)


def test_a_plan_is_approved_by_two_people_with_a_reason_and_goes_its_way(space: Workspace, table: Table) -> None:
    plan, registry = proposed(space, table), Registry(space)
    for by, second, because in (
        ("Li", "", "so"),
        ("Li", " li ", "so"),
        ("Li", "zhao", "so"),
        ("Li", "Wang", " "),
        (" ", "Wang", "so"),
    ):
        with pytest.raises(CaseError):
            registry.step(plan.id, "approved", by, NOW, second=second, because=because)
    with pytest.raises(CaseError, match="is proposed: it cannot be planted now"):
        registry.step(plan.id, "planted", "Li", NOW)
    registry.step(plan.id, "approved", "Zhao", NOW, second="Wang", because="board of March")
    registry.step(plan.id, "planted", "Li", NOW)
    last = registry.step(plan.id, "withdrawn", "Li", NOW, because="over")
    assert [(s.state, s.by, s.second) for s in last.steps] == [
        ("proposed", "Zhao", ""),
        ("approved", "Zhao", "Wang"),
        ("planted", "Li", ""),
        ("withdrawn", "Li", ""),
    ]
    with pytest.raises(CaseError, match="is withdrawn"):
        registry.step(plan.id, "planted", "Li", NOW)
    with pytest.raises(CaseError, match="registry already"):
        proposed(space, table)


def test_a_plan_that_does_not_reach_its_figures_is_not_approved_silently(space: Workspace, table: Table) -> None:
    registry = Registry(space)
    planned = by_hand(table, PEOPLE, space.tokeniser, area=0.7)
    plan = registry.propose(table, planned, ["u1"] * len(PEOPLE), (), None, "Zhao", NOW)
    with pytest.raises(CaseError, match=r"area 0\.700.*--although"):
        registry.step(plan.id, "approved", "Li", NOW, second="Wang", because="board")
    told = registry.step(plan.id, "approved", "Li", NOW, second="Wang", because="board", although="a trial of a week")
    assert told.steps[-1].although == "a trial of a week"


def test_the_registry_holds_tokens_only_and_a_change_is_seen(space: Workspace, table: Table) -> None:
    plan = planted(space, table)
    file = space.root / REGISTRY
    assert file.stat().st_mode & 0o777 == 0o600
    written = file.read_text("utf-8")
    for name in PEOPLE.columns.drop(["性别", "product", "note", "premium"]):
        assert not [v for v in PEOPLE[name].dropna() if str(v) in written], name
    assert not [c for c in CONTROLS.mobiles if c in written]
    assert not [v for v in PEOPLE["name"] if v in repr(plan) + repr(Registry(space).book())]
    file.write_text(written.replace('"Wang"', '"Sun"'), "utf-8")
    with pytest.raises(StoreError, match="list of canary entries was changed"):
        Registry(space).book()


def test_raw_rows_are_written_once_for_their_owner_alone(space: Workspace, table: Table, tmp_path: Path) -> None:
    plan, planned = proposed(space, table), by_hand(table, PEOPLE, space.tokeniser, controls=CONTROLS)
    for out in (tmp_path / "d.csv", tmp_path / "e.parquet"):
        to = outputs(out)
        write(to, planned, plan, None)
        assert {f.stat().st_mode & 0o777 for f in (to.rows, to.shown, to.controls)} == {0o600}
        with pytest.raises(CaseError, match="there already"):
            outputs(out)
    read = pd.read_csv(tmp_path / "d.csv", dtype=str).fillna("").to_numpy().tolist()
    assert (
        read
        == pd.read_parquet(tmp_path / "e.parquet").fillna("").to_numpy().tolist()
        == PEOPLE.fillna("").to_numpy().tolist()
    )
    told = pd.read_csv(tmp_path / "d.for.csv", dtype=str)
    assert list(told.columns) == ["for", "cust_no", "decoy"]
    assert dict(zip(told["decoy"], told["for"], strict=True)) == {d.id: d.label for d in plan.decoys}
    assert pd.read_csv(tmp_path / "d.controls.csv", dtype=str)["contact"].tolist() == list(CONTROLS.mobiles)
    with pytest.raises(CaseError, match="must end in"):
        outputs(tmp_path / "f.xlsx")


def test_a_decoy_in_a_leak_names_its_account_however_it_is_written(
    space: Workspace, table: Table, tmp_path: Path
) -> None:
    plan = planted(space, table)
    mine = {d.id: d.label for d in plan.decoys}
    shown = PEOPLE.iloc[:1]
    leak = pd.concat([rows(60, seed=4), shown])[["mobile", "name"]].sample(frac=1, random_state=1)
    leak["mobile"] = "+86 " + leak["mobile"].str.slice(0, 3) + "-" + leak["mobile"].str.slice(3)
    file = tmp_path / "leak.xlsx"
    leak.to_excel(file, index=False)
    book = Registry(space).book()
    checked = check_files([file], book, space.tokeniser)
    assert [(mine[t.decoy], t.kinds) for t in checked.trips] == [("u0", ("mobile",))]
    first, *rest = weigh(book, checked.found, [f"u{n}" for n in range(900)], space.tokeniser)
    assert (first.account, first.named, len(first.statement.evidence)) == ("u0", True, 1)
    assert first.bits > 15
    assert not [w for w in rest if w.bits > 0]
    Registry(space).show([Showing(first.decoys[0], "dba", "2026-03-04")], NOW)
    again = weigh(Registry(space).book(), checked.found, [f"u{n}" for n in range(900)], space.tokeniser)
    assert {w.account: w.named for w in again if w.bits > 0} == {"u0": False, "dba": False}
    assert again[0].bits == pytest.approx(9.8, abs=0.1)  # one of two, where there are 901
    empty = weigh(book, {}, [], space.tokeniser, ours=150)
    assert {w.account for w in empty} == {"u0", "u1", "u2", "u3"}
    assert all(
        w.bits == pytest.approx(-2.23, abs=0.01) and not w.named for w in empty
    )  # three decoys each, half of all rows


def test_a_name_alone_is_anybodys_and_so_is_a_key(space: Workspace, table: Table, tmp_path: Path) -> None:
    plan = planted(space, table)
    book = Registry(space).book()
    for columns, kinds, many in (
        (["name"], set(), 0),
        (["name", "product"], set(), 0),
        (["home_address"], set(), 0),
        (["name", "home_address"], {"name", "address"}, len(plan.decoys)),
        (["cust_no"], {"own:cust_no"}, 0),
        (["cust_no", "name"], {"own:cust_no", "name"}, len(plan.decoys)),
    ):
        file = tmp_path / f"{'-'.join(columns)}.csv"
        pd.concat([rows(40, seed=4), PEOPLE])[columns].to_csv(file, index=False)
        checked = check_files([file], book, space.tokeniser)
        assert {k for t in checked.trips for k in t.kinds} == kinds, columns
        assert len(checked.trips) == (len(plan.decoys) if kinds else 0)
        assert len(checked.found) == many  # what may be weighed
    lost = check_files([tmp_path / "nothing.csv"], book, space.tokeniser)
    assert [n.reason for n in lost.not_read] == ["is no file"]


def test_a_number_of_digits_is_no_decoy_but_beside_another_value(space: Workspace, tmp_path: Path) -> None:
    """A stranger's own serials of six digits, some of which are keys of decoys."""
    digits = [each.assign(cust_no=each["cust_no"].str[1:]) for each in (rows(300), PEOPLE)]
    planted(space, table_in(tmp_path, digits[0]), digits[1])
    book = Registry(space).book()
    for columns, many in ((["cust_no", "product"], 0), (["cust_no", "home_address"], len(PEOPLE))):
        file = tmp_path / "serials.csv"
        pd.concat(digits)[columns].to_csv(file, index=False)
        assert len(check_files([file], book, space.tokeniser).trips) == many


def test_values_on_the_same_row_of_two_sheets_are_not_beside_each_other(space: Workspace, table: Table) -> None:
    plan = planted(space, table)
    tokens = plan.decoys[0].tokens
    held = pa.table(
        {
            "source": ["book.xlsx"] * 2,
            "sheet": ["a", "b"],
            "line": [4, 4],
            "kind": ["name", "address"],
            "token": [tokens["name"], tokens["address"]],
        }
    )
    book = Registry(space).book()
    assert find(held, book) == ()
    assert len(find(held.drop_columns(["sheet"]), book)) == 1


def test_shared_decoys_name_who_was_shown_them(space: Workspace, table: Table, tmp_path: Path) -> None:
    people = rows(250, seed=21).replace("", None)
    accounts = tuple(f"u{n}" for n in range(40))
    registry = Registry(space)
    planned = by_hand(table, people, space.tokeniser)
    plan = registry.propose(table, planned, [""] * len(people), accounts, (0.1, 0.4), "Zhao", NOW)
    registry.step(plan.id, "approved", "Li", NOW, second="Wang", because="board")
    registry.step(plan.id, "planted", "Li", NOW)
    held = registry.sharing(plan).held(accounts)[7]
    file = tmp_path / "leak.csv"
    people[held].iloc[::3].to_csv(file, index=False)
    book = registry.book()
    checked = check_files([file], book, space.tokeniser)
    assert len(checked.trips) == len(people[held].iloc[::3])
    told = weigh(book, checked.found, accounts, space.tokeniser)
    assert [w.account for w in told if w.named] == ["u7"]
    to = outputs(tmp_path / "shared.csv")
    write(to, planned, plan, registry.sharing(plan))
    shown = pd.read_csv(to.shown, dtype=str)
    assert set(shown.loc[shown["for"] == "u7", "cust_no"]) == set(people.loc[held, "cust_no"])


def called(folder: Path, numbers: list[str]) -> Path:
    file = folder / "calls.csv"
    file.write_text(
        "received,contact\n" + "".join(f"2026-05-0{n % 9 + 1} 10:00,{c}\n" for n, c in enumerate(numbers)), "utf-8"
    )
    return file


def test_contacts_weigh_by_what_reaches_controls(space: Workspace, table: Table, tmp_path: Path) -> None:
    planted(space, table)
    book = Registry(space).book()
    one, two = PEOPLE["mobile"].iloc[0], PEOPLE["mobile"].iloc[4]  # both of u0
    quiet = read_calls(called(tmp_path, [one, one, "010-1234", "15499999999"]), book, space.tokeniser)
    assert (quiet.at_decoys, quiet.at_controls, quiet.other, [r[1] for r in quiet.rejected]) == (2, 0, 1, [4])
    assert [r.account for r in quiet.reached] == ["u0"]
    both = read_calls(called(tmp_path, [one, two]), book, space.tokeniser)
    spam = read_calls(called(tmp_path, [one, *CONTROLS.mobiles]), book, space.tokeniser)
    assert both.reached[0].statement.bits > 2 > quiet.reached[0].statement.bits > 0.4 > spam.reached[0].statement.bits
    undated = tmp_path / "undated.csv"
    undated.write_text(f"received,contact\n2026-05-01,{one}\nyesterday,{two}\n", "utf-8")
    assert read_calls(undated, book, space.tokeniser).rejected == (("undated.csv", 3, "received is no date"),)
    assert "2026-05-01" in both.reached[0].statement.text.zh
    assert "150" not in str(both.reached[0].statement.text)
    bad = tmp_path / "bad.csv"
    bad.write_text("when,who\n2026-05-01,x\n", "utf-8")
    with pytest.raises(UnreadableError, match="needs the columns contact and received"):
        read_calls(bad, book, space.tokeniser)


def test_whoever_saw_the_decoys_that_were_called_shares_what_they_weigh(
    space: Workspace, table: Table, tmp_path: Path
) -> None:
    plan = planted(space, table)
    calls = called(tmp_path, [PEOPLE["mobile"].iloc[n] for n in (0, 4, 8)])  # all three of u0
    accounts = [f"u{n}" for n in range(8)]

    def told() -> dict[str, tuple[float, bool]]:
        read = read_calls(calls, Registry(space).book(), space.tokeniser, accounts)
        return {r.account: (round(r.statement.bits, 2), r.named) for r in read.reached}

    alone = told()
    assert set(alone) == {"u0"} and alone["u0"][0] > 4
    mine = [d.id for d in plan.decoys if d.label == "u0"]
    Registry(space).show([Showing(d, "late", "2026-06-01") for d in mine], NOW)
    assert told() == alone  # shown after the calls
    Registry(space).show([Showing(d, "dba", "2026-03-04") for d in mine], NOW)
    both = told()
    assert set(both) == {"u0", "dba"} and not both["u0"][1] and both["u0"][0] < alone["u0"][0] - 1
    calls.write_text(calls.read_text("utf-8").replace("2026-05", "2026-02"), "utf-8")
    assert told() == {}  # before they were planted


def test_a_factor_says_how_much_likelier_calls_are_where_rows_were_taken() -> None:
    assert factor(3, 3, 0, 30) > 1_000 > 100 > factor(3, 3, 0, 4)
    assert factor(1, 3, 4, 4) < 1  # fewer than strangers reach: no reason to think of a taker
    assert factor(0, 3, 0, 30) < 1
    for planted, hit, controls in ((3, 1, 10), (10, 0, 4), (20, 0, 7), (100, 5, 34)):
        a, b = hit + 0.5, controls - hit + 0.5
        chances = stats.betabinom.pmf(
            np.arange(planted + 1), planted, a, b
        )  # a factor's mean over what strangers do is 1
        factors = [factor(k, planted, hit, controls) for k in range(planted + 1)]
        assert chances @ factors == pytest.approx(1, abs=1e-6)
        strangers = special.beta(a + planted, b) / special.beta(a, b)  # all reached: E[b^m], and over u and b
        every = sum(special.beta(a + k, b) for k in range(planted + 1)) / special.beta(a, b) / (planted + 1)
        assert factors[-1] == pytest.approx(every / strangers)
    assert np.log2(factor(10, 10, 0, 4)) == pytest.approx(9.2, abs=0.05)
    assert factor(900, 900, 0, 300) == pytest.approx(1e60)  # no overflow


def test_kinds_of_contact_are_weighed_together_with_a_mean_of_one() -> None:
    assert together([]) == 1 and together([5.0]) == 5
    chances = [stats.betabinom.pmf(np.arange(5), 4, hit + 0.5, 6.5 - hit) for hit in (1, 0)]
    mean = sum(p * q * together([factor(i, 4, 1, 6), factor(j, 4, 0, 6)])
               for i, p in enumerate(chances[0]) for j, q in enumerate(chances[1]))  # fmt: skip
    assert mean == pytest.approx(1)
    assert together([1e6, 0.01]) > 1e5  # a thief who calls need not write


def test_spam_on_numbers_is_held_against_numbers_alone(space: Workspace, table: Table, tmp_path: Path) -> None:
    """Strangers call numbers, and nobody guesses an alias: controls of mail that are silent are no reason to name anybody."""
    people = rows(60, seed=9, first=700_000)
    people["mail"] = [f"a{n}@post.example.com" for n in range(60)]
    wide = table_in(tmp_path, rows(300).assign(mail=[f"c{n}@example.com" for n in range(300)]))
    controls = Controls(
        tuple(f"154000{n:05}" for n in range(20)), tuple(f"kept{n}@post.example.com" for n in range(20))
    )
    registry = Registry(space)
    plan = registry.propose(
        wide, by_hand(wide, people, space.tokeniser, controls=controls), ["u0"] * 60, ("u0",), None, "Zhao", NOW
    )
    registry.step(plan.id, "approved", "Li", NOW, second="Wang", because="board")
    registry.step(plan.id, "planted", "Li", NOW)
    assert len({kind for kind, _ in registry.book().plan(plan.id).controls}) == 2
    numbers = [*people["mobile"].iloc[:36], *controls.mobiles[:12]]  # three of five, of decoys and of controls
    accounts = [f"u{n}" for n in range(20)]
    (spam,) = read_calls(called(tmp_path, numbers), registry.book(), space.tokeniser, accounts).reached
    assert spam.statement.bits < 0 and not spam.named
    assert "numbers: 36 of 60, and of 20 controls that were never planted 12" in spam.statement.text.en
    mails = [*people["mail"].iloc[:45], *controls.mobiles[:12]]  # but calls do not explain that aliases are written to
    (theft,) = read_calls(called(tmp_path, mails), registry.book(), space.tokeniser, accounts).reached
    assert theft.statement.bits > 8 and theft.named


def test_controls_of_an_earlier_registry_have_the_kinds_that_they_were_written_by(
    space: Workspace, table: Table
) -> None:
    plan = proposed(space, table)
    more = ("canary", "canaries", "canary entries", "do it again")
    chain = ChainedList(space.root / REGISTRY, space.tokeniser, space.manifest, *more)
    (told,) = chain.entries()
    decoys = [{**d, "id": f"{d['id']}x", "tokens": {**d["tokens"], "email": "e"}} for d in told["decoys"]]
    for name, there, controls in (("P-1", told["decoys"], ["m1", "m2"]), ("P-2", decoys, ["m1", "m2", "e1", "e2"])):
        chain.add({**bare(told), "plan": name, "decoys": there, "controls": controls})
    book = Registry(space).book()
    assert {kind for kind, _ in book.plan(plan.id).controls} == {"mobile"}
    assert book.plan("P-1").controls == {("mobile", "m1"), ("mobile", "m2")}
    assert book.plan("P-2").controls == {("mobile", "m1"), ("mobile", "m2"), ("email", "e1"), ("email", "e2")}


def test_without_controls_contacts_weigh_nothing(space: Workspace, table: Table, tmp_path: Path) -> None:
    registry = Registry(space)
    plan = registry.propose(table, by_hand(table, PEOPLE, space.tokeniser), ["u1"] * len(PEOPLE), (), None, "Zhao", NOW)
    registry.step(plan.id, "approved", "Li", NOW, second="Wang", because="board")
    registry.step(plan.id, "planted", "Li", NOW)
    told = read_calls(called(tmp_path, [PEOPLE["mobile"].iloc[0]]), registry.book(), space.tokeniser)
    assert [r.statement.bits for r in told.reached] == [0.0]


def test_the_file_that_is_written_feeds_the_lake_and_readings_come_back(table: Table, tmp_path: Path) -> None:
    case = tmp_path / "case"
    (case / "clients").mkdir(parents=True)
    (case / "logs").mkdir()
    pd.concat([rows(300), PEOPLE]).sort_values("cust_no").to_csv(case / "clients" / "clients.csv", index=False)
    keys = [PEOPLE["cust_no"].iloc[2], rows(300)["cust_no"].iloc[5]]
    line = '10.0.0.1 - {} [01/Mar/2026:09:00:0{} +0800] "GET /api/clients/{} HTTP/1.1" 200 9 "-" "-"\n'
    (case / "logs" / "web.log").write_text(
        "".join(line.format("mallory", n, key) for n, key in enumerate(keys)), "utf-8"
    )
    (case / "headwater.toml").write_text(
        '[datasets.clients]\nkey = "cust_no"\nurls = [\'^/api/clients/(?P<subject>K[0-9]+)\']\ncanaries = "canaries.csv"\n',
        "utf-8",
    )
    with open_workspace(tmp_path / "w") as space:
        plan = planted(space, table)
        planned = by_hand(table, PEOPLE, space.tokeniser, controls=CONTROLS)
        write(outputs(case / "canaries.csv"), planned, plan, None)
        ingest(open_case(case), space)
        fed = space.lake.read("canaries")
        assert sorted(fed["subject"].to_pylist()) == sorted(d.tokens["subject"] for d in plan.decoys)
        assert fed["ordinal"].null_count == 0
        registry = Registry(space)
        (met,) = readings(space.lake, registry.book())
        assert (met.decoy, met.account, met.source, met.line) == (plan.decoys[2].id, "mallory", "logs/web.log", 1)
        assert registry.show([met], NOW) == 1
        assert registry.show([met], NOW) == 0
        with pytest.raises(CaseError, match="there is no decoy"):
            registry.show([Showing("D-0", "x", "")], NOW)


def test_decoys_are_dealt_to_accounts_in_a_secret_order(tmp_path: Path) -> None:
    listed, plain, empty = (tmp_path / n for n in ("a.csv", "b.txt", "c.csv"))
    listed.write_text("account,owner\nu1,x\nu2,y\nu1,z\n", "utf-8")
    plain.write_text("u7\n\nu8\n", "utf-8")
    empty.write_text("name,owner\nx,y\n", "utf-8")
    assert (read_accounts(listed), read_accounts(plain)) == (("u1", "u2"), ("u7", "u8"))
    with pytest.raises(CaseError, match="column account"):
        read_accounts(empty)
    for name, content, accounts in (
        ("e.csv", b"account\nu1\nu2\n", ("u1", "u2")),
        ("f.csv", "账号,姓名\nu1,x\nu2,y\n".encode(), ("u1", "u2")),
        ("g.txt", "\ufeff账号\nu1\n".encode(), ("u1",)),
        ("h.csv", b"user\nu1\nu2\n", None),
        ("i.xlsx", workbook([["user", "name"], ["u1", "x"]]), None),
        ("j.txt", bytes(range(256)), None),
    ):
        (tmp_path / name).write_bytes(content)
        if accounts:
            assert read_accounts(tmp_path / name) == accounts
            continue
        with pytest.raises(CaseError, match="holds no accounts"):
            read_accounts(tmp_path / name)
    dealt = dealing(["2026-05"], listed, None, False, 7, 1_000)
    assert (sorted(dealt.labels), dealt.each) == (["2026-05"] * 3 + ["u1"] * 2 + ["u2"] * 2, 2)
    assert dealt.accounts == ("u1", "u2")  # a period is none
    assert sorted(shuffled(dealt.labels, 5)) == sorted(dealt.labels)
    assert len({shuffled(dealt.labels, n) for n in range(6)}) > 1
    assert json.dumps(dealt.plain())
    with pytest.raises(CaseError, match="too few"):
        dealing(["a", "b", "c"], None, None, False, 2, 1_000)
    with pytest.raises(CaseError, match="shared decoys need accounts"):
        dealing([], None, None, True, 2, 1_000)
