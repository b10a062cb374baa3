"""Requests and their answers, pair of people by pair of people: what was asked of whom, and what came back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from headwater.network.frames import NONE, Acts, People
from headwater.network.orders.assigning import assign
from headwater.network.orders.pairing import Items, by_name, by_time, by_time_before
from headwater.network.orders.subjects import Named, Telling, agreement, named, telling

Ints = npt.NDArray[np.int64]
Bits = npt.NDArray[np.float64]
SECOND = 1_000_000
HOUR = 3600 * SECOND
DAY = 24 * HOUR
LATEST = 10 * DAY
"""An answer that comes later than this after the request is to another one."""
COMPANION = 120 * SECOND
"""A picture that is followed so soon by words with a key is one answer with them."""
AGAIN = 4 * DAY
"""A request that is repeated while it is open is asked again, and no second one."""
SAME_KIND, OTHER_KIND = 3.0, -6.0
"""Bits of an answer whose form fits what was asked for, and of one whose form does not."""
NAMELESS = 3.0
"""Bits of an answer that names nobody, before it is divided among the requests that are open."""
SLOW = 0.4
"""Bits that each doubling of the hours of waiting takes off."""
FIRM = 8.0
"""Bits of a common name or number from which an answer surely belongs to its request."""
ANSWERS = {"result": "answered", "failure": "failed"}
SETTLED = 5
"""Requests the other way that were answered, from which one that nobody answered is a question about an order, and none."""


@dataclass(frozen=True, slots=True, eq=False)
class Requests:
    """Every request once. ``hops``: as in :class:`~headwater.network.frames.Hops`, without order and level; ``keys`` of its rows."""

    hops: pd.DataFrame
    keys: Named
    told: Telling


def requests(acts: Acts, people: People) -> Requests:
    """Join requests with their answers."""
    keys = named(acts.keys)
    told = telling(keys)
    frame = _between_people(acts.acts, people)
    asked = np.flatnonzero((frame["act"] == "order").to_numpy() & (frame["one"] >= 0).to_numpy())
    replied = _replies(frame, keys)
    left, left_keys = _items(frame, asked, keys, "asks")
    right, right_keys = _items(frame, replied, keys, "answers")
    pairs = _candidates(left, right)
    ask, answer = frame.iloc[asked[pairs["left"]]], frame.iloc[replied[pairs["right"]]]
    bits = _bits(pairs, ask, answer, agreement(pairs, left_keys, right_keys, told), left_keys, right_keys)
    done = assign(pairs, bits)
    found = np.full(len(asked), NONE)
    found[pairs["left"].to_numpy()[done.chosen]] = replied[pairs["right"].to_numpy()[done.chosen]]
    firm = np.zeros(len(asked), bool)
    agree = agreement(pairs, left_keys, right_keys, told)
    firm[pairs["left"].to_numpy()[done.chosen & (agree >= FIRM)]] = True
    implied = _implied(frame, replied, keys, pairs[(agree > 0) | done.chosen])
    del ask, answer, left, right, left_keys, right_keys
    rows = np.concatenate([asked, implied])
    found = np.concatenate([found, implied])
    hops = _hops(frame, rows, found, np.arange(len(rows)) >= len(asked)).assign(
        firm=np.append(firm, np.ones(len(implied), bool))
    )
    kept = ~_against(hops)
    return _once(hops[kept].reset_index(drop=True), _all_keys(keys, rows[kept], found[kept], len(frame)), told)


def _against(hops: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Requests without answer to somebody who never answered one, and whose own are answered by who asks here."""
    answered = hops[hops["outcome"] != "open"].groupby(["buyer", "seller"]).size()
    along, back = (
        answered.reindex(pd.MultiIndex.from_arrays([hops[one], hops[other]])).fillna(0).to_numpy(float)
        for one, other in (("buyer", "seller"), ("seller", "buyer"))
    )
    return np.asarray((hops["outcome"] == "open").to_numpy() & (along == 0) & (back >= SETTLED))


def _between_people(acts: pd.DataFrame, people: People) -> pd.DataFrame:
    """The acts with the people behind both accounts (-1 in groups, and where both are one person)."""
    of = np.append(people.of, NONE)
    one, other = (of[acts[side].to_numpy(np.int64)] for side in ("sender", "receiver"))
    alone = (one == other) | (one < 0) | (other < 0)
    size = people.count + 1
    kinds = acts["category"].astype("category").cat
    codes = kinds.codes.to_numpy(np.int64)
    empty = [n for n, c in enumerate(kinds.categories) if not c]
    return acts.assign(
        one=np.where(alone, NONE, one),
        other=np.where(alone, NONE, other),
        asks=np.where(alone, NONE, one * size + other),
        answers=np.where(alone, NONE, other * size + one),
        code=np.where(np.isin(codes, empty), NONE, codes),
    ).reset_index(drop=True)


