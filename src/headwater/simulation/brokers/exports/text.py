"""Chats as plain text: a line with time and name, the message, an empty line; no ids anywhere."""

from __future__ import annotations

from headwater.simulation.brokers.exports.chat import Chat
from headwater.simulation.brokers.exports.plain import plain
from headwater.simulation.brokers.lines import SYSTEM
from headwater.simulation.brokers.span import local


def text(chat: Chat) -> str:
    """The text of one chat."""
    parts = []
    for line in chat.lines:
        name = chat.owner.nickname if line.who == 0 else chat.parties[line.who].shown
        parts.append(
            f"{local(line.time)} {plain(chat, line)}\n\n"
            if line.kind == SYSTEM
            else f"{local(line.time)} {name}\n{plain(chat, line)}\n\n"
        )
    return "".join(parts)
