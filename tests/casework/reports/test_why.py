"""Why something was not read: every sentence of the readers has a code and its Chinese."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest

from headwater.casework.gaps import PARTLY, UNREAD, gaps
from headwater.casework.reports.scan_telling import reasons
from headwater.casework.reports.why import OTHER, code_of, codes, general, said
from headwater.casework.reports.words import words

ROOT = Path(str(files("headwater")))
READERS = ("exhibits", "ingestion/traffic", "investigation/surveys", "scanning/survey")
SINGLE = ("scanning/stage.py", "scanning/housed.py", "scanning/file_scan.py", "investigation/surveying.py")
# what reads the settings and not the files of a case
SETTINGS = {"settings.py", "blocks.py", "log_blocks.py", "recogniser_blocks.py", "rule_files.py"}
# errors that end the command; they are no reason in an answer
ENDING = {"SettingsError", "CaseError", "StoreError", "SchemaError", "ValueError", "RuntimeError", "OSError"}
TELLING = re.compile(
    r"\b(is|are|was|were|cannot|could|holds?|has|needs?|needed|lies|ends|ended|took|brought|failed|refused|missing)\b"
)
SQL = re.compile(r"\b(SELECT|FROM|WHERE|SET|COUNT)\b")
# pieces of sentences that stand there whole, and how files are kin
OTHERS = {
    *("is one part of an archive in several: files that go on in another part are not read whole7",),
    *("7: to open it with a password, the program unar has to be installed",),
    *("page 7 is a picture", "7 pages hold pictures (7)", "7, and pictures were not to be read"),
    *("its schemas cannot be listed", "its tables cannot be listed", "7 (7)"),
    "the database cannot be reached, or not be set to read only",
    *(
        "that was beside it, if there was one,",
        "the rows that stand only in the write-ahead log (-wal) 7 were not read",
    ),
    "7 of the 7 persons of 7 stand in 7, which has other columns or another format",
    "7 holds 7 persons of 7, and those of other files: put together from several",
}


def _text(node: ast.AST) -> str | None:
    """A text, with 7 for whatever is filled in."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return re.sub(r"\{[^{}]*\}", "7", node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(str(v.value) if isinstance(v, ast.Constant) else "7" for v in node.values)
    return None


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _sources() -> Iterator[Path]:
    for folder in READERS:
        yield from (f for f in sorted((ROOT / folder).rglob("*.py")) if f.name not in SETTINGS)
    yield from (ROOT / single for single in SINGLE)


