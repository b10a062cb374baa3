"""Which lists of an answer become tables of the desk: their ids, what they can be ordered and filtered by.

A row is kept twice: ``brief`` for lists, without what only its own page shows, and whole.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Row = Mapping[str, Any]
Scalar = str | int | float | None
CASE = "case"
"""The id of the tally of the whole case, which has no suspect."""
GRADES = {"none": 0, "serious": 1, "especially serious": 2}
GRAVITY = {"info": 0, "low": 1, "medium": 2, "high": 3, "critical": 4}


@dataclass(frozen=True, slots=True)
class Table:
    """One list: where it stands in the answer, the key of its id, its columns, and keys whose lists can be filtered by."""

    name: str
    prefix: str
    id: Callable[[Row], str]
    title: Callable[[Row], str]
    columns: Mapping[str, Callable[[Row], Scalar]] = field(default_factory=dict)
    facets: tuple[str, ...] = ()
    """Columns with few values: each is counted, and filtered by quickly."""
    marks: Mapping[str, Callable[[Row], list[str]]] = field(default_factory=dict)
    """Words of a row, of which there may be several, that one can filter by: ``{"account": "U-…"}``."""
    brief: Callable[[Row], Row] = dict
    address: str = ""
    """Below a case's address, with ``{id}``; rows without one have no page of their own."""
    together: tuple[str, ...] = ()
    """Columns by which a very long list is narrowed and ordered at once: facets first, then what is compared."""


def key(name: str) -> Callable[[Row], Any]:
    """The value of a key, ``None`` where it is missing; flags as 0 and 1."""

    def take(row: Row) -> Any:
        value = row.get(name)
        return int(value) if isinstance(value, bool) else value

    return take


def several(*names: str) -> Callable[[Row], list[str]]:
    """All texts of some keys, each once."""

    def take(row: Row) -> list[str]:
        found: dict[str, None] = {}
        for name in names:
            value = row.get(name) or []
            found |= dict.fromkeys([value] if isinstance(value, str) else [v for v in value if isinstance(v, str)])
        return list(found)

    return take


def without(*names: str) -> Callable[[Row], Row]:
    """The row without some keys."""
    return lambda row: {k: v for k, v in row.items() if k not in names}


def keys(*names: str) -> dict[str, Callable[[Row], Scalar]]:
    """Columns that are called as their keys."""
    return {name: key(name) for name in names}


def gravity(row: Row) -> int:
    """A severity as a number that orders."""
    return GRAVITY.get(str(row.get("severity")), 0)


def state(row: Row) -> str:
    """What people said of a row: the state of its verdict, empty where nobody said anything."""
    return str((row.get("verdict") or {}).get("state") or "")


def _incident(row: Row) -> Row:
    people = [{k: p.get(k) for k in ("employee", "department", "probability", "bits")} for p in row.get("people", ())]
    heavy = ("statements", "timeline", "alternatives", "year", "story", "clears", "against", "people", "tickets")
    return {**without(*heavy)(row), "people": people}


def _leak(row: Row) -> Row:
    told = ("account", "employee", "employees", "alike", "probability", "rows_explained", "share", "bits", "from", "to")
    takers = [{k: t.get(k) for k in told} for t in row.get("takers", ())]
    return {**row, "takers": takers}


def _accounts_of_takers(row: Row) -> list[str]:
    return list(dict.fromkeys(str(t["account"]) for t in row.get("takers", ()) if t.get("account")))


def _people_of_takers(row: Row) -> list[str]:
    found = (e for t in row.get("takers", ()) for e in (t.get("employees") or [t.get("employee")]))
    return list(dict.fromkeys(str(e) for e in found if e))


