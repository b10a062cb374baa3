"""The main figures of a table under short names, to be kept and held against their floors."""

from __future__ import annotations

from collections.abc import Iterator

from headwater.evaluation.detecting import ALL
from headwater.evaluation.merging import Table


def figures(table: Table) -> dict[str, float]:
    """Every main figure by a name such as ``headwater/recall/finding/per 10,000/5/bulk/strong``.

    Names begin with the method and the topic. Figures of which nothing was measured are left out.
    """
    every = (*_recall(table), *_alarms(table), *_leaks(table), *_others(table), *_network(table))
    return {name: value for name, value in sorted(every, key=lambda pair: pair[0]) if value is not None}


Named = Iterator[tuple[str, float | None]]


def _recall(table: Table) -> Named:
    for row in table.recall:
        under = f"{row.unit}/{row.reading}/{row.budget}/{row.kind}/{row.strength}"
        if row.reading != ALL:
            yield f"{row.method}/recall/{under}", row.share
            yield f"{row.method}/saved/{under}", row.saved
            yield f"{row.method}/person/{under}", row.person / row.found if row.found else None


def _alarms(table: Table) -> Named:
    for row in table.alarms:
        yield f"{row.method}/false alarms/{row.unit}/{row.reading}/{row.budget}/{row.worlds_are}", row.rate


def _leaks(table: Table) -> Named:
    for row in table.leaks:
        under = f"{row.taken}/{row.origin}"
        yield f"{row.method}/exact takers/{under}", row.exact / row.leaks
        yield f"{row.method}/taker precision/{under}", row.precision
        yield f"{row.method}/taker recall/{under}", row.recall
        yield f"{row.method}/false names/{under}", row.false_per_leak


def _others(table: Table) -> Named:
    for row in table.calibration:
        yield f"{row.method}/brier/{row.about}", row.brier
        yield f"{row.method}/right when sure/{row.about}", row.sure_right / row.sure if row.sure else None
    for source in table.complaints:
        yield f"{source.method}/complaints' source", source.hit / source.sourced if source.sourced else None
    for holding in table.holdings:
        yield f"{holding.method}/holdings within 5 %", holding.error.near / holding.error.count


def _network(table: Table) -> Named:
    for row in table.network:
        yield f"{row.method}/market/alias B-cubed F1", row.aliases.f1
        yield f"{row.method}/market/role", row.role_right / row.people if row.people else None
        yield f"{row.method}/market/tier", row.tier_exact / row.tiers if row.tiers else None
        yield (
            f"{row.method}/market/path as seen",
            row.orders.seen_exact / row.orders.shown if row.orders.shown else None,
        )
        yield f"{row.method}/market/order precision", row.order_precision
        yield f"{row.method}/market/order recall", row.order_recall
        for name, found in (("gains", row.gains), ("paid", row.paid), ("items", row.items)):
            yield f"{row.method}/market/{name} within 5 %", found.near / found.count if found.count else None
