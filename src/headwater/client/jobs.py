"""Long work on a case, as a program follows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

OPEN = frozenset({"waiting", "running", "ending"})


@dataclass(frozen=True, slots=True)
class Job:
    """A job: how far it is (``share``, from 0 to 1, and a sentence), and what became of it."""

    id: str
    kind: str
    status: str
    """`waiting`, `running`, `ending`, `done`, `failed`, `lost` or `cancelled`."""
    share: float
    said: str
    told: Mapping[str, Any] = field(repr=False)

    @property
    def over(self) -> bool:
        """Whether nothing more comes of it by itself."""
        return self.status not in OPEN


def job(told: Mapping[str, Any]) -> Job:
    """A job of a page."""
    one = told["job"]
    return Job(str(one["id"]), str(one["kind"]), str(one["status"]), float(one["share"]), str(one["said"]), told)
