"""The data map of an organisation: which shares, folders, tables and files hold what, who can read them, since when.

Made from the answer of a scan, and beside an earlier inventory it tells what has changed. ``now`` is an argument: the
same answers give the same map.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from headwater.casework.gaps import UNREAD, Gap, gaps
from headwater.casework.inventory_changes import changes
from headwater.casework.places import places, stable_id
from headwater.casework.readable import OTHERS, readers
from headwater.casework.reports.gravity import gravest, gravity, groups_of
from headwater.casework.reports.why import code_of
from headwater.model.words import Lang, Text

SCHEMA = "headwater/inventory/1"

_OTHER_PATHS = Text(
    "the earlier inventory looked at other paths: what is told as new or gone may only have been looked at or not",
    "上一次清点的路径不同：所列新增或消失的内容可能只是本次扫描范围不同所致",
)
_NO_ACCESS = Text(
    "who can read them is not known for {n} files and tables",
    "{n} 个文件和表的可读者不明",
)
_OVERLAP = Text(
    "persons of a location are told from at least (its largest file) to at most (all files added up, one person in two files twice)",
    "一个位置的人数给出下限（其最大文件）和上限（各文件相加，同一人在两个文件中计两次）",
)


def inventory(
    answer: Mapping[str, Any], now: datetime, earlier: Mapping[str, Any] | None = None, lang: Lang = "en"
) -> dict[str, Any]:
    """Map the answer of a scan (``headwater/scan/1``); with an earlier map, say what changed.

    :param earlier: an inventory (``headwater/inventory/1``) of another day
    :raises ValueError: for a time without zone
    """
    if now.tzinfo is None:
        raise ValueError("a time without zone")
    made = now.isoformat(timespec="seconds")
    holdings = [_holding(f, answer, made) for f in answer["files"] if f["items"] or f["persons"]]
    unknown = [_unknown(gap, answer["paths"]) for gap in gaps(answer) if gap.status == UNREAD]
    found = changes(holdings, unknown, earlier)
    seen = {h["id"]: h["first_seen"] for h in (earlier or {}).get("holdings") or ()}
    seen |= {c["id"]: seen[c["was"]] for c in found if c["what"] == "moved"}
    held = sorted(({**h, "first_seen": seen.get(h["id"], made)} for h in holdings), key=lambda h: h["path"])
    return {
        "schema": SCHEMA,
        "version": answer["version"],
        "made": made,
        "against": (earlier or {}).get("made"),
        "paths": list(answer["paths"]),
        "totals": _totals(held, unknown, answer),
        "locations": _locations(held, unknown, answer["paths"], int(answer["totals"]["persons"])),
        "holdings": held,
        "unknown": sorted(unknown, key=lambda u: (u["path"], u["reason"])),
        "changes": found,
        "limits": [*answer["limits"], *_limits(held, answer, earlier, lang)],
    }


def _holding(file: Mapping[str, Any], answer: Mapping[str, Any], made: str) -> dict[str, Any]:
    groups = groups_of(answer)
    weight = gravity(file, groups)
    above = places(str(file["path"]), answer["paths"])
    return {
        "id": stable_id("H", str(file["path"])),
        "path": file["path"],
        "location": stable_id("L", above[-1].path),
        **{key: file[key] for key in ("format", "status", "holder", "rows", "persons", "named", "bytes")},
        "group": weight.group or None,
        "weight": weight.level,
        "kinds": _kinds(file["items"], groups),
        "tables": _tables(file.get("parts") or ()),
        "access": file.get("access"),
        "readers": _listed(readers(file.get("access"))),
        "sha256": file.get("sha256"),
        "modified": file.get("modified"),
        "first_seen": made,
    }


def _listed(found: tuple[str, ...] | None) -> list[str] | None:
    return None if found is None else list(found)


def _kinds(items: Iterable[Mapping[str, Any]], groups: Mapping[str, str]) -> list[dict[str, Any]]:
    rows = [
        {"kind": i["kind"], "category": i["category"], "group": groups.get(i["kind"]) or None, "found": i["found"]}
        for i in items
    ]
    return sorted(rows, key=lambda k: str(k["kind"]))


def _tables(parts: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The sheets and tables inside of one file, where there are several."""
    if len(parts) < 2:
        return []
    return [
        {
            "name": p["name"],
            "rows": p["rows"],
            "persons": p["persons"],
            "kinds": sorted({str(c["kind"]) for c in p.get("columns") or () if c.get("kind")}),
        }
        for p in parts
        if p["persons"] or p.get("columns")
    ]


