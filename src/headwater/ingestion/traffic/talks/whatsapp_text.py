"""WhatsApp chats as plain text; day and month in the order that the whole file bears out."""
# [12/03/2022, 14:05:11] Name: text
# 12/03/22, 2:05 pm - Name: text

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from headwater.exhibits.encodings import encoding_of
from headwater.exhibits.member import Member
from headwater.ingestion.traffic.raw import RawRows
from headwater.ingestion.traffic.talks.blocks import Blocks, blocks
from headwater.ingestion.traffic.talks.day_order import Order, day_order, moments_of
from headwater.ingestion.traffic.talks.file_names import FileName, file_name
from headwater.ingestion.traffic.talks.messages import Fact, facts, messages
from headwater.ingestion.traffic.talks.named_sides import NamedSides, facts_of_names, named_sides
from headwater.ingestion.traffic.talks.text_blocks import STRAY
from headwater.ingestion.traffic.talks.text_headers import Preamble
from headwater.model.exhibit import NotRead

_DAY = r"(?P<day>\d{1,4}[./-]\d{1,2}[./-]\d{1,4}\.?)"
_HALF = r"(?:[AaPp]\.?[Mm]\.?|上午|下午)?[ \x{202f}\x{a0}]?"
_CLOCK = rf"(?P<clock>{_HALF}\d{{1,2}}[:.]\d\d(?:[:.]\d\d)?(?:[ \x{{202f}}\x{{a0}}]?[AaPp][. \x{{a0}}]*[Mm]\.?)?)"
_SIGNS = r"[\x{200e}\x{200f}\x{202a}-\x{202c}\x{feff}]*"
HEADER = rf"^{_SIGNS}(?:\[{_DAY},? {_CLOCK}\] |{_DAY.replace('day', 'day2')},? {_CLOCK.replace('clock', 'clock2')} [-–] )(?P<rest>.*)$"
_SPOKEN = r"(?s)^(?P<name>[^:\n]{1,60}?): ?(?P<text>.*)$"
_PEER = re.compile(
    r"^(?:WhatsApp Chat (?:with|-) |WhatsApp[- ]Chat (?:mit|avec|con) |与|_chat)(?P<name>.*?)(?:的?\s?WhatsApp.{0,6})?$",
    re.I,
)
_ATTACHED = (
    r"(?s)^(?:<attached: (?P<a>[^>\n]+)>|(?P<b>[^\n]{1,200}?) \((?:file attached|文件附件|附件)\)|<附件[:：] ?(?P<c>[^>\n]+)>)"
    r"(?:\n(?P<more>.*))?$"
)
_OMITTED = (
    r"^<?(?P<kind>image|video|audio|sticker|GIF|document|Contact card|Media|图像|视频|音频|贴图|文档|媒体)"
    r"(?: omitted|已忽略|文件)>?$"
)
_KINDS = (
    ("image", r"(?i)\.(?:jpe?g|png|heic|webp)$|^IMG-|^image$|^图像$|^Media$|^媒体$"),
    ("voice", r"(?i)\.(?:opus|ogg|m4a|amr|aac)$|^PTT-|^audio$|^音频$"),
    ("video", r"(?i)\.(?:mp4|3gp|mov)$|^VID-|^video$|^视频$"),
    ("emoji", r"(?i)^STK-|^sticker$|^gif$|^贴图$|\.gif$"),
    ("card", r"(?i)\.vcf$|^contact card$"),
    ("file", r"."),
)
_DELETED = r"^(?:This message was deleted|You deleted this message|此消息已删除|您已删除此消息)\.?"
_CALLED = r"(?i)^(?:missed |silenced )?(?:voice|video) call"
_NULL = pa.scalar(None, pa.string())
_STRIPPED = "[\u200e\u200f\u202a-\u202c\ufeff]"


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads WhatsApp's own export."""

    name: str = "whatsapp-text"
    ceiling: float = 0.88

    def fits(self, member: Member, head: bytes) -> float:
        """Sure where most lines that begin with a digit or bracket are a date, a time and a name with a colon."""
        encoding = encoding_of(head)
        if encoding is None:
            return 0.0
        sample = pa.array(
            [line.rstrip("\r") for line in head.decode(encoding, "replace").lstrip("\ufeff").split("\n")[:500]]
        )
        found = pc.match_substring_regex(sample, HEADER)
        early = pc.any(found.slice(0, 20)).as_py()
        rest = pc.struct_field(pc.extract_regex(sample.filter(found), HEADER), "rest")
        spoken = pc.sum(pc.match_substring_regex(rest, _SPOKEN)).as_py() or 0
        return 0.88 if early and spoken * 2 >= len(rest) > 0 else 0.0

    def read(self, member: Member, zone: ZoneInfo) -> Iterator[RawRows | NotRead]:
        """Read the messages; a first pass tells how dates are written."""
        with member.open() as stream:
            encoding = encoding_of(stream.read(1 << 16)) or "utf-8"
        with member.open() as stream:
            order = day_order(_parts(each.heads)[0] for each in blocks(stream, encoding, HEADER))
        talk = _Talk(member.path, _named(member.path), zone, order)
        with member.open() as stream:
            for part in blocks(stream, encoding, HEADER):
                yield talk.messages(part)
        yield facts(talk.facts.values())


