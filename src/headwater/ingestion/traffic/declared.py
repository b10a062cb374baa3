"""Declared messages, payments and contacts become raw rows, as a reader of their layout would have given them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from headwater.exhibits.blocks import SETTINGS_FILE
from headwater.exhibits.magic import packing
from headwater.exhibits.member import Member, plain
from headwater.exhibits.opening import members
from headwater.ingestion.mappings import mappings_for, read_mapped
from headwater.ingestion.traffic.accounts import shown
from headwater.ingestion.traffic.arrays import Columns, each, one_array
from headwater.ingestion.traffic.raw import RAW_FACTS, RAW_MESSAGES, RAW_PAYMENTS, RawRows, raw_table
from headwater.ingestion.traffic.spans import is_person
from headwater.model.declared import DECLARED, WORDS
from headwater.model.errors import SettingsError
from headwater.model.exhibit import Exhibit, Rejected
from headwater.model.settings import LogMapping, Settings
from headwater.model.tables import TEXT

_NEEDED = {
    "messages": (
        ("chat", "chat_name", "sender", "sender_name", "receiver", "receiver_name"),
        "names nobody who wrote or read it",
    ),
    "payments": (("amount",), "has no sum that can be read"),
    "contacts": (("alias", "token"), "names no account and no number"),
}
"""Columns one of which a row must fill, and why it is set aside otherwise."""
_NUMBERS = ("phone", "card", "wallet")
_NULL = pa.scalar(None, TEXT)


def traffic_mappings(settings: Settings) -> tuple[LogMapping, ...]:
    """The declarations of messages, payments and contacts."""
    return tuple(mapping for mapping in settings.logs if mapping.table in DECLARED)


def declared_for(settings: Settings, member: Member) -> tuple[LogMapping, ...]:
    """The declarations of messages, payments and contacts whose glob matches a file."""
    return tuple(mapping for mapping in mappings_for(settings, member) if mapping.table in DECLARED)


def is_declared(settings: Settings, exhibit: Exhibit) -> bool:
    """Tell whether a file, or something packed in it, was declared to hold messages, payments or contacts."""
    if not traffic_mappings(settings):
        return False
    with exhibit.file.open("rb") as stream:
        packed = packing(stream.read(512)) is not None
    there = members(exhibit) if packed else (plain(exhibit),)
    return any(isinstance(member, Member) and declared_for(settings, member) for member in there)


def read_declared(mapping: LogMapping, member: Member, zone: ZoneInfo) -> Iterator[tuple[RawRows, pa.Array]]:
    """Read a file as it was declared: raw rows, and the owner of each (null where none is declared).

    :raises SettingsError: naming block, file and line, if the declaration does not fit the file
    :raises UnreadableError: if the file is no table and no JSON lines
    """
    for rows, rejected in read_mapped(mapping, member, zone):
        columns = {name: one_array(rows[name]) for name in rows.column_names}
        _check_words(mapping, member.path, columns)
        needed, reason = _NEEDED[mapping.table]
        useless = reduce(pc.and_, [columns[name].is_null() for name in needed])
        rejected += [Rejected(member.path, line, reason) for line in columns["line"].filter(useless).to_pylist()]
        columns = {name: column.filter(pc.invert(useless)) for name, column in columns.items()}
        count = len(columns["line"])
        if mapping.table == "contacts":
            raw, place = _contacts(columns, count)
            owners = columns["owner"].take(place)
        else:
            raw, owners = (_messages if mapping.table == "messages" else _payments)(columns, count), columns["owner"]
        table = "facts" if mapping.table == "contacts" else mapping.table
        yield RawRows(table, raw, tuple(sorted(rejected, key=lambda each: each.line))), owners


def owned(owners: pa.Array, holder: str) -> pa.Array:
    """With whom rows were found: who is declared, else the holder of the file. Numbers are masked, folders' names are as they are."""
    declared = pc.if_else(pc.equal(owners, holder), _NULL, owners)
    return pc.coalesce(shown(declared), pa.scalar(holder, TEXT))


def _check_words(mapping: LogMapping, path: str, columns: Columns) -> None:
    """A word that nobody knows would be lost in silence later."""
    for (table, name), known in WORDS.items():
        if table != mapping.table:
            continue
        odd = pc.and_(columns[name].is_valid(), pc.invert(pc.is_in(columns[name], pa.array(sorted(known)))))
        if pc.any(odd, min_count=0).as_py():
            line = pc.min(columns["line"].filter(odd)).as_py()
            fault = f"{path}:{line}: {name} must be one of {', '.join(sorted(known))}: translate it with map"
            raise SettingsError(fault, f"{SETTINGS_FILE} [[logs]] {mapping.block}")


