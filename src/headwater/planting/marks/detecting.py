"""Names the recipient of whose copy a leak was made: any format, any part, shuffled, reformatted, padded, or of several copies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pyarrow as pa

from headwater.exhibits.encodings import HEAD
from headwater.exhibits.member import Member
from headwater.exhibits.opening import members
from headwater.exhibits.sheets import Sheet, sheets, table_format
from headwater.model.errors import UnreadableError
from headwater.model.exhibit import Exhibit, NotRead
from headwater.planting.marks import layout as layouts
from headwater.planting.marks import sql
from headwater.planting.marks.channels import CHANNELS
from headwater.planting.marks.code import Code, Paged, paged
from headwater.planting.marks.dumps import Dump
from headwater.planting.marks.emission import ERASED, Reading, reading
from headwater.planting.marks.knowing import Known, know
from headwater.planting.marks.layout import Layout, groups
from headwater.planting.marks.naming import Naming, name
from headwater.planting.marks.ordering import order_bits
from headwater.planting.marks.registry import Marked, Registry
from headwater.planting.marks.sources import member_of

_BITS = np.log(2.0)
MOST_MARKS = 100_000
"""So many marks of a leak are looked at; more tell nothing more, and memory grows with them (about 10 KB for each)."""


@dataclass(frozen=True, slots=True)
class Suspect:
    """A recipient who is named: evidence in bits, the chance over all copies of the registry, his share of the known rows.

    ``order_bits`` is what the order of rows adds; nobody is named by it.
    """

    recipient: str
    bits: float
    chance: float
    share: float
    order_bits: float = 0.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What a leaked table says about one marked export.

    ``rows`` are all rows of the table, ``known`` those that are records of the export, ``marks`` the forms read (of
    :data:`MOST_MARKS` at most) and ``erased`` the share of them that was wiped to one form. Nobody is named whom chance
    explains: ``next_bits`` and ``next_chance`` say how near the next one came.
    """

    leak: str
    export: str
    rows: int
    known: int
    marks: int
    erased: float
    recipients: int
    suspects: tuple[Suspect, ...]
    next_bits: float
    next_chance: float


@dataclass(frozen=True, slots=True)
class Leaked:
    """A leaked table: its cells as texts, column by column, and how many lines of it were set aside."""

    path: str
    columns: tuple[pa.Array, ...] = field(repr=False)
    rows: int
    aside: int = 0


def leaked(file: Path) -> Iterator[Leaked | NotRead]:
    """The tables of a leaked file by the readers of exhibits (archives are opened), and those of a SQL dump."""
    given = member_of(file)
    exhibit = Exhibit(file.name, file, "", None, file.stat().st_size)
    for member in members(exhibit):
        if isinstance(member, NotRead):
            yield member
            continue
        yield from _tables(member if member.path != given.path else given)


def _tables(member: Member) -> Iterator[Leaked | NotRead]:
    with member.open() as stream:
        head = stream.read(HEAD)
    is_dump = table_format(head) == "delimited" and sql.LIKELY.search(head) and member.file is not None
    if is_dump and (dumped := _dumped(member)):
        yield from dumped
        return
    for sheet in sheets(member):
        if isinstance(sheet, Sheet):
            path = f"{member.path}#{sheet.name}" if sheet.name else member.path
            yield Leaked(path, _whole(sheet.rows), sheet.rows.num_rows, len(sheet.rejected))
        else:
            yield sheet


def _dumped(member: Member) -> list[Leaked | NotRead]:
    """The rows of a SQL dump, and why there are no more where it is torn; nothing where the text only looks like one."""
    batches, rest = [], []
    try:
        for batch in Dump.open(member).batches():
            batches.append(batch)
    except UnreadableError as error:
        rest.append(NotRead(member.path, f"{str(error).removeprefix(f'{member.path}: ')}; the rows before it are read"))
    if not batches:
        return []
    rows = pa.concat_tables(batches)
    return [Leaked(member.path, _whole(rows), rows.num_rows), *rest]


def _whole(rows: pa.Table) -> tuple[pa.Array, ...]:
    return tuple(pa.concat_arrays([pa.array([], pa.string()), *column.chunks]) for column in rows.columns)


def detect(leak: Leaked, registry: Registry, false_rate: float = 1e-3) -> list[Answer]:
    """Hold a leaked table against every marked export of the registry; those that none of its rows belongs to are left out.

    :param false_rate: the chance, at most and over all exports together, that anybody is named who has nothing to do with it
    """
    copies = registry.copies()
    if not leak.rows or not leak.columns or not copies:
        return []
    cells = np.stack([layouts.tokens(registry.tokeniser, column) for column in leak.columns])
    found = []
    for export in registry.exports():
        known = know(cells, export.records)
        if len(known.rows):
            found.append(answer(leak, export, known, registry, false_rate, copies))
    return sorted(found, key=lambda each: (-len(each.suspects), -each.known, each.export))


