"""The answer of a scan, from what every file gave: totals, items, legal counts, holders, files, whose data it is, and what is kin."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from headwater import __version__
from headwater.casework.reports.why import code_of
from headwater.scanning.categories import Category, category_of
from headwater.scanning.linking import Linked
from headwater.scanning.numbering import distinct, ends_of
from headwater.scanning.survey import kinship
from headwater.scanning.survey.holdings import Everything, Ints, Source, everything
from headwater.scanning.survey.summing import KindCount, kinds_of, laws_of, persons_by

SCHEMA = "headwater/scan/1"
_STATUS = {"read": "read", "partly read": "partly_read", "unread": "unread"}


@dataclass(frozen=True, slots=True)
class Kept:
    """A file with what the ledger has of it."""

    source: Source
    told: Mapping[str, Any]


def answer(
    paths: Sequence[str],
    kept: Sequence[Kept],
    not_read: Sequence[Mapping[str, str]],
    unchanged: int,
    limits: Sequence[str],
    allowed: Sequence[Mapping[str, Any]] = (),
    declared: Mapping[str, Category] = MappingProxyType({}),
) -> dict[str, Any]:
    """Sum up all files. The lists are in the order of their files' paths; ``declared`` are the kinds that the settings declare."""
    found = everything([k.source for k in kept])
    told = found.persons()
    file = found.source_of(told.row)
    is_dataset = np.array([k.source.dataset is not None for k in kept] or [False], np.bool_)
    own = np.flatnonzero(~is_dataset[: len(kept)])
    told = _named_by_own(told, found, ~is_dataset[file] if len(file) else np.zeros(0, np.bool_))
    of_find = found.chosen(own)
    items = kinds_of(found, of_find)
    files = _files(kept, own, found, told, file, declared, items)
    theirs = _only(told, ~is_dataset[file] if len(file) else np.zeros(0, np.bool_))
    laws = laws_of(found, theirs, of_find, declared)
    holders = _holders(kept, own, found, told, file, declared, items)
    return {
        "schema": SCHEMA,
        "version": __version__,
        "paths": list(paths),
        "totals": _totals(files, not_read, unchanged, told, file, is_dataset),
        "items": [_item(count, declared) for count in items],
        "tally": [{"laws": list(c.laws), "group": c.group, "low": c.low, "high": c.high} for c in laws],
        "groups": _groups(laws),
        "holders": holders,
        "files": files,
        "overlaps": _overlaps(kept, own, told, file),
        "duplicates": _duplicates(kept, own, found),
        "lineage": _lineage(kept, own, told, file),
        "datasets": _datasets(kept, told, file, is_dataset),
        "allowed": list(allowed),
        "not_read": [
            {**row, "code": code_of(row["reason"])}
            for row in sorted(not_read, key=lambda row: (row["path"], row["reason"]))
        ],
        "limits": list(limits),
    }


def _named_by_own(told: Linked, found: Everything, own: Any) -> Linked:
    """The persons, named where a scanned file names them: what a protected data set knows of a bare number makes no item of it."""
    rows = found.naming()
    places = told.row if told.place is None else told.place
    at = np.searchsorted(rows, places)
    beside = (
        (at < len(rows)) & (rows[np.minimum(at, max(len(rows) - 1, 0))] == places)
        if len(rows)
        else np.zeros(len(places), np.bool_)
    )
    named = np.zeros(told.count, np.bool_)
    named[told.person[beside & own]] = True
    return Linked(told.row, told.person, named)


def _only(told: Linked, chosen: Any) -> Linked:
    return Linked(told.row[chosen], told.person[chosen], told.named)


def _item(count: KindCount, declared: Mapping[str, Category], confidence: float | None = None) -> dict[str, Any]:
    category = category_of(count.kind, declared)
    row: dict[str, Any] = {
        "kind": count.kind, "category": category.category, "law": category.law, "group": category.group,
        "found": count.found, "distinct": count.distinct,
    }  # fmt: skip
    return row if confidence is None else {**row, "confidence": confidence}


