"""The verbs of ``match``: a whole exchange on the command line, what is refused, in both languages, and the table of the page."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.exchange.sides import listed, numbers
from typer.testing import CliRunner

from headwater.cli.match import app
from headwater.exchange.errors import ExchangeError, RefusedError, TamperedError
from headwater.exchange.telling import explained

PAGE = Path(__file__).parents[2] / "docs" / "private-matching.md"
Verb = Callable[..., str]


@pytest.fixture
def match(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Verb:
    monkeypatch.chdir(tmp_path)
    runner = CliRunner()

    def run(*words: str, code: int = 0) -> str:
        done = runner.invoke(app, list(words), catch_exceptions=True)
        if isinstance(done.exception, ExchangeError):
            raise done.exception
        assert done.exit_code == code, done.output
        return done.output

    return run


@pytest.fixture
def agreed(match: Verb) -> Verb:
    """Three sides, two lists."""
    listed(Path("us.csv"), numbers(range(8)))
    listed(Path("them.csv"), numbers(range(5, 12)))
    for name in ("police", "us", "them"):
        match("init", name, "--name", name, "--card", f"{name}.card", "--fewest", "3", "--second-over", "7")
    return match


def opened(match: Verb, *more: str) -> None:
    words = (
        "--party",
        "us.card",
        "--party",
        "them.card",
        "--case",
        "17",
        "--purpose",
        "whose",
        "--until",
        "2999-01-01",
    )
    match("holder", "open", "--as", "police", *words, "--by", "Li", "--out", "terms", *more)


def asked(match: Verb, name: str) -> None:
    match(
        "request",
        "terms",
        f"{name}.csv",
        "--as",
        name,
        "--why",
        "case 17",
        "--out",
        f"{name}.request",
        "--known",
        "police.card",
        "--known",
        "them.card" if name == "us" else "us.card",
    )
    match(
        "holder",
        "answer",
        f"{name}.request",
        "--as",
        "police",
        "--by",
        "Li",
        "--second",
        "Wang",
        "--out",
        f"{name}.answer",
    )
    match("tokens", "terms", f"{name}.answer", f"{name}.csv", "--as", name, "--out", f"{name}.tokens")


def test_a_whole_exchange_by_rows(agreed: Verb) -> None:
    opened(agreed)
    assert "方法 voprf" in agreed("terms", "terms", "--lang", "zh")
    asked(agreed, "us")
    asked(agreed, "them")
    compare = ("intersect", "terms", "them.tokens", "--as", "us", "--commitment", "them.tokens.commitment")
    told = json.loads(agreed(*compare, "--json"))
    assert told["identifiers"] == {"ours": 8, "theirs": 7, "both": 3}
    assert told["people"] == {"low": 0, "high": 3}
    assert told["rows"] == [{"source": "us.csv", "lines": [7, 8, 9]}]
    assert "3 identifiers are in both lists, of 8 and 7" in agreed(*compare)
    assert "己方相符的行：3：us.csv: 7, 8, 9" in agreed(*compare, "--lang", "zh")
    files = ("terms", "us.request", "us.answer", "us.tokens", "us.tokens.commitment")
    proof = ("--log", "police/purpose.log", "--as", "us", "--list", "us.csv")
    assert "us.tokens: tokens of us holds" in agreed("verify", *files, *proof)
    entries = json.loads(agreed("holder", "log", "--as", "police", "--json"))["entries"]
    assert [(e["done"], e.get("items"), e.get("second")) for e in entries[1:]] == [
        ("answered", 8, "Wang"),
        ("answered", 7, "Wang"),
    ]
    with pytest.raises(TamperedError, match="is not the list"):
        agreed("verify", *files, "--as", "us", "--list", "them.csv")


def test_a_whole_exchange_by_size(agreed: Verb) -> None:
    opened(agreed, "--reveal", "size", "--method", "keyed", "--bits", "96")
    asked(agreed, "us")
    asked(agreed, "them")
    count = ("holder", "count", "terms", "us.tokens", "them.tokens", "--as", "police", "--out", "count", "--json")
    told = json.loads(agreed(*count))
    assert told["identifiers"]["both"] == 3
    assert "rows" not in told
    assert json.loads(agreed("counted", "terms", "count", "--json")) == told
    with pytest.raises(RefusedError, match="the size only"):
        agreed("intersect", "terms", "them.tokens", "--as", "us")


def test_two_sides_without_a_third(agreed: Verb) -> None:
    words = (
        "--party",
        "us.card",
        "--party",
        "police.card",
        "--case",
        "17",
        "--purpose",
        "whose",
        "--until",
        "2999-01-01",
    )
    agreed("holder", "open", "--as", "police", *words, "--by", "Li", "--out", "terms")
    agreed("request", "terms", "us.csv", "--as", "us", "--known", "police.card", "--why", "case 17", "--out", "r")
    agreed("holder", "answer", "r", "--as", "police", "--by", "Li", "--second", "Wang", "--out", "a")
    assert "this side alone compares" in agreed("tokens", "terms", "a", "us.csv", "--as", "us", "--out", "none")
    agreed("holder", "own", "terms", "them.csv", "--as", "police", "--by", "Li", "--out", "own")
    assert json.loads(agreed("intersect", "terms", "own", "--as", "us", "--json"))["identifiers"]["both"] == 3


def test_psi_on_the_command_line(agreed: Verb) -> None:
    pytest.importorskip("private_set_intersection", reason="openmined-psi has no wheel for this Python")
    agreed(
        "psi", "request", "us.csv", "--as", "us", "--other", "them.card", "--case", "17", "--why", "whose", "--out", "r"
    )
    agreed(
        "psi",
        "answer",
        "r",
        "them.csv",
        "--as",
        "them",
        "--other",
        "us.card",
        "--by",
        "Li",
        "--second",
        "W",
        "--out",
        "a",
    )
    assert "两份名单共有 3 个标识" in agreed(
        "psi", "result", "a", "us.csv", "--as", "us", "--other", "them.card", "--lang", "zh"
    )


def test_rows_are_set_aside_by_line_and_columns_are_named(agreed: Verb) -> None:
    opened(agreed)
    Path("us.csv").write_text("a,b\n15400000001,x\n15400000002,y\n,z\n15400000003,w\n")
    ask = ("request", "terms", "us.csv", "--as", "us", "--known", "them.card", "--why", "case 17", "--out", "r")
    assert "1 rows set aside" in agreed(*ask, "--column", "a=mobile")
    told = json.loads(agreed(*ask, "--column", "a=mobile", "--json"))
    assert told["set_aside"] == [{"source": "us.csv", "line": 4, "reason": "the row holds nothing that tells a person"}]
    with pytest.raises(ExchangeError, match="no file has a column"):
        agreed(*ask, "--column", "nothing=mobile")
    agreed(*ask, "--column", "mobile", code=2)


def test_wrong_usage_ends_with_two(agreed: Verb) -> None:
    opened(agreed)
    case = ("--case", "1", "--purpose", "p", "--by", "L", "--out", "t")
    both = ("--party", "us.card", "--party", "them.card")
    agreed(code=2)
    agreed("verify", "terms", "--as", "us", code=2)
    agreed("holder", "open", "--as", "police", *both[:2], *case, "--until", "2999-01-01", code=2)
    agreed("holder", "open", "--as", "police", *both, *case, "--until", "soon", code=2)
    psi = ("psi", "request", "us.csv", "--as", "us", "--other", "them.card", "--case", "1", "--why", "w", "--out", "r")
    agreed(*psi, "--reveal", "all", code=2)


def test_what_each_side_learns_is_printed_and_is_the_table_of_the_page(match: Verb) -> None:
    page = PAGE.read_text("utf-8")
    for lang in ("en", "zh"):
        printed = match("--explain", "--lang", lang)
        told = json.loads(match("--explain", "--lang", lang, "--json"))
        assert told == explained(lang)  # type: ignore[arg-type]
        for method in told["methods"]:
            assert len(method["cells"]) == len(told["columns"])
            assert all(cell in printed for cell in method["cells"])
    for method in explained("en")["methods"]:
        assert f"| {' | '.join(method['cells'])} |" in page