def answer(leak: Leaked, export: Marked, known: Known, registry: Registry, false_rate: float, copies: int) -> Answer:
    """What the rows that are known again say of one export; ``copies`` is how many there are of all exports."""
    records, forms = read_forms(leak, export.layout, known)
    every = len(records)
    code = export.layout.code(registry.key)
    records, forms = _sampled(code, records, forms)
    strata = np.zeros(len(records), np.uint64)
    if export.layout.stratum is not None:
        strata = export.records[export.layout.stratum][records]
    layout = export.layout
    bias = layout.bias(registry.key, records, strata)
    held = _Bits(code, layout, paged(records), bias, export.recipients)
    free = 0
    if layout.left_out:  # a row that leaked was not left out of its source's copy
        forms = np.column_stack([forms, np.ones(len(records), np.int8)])
        bias, free = np.column_stack([bias, np.full(len(records), 1 - layout.left_out)]), 1
    made = reading(forms, bias, np.unique(strata, return_inverse=True)[1], free)
    scale = copies / len(export.recipients)
    result = name(made, len(export.recipients), held.words, false_rate / scale)
    suspects = _suspects(result, export.recipients, scale)
    if layout.order and suspects:
        between = groups(layout, export.records, known.records)
        orders = order_bits(code, [each.recipient for each in suspects], known.records, between)
        suspects = tuple(replace(s, order_bits=float(bits)) for s, bits in zip(suspects, orders, strict=True))
    return Answer(
        leak.path,
        layout.base,
        leak.rows,
        every,
        made.read - free * len(records),
        _erased(made, free),
        len(export.recipients),
        suspects,
        float(result.next_nats / _BITS),
        float(min(1.0, result.next_chance * scale)),
    )


def _sampled(code: Code, records: np.ndarray, forms: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """At most :data:`MOST_MARKS` marks: the records are drawn by the key, so that nobody knows which are looked at."""
    most = max(1, MOST_MARKS // max(1, code.slots))
    if len(records) <= most:
        return records, forms
    kept = np.sort(np.argpartition(code.rank("", records), most)[:most])
    return records[kept], forms[kept]


def _erased(made: Reading, free: int) -> float:
    read = made.read - free * len(made.forms)
    left = int((made.forms[:, : made.forms.shape[1] - free] != ERASED).sum())
    return 1 - left / read if read > 0 else 0.0


def _suspects(result: Naming, recipients: Sequence[str], scale: float) -> tuple[Suspect, ...]:
    return tuple(
        Suspect(recipients[each.recipient], float(each.nats / _BITS), float(min(1.0, each.chance * scale)), each.share)
        for each in result.named
    )


def read_forms(leak: Leaked, layout: Layout, known: Known) -> tuple[np.ndarray, np.ndarray]:
    """The records of a leak, each once, and the form that each slot shows (records × slots).

    Where copies of one record differ, as colluders' do who put their files together, one of them is taken by the record's
    number: not always the first, which would be one colluder's.
    """
    forms = np.full((len(known.rows), len(layout.slots)), ERASED, np.int8)
    for place, slot in enumerate(layout.slots):
        for theirs, ours in known.columns.items():
            if ours == slot.column:
                shown = CHANNELS[slot.channel].read(leak.columns[theirs].take(pa.array(known.rows)))
                forms[:, place] = np.where(forms[:, place] == ERASED, shown, forms[:, place])
    versions = np.unique(np.column_stack([known.records, forms.astype(np.int64)]), axis=0)
    records, first, count = np.unique(versions[:, 0], return_index=True, return_counts=True)
    chosen = first + (records * 2654435761 >> 7) % count
    return records, versions[chosen, 1:].astype(np.int8)


@dataclass(frozen=True, slots=True)
class _Bits:
    """The code words of an export's recipients at the records that leaked."""

    code: Code
    layout: Layout
    records: Paged = field(repr=False)
    bias: np.ndarray = field(repr=False)
    recipients: tuple[str, ...]

    def words(self, which: np.ndarray) -> np.ndarray:
        """Recipients × records × slots."""
        return np.stack([self._word(self.recipients[place]) for place in which.tolist()])

    def _word(self, recipient: str) -> np.ndarray:
        word = self.code.word(recipient, self.records, self.bias)
        if not self.layout.left_out:
            return word
        return np.column_stack([word, self.code.kept(recipient, self.records, self.layout.left_out)])
