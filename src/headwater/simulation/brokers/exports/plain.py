"""A line of a chat in plain words, as most exports write it."""

from __future__ import annotations

from headwater.simulation.brokers.exports.chat import Chat
from headwater.simulation.brokers.lines import ACCEPTED, PACKET, QUOTE, RECORD, RETURNED, TRANSFER, Line

_MONEY = {TRANSFER: "[转账] ¥", ACCEPTED: "[转账] 已收款 ¥", RETURNED: "[转账] 已退还 ¥"}


def plain(chat: Chat, line: Line) -> str:
    """The words; a red packet does not say what is in it."""
    if line.kind in _MONEY:
        return f"{_MONEY[line.kind]}{line.amount:.2f}"
    if line.kind == PACKET:
        return f"[红包] {line.text}"
    if line.kind == QUOTE:
        return f"{line.text}\n引用:{chat.parties[line.who].nickname}:{line.ref}"
    if line.kind == RECORD:
        return f"[聊天记录] {line.text}"
    return line.text