def _replies(frame: pd.DataFrame, keys: Named) -> Ints:
    """Answers, without pictures that belong to the words behind them."""
    mine = frame["act"].isin(list(ANSWERS)).to_numpy() & (frame["one"] >= 0).to_numpy()
    replied = np.flatnonzero(mine)
    keyed = np.zeros(len(frame), bool)
    keyed[keys.rows["item"].to_numpy()] = True
    order = replied[np.lexsort((replied, frame["time"].to_numpy()[replied], frame["answers"].to_numpy()[replied]))]
    time, party = frame["time"].to_numpy()[order], frame["answers"].to_numpy()[order]
    near = np.zeros(len(order), bool)
    near[:-1] = (party[1:] == party[:-1]) & (time[1:] - time[:-1] <= COMPANION) & keyed[order[1:]]
    return np.sort(order[~(near & ~keyed[order])])


def _items(frame: pd.DataFrame, rows: Ints, keys: Named, party: str) -> tuple[Items, Named]:
    places = np.full(len(frame), NONE)
    places[rows] = np.arange(len(rows))
    mine = keys.of(places, len(rows))
    return Items(frame[party].to_numpy()[rows], frame["time"].to_numpy()[rows], mine), mine


def _candidates(left: Items, right: Items) -> pd.DataFrame:
    pairs = [by_name(left, right, 0, LATEST)]
    pairs.append(by_time(left, right, _nameless(left), 0, LATEST))
    pairs.append(by_time_before(left, right, _nameless(right), 0, LATEST))
    return pd.concat(pairs, ignore_index=True).drop_duplicates(ignore_index=True)


def _nameless(items: Items) -> Ints:
    """The items that name nobody."""
    there = np.zeros(len(items.time), bool)
    there[items.keys.rows["item"].to_numpy()] = True
    return np.flatnonzero(~there)


def _bits(pairs: pd.DataFrame, ask: pd.DataFrame, answer: pd.DataFrame, agree: Bits, left: Named, right: Named) -> Bits:
    hours = (answer["time"].to_numpy() - ask["time"].to_numpy()) / HOUR
    kinds = _kinds(ask["code"].to_numpy(), answer["code"].to_numpy())
    nameless = ~(_has(left, pairs["left"].to_numpy()) & _has(right, pairs["right"].to_numpy()))
    among = np.maximum(np.bincount(pairs["right"], minlength=1)[pairs["right"]], 1) if len(pairs) else 1.0
    base = np.where(nameless, NAMELESS - np.log2(among), agree)
    made: Bits = base + kinds - SLOW * np.log2(1 + np.maximum(hours, 0))
    return made


def _has(keys: Named, items: Ints) -> npt.NDArray[np.bool_]:
    return np.isin(items, keys.rows["item"].to_numpy())


def _kinds(one: Ints, other: Ints) -> Bits:
    known = (one >= 0) & (other >= 0)
    return np.where(known, np.where(one == other, SAME_KIND, OTHER_KIND), 0.0)


def _implied(frame: pd.DataFrame, replied: Ints, keys: Named, like: pd.DataFrame) -> Ints:
    """Answers about somebody of whom nothing was asked in any message that is left: the request was deleted.

    Another answer to a request that is there is none of them.
    """
    free = np.ones(len(replied), bool)
    free[like["right"].to_numpy()] = False
    named_ones = np.isin(replied, keys.rows.loc[keys.rows["whole"], "item"].to_numpy())
    made: Ints = replied[free & named_ones & (frame["act"].to_numpy(object)[replied] == "result")]
    return made


