"""What lists were drawn: acts that gave many people's records at once, by account, day and way of drawing.

A *list* is a statement or an export that gave more than a few people, or a search that found more than a page of
them. A *way* is the verb and what the statement asks by, never its literals. ``new`` counts the people whom no
earlier list gave to that account, so that a report that is run again counts for nothing; people whom a log counts
but nobody can name are new each time.
"""

from __future__ import annotations

import ibis
import pandas as pd
import pyarrow as pa
from ibis import _

from headwater.detection.reads import FEW, acts
from headwater.store.engine import Engine

ASKED = ["account", "day", "hour", "action", "application", "dataset", "statement", "returned", "known"]
_NO_LIST = ("aggregate", "write", "maintenance")
_CELL = ["account", "day", "way", "channel"]


def drawn(engine: Engine, page: int) -> pd.DataFrame:
    """One row per account, day, hour and question: ``people`` it gave, its ``way``, whether they are ``known`` by name.

    Costs one pass over the acts that name no record, and a count of the sets that statements gave back.
    """
    asked = acts(engine).filter(_.subject.isnull() & _.account.notnull())
    sizes = engine.table("returned").distinct().group_by("returned").agg(size=_.count()).rename(r_set="returned")
    known = _.returned.notnull() & ibis.coalesce(_.exact, ibis.literal(True))
    sized = asked.left_join(sizes, asked.returned == sizes.r_set).mutate(known=known)
    sized = sized.mutate(people=_.known.ifelse(ibis.coalesce(_.size, 0), ibis.coalesce(_.rows, 0)))
    large = sized.filter(_.people > (_.action == "search").ifelse(page, FEW))
    counted = large.group_by(ASKED).agg(people=_.people.sum(), size=_.people.max())
    frame = engine.arrow(counted).to_pandas().merge(_shapes(engine), on="statement", how="left")
    frame = frame[~frame["kind"].isin(_NO_LIST)].fillna({"application": "", "dataset": ""})
    frame["people"] = frame["people"].where(~frame["known"], frame["size"])  # the same set twice is one set
    frame["way"] = [_way(*row) for row in zip(frame["action"], frame["kind"], frame["asks"], strict=True)]
    asked_by_statement = frame["statement"].notna() | (frame["action"] == "sql")
    frame["channel"] = asked_by_statement.map({True: "statement", False: "application"})
    return frame.sort_values(
        ["account", "day", "hour", "way", "application", "returned", "statement", "dataset", "action", "known"],
        ignore_index=True,
    )


def _shapes(engine: Engine) -> pd.DataFrame:
    """Each statement's kind and what it asks by; many files may have told the same shape."""
    told = engine.arrow(engine.table("statements").select("fingerprint", "kind", "predicates")).to_pandas()
    told["asks"] = [", ".join(sorted(set(p))) if p is not None else "" for p in told["predicates"]]
    told = told.sort_values(["fingerprint", "kind", "asks"]).drop_duplicates("fingerprint")
    return told.rename(columns={"fingerprint": "statement"})[["statement", "kind", "asks"]]


def _way(action: str, kind: object, asks: object) -> str:
    """How a list was drawn, in words: the act, and what the statement asks by."""
    if not isinstance(kind, str):
        return action
    return f"{action} by {asks}" if asks else f"{action} of a whole table" if kind == "export" else action


def new_people(engine: Engine, lists: pd.DataFrame) -> pd.DataFrame:
    """Per account, day, way and channel: ``fresh`` people whom no list gave to the account before that day.

    Only sets whose people are known. Costs one join of each account's distinct sets with their people.
    """
    first = lists.groupby(["account", "returned", "way", "channel"], as_index=False)["day"].min()
    asked = engine.memory("drawn_sets", _as_table(first))
    given = engine.table("returned").select(g_set=_.returned, subject=_.subject).distinct()
    each = asked.join(given, asked.returned == given.g_set).select(*_CELL, "subject").distinct()
    began = (
        each.group_by(["account", "subject"]).agg(began=_.day.min()).rename(b_account="account", b_subject="subject")
    )
    met = each.join(began, [each.account == began.b_account, each.subject == began.b_subject, each.day == began.began])
    counted = met.group_by(_CELL).agg(fresh=_.subject.nunique())
    return engine.arrow(counted).to_pandas()


def _as_table(frame: pd.DataFrame) -> pa.Table:
    texts = {name: pa.array(frame[name].tolist(), pa.string()) for name in ("account", "returned", "way", "channel")}
    return pa.table({**texts, "day": pa.array(frame["day"].tolist(), pa.date32())})


def cells(engine: Engine, lists: pd.DataFrame) -> pd.DataFrame:
    """One row per account, day, way and channel: ``new`` people, and how many ``people`` the lists gave in all.

    Of accounts without peers (``alone``) all people are new: services draw the same again each night.
    """
    sets = lists["known"].astype(bool) & ~lists["alone"]
    both = lists.assign(nameless=lists["people"].where(~sets, 0)).groupby([*_CELL, "alone"], as_index=False)
    made = both.agg(people=("people", "sum"), nameless=("nameless", "sum"))
    made = made.merge(new_people(engine, lists[sets]), on=_CELL, how="left").fillna({"fresh": 0})
    made["new"] = made["fresh"] + made["nameless"]
    return made.sort_values(_CELL, ignore_index=True)
