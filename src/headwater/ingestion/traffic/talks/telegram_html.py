"""Telegram Desktop's export as web pages, a thousand messages a page."""
# <div class="message default clearfix" id="message12"><div class="pull_right date details" title="23.01.2018 11:04:59 UTC+08:00">
#   <div class="from_name">老王</div><div class="text">在吗</div></div>

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
from lxml import etree

from headwater.exhibits.encodings import encoding_of
from headwater.exhibits.html_text import html_encoding
from headwater.exhibits.markup import Element
from headwater.exhibits.member import Member
from headwater.ingestion.traffic.raw import RawRows
from headwater.ingestion.traffic.talks.file_names import FileName
from headwater.ingestion.traffic.talks.messages import facts, messages, same
from headwater.ingestion.traffic.talks.named_sides import named_sides
from headwater.ingestion.traffic.talks.table_times import column_moments
from headwater.ingestion.traffic.talks.text_headers import Preamble
from headwater.model.exhibit import NotRead

_BEGINS = re.compile(r"""class\s*=\s*["']message (?:default|service)[^"']*["']\s+id\s*=\s*["']message-?\d+""")
_LARGEST = 256 << 20
_TOO_LARGE = "is more than {:,} bytes"
_MEDIA = (
    *(("media_photo", "image"), ("photo_wrap", "image"), ("media_voice_message", "voice"), ("media_video", "video")),
    *(("video_file_wrap", "video"), ("sticker_wrap", "emoji"), ("animated_wrap", "emoji"), ("media_call", "call")),
    *(("media_contact", "card"), ("media_location", "place"), ("media_file", "file"), ("media_audio_file", "file")),
)
_SHOWN = {
    "image": "[图片]",
    "voice": "[语音]",
    "video": "[视频]",
    "emoji": "[表情]",
    "card": "[名片]",
    "place": "[位置]",
    "call": "[通话]",
}


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads ``messages.html`` of Telegram Desktop."""

    name: str = "telegram-html"
    ceiling: float = 0.93

    def fits(self, member: Member, head: bytes) -> float:
        """Sure where the page has divisions of Telegram's messages."""
        encoding = encoding_of(head)
        return 0.93 if encoding and _BEGINS.search(head.decode(encoding, "replace")) else 0.0

    def read(self, member: Member, zone: ZoneInfo) -> Iterator[RawRows | NotRead]:
        """Read the messages of a page; one without a name of its own is of who wrote the one before."""
        with member.open() as stream:
            data = stream.read(_LARGEST + 1)
        if len(data) > _LARGEST:
            yield NotRead(member.path, _TOO_LARGE.format(_LARGEST))
            return
        text = data.decode(html_encoding(data[: 1 << 16]), "replace").replace("\0", "")
        parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=True)
        root = etree.fromstring(text.encode("utf-8", "replace") or b" ", parser)
        rows = list(_rows(root)) if root is not None else []
        yield messages(member.path, _columns(rows, _title(root), zone))
        yield facts(())


def _rows(root: Element) -> Iterator[dict[str, Any]]:
    name = None
    texts: dict[str, str] = {}
    for element in root.iterfind(".//div[@id]"):
        sorts = (element.get("class") or "").split()
        if not sorts or sorts[0] != "message":
            continue
        row = _service(element) if "service" in sorts else _message(element, texts)
        if "service" not in sorts:
            name = row["name"] = row["name"] or name
            texts[element.get("id")] = row["text"]
        yield row


def _service(element: Element) -> dict[str, Any]:
    return {"line": element.sourceline, "name": None, "kind": "system", "text": _text(element), "when": None}


def _message(element: Element, texts: dict[str, str]) -> dict[str, Any]:
    forwarded = _first(element, "forwarded")
    when = _first(element, "date")
    answered = _first(element, "reply_to")
    kind, file = _media(element)
    words = _text(_first(element, "text"))
    if forwarded is not None:
        kind = kind or "forwarded"
    shown = f"[文件] {file}" if kind == "file" else _SHOWN.get(kind or "", "")
    link = answered.find(".//a") if answered is not None else None
    target = (link.get("href") or "").replace("#go_to_", "") if link is not None else ""
    name = next(
        (each for each in _all(element, "from_name") if forwarded is None or not _inside(each, forwarded)), None
    )
    return {
        "line": element.sourceline,
        "name": _text(name) or None,
        "kind": kind,
        "text": words or shown,
        "when": when.get("title") if when is not None else None,
        "file": file,
        "quoted": texts.get(target),
    }


def _media(element: Element) -> tuple[str | None, str | None]:
    """The kind of a message with a medium, and its file."""
    for mark, kind in _MEDIA:
        found = _first(element, mark)
        if found is not None:
            path = found.get("href") or ""
            file = path or (_text(_first(found, "title")) if kind == "file" else "")
            return kind, file or None
    return None, None


def _columns(rows: list[dict[str, Any]], title: str, zone: ZoneInfo) -> dict[str, pa.Array]:
    columns = {
        n: pa.array([row.get(n) for row in rows], pa.string())
        for n in ("name", "kind", "text", "when", "file", "quoted")
    }
    names = columns["name"].fill_null("")
    sides = named_sides(names, pa.nulls(len(rows), pa.string()), columns["text"], FileName(title), Preamble())
    made = sides.columns(names, pa.nulls(len(rows), pa.string()), columns["text"], columns["text"])
    when = _carried([row.get("when") for row in rows])
    made |= {name: columns[name] for name in ("kind", "text", "file", "quoted")}
    made["line"] = pa.array([row["line"] for row in rows], pa.int64())
    made["time"] = column_moments(pa.array(when, pa.string()), "(dd.mm.yyyy)", zone)
    made["chat_name"] = same(title or None, len(rows))
    return made


def _carried(times: list[str | None]) -> list[str | None]:
    """A notice of the program has no time of its own: that of the message after it, else before it."""
    out, last = list(times), None
    for step in (range(len(times) - 1, -1, -1), range(len(times))):
        last = None
        for place in step:
            last = out[place] = out[place] or last
    return out


def _title(root: Element | None) -> str:
    found = _first(_first(root, "page_header"), "text") if root is not None else None
    return _text(found)


def _all(element: Element | None, mark: str) -> Iterator[Element]:
    if element is not None:
        yield from (each for each in element.iter() if mark in (each.get("class") or "").split())


def _first(element: Element | None, mark: str) -> Element | None:
    return next(_all(element, mark), None)


def _inside(element: Element, other: Element) -> bool:
    return any(each is other for each in element.iterancestors())


def _text(element: Element | None) -> str:
    """The words of an element, a line end for each ``br``."""
    if element is None:
        return ""
    pieces = []
    for each in element.iter():
        if not isinstance(each.tag, str):
            continue
        pieces.append("\n" if each.tag == "br" else each.text or "")
        if each is not element:
            pieces.append(each.tail or "")
    return re.sub(r"[ \t]*\n[ \t]*", "\n", "".join(pieces)).strip()


READER = _Reader()