FINDINGS = Table(
    "findings",
    "findings.item",
    lambda r: str(r.get("id")),
    lambda r: str(r.get("title")),
    {**keys("detector", "severity", "fact", "from", "to", "subjects", "bits", "p_value"), "gravity": gravity}
    | {"verdict": state},
    ("detector", "severity", "fact", "verdict"),
    {"account": several("accounts"), "employee": several("employees"), "device": several("devices")},
    without("statements", "evidence", "clears"),
    "findings/one?id={id}",
    ("detector", "severity", "fact", "verdict", "from", "to", "bits", "gravity", "subjects"),
)
INCIDENTS = Table(
    "incidents",
    "incidents.item",
    lambda r: str(r.get("rank")),
    lambda r: str(r.get("title")),
    {**keys("rank", "bits", "from", "to", "subjects"), "verdict": state},
    ("verdict",),
    {
        "account": several("accounts"),
        "employee": several("employees"),  # thought to have acted
        "considered": lambda r: list(dict.fromkeys(str(p.get("employee")) for p in r.get("people", ()))),
        "device": several("devices"),
        "finding": several("findings"),
    },
    _incident,
    "incidents/{id}",
)
LEAKS = Table(
    "leaks",
    "attribution.item",
    lambda r: str(r.get("leak")),
    lambda r: str(r.get("leak")),
    keys("dataset", "rows", "ours", "persons", "unexplained"),
    ("dataset",),
    {"account": _accounts_of_takers, "employee": _people_of_takers},
    _leak,
    "leaks/one?leak={id}",
)
HOLDINGS = Table(
    "holdings",
    "holdings.item",
    lambda r: str(r.get("holder")),
    lambda r: str(r.get("holder")),
    keys("role", "rows", "persons"),
    ("role",),
    {"employee": several("employee")},
    address="holdings/one?holder={id}",
)
PEOPLE = Table(
    "people",
    "network.people.item",
    lambda r: str(r.get("id")),
    lambda r: " ".join([str(r.get("id")), *(str(a) for a in list(r.get("aliases", ()))[:3])]),
    keys("role", "grade", "trade", "tier", "gains", "paid", "kept", "confidence", "seized", "rows_sold", "rows_bought"),
    ("role", "grade", "seized"),
    {},
    without("alias_details", "facts", "links"),
    "network/people/{id}",
)
ORDERS = Table(
    "orders",
    "network.orders.item",
    lambda r: str(r.get("id")),
    lambda r: f"{r.get('id')} {' → '.join(map(str, r.get('path', ())))}",
    {
        **keys("category", "outcome", "asked", "answered", "confidence"),
        "length": lambda r: len(r.get("path", ())),
        "looked_up": lambda r: len(r.get("lookups") or ()),
    },
    ("category", "outcome"),
    {"person": several("path"), "account": lambda r: [str(k.get("account")) for k in r.get("lookups") or ()]},
    without("hops", "others", "lookups"),
    "network/orders/{id}",
)
SALES = Table(
    "sales",
    "network.sales.item",
    lambda r: f"{r.get('from')}-{r.get('to')}-{r.get('time')}",
    lambda r: str(r.get("file") or f"{r.get('from')} → {r.get('to')}"),
    keys("from", "to", "time", "rows", "persons", "price"),
    (),
    {"person": several("from", "to")},
    address="network",
)
FLOWS = Table(
    "flows",
    "network.flows.item",
    lambda r: f"{r.get('from')}-{r.get('to')}-{r.get('month')}",
    lambda r: f"{r.get('from')} → {r.get('to')} {r.get('month')}",
    keys("from", "to", "month", "amount", "matched", "payments"),
    ("month",),
    {"person": several("from", "to")},
)
FILES = Table(
    "files",
    "read.files.item",
    lambda r: str(r.get("path")),
    lambda r: str(r.get("path")),
    keys("path", "format", "bytes", "rows", "rejected"),
    ("format",),
    address="files?q={id}",
)
NOT_READ = Table(
    "not_read",
    "read.not_read.item",
    lambda r: str(r.get("path")),
    lambda r: str(r.get("path")),
    keys("path", "code", "reason"),
    ("code",),
    address="files/not-read?q={id}",
)
REJECTED = Table(
    "rejected",
    "read.rejected.item",
    lambda r: f"{r.get('source')}:{r.get('line')}",
    lambda r: f"{r.get('source')}:{r.get('line')}",
    keys("source", "line", "reason"),
    ("source", "reason"),
    address="files/rejected?q={id}",
)
STAFF = Table(
    "staff",
    "",
    lambda r: str(r.get("id")),
    lambda r: str(r.get("id")),
    keys("department", "job", "site", "hired", "left", "findings", "incidents"),
    ("department", "job", "site"),
    {"account": several("accounts")},
    address="staff/{id}",
)
ACCOUNTS = Table(
    "accounts",
    "",
    lambda r: str(r.get("id")),
    lambda r: str(r.get("id")),
    keys("owner", "kind", "system", "created", "disabled", "findings", "incidents"),
    ("kind", "system"),
    {"employee": several("owner")},
    address="staff/{id}",
)
DEVICES = Table(
    "devices",
    "",
    lambda r: str(r.get("id")),
    lambda r: str(r.get("id")),
    keys("desk_of", "findings", "incidents"),
    (),
    {"employee": several("desk_of")},
)

TALLIES = Table(
    "tallies",
    "tally.item",
    lambda r: str(r.get("suspect") or CASE),
    lambda r: str(r.get("suspect") or r.get("grade")),
    {**keys("suspect", "grade", "insider"), "gravity": lambda r: GRADES.get(str(r.get("grade")), 0)},
    ("grade",),
    {"person": several("suspect")},
    address="law/tally?suspect={id}",
)
MARKET_TALLIES = Table(
    "market_tallies",
    "network.tally.item",
    lambda r: str(r.get("suspect")),
    lambda r: str(r.get("suspect")),
    {**keys("suspect", "grade"), "gravity": lambda r: GRADES.get(str(r.get("grade")), 0)}
    | {"gains_high": lambda r: (r.get("gains") or {}).get("high")},
    ("grade",),
    {"person": several("suspect")},
)

READ = (
    INCIDENTS,
    LEAKS,
    HOLDINGS,
    TALLIES,
    PEOPLE,
    ORDERS,
    SALES,
    FLOWS,
    FINDINGS,
    FILES,
    NOT_READ,
    REJECTED,
    MARKET_TALLIES,
)
"""Tables that come of the answer."""
HOUSE = (STAFF, ACCOUNTS, DEVICES)
"""Tables of who and what is in the house, from the lake."""
TABLES = {table.name: table for table in (*READ[:2], *HOUSE, *READ[2:])}
"""All of them, in the order in which a search names them."""
