"""Finds and reads the snapshots of protected data sets, as raw tables that stay in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pyarrow as pa

from headwater.exhibits.blocks import SETTINGS_FILE
from headwater.exhibits.folder import CaseFolder
from headwater.exhibits.opening import members
from headwater.exhibits.sheets import Sheet, sheets
from headwater.ingestion.tables.layout import folded
from headwater.model.errors import SettingsError
from headwater.model.exhibit import Exhibit, NotRead, Rejected
from headwater.model.settings import Dataset


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The raw rows of a data set, all cells texts; ``sources`` and ``lines`` say where each row stands."""

    key: str
    rows: pa.Table = field(repr=False)
    sources: pa.Array = field(repr=False)
    lines: pa.Array = field(repr=False)
    rejected: tuple[Rejected, ...] = ()
    not_read: tuple[NotRead, ...] = ()


def datasets_of(case: CaseFolder) -> tuple[Dataset, ...]:
    """The protected data sets of a case: those that are declared, and each further file under ``clients/``."""
    declared = tuple(_with_snapshot(case, dataset) for dataset in case.settings.datasets)
    taken = {path for dataset in declared for path in (dataset.snapshot, dataset.canary_file)}
    names = {dataset.name for dataset in declared}
    found: dict[str, Dataset] = {}
    for exhibit in case.part("clients"):
        name = stem(exhibit)
        if exhibit.path not in taken and name not in names:
            found.setdefault(name, Dataset(name, exhibit.path))
    return (*declared, *found.values())


def _with_snapshot(case: CaseFolder, dataset: Dataset) -> Dataset:
    if dataset.snapshot is not None:
        return dataset
    own = next((exhibit.path for exhibit in case.part("clients") if stem(exhibit) == dataset.name), None)
    return replace(dataset, snapshot=own)


def stem(exhibit: Exhibit) -> str:
    """The name of a file without its endings: ``clients/parcels.csv.gz`` is ``parcels``."""
    name = exhibit.path.rsplit("/", 1)[-1]
    return name.split(".")[0] or name


def read_snapshot(case: CaseFolder, dataset: Dataset) -> Snapshot:
    """Read the snapshot of a data set. Sheets with the same columns are one table; others are listed as not read.

    :raises SettingsError: if the key that the settings name is no column of it
    """
    kept: list[tuple[str, Sheet]] = []
    not_read: list[NotRead] = []
    for path, found in _sheets(case, dataset):
        if isinstance(found, NotRead):
            not_read.append(found)
        elif kept and found.columns != kept[0][1].columns:
            not_read.append(NotRead(f"{path}#{found.name}" if found.name else path, "has other columns than the first"))
        elif found.columns:
            kept.append((path, found))
    if not kept:
        return Snapshot("", pa.table({}), pa.array([], pa.string()), pa.array([], pa.int64()), (), tuple(not_read))
    return Snapshot(
        _key(dataset, kept[0][1]),
        pa.concat_tables([sheet.rows for _, sheet in kept]).combine_chunks(),
        pa.concat_arrays([pa.array([path] * sheet.rows.num_rows, pa.string()) for path, sheet in kept]),
        pa.concat_arrays([sheet.lines for _, sheet in kept]),
        tuple(Rejected(path, line, reason) for path, sheet in kept for line, reason in sheet.rejected),
        tuple(not_read),
    )


def _sheets(case: CaseFolder, dataset: Dataset) -> Iterator[tuple[str, Sheet | NotRead]]:
    if dataset.snapshot is None:
        return
    exhibit = next((found for found in case.exhibits if found.path == dataset.snapshot), None)
    if exhibit is None:
        yield (
            dataset.snapshot,
            NotRead(dataset.snapshot, f"is the snapshot of {dataset.name!r}, but there is no such file"),
        )
        return
    for member in members(exhibit):
        if isinstance(member, NotRead):
            yield member.path, member
        else:
            for sheet in sheets(member):
                yield member.path, sheet


def _key(dataset: Dataset, sheet: Sheet) -> str:
    if dataset.key is None:
        return sheet.columns[0]
    found = next((name for name in sheet.columns if folded(name) == folded(dataset.key)), None)
    if found is None:
        raise SettingsError(
            f"key: {dataset.snapshot} has no column {dataset.key!r}; it has {', '.join(sheet.columns)}",
            f"{SETTINGS_FILE} [datasets.{dataset.name}]",
        )
    return found
