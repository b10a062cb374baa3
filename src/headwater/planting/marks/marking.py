"""Marks an export: one copy for each recipient, the same bytes for the same recipient every time."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import numpy as np
import pyarrow as pa

from headwater.exhibits.digest import digest
from headwater.model.errors import HeadwaterError
from headwater.planting.marks import forms
from headwater.planting.marks import layout as layouts
from headwater.planting.marks.channels import CHANNELS, UNCLEAR, Channel
from headwater.planting.marks.code import needed
from headwater.planting.marks.layout import Layout, Shares, Slot
from headwater.planting.marks.opening import open_source
from headwater.planting.marks.refusing import holds_addresses, refusal
from headwater.planting.marks.registry import Handed, Registry, now_said
from headwater.planting.marks.sources import Change, Source

_FITS, _SAMPLE = 0.5, 3000
_TOGETHER = 64
"""So many copies are written down at once: each time the whole list is checked."""
_PLACES = (forms.ADDRESS, forms.PLACE)
_FALSE_RATE = 1e-3
Watch = Callable[[str], None]


class MarkError(HeadwaterError):
    """An export cannot be marked as asked: the message says why."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """How an export is to be marked.

    ``columns`` names what may be marked (``name`` or ``name:channel``; empty: every column that is fit for a channel that
    need not be asked for). ``colluders`` is how many may lay their copies together. ``left_out`` is the share of rows that
    a recipient need not get. ``order`` is "" (kept), "*" (free within windows) or a column within whose ties it is free.
    """

    columns: tuple[str, ...] = ()
    colluders: int = 3
    left_out: float = 0.0
    order: str = ""
    dataset: str = ""


@dataclass(frozen=True, slots=True)
class Copies:
    """What was made: the files by recipient, the layout, and how many marks each copy holds."""

    layout: Layout
    files: dict[str, Path] = field(repr=False)
    handed: tuple[Handed, ...]
    places: int
    pure: tuple[str, ...]

    @property
    def colluders(self) -> int:
        """How many colluders' copies the marks are enough for, when all rows leak."""
        most = 0
        while most < 100 and needed(most + 1, max(2, len(self.handed)), _FALSE_RATE) <= self.places:
            most += 1
        return most


def mark(
    file: Path,
    recipients: Sequence[str],
    out: Path,
    registry: Registry,
    wanted: Wanted,
    now: datetime,
    watch: Watch | None = None,
) -> Copies:
    """Write a marked copy of an export for each recipient, and write down what was done: first that, then the copy's name.

    :raises MarkError: where no column is fit, a column asked for is never marked, or a copy would overwrite something
    :raises UnreadableError: where the export is no CSV, XLSX, Parquet file or SQL dump
    """
    names = list(dict.fromkeys(each.strip() for each in recipients))
    if not names or not all(names):
        raise MarkError("every copy needs a recipient")
    source = open_source(file)
    layout, records, places, pure = _survey(file, source, registry, wanted)
    files = {name: out / _named(file, name) for name in names}
    if len(set(files.values())) < len(files):
        raise MarkError("two recipients would get files of the same name")
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise MarkError(f"cannot be made: {error.strerror}", str(out)) from error
    registry.keep(layout, records)
    copies: list[Handed] = []
    waiting = list(files)
    while waiting:
        some, waiting = waiting[:_TOGETHER], waiting[_TOGETHER:]
        try:
            for name in some:
                if watch:
                    watch(name)
                copies.append(_copy(source, layout, records, registry, name, files[name], now))
            registry.hand(copies[-len(some) :], wanted.dataset)
            for name in some:
                _put(files[name])
        finally:
            for name in some:
                _aside(files[name]).unlink(missing_ok=True)
    return Copies(layout, files, tuple(copies), places, pure)


def _survey(
    file: Path, source: Source, registry: Registry, wanted: Wanted
) -> tuple[Layout, pa.Table, int, tuple[str, ...]]:
    if (wanted.left_out or wanted.order) and not source.movable:
        raise MarkError("rows can be left out or put in another order in CSV and Parquet only", str(file))
    if wanted.order not in ("", "*", *source.columns):
        raise MarkError(f"has no column {wanted.order!r} for the order of ties", str(file))
    if not 0 <= wanted.left_out < 0.5 or wanted.colluders < 1:
        raise MarkError("less than half of the rows can be left out, and there is at least one colluder")
    slots: tuple[Slot, ...] | None = None
    kept: list[np.ndarray] = []
    places, shares = 0, Shares(0, 0)
    for batch in source.batches():
        if slots is None:
            slots = _slots(file, source, batch, wanted)
            shares = Shares(len(source.columns), len(slots))
        cells = np.stack([layouts.tokens(registry.tokeniser, column.combine_chunks()) for column in batch.columns])
        shown = layouts.codes(slots, batch)
        shares.add(cells, shown)
        places += int((shown != UNCLEAR).sum())
        kept.append(cells)
    if not slots:
        raise MarkError("has no rows" if slots is None else _NOTHING, str(file))
    whole = np.concatenate(kept, axis=1)
    made = Layout(
        source.columns, slots, wanted.colluders, wanted.left_out, wanted.order, rows=whole.shape[1], source=digest(file)
    )
    made = shares.settled(made)
    pure = tuple(
        f"{slot.name}:{slot.channel}"
        for slot, share in zip(slots, made.shares[""], strict=True)
        if share == layouts.EVEN
    )
    return made, pa.table([pa.array(each) for each in whole], names=[str(p) for p in range(len(whole))]), places, pure


