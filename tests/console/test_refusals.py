"""What cannot be done is said in the language of the page."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.console.conftest import Console

import headwater
from headwater.console.refusals import refusal

SOURCES = Path(headwater.__file__).parent
TOLD = ("CaseError", "GoneError", "ConflictError", "BusyError", "TooOftenError", "NotAllowedError", "NotSignedInError")


def sentences() -> Iterator[str]:
    """Every sentence that the console and its casebook refuse with, what is filled in as the word 7."""
    for file in sorted([*(SOURCES / "console").rglob("*.py"), *(SOURCES / "store" / "casebook").rglob("*.py")]):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in TOLD and node.args:
                first = node.args[0]
                for told in (first.body, first.orelse) if isinstance(first, ast.IfExp) else (first,):
                    yield from written(told)


def written(told: ast.expr) -> Iterator[str]:
    if isinstance(told, ast.Constant) and isinstance(told.value, str):
        yield told.value
    elif isinstance(told, ast.JoinedStr):
        parts = [str(p.value) if isinstance(p, ast.Constant) else "7" for p in told.values]
        if any(c.isalpha() for c in "".join(parts)):
            yield "".join(parts)


def test_every_refusal_has_its_chinese() -> None:
    found = set(sentences())
    assert len(found) > 100
    assert [text for text in sorted(found) if refusal(text, "zh") == text] == []


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("names are shown for 1 to 1,440 minutes", "真名可显示 1 至 1,440 分钟"),
        ("a reason is needed", "理由：必填"),
        ("nobody of the role analyst may keep exhibits", "您的角色（分析员）无权进行该操作（保管物证）"),
        ("bulk-read.times: not a whole number", "bulk-read.times：须为整数"),
        ("what nobody has translated", "what nobody has translated"),
        ("{0} is needed", "{0}：必填"),
    ],
)
def test_what_is_filled_in_stands_where_it_belongs(english: str, chinese: str) -> None:
    assert refusal(english, "zh") == chinese
    assert refusal(english, "en") == english


def test_a_page_refuses_in_its_language_and_its_twin_in_english(console: Console) -> None:
    client = console.as_user("li")
    assert "没有此案件，或您不是其成员" in client.get("/cases/nowhere", params={"lang": "zh"}).text
    assert "there is no such case" in client.get("/cases/nowhere").text
    assert (
        client.get("/api/v1/cases/nowhere", params={"lang": "zh"}).json()["detail"].startswith("there is no such case")
    )
