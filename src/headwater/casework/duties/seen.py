"""What a result shows of a leak: files with data of ours, orders that rest on look-ups of ours, incidents, complaints."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from headwater.law.duties.ranges import Range

Record = Mapping[str, Any]

SETTLED = ("explained", "refuted")
"""States of a verdict by which an incident is none."""

LIKELY = 0.5
"""A taker above this is likelier than not."""


@dataclass(frozen=True, slots=True)
class Found:
    """One leaked file, or what one holder has. ``persons`` and ``rows`` are those of ours.

    ``sure``: it came from us, for most of it is ours or somebody likely took it here. Of a list of strangers in which a few of
    our people stand too nobody can say that.
    """

    role: str
    persons: Range
    rows: Range
    kinds: frozenset[str]
    beyond: int  # persons whom no strong identifier shows to be ours
    sure: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """What of a result matters for duties."""

    files: tuple[Found, ...]
    together: int | None  # distinct records of ours in all files
    read: int  # people whose records an incident touched
    incidents: int
    confirmed: int  # of them, by people
    sent: int  # of them, with data leaving the house
    complaints: bool
    sold: int  # people whose record was looked up here for an order that was answered
    grade: str

    def outside(self) -> bool:
        """Whether something of ours was found, or sold."""
        return any(f.sure for f in self.files) or self.sold > 0

    def kinds(self) -> frozenset[str]:
        """Categories of the data that were found."""
        return frozenset(k for f in self.files if f.sure for k in f.kinds)

    def roles(self) -> frozenset[str]:
        """Roles of the files that came from us."""
        return frozenset(f.role for f in self.files if f.sure)

    def most(self) -> int:
        """At most so many people of ours in all files: each file's added up, or, where it is less, all files' records."""
        apart = sum(f.persons.high or 0 for f in self.files)
        if self.together is None:
            return apart
        return max(self.least(), min(apart, self.together + sum(f.beyond for f in self.files)))

    def least(self) -> int:
        """Surely so many: those of the largest file that came from us."""
        return max((f.persons.low for f in self.files if f.sure), default=0)


def look(result: Record) -> Seen:
    """Read what matters; what is missing or damaged shows nothing."""
    holdings = {_named(h): h for h in _records(result.get("holdings"))}
    leaks = {str(e.get("leak")): e for e in _records(result.get("attribution"))}
    files = [_found(holdings.get(name, {}), leaks.get(name, {})) for name in sorted({*holdings, *leaks})]
    incidents = [i for i in _records(result.get("incidents")) if not settled(i)]
    together = sum(map(_whole, _table(_table(result.get("duties")).get("together")).values()))
    return Seen(
        files=tuple(f for f in files if f.persons.high),
        together=together or None,
        read=sum(_whole(i.get("subjects")) for i in incidents),
        incidents=len(incidents),
        confirmed=sum(_state(i) == "confirmed" for i in incidents),
        sent=sum(bool(i.get("channel")) for i in incidents),
        complaints=_table(result.get("complaints")).get("verdict") == "source",
        sold=_sold(_table(result.get("network"))),
        grade=_grade(_records(result.get("tally"))),
    )


def settled(incident: Record) -> bool:
    """Whether people have explained or refuted an incident: then it speaks for no leak."""
    return _state(incident) in SETTLED


def _state(incident: Record) -> str:
    return str(_table(incident.get("verdict")).get("state"))


def _named(holding: Record) -> str:
    """A holding by the name that the attribution has for it."""
    holder = str(holding.get("holder"))
    return holder if holding.get("role") == "leak" else f"seized/{holder}"


def _found(held: Record, leak: Record) -> Found:
    shared = [_whole(n) for n in _table(held.get("overlap")).values()]
    persons = _whole(held.get("persons", leak.get("persons")))
    ours, perhaps = _whole(leak.get("ours")), _whole(leak.get("perhaps"))
    low = min([max(shared, default=0), *([persons] if persons else [])]) or min(1, ours)
    high = max(low, sum(shared), min(ours + perhaps, persons) if persons else ours + perhaps)
    sure = _likely_taken(leak) or (
        ours >= _whole(leak.get("not_ours")) if leak else 2 * max(shared, default=0) >= persons
    )
    kinds = frozenset(str(k) for k, n in _table(held.get("items")).items() if n)
    role = "seized" if held.get("role") == "seized" else "leak"
    rows = Range(ours if sure else 0, max(ours + perhaps, high))
    return Found(role, Range(low if sure else 0, high), rows, kinds, max(0, high - sum(shared)), sure and high > 0)


def _likely_taken(leak: Record) -> bool:
    chances = [t.get("probability") for t in _records(leak.get("takers"))]
    return any(isinstance(p, int | float) and p > LIKELY for p in chances)


def _sold(network: Record) -> int:
    """People whose record was looked up here for an order that was answered, each once."""
    orders = [o for o in _records(network.get("orders")) if o.get("outcome") == "answered" and o.get("lookups")]
    return len({str(_table(o.get("subject")).get("token") or o.get("id")) for o in orders})


def _grade(tally: Sequence[Record]) -> str:
    return next((str(t.get("grade")) for t in tally if t.get("suspect") is None), "")


def _records(value: Any) -> list[Record]:
    if isinstance(value, str) or not isinstance(value, Iterable):
        return []
    return [v for v in value if isinstance(v, Mapping)]


def _table(value: Any) -> Record:
    return value if isinstance(value, Mapping) else {}


def _whole(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0
