"""What is on the disks that were seized: lists of the takers beside innocent files, and the lists of the innocent."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from headwater.simulation.events import Whole
from headwater.simulation.house.house import House
from headwater.simulation.house.nouns import Doing
from headwater.simulation.outside.leak_spec import ListKind
from headwater.simulation.outside.leaks import Found
from headwater.simulation.outside.lists import list_file
from headwater.simulation.outside.wording import one

_COLUMNS = {"name": "姓名", "id_number": "身份证", "phone": "手机号", "address": "住址"}
_KINDS: tuple[ListKind, ...] = ("xlsx", "csv", "txt", "xlsx")
_PARTS = 40_000  # rows of one list at most


def seized(house: House, doings: Sequence[Doing], innocent: int = 1) -> tuple[list[Found], list[dict[str, object]]]:
    """The files of every disk and how many distinct clients each holder has; an innocent colleague's disk is among them."""
    rng, files, held = house.dice("seized"), [], []
    for person, (who, day) in sorted(_hauls(house, doings).items()):
        files += _disk(house, rng, person, "taken", who, day)
        held.append({"holder": str(house.staff.employee[person]), "persons": len(np.unique(who))})
    actors = {person for doing in doings for person in doing.people}
    for person in _agents(house, rng, actors)[: innocent if doings else 0]:
        book = np.flatnonzero((house.clients.owner == person) & (house.clients.joined < house.calendar.days))
        files += _disk(house, rng, person, "mine", book, np.full(len(book), house.calendar.days - 1))
        held.append({"holder": str(house.staff.employee[person]), "persons": len(book)})
    return files, held


def _hauls(house: House, doings: Sequence[Doing]) -> dict[int, tuple[Whole, Whole]]:
    """What each taker still has: distinct clients with the day of the copy."""
    parts: dict[int, list[tuple[Whole, Whole]]] = {}
    for doing in doings:
        rng = house.dice(f"kept {doing.id}")
        for person in sorted(set(doing.taker.tolist()) - {-1}) if doing.kept > 0 else ():
            mine = np.flatnonzero(doing.taker == person)
            kept = mine[rng.random(len(mine)) < doing.kept]
            if len(kept):
                parts.setdefault(person, []).append((doing.taken[kept], house.calendar.day_of(doing.taken_at[kept])))
    hauls = {}
    for person, mine_parts in parts.items():
        who, day = (np.concatenate(part) for part in zip(*mine_parts, strict=True))
        _, first = np.unique(who, return_index=True)
        hauls[person] = (who[first], day[first])
    return hauls


def _agents(house: House, rng: np.random.Generator, actors: set[int]) -> list[int]:
    """Innocent people with books of their own, in any order."""
    owners, sizes = np.unique(house.clients.owner[house.clients.owner >= 0], return_counts=True)
    usual = owners[(sizes >= 10) & (sizes <= 20_000) & ~house.staff.outside[owners]]
    return [person for person in rng.permutation(usual).tolist() if person not in actors]


def _disk(house: House, rng: np.random.Generator, person: int, words: str, who: Whole, day: Whole) -> list[Found]:
    """Lists of these people in parts, and a note that has nothing to do with it."""
    holder = f"seized/{house.staff.employee[person]}/桌面"
    order, found = rng.permutation(len(who)), house.calendar.days
    name, kind = one(rng, words), _KINDS[int(rng.integers(len(_KINDS)))]
    files = []
    for number, first in enumerate(range(0, len(order), _PARTS), 1):
        part = order[first : first + _PARTS]
        columns = [house.clients.values(who[part], day[part], column).tolist() for column in _COLUMNS]
        rows = [list(_COLUMNS.values()), *map(list, zip(*columns, strict=True))]
        file, content = list_file(kind, f"{name}{number}", rows)
        files.append(Found(f"{holder}/{file}", content, found))
    note = "".join(f"{one(rng, 'notes')}\r\n" for _ in range(3))
    return [*files, Found(f"{holder}/备忘.txt", note.encode("gb18030"), found)]
