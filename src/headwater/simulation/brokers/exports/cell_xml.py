"""The XML that WeChat itself keeps for a message, as older exports leave it in a cell."""

from __future__ import annotations

from xml.sax.saxutils import escape

from headwater.simulation.brokers.exports.chat import Chat
from headwater.simulation.brokers.lines import (
    ACCEPTED,
    FILE,
    IMAGE,
    PACKET,
    QUOTE,
    RECORD,
    RETURNED,
    TRANSFER,
    VOICE,
    Line,
)

_PAID = {TRANSFER: 1, ACCEPTED: 3, RETURNED: 4}


def cell_xml(chat: Chat, line: Line) -> str:
    """The cell of one message; plain where the program keeps it plain."""
    if line.kind in _PAID:
        return _message("微信转账", 2000, _transfer(line))
    if line.kind == PACKET:
        return _message(
            line.text,
            2001,
            "<wcpayinfo><templateid><![CDATA[7a2a165d31da7fce6dd77e05c300028a]]></templateid></wcpayinfo>",
        )
    if line.kind == FILE:
        kind = line.ref.rsplit(".", 1)[-1]
        return _message(
            line.ref, 6, f"<appattach><totallen>{4096 + len(line.ref)}</totallen><fileext>{kind}</fileext></appattach>"
        )
    if line.kind == QUOTE:
        name = escape(chat.parties[line.who].nickname)
        quoted = f"<type>1</type><displayname>{name}</displayname><content>{escape(line.ref)}</content>"
        return _message(line.text, 57, f"<refermsg>{quoted}</refermsg>")
    if line.kind == RECORD:
        return _message("聊天记录", 19, f"<des>{escape(line.text)}</des>")
    if line.kind == IMAGE:
        return f'<?xml version="1.0"?>\n<msg><img length="{40_000 + line.time % 9_000}" hdlength="0" /></msg>'
    if line.kind == VOICE:
        return f'<msg><voicemsg voicelength="{1_000 + line.time % 20_000}" voiceformat="4" /></msg>'
    return line.text


def _transfer(line: Line) -> str:
    return (
        f"<wcpayinfo><paysubtype>{_PAID[line.kind]}</paysubtype><feedesc><![CDATA[￥{line.amount:.2f}]]></feedesc>"
        f"<transferid><![CDATA[{line.ref}]]></transferid><pay_memo><![CDATA[]]></pay_memo></wcpayinfo>"
    )


def _message(title: str, kind: int, rest: str) -> str:
    return f'<?xml version="1.0"?>\n<msg><appmsg appid="" sdkver="0"><title>{escape(title)}</title><type>{kind}</type>{rest}</appmsg></msg>'
