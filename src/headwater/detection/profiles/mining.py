"""Which further reasons a house could adopt: candidates for a person to judge, none is ever used unasked.

Each candidate (a relation of one kind, of the reader or somebody near him, within so many days) is tried on openings that
declared business leaves over, and on fakes: the same reader on the same day with a client whom somebody else opened in that week, and
whom as many people know. That somebody is of the reader's team where the reader's own business is tried, and from outside of
the circle (team, department) where a circle's is; uniform fakes would flatter (Gupta, 2013). First openings of a client are counted
apart, since repeats flatter too. Nothing is drawn by lot: clients are exchanged half a round further in an order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from zlib import crc32

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
from ibis import _

from headwater.detection.profiles import paths
from headwater.detection.profiles.business import by_business, cover, owned, with_reason
from headwater.detection.reads import records
from headwater.model.organisation import Organisation
from headwater.model.settings import OPENED, WHOSE, Reason
from headwater.store.engine import Engine

WINDOWS = (0, 7, 30, 90)
"""Days around a relation that are tried."""
SUPPORT, READERS = 30, 3
"""First openings that a candidate must explain, of so many readers."""
LIFT = 2.0
"""A candidate explains real openings so many times oftener than fakes, surely (95 in a hundred)."""
REAL, INSIDE = -1, 0
"""What is no fake, and a fake with a client of the reader's own team; 1: of another team, 2: of another department."""
_KEY = ["fake", "employee", "day", "dataset", "subject"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A path and what it explains of what declared business leaves over: ``real`` of ``left`` first openings by ``readers``
    people, ``fakes`` of ``faked`` fakes; ``all_real`` of ``all_left`` with repeats. ``blessed``: the share of fakes with clients of
    the reader's own team that it would explain, which is how much a curious member of the team could hide behind it."""

    reason: Reason
    real: int
    left: int
    fakes: int
    faked: int
    readers: int
    all_real: int
    all_left: int
    blessed: float

    @property
    def lift(self) -> float:
        """How many times oftener it explains a real first opening than a fake."""
        return float(((self.real + 0.5) / (self.left + 1)) / ((self.fakes + 0.5) / (self.faked + 1)))

    @property
    def sure(self) -> float:
        """The lift that it has with 95 in a hundred, one-sided."""
        return float(self.lift * np.exp(-1.645 * np.sqrt(1 / (self.real + 0.5) + 1 / (self.fakes + 0.5))))

    @property
    def worth(self) -> bool:
        """Whether a person should look at it."""
        return self.real >= SUPPORT and self.readers >= READERS and self.sure >= LIFT


@dataclass(frozen=True, slots=True)
class Mined:
    """``roles``: department, role, openings, explained, firsts, firsts_explained, and with ``candidates`` adopted: further,
    firsts_further. ``candidates``: those worth adopting, largest first."""

    roles: pd.DataFrame = field(repr=False)
    candidates: tuple[Candidate, ...]


def mine(
    engine: Engine,
    org: Organisation,
    first: date,
    last: date,
    more: Sequence[Reason] = (),
    candidates: bool = True,
) -> Mined:
    """Say what business explains by job, and try all candidates on what it and adopted reasons (``more``) leave over.

    Without ``candidates`` none is tried. Costs some sorts and hash joins of everything that was opened one by one.
    """
    columns = [*_KEY, "first"]
    name = f"mined_{crc32(repr((first, last, more, candidates)).encode()):08x}"

    def kept(part: str, rows: ibis.Table) -> ibis.Table:
        """Rows on which several queries lean, worked out once."""
        return engine.keep(f"{name}_{part}", lambda _engine: rows)

    real = kept("real", _openings(engine, org).mutate(fake=ibis.literal(REAL, "int64")).select(*columns))
    both = real
    if candidates:
        fakes = _fakes(engine, org, real)
        # engines differ in the width of a whole number that they keep
        both = kept("both", real.union(fakes.mutate(fake=fakes.fake.cast(real.schema()["fake"])).select(*columns)))
    away = cover(org, first, last)
    business = kept("business", by_business(engine, both, away, columns).distinct())
    declared = kept("reasons", with_reason(engine, both, away, columns, org, (paths.AGAIN, *more)).distinct())
    opened = business.filter(_.fake == REAL).select("employee", "day", "subject")
    left = kept("left", both.anti_join(declared, _KEY))
    found = _tried(engine, org, left, opened) if candidates else ()
    further = _further(engine, org, left, opened, found)
    return Mined(_roles(engine, org, real, declared, further), found)


def _tried(engine: Engine, org: Organisation, left: ibis.Table, opened: ibis.Table) -> tuple[Candidate, ...]:
    """Every candidate that is worth adopting."""
    known = paths.business(engine).union(paths.openings(opened))
    met = paths.near(engine, org, left, known)
    stepped = met.group_by([*_KEY, "first", "relation"]).agg(
        **{f"within_{w}": paths.within(met, w).ifelse(met.step, len(WHOSE)).min() for w in WINDOWS}
    )
    steps = [f"within_{w}" for w in WINDOWS]
    counted = stepped.group_by(["fake", "first", "employee", "relation", *steps]).agg(n=_.count())
    totals = left.group_by(["fake", "first"]).agg(n=_.count())
    return _candidates(engine.arrow(counted).to_pandas(), engine.arrow(totals).to_pandas())


def _openings(engine: Engine, org: Organisation) -> ibis.Table:
    """What people opened one by one: employee, day, dataset, subject; ``first``: never before by the same."""
    read = records(engine).filter(_.subject.notnull() & ~_.listed).select("account", "day", "dataset", "subject")
    mine_ = owned(engine, org, read).select("employee", "day", "dataset", "subject").distinct()
    mates = ibis.window(group_by=[mine_.employee, mine_.dataset, mine_.subject])
    return mine_.mutate(first=mine_.day == mine_.day.min().over(mates))


def _fakes(engine: Engine, org: Organisation, real: ibis.Table) -> ibis.Table:
    """Openings with the client of another one of that week, by somebody of the same team, and by somebody of any other."""
    people = sorted(org.people.values(), key=lambda p: p.employee)
    teams = pa.table(
        {
            "t_employee": pa.array([p.employee for p in people], pa.string()),
            "team": pa.array([f"{p.department}\x1f{p.role}\x1f{p.site}" for p in people], pa.string()),
            "department": pa.array([p.department for p in people], pa.string()),
        }
    )
    named = engine.memory("teams", teams)
    popular = real.group_by(["dataset", "subject"]).agg(known=_.employee.nunique())
    popular = popular.rename(p_dataset="dataset", p_subject="subject")
    rows = real.drop("fake")
    placed = rows.join(named, rows.employee == named.t_employee).drop("t_employee")
    placed = placed.join(popular, [placed.dataset == popular.p_dataset, placed.subject == popular.p_subject])
    band = ibis.cases((placed.known <= 2, placed.known), (placed.known <= 4, 3), (placed.known <= 8, 4), else_=5)
    placed = placed.mutate(week=placed.day.truncate("W"), band=band)
    cell = ["week", "dataset", "band", "first"]
    within, without = _exchanged(placed, [*cell, "team"]), _exchanged(placed, cell)
    made = within.union(without.filter(without.fake != INSIDE)).distinct()
    same_day = ["employee", "day", "dataset", "subject"]
    return made.anti_join(real, same_day)


def _exchanged(placed: ibis.Table, cell: list[str]) -> ibis.Table:
    """Every opening of a cell with the client of the one half a round further, unless that is the reader's own."""
    order = [placed.department, placed.team, placed.employee, placed.day, placed.subject]
    ranked = placed.mutate(
        place=ibis.row_number().over(ibis.window(group_by=cell, order_by=order)).cast("int64"),
        count=placed.count().over(ibis.window(group_by=cell)).cast("int64"),
    )
    half = (ranked["count"] / 2).floor().cast("int64")
    ranked = ranked.mutate(partner=(ranked["place"] + half) % ranked["count"])
    taken = ["employee", "team", "department", "subject", "place"]
    other = ranked.select(**{f"o_{c}": ranked[c] for c in [*cell, *(c for c in taken if c not in cell)]})
    pairs = ranked.join(other, [*(ranked[c] == other[f"o_{c}"] for c in cell), ranked.partner == other.o_place])
    pairs = pairs.filter(pairs.employee != pairs.o_employee)
    apart = ibis.cases((pairs.department != pairs.o_department, 2), (pairs.team != pairs.o_team, 1), else_=INSIDE).cast(
        "int64"
    )
    return pairs.select("employee", "day", "dataset", "first", subject=pairs.o_subject, fake=apart)


def _candidates(found: pd.DataFrame, totals: pd.DataFrame) -> tuple[Candidate, ...]:
    """Those worth a look: of circles and windows that hold one another the wider only where what it adds is worth it."""
    sizes = {(int(r.fake), bool(r.first)): int(r.n) for r in totals.itertuples(index=False)}
    made = []
    for relation, rows in found.groupby("relation"):
        taken = np.zeros(len(rows), bool)
        for step, whose in enumerate(WHOSE):
            for days in WINDOWS:
                here = (rows[f"within_{days}"] <= step).to_numpy()
                added = _candidate(Reason(str(relation), whose, days), rows[here & ~taken], sizes)
                if added.worth:
                    made.append(_candidate(added.reason, rows[here], sizes))
                    taken |= here
    return tuple(sorted(made, key=lambda c: (-c.real, c.reason.relation, c.reason.of, c.reason.days)))


def _candidate(reason: Reason, rows: pd.DataFrame, sizes: dict[tuple[int, bool], int]) -> Candidate:
    # what one opened before can never be a first opening: there the repeats are what is judged
    first = reason.relation != OPENED or reason.of != WHOSE[0]
    outside = [kind for kind in (INSIDE, 1, 2) if kind >= WHOSE.index(reason.of)]
    outside = outside[:1] if reason.of == WHOSE[0] else outside
    counts = rows.groupby(["fake", "first"])["n"].sum().to_dict()
    genuine = rows[(rows["fake"] == REAL) & (rows["first"] == first)]
    return Candidate(
        reason=reason,
        real=int(genuine["n"].sum()),
        left=sizes.get((REAL, first), 0),
        fakes=int(sum(counts.get((kind, first), 0) for kind in outside)),
        faked=sum(sizes.get((kind, first), 0) for kind in outside),
        readers=int(genuine["employee"].nunique()),
        all_real=int(sum(counts.get((REAL, each), 0) for each in (False, True))),
        all_left=sum(sizes.get((REAL, each), 0) for each in (False, True)),
        blessed=float(counts.get((INSIDE, first), 0)) / max(1, sizes.get((INSIDE, first), 0)),
    )


def _further(
    engine: Engine, org: Organisation, left: ibis.Table, opened: ibis.Table, candidates: tuple[Candidate, ...]
) -> ibis.Table:
    """Real openings that one of the candidates explains."""
    genuine = left.filter(_.fake == REAL)
    if not candidates:
        return genuine.limit(0)
    rows = paths.adopted(engine, org, genuine, opened, [c.reason for c in candidates])
    return rows.select(*_KEY, "first").distinct()


def _roles(
    engine: Engine, org: Organisation, real: ibis.Table, declared: ibis.Table, further: ibis.Table
) -> pd.DataFrame:
    """By department and role: openings and first openings, and how many have a reason before and after."""

    def counted(rows: ibis.Table, name: str) -> pd.DataFrame:
        by = rows.group_by("employee").agg(all=_.count(), firsts=_.first.ifelse(1, 0).sum())
        frame = engine.arrow(by).to_pandas().set_index("employee").astype("int64")
        return frame.rename(columns={"all": name, "firsts": f"firsts_{name}"})

    parts = [
        counted(real, "openings"),
        counted(
            declared.filter(_.fake == REAL).select("employee", "day", "dataset", "subject", "first").distinct(),
            "explained",
        ),
        counted(further, "further"),
    ]
    frame = pd.concat(parts, axis=1).fillna(0).astype("int64")
    frame["department"] = [p.department if (p := org.people.get(e)) else "" for e in frame.index]
    frame["role"] = [p.role if (p := org.people.get(e)) else "" for e in frame.index]
    return frame.groupby(["department", "role"], as_index=False).sum().sort_values("openings", ascending=False)
