"""The lake's messages, payments and facts as one story: every message and every transfer once, by one clock."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from pandas.api.types import union_categoricals

from headwater.network.frames import NONE, Ints, Traffic
from headwater.network.money.transfers import transfers
from headwater.network.traffic import clocks, joining
from headwater.network.traffic.accounts import Roster, roster, system_of
from headwater.network.traffic.chats import chats
from headwater.network.traffic.columns import Columns, Listed, columns
from headwater.network.traffic.contents import Words, contents, mixed
from headwater.network.traffic.facts import facts, facts_with, of_payees, of_transfers
from headwater.network.traffic.naming import real_accounts
from headwater.network.traffic.parties import Parties, parties
from headwater.store.engine import Engine
from headwater.store.freed import give_back

_TEXTS = ("kind", "shape", "text", "quoted", "file", "digest", "reference", "source")
_STAYS = ("time", "line", "amount", "tokens", "masks", "parts")
_ORDERS = {
    "messages": ("time", "source", "line", "chat", "sender", "shape"),
    "payments": ("time", "source", "line"),
    "contacts": ("source", "line", "kind", "alias", "name"),
}


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """The lake's rows of messages, and which message each shows; of the row that stands for each message its parties, chat and time."""

    table: Columns
    message: Ints
    first: Ints
    sender: Ints
    receiver: Ints
    chat: Ints
    time: Ints


@dataclass(frozen=True, slots=True, eq=False)
class _Spoken:
    """What the messages come to, without the lake's rows of them: these are let go of before money is looked at."""

    named: Roster  # every id of the lake
    accounts: Roster  # without those that are really others
    place: Ints  # of each id of the lake: its account
    facts: pd.DataFrame
    chats: pd.DataFrame
    messages: pd.DataFrame
    identifiers: pd.DataFrame
    parts: pd.DataFrame
    copies: pd.DataFrame
    clocks: pd.DataFrame


def traffic(engine: Engine) -> Traffic:
    """Read messages, payments and facts from the lake and put together what is one."""
    payments, contacts = (columns(engine, name, _ORDERS[name]) for name in ("payments", "contacts"))
    told = _spoken(engine, payments, contacts)
    bills = _bills(payments, told.named, told.place)
    payees = of_payees(payments, bills["payer"].to_numpy(np.int64), bills["payee"].to_numpy(np.int64))
    known = facts_with(told.facts, payees)
    everybody = _accounts(told.accounts, known)
    moved = transfers(told.messages, bills, known, told.chats, everybody)
    called = of_transfers(payments, bills, moved.transfers, moved.copies)
    return Traffic(
        accounts=pd.concat([everybody, moved.strangers[everybody.columns]], ignore_index=True),
        facts=facts_with(facts_with(known, moved.facts), called),
        chats=told.chats,
        messages=told.messages,
        named=told.identifiers,
        parts=told.parts,
        transfers=moved.transfers,
        copies=_all_copies(told.copies, moved.copies),
        clocks=told.clocks,
    )


def _spoken(engine: Engine, payments: Columns, contacts: Columns) -> _Spoken:
    messages = columns(engine, "messages", _ORDERS["messages"])
    named = roster(messages, payments, contacts)
    said = contents(messages)
    sides = parties(messages, contacts, named)
    real = real_accounts(messages, contacts, named, sides.sender, said)
    accounts, place = named.without(real)
    sides = sides.renamed(place)
    time, watches = _timed(messages, payments, sides, said)
    talks, chat = chats(messages, accounts, sides)
    alias = np.append(place, NONE)[named.of(contacts.texts["alias"])]
    known = facts(messages, contacts, (sides.sender, sides.peer, alias), time, accounts.owners())
    messages = messages.only((*_TEXTS, *_STAYS))
    give_back()
    lines = _joined(messages, (sides.sender, sides.receiver, chat), time, said)
    del messages, sides, said, chat, time  # of ten million rows each
    return _Spoken(
        named=named,
        accounts=accounts,
        place=place,
        facts=known,
        chats=talks,
        messages=_messages(lines),
        identifiers=_listed(lines, "tokens", ("kind", "token"), masks="masks"),
        parts=_listed(lines, "parts", ("place", "part", "token")),
        copies=_copies(lines),
        clocks=watches,
    )


def _bills(payments: Columns, named: Roster, place: Ints) -> pd.DataFrame:
    """The lake's rows of bills, with accounts as places."""
    places = np.append(place, NONE)
    frame = pd.DataFrame({name: column.category() for name, column in payments.texts.items()})
    for name in ("account", "payer", "payee"):
        frame[name] = places[named.of(payments.texts[name])]
    return frame.assign(**payments.values)


def _all_copies(of_messages: pd.DataFrame, of_transfers: pd.DataFrame) -> pd.DataFrame:
    both = (of_messages, of_transfers)
    kinds = np.repeat(np.arange(2, dtype=np.int8), [len(frame) for frame in both])
    told = {
        "table": pd.Categorical.from_codes(kinds, categories=["messages", "transfers"]),
        "row": np.concatenate([frame["row"].to_numpy(np.int32) for frame in both]),
        "source": union_categoricals([of_messages["source"], pd.Categorical(of_transfers["source"].astype(object))]),
        "line": np.concatenate([frame["line"].to_numpy(np.int32) for frame in both]),
    }
    return pd.DataFrame(told, copy=False)


