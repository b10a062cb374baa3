"""Cited lines, read from the case folder where they stand: covered, and bounded in number, length and reading."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from headwater.exhibits.encodings import encoding_of
from headwater.exhibits.folder import HELD_PARTS, listed
from headwater.exhibits.limits import Limits
from headwater.exhibits.opening import members
from headwater.exhibits.text import lines
from headwater.model.errors import UnreadableError
from headwater.model.evidence import Citation
from headwater.model.exhibit import Exhibit, NotRead

MOST = 24
"""Lines that are shown at once."""
READ = 512 << 20
"""Bytes that are unpacked for one look into a file."""
HEAD = 1 << 16
TALKS = frozenset({"chats", "payments", "contacts"})
"""Parts whose lines are shown, masked, where the market is told; never from the file."""

Cover = Callable[[str, str], str]
"""Covers a line of a part of the folder."""


@dataclass(frozen=True, slots=True)
class Quoted:
    """A cited line. ``text`` is covered; where it is ``None``, ``why`` says what kept it from being shown.

    ``why``: ``moved`` (no such file any more), ``talk`` (shown with the market), ``no-text`` (a workbook or the like),
    ``short`` (the file has fewer lines), ``far`` (too far inside), ``unreadable``.
    """

    source: str
    line: int
    text: str | None = None
    why: str = ""


def quoted(root: Path, cited: Sequence[Citation], shown: Callable[[str], str], cover: Cover) -> tuple[Quoted, ...]:
    """The first lines of those that are cited, in their order.

    :param root: the case folder
    :param shown: a path as it is cited (:class:`headwater.store.places.Places`)
    """
    first = tuple(dict.fromkeys(cited))[:MOST]
    by_source: dict[str, list[int]] = defaultdict(list)
    for each in first:
        by_source[each.source].append(each.line)
    found = {}
    for source, numbers in by_source.items():
        for quote in _of_file(root, source, sorted(numbers), shown, cover):
            found[quote.source, quote.line] = quote
    return tuple(found[each.source, each.line] for each in first)


def _of_file(
    root: Path, source: str, numbers: Sequence[int], shown: Callable[[str], str], cover: Cover
) -> Iterable[Quoted]:
    path = source.partition("!")[0].partition("#")[0]
    part = PurePosixPath(path).parts[0] if path else ""
    if part in TALKS:
        return [Quoted(source, n, why="talk") for n in numbers]
    exhibit = _exhibit(root, path, shown)
    if exhibit is None:
        return [Quoted(source, n, why="moved") for n in numbers]
    try:
        return list(_read(exhibit, source, numbers, shown, lambda text: cover(text, part)))
    except (UnreadableError, OSError):
        return [Quoted(source, n, why="unreadable") for n in numbers]


def _exhibit(root: Path, path: str, shown: Callable[[str], str]) -> Exhibit | None:
    """The file of a cited path: itself, else the one whose path is cited so. Nothing outside of the folder is looked at."""
    root = root.resolve()
    parts = PurePosixPath(path).parts
    if not parts or parts[0] == "/" or ".." in parts:
        return None
    holder = parts[1] if parts[0] in HELD_PARTS and len(parts) > 2 else None
    file = root.joinpath(*parts)
    try:
        if file.resolve(strict=True).is_relative_to(root) and file.is_file():
            return Exhibit(path, file, parts[0], holder, file.stat().st_size)
    except OSError:
        pass
    found = (e for e in listed(root) if not isinstance(e, NotRead) and e.part == parts[0] and shown(e.path) == path)
    return next(found, None)


def _read(
    exhibit: Exhibit, source: str, numbers: Sequence[int], shown: Callable[[str], str], cover: Callable[[str], str]
) -> Iterator[Quoted]:
    for member in members(exhibit, Limits(total=READ, ratio_from=READ)):
        if isinstance(member, NotRead) or (shown(member.path) != source and exhibit.path != source):
            continue
        with member.open() as stream:
            yield from _lines(stream, source, numbers, cover)
        return
    yield from (Quoted(source, n, why="unreadable") for n in numbers)


def _lines(stream: BinaryIO, source: str, numbers: Sequence[int], cover: Callable[[str], str]) -> Iterator[Quoted]:
    head = stream.read(HEAD)
    encoding = encoding_of(head)
    if encoding is None:
        yield from (Quoted(source, n, why="no-text") for n in numbers)
        return
    stream.seek(0)
    wanted, far = list(numbers), False
    for batch in lines(stream, encoding):
        while wanted and wanted[0] < batch.first + len(batch.text):
            number = wanted.pop(0)
            yield Quoted(source, number, cover(batch.text[number - batch.first]))
        far = batch.end_offset > READ
        if not wanted or far:
            break
    yield from (Quoted(source, n, why="far" if far else "short") for n in wanted)
