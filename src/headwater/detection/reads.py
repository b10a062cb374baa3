"""What was read, as expressions of the column engine: one row per act, per sitting, per record.

A *sitting* is one account at one place (device, or address where the device is not known) until it rests for an hour.
Costs: one pass over ``access`` with a window sort per account; ``returned`` is joined once.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import ibis
import pyarrow as pa
from ibis import _

from headwater.store.engine import Engine

GAP_SECONDS = 3600
"""A pause longer than this ends a sitting."""
FEW = 3
"""A statement that returns more records than this has drawn a list."""


ORDER = ("time", "source", "line", "dataset", "ordinal", "subject", "action")
"""The order of acts in a window that looks from one to the next: a line of a log may hold several at one moment."""


def seconds(moment: Any) -> Any:
    """Whole seconds since 1970, rounded down: left to themselves, some engines keep the fraction and some round it."""
    return moment.truncate("s").epoch_seconds().cast("int64")


def acts(engine: Engine) -> ibis.Table:
    """Successful acts of reading, each with its ``place`` and the ``sitting`` that it belongs to."""
    return engine.keep("acts", _acts)


def _acts(engine: Engine) -> ibis.Table:
    placed = _done(engine.table("access"))
    placed = placed.mutate(at=seconds(placed.time))
    order = [placed.time, placed.source, placed.line]
    before = placed.at.lag().over(ibis.window(group_by=[placed.account, placed.place], order_by=order))
    marked = placed.mutate(starts=((before.isnull()) | (placed.at - before > GAP_SECONDS)).ifelse(1, 0))
    running = ibis.cumulative_window(
        group_by=[marked.account, marked.place], order_by=[marked.time, marked.source, marked.line]
    )
    return marked.mutate(sitting=marked.starts.sum().over(running))


def _done(access: ibis.Table) -> ibis.Table:
    """Acts that were not denied, each with the place where it happened."""
    done = access.filter((access.outcome.isnull()) | (access.outcome != "denied"))
    return done.mutate(place=place(done))


def place(rows: ibis.Table) -> ibis.Value:
    """Where something happened: the device, or the address where that is not known."""
    return ibis.coalesce(rows.device, rows.ip, ibis.literal("?"))


def records(engine: Engine) -> ibis.Table:
    """One row per act and record read: named in the log, or given back by a replayed statement.

    ``exact`` is false where a statement is known to have returned fewer rows than qualify. ``listed`` says that the
    record came as one of a list of more than a few.
    """
    return engine.keep("records", _records)


def _records(engine: Engine) -> ibis.Table:
    columns = ["account", "place", "sitting", "day", "dataset", "action", "source", "line"]
    return _rows(engine, acts(engine), columns)


def _rows(engine: Engine, done: ibis.Table, columns: list[str]) -> ibis.Table:
    """Acts with the records that they read: those that the log names, and those that replayed statements gave."""
    named = done.filter(done.subject.notnull()).select(
        *columns, "subject", "ordinal", exact=ibis.literal(True), listed=ibis.literal(False)
    )
    sets = engine.keep("sets", _sets)
    given = done.filter(done.returned.notnull()).drop("subject", "ordinal")
    joined = given.join(sets, "returned").select(
        *columns,
        subject=_.set_subject,
        ordinal=_.set_ordinal,
        exact=ibis.coalesce(_.exact, ibis.literal(True)),
        listed=_.size > FEW,
    )
    return named.union(joined)


def read_acts(access: ibis.Table, dataset: str) -> ibis.Table:
    """Those acts that read something of a data set."""
    some = _.ordinal.notnull() | _.returned.notnull()
    return _done(access).filter((_.dataset == dataset) & _.account.notnull() & some)


def readings(engine: Engine, access: ibis.Table, dataset: str) -> ibis.Table:
    """Account, day and ordinal of what these acts read of a data set: as :func:`records`, without when and where.

    Costs no sort and no sittings, so that a stretch of days can be read by itself.
    """
    columns = ["account", "day", "ordinal"]
    done = read_acts(access, dataset)
    named = done.filter(_.ordinal.notnull()).select(*columns)
    if not engine.holds("returned"):
        return named
    sets = engine.keep("sets", _sets).filter(_.set_ordinal.notnull())
    given = done.filter(_.returned.notnull()).select("account", "day", "returned")
    return named.union(given.join(sets, "returned").select("account", "day", ordinal=_.set_ordinal))


def drawn_at_once(
    engine: Engine, dataset: str, least: int, most: int, first: date, last: date
) -> tuple[ibis.Table, ibis.Table]:
    """Which account drew which list (``returned``, of so many records, ``size``) of a data set, and what lists hold.

    Lists of ``least`` to ``most`` records, and acts between two days (``first`` and ``last`` of each list and account). What
    is known to have returned fewer rows than qualify is no list: which of them came is not known.
    """
    sets = engine.keep("sets", _sets).filter(_.set_ordinal.notnull() & _.size.between(least, most))
    acts = read_acts(engine.table("access"), dataset).filter(_.returned.notnull() & _.day.between(first, last))
    acts = acts.filter(ibis.coalesce(_.exact, ibis.literal(True))).select("account", "returned", "day")
    sizes = sets.select("returned", "size").distinct()
    drawn = acts.join(sizes, "returned").group_by(["account", "returned", "size"])
    return drawn.agg(first=_.day.min(), last=_.day.max()), sets.select("returned", ordinal=_.set_ordinal)


def _sets(engine: Engine) -> ibis.Table:
    """What replayed statements gave, each record with the size of its set."""
    sets = (
        engine.table("returned")
        .select(returned=_.returned, set_subject=_.subject, set_ordinal=_.ordinal)
        .distinct()  # two files may have given the same set
    )
    sizes = sets.group_by("returned").agg(size=_.count())
    return sets.join(sizes, "returned")


def by_day(engine: Engine) -> pa.Table:
    """Per account and local day: distinct people's records, of which opened one by one and drawn in lists; acts,
    searches, lists drawn, rows that the log counts but does not name, first and last time.

    Costs two group-bys over ``access``, one of them by subject; it needs no sittings.
    """
    return engine.daily("by_day", "access", _by_day)


def _by_day(engine: Engine, access: ibis.Table) -> ibis.Table:
    done = _done(access)
    counted = done.group_by(["account", "day"]).agg(
        acts=_.count(),
        searches=(_.action == "search").ifelse(1, 0).sum(),
        exports=_.action.isin(["export", "sql"]).ifelse(1, 0).sum(),
        unseen=unseen(_).sum(),
        first=_.time.min(),
        last=_.time.max(),
    )
    read = _rows(engine, done, ["account", "day"]).filter(_.exact)
    people = read.group_by(["account", "day", "subject"]).agg(
        one=(~_.listed).ifelse(1, 0).max(), many=_.listed.ifelse(1, 0).max()
    )
    distinct = people.group_by(["account", "day"]).agg(subjects=_.count(), opened=_.one.sum(), listed=_.many.sum())
    return _with_subjects(counted, distinct, ["account", "day"], ("subjects", "opened", "listed"))


def by_sitting(engine: Engine) -> ibis.Table:
    """Per sitting: where, when, how many distinct records, which applications and outcomes."""
    keys = ["account", "place", "sitting"]
    counted = (
        acts(engine)
        .group_by(keys)
        .agg(
            day=_.day.min(),
            ip=_.ip.max(),
            device=_.device.max(),
            acts=_.count(),
            searches=(_.action == "search").ifelse(1, 0).sum(),
            statements=_.action.isin(["export", "sql"]).ifelse(1, 0).sum(),
            unseen=unseen(_).sum(),
            first=_.time.min(),
            last=_.time.max(),
        )
    )
    distinct = records(engine).filter(_.exact).group_by(keys).agg(subjects=_.subject.nunique())
    return _with_subjects(counted, distinct, keys)


def unseen(act: ibis.Deferred) -> ibis.Deferred:
    """Rows that the log counts but nobody can name: a search, an export, a statement whose very rows are not known."""
    nameless = act.subject.isnull() & (act.returned.isnull() | ~ibis.coalesce(act.exact, ibis.literal(True)))
    return nameless.ifelse(ibis.coalesce(act.rows, 0), 0)


def _with_subjects(
    counted: ibis.Table, distinct: ibis.Table, keys: list[str], columns: tuple[str, ...] = ("subjects",)
) -> ibis.Table:
    renamed = distinct.rename({f"r_{k}": k for k in keys})
    joined = counted.left_join(renamed, [counted[k] == renamed[f"r_{k}"] for k in keys])
    filled = joined.mutate(**{c: ibis.coalesce(joined[c], 0) for c in columns})
    return filled.drop(*[f"r_{k}" for k in keys])
