"""The list and the draft record as pages, and the list as a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from headwater.casework.reports.csv import table
from headwater.casework.reports.exports.handover.entries import entries, held
from headwater.casework.reports.page import part, shown, templates
from headwater.casework.reports.records import records
from headwater.casework.reports.why import said
from headwater.casework.reports.words import words

COLUMNS = (*("number", "path", "category", "format", "size", "sha256", "sm3", "holder", "rows", "rejected", "persons"),)


def export(result: Mapping[str, Any]) -> dict[str, bytes]:
    """``list.html``, ``list.csv`` and ``record.html``."""
    pages = {"list.html": list_page(result), "record.html": record_page(result)}
    return {
        **{name: page.encode("utf-8", "backslashreplace") for name, page in pages.items()},
        "list.csv": _table(result),
    }


def list_page(result: Mapping[str, Any]) -> str:
    """The list of electronic data (电子数据清单) as the text of one page that fetches nothing and has no script."""
    return _page("handover_list.html.j2", result)


def record_page(result: Mapping[str, Any]) -> str:
    """The draft of the record of collection (提取笔录): what the result says is filled in, all else is left blank."""
    return _page("handover_record.html.j2", result)


def _page(template: str, result: Mapping[str, Any]) -> str:
    listed = list(entries(result))
    return (
        _environment()
        .get_template(template)
        .render(
            case=result["case"],
            rules=records(result["case"].get("rule_sets")),
            entries=listed,
            bytes=sum(e.size or 0 for e in listed),
            not_read=records(result["read"]["not_read"]),
            held=list(held(result)),
            both=both,
            zh=words("zh"),
            en=words("en"),
            why=lambda reason: f"{said(str(reason or ''), 'zh')} {said(str(reason or ''), 'en')}",
            style=Markup(part("handover.css")),
        )
    )


def both(key: str, /, **values: object) -> Markup:
    """A label in Chinese, with the English one below it, smaller."""
    zh, en = (words(lang)(key, **values) for lang in ("zh", "en"))
    return Markup('<span lang="zh-Hans">{}</span> <span class="en" lang="en">{}</span>').format(shown(zh), shown(en))


def _table(result: Mapping[str, Any]) -> bytes:
    zh, en = words("zh"), words("en")
    heads = {name: f"{zh(f'handover.{name}')} {en(f'handover.{name}')}" for name in COLUMNS}
    cells: Mapping[str, Callable[[Any], Any]] = {
        "category": lambda value: f"{zh(f'handover.category_{value}')} {en(f'handover.category_{value}')}"
    }
    rows = [
        {heads[name]: cells.get(name, lambda value: value)(getattr(entry, name)) for name in COLUMNS}
        for entry in entries(result)
    ]
    return table(rows, list(heads.values()))


@cache
def _environment() -> Environment:
    return templates()
