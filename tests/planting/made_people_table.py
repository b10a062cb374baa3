"""A small protected table of made people, contacts that its house owns, and a plan written by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from headwater.model.settings import OwnedContacts
from headwater.planting.canaries.contacts import Controls
from headwater.planting.canaries.figures import Figures
from headwater.planting.canaries.planning import Planned, tokens_of
from headwater.planting.canaries.table import Table, find_table, read_table
from headwater.planting.canaries.telling import Area
from headwater.simulation import made_people
from headwater.store.tokens import Tokeniser

ROWS = 320
SEX, BIRTH = "性别", "出生日期"
HEADER = ["cust_no", "name", "id_card", SEX, BIRTH, "mobile", "home_address", "product", "premium", "opened", "note"]


def rows(count: int = ROWS, seed: int = 3, first: int = 300_000) -> pd.DataFrame:
    """Clients with keys that rise with gaps, a sex that the number tells too, and cells left empty."""
    dice = np.random.default_rng(seed)
    people = made_people.people(dice, count)
    product = dice.choice(["车险", "寿险", "家财险"], count, p=[0.5, 0.3, 0.2])
    premium = dice.lognormal(np.where(product == "寿险", 8.5, 6.5), 0.5).astype(int) * 10
    opened = np.sort(dice.integers(17_000, 19_000, count)).astype("datetime64[D]").astype(str)
    ids = pd.Series(people.id_number)
    birth = ids.str.slice(6, 10) + "/" + ids.str.slice(10, 12) + "/" + ids.str.slice(12, 14)
    made = pd.DataFrame(
        {
            "cust_no": [f"K{n}" for n in first + np.cumsum(dice.geometric(0.6, count))],
            "name": people.name,
            "id_card": ids.where(dice.random(count) > 0.1, ""),
            SEX: np.where(ids.str[16].astype(int) % 2 == 1, "男", "女"),
            BIRTH: birth,
            "mobile": people.phone,
            "home_address": people.address,
            "product": product,
            "premium": premium.astype(str),
            "opened": opened,
            "note": np.where(dice.random(count) < 0.2, "VIP", ""),
        }
    )
    return made[HEADER]


def table_in(folder: Path, made: pd.DataFrame) -> Table:
    """The rows as a file, read back as the program reads it."""
    file = folder / "clients.csv"
    made.to_csv(file, index=False)
    return read_table(*find_table(file, None, None, None))


def owned(count: int = 400) -> OwnedContacts:
    """Numbers and addresses here and there that the house owns."""
    dice = np.random.default_rng(77)
    return OwnedContacts(
        tuple(made_people.phones(dice, count)), tuple(made_people.addresses(dice, count)), "post.example.com"
    )


def by_hand(
    table: Table, people: pd.DataFrame, key: Tokeniser, area: float = 0.5, controls: Controls | None = None
) -> Planned:
    """A plan of these very rows, with figures as if they had been measured."""
    measured = Area(area, area - 0.02, area + 0.02, 100, 1_000)
    figures = Figures(len(people), 100, table.rows, (-20.0, -10.0), 300, 30, 1, 100, 0.0, 1, 5, 10.0, measured)
    return Planned(people, tokens_of(table, people, key), controls or Controls(), figures)
