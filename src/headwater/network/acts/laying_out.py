"""Acts as frames: one row for each person's data that is asked for, given or not found, with the keys of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from pandas.api.types import union_categoricals

from headwater.network.acts.content import Content
from headwater.network.acts.context import Context
from headwater.network.acts.deciding import Decided
from headwater.network.acts.shapes import Bools, Ints, Lists, Rows
from headwater.network.acts.talk import DAY, NONE

_WEAK = frozenset({"name"})
_SAME = DAY / 2


@dataclass(frozen=True, slots=True, eq=False)
class Laid:
    """Rows of acts: place in the talk, where the keys stand, and the identifiers' places there (by row)."""

    at: Ints
    """Message of the act, as a place in the talk."""
    keys_at: Ints
    """Message that holds its identifiers; NONE where nothing names whose data it is."""
    category: Ints
    key_of: Ints
    key_place: Ints
    key_told: Ints


class Categories:
    """Categories by number; 0 is the empty one."""

    def __init__(self) -> None:
        self.names = [""]

    def number(self, name: str) -> int:
        """Give a category's number."""
        if name not in self.names:
            self.names.append(name)
        return self.names.index(name)


def orders(context: Context, decided: Decided, categories: Categories) -> Laid:
    """Lay out the orders: one row for each subject and item."""
    contents = context.shapes.contents
    rows = Rows.of([c.asked for c in contents], categories.number)
    items = Lists.of([[categories.number(x) for x in c.categories] for c in contents])
    chosen = decided.order > 0
    first = np.flatnonzero(chosen & context.keyed)
    halves = np.flatnonzero(chosen & ~context.keyed)
    whole = _of_keys(context, rows, items, first, context.item_at[first])
    loose = _of_items(context, rows, items, halves, first)
    return _filled(context, joined([whole, loose]))


def _of_keys(context: Context, rows: Rows, items: Lists, at: Ints, item_at: Ints) -> Laid:
    """Orders of messages that name somebody; items that they lack stand in another message."""
    by, row = rows.of_shape.spread(context.shape[at])
    own = rows.categories.sizes(row) > 0
    other = item_at[by]
    parts = []
    for chosen, source, lists in (
        (own, row, rows.categories),
        (~own & (other >= 0), context.shape[other], items),
    ):
        n, category = lists.spread(source[chosen])
        parts.append((by[chosen][n], row[chosen][n], category))
    bare = ~own & (other < 0)
    parts.append((by[bare], row[bare], np.zeros(int(bare.sum()), dtype=np.int64)))
    by, row, category = (np.concatenate(p) for p in zip(*parts, strict=True))
    key_of, place = rows.keys.spread(row)
    return Laid(at[by], at[by], category, key_of, place, np.zeros(len(place), dtype=np.int64))


def _of_items(context: Context, rows: Rows, items: Lists, at: Ints, keyed: Ints) -> Laid:
    """Orders that name the item alone: of the key before, of what they quote, or of a picture."""
    used = np.zeros(len(context.shape), dtype=np.bool_)
    used[context.item_at[keyed[context.item_at[keyed] >= 0]]] = True
    at = at[~used[at]]
    source = np.where(context.key_at[at] >= 0, context.key_at[at], context.ground.quoted_at[at])
    source = np.where((source >= 0) & context.keyed[source], source, NONE)
    by, category = items.spread(context.shape[at])
    keys_at = source[by]
    held = np.flatnonzero(keys_at >= 0)
    n, row = rows.of_shape.spread(context.shape[keys_at[held]])
    key_n, place = rows.keys.spread(row)
    # a request that follows several people is one for each of them
    alone = np.flatnonzero(keys_at < 0)
    order = np.concatenate([held[n], alone])
    return Laid(at[by][order], keys_at[order], category[order], key_n, place, np.zeros(len(place), dtype=np.int64))


def answers(context: Context, chosen: Ints, categories: Categories) -> Laid:
    """Lay out answers: one row for each line that tells something of somebody."""
    return _plain(context, Rows.of([c.answered for c in context.shapes.contents], categories.number), chosen)


