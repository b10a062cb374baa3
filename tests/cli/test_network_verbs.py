"""The verbs ``headwater network …`` over a result and its workspace: lists, stories, reasons, verdicts, exports."""

from __future__ import annotations

import json
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from tests.network.made_market import made_market
from typer.testing import CliRunner

from headwater.casework.network_part import NetworkPart
from headwater.casework.reports.graphs.formats import FORMATS
from headwater.casework.reports.json import dumps
from headwater.casework.reports.market.people import ROLES, UNKNOWN
from headwater.cli.main import app
from headwater.cli.network import Format, Role
from headwater.model.errors import CaseError
from headwater.network.verdicts import FILE
from headwater.store.workspace import open_workspace

MARKET = made_market(60, 120)
JOINED = next(m for m in MARKET.people if m.links)
FIRST, SECOND = (p.id for p in MARKET.people[:2])


@pytest.fixture
def case(tmp_path: Path) -> list[str]:
    """A case whose result and workspace are there; the words that name them on the command line."""
    folder, out = tmp_path / "made" / "case", tmp_path / "out"
    folder.mkdir(parents=True)
    out.mkdir()
    network = NetworkPart("en", ZoneInfo("Asia/Shanghai")).make(MARKET)
    (out / "result.json").write_bytes(
        dumps({"schema": "headwater/result/1", "case": {"manifest": "ab"}, "network": network})
    )
    with open_workspace(out / "workspace"):
        pass
    return [str(folder), "--out", str(out)]


def ran(verb: str, case: list[str], *words: str, ends: int = 0) -> str:
    done = CliRunner().invoke(app, ["network", verb, case[0], *words, *case[1:]])
    assert done.exit_code == ends, done.output
    return done.output


def refused(verb: str, case: list[str], *words: str) -> str:
    """The message of an error that the command line turns into exit code 1."""
    with pytest.raises(CaseError) as error:
        CliRunner().invoke(app, ["network", verb, case[0], *words, *case[1:]], catch_exceptions=False)
    return str(error.value)


def test_choices_are_those_that_there_are() -> None:
    assert [f.value for f in Format] == list(FORMATS)
    assert {r.value for r in Role} == {*ROLES, UNKNOWN}


def test_people_are_listed_and_what_is_cut_is_said(case: list[str]) -> None:
    said = ran("people", case, "--limit", "5")
    assert "55 more" in said
    sources = ran("people", case, "--role", "source", "--limit", "99")
    assert all(m.id in sources for m in MARKET.people if m.role == "source")
    assert not any(m.id in sources for m in MARKET.people if m.role == "customer")
    assert "中间人" in ran("people", case, "--lang", "zh")
    assert len(json.loads(ran("people", case, "--json"))["people"]) == len(MARKET.people)


def test_orders_are_listed_by_person_and_category(case: list[str]) -> None:
    wanted = [o for o in MARKET.orders if FIRST in o.path and o.category == "location"]
    said = json.loads(ran("orders", case, "--person", FIRST, "--category", "location", "--json"))["orders"]
    assert [o["id"] for o in said] == [o.id for o in wanted]
    assert wanted
    told = ran("orders", case, "--person", FIRST, "--category", "location")
    assert " > ".join(wanted[0].path) in told


def test_a_path_is_told_with_its_lines(case: list[str]) -> None:
    order = next(o for o in MARKET.orders if o.lookups and o.others)
    said = ran("path", case, order.id)
    assert "the subject is looked up with account crm.li" in said
    assert "查一下" in said
    assert f"{order.hops[0].evidence[0].source}:{order.hops[0].evidence[0].line}" in said
    assert "The evidence leaves these paths open too" in said
    assert "询问" in ran("path", case, order.id, "--lang", "zh")
    assert json.loads(ran("path", case, order.id, "--json"))["id"] == order.id


def test_reasons_of_one_person(case: list[str]) -> None:
    said = ran("why", case, JOINED.id)
    for statement in (*JOINED.facts, *JOINED.links[0].statements):
        assert statement.text.en in said
    assert "Received:" in said
    assert all(alias.value in said for alias in JOINED.aliases)
    assert ran("why", case, JOINED.aliases[0].value) == said


def test_what_connects_two(case: list[str]) -> None:
    hop = MARKET.orders[0].hops[0]
    said = ran("why", case, hop.buyer, hop.seller)
    assert MARKET.orders[0].id in said
    assert "CNY" in said
    one = ran("why", case, JOINED.links[0].first, JOINED.links[0].second)
    assert f"Both are {JOINED.id}" in one
    assert JOINED.links[0].statements[0].text.en in one
    assert "Nothing that was read connects the two." in ran("why", case, FIRST, SECOND)


