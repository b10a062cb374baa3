"""Which kind of message an export means: by WeChat's numbers, or by a word in English or Chinese."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from headwater.model.declared import WORDS

KINDS = WORDS[("messages", "kind")]

# WeChat's own numbers: the type, and below 49 (a message of an app) the part
_TYPES = {
    "0": "system",
    "1": "text",
    "3": "image",
    "34": "voice",
    "37": "system",
    "42": "card",
    "43": "video",
    "47": "emoji",
    "48": "place",
    "50": "call",
    "62": "video",
    "64": "call",
    "65": "system",
    "66": "card",
    "67": "card",
    "10000": "system",
    "10002": "recalled",
}
_APPS = {
    "6": "file",
    "8": "emoji",
    "16": "place",
    "17": "place",
    "19": "forwarded",
    "40": "forwarded",
    "57": "quote",
    "74": "file",
    "2000": "transfer",
    "2001": "packet",
    "2003": "packet",
}
_WORDS = {
    "text": "text txt plain chat message 文本 文字 文本消息 文字消息 链接 分享 分享链接 link url extendedtext 小程序 公众号 卡片式链接",
    "image": "image img picture photo pic 图片 照片 图片消息 图像",
    "voice": "voice audio ptt voicemessage 语音 音频 语音消息",
    "video": "video movie 视频 小视频 短视频 视频消息 videofile videomessage",
    "file": "file document doc attachment 文件 文件消息 附件 文档",
    "transfer": "transfer 转账 微信转账 转帐 转账消息 money payment",
    "packet": "redpacket packet redenvelope hongbao luckymoney red 红包 微信红包 红包消息",
    "quote": "quote reply refer 引用 回复 引用消息 引用回复 带有引用的文本消息",
    "forwarded": "forwarded forward merged chatrecord chathistory combined record 聊天记录 合并转发 转发 合并转发的聊天记录 合并转发消息",
    "card": "card contact vcard namecard businesscard 名片 个人名片 联系人名片",
    "place": "place location geo map position 位置 地理位置 定位 实时位置",
    "emoji": "emoji sticker emoticon gif animation 表情 动画表情 表情包 表情消息",
    "call": "call voip voicecall videocall calls 通话 语音通话 视频通话 音视频通话 电话",
    "recalled": "recalled recall revoke revoked withdrawn deletedforeveryone 撤回 撤回消息 已撤回",
    "system": "system service notice notification sys info tip event 系统 系统消息 系统通知 提示 通知",
}
_BY_WORD = {word: kind for kind, words in _WORDS.items() for word in words.split()}


def kind_of(type_: str, part: str = "") -> str | None:
    """The kind that a type means, or ``None`` where it is not known.

    >>> kind_of("49", "2000"), kind_of("Red Packet"), kind_of("语音"), kind_of("77")
    ('transfer', 'packet', 'voice', None)
    """
    name = type_.strip().lower()
    if name == "49":
        return _APPS.get(part.strip(), "text")
    if name.startswith("49 ") or name.startswith("49,") or name.startswith("49."):
        return _APPS.get(name[3:].strip(), "text")
    folded = "".join(letter for letter in name if letter not in " _-/[]()（）.,、\t\"'")
    return _TYPES.get(name) or _BY_WORD.get(folded) or _BY_WORD.get(folded.removesuffix("message").removesuffix("消息"))


def kinds(types: pa.Array, parts: pa.Array | None = None) -> pa.Array:
    """The kinds of a column of types and, where there is one, of their parts; null where none is known."""
    first = pc.fill_null(types, "")
    pairs = first if parts is None else pc.binary_join_element_wise(first, pc.fill_null(parts, ""), "\t")
    coded = pairs.dictionary_encode()
    told = [kind_of(*each.split("\t")[:2]) for each in coded.dictionary.to_pylist()]
    return pa.array(told, pa.string()).take(coded.indices)
