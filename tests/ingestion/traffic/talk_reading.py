"""Reads an export from bytes, as the stage does: the reader is chosen by what the file holds."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from headwater.exhibits.member import plain
from headwater.ingestion.traffic.raw import RAW_FACTS, RAW_MESSAGES
from headwater.ingestion.traffic.talks.choosing import choose
from headwater.model.exhibit import Exhibit, NotRead

ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Talk:
    """What came of one file."""

    reader: str | None
    messages: list[dict[str, Any]]
    facts: set[tuple[str | None, str, str]]
    rejected: list[int]
    not_read: list[str]

    def column(self, name: str) -> list[Any]:
        return [row[name] for row in self.messages]

    @property
    def clocks(self) -> list[str]:
        return [row["time"].astimezone(ZONE).strftime("%Y-%m-%d %H:%M:%S") for row in self.messages]


def read_talk(folder: Path, name: str, content: bytes | str) -> Talk:
    """Write a file and read it."""
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_file(file, f"chats/holder/{name}")


def read_file(file: Path, path: str) -> Talk:
    member = plain(Exhibit(path, file, "chats", "holder", file.stat().st_size))
    with member.open() as stream:
        reader = choose(member, stream.read(1 << 16))
    if reader is None:
        return Talk(None, [], set(), [], [])
    messages: list[dict[str, Any]] = []
    facts: set[tuple[str | None, str, str]] = set()
    rejected: list[int] = []
    not_read: list[str] = []
    for piece in reader.read(member, ZONE):
        if isinstance(piece, NotRead):
            not_read.append(piece.reason)
            continue
        assert piece.rows.schema == (RAW_MESSAGES if piece.table == "messages" else RAW_FACTS)
        rejected += [each.line for each in piece.rejected]
        assert all(each.source == path for each in piece.rejected)
        rows = piece.rows.to_pylist()
        if piece.table == "messages":
            messages += rows
        else:
            facts |= {(row["account"], row["kind"], row["value"]) for row in rows}
    return Talk(reader.name, messages, facts, sorted(rejected), not_read)
