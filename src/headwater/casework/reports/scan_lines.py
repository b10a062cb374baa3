"""The answer of a scan as JSON lines: one object per file, as the answer has it, with its weight."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from headwater.casework.reports.gravity import gravity, groups_of
from headwater.casework.reports.json_lines import lines
from headwater.casework.reports.scan_telling import Answer


def dumps(answer: Answer) -> bytes:
    """Every file of the answer, in its order, one JSON object a line."""
    return lines(records(answer))


def records(answer: Answer) -> Iterator[dict[str, Any]]:
    """The files, each with ``group`` (the gravest legal group in it) and ``weight`` (the word for how grave that is)."""
    groups = groups_of(answer)
    for file in answer["files"]:
        found = gravity(file, groups)
        yield {**file, "group": found.group or None, "weight": found.level}
