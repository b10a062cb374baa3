"""How much an archive may unpack to, so that a bomb is a line in the report and not the end of the run."""

from __future__ import annotations

from dataclasses import dataclass, field

from headwater.model.errors import UnreadableError

GIB = 1 << 30


@dataclass(frozen=True, slots=True)
class Limits:
    """What one exhibit may unpack to, all its layers together. Sizes are in bytes.

    ``ratio`` is the most that the exhibit may grow, and counts from ``ratio_from`` unpacked bytes on. ``depth`` is how
    many archives may lie in one another, ``members`` how many files may come out, and ``nested`` how large an archive
    inside an archive may be (it is laid aside in an unnamed temporary file).
    """

    total: int = 256 * GIB
    ratio: float = 500.0
    ratio_from: int = GIB // 4
    depth: int = 8
    members: int = 100_000
    nested: int = 16 * GIB


class LimitError(UnreadableError):
    """An archive unpacks to more than it may."""


@dataclass(slots=True)
class Budget:
    """Counts what has come out of one exhibit, and stops it when that is too much."""

    limits: Limits
    packed: int
    bytes: int = 0
    members: int = 0

    def spend(self, count: int) -> None:
        """Count unpacked bytes."""
        self.bytes += count
        if self.bytes > self.limits.total:
            raise LimitError(f"unpacks to more than {self.limits.total:,} bytes")
        if self.bytes > self.limits.ratio_from and self.bytes > self.limits.ratio * max(self.packed, 1):
            raise LimitError(f"unpacks to more than {self.limits.ratio:g} times its size, as a bomb does")

    def admit(self) -> None:
        """Count one more file."""
        self.members += 1
        if self.members > self.limits.members:
            raise LimitError(f"holds more than {self.limits.members:,} files")


@dataclass(slots=True)
class Meter:
    """Follows one packed file: how far it was read, counted once however often it is opened, and what went wrong."""

    budget: Budget
    reached: int = 0
    fault: str | None = field(default=None)

    def reach(self, position: int) -> None:
        """Count the bytes up to ``position`` that were not counted before."""
        if position > self.reached:
            self.budget.spend(position - self.reached)
            self.reached = position