def _totals(
    files: Sequence[Mapping[str, Any]],
    not_read: Sequence[Any],
    unchanged: int,
    told: Linked,
    file: Ints,
    is_dataset: Any,
) -> dict[str, int]:
    states = [_STATUS[f["status"]] for f in files]
    who = distinct(told.person[~is_dataset[file]]) if len(file) else np.zeros(0, np.int64)
    return {
        "files": len(files) + len({row["path"] for row in not_read}),
        **{state: states.count(state) for state in ("read", "partly_read")},
        "unread": states.count("unread") + len({row["path"] for row in not_read}),
        "unchanged": unchanged,
        "bytes": sum(f["bytes"] for f in files),
        "rows": sum(f["rows"] for f in files),
        "persons": len(who),
        "named": int(told.named[who].sum()),
    }


def _groups(laws: Sequence[Any]) -> list[dict[str, Any]]:
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for count in laws:
        if count.group:
            sums[count.group][0] += count.low
            sums[count.group][1] += count.high
    return [{"group": group, "low": sums[group][0], "high": sums[group][1]} for group in sorted(sums)]


def _files(
    kept: Sequence[Kept],
    own: Ints,
    found: Everything,
    told: Linked,
    file: Ints,
    declared: Mapping[str, Category],
    items: Sequence[KindCount],
) -> list[dict[str, Any]]:
    persons, named = persons_by(told, file, len(kept))
    ends = ends_of(found.row, found.first)
    origins = _origins(kept, told, file)
    made = []
    for place in own.tolist():
        k = kept[place]
        counts = items if len(own) == 1 else kinds_of(found, slice(int(ends[place]), int(ends[place + 1])))
        sure = dict(zip(k.told["kinds"], k.told["sure"], strict=True))
        made.append(
            {
                **k.told["row"],
                "codes": sorted({code_of(reason) for reason in k.told["row"]["reasons"]}),
                "persons": int(persons[place]),
                "named": int(named[place]),
                "parts": _parts(k, place, found, told),
                "items": [_item(count, declared, sure[count.kind]) for count in counts],
                "origins": origins.get(place, []),
            }
        )
    return sorted(made, key=lambda row: str(row["path"]))


def _parts(kept: Kept, place: int, found: Everything, told: Linked) -> list[dict[str, Any]]:
    firsts = np.array([*kept.told["firsts"], kept.told["rows"]], np.int64) + found.first[place]
    ends = ends_of(told.row, firsts)
    return [
        {**part, "persons": len(distinct(told.person[ends[number] : ends[number + 1]]))}
        for number, part in enumerate(kept.told["parts"])
    ]


def _origins(kept: Sequence[Kept], told: Linked, file: Ints) -> dict[int, list[dict[str, Any]]]:
    """Whose data each file holds: of its persons, how many stand in each protected data set."""
    made: dict[int, list[dict[str, Any]]] = defaultdict(list)
    persons, _ = persons_by(told, file, len(kept))
    for name in sorted({k.source.dataset for k in kept if k.source.dataset}):
        inside = np.zeros(max(told.count, 1), np.bool_)
        for place, k in enumerate(kept):
            if k.source.dataset == name:
                inside[told.person[file == place]] = True
        at = inside[told.person] if len(told.person) else np.zeros(0, np.bool_)
        shared, _ = persons_by(told, np.where(at, file, -1), len(kept))
        for place in np.flatnonzero(shared).tolist():
            if kept[place].source.dataset is None:
                share = round(float(shared[place] / persons[place]), 4)
                made[place].append({"dataset": name, "persons": int(shared[place]), "share": share})
    return made


def _holders(
    kept: Sequence[Kept],
    own: Ints,
    found: Everything,
    told: Linked,
    file: Ints,
    declared: Mapping[str, Category],
    items: Sequence[KindCount],
) -> list[dict[str, Any]]:
    names = sorted({kept[p].source.holder or "" for p in own.tolist()})
    of_file = np.full(len(kept) + 1, -1, np.int64)
    for place in own.tolist():
        of_file[place] = names.index(kept[place].source.holder or "")
    persons, named = persons_by(told, of_file[file], len(names))
    made = []
    for number, name in enumerate(names):
        places = np.flatnonzero(of_file == number)
        mine = [kept[p] for p in places.tolist()]
        counts = items if len(names) == 1 else kinds_of(found, found.chosen(places))
        made.append(
            {
                "holder": name or None,
                "files": len(mine),
                "rows": sum(k.source.rows for k in mine),
                "persons": int(persons[number]),
                "named": int(named[number]),
                "items": [_item(count, declared) for count in counts],
            }
        )
    return made