def test_a_verdict_is_kept_listed_and_taken_back(case: list[str]) -> None:
    said = json.loads(ran("merge", case, FIRST, SECOND, "--reason", "one card", "--by", "Li", "--json"))
    assert said["accounts"] != said["others"]
    told = ran("verdicts", case)
    assert said["id"] in told
    assert "one card" in told
    assert "again" in ran("undo", case, said["id"], "--reason", "wrong card", "--by", "Wang")
    listed = json.loads(ran("verdicts", case, "--json"))["verdicts"]
    assert [(v["said"], v.get("stands")) for v in listed] == [("merge", False), ("undo", None)]
    assert all(v["at"].endswith("+00:00") for v in listed)
    assert (Path(case[2]) / "workspace" / FILE).stat().st_mode & 0o777 == 0o600


def test_accounts_are_split_from_a_person(case: list[str]) -> None:
    first, second = JOINED.links[0].first, JOINED.links[0].second
    said = json.loads(ran("split", case, JOINED.id, second, "--reason", "two voices", "--by", "Li", "--json"))
    assert (said["accounts"], said["others"]) == ([second], [first])
    assert "undo it first" in refused("merge", case, first, second, "--reason", "one", "--by", "Li")
    assert "no account of" in refused("split", case, JOINED.id, "wxid_made000001", "--reason", "x", "--by", "Li")
    assert "nothing would be left" in refused("split", case, JOINED.id, first, second, "--reason", "x", "--by", "Li")


def test_every_format_is_written(case: list[str], tmp_path: Path) -> None:
    to = tmp_path / "exports"
    said = ran("export", case, *(w for f in FORMATS for w in ("--format", f)), "--to", str(to))
    written = {file.name for file in to.iterdir()}
    assert {Path(line).name for line in said.splitlines()} == written
    assert {
        "network.graphml",
        "network.gexf",
        "network.stix.json",
        "network.ftm.json",
        "people.csv",
        "orders.csv",
    } <= written
    assert "case folder" in refused("export", case, "--format", "csv", "--to", str(Path(case[0]) / "x"))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("path", "O999999"), "no order"),
        (("why", "nobody"), "nobody of the market"),
        (("why", "钱*"), "several people"),
        (("undo", "V-0", "--reason", "x", "--by", "Li"), "no verdict"),
        (("merge", "N00001", "N00002", "--reason", " ", "--by", "Li"), "needs a reason"),
    ],
)
def test_errors_help(case: list[str], words: tuple[str, ...], message: str) -> None:
    assert message in refused(words[0], case, *words[1:])


def test_a_raw_number_is_found_and_never_repeated(case: list[str]) -> None:
    person = MARKET.people[4]
    raw = "1541234" + person.aliases[3].value[-4:]
    assert "nobody" in refused("why", case, "15412340000")
    assert "15412340000" not in refused("why", case, "15412340000")
    assert ran("why", case, raw) == ran("why", case, person.id)


def test_without_a_result_it_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "case").mkdir()
    assert "headwater investigate" in refused("people", [str(tmp_path / "case"), "--out", str(tmp_path / "none")])


def test_wrong_usage_ends_with_two(case: list[str]) -> None:
    ran("export", case, "--format", "pdf", ends=2)
    ran("merge", case, FIRST, ends=2)


def test_ids_may_be_given_without_noughts(case: list[str]) -> None:
    person, order = MARKET.people[2], MARKET.orders[3]
    assert ran("why", case, f"n{int(person.id[1:])}") == ran("why", case, person.id)
    assert ran("path", case, f"O{int(order.id[1:])}") == ran("path", case, order.id)


def test_a_choice_that_there_is_not_is_refused(case: list[str]) -> None:
    assert "no order is of the category locaton; there are" in refused("orders", case, "--category", "locaton")
    ran("orders", case, "--outcome", "answerd", ends=2)
    nobody = next(m.id for m in MARKET.people if not any(m.id in o.path for o in MARKET.orders))
    assert "No order is like that." in ran("orders", case, "--person", nobody)


def test_a_merge_says_what_speaks_against_it(case: list[str]) -> None:
    hop = MARKET.orders[0].hops[0]
    said = ran("merge", case, hop.buyer, hop.seller, "--reason", "one voice", "--by", "Li")
    assert "Mind: the two dealt with each other in" in said
    assert "both are" in refused("merge", case, FIRST, FIRST, "--reason", "one", "--by", "Li")
