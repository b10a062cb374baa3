"""Writes tables that no spreadsheet program executes."""

from __future__ import annotations

import csv
import io
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

# what a spreadsheet program takes for the start of a formula, in ASCII and in full width
FORMULA = tuple("=+-@＝＋－＠|%")


def tables(result: Mapping[str, Any]) -> dict[str, bytes]:
    """The findings, incidents and holdings of a result as CSV files by name, in UTF-8 with a byte-order mark."""
    return {f"{name}.csv": table(result.get(name) or (), columns) for name, columns in COLUMNS.items()}


def table(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> bytes:
    """Rows as CSV with a header: lists are joined by semicolons, text that could be a formula is made plain text."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_cell(row.get(c)) for c in columns] for row in rows)
    return (BOM + out.getvalue()).encode("utf-8")


def safe(text: str) -> str:
    """Text that stays text: invisible characters are shown, and a leading quote stops what looks like a formula.

    >>> safe("=1+1"), safe("  @SUM(A1)"), safe("plain")
    ("'=1+1", "'  @SUM(A1)", 'plain')
    """
    shown = visible(text)
    return f"'{shown}" if shown.lstrip().startswith(FORMULA) or (text[:1] in "\t\r\n" and text) else shown


def _cell(value: Any) -> str | int | float:
    if value is None:
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
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
