"""What has changed between two inventories: new, gone, moved, grown, shrunk, newly readable, new kinds, out of sight."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from headwater.casework.places import places, stable_id
from headwater.casework.readable import OTHERS

KINDS_OF_CHANGE = ("opened", "new", "grown", "new kinds", "more readers", "moved", "unread", "shrunk", "gone", "closed")
"""The words for a change, what needs a look first before what does not."""

Row = Mapping[str, Any]


def changes(holdings: Sequence[Row], unknown: Sequence[Row], earlier: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """Each change as ``{what, id, path, before, after, detail, was}``, sorted by what it is and by path."""
    if earlier is None:
        return []
    old = {h["id"]: h for h in earlier["holdings"]}
    new = {h["id"]: h for h in holdings}
    moved = _moved(old, new)
    rows = [*_fresh(old, new, moved, earlier), *_lost(old, new, moved, unknown)]
    for name, now in new.items():
        was = old.get(moved.get(name, name))
        if was is not None:
            rows += _altered(was, now)
    return sorted(rows, key=lambda r: (KINDS_OF_CHANGE.index(r["what"]), r["path"]))


def _row(
    what: str, now: Row, before: int, after: int, detail: Sequence[str] = (), was: str | None = None
) -> dict[str, Any]:
    return {
        **{"what": what, "id": now["id"], "path": now["path"], "before": before, "after": after},
        **{"detail": list(detail), "was": was},
    }


def _moved(old: Mapping[str, Row], new: Mapping[str, Row]) -> dict[str, str]:
    """New names of files whose very bytes lay elsewhere before and are no longer there, each old one used once."""
    left: dict[str, list[str]] = {}
    for name in sorted(set(old) - set(new), key=lambda n: str(old[n]["path"])):
        if old[name].get("sha256"):
            left.setdefault(str(old[name]["sha256"]), []).append(name)
    found = {}
    for name in sorted(set(new) - set(old), key=lambda n: str(new[n]["path"])):
        same = left.get(str(new[name].get("sha256") or ""))
        if same:
            found[name] = same.pop(0)
    return found


def _fresh(
    old: Mapping[str, Row], new: Mapping[str, Row], moved: Mapping[str, str], earlier: Row
) -> Iterator[dict[str, Any]]:
    seen = {loc["id"]: {k["kind"] for k in loc["kinds"]} for loc in earlier["locations"]}
    for name, now in new.items():
        if name in moved:
            was = old[moved[name]]
            yield _row("moved", now, was["persons"], now["persons"], [str(was["path"])], was["id"])
        elif name not in old:
            yield _row("new", now, 0, now["persons"], _kinds(now))
            known = next((seen[place] for place in _above(now, earlier) if place in seen), None)
            added = sorted(set(_kinds(now)) - known) if known else []
            if added:
                yield _row("new kinds", now, 0, now["persons"], added)


def _above(now: Row, earlier: Row) -> list[str]:
    """The locations of a holding as the earlier inventory would name them, the nearest first."""
    return [stable_id("L", p.path) for p in reversed(places(str(now["path"]), earlier["paths"]))]


def _lost(
    old: Mapping[str, Row], new: Mapping[str, Row], moved: Mapping[str, str], unknown: Sequence[Row]
) -> Iterator[dict[str, Any]]:
    dark = {str(u["path"]): str(u["reason"]) for u in unknown}
    for name, was in old.items():
        if name in new or name in moved.values():
            continue
        path = str(was["path"])
        hidden = next((r for p, r in dark.items() if path == p or path.startswith((f"{p}!", f"{p}/"))), None)
        if hidden is None:
            yield _row("gone", was, was["persons"], 0, _kinds(was))
        else:
            yield _row("unread", was, was["persons"], 0, [hidden])


def _altered(was: Row, now: Row) -> Iterator[dict[str, Any]]:
    before, after = int(was["persons"]), int(now["persons"])
    if after != before:
        yield _row("grown" if after > before else "shrunk", now, before, after)
    added = sorted(set(_kinds(now)) - set(_kinds(was)))
    if added:
        yield _row("new kinds", now, before, after, added)
    if was["readers"] is None or now["readers"] is None:
        return
    more, fewer = set(now["readers"]) - set(was["readers"]), set(was["readers"]) - set(now["readers"])
    if OTHERS in more:
        yield _row("opened", now, before, after)
    if OTHERS in fewer:
        yield _row("closed", now, before, after)
    if named := sorted(more - {OTHERS}):
        yield _row("more readers", now, before, after, named)


def _kinds(holding: Row) -> list[str]:
    return [str(k["kind"]) for k in holding["kinds"]]