def _unknown(gap: Gap, roots: Sequence[str]) -> dict[str, Any]:
    return {
        "id": stable_id("H", gap.path),
        "path": gap.path,
        "location": stable_id("L", places(gap.path, roots)[-1].path),
        "reason": gap.reason,
        "code": code_of(gap.reason),
    }


def _totals(
    held: Sequence[Mapping[str, Any]], unknown: Sequence[Mapping[str, Any]], answer: Mapping[str, Any]
) -> dict[str, Any]:
    open_to_all = [h for h in held if OTHERS in (h["readers"] or ())]
    return {
        "files": answer["totals"]["files"],
        "holdings": len(held),
        "persons": answer["totals"]["persons"],
        "named": answer["totals"]["named"],
        "open": len(open_to_all),
        "persons_open": _range(open_to_all, int(answer["totals"]["persons"])),
        "unknown": len({each["path"] for each in unknown}),
    }


def _range(held: Sequence[Mapping[str, Any]], most: int) -> dict[str, int]:
    """Persons of several files together: the files may or may not name the same ones."""
    counts = [int(h["persons"]) for h in held]
    low = max(counts, default=0)
    return {"low": low, "high": max(low, min(sum(counts), most))}


def _locations(
    held: Sequence[Mapping[str, Any]], unknown: Sequence[Mapping[str, Any]], roots: Sequence[str], most: int
) -> list[dict[str, Any]]:
    """Every location with what lies in it and below it."""
    known: dict[str, dict[str, Any]] = {}
    inside: dict[str, list[Mapping[str, Any]]] = {}
    dark: dict[str, int] = {}
    for each in (*held, *unknown):
        parent = None
        for place in places(str(each["path"]), roots):
            name = stable_id("L", place.path)
            known.setdefault(
                name, {"id": name, "path": place.path, "kind": place.kind, "depth": place.depth, "parent": parent}
            )
            parent = name
            if "persons" in each:
                inside.setdefault(name, []).append(each)
            else:
                dark[name] = dark.get(name, 0) + 1
    rows = [{**row, **_rolled(inside.get(name, ()), most), "unknown": dark.get(name, 0)} for name, row in known.items()]
    return sorted(rows, key=lambda r: r["path"])


def _rolled(held: Sequence[Mapping[str, Any]], most: int) -> dict[str, Any]:
    kinds: dict[tuple[str, str, str | None], int] = {}
    for each in held:
        for k in each["kinds"]:
            key = (k["kind"], k["category"], k["group"])
            kinds[key] = kinds.get(key, 0) + int(k["found"])
    rows = [{"kind": k, "category": c, "group": g, "found": n} for (k, c, g), n in sorted(kinds.items(), key=str)]
    modified = [h["modified"] for h in held if h["modified"]]
    return {
        "holdings": len(held),
        "persons": _range(held, most),
        "kinds": rows,
        "group": gravest(str(r["group"] or "") for r in rows) or None,
        "readers": sorted({r for h in held for r in h["readers"] or ()}),
        "open": sum(OTHERS in (h["readers"] or ()) for h in held),
        "modified": max(modified, key=datetime.fromisoformat, default=None),
        "first_seen": min((h["first_seen"] for h in held), key=datetime.fromisoformat, default=None),
    }


def _limits(
    held: Sequence[Mapping[str, Any]], answer: Mapping[str, Any], earlier: Mapping[str, Any] | None, lang: Lang
) -> list[str]:
    blind = sum(h["readers"] is None for h in held)
    found = [_OVERLAP.said(lang)] if len(held) > 1 else []
    if blind:
        found.append(_NO_ACCESS.said(lang).format(n=blind))
    if earlier is not None and set(earlier["paths"]) != set(answer["paths"]):
        found.append(_OTHER_PATHS.said(lang))
    return found
