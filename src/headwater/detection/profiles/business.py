"""Which readings the business explains: the reader had a relation with that client near that day.

A path of at most two steps: the reader's own relation (agent, claim, call, visit, training …), or that of a colleague
of the same department and role who was away that day, or had left, and whose work somebody had to do. After Fabbri and LeFevre,
"Explanation-based auditing" (VLDB 2011); the relations are those that the organisation declares.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import ibis
import pyarrow as pa
from ibis import _

from headwater.detection.profiles.paths import adopted
from headwater.detection.reads import records
from headwater.model.organisation import Organisation, Person
from headwater.model.settings import Reason
from headwater.store.engine import Engine

DAYS_AROUND = 7
"""A relation explains a reading up to this many days before it starts and after it ends."""

_KEYS = ["account", "place", "sitting"]


def explained(
    engine: Engine, claims: pa.Table, cover: pa.Table, org: Organisation | None = None, more: Sequence[Reason] = ()
) -> pa.Table:
    """How many of the records opened in each sitting are explained by the business of each claimed person.

    Lists are left out: they are drawn for a purpose of their own, not because of the people on them.
    ``claims``: account, place, sitting, employee (text). ``cover``: employee, day, colleague (who was away). ``more``:
    further reasons that the house has adopted, for the people of ``org``.
    Gives account, place, sitting, employee, readings, explained. Costs one hash join of records with relations.
    """
    keys = [*_KEYS, "employee"]
    read = records(engine).filter(_.subject.notnull() & ~_.listed).select(*_KEYS, "day", "subject").distinct()
    claimed = _joined(read, engine.memory("claims", claims), _KEYS)
    reasons = with_reason(engine, claimed, cover, [*keys, "day", "subject"], org, more)
    reasons = reasons.group_by(keys).agg(explained=_.subject.nunique())
    totals = claimed.group_by(keys).agg(readings=_.subject.nunique())
    renamed = reasons.rename({f"e_{k}": k for k in keys})
    both = totals.left_join(renamed, [totals[k] == renamed[f"e_{k}"] for k in keys])
    return engine.arrow(both.select(*keys, "readings", explained=ibis.coalesce(both.explained, 0)).order_by(keys))


def with_reason(
    engine: Engine,
    opened: ibis.Table,
    cover: pa.Table,
    columns: list[str],
    org: Organisation | None,
    more: Sequence[Reason],
) -> ibis.Table:
    """The openings (with employee, day, subject) that have a reason: declared business, then what the house has adopted."""
    declared = by_business(engine, opened, cover, columns)
    if not more or org is None:
        return declared
    return declared.union(adopted(engine, org, opened.select(*columns), declared, more).select(*columns))


def by_business(engine: Engine, opened: ibis.Table, cover: pa.Table, columns: list[str]) -> ibis.Table:
    """The openings (employee, day, subject among their ``columns``) that declared business explains, one row per relation."""
    away = engine.memory("cover", cover).rename(c_employee="employee", c_day="day")
    covered = opened.join(away, [opened.employee == away.c_employee, opened.day == away.c_day])
    tried = opened.select(*columns, works=_.employee).union(covered.select(*columns, works=_.colleague))
    relations = engine.table("relations").select(
        r_subject=_.subject, r_employee=_.employee, r_starts=_.starts, r_ends=_.ends
    )
    around = ibis.interval(days=DAYS_AROUND)
    met = tried.join(relations, [tried.subject == relations.r_subject, tried.works == relations.r_employee])
    met = met.filter(
        (_.r_starts.isnull() | (_.day >= _.r_starts - around)) & (_.r_ends.isnull() | (_.day <= _.r_ends + around))
    )
    return met.select(*columns)


def whose(engine: Engine, accounts: Sequence[str]) -> pa.Table:
    """Whose business explains what these accounts opened, at any place: account, employee, readings, explained.

    One row for each person whose relations explain anything; readings are records by day. Costs one hash join of the
    accounts' records with all relations.
    """
    read = records(engine).filter(_.subject.notnull() & ~_.listed & _.account.isin(list(accounts)))
    read = read.select("account", "day", "subject").distinct()
    relations = engine.table("relations").select(
        r_subject=_.subject, r_employee=_.employee, r_starts=_.starts, r_ends=_.ends
    )
    around = ibis.interval(days=DAYS_AROUND)
    met = read.join(relations, read.subject == relations.r_subject).filter(
        (_.r_starts.isnull() | (_.day >= _.r_starts - around)) & (_.r_ends.isnull() | (_.day <= _.r_ends + around))
    )
    met = met.select("account", "day", "subject", employee=_.r_employee).distinct()
    counted = met.group_by(["account", "employee"]).agg(explained=_.count())
    totals = read.group_by("account").agg(readings=_.count()).rename(t_account="account")
    both = counted.join(totals, counted.account == totals.t_account)
    return engine.arrow(both.select("account", "employee", "readings", "explained").order_by(["account", "employee"]))


def left_over(
    engine: Engine, org: Organisation, opened: ibis.Table, first: date, last: date, more: Sequence[Reason] = ()
) -> ibis.Table:
    """Of what was opened (account, day, dataset, subject and more) the rows for which the account's owner has no reason.

    Accounts of nobody, shared ones and services have no business of their own and give none. ``more``: reasons that the
    house has adopted beside declared business.
    """
    columns = ["account", "day", "dataset", "subject"]
    mine = owned(engine, org, opened)
    reason = with_reason(engine, mine, cover(org, first, last), [*columns, "employee"], org, more)
    reason = reason.select(*columns).distinct().rename({f"e_{c}": c for c in columns})
    return mine.anti_join(reason, [mine[c] == reason[f"e_{c}"] for c in columns]).drop("employee")


def owned(engine: Engine, org: Organisation, rows: ibis.Table) -> ibis.Table:
    """Rows of people's own accounts, with the owner as ``employee``."""
    owners = {a: p.employee for a in org.accounts if (p := org.owner(a)) and org.kind(a) == "person"}
    table = pa.table({"o_account": pa.array(owners, pa.string()), "employee": pa.array(owners.values(), pa.string())})
    named = engine.memory("owned", table)
    return rows.join(named, rows.account == named.o_account).drop("o_account")