def replied(context: Context, chosen: Ints, fresh: Bools, categories: Categories, named: pd.DataFrame) -> Laid:
    """Lay out answers that no word gives away: one row for each whom the other side named; the rest is what is told of them."""
    laid = _plain(context, Rows.of([c.asked for c in context.shapes.contents], categories.number), chosen)
    wanted = _wanted(context, laid)
    by, rows = _found(named, wanted)
    echoed = np.zeros(len(wanted), dtype=np.bool_)
    echoed[by] = context.ground.echoes[rows]
    of = _nearest(laid.at, np.bincount(laid.key_of[echoed], minlength=len(laid.at)) > 0)
    kept, back = np.unique(of, return_inverse=True)
    told = np.where(echoed & ~fresh[laid.at[laid.key_of]], 0, 1)
    none = np.zeros(len(kept), dtype=np.int64)
    return Laid(laid.at[kept], laid.keys_at[kept], none, back[laid.key_of], laid.key_place, told)


def _nearest(group: Ints, chosen: Bools) -> Ints:
    """For each row the chosen one of its group at or before it, or else the first after it; its own place without any."""
    places = np.arange(len(group))
    before = np.maximum.accumulate(np.where(chosen, places, NONE)) if len(places) else places
    after = np.minimum.accumulate(np.where(chosen, places, len(places))[::-1])[::-1] if len(places) else places
    before = np.where((before >= 0) & (group[before] == group), before, NONE)
    after = np.where(after < len(places), after, 0)
    after = np.where(chosen[after] & (group[after] == group), after, places) if len(places) else places
    return np.where(before >= 0, before, after)


def remaining(context: Context, chosen: Ints, categories: Categories) -> Laid:
    """Lay out what stands beside failures in one message: one row for each whom a line names that says no such thing."""
    rows = Rows.of([c.rest for c in context.shapes.contents], categories.number)
    return _plain(context, rows, chosen[rows.of_shape.sizes(context.shape[chosen]) > 0])


def failures(context: Context, chosen: Ints, categories: Categories) -> Laid:
    """Lay out failures: one row for each who is named there or in what is quoted, or one that names nobody."""
    contents = context.shapes.contents
    quoted = context.ground.quoted_at[chosen]
    other = ~context.keyed[chosen] & (quoted >= 0) & context.keyed[quoted]
    own = _plain(context, Rows.of([c.failed for c in contents], categories.number), chosen[~other])
    theirs = _plain(context, Rows.of([c.asked for c in contents], categories.number), quoted[other])
    back = np.repeat(chosen[other], np.maximum(_sizes(context, contents, quoted[other]), 1))
    at = replace(theirs, at=back, category=np.zeros(len(back), dtype=np.int64))
    return joined([own, at])


def _sizes(context: Context, contents: Sequence[Content], at: Ints) -> Ints:
    """How many people messages name as subjects."""
    return np.array([len(contents[s].asked) for s in context.shape[at]], dtype=np.int64)


def bare(at: Ints) -> Laid:
    """Acts that name nobody."""
    none = np.zeros(0, dtype=np.int64)
    return Laid(at, np.full(len(at), NONE, dtype=np.int64), np.zeros(len(at), dtype=np.int64), none, none, none)


def _plain(context: Context, rows: Rows, at: Ints) -> Laid:
    by, row = rows.of_shape.spread(context.shape[at])
    missing = np.flatnonzero(rows.of_shape.sizes(context.shape[at]) == 0)
    sizes = rows.categories.sizes(row)
    category = np.zeros(len(row), dtype=np.int64)
    category[sizes > 0] = rows.categories.values[rows.categories.ends[row[sizes > 0]]]
    key_of, place = rows.keys.spread(row)
    told_of, told = rows.told.spread(row)
    laid = Laid(
        at[by], at[by], category, np.concatenate([key_of, told_of]), np.concatenate([place, told]),
        np.concatenate([np.zeros(len(place), dtype=np.int64), np.ones(len(told), dtype=np.int64)]),
    )  # fmt: skip
    if not len(missing):
        return laid
    whole = joined([laid, bare(at[missing])])
    return _ordered(whole, np.argsort(whole.at, kind="stable"))


def _ordered(laid: Laid, order: Ints) -> Laid:
    back = np.empty(len(order), dtype=np.int64)
    back[order] = np.arange(len(order))
    return Laid(
        laid.at[order], laid.keys_at[order], laid.category[order], back[laid.key_of], laid.key_place, laid.key_told
    )


