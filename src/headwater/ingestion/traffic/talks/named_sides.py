"""Who is who where messages show names only: the other side is who the conversation is called by, the owner is the other name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import pyarrow as pa
import pyarrow.compute as pc

from headwater.ingestion.traffic.talks.file_names import FileName, alike
from headwater.ingestion.traffic.talks.messages import Fact, pairs, same
from headwater.ingestion.traffic.talks.text_headers import Preamble

_NULL = pa.scalar(None, pa.string())
_WHOM = r"^(?P<name>.*?)[(（<](?P<account>[1-9]\d{4,11}|wxid_[\w-]+|gh_\w+|[\w.+-]+@[\w.-]+\w)[)）>]$"
_ME = ("我", "me", "Me", "自己", "本人", "You", "you")


@dataclass(frozen=True, slots=True)
class NamedSides:
    """The two sides of a conversation by their names, as far as they can be told apart."""

    chat: str | None = None
    chat_name: str | None = None
    group: bool = False
    peer: str | None = None
    own: str | None = None
    names: tuple[str, ...] = ()

    def grown(self, name: pa.Array, body: pa.Array) -> NamedSides:
        """The same with the names that wrote later; with a third one it is a group after all."""
        new = [each for each in _written(name, body) if each not in self.names]
        if not new:
            return self
        names = (*self.names, *new)
        group = self.group or len(names) > 2
        return replace(self, names=names, group=group, peer=None if group else self.peer)

    def columns(self, name: pa.Array, account: pa.Array, body: pa.Array, whole: pa.Array) -> dict[str, pa.Array]:
        """Columns of the messages that these names wrote; a name that never wrote and has no text is what the program says."""
        count = len(name)
        known = pc.is_in(name, pa.array(self.names, pa.string()))
        system = pc.and_(pc.equal(body, ""), pc.invert(known))
        own = _among(name, (*_ME, *([self.own] if self.own else [])))
        other = _among(name, [self.peer] if self.peer else [])
        outgoing = pc.if_else(own, True, pc.if_else(other, False, pa.scalar(None, pa.bool_())))
        if self.own is not None:
            outgoing = pc.fill_null(outgoing, False)
        return {
            "chat": same(self.chat, count),
            "chat_name": same(self.chat_name, count),
            "group": same(self.group, count, pa.bool_()),
            "sender": pc.coalesce(account, pc.if_else(other, same(self.chat, count), _NULL)),
            "sender_name": pc.if_else(pc.equal(name, ""), _NULL, name),
            "receiver": same(None, count) if self.group else pc.if_else(own, same(self.chat, count), _NULL),
            "outgoing": outgoing,
            "kind": pc.if_else(system, "system", _NULL),
            "text": pc.if_else(system, whole, body),
        }


def of_whom(name: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Names without the account that stands behind them in brackets, and these accounts."""
    parts = pc.extract_regex(name, _WHOM)
    account = pc.struct_field(parts, "account")
    return pc.if_else(pc.is_valid(account), pc.utf8_trim_whitespace(pc.struct_field(parts, "name")), name), account


def named_sides(name: pa.Array, account: pa.Array, body: pa.Array, named: FileName, above: Preamble) -> NamedSides:
    """Tell the sides from the first messages, the file's name and what stands above the messages."""
    names = _written(name, body)
    title = above.name or named.name
    titled = next((each for each in names if alike(each, title)), None)
    group = named.group or above.group or len(names) > 2
    peer = None if group else titled
    others = [each for each in names if each != peer]
    own = next((each for each in names if each in _ME), None)
    if own is None and peer is not None and len(others) == 1:
        own = others[0]
    if peer is None and own is not None and not group:
        peer = next((each for each in names if each != own), None)
    written = (
        {n: a for n, a in zip(name.to_pylist(), account.to_pylist(), strict=True) if a}
        if account.null_count < len(account)
        else {}
    )
    chat = named.peer or (written.get(peer) if peer else None)
    return NamedSides(chat, title or None, group, peer, own, tuple(names))


def _written(name: pa.Array, body: pa.Array) -> list[str]:
    """The names that stand above a text."""
    return [each for each in name.filter(pc.not_equal(body, "")).unique().to_pylist() if each]


def facts_of_names(made: Mapping[str, pa.Array]) -> Iterator[Fact]:
    """The names of accounts, who is in which group, and the owner's own account, from columns of messages."""
    way = made["outgoing"].cast(pa.string())
    room = pc.if_else(made["group"], made["chat"], _NULL)
    for line, (who, shown, own, group) in pairs(made["line"], made["sender"], made["sender_name"], way, room):
        if who is None:
            continue
        if shown:
            yield line, who, "nickname", shown
        if own == "true":
            yield line, who, "self", shown or who
        if group:
            yield line, who, "member", group


def _among(column: pa.Array, names: tuple[str, ...] | list[str]) -> pa.Array:
    return pc.fill_null(pc.is_in(column, pa.array(names, pa.string())), False)
