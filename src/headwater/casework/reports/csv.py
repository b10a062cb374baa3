"""Writes tables that no spreadsheet program executes."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from headwater.casework.reports.visible import visible

BOM = "\ufeff"  # without it, spreadsheet programs take UTF-8 for the local code page

COLUMNS: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        "incidents": (
            "rank",
            "title",
            "employees",
            "accounts",
            "devices",
            "from",
            "to",
            "subjects",
            "bits",
            "findings",
        ),
        "findings": (
            *("id", "detector", "title", "severity", "employees", "accounts", "devices"),
            *("from", "to", "subjects", "bits", "p_value", "techniques", "statements", "evidence"),
        ),
        "holdings": ("holder", "files", "rows", "persons", "items", "datasets", "overlap"),
    }
)

FORMULA = frozenset("=+-@|%")
"""What a spreadsheet program takes for the start of a formula; full-width and small forms are folded before."""

# where semicolons part columns, what follows one in a cell begins a cell of its own
_AFTER_SEMICOLON = re.compile(r""";(?=(?P<led>[\s"']*)(?P<first>\S))""")

_LED = re.compile(r'^[\s"]+')

# written as text, and shown by a spreadsheet program as another number or as a day
_MANGLED = re.compile(r"0\d+|\d{12,}|\d+(\.\d+)?[eE][+-]?\d+|\d{1,3}[-/]\d{1,4}([-/]\d{1,4})?")

_EXACT = 10**15  # a spreadsheet program keeps fifteen digits


def tables(result: Mapping[str, Any]) -> dict[str, bytes]:
    """The findings, incidents and holdings of a result as CSV files by name, in UTF-8 with a byte-order mark."""
    return {f"{name}.csv": table(result.get(name) or (), columns) for name, columns in COLUMNS.items()}


def table(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> bytes:
    """Rows as CSV with a header: lists are joined by semicolons, text that could be a formula is made plain text.

    All text is in quotation marks, numbers are not.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n", quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow(columns)
    writer.writerows([_cell(row.get(c)) for c in columns] for row in rows)
    return (BOM + out.getvalue()).encode("utf-8")


def safe(text: str) -> str:
    """Text that stays the text that it is: a leading quote stops what looks like a formula or would be shown as a number.

    Invisible characters are spelled out. What follows a semicolon is looked at as well: there a cell begins for a program
    that parts columns by semicolons.

    >>> safe("=1+1"), safe("  @SUM(A1)"), safe("plain")
    ("'=1+1", "'  @SUM(A1)", 'plain')
    >>> safe("a;=1+1"), safe("00123"), safe("6200000000000005")
    ("a;'=1+1", "'00123", "'6200000000000005")
    """
    shown = _AFTER_SEMICOLON.sub(lambda m: ";'" if _begins_formula(m["first"]) else ";", visible(text))
    stopped = _begins_formula(_LED.sub("", shown)) or text[:1] in ("\t", "\r", "\n") or _MANGLED.fullmatch(shown)
    return f"'{shown}" if stopped else shown


def _begins_formula(text: str) -> bool:
    return unicodedata.normalize("NFKC", text[:1])[:1] in FORMULA


def _cell(value: Any) -> str | int | float:
    if value is None:
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _EXACT:
        return value
    return safe(_text(value))


def _text(value: Any) -> str:
    if isinstance(value, Mapping):
        return _line(value) if _is_record(value) else "; ".join(f"{k}: {_text(v)}" for k, v in sorted(value.items()))
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "; ".join(_text(v) for v in value)
    return str(value)


def _is_record(value: Mapping[str, Any]) -> bool:
    return "text" in value or "source" in value or "path" in value


def _line(record: Mapping[str, Any]) -> str:
    if "text" in record:
        return f"{record['text']} ({record['bits']:+.1f})" if "bits" in record else str(record["text"])
    return f"{record['source']}:{record.get('line', '')}" if "source" in record else str(record["path"])
