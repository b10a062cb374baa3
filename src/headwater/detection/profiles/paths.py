"""Further reasons than declared business: whose business with the client, of which kind, and how near in time.

A path has three steps at most: from the reader to somebody near him (himself, his team, his department), from there by a relation
of one kind to the client, and in time from that relation's days to the day of the reading. An opening that declared business
explained is a relation too (``opened``), with the days after it. What a path explains explains nothing further, so that look-ups
cannot bless each other in a chain. Which paths count is said in the settings.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

import ibis
import pyarrow as pa
from ibis import _

from headwater.model.organisation import Organisation
from headwater.model.settings import OPENED, WHOSE, Reason
from headwater.store.engine import Engine

AGAIN = Reason(OPENED, WHOSE[0], 30)
"""A reason everywhere: what one opened with a declared reason may be looked at again for a month, as cases go on."""


def business(engine: Engine) -> ibis.Table:
    """Declared relations: relation, r_employee, r_subject, r_starts, r_ends."""
    rows = engine.table("relations")
    return rows.select(
        relation=rows.relation,
        r_employee=rows.employee,
        r_subject=rows.subject,
        r_starts=rows.starts,
        r_ends=rows.ends,
    )


def openings(explained: ibis.Table) -> ibis.Table:
    """Openings that declared business explained (employee, day, subject), as relations of the kind ``opened``."""
    return explained.select(
        relation=ibis.literal(OPENED),
        r_employee=explained.employee,
        r_subject=explained.subject,
        r_starts=explained.day,
        r_ends=explained.day,
    ).distinct()


def near(engine: Engine, org: Organisation, opened: ibis.Table, known: ibis.Table) -> ibis.Table:
    """Openings (employee, day, subject and more) with the relations of people near the reader, whenever they were.

    ``step`` is the place in ``WHOSE`` of the nearest circle that the two share. Costs a hash join by client.
    """
    where = _circles(engine, org)
    mine = opened.join(where, opened.employee == where.c_employee).drop("c_employee")
    theirs = known.join(where, known.r_employee == where.c_employee).drop("c_employee")
    theirs = theirs.rename(r_team="team", r_department="department")
    both = mine.join(theirs, mine.subject == theirs.r_subject)
    step = ibis.cases(
        (both.employee == both.r_employee, 0),
        (both.team == both.r_team, 1),
        (both.department == both.r_department, 2),
        else_=len(WHOSE),
    )
    stepped = both.mutate(step=step)
    return stepped.filter(stepped.step < len(WHOSE)).drop("team", "department", "r_team", "r_department")


def _own(opened: ibis.Table, known: ibis.Table) -> ibis.Table:
    """As :func:`near`, of the readers' own relations only, which is far less to join."""
    keys = [opened.subject == known.r_subject, opened.employee == known.r_employee]
    return opened.join(known, keys).mutate(step=ibis.literal(0))


def within(rows: ibis.Table, days: int) -> ibis.Value:
    """Whether the relation of each row held within so many days; what was opened counts afterwards only."""
    around = ibis.interval(days=days)
    begun = rows.r_starts.isnull() | (rows.day >= rows.r_starts - around)
    lasting = rows.r_ends.isnull() | (rows.day <= rows.r_ends + around)
    return begun & lasting & ((rows.relation != OPENED) | (rows.day > rows.r_starts))


def adopted(
    engine: Engine, org: Organisation, opened: ibis.Table, explained: ibis.Table, reasons: Sequence[Reason]
) -> ibis.Table:
    """The openings that these reasons explain; ``explained`` are those that declared business does."""
    declared = [each.relation for each in reasons if each.relation != OPENED]
    parts = [business(engine).filter(_.relation.isin(declared))] if declared else []
    parts += [openings(explained)] if len(declared) < len(reasons) else []
    known = parts[0] if len(parts) == 1 else parts[0].union(parts[1])
    own = all(each.of == WHOSE[0] for each in reasons)
    rows = _own(opened, known) if own else near(engine, org, opened, known)
    paths = [
        (rows.relation == each.relation) & (rows.step <= WHOSE.index(each.of)) & within(rows, each.days)
        for each in reasons
    ]
    return rows.filter(reduce(lambda one, other: one | other, paths))


def _circles(engine: Engine, org: Organisation) -> ibis.Table:
    """Of everybody the team (department, role and site) and the department; who is in none is near nobody but himself."""
    people = sorted(org.people.values(), key=lambda p: p.employee)
    return engine.memory(
        "circles",
        pa.table(
            {
                "c_employee": pa.array([p.employee for p in people], pa.string()),
                "team": pa.array(
                    [f"{p.department}\x1f{p.role}\x1f{p.site}" if p.department else None for p in people], pa.string()
                ),
                "department": pa.array([p.department or None for p in people], pa.string()),
            }
        ),
    )
