"""From frames to nouns: people, orders with their stories, sales, flows and key players of the market."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import groupby
from typing import Any

import numpy as np
import pandas as pd

from headwater.model.evidence import Citation, Statement
from headwater.model.network import (
    Amounts,
    Flow,
    Hop,
    KeyPlayer,
    Link,
    Lookup,
    Market,
    Member,
    Order,
    OtherPath,
    Price,
    Sale,
    Step,
)
from headwater.model.organisation import Organisation
from headwater.model.words import Text
from headwater.network.frames import NONE, Acts, Hops, People, Traffic
from headwater.network.handovers.telling import handovers_told
from headwater.network.insiders_told import insiders_told
from headwater.network.money.amounts import Sums
from headwater.network.money.items import Items
from headwater.network.notes import notes
from headwater.network.people.aliases import aliases
from headwater.network.people.residence import residence
from headwater.network.ranks.rank import Ranks
from headwater.network.row_by_row import rows_of
from headwater.network.upstream import Upstream

START = datetime(1970, 1, 1, tzinfo=UTC)
OTHERS = 4
"""So many other paths of an order are told at most."""
TALE = 12
"""So many messages and payments of a step are told at most."""


@dataclass(frozen=True, eq=False)
class Told:
    """What all stages found, as frames."""

    traffic: Traffic
    people: People
    acts: Acts
    hops: Hops
    parts: pd.DataFrame
    payments: pd.DataFrame
    sales: pd.DataFrame
    sums: Sums
    items: Items
    ranks: Ranks
    upstream: Upstream
    flows: pd.DataFrame
    prices: Sequence[Price]
    owners: Organisation

    @cached_property
    def members(self) -> dict[int, str]:
        """The id of each person that is told of: whoever has a role, an order, a sale or money of the market."""
        hops = self.hops.hops
        sides = [hops["buyer"], hops["seller"], self.sales["buyer"], self.sales["seller"]]
        told = {int(p) for side in sides for p in side.unique() if p >= 0}
        told |= {s.person for s in self.ranks.standings if s.member}
        first = self._first_seen()
        ordered = sorted(told, key=lambda person: (first[person], person))
        return {person: f"N{n:05}" for n, person in enumerate(ordered, 1)}

    def _first_seen(self) -> dict[int, tuple[int, int]]:
        """The first message that each person wrote or had, else the first payment: an order that no key changes."""
        of = np.append(self.people.of, NONE)
        late = len(self.traffic.messages) + len(self.traffic.transfers)
        first = dict.fromkeys(range(self.people.count), (1, late))
        for rank, frame, columns in (
            (1, self.traffic.transfers, ("payer", "payee")),
            (0, self.traffic.messages, ("sender", "receiver")),
        ):
            for column in columns if len(frame) else ():
                people, rows = np.unique(of[frame[column].to_numpy(np.int64)], return_index=True)
                for person, row in zip(people.tolist(), rows.tolist(), strict=True):
                    if person >= 0:
                        first[person] = min(first[person], (rank, row))
        return first

    def line(self, message: int) -> tuple[Citation, ...]:
        """The line of a message."""
        if message < 0:
            return ()
        source, line, _text = self.said
        return (Citation(str(source[message]), int(line[message])),)

    @cached_property
    def said(self) -> tuple[Any, Any, Any]:
        """Source, line and text of each message."""
        source, line, text = (self.traffic.messages[name].array for name in ("source", "line", "text"))
        return source, line, text

    @cached_property
    def sides(self) -> dict[int, tuple[int, int]]:
        """Buyer and seller of each step."""
        hops = self.hops.hops
        return dict(
            zip(hops.index.tolist(), zip(hops["buyer"].tolist(), hops["seller"].tolist(), strict=True), strict=True)
        )

    def moment(self, time: float) -> datetime | None:
        """A time of the frames."""
        return None if time == NONE or time != time else START + timedelta(microseconds=int(time))


def tell(told: Told) -> Market:
    """Put everything into nouns."""
    names = told.members
    return Market(
        people=_people(told),
        orders=tuple(_orders(told)),
        sales=tuple(_sales(told)),
        flows=tuple(_flows(told)),
        key_players=tuple(
            KeyPlayer(names[k.person], k.rank, k.cut, k.items, k.fragmentation, k.kept, k.rank_low, k.rank_high)
            for k in told.ranks.keys.players
            if k.person in names
        ),
        prices=tuple(told.prices),
        notes=tuple(notes(told.traffic, told.acts, told.hops)),
        counts={
            "messages": len(told.traffic.messages),
            "payments": len(told.traffic.transfers),
            "requests": int((told.acts.acts["act"] == "order").sum()),
        },
    )


def _people(told: Told) -> tuple[Member, ...]:
    known = aliases(told.traffic, told.people)
    holders = _holders(told)
    links = _links(told)
    billed = _billed(told)
    insiders = insiders_told(told.upstream, told.owners)
    passed = handovers_told(told.traffic, told.people, told.members)
    made = []
    for person, name in told.members.items():
        stands = told.ranks.standings[person]
        place, placed = residence(known[person])
        made.append(
            Member(
                id=name,
                aliases=known[person],
                role=stands.role,
                roles=stands.roles,
                grade=stands.grade,
                trade=stands.trade,
                facts=(*stands.facts, *insiders.get(person, ()), *placed, *passed.get(person, ())),
                links=links.get(person, ()),
                tier=stands.tier,
                tier_low=stands.tier_low,
                tier_high=stands.tier_high,
                low=told.sums.low.get(person, Amounts()),
                high=told.sums.high.get(person, Amounts()),
                sold=told.items.sold.get(person, {}),
                bought=told.items.bought.get(person, {}),
                rows_sold=told.items.rows_sold.get(person, 0),
                rows_bought=told.items.rows_bought.get(person, 0),
                place=place,
                confidence=stands.confidence,
                seized=person in holders,
                holder=holders.get(person, ""),
                bills=person in billed,
            )
        )
    return tuple(made)


def _holders(told: Told) -> dict[int, str]:
    """With whom a person's devices were found."""
    owned = told.traffic.accounts["owner"].astype(str)
    places = np.flatnonzero((owned != "").to_numpy())
    found = {int(told.people.of[p]): owned.iloc[p] for p in places[::-1]}
    return dict(sorted(found.items()))


