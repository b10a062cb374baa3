"""What a scan did not see: files that could not be read, and those that were read only partly, each with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

UNREAD, PARTLY = "unread", "partly read"


@dataclass(frozen=True, slots=True)
class Gap:
    """One reason why a file was not read, or not all of it."""

    path: str
    status: str
    reason: str


def gaps(answer: Mapping[str, Any]) -> tuple[Gap, ...]:
    """Every gap of a scan's answer, each once: first the files of which nothing was read, then the others, in the order of paths.

    A file that could not be opened stands in ``not_read``; one that no reader could read stands among ``files``.
    """
    found = {Gap(str(each["path"]), UNREAD, str(each["reason"])): None for each in answer["not_read"]}
    for file in answer["files"]:
        for reason in file["reasons"]:
            found[Gap(str(file["path"]), str(file["status"]), str(reason))] = None
    return tuple(sorted(found, key=lambda gap: (gap.status != UNREAD, gap.path, gap.reason)))