def _messages(told: Columns, count: int) -> pa.Table:
    sender, sender_name = _apart(told["sender"], told["sender_name"])
    receiver, receiver_name = _apart(told["receiver"], told["receiver_name"])
    incoming = pc.equal(told["outgoing"], False)
    known = pc.or_(told["chat"].is_valid(), told["chat_name"].is_valid())
    chat, chat_name = _apart(told["chat"], told["chat_name"])
    columns = {
        **told,
        "chat": pc.if_else(known, chat, _where(incoming, sender, receiver)),
        "chat_name": pc.if_else(known, chat_name, _where(incoming, sender_name, receiver_name)),
        "sender": sender,
        "sender_name": sender_name,
        "receiver": receiver,
        "kind": pc.coalesce(told["kind"], pc.if_else(_paid(told), "transfer", "text")),
        "currency": pc.coalesce(told["currency"], pc.if_else(told["amount"].is_valid(), "CNY", _NULL)),
    }
    return raw_table(RAW_MESSAGES, dict(columns), count)


def _paid(told: Columns) -> pa.Array:
    return pc.and_(told["amount"].is_valid(), told["text"].is_null())


def _payments(told: Columns, count: int) -> pa.Table:
    payer, payer_name = _apart(told["payer"], told["payer_name"])
    payee, payee_name = _apart(told["payee"], told["payee_name"])
    sides = pc.or_(pc.or_(payer.is_valid(), payee.is_valid()), pc.or_(payer_name.is_valid(), payee_name.is_valid()))
    got = pc.and_(sides, pc.fill_null(pc.equal(told["account"], payee), False))
    signed = pc.if_else(pc.less(told["amount"], 0), "out", "in")
    direction = pc.coalesce(pc.if_else(sides, pc.if_else(got, "in", "out"), told["direction"]), signed)
    other_name = pc.coalesce(told["other_name"], pc.if_else(got, payer_name, payee_name))
    person = each(other_name, lambda text: "name" if is_person(text.strip()) else "nickname")
    columns = {
        **told,
        "account": pc.coalesce(told["account"], pc.if_else(got, payee, payer)),
        "account_name": pc.coalesce(told["account_name"], pc.if_else(got, payee_name, payer_name)),
        "other": pc.coalesce(told["other"], pc.if_else(got, payer, payee)),
        "other_name": other_name,
        "other_kind": pc.coalesce(told["other_kind"], person),
        "direction": direction,
        "amount": pc.abs(told["amount"]),
        "channel": pc.coalesce(told["channel"], "other"),
        "kind": pc.coalesce(told["kind"], "transfer"),
        "status": pc.coalesce(told["status"], "done"),
        "currency": pc.coalesce(told["currency"], "CNY"),
    }
    return raw_table(RAW_PAYMENTS, dict(columns), count)


def _contacts(told: Columns, count: int) -> tuple[pa.Table, pa.Array]:
    """Facts, and the place of the row that each is of. A name without a kind is what the owner calls somebody."""
    alias, name = _apart(told["alias"], told["name"])
    kind = told["kind"]
    number = pc.fill_null(pc.is_in(kind, pa.array(_NUMBERS)), False)
    own = pc.fill_null(pc.equal(kind, "self"), False)
    called = pc.if_else(number, "remark", pc.coalesce(kind, "remark"))
    names = (called, pc.if_else(own, pc.coalesce(name, alias), name))
    numbers = (pc.if_else(number, kind, "phone"), told["token"])
    account = pc.coalesce(alias, told["token"])
    parts = []
    for kinds, values in (names, numbers):
        columns = [pa.array(range(count), pa.int64()), told["line"], account, kinds, values]
        parts.append(pa.table(columns, ["place", *RAW_FACTS.names]).filter(values.is_valid()))
    whole = pa.concat_tables(parts).sort_by([("place", "ascending"), ("kind", "ascending")])
    return whole.select(RAW_FACTS.names).cast(RAW_FACTS), one_array(whole["place"])


def _where(condition: pa.Array, yes: pa.Array, no: pa.Array) -> pa.Array:
    return pc.if_else(pc.fill_null(condition, False), yes, no)


def _apart(accounts: pa.Array, names: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Accounts, and names: where an account is what a person is called, it is a name and must not be shown as an account."""
    called = each(accounts, lambda text: text if _is_called(text.strip()) else None)
    return pc.if_else(called.is_valid(), _NULL, accounts), pc.coalesce(names, called)


def _is_called(text: str) -> bool:
    """A real name, or words with spaces between them, which no account has."""
    return is_person(text) or (" " in text and not any(c.isdigit() or c == "@" for c in text))
