"""What a message shows besides its words: its kind, a sum, a file, what it answers. Told once for each distinct text.

Exports write ``[图片]``, ``[转账] ¥200.00``, ``[文件] name`` or leave WeChat's own XML in the cell; both end up in the same words.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields
from operator import attrgetter

import pyarrow as pa
import pyarrow.compute as pc

from headwater.ingestion.traffic.talks.app_xml import Said, in_xml, looks_like_xml

_MARKS = {
    "image": "图片 照片 图像 相片 photo image picture 圖片",
    "voice": "语音 语音消息 音频 voice audio 語音",
    "video": "视频 小视频 短视频 video 影片",
    "emoji": "表情 动画表情 表情包 sticker emoji gif 贴纸",
    "file": "文件 file document 档案",
    "transfer": "转账 微信转账 转帐 transfer 轉賬",
    "packet": "红包 微信红包 qq红包 支付宝红包 红包封面 redpacket 紅包",
    "place": "位置 地理位置 共享实时位置 location",
    "card": "名片 个人名片 推荐名片 contact",
    "forwarded": "聊天记录 合并转发 转发消息 合并转发的聊天记录 chathistory",
    "call": "通话 语音通话 视频通话 音视频通话 call voicecall videocall",
    "quote": "引用 引用消息 回复 reply",
    "system": "系统消息 系统 system",
    "recalled": "撤回 已撤回 撤回消息 recalled",
}
_KIND_OF_MARK = {word: kind for kind, words in _MARKS.items() for word in words.split()}
_MARK = re.compile(r"\s*[\[【(（](?P<mark>[^\[\]【】()（）\n]{1,12})[\]】)）][ \t]*(?P<rest>.*)", re.S)
_SUM = re.compile(
    r"(?P<sign>HK\$|US\$|NT\$|[¥￥$€£])\s?(?P<value>\d[\d,]*(?:\.\d+)?)|(?P<plain>\d[\d,]*(?:\.\d+)?)\s?(?P<unit>元|块|圆|CNY|RMB|USD|HKD)"
)
_CURRENCIES = {
    **dict.fromkeys(["¥", "￥", "元", "块", "圆", "CNY", "RMB"], "CNY"),
    **{"HK$": "HKD", "US$": "USD", "NT$": "TWD", "$": "USD", "€": "EUR", "£": "GBP", "USD": "USD", "HKD": "HKD"},
}
_QUOTED_BELOW = re.compile(
    r"(?P<text>.*?)\n\s*[\[【]?(?:引用|回复)[\]】]?[:：]?\s*(?P<name>[^\n:：]{0,40})[:：](?P<quoted>.*)", re.S
)
_QUOTED_ABOVE = re.compile(r"「(?:[^「」\n:：]{0,40}[:：])?(?P<quoted>.*?)」\s*\n(?:[-—– ]{3,}\n)?(?P<text>.*)", re.S)
_RECALLED = re.compile(
    r".{0,60}?(?:撤回了一条|撤回了?(?:成员.{0,40})?的?一条|recalled a message|unsent a message).{0,40}", re.I | re.S
)
_OF_INTEREST = r"^\s*[\[「【<]|\n\s*[\[【]?(?:引用|回复)|撤回|recalled|unsent|<msg|<sysmsg|<appmsg|<voip"
_ALWAYS = ("transfer", "packet", "file", "quote")
COLUMNS = tuple(field.name for field in fields(Said))
_SHOWN = attrgetter(*COLUMNS)
_TYPES = {"amount": pa.float64()}


def said(text: str, kind: str | None = None) -> Said:
    """Tell what one message shows; ``kind`` is what the export says of it, where it does.

    >>> said("[转账] 已收款 ¥1,200.00")
    Said(kind='transfer', text='[转账] 已收款 ¥1,200.00', quoted=None, amount=1200.0, currency='CNY', file=None, reference=None)
    """
    if looks_like_xml(text):
        found = in_xml(text)
        if found is not None:
            return found
    if _RECALLED.fullmatch(text) and kind in (None, "text", "system", "recalled"):
        return Said("recalled", text)
    if kind in (None, "text", "quote") and (quote := _QUOTED_BELOW.fullmatch(text) or _QUOTED_ABOVE.fullmatch(text)):
        return Said("quote", quote["text"].strip(), quote["quoted"].strip() or None)
    mark = _MARK.fullmatch(text)
    told = _KIND_OF_MARK.get(mark["mark"].replace(" ", "").lower()) if mark else None
    if kind in (None, "text") and told and not _is_word(told, mark["rest"] if mark else ""):
        kind = told
    rest = mark["rest"] if mark and told else text
    if kind in ("transfer", "packet"):
        amount, currency = sum_in(rest)
        return Said(kind, text, None, amount, currency)
    if kind == "file":
        return Said(kind, text, file=rest.strip().split("\n")[0] or None)
    return Said(kind or "text", text)


def _is_word(kind: str, rest: str) -> bool:
    """Whether a mark is no sign of its kind but a word in brackets: a picture has no sentence behind it."""
    return kind in ("emoji", "system", "recalled", "quote") and bool(rest.strip())


def sum_in(text: str) -> tuple[float | None, str | None]:
    """The first sum of money in a text, and its currency."""
    found = _SUM.search(text)
    if found is None:
        return None, None
    value = float((found["value"] or found["plain"]).replace(",", ""))
    return value, _CURRENCIES[found["sign"] or found["unit"]]


def told(text: pa.Array, kind: pa.Array) -> dict[str, pa.Array]:
    """Tell columns of texts and of kinds (null where the export says none): the columns of :class:`Said`."""
    text = pc.fill_null(text, "")
    odd = pc.or_(pc.match_substring_regex(text, _OF_INTEREST), pc.fill_null(pc.is_in(kind, pa.array(_ALWAYS)), False))
    plain: dict[str, pa.Array] = {name: pa.nulls(len(text), _TYPES.get(name, pa.string())) for name in COLUMNS}
    plain["text"], plain["kind"] = text, pc.fill_null(kind, "text")
    if not pc.any(odd).as_py():
        return plain
    new = _each(text.filter(odd), kind.filter(odd), said)
    return {name: pc.replace_with_mask(plain[name], odd, new[name]) for name in COLUMNS}


def _each(text: pa.Array, kind: pa.Array, tell: Callable[[str, str | None], Said]) -> dict[str, pa.Array]:
    """Tell each distinct pair of a text and a kind once."""
    texts, kinds = text.dictionary_encode(), pc.fill_null(kind, "").dictionary_encode()
    width = max(len(kinds.dictionary), 1)
    pairs = pc.add(
        pc.multiply(texts.indices.cast(pa.int64()), width), kinds.indices.cast(pa.int64())
    ).dictionary_encode()
    words, names = texts.dictionary.to_pylist(), kinds.dictionary.to_pylist()
    rows = [_SHOWN(tell(words[pair // width], names[pair % width] or None)) for pair in pairs.dictionary.to_pylist()]
    columns = zip(*rows, strict=True)
    made = {n: pa.array(v, _TYPES.get(n, pa.string())) for n, v in zip(COLUMNS, columns, strict=True)}
    return {name: column.take(pairs.indices) for name, column in made.items()}


def sums(column: pa.Array) -> pa.Array:
    """The sums in a column of texts, ``¥1,200.00`` or ``1200``; null where there is none."""
    coded = column.dictionary_encode()
    return pa.array([_sum(each) for each in coded.dictionary.to_pylist()], pa.float64()).take(coded.indices)


def _sum(text: str) -> float | None:
    plain = re.fullmatch(r"\s*[¥￥]?\s*(-?\d[\d,]*(?:\.\d+)?)\s*(?:元|CNY)?\s*", text)
    return abs(float(plain[1].replace(",", ""))) if plain else sum_in(text)[0]
