"""WeChat chats as web pages (or scripts) that hold their messages as an array of objects, with bare keys or as JSON."""
# const chatMessages = [
# { type:1,text:'在吗',is_send:0,timestamp:1515486624,is_chatroom:0,displayname:'老王' },

from __future__ import annotations

import html
import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, islice
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa

from headwater.exhibits.encodings import encoding_of
from headwater.exhibits.html_text import html_encoding
from headwater.exhibits.member import Member
from headwater.ingestion.traffic.raw import RawRows
from headwater.ingestion.traffic.talks.app_xml import transfer_words
from headwater.ingestion.traffic.talks.file_names import FileName, file_name
from headwater.ingestion.traffic.talks.messages import TORN
from headwater.ingestion.traffic.talks.script_array import arrays, objects
from headwater.ingestion.traffic.talks.told_rows import TableTalk, are_objects_of_messages
from headwater.model.exhibit import NotRead

_BATCH = 50_000
_LARGEST = 1 << 30
_TITLE = re.compile(r"<title>\s*([^<]{1,200}?)\s*</title>", re.I)
_AVATAR = re.compile(
    r"(?:^|[/\\])(wxid_[\w-]+|[A-Za-z][\w-]{5,19}|\d{5,20}@chatroom)\.(?:jpg|jpeg|png|gif|webp)$", re.I
)
_NO_ARRAY = "is a page, but no array of messages is found in it"
_TOO_LARGE = "is more than {:,} bytes"


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads messages out of the scripts of a page."""

    name: str = "wechat-html"
    ceiling: float = 0.9

    def fits(self, member: Member, head: bytes) -> float:
        """Sure where a script begins an array of messages; a long style before it may hide that from the first bytes."""
        if not _is_script(head):
            return 0.0
        if _array(_text(head)) is not None:
            return 0.9
        with member.open() as stream:
            return 0.85 if _array(_text(stream.read(4 << 20))) is not None else 0.0

    def read(self, member: Member, zone: ZoneInfo) -> Iterator[RawRows | NotRead]:
        """Read the messages, then the facts of accounts."""
        with member.open() as stream:
            data = stream.read(_LARGEST + 1)
        if len(data) > _LARGEST:
            yield NotRead(member.path, _TOO_LARGE.format(_LARGEST))
            return
        text = _text(data)
        at = _array(text)
        if at is None:
            yield NotRead(member.path, _NO_ARRAY)
            return
        talk = TableTalk(member.path, _named(member.path, text), zone)
        starts = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]
        found = objects(text, at)
        while batch := list(islice(found, _BATCH)):
            yield _rows(talk, [(bisect_right(starts, place), value) for place, value in batch])
        yield talk.facts()


def _rows(talk: TableTalk, batch: list[tuple[int, dict[str, Any] | None]]) -> RawRows:
    good = [(line, value) for line, value in batch if value is not None]
    texts = [json.dumps(_plain(value), ensure_ascii=False).encode("utf-8", "replace") for _, value in good]
    lines = pa.array([line for line, _ in good], pa.int64())
    bad = [(line, TORN) for line, value in batch if value is None]
    return talk.objects(pa.array(texts, pa.binary()).cast(pa.string()), lines, bad)


def _plain(value: dict[str, Any]) -> dict[str, Any]:
    """A message in plain words: markup unfolded, a transfer told, who wrote it by his picture."""
    made = {name: _unmarked(each) if isinstance(each, str) else each for name, each in value.items()}
    if made.get("feedesc") or "paysubtype" in made:
        words, _ = transfer_words(
            str(made.get("feedesc") or ""), str(made.get("paysubtype", "")), str(made.get("pay_memo") or "")
        )
        made["text"] = words
    if isinstance(quoted := made.get("refer_text"), str):
        made["refer_text"] = re.sub(r"^[^\n:：]{1,40}[:：]", "", quoted)
    if made.get("voice_to_text"):
        made["text"] = f"[语音] {made['voice_to_text']}"
    if (seen := _AVATAR.search(str(made.pop("avatar_path", "") or made.pop("avatar", "")))) and not made.get("sender"):
        made["sender"] = seen[1]
    return made


def _unmarked(text: str) -> str:
    return html.unescape(re.sub(r"<br\s*/?>", "\n", text)) if "&" in text or "<" in text else text


def _text(data: bytes) -> str:
    return data.decode(html_encoding(data[:65536]), "replace").lstrip("\ufeff")


def _is_script(head: bytes) -> bool:
    encoding = encoding_of(head)
    text = head.decode(encoding, "replace")[:4000].lstrip("\ufeff \t\r\n") if encoding else ""
    return text[:1] == "<" or re.match(r"(?:const|let|var|window|module|export|\"use)\b", text) is not None


def _array(text: str) -> int | None:
    """Where the first message of an array of messages begins."""
    for _, at in islice(arrays(text), 200):
        value = next((each for _, each in islice(objects(text, at), 3) if each), None)
        if value is not None and are_objects_of_messages([value]):
            return at
    return None


def _named(path: str, text: str) -> FileName:
    named, title = file_name(path), _TITLE.search(text[:20_000])
    return FileName(html.unescape(title[1]) if title else named.name, named.peer, named.own)


READER = _Reader()