def _overlaps(kept: Sequence[Kept], own: Ints, told: Linked, file: Ints) -> list[dict[str, Any]]:
    """Persons in common between files, and between holders where there are several."""
    made = []
    mine = np.isin(file, own)
    for each in kinship.overlaps(file[mine], told.person[mine], len(kept)):
        made.append({"a": kept[each.a].source.path, "b": kept[each.b].source.path, "persons": each.persons})
    names = sorted({k.source.holder for k in kept if k.source.holder and k.source.dataset is None})
    of_file = np.array(
        [names.index(k.source.holder) if k.source.holder in names else -1 for k in kept] or [-1], np.int64
    )
    at = of_file[file] if len(file) else np.zeros(0, np.int64)
    for each in kinship.overlaps(at[at >= 0], told.person[at >= 0], len(names)):
        made.append({"a": names[each.a], "b": names[each.b], "persons": each.persons})
    return made


def _duplicates(kept: Sequence[Kept], own: Ints, found: Everything) -> list[dict[str, Any]]:
    bytes_of = _digests(kept, own)
    same = kinship.alike(bytes_of)
    made = [{"how": "same bytes", "files": [kept[p].source.path for p in group]} for group in same]
    rows_of = found.row_marks()
    rows = kinship.alike({p: rows_of[p] for p in own.tolist() if rows_of[p]})
    for group in rows:
        if len({bytes_of.get(p, str(p)) for p in group}) > 1:
            made.append({"how": "same rows", "files": [kept[p].source.path for p in group]})
    return made


def _digests(kept: Sequence[Kept], own: Ints) -> dict[int, str]:
    return {p: str(d) for p in own.tolist() if (d := kept[p].told["row"]["sha256"]) and kept[p].source.rows}


def _lineage(kept: Sequence[Kept], own: Ints, told: Linked, file: Ints) -> list[dict[str, Any]]:
    mine = np.isin(file, own)
    common = kinship.overlaps(file[mine], told.person[mine], len(kept))
    if not common:
        return []
    ends = np.searchsorted(file, np.arange(len(kept) + 1))
    mine_of = set(own.tolist())
    rolls = [
        kinship.Roll(
            _in_order(told.person[ends[p] : ends[p + 1]]) if p in mine_of else np.zeros(0, np.int64),
            _layout(k),
        )
        for p, k in enumerate(kept)
    ]
    return [
        {
            "file": kept[kin.file].source.path, "of": kept[kin.of].source.path, "how": kin.how,
            "shared": kin.shared, "share": round(kin.share, 4), "sentence": _sentence(kin, kept),
        }
        for kin in kinship.kinship(rolls, common, kinship.alike(_digests(kept, own)))
    ]  # fmt: skip


def _in_order(person: Ints) -> Ints:
    values, first = np.unique(person, return_index=True)
    return np.asarray(values[np.argsort(first)])


def _layout(kept: Kept) -> tuple[str, ...]:
    columns = [c["kind"] or "" for part in kept.told["parts"] for c in part["columns"]]
    return (kept.told["row"]["format"], *columns)


_SAYS = {
    "part": "{shared} of the {size} persons of {file} stand in {of}, in the same order and form: a part of it",
    "sorted": "{shared} of the {size} persons of {file} stand in {of}, in another order",
    "reformatted": "{shared} of the {size} persons of {file} stand in {of}, which has other columns or another format",
    "merged": "{file} holds {shared} persons of {of}, and those of other files: put together from several",
}


def _sentence(kin: kinship.Kin, kept: Sequence[Kept]) -> str:
    size = round(kin.shared / kin.share) if kin.share else 0
    names = {"file": kept[kin.file].source.path, "of": kept[kin.of].source.path}
    return _SAYS[kin.how].format(shared=kin.shared, size=size, **names)


def _datasets(kept: Sequence[Kept], told: Linked, file: Ints, is_dataset: Any) -> list[dict[str, Any]]:
    made = []
    outside = np.zeros(max(told.count, 1), np.bool_)
    if len(file):
        outside[told.person[~is_dataset[file]]] = True
    for name in sorted({k.source.dataset for k in kept if k.source.dataset}):
        places = [p for p, k in enumerate(kept) if k.source.dataset == name]
        who = distinct(told.person[np.isin(file, places)])
        made.append({"dataset": name, "persons": len(who), "found": int(outside[who].sum())})
    return made
