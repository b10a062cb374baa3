"""Declared logs, tried on a sample of the case's files before they are saved: how many rows, how many lines set aside, what columns hold.

Nothing is kept, and no text is shown: of every cell there is a picture, digits as ``0`` and letters as ``a``. Times stand as
they are, to see whether they were read rightly, and so do numbers below ten million.
"""

from __future__ import annotations

import datetime as dt
import secrets
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from headwater.exhibits.declared_beside import declared_logs
from headwater.exhibits.folder import CaseFolder
from headwater.exhibits.globs import glob
from headwater.exhibits.member import Member, plain
from headwater.exhibits.opening import members
from headwater.exhibits.parquet import is_parquet
from headwater.ingestion.mapped_sheets import is_workbook
from headwater.ingestion.mappings import read_mapped
from headwater.model.errors import SettingsError, UnreadableError
from headwater.model.exhibit import Exhibit, NotRead, Rejected
from headwater.model.settings import LogMapping
from headwater.store.casebook.entering import masked
from headwater.store.tokens import Tokeniser

SAMPLE = 1 << 20
"""Bytes of a text that are tried."""
WHOLE = 32 << 20
"""Bytes of a workbook or Parquet file at most, which can only be read whole."""
ROWS = 500_000
"""Rows of a sample at most: a small Parquet file may hold billions."""
MOST = 20
"""So many blocks are tried, and so may be declared."""
PACKED = 500
"""So many files of archives are looked at for one that fits."""
PICTURES, REASONS, WIDE = 4, 5, 40
PLAIN_NUMBER = 10**7
"""A number from here on may be somebody's."""


@dataclass(frozen=True, slots=True)
class ColumnTried:
    """A column that a block fills: in how many rows, and what its first cells look like."""

    name: str
    filled: int
    pictures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tried:
    """What one block makes of the first file that fits it."""

    block: int
    files: str
    table: str
    file: str = ""
    """The file, masked; empty where none fits."""
    rows: int = 0
    rejected: int = 0
    reasons: tuple[tuple[str, int], ...] = ()
    """Why lines were set aside, and how many for that."""
    starts: dt.datetime | None = None
    ends: dt.datetime | None = None
    columns: tuple[ColumnTried, ...] = ()
    fault: str = ""
    """Why it cannot be read so."""

    @property
    def reads(self) -> bool:
        """Whether it gives rows."""
        return self.rows > 0 and not self.fault


def tried(case: CaseFolder, text: str) -> tuple[Tried, ...]:
    """Try ``[[logs]]`` blocks on the case's own files.

    :raises SettingsError: for a text that declares no logs, or too many
    """
    zone, tokeniser = ZoneInfo(case.settings.timezone), Tokeniser(secrets.token_bytes(32))
    blocks = declared_logs(text)
    if len(blocks) > MOST:
        raise SettingsError(f"at most {MOST} blocks can be declared here")
    return tuple(_tried(case, mapping, zone, tokeniser) for mapping in blocks)


def _tried(case: CaseFolder, mapping: LogMapping, zone: ZoneInfo, tokeniser: Tokeniser) -> Tried:
    made = Tried(mapping.block, mapping.files, mapping.table)
    member = _fitting(case, mapping)
    if member is None:
        return made
    made = replace(made, file=masked(member.path))
    with tempfile.TemporaryDirectory(prefix="headwater-trial-") as folder:
        try:
            sample = _sample(member, Path(folder))
            batches = list(_first(read_mapped(mapping, sample, zone, tokeniser)))
        except (SettingsError, UnreadableError) as error:
            return replace(made, fault=masked(str(error).replace(member.path, made.file)))
    return _summed(made, mapping, [rows for rows, _ in batches], [r for _, several in batches for r in several])


def _fitting(case: CaseFolder, mapping: LogMapping) -> Member | None:
    """The first file of the case that a block names, in an archive where none lies open."""
    wanted = glob(mapping.files)
    exhibits = case.part("logs")
    open_ = next((e for e in exhibits if wanted.match(e.path)), None)
    if open_ is not None:
        return next(_members([open_]), None)
    return next((m for m in islice(_members(exhibits), PACKED) if wanted.match(m.path.replace("!", "/"))), None)


