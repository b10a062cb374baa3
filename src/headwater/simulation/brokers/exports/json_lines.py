"""Chats as JSON lines: all chats of one account in one file, by time."""

from __future__ import annotations

import json
from collections.abc import Iterator

from headwater.simulation.brokers.exports.chat import Chat
from headwater.simulation.brokers.exports.plain import plain
from headwater.simulation.brokers.lines import FILE, MONEY, PACKET, QUOTE, RECORD, SYSTEM, TEXT, Line
from headwater.simulation.brokers.span import moment

_KINDS = dict.fromkeys(MONEY, "transfer") | {PACKET: "redpacket", QUOTE: TEXT, RECORD: TEXT, SYSTEM: SYSTEM}


def json_lines(chats: list[Chat]) -> Iterator[str]:
    """One line per message."""
    every = [(line.time, place, line) for place, chat in enumerate(chats) for line in chat.lines]
    every.sort(key=lambda each: each[:2])
    for _, place, line in every:
        yield json.dumps(_record(chats[place], line), ensure_ascii=False)


def _record(chat: Chat, line: Line) -> dict[str, str]:
    to = chat.room or chat.parties[1 - line.who].wxid
    return {
        "time": moment(line.time),
        "chat": chat.title,
        "from": chat.parties[line.who].wxid,
        "to": to,
        "text": plain(chat, line),
        "type": _KINDS.get(line.kind, line.kind),
        "file": line.ref if line.kind == FILE else "",
    }
