"""What forensic suites write above a table of messages: whose device it is, and with whom the conversation was."""
# 本机账号：wxid_ab12cd34(小李)      好友：wxid_ef56gh78(老王)      机主微信号 | wxid_ab12cd34 | 昵称 | 小李

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from headwater.ingestion.traffic.talks.file_names import FileName
from headwater.ingestion.traffic.talks.parties import named

_WHAT = r"(?:微信|QQ|的|账号|帐号|账户|号码|号|昵称|名称|ID|id|account)*"
_BETWEEN = r"\s*[:：\t]\s*"
_WHO = r"(?P<who>[^\t:：]{2,120}?)\s*(?:\t.*)?"
_OWN = re.compile(
    rf"(?i)(?:机主|本机|手机主人|持有人|所有者|登录|登陆|(?:device |phone )?owner|local user|source account){_WHAT}{_BETWEEN}{_WHO}"
)
_PEER = re.compile(
    rf"(?i)(?:好友|联系人|聊天对象|聊天对方|会话对象|对话人|对方|群聊|群组|群|contact|chat with|conversation){_WHAT}{_BETWEEN}{_WHO}"
)


@dataclass(frozen=True, slots=True)
class _Told:
    own: str | None = None
    peer: str | None = None
    name: str = ""


def heading(above: Iterable[tuple[int, str]], known: FileName) -> FileName:
    """What the name of a file tells, with what the lines above a table tell.

    >>> heading([(1, "微信消息"), (2, "本机账号：wxid_ab12cd34(小李)"), (3, "好友：老王(wxid_ef56gh78)")], FileName(""))
    FileName(name='老王', peer='wxid_ef56gh78', own='wxid_ab12cd34')
    """
    told = _Told(known.own, known.peer, known.name)
    for _, text in above:
        if (found := _OWN.fullmatch(text.strip())) and not told.own:
            told = replace(told, own=named(found["who"]).account)
        elif (found := _PEER.fullmatch(text.strip())) and not told.peer:
            who = named(found["who"])
            told = replace(told, peer=who.account, name=who.name or told.name)
    return FileName(told.name, told.peer, told.own)
