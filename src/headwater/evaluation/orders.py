"""Orders found and paths rebuilt, against the orders that were placed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from headwater.evaluation.masks import agree, shows
from headwater.evaluation.network_answer import NamedOrder
from headwater.evaluation.network_truth import TrueOrder

APART = timedelta(days=2)
UNKNOWN = "?"


@dataclass(frozen=True, slots=True)
class OrderScore:
    """Orders and their paths.

    ``orders``: all that were placed; ``shown``: those of which seized material shows at least two people; ``whole``: those of which
    it shows every one. ``named``: orders of the answer; ``matched``: pairs of both; ``shown_matched``: those among the shown.
    ``seen_exact``: shown orders whose path in the answer is exactly what the material shows; ``full_exact``: orders whose path
    in the answer is exactly the true one.
    """

    orders: int
    shown: int
    whole: int
    named: int
    matched: int
    shown_matched: int
    seen_exact: int
    full_exact: int


def order_score(
    truth: Sequence[TrueOrder], answer: Sequence[NamedOrder], people: Mapping[str, str], names: frozenset[str]
) -> OrderScore:
    """Hold the answer's orders against the true ones; ``people``: person of the truth by person of the answer."""
    pairs = pair_up(truth, answer, names)
    paths = {n: tuple(people.get(step, UNKNOWN) for step in answer[m].path) for n, m in pairs.items()}
    shown = [n for n, order in enumerate(truth) if len(order.seen) > 1]
    return OrderScore(
        orders=len(truth),
        shown=len(shown),
        whole=sum(order.seen == order.path for order in truth),
        named=len(answer),
        matched=len(pairs),
        shown_matched=sum(n in pairs for n in shown),
        seen_exact=sum(paths.get(n) == truth[n].seen for n in shown),
        full_exact=sum(paths[n] == truth[n].path for n in pairs),
    )


def pair_up(truth: Sequence[TrueOrder], answer: Sequence[NamedOrder], names: frozenset[str]) -> dict[int, int]:
    """Which order of the answer is which true one (both by their place).

    The category must be the same, name and phone must agree behind their masks where both sides give them (one of the two
    at least, or the number of a paper or a vehicle), and the time of asking must lie within two days. Nearest in time first,
    each order once; an order of the answer without a time comes last.
    """
    by_category: dict[str, list[int]] = defaultdict(list)
    for number, order in enumerate(truth):
        by_category[order.category].append(number)
    near = sorted(
        (_apart(truth[n], order), m, n)
        for m, order in enumerate(answer)
        for n in by_category[order.category]
        if _close(truth[n], order) and _same_subject(truth[n], order, names)
    )
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for _apart_by, m, n in near:
        if n not in pairs and m not in taken:
            pairs[n] = m
            taken.add(m)
    return pairs


def _apart(true: TrueOrder, said: NamedOrder) -> timedelta:
    return abs(said.asked - true.time) if said.asked else APART


def _close(true: TrueOrder, said: NamedOrder) -> bool:
    return _apart(true, said) <= APART


def _same_subject(true: TrueOrder, said: NamedOrder, names: frozenset[str]) -> bool:
    known = names | {true.name}
    answers = {agree(true.name, said.name, known), agree(true.phone, said.phone)}
    if said.number and any(shows(said.number, number) for number in true.numbers):
        answers.add(True)
    return True in answers and False not in answers
