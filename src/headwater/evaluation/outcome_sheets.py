"""The tables on takers, probabilities, complaints, holdings and the market."""

from __future__ import annotations

from collections.abc import Iterator

from headwater.evaluation.calibration import Bin, CalibrationRow
from headwater.evaluation.leak_rows import LeakRow
from headwater.evaluation.merging import MethodRow, Table
from headwater.evaluation.network_rows import NetworkRow
from headwater.evaluation.outside_rows import ComplaintRow, HoldingRow
from headwater.evaluation.recall_rows import EVERY
from headwater.evaluation.sheets import Cell, Sheet, sheet
from headwater.evaluation.showing import (
    counts,
    error,
    error_with_near,
    number,
    percent,
    share,
    share_with_interval,
)
from headwater.evaluation.words import Lang, known, word

CLAIMS = {"account": "account", "person": "person", "incident": "about-incident"}


def method_sheet(table: Table, lang: Lang) -> Sheet:
    """What each method was tried on."""
    cells: list[Cell[MethodRow]] = [
        Cell("method", False, lambda r: r.method),
        Cell("worlds", True, lambda r: number(r.worlds)),
        Cell("free", True, lambda r: number(r.free)),
        Cell("doings", True, lambda r: number(r.doings)),
        Cell("kinds", False, lambda r: counts(dict(r.kinds_of_world))),
    ]
    return sheet("methods", lang, cells, table.methods)


def leak_sheet(table: Table, lang: Lang) -> Sheet:
    """Takers named for leaks."""
    cells: list[Cell[LeakRow]] = [
        Cell("method", False, lambda r: r.method),
        Cell("taken", False, lambda r: word(r.taken, lang)),
        Cell("origin", False, lambda r: word("every", lang) if r.origin == EVERY else known(r.origin, lang)),
        Cell("exact", True, lambda r: share_with_interval(r.exact, r.leaks)),
        Cell("precision", True, lambda r: share(r.right, r.named)),
        Cell("covered", True, lambda r: share(r.covered, r.takers)),
        Cell("false_names", True, lambda r: f"{r.false:,} · {number(r.false_per_leak)} ({r.alike:,})"),
        Cell("people_exact", True, lambda r: share_with_interval(r.people_exact, r.leaks)),
        Cell("people_precision", True, lambda r: share(r.people_right, r.people_named)),
        Cell("people_recall", True, lambda r: share(r.people_right, r.people)),
        Cell("rows_off", True, lambda r: error(r.rows)),
    ]
    return sheet("leaks", lang, cells, table.leaks)


def calibration_sheet(table: Table, lang: Lang) -> Sheet:
    """Whether probabilities mean what they say, in a few figures."""
    cells: list[Cell[CalibrationRow]] = [
        Cell("method", False, lambda r: r.method),
        Cell("about", False, lambda r: claim(r.about, lang)),
        Cell("claims", True, lambda r: share(r.right, r.claims)),
        Cell("brier", True, lambda r: number(r.brier)),
        Cell("gap", True, lambda r: percent(r.gap)),
        Cell("sure", True, lambda r: share_with_interval(r.sure_right, r.sure)),
    ]
    return sheet("calibration", lang, cells, table.calibration)


def claim(about: str, lang: Lang) -> str:
    """What a claim says."""
    return word(CLAIMS[about], lang) if about in CLAIMS else about


def bin_sheet(table: Table, lang: Lang) -> Sheet:
    """The reliability table."""
    cells: list[Cell[tuple[CalibrationRow, Bin]]] = [
        Cell("method", False, lambda r: r[0].method),
        Cell("about", False, lambda r: claim(r[0].about, lang)),
        Cell("bin", True, lambda r: f"{100 * r[1].start:.0f}–{100 * r[1].stop:.0f} %"),
        Cell("mean", True, lambda r: percent(r[1].mean)),
        Cell("right", True, lambda r: share_with_interval(r[1].right, r[1].claims)),
    ]
    return sheet("bins", lang, cells, ((row, each) for row in table.calibration for each in row.bins))


def complaint_sheet(table: Table, lang: Lang) -> Sheet:
    """Sources of complaints."""
    cells: list[Cell[ComplaintRow]] = [
        Cell("method", False, lambda r: r.method),
        Cell("worlds", True, lambda r: number(r.worlds)),
        Cell("sourced", True, lambda r: number(r.sourced)),
        Cell("hit", True, lambda r: share_with_interval(r.hit, r.sourced)),
        Cell("first", True, lambda r: share(r.first, r.sourced)),
        Cell("false_accounts", True, lambda r: f"{r.false:,} ({r.false_free:,})"),
    ]
    return sheet("complaints", lang, cells, table.complaints)


def holding_sheet(table: Table, lang: Lang) -> Sheet:
    """Persons counted in holders' files."""
    cells: list[Cell[HoldingRow]] = [
        Cell("method", False, lambda r: r.method),
        Cell("holders", True, lambda r: number(r.error.count)),
        Cell("exactly", True, lambda r: share(r.exact, r.error.count)),
        Cell("near", True, lambda r: share_with_interval(r.error.near, r.error.count)),
        Cell("error", True, lambda r: error(r.error)),
    ]
    return sheet("holdings", lang, cells, table.holdings)


def network_sheets(table: Table, lang: Lang) -> Iterator[Sheet]:
    """The market, and the confusion of its roles."""
    yield sheet("network", lang, _network_cells(), table.network)
    cells: list[Cell[tuple[str, str, int]]] = [
        Cell("method", False, lambda r: r[0]),
        Cell("true", False, lambda r: known(r[1].partition(" > ")[0], lang)),
        Cell("said", False, lambda r: known(r[1].partition(" > ")[2], lang)),
        Cell("count", True, lambda r: number(r[2])),
    ]
    rows = ((row.method, pair, count) for row in table.network for pair, count in row.roles.items())
    yield sheet("roles", lang, cells, rows)


def _network_cells() -> list[Cell[NetworkRow]]:
    return [
        Cell("method", False, lambda r: r.method),
        Cell("people", True, lambda r: share(r.people_found, r.people)),
        Cell("b3", True, _b3),
        Cell("role", True, lambda r: share_with_interval(r.role_right, r.people)),
        Cell("tier", True, lambda r: share_with_interval(r.tier_exact, r.tiers)),
        Cell("tier_near", True, lambda r: share(r.tier_near, r.tiers)),
        Cell("strangers", True, lambda r: f"{r.intruders:,} ({r.bystanders:,})"),
        Cell("order_precision", True, lambda r: share(r.orders.matched, r.orders.named)),
        Cell("order_recall", True, lambda r: share(r.orders.shown_matched, r.orders.shown)),
        Cell("seen", True, lambda r: share_with_interval(r.orders.seen_exact, r.orders.shown)),
        Cell("full", True, lambda r: share(r.orders.full_exact, r.orders.orders)),
        Cell("gains", True, lambda r: error_with_near(r.gains)),
        Cell("paid", True, lambda r: error_with_near(r.paid)),
        Cell("items", True, lambda r: error_with_near(r.items)),
    ]


def _b3(row: NetworkRow) -> str:
    found = row.aliases
    return f"{percent(found.f1)} ({percent(found.precision)}, {percent(found.recall)})"
