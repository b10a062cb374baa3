"""Writes raw decoys: once, to the files that the planner names, for their owner's eyes only."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from headwater.model.errors import CaseError
from headwater.planting.canaries.planning import Planned
from headwater.planting.canaries.registry import PlanEntry
from headwater.planting.canaries.sharing import Sharing


@dataclass(frozen=True, slots=True)
class Outputs:
    """Where decoys go: ``rows`` in the table's own columns (CSV, or Parquet by its ending), ``shown`` with who is shown
    which, ``controls`` with the contacts that are kept back.
    """

    rows: Path
    shown: Path
    controls: Path


def outputs(out: Path) -> Outputs:
    """Give the files for an output, and insist that none of them is there.

    :raises CaseError: if one is: raw decoys are written once
    """
    named = Outputs(out, out.with_name(f"{out.stem}.for.csv"), out.with_name(f"{out.stem}.controls.csv"))
    for file in (named.rows, named.shown, named.controls):
        if file.exists():
            raise CaseError("is there already: decoys are written once, and nothing is overwritten", str(file))
    if out.suffix not in (".csv", ".parquet"):
        raise CaseError("must end in .csv or .parquet", str(out))
    if not out.parent.is_dir():
        raise CaseError("lies in no folder", str(out))
    return named


def write(to: Outputs, planned: Planned, plan: PlanEntry, sharing: Sharing | None) -> None:
    """Write a plan's raw rows, who is shown which, and the controls; every file is of mode 0600."""
    people = planned.people
    if to.rows.suffix == ".parquet":
        table = pa.table({n: pa.array(people[n], pa.string()) for n in people.columns})
        with os.fdopen(_descriptor(to.rows), "wb") as out:
            pq.write_table(table, out)
    else:
        _write(to.rows, list(people.columns), people.where(people.notna(), "").itertuples(index=False))
    keys = dict(zip((d.id for d in plan.decoys), people[plan.key], strict=True))
    _write(to.shown, ["for", plan.key, "decoy"], _shown(plan, keys, sharing))
    _write(to.controls, ["contact"], ([c] for c in (*planned.controls.mobiles, *planned.controls.emails)))


def _shown(plan: PlanEntry, keys: dict[str, str], sharing: Sharing | None) -> Iterable[Sequence[str]]:
    if sharing is None:
        return [(d.label, keys[d.id], d.id) for d in plan.decoys]
    held = sharing.held(plan.accounts)
    return [
        (account, keys[d.id], d.id)
        for account, row in zip(plan.accounts, held, strict=True)
        for d, there in zip(plan.decoys, row, strict=True)
        if there
    ]


def _write(file: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with os.fdopen(_descriptor(file), "w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def _descriptor(file: Path) -> int:
    return os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
