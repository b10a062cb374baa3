"""The registry of marked exports: how each was marked, its records as tokens, and who got a copy when. No raw values.

In the workspace: ``keys/mark.key`` (mode 0600), the chained list ``marks/handed.jsonl``, and for each export its layout
(``marks/EXPORT.json``) and its records (``marks/EXPORT.parquet``: one 64-bit token of each cell, in the export's order).
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from headwater.model.errors import StoreError
from headwater.planting.marks import layout as layouts
from headwater.planting.marks.layout import Layout
from headwater.store.chained import ChainedList
from headwater.store.keys import file_key
from headwater.store.tokens import Tokeniser
from headwater.store.workspace import Workspace

FOLDER = Path("marks")


@dataclass(frozen=True, slots=True)
class Handed:
    """One copy that was made: for whom, when (ISO 8601), its SHA-256 and its rows."""

    export: str
    recipient: str
    at: str
    sha256: str
    rows: int


@dataclass(frozen=True, slots=True)
class Marked:
    """One export of the registry: its layout, its records' tokens (columns × rows), its recipients in order of name."""

    layout: Layout
    records: np.ndarray = field(repr=False)
    recipients: tuple[str, ...]


class Registry:
    """The registry of a workspace. Its ``repr`` shows nothing of the key."""

    __slots__ = ("_list", "folder", "key", "tokeniser")

    def __init__(self, workspace: Workspace) -> None:
        self.key = file_key(workspace.root / "keys" / "mark.key")
        self.tokeniser = Tokeniser(self.key)
        self.folder = workspace.root / FOLDER
        again = "mark the export again"
        file = self.folder / "handed.jsonl"
        self._list = ChainedList(file, workspace.tokeniser, workspace.manifest, "mark", "marks", "marked copies", again)

    def __repr__(self) -> str:
        return f"Registry({str(self.folder)!r})"

    @property
    def key_id(self) -> str:
        """What tells this key from others, and gives nothing of it away."""
        return self.tokeniser.fingerprint()[:16]

    def keep(self, layout: Layout, records: pa.Table) -> None:
        """Write down how an export is marked; what is known already stays.

        :raises StoreError: where the same export was marked with another key
        """
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = self.folder / f"{layout.base}.json"
        if file.exists():
            if json.loads(file.read_text("utf-8")).get("key") != self.key_id:
                raise StoreError("was marked with another key", str(file))
            return
        aside = self.folder / f".{layout.base}.new"
        _private(aside)
        pq.write_table(records, aside)
        aside.replace(file.with_suffix(".parquet"))
        _private(aside)
        told = {"key": self.key_id, "layout": layouts.told(layout)}
        aside.write_text(json.dumps(told, ensure_ascii=False, sort_keys=True), "utf-8")
        aside.replace(file)

    def hand(self, copies: list[Handed], dataset: str) -> None:
        """Write down copies that were made. A copy that is known already (same export, recipient, bytes) is not repeated."""
        known = {(e["export"], e["recipient"], e["sha256"]) for e in self._list.entries()}
        new = [c for c in copies if (c.export, c.recipient, c.sha256) not in known]
        self._list.extend(
            [
                {
                    "at": c.at,
                    "dataset": dataset,
                    "export": c.export,
                    "key": self.key_id,
                    "recipient": c.recipient,
                    "rows": c.rows,
                    "sha256": c.sha256,
                }
                for c in new
            ]
        )

    def handed(self) -> tuple[Handed, ...]:
        """Every copy, the oldest first.

        :raises StoreError: where the list was changed
        """
        names = ("export", "recipient", "at", "sha256", "rows")
        return tuple(Handed(**{name: entry[name] for name in names}) for entry in self._list.entries())

    def copies(self) -> int:
        """How many copies there are, each export and recipient once."""
        return len({(copy.export, copy.recipient) for copy in self.handed()})

    def exports(self) -> Iterator[Marked]:
        """Every export that somebody has a copy of, in order of their names.

        :raises StoreError: where a file of the registry is missing or damaged, or belongs to another key
        """
        given: dict[str, set[str]] = {}
        for copy in self.handed():
            given.setdefault(copy.export, set()).add(copy.recipient)
        for export in sorted(given):
            yield Marked(*self._kept(export), tuple(sorted(given[export])))

    def _kept(self, export: str) -> tuple[Layout, np.ndarray]:
        file = self.folder / f"{export}.json"
        try:
            told = json.loads(file.read_text("utf-8"))
            table = pq.read_table(file.with_suffix(".parquet"))
            layout = layouts.read(told["layout"])
        except (OSError, ValueError, KeyError, TypeError, pa.ArrowException) as error:
            raise StoreError("is missing or damaged", str(file)) from error
        if told["key"] != self.key_id or layout.base != export:
            raise StoreError("belongs to another key, or was changed", str(file))
        return layout, np.stack([column.to_numpy() for column in table.columns])


def now_said(now: datetime) -> str:
    """A moment as the registry writes it."""
    return now.isoformat(timespec="seconds")


def _private(file: Path) -> None:
    os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
