"""Tables of messages whose columns are known by name: who wrote to whom, in which conversation, told from all the rows at hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo

import pyarrow as pa
import pyarrow.compute as pc

from headwater.ingestion.traffic.talks.file_names import FileName
from headwater.ingestion.traffic.talks.kinds import kinds
from headwater.ingestion.traffic.talks.messages import empty_as_null, same
from headwater.ingestion.traffic.talks.said import sums
from headwater.ingestion.traffic.talks.times import first_told

Columns = dict[str, pa.Array]
WHO = ("sender", "receiver", "sender_name", "receiver_name", "outgoing", "incoming", "direction")
"""Columns that tell who wrote to whom."""
_NULL = pa.scalar(None, pa.string())
_UNKNOWN = pa.scalar(None, pa.bool_())
_ACCOUNT = r"^[\x21-\x7e]{5,100}$"
_GROUP = r"(?i)@(?:\w*chatroom|g\.us)$"
_YES_WORDS = (
    *("1", "true", "yes", "y", "t", "sent", "send", "out", "outgoing", "outbound", "sender", "sentbox", "to"),
    *("是", "发送", "发出", "发", "已发送", "发件", "出", "我发送", "发件箱", "发送方"),
)
_NO_WORDS = (
    *("0", "false", "no", "n", "f", "received", "receive", "in", "incoming", "inbound", "receiver", "inbox", "from"),
    *("否", "接收", "收到", "收", "已接收", "收件", "入", "对方发送", "收件箱", "接收方"),
)
_YES, _NO = pa.array(_YES_WORDS), pa.array(_NO_WORDS)
_ME = pa.array(["我", "me", "self", "本人", "自己", "owner", "机主", "我自己", "(me)", "you", "您", "localuser"])


@dataclass(frozen=True, slots=True)
class Owners:
    """The accounts (or names) that are the owner's own, as far as the rows tell: nearly every message touches them."""

    names: tuple[str, ...]


def assembled(found: Mapping[str, pa.Array], owners: Owners, zone: tzinfo, named: FileName) -> Columns:
    """Turn text columns by role (``line`` among them) into columns of messages."""
    count = len(found["line"])
    cells = {
        role: empty_as_null(column)
        for role, column in found.items()
        if role not in ("line", "text") and pa.types.is_string(column.type)
    }
    times = [found[name] for name in ("time", *(f"time{n}" for n in range(2, 9))) if name in found]
    times = times or [pa.nulls(count, pa.string())]
    told = pc.coalesce(*times) if pa.types.is_timestamp(times[0].type) else first_told(times, zone)
    made: Columns = {"line": found["line"], "time": told}
    made |= _sides(cells, owners, named, count)
    made["text"] = found.get("text", pa.nulls(count, pa.string()))
    made["kind"] = _kind(cells, count)
    for name in ("quoted", "file", "reference", "remark", "currency"):
        if name in cells:
            made[name] = cells[name]
    if "amount" in cells:
        made["amount"] = sums(cells["amount"])
        made["currency"] = pc.if_else(pc.is_valid(made["amount"]), made.get("currency", same("CNY", count)), _NULL)
    return made


def owners_of(found: Mapping[str, pa.Array], named: FileName) -> Owners:
    """Tell the owner's accounts from some rows: those that the rows call so, else those that are in nearly all conversations of two."""
    count = len(found["line"])
    cells = {role: empty_as_null(column) for role, column in found.items() if role in WHO}
    sender, receiver = (cells.get(role, pa.nulls(count, pa.string())) for role in ("sender", "receiver"))
    outgoing = _outgoing(cells, count)
    told = [] if outgoing is None else sender.filter(pc.fill_null(outgoing, False)).drop_null().unique().to_pylist()
    mine = [name for name in told if name.lower() not in set(_ME.to_pylist())]
    if mine or named.own:
        return Owners(tuple(dict.fromkeys([*([named.own] if named.own else []), *mine[:4]])))
    if outgoing is not None:
        return Owners(())
    names = [cells.get(role, pa.nulls(count, pa.string())) for role in ("sender_name", "receiver_name")]
    return Owners(_in_all(pc.coalesce(sender, names[0]), pc.coalesce(receiver, names[1])))


def _in_all(sender: pa.Array, receiver: pa.Array) -> tuple[str, ...]:
    """Accounts that together take part in every message between two, each with two others or more."""
    private = pc.and_(pc.is_valid(receiver), pc.invert(pc.fill_null(pc.match_substring_regex(receiver, _GROUP), False)))
    table = pa.table({"a": sender.filter(private), "b": receiver.filter(private)}).group_by(
        ["a", "b"], use_threads=False
    )
    rows = table.aggregate([([], "count_all")]).to_pylist()
    left = {(row["a"], row["b"]): row["count_all"] for row in rows if row["a"] and row["b"]}
    total = sum(left.values())
    chosen: list[str] = []
    while left and len(chosen) < 4:
        weights: dict[str, int] = {}
        others: dict[str, set[str]] = {}
        for (a, b), weight in left.items():
            for one, other in ((a, b), (b, a)):
                weights[one] = weights.get(one, 0) + weight
                others.setdefault(one, set()).add(other)
        best = min((name for name in weights if len(others[name]) > 1), key=lambda n: (-weights[n], n), default=None)
        if best is None:
            break
        chosen.append(best)
        left = {pair: weight for pair, weight in left.items() if best not in pair}
    return tuple(chosen) if sum(left.values()) <= 0.02 * total else ()