_NOTHING = "has no column that is fit for a mark; name one with --columns, or a channel that must be asked for (COLUMN:CHANNEL)"


def _slots(file: Path, source: Source, batch: pa.Table, wanted: Wanted) -> tuple[Slot, ...]:
    """What can be marked, by the first rows; a column that was asked for and may not be is an error."""
    asked: dict[str, set[str]] = {}
    for each in wanted.columns:
        column, _, channel = each.partition(":")
        if column not in source.columns or (channel and channel not in CHANNELS):
            known = f"columns: {', '.join(source.columns)}; channels: {', '.join(CHANNELS)}"
            raise MarkError(f"has no column or there is no channel {each!r} ({known})", str(file))
        asked.setdefault(column, set()).add(channel)
    found = []
    for place, name in enumerate(source.columns):
        if asked and name not in asked:
            continue
        values = batch.column(place).combine_chunks().slice(0, _SAMPLE)
        channels = asked.get(name, {""})
        fit = [
            c
            for c in CHANNELS.values()
            if (c.name in channels or ("" in channels and not c.asked))
            and (c.meaning not in _PLACES or holds_addresses(name, values))
            and _fits(c.name, values)
            and _can_be_written(c, source.encoding)
        ]
        if not fit and name not in asked:
            continue
        reason = "holds no texts in this file" if place in source.fixed else refusal(name, values)
        if reason is not None and name in asked:
            raise MarkError(f"column {name!r} {reason}: it cannot be marked", str(file))
        if reason is None:
            found += [Slot(place, name, channel.name) for channel in fit]
    return tuple(found)


def _fits(channel: str, values: pa.Array) -> bool:
    filled = len(values) - values.null_count
    shown = CHANNELS[channel].read(CHANNELS[channel].write(values, np.zeros(len(values), bool)))
    return bool(filled > 0 and (shown != UNCLEAR).sum() >= _FITS * filled)


def _can_be_written(channel: Channel, encoding: str) -> bool:
    try:
        channel.needs.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _copy(
    source: Source, layout: Layout, records: pa.Table, registry: Registry, name: str, target: Path, now: datetime
) -> Handed:
    code = layout.code(registry.key)
    cells = np.stack([column.to_numpy() for column in records.columns])
    strata = None if layout.stratum is None else cells[layout.stratum]

    def edit(first: int, batch: pa.Table) -> Change:
        numbers = np.arange(first, first + batch.num_rows, dtype=np.int64)
        mine = np.zeros(len(numbers), np.uint64) if strata is None else strata[numbers]
        word = code.word(name, numbers, layout.bias(registry.key, numbers, mine))
        texts = {}
        for column in dict.fromkeys(slot.column for slot in layout.slots):
            values = batch.column(column).combine_chunks()
            slots = [(slot, word[:, place]) for place, slot in enumerate(layout.slots) if slot.column == column]
            texts[column] = layouts.written(values, slots)
        return Change(texts, _order(layout, registry, name, numbers, cells))

    aside = _aside(target)
    try:
        os.close(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
        rows = source.write(aside, edit)
        sha256 = digest(aside)
        if target.exists() and digest(target) != sha256:
            raise MarkError("is another file: it is not overwritten", str(target))
    except OSError as error:
        raise MarkError(f"cannot be written: {error.strerror}", str(target)) from error
    return Handed(layout.base, name, now_said(now), sha256, rows)


def _aside(target: Path) -> Path:
    """Where a copy lies until the registry knows it."""
    return target.with_name(f".{target.name}.new")


def _put(target: Path) -> None:
    try:
        _aside(target).replace(target)
    except OSError as error:
        raise MarkError(f"cannot be written: {error.strerror}", str(target)) from error


def _order(layout: Layout, registry: Registry, name: str, numbers: np.ndarray, cells: np.ndarray) -> np.ndarray | None:
    """Which rows of a batch are written in which order; ``None`` for all of them as they were."""
    if not layout.order and not layout.left_out:
        return None
    code = layout.code(registry.key)
    order = np.arange(len(numbers))
    if layout.order:
        order = np.lexsort((code.rank(name, numbers), layouts.groups(layout, cells, numbers)))
    kept = code.kept(name, numbers, layout.left_out) if layout.left_out else np.ones(len(numbers), bool)
    return np.asarray(order[kept[order]])


def _named(file: Path, recipient: str) -> str:
    """A file's name with its recipient in it, as far as a name may hold him; a digest tells like names apart."""
    safe = re.sub(r"[^\w.@-]+", "_", recipient)[:60]
    if safe != recipient:
        safe += "-" + hashlib.sha256(recipient.encode()).hexdigest()[:8]
    return f"{file.stem}.{safe}{file.suffix}"
