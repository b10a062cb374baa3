"""Conditions under which a scan counts as failed, for systems that only look at the exit code.

``persons>0, group:n3>=50, kind:resident_id>0, unread>0, new-persons>0``: a comma means *or*. A gate errs on the safe
side: where a figure is only known from at least to at most, the greater one is weighed.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any

from headwater.model.errors import HeadwaterError
from headwater.scanning.categories import categories

OPERATORS: Mapping[str, Callable[[int, int], bool]] = MappingProxyType(
    {
        ">=": operator.ge,
        "<=": operator.le,
        "==": operator.eq,
        "!=": operator.ne,
        ">": operator.gt,
        "<": operator.lt,
        "=": operator.eq,
    }
)

SCAN = ("files", "rows", "persons", "named", "unread", "partly-read", "duplicates", "expired", "new-persons")
"""Figures of a scan that need no further word."""

CHANGED = (
    *("new", "gone", "moved", "grown", "shrunk", "opened", "closed", "more-readers", "new-kinds", "unread-now"),
    "new-persons",
)
"""Figures that compare with an earlier answer or inventory."""

INVENTORY = ("persons", "named", "holdings", "open", "persons-open", "unread", *CHANGED[:-1])
"""Figures of an inventory that need no further word."""

OF = ("group", "kind", "category", "holder", "dataset")
"""Figures that need a word after a colon, as ``group:n3``."""

GROUPS = ("n3", "n4", "n5")

_CONDITION = re.compile(r"\s*([a-z-]+)(?::([^<>=!,]+?))?\s*(>=|<=|==|!=|>|<|=)\s*([0-9][0-9_]*)\s*")


class ConditionError(HeadwaterError):
    """A condition that cannot be understood: the message says which, and what can be asked."""

    def __init__(self, told: str) -> None:
        super().__init__(told, "--fail-on")
        self.told = told


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison of a figure with a number."""

    name: str
    of: str | None
    operator: str
    bound: int

    @property
    def figure(self) -> str:
        """The name of what is compared: ``persons``, ``group:n3``."""
        return self.name if self.of is None else f"{self.name}:{self.of}"

    def __str__(self) -> str:
        return f"{self.figure}{self.operator}{self.bound}"


@dataclass(frozen=True, slots=True)
class Held:
    """A condition that holds, and the figure for which it does."""

    condition: Condition
    figure: int

    def __str__(self) -> str:
        return f"{self.condition} (it is {self.figure:,})"


def conditions(text: str, names: Sequence[str] = SCAN, kinds: Collection[str] | None = None) -> tuple[Condition, ...]:
    """Read what stands after ``--fail-on``.

    :param names: the figures that can be asked for
    :param kinds: the kinds that there are, so that one that is mistyped does not pass for ever
    :raises ConditionError: for a condition that says nothing

    >>> [str(c) for c in conditions("persons>0, group:n3>=50")]
    ['persons>0', 'group:n3>=50']
    """
    found = tuple(_condition(part, names, kinds) for part in text.split(","))
    return tuple(dict.fromkeys(found))


def held(asked: Sequence[Condition], figures: Mapping[str, int]) -> tuple[Held, ...]:
    """Which of the conditions hold; what was not found counts as none."""
    found = ((c, figures.get(c.figure, 0)) for c in asked)
    return tuple(Held(c, n) for c, n in found if OPERATORS[c.operator](n, c.bound))


def unheard(asked: Sequence[Condition], figures: Mapping[str, int]) -> Condition | None:
    """The first condition about a holder or a data set that the answer does not speak of, so that a slip of the keys does not pass."""
    return next((c for c in asked if c.name in ("holder", "dataset") and c.figure not in figures), None)


def needs_earlier(asked: Sequence[Condition]) -> bool:
    """Whether a condition compares with an earlier answer."""
    return any(c.name in CHANGED for c in asked)


def _condition(part: str, names: Sequence[str], kinds: Collection[str] | None) -> Condition:
    match = _CONDITION.fullmatch(part)
    if not match:
        raise ConditionError(f"{part.strip()!r} is no condition: write for example persons>0")
    name, of, sign, bound = match.groups()
    if name in OF:
        _check_of(name, of, kinds)
    elif name not in names:
        raise ConditionError(f"nothing is called {name!r}{_meant(name, (*names, *OF))}")
    elif of is not None:
        raise ConditionError(f"{name} stands alone, without {of.strip()!r}")
    return Condition(name, of.strip() if of else None, sign, int(bound.replace("_", "")))