def _sides(cells: Mapping[str, pa.Array], owners: Owners, named: FileName, count: int) -> Columns:
    nothing = pa.nulls(count, pa.string())
    sender, sender_name = _split(cells.get("sender", nothing), cells.get("sender_name", nothing))
    receiver, receiver_name = _split(cells.get("receiver", nothing), cells.get("receiver_name", nothing))
    room, chat_name = _split(cells.get("chat", nothing), cells.get("chat_name", nothing))
    outgoing = _told_outgoing(cells, owners, sender, sender_name, receiver, receiver_name, count)
    sender, sender_name = _not_me(sender), _not_me(sender_name)
    own = same(owners.names[0], count) if len(owners.names) == 1 else nothing
    own = pc.if_else(pc.fill_null(pc.match_substring_regex(own, _ACCOUNT), False), own, _NULL)
    group_id = pc.if_else(_is_group(receiver), receiver, pc.if_else(_is_group(room), room, _NULL))
    sender = pc.if_else(_is_group(sender), _NULL, sender)
    group = pc.or_(pc.is_valid(group_id), _flag(cells, "group", count))
    sent, got = pc.fill_null(outgoing, False), pc.fill_null(pc.invert(outgoing), False)
    room = pc.coalesce(room, same(named.peer, count))
    peer = pc.if_else(sent, pc.coalesce(receiver, room), pc.if_else(got, pc.coalesce(sender, room), room))
    chat = pc.if_else(group, pc.coalesce(group_id, room), peer)
    fallback = pc.if_else(sent, receiver_name, pc.if_else(got, sender_name, _NULL))
    to = pc.coalesce(receiver, pc.if_else(sent, peer, pc.if_else(got, own, _NULL)))
    return {
        "chat": chat,
        "chat_name": pc.coalesce(chat_name, same(named.name or None, count), pc.if_else(group, _NULL, fallback)),
        "group": group,
        "sender": pc.coalesce(sender, pc.if_else(sent, own, pc.if_else(pc.and_(got, pc.invert(group)), peer, _NULL))),
        "sender_name": sender_name,
        "receiver": pc.if_else(group, _NULL, to),
        "outgoing": outgoing,
    }


def _split(column: pa.Array, names: pa.Array) -> tuple[pa.Array, pa.Array]:
    """What in a column is an account, and what is a name; names of a column of their own go first."""
    distinct = column.drop_null().unique()
    fits = pc.match_substring_regex(distinct, _ACCOUNT)
    if len(distinct) and pc.sum(fits).as_py() * 2 < len(distinct):
        strict = pc.fill_null(pc.match_substring_regex(column, r"^wxid_|@|^\d{5,}$|^gh_"), False)
    else:
        strict = pc.fill_null(pc.match_substring_regex(column, _ACCOUNT), False)
    return pc.if_else(strict, column, _NULL), pc.coalesce(names, pc.if_else(strict, _NULL, column))


def _not_me(column: pa.Array) -> pa.Array:
    return pc.if_else(_in(column, _ME), _NULL, column)


def _in(column: pa.Array, words: pa.Array) -> pa.Array:
    return pc.fill_null(pc.is_in(pc.replace_substring(pc.utf8_lower(column), " ", ""), words), False)


def _is_group(column: pa.Array) -> pa.Array:
    return pc.fill_null(pc.match_substring_regex(column, _GROUP), False)


def _flag(cells: Mapping[str, pa.Array], role: str, count: int) -> pa.Array:
    return _in(cells[role], _YES) if role in cells else same(False, count, pa.bool_())


def _outgoing(cells: Mapping[str, pa.Array], count: int) -> pa.Array | None:
    """What the columns of direction say, or ``None`` where there are none."""
    found = None
    for role, yes, no in (("outgoing", _YES, _NO), ("incoming", _NO, _YES), ("direction", _YES, _NO)):
        if role in cells:
            told = pc.if_else(_in(cells[role], yes), True, pc.if_else(_in(cells[role], no), False, _UNKNOWN))
            found = told if found is None else pc.coalesce(found, told)
    return found


def _told_outgoing(
    cells: Mapping[str, pa.Array],
    owners: Owners,
    sender: pa.Array,
    sender_name: pa.Array,
    receiver: pa.Array,
    receiver_name: pa.Array,
    count: int,
) -> pa.Array:
    """Whether the owner wrote: by the columns that say it, by a sender called "me", by the accounts that are the owner's."""
    outgoing = _outgoing(cells, count)
    outgoing = pa.nulls(count, pa.bool_()) if outgoing is None else outgoing
    for mine in (_ME, pa.array(owners.names, pa.string())):
        wrote = pc.or_(_exactly(sender, mine), _exactly(sender_name, mine))
        got = pc.or_(_exactly(receiver, mine), _exactly(receiver_name, mine))
        other = pc.or_(got, pc.and_(_is_group(receiver), pc.is_valid(sender))) if len(owners.names) else got
        outgoing = pc.coalesce(outgoing, pc.if_else(wrote, True, pc.if_else(other, False, _UNKNOWN)))
    return outgoing


def _exactly(column: pa.Array, words: pa.Array) -> pa.Array:
    return pc.fill_null(pc.is_in(column, words), False) if len(words) else pc.is_in(column, pa.array([], pa.string()))


def _kind(cells: Mapping[str, pa.Array], count: int) -> pa.Array:
    told = kinds(cells["type"], cells.get("part")) if "type" in cells else pa.nulls(count, pa.string())
    if "file" not in cells:
        return told
    filed = pc.and_(pc.is_valid(cells["file"]), pc.or_(pc.is_null(told), pc.equal(told, "text")))
    return pc.if_else(pc.fill_null(filed, False), "file", told)