def _billed(told: Told) -> set[int]:
    """People whose own bills tell their payments."""
    paid = told.traffic.transfers
    if paid.empty:
        return set()
    of = np.append(told.people.of, NONE)
    sides = [(of[paid[side].to_numpy(np.int64)], paid[f"{side}_billed"].to_numpy(bool)) for side in ("payer", "payee")]
    return {int(p) for who, billed in sides for p in np.unique(who[billed]) if p >= 0}


def _links(told: Told) -> dict[int, tuple[Link, ...]]:
    """Why accounts are held to be one person's, and what speaks against it, by person."""
    rows = told.people.links
    if rows.empty:
        return {}
    ids = told.traffic.accounts["id"].astype(str).to_numpy(object)
    one, other = rows["first"].to_numpy(np.int64), rows["second"].to_numpy(np.int64)
    of = told.people.of
    inside = rows[of[one] == of[other]]
    made: dict[int, list[Link]] = defaultdict(list)
    for (first, second), group in inside.groupby(["first", "second"], sort=True):
        person = int(of[int(first)])
        if person not in told.members:
            continue
        said = tuple(_reason(r) for r in group.itertuples(index=False))
        verdict = "merge" if (group["reason"] == "merge").any() else ""
        made[person].append(Link(ids[int(first)], ids[int(second)], said, verdict))
    return {person: tuple(links) for person, links in made.items()}


