"""What of somebody's place in the house may stand beside a pseudonym: only what several people have in common.

A pseudonym beside "the manager of the only branch with three people" is a name. So a department, a job, a site and a month
of leaving are shown where at least :data:`LEAST` people share all of what is shown of them, as statistical offices keep small
cells back; where it is not so, the last of these is left out for as many people as it takes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from headwater.model.organisation import Person

LEAST = 5
"""So many people at least must be alike in everything that is shown of one of them."""
NAMES = ("department", "job", "site", "left")
"""In the order in which they are given up, the last first."""


@dataclass(frozen=True, slots=True)
class Place:
    """What is shown of somebody's place in the house: empty where the roster says nothing, ``None`` where too few people have it."""

    department: str | None = None
    job: str | None = None
    site: str | None = None
    left: str | None = None
    """The month of leaving; empty for who has not left."""


def in_crowds(people: Iterable[Person]) -> dict[str, Place]:
    """What may be shown of each of these people, by employee."""
    everybody = list(people)
    told: dict[str, dict[str, str | None]] = {person.employee: {} for person in everybody}
    _part(everybody, NAMES, told)
    return {employee: Place(**known) for employee, known in told.items()}


def _part(people: Sequence[Person], names: Sequence[str], told: dict[str, dict[str, str | None]]) -> None:
    """Tell one thing of these people, who are alike so far, and then the next of those who are alike in it as well."""
    if not names or not people:
        return
    name, rest = names[0], names[1:]
    groups: dict[str, list[Person]] = defaultdict(list)
    for person in people:
        groups[_value(person, name)].append(person)
    shown = sorted(groups.items(), key=lambda group: (len(group[1]), group[0]))
    hidden: list[Person] = []
    while shown and (len(shown[0][1]) < LEAST or 0 < len(hidden) < LEAST):
        hidden += shown.pop(0)[1]  # those of whom nothing is told must be several as well
    for value, group in [*shown, (None, hidden)]:
        for person in group:
            told[person.employee][name] = value
        _part(group, rest, told)


def _value(person: Person, name: str) -> str:
    if name == "left":
        return f"{person.left:%Y-%m}" if person.left else ""
    return {"department": person.department, "job": person.role, "site": person.site}[name]
