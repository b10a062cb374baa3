"""Which person of the answer is which person of the market."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.optimize import linear_sum_assignment

from headwater.evaluation.masks import mask_form
from headwater.evaluation.network_answer import NamedPerson
from headwater.evaluation.network_truth import ROLES, TruePerson

Forms = Mapping[str, frozenset[str]]


def names_of(people: Sequence[TruePerson]) -> frozenset[str]:
    """Every text that is a person's name, so that it is compared behind its mask."""
    return frozenset(person.name for person in people if person.name)


def forms_of_truth(people: Sequence[TruePerson], names: frozenset[str]) -> Forms:
    """Visible aliases of each visible person, in their comparable form."""
    return {p.id: frozenset(mask_form(a, names) for a in p.visible) for p in people if p.visible}


def forms_of_answer(people: Sequence[NamedPerson], names: frozenset[str]) -> Forms:
    """Aliases of each person of the answer, in their comparable form; the key is the person's id in the answer."""
    found: dict[str, frozenset[str]] = {}
    for person in people:
        forms = frozenset(mask_form(alias, names) for alias in person.aliases)
        found[person.id] = found.get(person.id, frozenset()) | forms
    return found


def owners(forms: Forms) -> dict[str, frozenset[str]]:
    """For each form of an alias, whose it is; several people where they share it or where masks make them alike."""
    found: dict[str, set[str]] = {}
    for person in sorted(forms):
        for form in forms[person]:
            found.setdefault(form, set()).add(person)
    return {form: frozenset(found[form]) for form in sorted(found)}


def matched(truth: Forms, answer: Forms) -> dict[str, str]:
    """One person of the answer for one of the truth, so that together they share the most aliases.

    An alias of k people counts 1/k. The best assignment as a whole is taken (Kuhn and Munkres), never two for one; those who
    share nothing stay alone. The key is the person of the truth.
    """
    whose, people, said = owners(truth), sorted(truth), sorted(answer)
    if not people or not said:
        return {}
    shared = np.array([[sum(1 / len(whose[f]) for f in sorted(truth[p] & answer[s])) for s in said] for p in people])
    rows, columns = linear_sum_assignment(shared, maximize=True)
    return {people[r]: said[c] for r, c in zip(rows, columns, strict=True) if shared[r, c] > 0}


def intruders(people: Sequence[NamedPerson], found: Mapping[str, str]) -> list[NamedPerson]:
    """People of the answer with a role in the market who are nobody of it, or somebody a second time."""
    known = set(found.values())
    return [person for person in people if person.role in ROLES and person.id not in known]
