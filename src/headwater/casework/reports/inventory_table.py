"""An inventory on a terminal: what has changed, the locations as a tree, the gravest files and tables."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from headwater.casework.reports.figures import number
from headwater.casework.reports.inventory_telling import Inventory, details, gravest_first, readers, span, summary
from headwater.casework.reports.scan_table import STYLES, Page, shortened
from headwater.casework.reports.scan_telling import kinds
from headwater.casework.reports.visible import visible
from headwater.casework.reports.why import said
from headwater.casework.reports.words import Words, words
from headwater.model.words import Lang

LOCATIONS = 40
"""Locations in view; what is left out is counted."""


def show(inventory: Inventory, console: Console, lang: Lang) -> None:
    """Print an inventory for people."""
    say = words(lang)
    page = Page(console, say, "inventory.more")
    page.title(say("inventory.sum.heading"))
    for sentence in summary(inventory, say):
        page.line(sentence)
    _changes(inventory, page, say)
    _locations(inventory, page, say)
    _holdings(inventory, page, say)
    _unknown(inventory, page, say)
    for limit in inventory["limits"]:
        page.line(said(limit, lang), "dim")


def _changes(inventory: Inventory, page: Page, say: Words) -> None:
    if not inventory["changes"]:
        return
    page.title(say("inventory.changes.heading"))
    columns = (
        say("inventory.changes.what"),
        say("inventory.changes.before") + "#",
        say("inventory.changes.after") + "#",
        say("inventory.changes.path") + "/",
        say("inventory.changes.detail"),
    )
    rows = [
        (
            say.name("change", c["what"]),
            number(c["before"]),
            number(c["after"]),
            page.path(c["path"], 0.35),
            details(c, say),
        )
        for c in inventory["changes"]
    ]
    page.table(columns, rows, "changes", 30)


def _locations(inventory: Inventory, page: Page, say: Words) -> None:
    held = [row for row in inventory["locations"] if row["holdings"] or row["unknown"]]
    page.title(say("inventory.locations.heading"))
    if not held:
        page.line(say("inventory.locations.none"))
        return
    columns = (
        say("inventory.locations.path") + "/",
        say("inventory.locations.holdings") + "#",
        say("inventory.locations.persons") + "#",
        say("inventory.locations.group"),
        say("inventory.locations.open") + "#",
        say("inventory.locations.unknown") + "#",
        say("inventory.locations.kinds"),
    )
    room = max(16, int(page.console.width * 0.4))
    rows = [
        (
            Text("  " * row["depth"] + shortened(visible(row["path"]), max(8, room - 2 * row["depth"]))),
            number(row["holdings"]),
            span(row["persons"], say),
            row["group"] or "",
            number(row["open"]) if row["open"] else "",
            number(row["unknown"]) if row["unknown"] else "",
            kinds(row["kinds"], say),
        )
        for row in held
    ]
    page.table(columns, rows, "locations", LOCATIONS)


def _holdings(inventory: Inventory, page: Page, say: Words) -> None:
    if not inventory["holdings"]:
        return
    page.title(say("inventory.holdings.heading"))
    columns = (
        say("inventory.holdings.weight"),
        say("inventory.holdings.persons") + "#",
        say("inventory.holdings.path") + "/",
        say("inventory.holdings.readers"),
        say("inventory.holdings.seen"),
    )
    rows = [
        (
            Text(say.name("level", h["weight"]), STYLES.get(h["weight"], "")),
            number(h["persons"]),
            page.path(h["path"], 0.4),
            readers(h["readers"], say),
            h["first_seen"][:10],
        )
        for h in gravest_first(inventory)
    ]
    page.table(columns, rows, "holdings")


def _unknown(inventory: Inventory, page: Page, say: Words) -> None:
    if not inventory["unknown"]:
        return
    page.title(say("inventory.unknown.heading"))
    columns = (say("inventory.unknown.path") + "/", say("inventory.unknown.reason"))
    page.table(columns, [(page.path(u["path"]), said(u["reason"], say.lang)) for u in inventory["unknown"]], "unknown")
