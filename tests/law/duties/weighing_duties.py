"""One place's duties weighed by facts written down in a line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from headwater.law.duties.assessing import Assessed, assess
from headwater.law.duties.facts import Facts, vocabulary
from headwater.law.duties.ranges import Range

Given = int | tuple[int, int] | bool
KNOWN = "2026-11-20T09:00+08:00"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def facts(sector: tuple[str, ...] | None = None, moments: Mapping[str, str] | None = None, **given: Given) -> Facts:
    """Facts by name: true and false are flags, numbers and pairs are counts."""
    counts = {k: Range(*v) if isinstance(v, tuple) else Range(v, v) for k, v in given.items() if _counted(k)}
    flags = {k: bool(v) for k, v in given.items() if not _counted(k)}
    told = {k: at(v) for k, v in (moments or {}).items()}
    return Facts(flags, counts, frozenset(sector) if sector is not None else None, told)  # type: ignore[arg-type]


def weigh(place: str, given: Facts, known: str = KNOWN, now: str | None = None) -> dict[str, Assessed]:
    found = assess(given, [place], at(known), at(now) if now else None)
    return {a.duty.id.removeprefix(f"{place}."): a for a in found}


def _counted(name: str) -> bool:
    return vocabulary()[name].kind == "count"