def _joined(left: ibis.Table, right: ibis.Table, keys: list[str]) -> ibis.Table:
    renamed = right.rename({f"k_{k}": k for k in keys})
    return left.join(renamed, [left[k] == renamed[f"k_{k}"] for k in keys]).drop(*[f"k_{k}" for k in keys])


def cover(organisation: Organisation, first: date, last: date) -> pa.Table:
    """Who may have done whose work: each absent person's colleagues of the same job, day by day."""
    mates: dict[tuple[str, str, str], list[Person]] = {}
    for person in organisation.people.values():
        mates.setdefault((person.department, person.role, person.site), []).append(person)
    rows: set[tuple[str, date, str]] = set()
    # a leaver's clients go to his colleagues
    away = [(p, max(p.left + timedelta(days=1), first), last) for p in organisation.people.values() if p.left]
    for who, spans in organisation.absences.items():
        absent = organisation.people.get(who)
        if absent is None:
            continue
        for span in spans:
            away.append((absent, max(span.starts, first), min(span.ends, last)))
    for absent, starts, ends in away:
        for offset in range((ends - starts).days + 1):
            for mate in mates[(absent.department, absent.role, absent.site)]:
                if mate is not absent:
                    rows.add((mate.employee, starts + timedelta(days=offset), absent.employee))
    ordered = sorted(rows)
    return pa.table(
        {
            "employee": pa.array([r[0] for r in ordered], pa.string()),
            "day": pa.array([r[1] for r in ordered], pa.date32()),
            "colleague": pa.array([r[2] for r in ordered], pa.string()),
        }
    )
