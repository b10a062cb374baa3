"""What an inventory says, in sentences and figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from headwater.casework.reports.figures import number
from headwater.casework.reports.gravity import GRAVEST_FIRST, LEVELS
from headwater.casework.reports.scan_telling import listed
from headwater.casework.reports.why import said
from headwater.casework.reports.words import Words

Inventory = Mapping[str, Any]


def summary(inventory: Inventory, say: Words) -> tuple[str, ...]:
    """How much lies where, who can read it, and what has changed."""
    totals = inventory["totals"]
    files = number(totals["files"])
    if not totals["holdings"]:
        told = [say("inventory.sum.none", files=files)]
    else:
        held = {"persons": number(totals["persons"]), "holdings": number(totals["holdings"])}
        told = [say("inventory.sum.held", **held, files=files)]
    if totals["open"]:
        told.append(say("inventory.sum.open", n=number(totals["open"]), range=span(totals["persons_open"], say)))
    if totals["unknown"]:
        told.append(say("inventory.sum.unknown", n=number(totals["unknown"])))
    return (*told, *_changed(inventory, say))


def _changed(inventory: Inventory, say: Words) -> list[str]:
    if inventory["against"] is None:
        return []
    counts: dict[str, int] = {}
    for change in inventory["changes"]:
        counts[change["what"]] = counts.get(change["what"], 0) + 1
    if not counts:
        return [say("inventory.sum.same")]
    told = listed((f"{say.name('change', what)} ({number(n)})" for what, n in counts.items()), say)
    return [say("inventory.sum.changed", what=told)]


def gravest_first(inventory: Inventory) -> list[Mapping[str, Any]]:
    """Holdings, the gravest first, then by persons and path."""
    return sorted(
        inventory["holdings"],
        key=lambda h: (-LEVELS.index(h["weight"]), _place(h["group"]), -h["persons"], h["path"]),
    )


def _place(group: str | None) -> int:
    return GRAVEST_FIRST.index(group) if group in GRAVEST_FIRST else len(GRAVEST_FIRST)


def span(persons: Mapping[str, int], say: Words) -> str:
    """At least and at most so many."""
    if persons["low"] == persons["high"]:
        return number(persons["low"])
    return say("inventory.range", low=number(persons["low"]), high=number(persons["high"]))


def readers(found: Sequence[str] | None, say: Words) -> str:
    """Who can read it, by name: an owner, a group, a grantee, everybody."""
    if found is None:
        return say("inventory.unknown_readers")
    return listed((say("scan.others") if r == "others" else r.partition(":")[2] for r in found), say)


def details(change: Mapping[str, Any], say: Words) -> str:
    """What a change adds: kinds by their names, readers, the old path."""
    if change["what"] in ("new", "gone", "new kinds"):
        return listed((say.name("category", kind) for kind in change["detail"]), say)
    if change["what"] == "more readers":
        return readers(change["detail"], say)
    if change["what"] == "unread":
        return listed((said(reason, say.lang) for reason in change["detail"]), say)
    return ", ".join(change["detail"])
