"""The merged table as plain text or Markdown."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from headwater.evaluation.detecting import ALL
from headwater.evaluation.detection_sheets import USUAL, alarm_sheets, loss_sheets, recall_sheets, usual_reading
from headwater.evaluation.merging import Table
from headwater.evaluation.outcome_sheets import (
    bin_sheet,
    calibration_sheet,
    complaint_sheet,
    holding_sheet,
    leak_sheet,
    method_sheet,
    network_sheets,
)
from headwater.evaluation.recall_rows import EVERY
from headwater.evaluation.scoring import MATTER
from headwater.evaluation.sheets import Sheet
from headwater.evaluation.words import Lang, word

Form = Literal["markdown", "text"]


def sheets(table: Table, lang: Lang = "en") -> tuple[Sheet, ...]:
    """Every table that has rows, in the order in which a reader wants them."""
    every = (
        method_sheet(table, lang),
        *recall_sheets(table, lang),
        *loss_sheets(table, lang),
        *alarm_sheets(table, lang),
        leak_sheet(table, lang),
        calibration_sheet(table, lang),
        bin_sheet(table, lang),
        complaint_sheet(table, lang),
        holding_sheet(table, lang),
        *network_sheets(table, lang),
    )
    return tuple(each for each in every if each.rows)


def tables(table: Table, lang: Lang = "en", form: Form = "markdown", *, brief: bool = False) -> str:
    """All tables as one text, each with the sentence that says what it means; ends with a line break.

    ``brief``: matters under the usual budget only, all kinds of doings together: what fits on a screen.
    """
    show = _markdown if form == "markdown" else _text
    notes = [word("honesty", lang)] + ([] if table.even else [word("uneven", lang)])
    found = sheets(_shortened(table) if brief else table, lang)
    return "\n\n".join([*notes, *(show(each) for each in found)]) + "\n"


def _shortened(table: Table) -> Table:
    reading = usual_reading(table)
    return replace(
        table,
        recall=tuple(
            r
            for r in table.recall
            if r.unit == MATTER and r.reading in (reading, ALL) and r.kind == r.strength == EVERY
        ),
        alarms=tuple(r for r in table.alarms if (r.unit, r.reading, r.budget) == (MATTER, reading, USUAL)),
        leaks=tuple(r for r in table.leaks if r.origin == EVERY),
        calibration=tuple(replace(r, bins=()) for r in table.calibration),
        network=tuple(replace(r, roles={}) for r in table.network),
    )


def _title(found: Sheet) -> str:
    return f"{found.title} ({found.remark})" if found.remark else found.title


def _markdown(found: Sheet) -> str:
    head = _line([column.label for column in found.columns])
    rule = "|" + "|".join(" ---: " if column.numeric else " --- " for column in found.columns) + "|"
    return "\n".join([f"## {_title(found)}", "", found.meaning, "", head, rule, *(_line(row) for row in found.rows)])


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(_escaped(cell) for cell in cells) + " |"


def _escaped(text: str) -> str:
    """The text with nothing in it that Markdown, or HTML inside of it, would act on."""
    marked = re.sub(r"([\\`*_{}\[\]<>|#~!&])", r"\\\1", _one_line(text))
    return marked.replace("\\&", "&amp;").replace("\\<", "&lt;").replace("\\>", "&gt;")


def _one_line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _text(found: Sheet) -> str:
    lines = [[column.label for column in found.columns], *(list(map(_one_line, row)) for row in found.rows)]
    widths = [max(map(_width, cells)) for cells in zip(*lines, strict=True)]
    numeric = [column.numeric for column in found.columns]
    rows = ["  ".join(map(_padded, line, widths, numeric)).rstrip() for line in lines]
    return "\n".join([_title(found), found.meaning, "", *rows])


def _padded(text: str, width: int, right: bool) -> str:
    space = " " * (width - _width(text))
    return space + text if right else text + space


def _width(text: str) -> int:
    """Columns that the text takes on a screen: wide characters take two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
