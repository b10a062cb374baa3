"""What each holder has: rows, persons, items by category, and how many are people of ours."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import pyarrow as pa
from ibis import _
from ibis.expr import types as ir

from headwater.model.evidence import Citation
from headwater.model.organisation import Organisation
from headwater.scanning.categories import Category
from headwater.scanning.counting import Items, by_category, items
from headwater.scanning.persons import persons
from headwater.store.engine import Engine


@dataclass(frozen=True, slots=True)
class Holding:
    """One holder's files, or one leaked file (then ``holder`` is its path and ``role`` is leak)."""

    holder: str
    role: str
    files: tuple[tuple[str, int, int], ...]  # path, rows, persons (each once in all its sheets)
    rows: int
    persons: int
    categories: tuple[tuple[str, int], ...]  # category, distinct values
    items: tuple[Items, ...]
    overlap: tuple[tuple[str, int], ...]  # data set, persons in common
    cited: tuple[Citation, ...] = ()


def holdings(
    engine: Engine,
    declared: Mapping[str, Category] = MappingProxyType({}),
    roles: Sequence[str] = ("seized", "leak"),
) -> tuple[Holding, ...]:
    """Every holder and every leaked file, in order; ``declared`` are the kinds that the settings declare.

    Costs the holdings table in memory, role by role.
    """
    made: list[Holding] = []
    for role in roles:
        found = engine.arrow(engine.table("holdings").filter(_.role == role).order_by(["source", "sheet", "line"]))
        documents = engine.arrow(engine.table("documents").filter(_.role == role).order_by(["source", "sheet"]))
        if documents.num_rows:
            made += _of_role(engine, role, _held_by(found, role), _held_by(documents, role), declared)
    return tuple(made)


def _held_by(rows: pa.Table, role: str) -> pa.Table:
    """A leaked file is its own holder: nobody was found with it."""
    if role != "leak":
        return rows
    return rows.set_column(rows.schema.get_field_index("holder"), "holder", rows.column("source"))


def _of_role(
    engine: Engine, role: str, found: pa.Table, documents: pa.Table, declared: Mapping[str, Category]
) -> list[Holding]:
    told = persons(found)
    counts = {r["holder"]: r["persons"] for r in told.per_holder().to_pylist()}
    within = {(r["holder"], r["source"]): int(r["persons"]) for r in told.per_source().to_pylist()}
    rows: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for document in documents.to_pylist():
        rows[document["holder"]][document["source"]] += document["rows"] or 0
    kinds: dict[str, list[Items]] = defaultdict(list)
    for item in items(found, told, declared):
        kinds[item.holder or ""].append(item)
    categories: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for count in by_category(found):
        categories[count.holder or ""].append((count.category, count.distinct))
    shared = _overlap(engine, role)
    return [
        Holding(
            holder,
            role,
            tuple((source, count, within.get((holder, source), 0)) for source, count in files.items()),
            sum(files.values()),
            int(counts.get(holder, 0)),
            tuple(sorted(categories[holder])),
            tuple(kinds[holder]),
            shared.get(holder, ()),
        )
        for holder, files in sorted(rows.items())
    ]


def _overlap(engine: Engine, role: str) -> dict[str, tuple[tuple[str, int], ...]]:
    """Distinct records of each data set that a holder's files name by a strong identifier."""
    joined, key = _ours(engine, [role]), "source" if role == "leak" else "holder"
    counted = joined.group_by([key, "dataset"]).agg(n=_.ordinal.nunique())
    made: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for row in engine.arrow(counted.order_by([key, "dataset"])).to_pylist():
        made[row[key]].append((row["dataset"], row["n"]))
    return {holder: tuple(pairs) for holder, pairs in made.items()}


def together(engine: Engine) -> dict[str, int]:
    """Distinct records of each data set that all leaked and seized files together name by a strong identifier."""
    counted = _ours(engine, ["leak", "seized"]).group_by("dataset").agg(n=_.ordinal.nunique())
    return {row["dataset"]: int(row["n"]) for row in engine.arrow(counted.order_by("dataset")).to_pylist()}


def _ours(engine: Engine, roles: Sequence[str]) -> ir.Table:
    """Each strong identifier in files of these roles beside the records of ours that have it."""
    held = engine.table("holdings")
    strong = held.filter(held.role.isin(list(roles)) & held.token.notnull() & ~held.kind.isin(["name", "address"]))
    ours = engine.table("subjects").select(t_kind=_.kind, t_token=_.token, dataset=_.dataset, ordinal=_.ordinal)
    return strong.join(ours, [strong.kind == ours.t_kind, strong.token == ours.t_token])


def person_of(holder: str, org: Organisation) -> str | None:
    """The employee behind a holder's name: an employee number, an account, a device, or nobody known."""
    if holder in org.people:
        return holder
    owner = org.owner(holder)
    return owner.employee if owner else org.residents.get(holder)


def total(holding: Holding) -> int:
    """All items of a holder, high count."""
    return sum(i.high for i in holding.items)
