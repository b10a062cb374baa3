"""The market rebuilt, against the market as it was: people, roles, tiers, orders, money and items."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from headwater.evaluation.bcubed import BCubed, bcubed
from headwater.evaluation.masks import mask_form
from headwater.evaluation.members import forms_of_answer, forms_of_truth, intruders, matched, names_of, owners
from headwater.evaluation.network_answer import ROWS, NamedNetwork, NamedPerson
from headwater.evaluation.network_truth import Network, TruePerson
from headwater.evaluation.orders import OrderScore, order_score

MISSING = "missing"


@dataclass(frozen=True, slots=True)
class NetworkScore:
    """A market rebuilt. Visible people are those of whom seized material shows an alias; the others are not asked for.

    ``named``: people of the answer. ``roles``: how often a true role was said to be which (``source > middleman``;
    ``missing``: the person was not found, or no role was said).
    ``tiers``: visible people who have a tier; ``tier_exact``, ``tier_near``: said rightly, or within one.
    ``intruders``: people said to have a role who are nobody of the market, or somebody twice; ``bystanders``: those of
    them who are known to be outside it. ``gains``, ``paid``, ``items``: relative error of each visible person who has any; 1
    where nothing is said.
    """

    named: int
    people: int
    people_found: int
    intruders: int
    bystanders: int
    aliases: BCubed
    roles: Mapping[str, int]
    tiers: int
    tier_exact: int
    tier_near: int
    orders: OrderScore
    gains: tuple[float, ...]
    paid: tuple[float, ...]
    items: tuple[float, ...]


def network_score(truth: Network, answer: NamedNetwork) -> NetworkScore:
    """Hold the answer's market against the true one."""
    names = names_of(truth.people)
    true_forms, said_forms = forms_of_truth(truth.people, names), forms_of_answer(answer.people, names)
    found = matched(true_forms, said_forms)
    by_id = {person.id: person for person in answer.people}
    visible = [(p, by_id.get(found.get(p.id, ""))) for p in truth.people if p.visible]
    strange = intruders(answer.people, found)
    distances = [_distance(true, said) for true, said in visible if true.tier is not None]
    return NetworkScore(
        named=len(answer.people),
        people=len(visible),
        people_found=len(found),
        intruders=len(strange),
        bystanders=_bystanders(truth, strange, names),
        aliases=bcubed(owners(true_forms), owners(said_forms)),
        roles=_roles(visible),
        tiers=len(distances),
        tier_exact=sum(distance == 0 for distance in distances),
        tier_near=sum(distance is not None and distance <= 1 for distance in distances),
        orders=order_score(truth.orders, answer.orders, {said: true for true, said in found.items()}, names),
        gains=tuple(_off(p.gains, said.gains if said else None) for p, said in visible if p.gains > 0),
        paid=tuple(_off(p.paid, said.paid if said else None) for p, said in visible if p.paid > 0),
        items=tuple(_items_off(p, said) for p, said in visible if p.items),
    )


def _bystanders(truth: Network, strange: Sequence[NamedPerson], names: frozenset[str]) -> int:
    outside = {mask_form(alias, names) for aliases in truth.bystanders for alias in aliases}
    return sum(bool(outside & {mask_form(alias, names) for alias in person.aliases}) for person in strange)


def _roles(visible: Sequence[tuple[TruePerson, NamedPerson | None]]) -> dict[str, int]:
    pairs = Counter(f"{true.role} > {(said.role if said else '') or MISSING}" for true, said in visible)
    return dict(sorted(pairs.items()))


def _distance(true: TruePerson, said: NamedPerson | None) -> int | None:
    if true.tier is None or said is None or said.tier is None:
        return None
    return abs(int(said.tier + 0.5) - true.tier)


def _off(true: float, said: float | None) -> float:
    return 1.0 if said is None else abs(said - true) / true


def _items_off(true: TruePerson, said: NamedPerson | None) -> float:
    """Sum over categories of what is off, as a share of all that the person sold."""
    counted = said.sold if said else {}
    categories = sorted({*true.items, *(set(counted) - {ROWS})})  # rows of lists count where the truth counts them
    off = sum(abs(counted.get(c, 0) - true.items.get(c, 0)) for c in categories)
    return off / max(1, sum(true.items.values()))