def joined(laid: Sequence[Laid]) -> Laid:
    """Put rows of acts one after the other."""
    shift = np.cumsum([0, *(len(x.at) for x in laid[:-1])])
    return Laid(
        at=np.concatenate([x.at for x in laid]),
        keys_at=np.concatenate([x.keys_at for x in laid]),
        category=np.concatenate([x.category for x in laid]),
        key_of=np.concatenate([x.key_of + s for x, s in zip(laid, shift, strict=True)]),
        key_place=np.concatenate([x.key_place for x in laid]),
        key_told=np.concatenate([x.key_told for x in laid]),
    )


def _filled(context: Context, laid: Laid) -> Laid:
    """Give a request without an item the item of the sender's request before it, if that is not long ago."""
    talk = context.talk
    side = talk.chat[laid.at].astype(np.int64) * (int(talk.sender.max(initial=0)) + 2) + talk.sender[laid.at] + 1
    order = np.lexsort((laid.at, side))
    told = laid.category[order] > 0
    last = np.maximum.accumulate(np.where(told, np.arange(len(order)), -1)) if len(order) else order
    fits = (last >= 0) & ~told
    fits &= side[order][last] == side[order]
    fits &= talk.time[laid.at[order]] - talk.time[laid.at[order][last]] <= _SAME
    category = laid.category.copy()
    category[order[fits]] = laid.category[order][last[fits]]
    return Laid(laid.at, laid.keys_at, category, laid.key_of, laid.key_place, laid.key_told)


def keys_frame(context: Context, laid: Laid, named: pd.DataFrame, parts: pd.DataFrame) -> pd.DataFrame:
    """The identifiers of acts, and what survives of them: ``act``, ``kind``, ``token``, ``strong``, ``told``; texts as categories."""
    wanted = _wanted(context, laid)
    (by, whole), (part_by, part) = _found(named, wanted), _found(parts, wanted)
    kind = _joined_texts((named["kind"], whole), (parts["part"], part))
    token = _joined_texts((named["token"], whole), (parts["token"], part))
    strong = np.array([str(k) not in _WEAK and not str(k).endswith("~") for k in kind.categories] + [False], np.bool_)
    by = np.concatenate([by, part_by])
    made = {
        "act": laid.key_of[by],
        "kind": kind,
        "token": token,
        "strong": strong[kind.codes] & (np.arange(len(by)) < len(whole)),
        "told": laid.key_told[by] > 0,
    }
    within = (laid.key_place[by].astype(np.int64) * 2 + made["strong"]) * (len(kind.categories) + 1) + kind.codes
    return pd.DataFrame(made, copy=False).iloc[np.lexsort((token.codes, within, made["act"]))]


def _joined_texts(*columns: tuple[pd.Series, Ints]) -> pd.Categorical:
    """Some rows of columns of texts, one column after the other, as categories in the order of texts."""
    return union_categoricals([_taken(column, at) for column, at in columns], sort_categories=True)


def _taken(column: pd.Series, at: Ints) -> pd.Categorical:
    values = column.astype("category").cat
    texts = pd.Index(values.categories, dtype=object)
    return pd.Categorical.from_codes(values.codes.to_numpy()[at], categories=texts)


_PLACES = np.int64(1 << 20)


def _wanted(context: Context, laid: Laid) -> Ints:
    """The message and place of each identifier as one number."""
    row = context.talk.row.astype(np.int64)
    wanted: Ints = row[laid.keys_at[laid.key_of]] * _PLACES + laid.key_place
    return wanted


def _found(table: pd.DataFrame, wanted: Ints) -> tuple[Ints, Ints]:
    """Rows of a table, sorted by message and place, that have the wanted message and place: with the place in ``wanted``."""
    have = table["message"].to_numpy(dtype=np.int64) * _PLACES + table["place"].to_numpy(dtype=np.int64)
    order = np.arange(len(have), dtype=np.int32)
    if (have[1:] < have[:-1]).any():
        order = np.argsort(have, kind="stable").astype(np.int32)
        have = have[order]
    low, high = np.searchsorted(have, wanted), np.searchsorted(have, wanted, side="right")
    by = np.repeat(np.arange(len(wanted)), high - low)
    within = np.arange(len(by)) - np.repeat(np.cumsum(high - low) - (high - low), high - low)
    return by, order[low[by] + within]
