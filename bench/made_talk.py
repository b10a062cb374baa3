"""A made market of any size, straight into a lake: chats, bills and address books of people who do not exist.

Customers ask lower middlemen, these ask upper ones or sources, and answers and money come back; three rows of five are talk of
other things. All is drawn from a seed, column by column; tokens are numbers in hexadecimal, parts of identifiers are shared as
those of real numbers are.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from bench.made_talk_words import ASKING, ITEMS, MOBILE, NAME, NUMBER, SLOTS, Words
from headwater.network.traffic.contents import mixed
from headwater.store.manifest import Input
from headwater.store.workspace import Workspace, open_workspace

Ints = npt.NDArray[np.int64]
FIRST, DAYS = date(2026, 1, 5), 180
SECOND, DAY = 1_000_000, 86_400_000_000
NOBODY, PART = -1, 250_000
SURNAMES = "赵钱孙李周吴郑王冯陈"
NAMES, GROUPS = 4_000, 97


@dataclass(frozen=True, slots=True)
class Cast:
    """How many of each there are; accounts are numbered layer by layer, strangers last."""

    customers: int
    lower: int
    upper: int
    sources: int
    strangers: int

    @property
    def starts(self) -> Ints:
        """The first account of each layer, and how many there are in all."""
        return np.cumsum([0, self.customers, self.lower, self.upper, self.sources, self.strangers])


@dataclass(frozen=True, slots=True, eq=False)
class Said:
    """What was said, once each: ``talk`` is a place among the templates, ``to`` -1 in a group, ``about`` a subject."""

    time: Ints
    sender: Ints
    to: Ints
    talk: Ints
    about: Ints
    amount: npt.NDArray[np.float64]

    def of(self, rows: Ints) -> Said:
        """Some of it."""
        return Said(*(getattr(self, n)[rows] for n in ("time", "sender", "to", "talk", "about", "amount")))


def cast_for(rows: int) -> tuple[Cast, int]:
    """The people and the number of orders of a market of so many rows of chats."""
    orders = max(40, rows // 40)
    customers = max(12, orders // 25)
    lower = max(4, customers // 20)
    upper = max(3, lower // 4)
    return Cast(customers, lower, upper, max(3, upper // 2), max(30, rows // 400)), orders


def main(arguments: list[str]) -> None:
    """Make a market in a workspace that has none yet, in a process of its own; ``WORKSPACE ROWS``."""
    with open_workspace(Path(arguments[0])) as workspace:
        print(json.dumps({} if workspace.lake.files("messages") else make(workspace, int(arguments[1]))))


def make(workspace: Workspace, rows: int, seed: int = 1) -> dict[str, int]:
    """Write a lake of about so many rows of chats; gives how many of what there are."""
    rng = np.random.default_rng(seed)
    cast, orders = cast_for(rows)
    words = Words()
    has = _devices(rng, cast)
    said = _trade(rng, cast, orders, words)
    own = np.flatnonzero(has)
    shown = int(has[said.sender].sum() + has[said.to].sum())
    said = _with_talk(rng, cast, said, own, max(0, rows - shown), words)
    writer = workspace.lake.writer("bench", "talk", str(seed))
    subjects = _Subjects(rng, orders)
    pairs = _chats(writer, said, has, cast, words, subjects, rng)
    paid = said.of(np.flatnonzero(~np.isnan(said.amount)))
    bills = _bills(writer, paid, has)
    _contacts(writer, pairs, int(cast.starts[-1]))
    made = {
        "orders": orders,
        "accounts": int(cast.starts[-1]),
        "devices": len(own),
        "bills": bills,
        "contacts": len(pairs),
    }
    workspace.manifest.commit(Input("bench", "talk", 0, "", "bench", writer.rows, 0), writer.close())
    return made


class _Subjects:
    """Whom is asked about: tokens, masks and parts of names, mobiles and identity numbers, each as one long pool of texts."""

    def __init__(self, rng: np.random.Generator, orders: int) -> None:
        self.count = max(20, orders * 17 // 20)
        name = rng.integers(NAMES, size=self.count)
        mobile = np.arange(self.count) * 38_197_549 % 10**8
        number = np.arange(self.count) * 7_368_787_093 % 10**15
        digits = np.sort(mobile[:, None] // 10 ** np.arange(8) % 10, axis=1) @ 10 ** np.arange(8)
        sorted_number = np.sort(number[:, None] // 10 ** np.arange(15) % 10, axis=1) @ 10 ** np.arange(15)
        self.tokens = _pool(_told("name", name), _told("mobile", mobile), _told("resident_id", number))
        surname = pa.array([f"{s}**" for s in SURNAMES]).take(pa.array(name % len(SURNAMES)))
        self.masks = _pool(surname, _ended("154****", mobile), _ended("110****", number))
        parts = [_told("name^", name // 2)]
        for kind, value, ordered in (("mobile", mobile, digits), ("resident_id", number, sorted_number)):
            half = 10**5 if kind == "mobile" else 10**8
            made = (value // half, value % half, ordered, value % 10**4, value % 10**4 + 1)
            marks = ("<6", ">5", "#", "~4", "~3-4") if kind == "mobile" else ("<9", ">9", "#", "~4", "~3-4")
            parts += [_told(kind + mark, values) for mark, values in zip(marks, made, strict=True)]
        self.parts = pa.concat_arrays(parts)
        self.parted = {NAME: (0, 1), MOBILE: (1, 5), NUMBER: (6, 5)}  # first block of parts, and how many


def _pool(*texts: pa.Array) -> pa.Array:
    return pa.concat_arrays([pa.array([""]), *(t.cast(pa.string()) for t in texts)])


def _hex(values: Ints, salt: int) -> pa.Array:
    """32 digits for each number."""
    both = np.stack([mixed(values, np.full(len(values), salt + n)) for n in (0, 1)], axis=1)
    return pa.array(np.frombuffer(both.astype(">u8").tobytes().hex().encode(), "S32")).cast(pa.string())


def _told(kind: str, values: Ints) -> pa.Array:
    salt = sum(ord(c) << 8 * (n % 4) for n, c in enumerate(kind))
    return pc.binary_join_element_wise(kind, _hex(values, salt), ":")


def _ended(start: str, values: Ints) -> pa.Array:
    return pc.binary_join_element_wise(start, pc.utf8_lpad(pa.array(values % 10**4).cast(pa.string()), 4, "0"), "")


def _devices(rng: np.random.Generator, cast: Cast) -> npt.NDArray[np.bool_]:
    """Whose phones were found (one more for nobody): most of the middlemen's, few of the customers'."""
    share = np.repeat([0.05, 0.9, 0.9, 0.6, 0.0], np.diff(cast.starts))
    has = np.append(rng.random(len(share)) < share, False)
    has[cast.starts[1]] = True
    return has


def _trade(rng: np.random.Generator, cast: Cast, orders: int, words: Words) -> Said:
    """Every order step by step: request, a word, money, answer; money of failures is not sent back."""
    at = np.sort(rng.integers(0, DAYS * DAY - DAY, orders))
    at = at // DAY * DAY + 9 * 3600 * SECOND + at % DAY // 2
    item, about = rng.integers(len(ITEMS), size=orders), rng.integers(max(20, orders * 17 // 20), size=orders)
    customers, lower, upper, sources, _ = np.diff(cast.starts)
    asker = rng.integers(customers, size=orders)
    usual = asker % lower  # most ask the one they know
    first = np.where(rng.random(orders) < 0.85, usual, rng.integers(lower, size=orders))
    second = np.where(rng.random(orders) < 0.7, first % upper, rng.integers(upper, size=orders))
    last = (second + item) % sources
    short = rng.random(orders) < 0.3
    fails = rng.random(orders) < 0.08
    starts = cast.starts
    paths = np.stack([asker, first + starts[1], second + starts[2], last + starts[3]])
    rows, ends = [], at + rng.integers(1200, 20_000, orders) * SECOND
    for level, (one, two) in enumerate(((0, 1), (1, 2), (2, 3), (1, 3))):
        mine = np.flatnonzero(short == (level == 3)) if level else np.arange(orders)
        buyer, seller, depth = paths[one][mine], paths[two][mine], min(level, 2) if level < 3 else 1
        asked = at[mine] + depth * rng.integers(60, 400, len(mine)) * SECOND
        done = ends[mine] - depth * rng.integers(60, 200, len(mine)) * SECOND
        price = np.array([p for _, p in ITEMS])[item[mine]] * (10 - 2 * depth) // 10
        form = rng.integers(10**6, size=len(mine))
        answer = np.where(fails[mine], words.fail[form % 3], words.answer[item[mine], form % 2])
        none, paid = np.full(len(mine), np.nan), words.first_paid + np.searchsorted(words.prices, price)
        asking = words.ask[item[mine], (buyer + form % 2) % len(ASKING)]
        rows.append(Said(asked, buyer, seller, asking, about[mine], none))
        rows.append(Said(asked + 40 * SECOND, seller, buyer, words.wait[form % 5], np.full(len(mine), NOBODY), none))
        rows.append(Said(asked + 90 * SECOND, buyer, seller, paid, np.full(len(mine), NOBODY), price.astype(float)))
        rows.append(Said(done, seller, buyer, answer, about[mine], none))
    return _together(rows)


def _with_talk(rng: np.random.Generator, cast: Cast, said: Said, own: Ints, count: int, words: Words) -> Said:
    """Talk of other things between those whose phones were found and strangers, one row each; some of it in groups."""
    mine = own[rng.integers(len(own), size=count)]
    friends = (mine * 31 + rng.integers(12, size=count)) % cast.strangers + cast.starts[4]
    theirs, group = rng.random(count) < 0.5, rng.random(count) < 0.05
    time = rng.integers(0, DAYS * DAY // SECOND, count) * SECOND
    words_of = words.talk[np.minimum(rng.pareto(0.8, count) * 40, len(words.talk) - 1).astype(np.int64)]
    talk = Said(
        time,
        np.where(theirs & ~group, friends, mine),
        np.where(group, NOBODY, np.where(theirs, mine, friends)),
        words_of,
        np.full(count, NOBODY),
        np.full(count, np.nan),
    )
    return _together([said, talk])


def _together(parts: list[Said]) -> Said:
    whole = Said(*(np.concatenate([getattr(p, n) for p in parts]) for n in Said.__slots__))
    return whole.of(np.lexsort((whole.to, whole.sender, whole.time)))


def _chats(
    writer: Any, said: Said, has: npt.NDArray[np.bool_], cast: Cast, words: Words, subjects: _Subjects, rng: Any
) -> Ints:
    """The rows as each device shows them, by its clock; gives every device with every chat that it has."""
    accounts = int(cast.starts[-1])
    rows = np.concatenate([np.flatnonzero(has[said.sender]), np.flatnonzero(has[said.to])])
    sends = np.arange(len(rows)) < int(has[said.sender].sum())
    late = np.where(rng.random(accounts) < 0.03, 300 * SECOND, 0)
    owner = np.where(sends, said.sender[rows], said.to[rows])
    time = said.time[rows] + late[owner]
    order = np.lexsort((rows, time))
    rows, sends, owner, time = rows[order], sends[order], owner[order], time[order]
    other = np.where(sends, said.to[rows], said.sender[rows])
    other = np.where(other == NOBODY, accounts + owner % GROUPS, other)  # a group
    pairs, source = np.unique(owner * (2 * accounts + GROUPS) + other, return_inverse=True)
    line = _running(source)
    owners, others = np.divmod(pairs, 2 * accounts + GROUPS)
    ids, holders = _ids(accounts), _holders(accounts)
    names = pa.concat_arrays([_nicknames(np.arange(accounts)), pa.array([f"群{n}" for n in range(GROUPS)])])
    files = pc.binary_join_element_wise("chats", holders.take(pa.array(owners)), ids.take(pa.array(others)), "/")
    for begin in range(0, len(rows), PART):
        part = slice(begin, begin + PART)
        what = said.of(rows[part])
        group = pa.array(other[part] >= accounts)
        told = {
            **_when(time[part]),
            "source": files.take(pa.array(source[part])),
            "line": pa.array(line[part] + 2),
            "owner": holders.take(pa.array(owner[part])),
            "chat": ids.take(pa.array(other[part])),
            "chat_name": names.take(pa.array(other[part])),
            "group": group,
            "sender": ids.take(pa.array(what.sender)),
            "sender_name": names.take(pa.array(what.sender)),
            "receiver": pc.if_else(group, None, ids.take(pa.array(np.maximum(what.to, 0)))),
            "outgoing": pa.array(sends[part]),
            "kind": pa.array(["text", "transfer"]).take(pa.array(~np.isnan(what.amount)).cast(pa.int8())),
            "amount": pa.array(what.amount, from_pandas=True),
            **_worded(what, words, subjects),
        }
        writer.add("messages", pa.table(told))
    return np.stack([owners, others], axis=1)


def _worded(what: Said, words: Words, subjects: _Subjects) -> dict[str, pa.Array]:
    """Text, shape and lists of identifiers of some rows."""
    kinds = words.kinds[what.talk]
    place = np.where(kinds > 0, (kinds - 1) * subjects.count + what.about[:, None] + 1, 0)
    talk = pa.array(what.talk)
    pieces = [words.between[0].take(talk)]
    for slot in range(SLOTS):
        pieces += [subjects.masks.take(pa.array(place[:, slot])), words.between[slot + 1].take(talk)]
    row, slot = np.nonzero(kinds)
    sizes = (kinds > 0).sum(axis=1)
    named = pa.array(place[row, slot])
    blocks = np.array([(0, 0), *(subjects.parted[k] for k in (NAME, MOBILE, NUMBER))])[kinds[row, slot]]
    each = np.repeat(np.arange(len(row)), blocks[:, 1])
    within = np.arange(len(each)) - np.repeat(np.cumsum(blocks[:, 1]) - blocks[:, 1], blocks[:, 1])
    part = (blocks[each, 0] + within) * subjects.count + what.about[row[each]]
    placed = pa.array(["0", "1", "2"]).take(pa.array(slot[each]))
    parts = pc.binary_join_element_wise(placed, subjects.parts.take(pa.array(part)), ":")
    return {
        "text": pc.binary_join_element_wise(*pieces, ""),
        "shape": words.shapes.take(talk),
        "tokens": _listed(sizes, subjects.tokens.take(named)),
        "masks": _listed(sizes, subjects.masks.take(named)),
        "parts": _listed(np.bincount(row[each], minlength=len(sizes)), parts),
    }


def _listed(sizes: Ints, values: pa.Array) -> pa.Array:
    offsets = np.concatenate([np.zeros(1, np.int32), np.cumsum(sizes, dtype=np.int32)])
    return pa.ListArray.from_arrays(pa.array(offsets), values)


def _running(source: Ints) -> Ints:
    """How many rows of its file stand before each."""
    order = np.argsort(source, kind="stable")
    sizes = np.bincount(source)
    line = np.empty(len(source), dtype=np.int64)
    line[order] = np.arange(len(source)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return line


def _when(time: Ints) -> dict[str, pa.Array]:
    midnight = int(datetime.combine(FIRST, datetime.min.time(), UTC).timestamp()) * SECOND
    days = (time // DAY + midnight // DAY).astype(np.int32)
    return {
        "time": pa.array(time + midnight).cast(pa.timestamp("us", tz="UTC")),
        "day": pa.array(days).cast(pa.date32()),
        "hour": pa.array((time % DAY // (3600 * SECOND)).astype(np.int8)),
    }


def _ids(accounts: int) -> pa.Array:
    """Accounts, and behind them groups."""
    groups = [f"{n:011d}@chatroom" for n in range(accounts, accounts + GROUPS)]
    return pa.array([f"wxid_made{n:08d}" for n in range(accounts)] + groups)


def _holders(count: int) -> pa.Array:
    return pa.array([f"H{n:07d}" for n in range(count)])


def _bills(writer: Any, paid: Said, has: npt.NDArray[np.bool_]) -> int:
    """Both sides' bills of every transfer, where their phones were found; each names the other side by its nickname."""
    accounts = len(has) - 1
    ids, holders, count = _ids(accounts), _holders(accounts), 0
    for mine, other, way in ((paid.sender, paid.to, "out"), (paid.to, paid.sender, "in")):
        rows = np.flatnonzero(has[mine])
        own, theirs = pa.array(mine[rows]), other[rows]
        at, none = pa.array(paid.time[rows]), pa.nulls(len(rows), pa.string())
        told = {
            **_when(paid.time[rows] + SECOND),
            "source": pc.binary_join_element_wise("payments", holders.take(own), "bill.csv", "/"),
            "line": pa.array(_running(mine[rows]) + 20),
            "owner": holders.take(own),
            "channel": pa.array(["wechat"] * len(rows)),
            "account": ids.take(own),
            "direction": pa.array([way] * len(rows)),
            "payer": ids.take(own) if way == "out" else none,
            "payee": none if way == "out" else ids.take(own),
            "other_name": _nicknames(theirs),
            "other_kind": pa.array(["nickname"] * len(rows)),
            "other_token": _hex(theirs, 5),
            "amount": pa.array(paid.amount[rows]),
            "currency": pa.array(["CNY"] * len(rows)),
            "kind": pa.array(["transfer"] * len(rows)),
            "status": pa.array(["done"] * len(rows)),
            "reference": pc.binary_join_element_wise(
                "1000", at.cast(pa.string()), pa.array(rows).cast(pa.string()), ""
            ),
        }
        writer.add("payments", pa.table(told))
        count += len(rows)
    return count


def _nicknames(accounts: Ints) -> pa.Array:
    return pc.binary_join_element_wise("阿", pa.array(accounts).cast(pa.string()), "")


def _contacts(writer: Any, pairs: Ints, accounts: int) -> None:
    """Every device's nickname of every account that it has a chat with, and of its own."""
    both, own = pairs[pairs[:, 1] < accounts], np.unique(pairs[:, 0])
    owner, alias = np.concatenate([both[:, 0], own]), np.concatenate([both[:, 1], own])
    holders, ids = _holders(accounts), _ids(accounts)
    told = {
        "source": pc.binary_join_element_wise("contacts", holders.take(pa.array(owner)), "contacts.csv", "/"),
        "line": pa.array(_running(owner) + 2),
        "owner": holders.take(pa.array(owner)),
        "alias": ids.take(pa.array(alias)),
        "name": _nicknames(alias),
        "kind": pa.array(["nickname"] * len(owner)),
        "token": _hex(alias, 5),
    }
    writer.add("contacts", pa.table(told))


if __name__ == "__main__":
    main(sys.argv[1:])