def _timed(messages: Columns, payments: Columns, sides: Parties, said: Words) -> tuple[Ints, pd.DataFrame]:
    """The time of each row by the clock that is right, and the frame ``clocks``."""
    holders = messages.texts["owner"].texts
    device, time = messages.texts["owner"].codes.astype(np.int64), messages.values["time"]
    where = mixed(said.view(np.int64), sides.sender, sides.receiver, sides.room)
    known = (device >= 0) & (sides.sender >= 0)
    between = clocks.differences(device[known], where[known], time[known])
    sent = (messages.texts["kind"].codes == messages.texts["kind"].texts.get_indexer(["transfer"])[0]) & (
        sides.sender == sides.own
    )
    bubbles = _moves(messages, sent, device)
    billed = np.append(holders.get_indexer(payments.texts["owner"].texts), NONE)[payments.texts["owner"].codes]
    bills = _moves(payments, (billed >= 0) & (payments.values["time"] != NONE), billed)
    edges = pd.concat([between, clocks.differences_from_bills(bubbles, bills)], ignore_index=True)
    shift, shared = clocks.offsets(edges, len(holders))
    watches = pd.DataFrame({"owner": holders.astype(object), "offset": shift, "shared": shared})
    moved = np.where((device >= 0) & (time != NONE), time + np.append(shift, 0)[device], time)
    return moved, watches.sort_values("owner", ignore_index=True)


def _moves(table: Columns, rows: np.ndarray, device: Ints) -> pd.DataFrame:
    rows = rows & ~np.isnan(table.values["amount"])
    amount = np.round(table.values["amount"][rows] * 100).astype(np.int64)
    return pd.DataFrame({"device": device[rows], "amount": amount, "time": table.values["time"][rows]})


def _joined(messages: Columns, where: tuple[Ints, Ints, Ints], time: Ints, said: Words) -> Lines:
    """Find what is one message; ``where``: sender, receiver and chat of each row."""
    sender, receiver, chat = where
    source, line = messages.texts["source"].codes, messages.values["line"]
    coarse = joining.without_seconds(messages.values["time"], source)
    message, first = joining.joined(mixed(chat, sender), said, time, source, line, coarse)
    return Lines(messages, message, first, sender[first], receiver[first], chat[first], time[first])


def _messages(lines: Lines) -> pd.DataFrame:
    table, first = lines.table, lines.first
    texts = {name: table.texts[name].category(first) for name in _TEXTS}
    told = {
        **{"time": lines.time, "chat": lines.chat, "sender": lines.sender, "receiver": lines.receiver},
        **{name: texts[name] for name in _TEXTS[:4]},
        "amount": table.values["amount"][first],
        **{name: texts[name] for name in _TEXTS[4:7]},
        "copies": np.bincount(lines.message, minlength=len(first)).astype(np.int32),
        "source": texts["source"],
        "line": table.values["line"][first].astype(np.int32),
    }
    return pd.DataFrame(told, copy=False)


def _listed(lines: Lines, column: str, names: tuple[str, ...], masks: str = "") -> pd.DataFrame:
    """A column of lists, one row for each thing listed, of the rows that stand for messages; ``masks`` is a list beside it."""
    listed: Listed = lines.table.lists[column]
    stands = np.full(lines.table.count, NONE, dtype=np.int64)
    stands[lines.first] = np.arange(len(lines.first))
    message = stands[listed.rows]
    kept = np.flatnonzero(message >= 0)
    kept = kept[np.lexsort((listed.places[kept], message[kept]))]
    frame = pd.DataFrame({"message": message[kept], "place": listed.places[kept].astype(np.int64)})
    split = pd.Series(listed.coded.texts, dtype=object).str.split(":", n=len(names) - 1, expand=True)
    codes = listed.coded.codes[kept]
    for number, name in enumerate(names):
        texts = split[number] if number in split else pd.Series("", index=split.index, dtype=object)
        coded, distinct = pd.factorize(texts, sort=True)
        coded = coded.astype(np.int32)[codes]
        if name == "place":
            frame[name] = np.array([*map(int, distinct)], dtype=np.int64)[coded]
        else:
            frame[name] = pd.Categorical.from_codes(coded, categories=pd.Index(distinct, dtype=object))
    if masks:
        beside = lines.table.lists[masks]
        same = len(beside.rows) == len(listed.rows) and bool((beside.rows == listed.rows).all())
        frame["mask"] = beside.coded.category(kept) if same else ""
    return frame


def _copies(lines: Lines) -> pd.DataFrame:
    order = np.argsort(lines.message, kind="stable")
    table = lines.table
    told = {
        "row": lines.message[order].astype(np.int32),
        "source": table.texts["source"].category(order),
        "line": table.values["line"][order].astype(np.int32),
    }
    return pd.DataFrame(told, copy=False)


def _accounts(accounts: Roster, known: pd.DataFrame) -> pd.DataFrame:
    names = known[(known["owner"] == "") | (known["kind"] != "remark")]
    rank = names["kind"].map({"nickname": 3, "name": 2}).fillna(1)
    latest = names.assign(rank=rank).sort_values(
        ["account", "rank", "last", "shown"], ascending=[True, False, False, True]
    )
    shown = latest.drop_duplicates("account").set_index("account")["shown"]
    frame = pd.DataFrame({"id": accounts.ids.astype(object), "system": [system_of(i) for i in accounts.ids]})
    frame["owner"] = accounts.owners()
    frame["shown"] = shown.reindex(range(len(accounts))).fillna("").to_numpy(object)
    return frame