def _check_of(name: str, of: str | None, kinds: Collection[str] | None) -> None:
    if of is None:
        raise ConditionError(f"{name} of what? Write for example {name}:{_EXAMPLES[name]}>0")
    if name == "group" and of not in GROUPS:
        raise ConditionError(f"there is no group {of!r}: {', '.join(GROUPS)}")
    there = sorted({c.category for c in categories().values()})
    if name == "category" and kinds is not None and of not in there:
        raise ConditionError(f"there is no category {of!r}{_meant(of, there)}")
    if name == "kind" and kinds is not None and of not in kinds and not of.startswith("own:"):
        raise ConditionError(f"there is no kind {of!r}{_meant(of, sorted(kinds))}")


_EXAMPLES: Mapping[str, str] = MappingProxyType(
    {"group": "n3", "kind": "resident_id", "category": "id", "holder": "P00012", "dataset": "clients"}
)


def _meant(wrong: str, there: Sequence[str]) -> str:
    near = get_close_matches(wrong, there, 1)
    return f"; did you mean {near[0]}?" if near else f"; there are {', '.join(there)}"


def scan_figures(answer: Mapping[str, Any], earlier: Mapping[str, Any] | None = None) -> dict[str, int]:
    """The figures of a scan's answer by the names that conditions use."""
    totals = answer["totals"]
    figures = {name: int(totals[name]) for name in ("files", "rows", "persons", "named", "unread")}
    figures["partly-read"] = int(totals["partly_read"])
    figures["duplicates"] = len(answer["duplicates"])
    figures["expired"] = sum(bool(a.get("expired")) for a in answer["allowed"])
    if earlier is not None:
        figures["new-persons"] = new_persons(answer, earlier)
    figures |= {f"group:{g['group']}": int(g["high"]) for g in answer["groups"]}
    figures |= {f"holder:{h['holder']}": int(h["persons"]) for h in answer["holders"] if h["holder"] is not None}
    figures |= {f"dataset:{d['dataset']}": int(d["found"]) for d in answer["datasets"]}
    return figures | _items(answer["items"])


def new_persons(answer: Mapping[str, Any], earlier: Mapping[str, Any]) -> int:
    """How many persons may have come since an earlier answer, at most.

    Answers keep no tokens, so this is summed over files: all persons of a new file, the growth of one that was there. A
    file whose very bytes were there before, under whatever name, adds none.
    """
    before = {f["path"]: int(f["persons"]) for f in earlier["files"]}
    bytes_before = {f["sha256"] for f in earlier["files"] if f.get("sha256")}
    fresh = (f for f in answer["files"] if f.get("sha256") not in bytes_before)
    summed = sum(max(0, int(f["persons"]) - before.get(f["path"], 0)) for f in fresh)
    grown = max(0, int(answer["totals"]["persons"]) - int(earlier["totals"]["persons"]))
    return max(grown, min(summed, int(answer["totals"]["persons"])))


def inventory_figures(inventory: Mapping[str, Any]) -> dict[str, int]:
    """The figures of an inventory by the names that conditions use."""
    totals = inventory["totals"]
    figures = {name: int(totals[name]) for name in ("persons", "named", "holdings", "open")}
    figures |= {"persons-open": int(totals["persons_open"]["high"]), "unread": int(totals["unknown"])}
    for change in inventory["changes"]:
        name = {"unread": "unread-now"}.get(change["what"], str(change["what"]).replace(" ", "-"))
        figures[name] = figures.get(name, 0) + 1
    kinds = [k for h in inventory["holdings"] for k in h["kinds"]]
    figures |= _summed((f"group:{k['group']}", int(k["found"])) for k in kinds if k["group"])
    return figures | _items(kinds)


def _items(items: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    return _summed(pair for i in items for pair in _named(i))


def _named(item: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    yield f"kind:{item['kind']}", int(item["found"])
    yield f"category:{item['category']}", int(item["found"])


def _summed(pairs: Iterator[tuple[str, int]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for name, number in pairs:
        found[name] = found.get(name, 0) + number
    return found