def _hops(frame: pd.DataFrame, asked: Ints, found: Ints, implied: npt.NDArray[np.bool_]) -> pd.DataFrame:
    """One row for each request; its category is the answer's where the request does not say it.

    Of one that only its answer tells, the time of asking is the answer's: it was not later.
    """
    ask, there = frame.iloc[asked], found >= 0
    answer = frame.iloc[np.where(there, found, 0)]
    outcome = answer["act"].astype(str).map(ANSWERS).to_numpy(object)
    code = ask["code"].to_numpy()
    bits = np.clip(ask["bits"].to_numpy(float), -40, 40)
    return pd.DataFrame(
        {
            "buyer": np.where(implied, ask["other"], ask["one"]).astype(np.int64),
            "seller": np.where(implied, ask["one"], ask["other"]).astype(np.int64),
            "buyer_account": np.where(implied, ask["receiver"], ask["sender"]).astype(np.int64),
            "seller_account": np.where(implied, ask["sender"], ask["receiver"]).astype(np.int64),
            "asked": ask["time"].to_numpy(np.int64),
            "answered": np.where(there, answer["time"].to_numpy(np.int64), NONE),
            "outcome": np.where(there, outcome, "open"),
            "category": np.where(
                code >= 0, ask["category"].astype(str), np.where(there, answer["category"].astype(str), "")
            ),
            "message": np.where(implied, NONE, ask["message"]).astype(np.int64),
            "implied": implied,
            "media": ask["media"].to_numpy(bool),
            "confidence": 1 / (1 + np.exp2(-bits)),
            "request": np.where(implied, NONE, asked),
            "answer": found,
        }
    )


def _all_keys(keys: Named, asked: Ints, found: Ints, count: int) -> Named:
    """The keys of requests by their place; those of the answer where a request names nobody."""
    places = np.full(count, NONE)
    places[asked] = np.arange(len(asked))  # an answer that tells of its request stands for it
    own = keys.of(places, len(asked))
    bare = np.ones(len(asked), bool)
    bare[own.rows["item"].to_numpy()] = False
    answered = np.full(count, NONE)
    mine = np.flatnonzero(bare & (found >= 0))
    answered[found[mine]] = mine
    lent = keys.of(answered, len(asked))
    return Named(pd.concat([own.rows, lent.rows], ignore_index=True), keys.families, keys.parts)


def _once(hops: pd.DataFrame, keys: Named, told: Telling) -> Requests:
    """Join what was asked again while it was open with the first time it was asked."""
    first = _primary(keys, len(hops))
    frame = hops.assign(token=first, row=np.arange(len(hops)))
    frame = frame[frame["token"] >= 0].sort_values(["buyer", "seller", "token", "category", "asked", "row"])
    same = (
        frame[["buyer", "seller", "token", "category"]] == frame[["buyer", "seller", "token", "category"]].shift()
    ).all(axis=1)
    before = frame["answered"].shift(fill_value=NONE)
    earlier = frame["asked"].shift(fill_value=NONE)
    open_still = (before == NONE) | (before > frame["asked"])
    again = same & open_still & (frame["asked"] - earlier <= AGAIN)
    group = (~again).cumsum()
    whole = frame.groupby(group)["row"].transform("first")
    root = np.arange(len(hops))
    root[frame["row"].to_numpy()] = whole.to_numpy()
    return _merged(hops, keys, root, told)


def _primary(keys: Named, count: int) -> Ints:
    """The most telling whole identifier of each item: a number before a name; -1 where it has none."""
    rows = keys.rows[keys.rows["whole"]]
    names = np.array([f == "name" for f in keys.families], bool)[rows["family"].to_numpy()] if len(rows) else []
    first = rows.assign(late=names).sort_values(["item", "late", "family"], kind="stable").drop_duplicates("item")
    made = np.full(count, NONE)
    made[first["item"].to_numpy()] = first["token"].to_numpy()
    return made


def _merged(hops: pd.DataFrame, keys: Named, root: Ints, told: Telling) -> Requests:
    kept = np.flatnonzero(root == np.arange(len(hops)))
    places = np.full(len(hops), NONE)
    places[kept] = np.arange(len(kept))
    made = hops.iloc[kept].reset_index(drop=True)
    answered = hops[hops["answer"] >= 0].assign(root=root[hops["answer"].to_numpy() >= 0])
    answered = answered.sort_values(["outcome", "answered"]).drop_duplicates("root")  # "answered" before "failed"
    to = places[answered["root"].to_numpy()]
    for column in ("answered", "outcome", "answer", "firm"):
        values = made[column].to_numpy().copy()
        values[to] = answered[column].to_numpy()
        made[column] = values
    rows = keys.rows.assign(item=places[root[keys.rows["item"].to_numpy()]]).drop_duplicates(["item", "token"])
    return Requests(made, Named(rows, keys.families, keys.parts), told)
