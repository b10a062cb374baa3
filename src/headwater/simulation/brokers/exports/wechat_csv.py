"""WeChat chats as comma-separated text, one file per chat: the layout of the MemoTrace kind of export.

The long form is the older one: three values more in a row than in the header, ``Sender`` naming the peer in the owner's
own rows as well, and the XML of pictures, quotes and transfers left in the cell.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator

from headwater.simulation.brokers.exports.cell_xml import cell_xml
from headwater.simulation.brokers.exports.chat import Chat
from headwater.simulation.brokers.exports.plain import plain
from headwater.simulation.brokers.lines import (
    ACCEPTED,
    EMOJI,
    FILE,
    IMAGE,
    PACKET,
    QUOTE,
    RECORD,
    RETURNED,
    SYSTEM,
    TEXT,
    TRANSFER,
    VOICE,
    Line,
)
from headwater.simulation.brokers.span import local

_HEADER = "localId,TalkerId,Type,SubType,IsSender,CreateTime,Status,StrContent,StrTime,Remark,NickName,Sender"
TYPES = {
    TEXT: (1, 0),
    IMAGE: (3, 0),
    VOICE: (34, 0),
    EMOJI: (47, 0),
    FILE: (49, 6),
    RECORD: (49, 19),
    QUOTE: (49, 57),
    TRANSFER: (49, 2000),
    ACCEPTED: (49, 2000),
    RETURNED: (49, 2000),
    PACKET: (49, 2001),
    SYSTEM: (10000, 0),
}


def wechat_csv(chat: Chat, talker: int, first: int, long: bool) -> str:
    """The text of one file; ``talker`` and ``first`` are numbers of this phone's database."""
    buffer = io.StringIO()
    buffer.write(f"{_HEADER}\n")
    csv.writer(buffer, lineterminator="\n").writerows(_rows(chat, talker, first, long))
    return buffer.getvalue()


def _rows(chat: Chat, talker: int, first: int, long: bool) -> Iterator[list[str | int]]:
    told: Callable[[Chat, Line], str] = cell_xml if long else plain
    for number, line in enumerate(chat.lines, first):
        party, own, time = chat.parties[line.who], int(line.who == 0), line.time
        kind, sub = TYPES[line.kind]
        text = line.text if line.kind in (TEXT, SYSTEM) else told(chat, line)
        sender = chat.parties[1].wxid if long and own and not chat.room else party.wxid
        row: list[str | int] = [
            number,
            talker,
            kind,
            sub,
            own,
            time,
            "",
            text,
            local(time),
            party.remark,
            party.nickname,
            sender,
        ]
        yield [*row, f"7{time}{number:08d}", "", ""] if long else row
