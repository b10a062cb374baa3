"""The line with which a message in a plain text begins: a time, and a name behind or before it; and what stands above them all."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import pyarrow as pa
import pyarrow.compute as pc

_HALF = r"(?:上午|下午|凌晨|早上|中午|晚上|傍晚|清晨|[AaPp]\.?[Mm]\.?)"
_DAY = r"(?:\d{4}(?:[-/.]\d{1,2}[-/.]\d{1,2}|年\d{1,2}月\d{1,2}日))"
_CLOCK = rf"(?:{_HALF} ?)?\d{{1,2}}:\d\d(?::\d\d(?:\.\d{{1,6}})?)?(?: ?{_HALF})?(?: ?(?:[+-]\d\d:?\d\d|UTC|Z\b))?"
_MOMENT = rf"(?:{_DAY}[ T]?(?:周[一二三四五六日] |星期[一二三四五六日] )?{_CLOCK})"
_NAME = r"[^\s].{0,127}"
# behind: "2018-01-23 11:04:59 name"; in brackets: "[2018-01-23 11:04:59] name"; before: "name 2018-01-23 11:04:59"
_BEHIND = rf"(?P<time1>{_MOMENT})[ \t]+(?P<name1>{_NAME})"
_BRACKET = rf"[\[(（](?P<time2>{_MOMENT})[\])）][ \t]*(?P<name2>{_NAME})"
_BEFORE = rf"(?P<name3>\S.{{0,127}}?)[ \t(（]+(?P<time3>{_MOMENT})[)）]?"
HEADER = rf"^(?:{_BEHIND}|{_BRACKET}|{_BEFORE})\s*$"
"""An expression of RE2 that a line is a header."""
# the usual header: a time of fixed width, then a name that cannot be half of a clock or a zone
_USUAL = r"^\d{4}[-/]\d\d[-/]\d\d \d\d:\d\d:\d\d[ \t]+[^\sAaPpUZ+\-.上下凌早中晚傍清]"
_WIDTH = 19
_PREAMBLE = re.compile(
    r"\s*(?:消息记录|消息类型|消息分组|消息对象|聊天记录|日期|导出时间|导出日期|微信聊天记录|聊天对象|会话|群名|[=\-*_—]{5,}|#).{0,200}",
    re.S,
)
_NAMED = re.compile(r"\s*(?:消息对象|聊天对象|会话|群名|群名称|会话名称)\s*[:：]\s*(?P<name>\S.*?)\s*")
_GROUPED = re.compile(r"\s*消息分组\s*[:：]\s*(?P<group>\S.*?)\s*")


@dataclass(frozen=True, slots=True)
class Preamble:
    """What an export says above its messages: the conversation, and among which contacts it is kept."""

    name: str = ""
    group: bool = False


def is_preamble(line: str) -> bool:
    """Whether a line is one that exports put above the messages."""
    return _PREAMBLE.fullmatch(line) is not None


def preamble(known: Preamble, line: str) -> Preamble:
    """What is known once this line is read too."""
    if named := _NAMED.fullmatch(line):
        return replace(known, name=named["name"])
    if grouped := _GROUPED.fullmatch(line):
        return replace(known, group="群" in grouped["group"])
    return known


def split_headers(heads: pa.Array) -> tuple[pa.Array, pa.Array]:
    """The times and the names of header lines."""
    usual = pc.match_substring_regex(heads, _USUAL)
    times, names = pc.utf8_slice_codeunits(heads, 0, _WIDTH), pc.utf8_slice_codeunits(heads, _WIDTH)
    if not pc.all(usual).as_py():
        odd = pc.invert(usual)
        other = _by_parts(heads.filter(odd))
        times, names = (pc.replace_with_mask(each, odd, own) for each, own in zip((times, names), other, strict=True))
    return times, pc.utf8_trim_whitespace(names)


def _by_parts(heads: pa.Array) -> tuple[pa.Array, pa.Array]:
    parts = pc.extract_regex(heads, HEADER)
    pieces = {name: pc.struct_field(parts, name) for name in ("time1", "time2", "time3", "name1", "name2", "name3")}
    filled = {name: pc.if_else(pc.equal(each, ""), pa.scalar(None, pa.string()), each) for name, each in pieces.items()}
    times = pc.coalesce(filled["time1"], filled["time2"], filled["time3"])
    return times, pc.fill_null(pc.coalesce(filled["name1"], filled["name2"], filled["name3"]), "")