def _reason(row: object) -> Statement:
    cited = (Citation(str(row.source), int(row.line)),) if str(row.source) not in ("", "nan") else ()  # type: ignore[attr-defined]
    return Statement(Text(str(row.en), str(row.zh)), float(row.bits), cited)  # type: ignore[attr-defined]


def _orders(told: Told) -> Iterable[Order]:
    hops = told.hops.hops
    path = hops[hops["on_path"]]
    tales = _tales(told)
    others = _others(told, path)
    lookups = _lookups(told)
    subjects = {place: told for place, (_n, told) in enumerate(rows_of(told.hops.subjects))}
    orders = rows_of(told.hops.orders)
    by_order = groupby(rows_of(path.sort_values("order", kind="stable")), key=lambda step: step[1]["order"])
    for place, steps in by_order:
        number = int(place)
        row = next(row for n, row in orders if n == number)
        subject = subjects[int(row["subject"])]
        made = tuple(_hop(told, n, step, tales) for n, step in steps)
        yield Order(
            id=f"O{number + 1:06}",
            token=str(subject["token"]),
            name=str(subject["name"]),
            phone=str(subject["phone"]),
            number=str(subject["number"]),
            category=str(row["category"]),
            path=(made[0].buyer, *(hop.seller for hop in made)),
            hops=made,
            outcome=str(row["outcome"]),
            confidence=float(row["confidence"]),
            others=others.get(number, ()),
            lookups=lookups.get(number, ()),
            resale_of=f"O{int(row['resale_of']) + 1:06}" if row["resale_of"] != NONE else "",
            batch=_cited(told.line(int(row["batch"]))),
        )


def _cited(lines: tuple[Citation, ...]) -> str:
    return f"{lines[0].source}:{lines[0].line}" if lines else ""


def _hop(told: Told, place: int, row: Mapping[str, object], tales: Mapping[int, tuple[Step, ...]]) -> Hop:
    names = told.members
    tale = tales.get(place, ())
    price = float(str(row["price"]))
    return Hop(
        buyer=names[int(str(row["buyer"]))],
        seller=names[int(str(row["seller"]))],
        asked=None if row["implied"] else told.moment(float(str(row["asked"]))),
        answered=told.moment(float(str(row["answered"]))),
        outcome=str(row["outcome"]),
        price=None if price != price else price,
        paid=float(str(row["paid"])),
        refunded=float(str(row["refunded"])),
        confidence=float(str(row["confidence"])) * float(str(row.get("direct", 1.0))),
        inferred=bool(row["inferred"]),
        evidence=tuple(c for step in tale for c in step.evidence),
        steps=tale,
    )


def _tales(told: Told) -> dict[int, tuple[Step, ...]]:
    """What was said and paid for each step of an order, in the order of time."""
    hops = told.hops.hops
    said = told.acts.acts
    rows: dict[int, list[tuple[float, Step]]] = defaultdict(list)
    for column in ("request", "answer"):
        there = np.flatnonzero((hops[column] >= 0).to_numpy())
        chosen = said.iloc[hops[column].to_numpy(np.int64)[there]]
        for place, (_n, act) in zip(hops.index[there].tolist(), rows_of(chosen), strict=True):
            rows[place].append((act["time"], _spoken(told, act, told.sides[place])))
    for place, step in _paid_steps(told):
        rows[place].append((step.time.timestamp() * 1e6 if step.time else 0.0, step))
    return {
        place: tuple(s for _time, s in sorted(listed, key=lambda pair: pair[0])[:TALE])
        for place, listed in rows.items()
    }


def _spoken(told: Told, act: Mapping[str, Any], sides: tuple[int, int]) -> Step:
    names, message = told.members, int(str(act["message"]))
    one, other = sides if act["act"] == "order" else sides[::-1]
    return Step(
        told.moment(float(str(act["time"]))),
        str(act["act"]),
        names[one],
        names[other],
        str(told.said[2][message]),
        None,
        told.line(message),
    )