def _told(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Sentences of a module that tell why something was not read: what such an error is made of, and what reads like it."""
    passed, sure = set(), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr | ast.JoinedStr):
            passed |= {id(child) for child in ast.iter_child_nodes(node)}
        if isinstance(node, ast.Call) and (_called(node) in ENDING or "log" in ast.unparse(node.func)):
            passed |= {id(child) for child in ast.walk(node)}
        if isinstance(node, ast.Call) and _called(node) in ("NotRead", "UnreadableError"):
            place = 1 if _called(node) == "NotRead" else 0
            sure |= {id(child) for child in node.args[place : place + 1]}
    for node in ast.walk(tree):
        text = _text(node)
        if text is None or id(node) in passed:
            continue
        if id(node) in sure or (" " in text and text[0] in "abcdefghijklmnopqrstuvwxyz7" and TELLING.search(text)):
            yield node.lineno, text  # type: ignore[attr-defined]


def _unknown(file: Path) -> list[str]:
    told = _told(ast.parse(file.read_text("utf-8")))
    return [
        f"{file.relative_to(ROOT)}:{line}: {text}"
        for line, text in told
        if code_of(text) == OTHER and not SQL.search(text) and text not in OTHERS
    ]


@pytest.mark.parametrize("file", list(_sources()), ids=lambda f: f.relative_to(ROOT).as_posix())
def test_every_reason_of_a_reader_has_its_chinese(file: Path) -> None:
    """A new one gets a line in casework/reports/words/reasons.toml."""
    assert _unknown(file) == []


def test_the_search_for_reasons_finds_one_that_is_not_known(tmp_path: Path) -> None:
    made = "raise UnreadableError(f'is {n} bytes of nothing')\nx = 'the file is odd'\nraise CaseError('it was not there')\n"
    assert sorted(text for _, text in _told(ast.parse(made))) == ["is 7 bytes of nothing", "the file is odd"]
    assert [code_of(text) for _, text in _told(ast.parse(made))] == [OTHER, OTHER]


def test_the_places_of_both_languages_are_the_same_and_nothing_stands_below_two_codes() -> None:
    known = [s for each in codes().values() for s in each]
    for sentence in known:
        assert set(re.findall(r"\{\w+\}", sentence.en)) == set(re.findall(r"\{\w+\}", sentence.zh)), sentence.en
        assert re.search(r"[一-鿿]", sentence.zh), sentence.en
    english = [s.en for s in known]
    assert sorted(english) == sorted(set(english))
    assert OTHER not in codes()


def test_the_codes_are_those_of_the_documentation() -> None:
    page = (ROOT.parents[1] / "docs" / "scan-answer.md").read_text("utf-8")
    chapter = page.partition("## Why something was not read")[2].partition("\n## ")[0]
    assert re.findall(r"^\| `([a-z_]+)` \| .+ \|$", chapter, re.M)[1:] == [*codes(), OTHER]


@pytest.mark.parametrize(
    ("reason", "code", "chinese"),
    [
        ("is encrypted", "encrypted", "已加密"),
        ("cannot be read: Permission denied", "no_access", "无法读取：没有权限"),
        ("page 3: the page is damaged", "damaged", "page 3：该页已损坏"),
        (
            "2,000 lines set aside, the first of them line 13: has 2 cells instead of 5",
            "lines",
            "搁置 2,000 行，第一处为第 13 行：有 2 个单元格，应为 5 个",
        ),
        (
            "needed more than 512 MB of memory; what it holds after what is told here was not read",
            "memory",
            "所需内存超过 512 MB；此处所述之后的内容未读取",
        ),
        ("a reader by others says so", OTHER, "a reader by others says so"),
    ],
)
def test_a_reason_keeps_its_code_figures_and_places(reason: str, code: str, chinese: str) -> None:
    assert code_of(reason) == code
    assert said(reason, "zh") == chinese
    assert said(reason, "en") == reason


def test_a_name_cannot_put_words_of_the_template_into_a_sentence() -> None:
    told = said("is a later part of {reason}{n}.z01, and read with it", "zh")
    assert told == "是 {reason}{n}.z01 的后续分卷，随其一并读取"


def test_a_name_of_a_megabyte_is_told_at_once() -> None:
    name = "): (" * 250_000
    assert said(f"1 pages hold pictures ({name}x", "zh").startswith("1 pages")
    assert code_of(f"{name}: is encrypted") == "encrypted"


ANSWER = {
    "not_read": [{"path": "a.zip", "reason": "is encrypted"}],
    "files": [
        {"path": "b.csv", "status": "partly read", "reasons": ["3 lines could not be read", "is encrypted"]},
        {"path": "c.csv", "status": "partly read", "reasons": ["9 lines could not be read"]},
        {"path": "d.pdf", "status": "unread", "reasons": ["the PDF is damaged, or is none"]},
        {"path": "e.txt", "status": "read", "reasons": []},
    ],
}


def test_what_no_reader_could_read_is_a_gap_as_what_could_not_be_opened() -> None:
    assert [(g.path, g.status) for g in gaps(ANSWER)] == [
        *(("a.zip", UNREAD), ("d.pdf", UNREAD)),
        *(("b.csv", PARTLY), ("b.csv", PARTLY), ("c.csv", PARTLY)),
    ]


def test_reasons_that_differ_in_figures_are_one_and_what_was_not_read_stands_first() -> None:
    told = reasons(gaps(ANSWER), words("en"))
    assert [(r.reason, r.status, r.files, r.example) for r in told] == [
        ("is encrypted", UNREAD, 1, "a.zip"),
        ("the PDF is damaged, or is none", UNREAD, 1, "d.pdf"),
        ("… lines could not be read", PARTLY, 2, "b.csv"),
        ("is encrypted", PARTLY, 1, "b.csv"),
    ]


def test_the_general_form_is_in_the_language_asked_for() -> None:
    assert general("3 lines could not be read", "zh") == "… 行无法读取"


def test_the_file_of_sentences_is_sorted_into_codes_that_machines_can_hold() -> None:
    data = tomllib.loads((ROOT / "casework/reports/words/reasons.toml").read_text("utf-8"))
    assert all(re.fullmatch(r"[a-z_]{4,14}", code) for code in data)
