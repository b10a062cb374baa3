"""Address books (vCard, .vcf) as one table: a row a person, numbers and addresses in columns."""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterator
from typing import BinaryIO

import pyarrow as pa

from headwater.exhibits.contents import Content, Enclosed, Given
from headwater.exhibits.data_address import from_base64, from_data_address
from headwater.exhibits.encodings import encoding_of
from headwater.exhibits.mail_words import decoded
from headwater.exhibits.member import Member
from headwater.exhibits.sheets import Sheet

_COLUMNS = {"FN": "name", "N": "full name", "TEL": "tel", "EMAIL": "email", "ADR": "address", "BDAY": "birthday",
            "ORG": "company", "TITLE": "title", "NOTE": "note", "URL": "url", "NICKNAME": "nickname"}  # fmt: skip
_SKIPPED = frozenset({"BEGIN", "END", "VERSION", "PRODID", "REV", "UID"})
_PICTURES = frozenset({"PHOTO", "LOGO", "SOUND", "KEY"})
_LINE = re.compile(rb"(?:([\w-]{1,60})\.)?([A-Za-z][\w-]{0,60})((?:;[^:\r\n]{0,400})?):")
_CHARSET = re.compile(rb"CHARSET=\"?([\w-]+)", re.IGNORECASE)
_LONGEST, _BATCH, _WIDEST = 64 << 20, 50_000, 400
_ESCAPED = re.compile(r"\\([\\,;nN])")


class Vcf:
    """Reads address books."""

    name = "vcard"

    def fits(self, head: bytes, member: Member) -> bool:
        """Tell by the first line, and by a second that every card has."""
        lines = [line.strip().upper() for line in head.removeprefix(b"\xef\xbb\xbf").split(b"\n")[:400]]
        return lines[0] == b"BEGIN:VCARD" and any(
            line.startswith((b"VERSION:", b"FN", b"N:", b"N;", b"TEL")) for line in lines
        )

    def read(self, member: Member, given: Given) -> Iterator[Content]:
        """Give the table in batches, then the pictures."""
        with member.open() as stream:
            guess = encoding_of(stream.read(1 << 16)) or "utf-8"
            stream.seek(0)
            rows: list[tuple[int, dict[str, str]]] = []
            for number, raw in _unfolded(stream):
                name, value, data = _field(raw, guess)
                if name == "BEGIN" or not rows:
                    if len(rows) >= _BATCH:
                        yield _sheet(rows)
                        rows = []
                    rows.append((number, {}))
                if data:
                    yield Enclosed(f"{name.lower()} {number}", data)
                elif name and value and name not in _SKIPPED:
                    _put(rows[-1][1], _COLUMNS.get(name, name.lower()), value)
            if any(row for _, row in rows):
                yield _sheet(rows)


def _unfolded(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Lines with those that go on from them, each with its number; a line beyond all measure is cut."""
    kept, first, number = b"", 1, 0
    while line := stream.readline(_LONGEST):
        number += 1
        line = line.rstrip(b"\r\n").removeprefix(b"\xef\xbb\xbf")
        soft = kept.endswith(b"=") and b"QUOTED-PRINTABLE" in kept[:400].upper()
        if (line[:1] in (b" ", b"\t") or soft) and len(kept) < _LONGEST:
            kept = kept[:-1] + line if soft else kept + line[1:]
            continue
        if kept:
            yield first, kept
        kept, first = line, number
    if kept:
        yield first, kept


def _field(raw: bytes, guess: str) -> tuple[str, str, bytes]:
    found = _LINE.match(raw)
    if not found:
        return "", "", b""
    name, said, body = found[2].decode("ascii").upper(), found[3].upper(), raw[found.end() :]
    if name in _PICTURES:
        text = body.decode("ascii", "ignore").strip()
        return name, "", from_data_address(text) if text.startswith("data:") else _encoded(text, said)
    if b"QUOTED-PRINTABLE" in said:
        body = quopri.decodestring(body)
    elif b"ENCODING=B" in said:
        body = from_base64(body.decode("ascii", "ignore"))
    charset = _CHARSET.search(said)
    text = decoded(body, charset[1].decode("ascii") if charset else guess)
    if name in ("N", "ADR", "ORG"):
        joint = "" if name == "N" and not text.isascii() else " "  # 张;三 is a surname and a given name
        text = re.sub(r"(?<!\\);", joint, text)
    text = _ESCAPED.sub(lambda m: "\n" if m[1] in "nN" else m[1], text)
    return name, text.removeprefix("tel:").strip(), b""


def _encoded(text: str, said: bytes) -> bytes:
    return from_base64(text) if b"ENCODING=" in said else b""


def _put(row: dict[str, str], name: str, value: str) -> None:
    free = name if name not in row else next((f"{name} {n}" for n in range(2, 20) if f"{name} {n}" not in row), "")
    if free and len(row) < _WIDEST:
        row[free] = value
    else:
        row[name] = f"{row.get(name, '')}\n{value}".strip()


def _sheet(rows: list[tuple[int, dict[str, str]]]) -> Sheet:
    names = list(dict.fromkeys(name for _, row in rows for name in row))[:_WIDEST]
    table = pa.table({name: pa.array([row.get(name) for _, row in rows], pa.string()) for name in names})
    return Sheet("", tuple(names), table, rows[0][0], True, pa.array([line for line, _ in rows], pa.int64()))


READER = Vcf()