def _paid_steps(told: Told) -> Iterable[tuple[int, Step]]:
    if told.parts.empty:
        return
    paid = told.payments.iloc[told.parts["payment"].to_numpy(np.int64)]
    source, line = (told.traffic.transfers[name].array for name in ("source", "line"))
    for (_n, part), (_m, payment) in zip(rows_of(told.parts), rows_of(paid), strict=True):
        back = part["how"] == "refund"
        sides = told.sides[int(part["hop"])][:: -1 if back else 1]
        transfer, message = int(payment["transfer"]), int(payment["message"])
        cited = told.line(message)
        if transfer >= 0:
            cited = (Citation(str(source[transfer]), int(line[transfer])),)
        amount = float(part["amount"])
        when, what = told.moment(float(payment["time"])), "refunded" if back else "paid"
        yield int(part["hop"]), Step(when, what, told.members[sides[0]], told.members[sides[1]], "", amount, cited)


def _others(told: Told, path: pd.DataFrame) -> dict[int, tuple[OtherPath, ...]]:
    """Paths by other people than the one told where a rival step was nearly as likely, each once."""
    rivals = told.hops.rivals
    if rivals.empty:
        return {}
    by_request = told.hops.hops[told.hops.hops["request"] >= 0].set_index("request")
    made: dict[int, list[OtherPath]] = defaultdict(list)
    names = told.members
    on_path = path.groupby("order")
    ordered = rivals.sort_values(["confidence", "request", "rival"], ascending=[False, True, True])
    for row in ordered.itertuples(index=False):
        if row.request not in by_request.index or row.rival not in by_request.index:
            continue
        here, there = by_request.loc[row.request], by_request.loc[row.rival]
        number = int(here["order"])
        if not bool(here["on_path"]) or len(made[number]) >= OTHERS:
            continue
        steps = on_path.get_group(number)
        upper = steps[steps["level"] <= here["level"]]
        lower = on_path.get_group(int(there["order"])) if int(there["order"]) in on_path.groups else upper.iloc[:0]
        lower = lower[lower["level"] >= there["level"]]
        sellers = [*upper["seller"], *(lower["seller"] if len(lower) else [there["seller"]])]
        people = (names[int(upper["buyer"].iloc[0])], *(names[int(p)] for p in sellers))
        own = (people[0], *(names[int(p)] for p in steps["seller"]))
        if people not in {own, *(other.path for other in made[number])}:
            made[number].append(OtherPath(people, float(row.confidence)))
    return {number: tuple(paths) for number, paths in made.items()}


def _lookups(told: Told) -> dict[int, tuple[Lookup, ...]]:
    made: dict[int, list[Lookup]] = defaultdict(list)
    for row in told.upstream.lookups.itertuples(index=False):
        owner = told.owners.owner(str(row.account))
        cited = (Citation(str(row.source), int(row.line)),)
        when = told.moment(float(row.time)) or START
        made[int(row.order)].append(
            Lookup(str(row.account), owner.employee if owner else "", when, str(row.dataset), cited)
        )
    return {number: tuple(found) for number, found in made.items()}


def _sales(told: Told) -> Iterable[Sale]:
    names = told.members
    for row in told.sales.sort_values(["time", "message"]).to_dict("records"):
        rows, persons, price = (row[n] for n in ("rows", "persons", "price"))
        yield Sale(
            names[int(row["seller"])],
            names[int(row["buyer"])],
            told.moment(float(row["time"])) or START,
            str(row["file"]),
            str(row["digest"]),
            None if pd.isna(rows) else int(rows),
            None if pd.isna(persons) else int(persons),
            None if pd.isna(price) else float(price),
            told.line(int(row["message"])),
        )


def _flows(told: Told) -> Iterable[Flow]:
    names = told.members
    for row in told.flows.to_dict("records"):
        payer, payee = int(row["payer"]), int(row["payee"])
        if payer in names and payee in names:
            figures = float(row["amount"]), float(row["matched"]), int(row["payments"])
            yield Flow(names[payer], names[payee], str(row["month"]), *figures)
