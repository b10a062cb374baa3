"""Chats as a web page: the messages stand in an array ``chatMessages`` in a script."""

from __future__ import annotations

import json
from html import escape

from headwater.simulation.brokers.exports.chat import Chat
from headwater.simulation.brokers.exports.wechat_csv import TYPES
from headwater.simulation.brokers.lines import ACCEPTED, FILE, PACKET, QUOTE, RETURNED, SYSTEM, TRANSFER, Line

_PAID = {TRANSFER: (1, "发起转账"), ACCEPTED: (3, "已收款"), RETURNED: (4, "已退还")}
_HEAD = """<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>{title}</title></head>
<body><div class="header"><p id="title">{title}</p></div><div id="chat-container"></div>
<script>
const chatMessages = ["""
_TAIL = """];
const container = document.getElementById("chat-container");
for (const message of chatMessages) {
  const row = document.createElement("p");
  row.textContent = `${message.displayname} ${message.text}`;
  container.appendChild(row);
}
</script></body></html>
"""


def html(chat: Chat, strict: bool) -> str:
    """The page of one chat; ``strict`` writes JSON, otherwise keys are bare and texts in single quotes."""
    objects = [_object(chat, line) for line in chat.lines]
    if strict:
        body = ",\n".join(json.dumps(each, ensure_ascii=False).replace("</", "<\\/") for each in objects)
    else:
        body = "".join(f"{_bare(each)},\n" for each in objects)
    return f"{_HEAD.format(title=escape(chat.title))}\n{body}{_TAIL}"


def _object(chat: Chat, line: Line) -> dict[str, str | int]:
    kind, sub = TYPES[line.kind]
    made: dict[str, str | int] = {
        "type": 0 if line.kind == SYSTEM else kind,
        "text": line.text,
        "is_send": int(line.who == 0),
        "avatar_path": "",
        "timestamp": line.time,
        "is_chatroom": int(bool(chat.room)),
        "displayname": chat.owner.nickname if line.who == 0 else chat.parties[line.who].shown,
    }
    if kind == 49:
        made["sub_type"] = sub
    return made | _more(chat, line)


def _more(chat: Chat, line: Line) -> dict[str, str | int]:
    """What certain kinds carry besides."""
    if line.kind in _PAID:
        number, word = _PAID[line.kind]
        return {"text": word, "paysubtype": number, "pay_memo": "", "feedesc": f"￥{line.amount:.2f}"}
    if line.kind == PACKET:
        return {"text": f"[红包] {line.text}"}
    if line.kind == QUOTE:
        return {"refer_text": f"{chat.parties[line.who].nickname}：{line.ref}"}
    if line.kind == FILE:
        return {"text": f"./file/{line.ref}", "file_name": line.ref}
    return {}


def _bare(made: dict[str, str | int]) -> str:
    fields = (
        f"{name}:{value}" if isinstance(value, int) else f"{name}:'{_quoted(value)}'" for name, value in made.items()
    )
    return f"{{ {','.join(fields)}}}"


def _quoted(text: str) -> str:
    return escape(text, quote=False).replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n")
