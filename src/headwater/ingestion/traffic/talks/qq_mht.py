"""QQ chats as a web archive (MHT): a page in MIME whose rows are days, and messages of a name, a clock and words."""
# <tr><td>日期: 2018-01-23</td></tr><tr><td><div><div>老王(12345)</div>11:04:59</div><div>在吗</div></td></tr>

from __future__ import annotations

import email
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.policy import compat32
from zoneinfo import ZoneInfo

import pyarrow as pa
from lxml import etree

from headwater.exhibits.html_text import html_encoding
from headwater.exhibits.markup import Element
from headwater.exhibits.member import Member
from headwater.ingestion.traffic.raw import RawRows
from headwater.ingestion.traffic.talks.file_names import file_name
from headwater.ingestion.traffic.talks.messages import facts, messages
from headwater.ingestion.traffic.talks.named_sides import facts_of_names, named_sides, of_whom
from headwater.ingestion.traffic.talks.text_headers import Preamble, is_preamble, preamble
from headwater.ingestion.traffic.talks.times import moments
from headwater.model.exhibit import NotRead

_LARGEST = 512 << 20
_MIME = re.compile(rb"^(?:[\w-]+:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*){1,12}", re.I)
_DAY = re.compile(r"日期[:：]\s*(\d{4}[-/.]\d{1,2}[-/.]\d{1,2})")
_HEAD = re.compile(
    r"(?P<name>.*?)\s*(?:(?P<day>\d{4}[-/]\d{1,2}[-/]\d{1,2})\s+)?(?P<clock>(?:[上下]午\s?)?\d{1,2}:\d\d:\d\d)\s*", re.S
)
_TOO_LARGE = "is more than {:,} bytes"
_NO_PAGE = "is a web archive in which no page is found"


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads QQ's own export as a web archive."""

    name: str = "qq-mht"
    ceiling: float = 0.9

    def fits(self, member: Member, head: bytes) -> float:
        """Sure where a MIME text names itself after a page of messages."""
        begins = head.lstrip()
        if not _MIME.match(begins) or b"multipart/related" not in begins[:2000].lower():
            return 0.0
        return 0.9 if "消息".encode() in head or b"QQ" in begins[:4000] or "日期".encode() in head else 0.0

    def read(self, member: Member, zone: ZoneInfo) -> Iterator[RawRows | NotRead]:
        """Read the rows of the page."""
        with member.open() as stream:
            data = stream.read(_LARGEST + 1)
        if len(data) > _LARGEST:
            yield NotRead(member.path, _TOO_LARGE.format(_LARGEST))
            return
        page = _page(data.lstrip())
        if not page:
            yield NotRead(member.path, _NO_PAGE)
            return
        text = page.decode(html_encoding(page[: 1 << 16]), "replace").replace("\0", "")
        parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=True)
        root = etree.fromstring(text.encode("utf-8", "replace") or b" ", parser)
        rows, above = _rows(root) if root is not None else ([], Preamble())
        name, account = of_whom(pa.array([row[2] for row in rows], pa.string()))
        body = pa.array([row[3] for row in rows], pa.string())
        sides = named_sides(name, account, body, file_name(member.path), above)
        made = sides.columns(name, account, body, body)
        made["line"] = pa.array([row[0] for row in rows], pa.int64())
        made["time"] = moments(pa.array([row[1] for row in rows], pa.string()), zone)
        yield messages(member.path, made)
        yield facts(facts_of_names(made))


def _page(data: bytes) -> bytes:
    """The first page in an archive; one whose head names its parts wrongly is looked for by its marks."""
    for part in email.message_from_bytes(data, policy=compat32).walk():
        if part.get_content_type() == "text/html":
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes) and payload:
                return payload
    start, end = data.lower().find(b"<html"), data.lower().rfind(b"</html>")
    return data[start : end + 7 if end > start else len(data)] if start >= 0 else b""


def _rows(root: Element) -> tuple[list[tuple[int, str, str, str]], Preamble]:
    """Line, time, name and words of each message; the line is that of the page inside the archive."""
    day, above = "", Preamble()
    rows: list[tuple[int, str, str, str]] = []
    for cell in root.iter("td"):
        text = _words(cell)
        if dated := _DAY.search(text):
            day = dated[1]
        head = next((part for part in cell if isinstance(part.tag, str)), None)
        found = _HEAD.fullmatch(_words(head)) if head is not None else None
        if found is None:
            above = preamble(above, text) if is_preamble(text) else above
            continue
        below = "\n".join(words for part in list(cell)[1:] if (words := _words(part)))
        rows.append((cell.sourceline or len(rows) + 1, f"{found['day'] or day} {found['clock']}", found["name"], below))
    return rows, above


def _words(element: Element) -> str:
    pieces = []
    for each in element.iter():
        if not isinstance(each.tag, str):
            continue
        pieces += ["\n"] if each.tag == "br" else ["[图片]"] if each.tag == "img" else []
        pieces.append(each.text or "")
        pieces.append((each.tail or "") if each is not element else "")
    return "".join(pieces).replace("\xa0", " ").strip()


READER = _Reader()