class _Talk:
    """One conversation; its sides are told from its first messages."""

    def __init__(self, source: str, named: FileName, zone: ZoneInfo, order: Order) -> None:
        self.source, self.named, self.zone, self.order = source, named, zone, order
        self.facts: dict[tuple[str | None, str, str], Fact] = {}
        self._sides: NamedSides | None = None

    def messages(self, part: Blocks) -> RawRows:
        """The messages of some blocks."""
        day, clock, rest = _parts(part.heads)
        whole = pc.if_else(pc.equal(part.bodies, ""), rest, pc.binary_join_element_wise(rest, part.bodies, "\n"))
        whole = pc.replace_substring_regex(whole, _STRIPPED, "")
        spoken = pc.extract_regex(whole, _SPOKEN)
        name = pc.utf8_trim_whitespace(pc.fill_null(pc.struct_field(spoken, "name"), ""))
        text = pc.fill_null(pc.struct_field(spoken, "text"), "")
        phone = pc.if_else(pc.match_substring_regex(name, r"^\+?\d[\d \-\x{a0}]{6,20}$"), _digits(name), _NULL)
        said = pc.if_else(pc.equal(name, ""), "", pc.if_else(pc.equal(text, ""), " ", text))
        if self._sides is None and len(name):
            self._sides = named_sides(name, phone, said, self.named, Preamble())
        self._sides = (self._sides or NamedSides()).grown(name, said)
        made = self._sides.columns(name, phone, said, whole)
        made |= {"line": part.lines, "time": moments_of(day, clock, self.order, self.zone)}
        made |= _attached(text, made["kind"], made["text"])
        for fact in facts_of_names(made):
            self.facts.setdefault(fact[1:], fact)
        stray = [(line, STRAY) for line, above in part.before if above.strip()]
        return messages(self.source, made, [*part.rejected, *stray])


def _parts(heads: pa.Array) -> tuple[pa.Array, pa.Array, pa.Array]:
    """The day, the clock and the rest of header lines."""
    parts = pc.extract_regex(heads, HEADER)
    made = []
    for first, second in (("day", "day2"), ("clock", "clock2")):
        one, other = pc.struct_field(parts, first), pc.struct_field(parts, second)
        made.append(pc.if_else(pc.equal(one, ""), other, one))
    return made[0], made[1], pc.fill_null(pc.struct_field(parts, "rest"), "")


def _attached(text: pa.Array, kind: pa.Array, words: pa.Array) -> dict[str, pa.Array]:
    """Kind, words and file of messages that carry a file, or that say one was left out."""
    parts, omitted = pc.extract_regex(text, _ATTACHED), pc.extract_regex(text, _OMITTED)
    names = [pc.struct_field(parts, each) for each in "abc"]
    file = pc.coalesce(*(pc.if_else(pc.equal(each, ""), _NULL, pc.utf8_trim_whitespace(each)) for each in names))
    shown = pc.coalesce(file, pc.struct_field(omitted, "kind"))
    for name, form in reversed(_KINDS):
        kind = pc.if_else(pc.fill_null(pc.match_substring_regex(shown, form), False), name, kind)
    kind = pc.if_else(pc.match_substring_regex(text, _DELETED), "recalled", kind)
    kind = pc.if_else(pc.match_substring_regex(text, _CALLED), "call", kind)
    return {"kind": kind, "file": file, "text": words}


def _digits(name: pa.Array) -> pa.Array:
    return pc.replace_substring_regex(name, r"[^\d+]", "")


def _named(path: str) -> FileName:
    """The other side by the file's name: ``WhatsApp Chat with Name.txt``; in a zip the file is ``_chat.txt`` and the zip has the name."""
    stems = [PurePosixPath(part).stem for part in path.split("!")]
    for stem in reversed(stems):
        if found := _PEER.match(stem):
            if found["name"]:
                return FileName(found["name"].strip())
        elif stem != "_chat":
            return file_name(stem)
    return FileName("")


READER = _Reader()