def _members(exhibits: Sequence[Exhibit]) -> Iterator[Member]:
    for exhibit in exhibits:
        for found in members(exhibit):
            if not isinstance(found, NotRead):
                yield found


def _sample(member: Member, folder: Path) -> Member:
    """The beginning of a text up to the end of a line, or the whole of a file that has no lines.

    :raises UnreadableError: where the whole is too much
    """
    with member.open() as stream:
        head = stream.read(SAMPLE)
        if is_parquet(head[:8]) or is_workbook(head[:8]):
            head += stream.read(WHOLE)
            if len(head) >= WHOLE:
                raise UnreadableError(f"is larger than {WHOLE >> 20} MB: too much to be tried; read it by a job")
        elif len(head) == SAMPLE:
            head = head[: head.rfind(b"\n") + 1] or head
    file = folder / "sample"
    file.write_bytes(head)
    return plain(Exhibit(member.path, file, member.exhibit.part, member.exhibit.holder, len(head)))


def _first(batches: Iterator[tuple[pa.Table, list[Rejected]]]) -> Iterator[tuple[pa.Table, list[Rejected]]]:
    """Batches until there are rows enough."""
    left = ROWS
    for rows, rejected in batches:
        yield rows, rejected
        left -= rows.num_rows + len(rejected)
        if left <= 0:
            return


def _summed(made: Tried, mapping: LogMapping, tables: Sequence[pa.Table], rejected: Sequence[Rejected]) -> Tried:
    rows = pa.concat_tables(tables) if tables else None
    reasons = tuple(Counter(r.reason for r in rejected).most_common(REASONS))
    made = replace(made, rejected=len(rejected), reasons=reasons)
    if rows is None or not rows.num_rows:
        return made
    named = [n for n in rows.column_names if n in mapping.columns or n in mapping.constants]
    starts, ends = None, None
    if "time" in rows.column_names and rows["time"].null_count < rows.num_rows:
        bounds = pc.min_max(rows["time"]).as_py()
        starts, ends = bounds["min"], bounds["max"]
    columns = tuple(_column(rows, name) for name in named)
    return replace(made, rows=rows.num_rows, starts=starts, ends=ends, columns=columns)


def _column(rows: pa.Table, name: str) -> ColumnTried:
    column = rows[name]
    first = column.drop_null().slice(0, 200).to_pylist()
    pictures = tuple(dict.fromkeys(picture(value) for value in first))[:PICTURES]
    return ColumnTried(name, rows.num_rows - column.null_count, pictures)


def picture(value: object) -> str:
    """What a value looks like, without saying it.

    >>> picture("Bx10055"), picture("王芳 13"), picture(12), picture(15400000000)
    ('Aa00000', '字字 00', '12', '00000000000')
    """
    if isinstance(value, dt.datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, bool) or (isinstance(value, int | float) and abs(value) < PLAIN_NUMBER):
        return f"{value}"
    return "".join(map(_sign, str(value)[:WIDE]))


def _sign(sign: str) -> str:
    if sign.isdigit():
        return "0"
    if not sign.isalpha():
        return sign if sign.isascii() and sign.isprintable() else "·"
    if sign.isascii():
        return "A" if sign.isupper() else "a"
    return "字"


def fault_of(found: Sequence[Tried], *, anyway: bool) -> str:
    """Why blocks that were tried should not be saved; empty where they may be.

    ``anyway``: though no file fits a block yet.
    """
    for one in found:
        if one.fault:
            return f"[[logs]] {one.block}: {one.fault}"
        if one.file and not one.reads:
            return f"[[logs]] {one.block}: not one row of {one.file} could be read so"
        if not one.file and not anyway:
            return f"[[logs]] {one.block}: no file of the case fits {one.files}"
    return ""
