"""The answer of a scan on a terminal."""

from __future__ import annotations

import io
from typing import Any, Literal

import pytest
from made_scan import HOSTILE, hostile_scan, item, made_scan, many
from rich.cells import cell_len
from rich.console import Console

from headwater.casework.reports.scan_table import SHOWN, shortened, show
from headwater.casework.reports.scan_telling import kinds
from headwater.casework.reports.visible import visible
from headwater.casework.reports.words import words
from headwater.model.words import LANGS, Lang


def said(answer: dict[str, Any], lang: Lang = "en", width: int = 120, terminal: bool = False) -> str:
    out = io.StringIO()
    colours: Literal["standard"] | None = "standard" if terminal else None
    show(answer, Console(file=out, width=width, force_terminal=terminal, color_system=colours), lang)
    return out.getvalue()


@pytest.mark.parametrize("lang", LANGS)
def test_what_was_found_is_said(lang: Lang) -> None:
    text = said(made_scan(), lang)
    for word in ("9,231", "P00012", "客户.xlsx", "policyholders", "needs a password", "640", "n3"):
        assert word in text


def test_the_gravest_file_comes_first() -> None:
    text = said(made_scan())
    text = text[text.index("Files, the gravest first") :]
    assert text.index("客户.xlsx") < text.index("seized/P00012/part.csv") < text.index("chat.txt")


@pytest.mark.parametrize("width", [40, 80, 200])
@pytest.mark.parametrize("lang", LANGS)
def test_a_terminal_is_as_wide_as_it_is(width: int, lang: Lang) -> None:
    for line in said(made_scan(), lang, width, terminal=True).splitlines():
        plain = "".join(part.partition("m")[2] if n else part for n, part in enumerate(line.split("\x1b[")))
        assert cell_len(plain) <= width


def test_no_colour_where_there_is_no_terminal() -> None:
    assert "\x1b" not in said(made_scan())
    assert "\x1b[" in said(made_scan(), terminal=True)


@pytest.mark.parametrize("lang", LANGS)
def test_hostile_names_do_nothing(lang: Lang) -> None:
    text = said(hostile_scan(), lang, 400)
    assert not [c for c in text if not c.isprintable() and c != "\n"]
    for name in HOSTILE:
        assert visible(name) in text
    coloured = said(hostile_scan(), lang, 400, terminal=True)
    assert "\x1b]0" not in coloured
    assert "\u202e" not in coloured


def test_long_lists_are_cut_and_counted() -> None:
    text = said(many(2000))
    assert f"{2000 - SHOWN:,} more are in scan.json (files)." in text
    assert f"{2000 - 1 - SHOWN:,} more are in scan.json (lineage)." in text
    assert len(text.splitlines()) < 200


def test_a_path_is_cut_in_its_middle() -> None:
    assert shortened("short", 10) == "short"
    cut = shortened("一" * 30 + "/客户.xlsx", 20)
    assert cell_len(cut) <= 20
    assert cut.endswith("客户.xlsx")


def test_kinds_are_listed_as_the_language_lists_them() -> None:
    items = [item("mobile", "contact", 1300, 1300), item("name", "name", 12, 12)]
    assert kinds(items, words("en")) == "mobile number 1,300, name 12"
    assert kinds(items, words("zh")) == "手机号码 1,300、姓名 12"
