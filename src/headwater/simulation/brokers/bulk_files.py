"""The contents of the files that were sold: made people, in columns that differ from file to file."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np

from headwater.simulation import made_people
from headwater.simulation.brokers.bulk import Deal
from headwater.simulation.brokers.world import World
from headwater.simulation.events import Column, dice
from headwater.simulation.files import write_table

_LAYOUTS = (
    (("姓名", "name"), ("手机号", "phone"), ("身份证号", "id_number"), ("地址", "address")),
    (("客户姓名", "name"), ("联系电话", "phone"), ("地址", "address")),
    (("手机", "phone"), ("姓名", "name")),
    (("name", "name"), ("mobile", "phone"), ("idcard", "id_number")),
)


def write_sold(made: World, deal: Deal, folder: Path) -> None:
    """Write the file of one sale beside the chats of a phone."""
    columns = _LAYOUTS[deal.layout]
    rows = [[head for head, _ in columns]]
    for origin, start, stop in deal.pieces:
        known = _origin(made.seed, origin, made.habits.bulk_rows[1], made.habits.unassigned_phones)
        cells: list[Column] = [getattr(known, field)[start:stop] for _, field in columns]
        rows += np.stack(cells, axis=1).tolist()
    write_table(folder / deal.file, rows, "utf-8" if deal.file.endswith(".csv") else "xlsx")


@lru_cache(maxsize=8)
def _origin(seed: int, origin: int, count: int, unassigned: float) -> made_people.People:
    return made_people.people(dice(seed, f"brokers/bulk/rows/{origin}"), count, unassigned)
