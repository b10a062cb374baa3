"""Distinct persons behind holdings: once per file, once per holder, once overall.

A resident id, a passport or another paper is a person by itself, and several in one row are the same one's. A number that leads to a
person (mobile, e-mail, card, a data set's own number) joins the rows that share it, and joins them to the id beside which
it stands; name and address together do so too. What several people share joins nobody. A chain that would make one person
of two ids is cut. What stands in columns of two parties of a row is two persons', and what is nobody's is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headwater.identifiers.national import numbers
from headwater.scanning.linking import ADDRESS, ID, LESSER, NAME, NUMBER, PAPER, linked

ROWS = pa.schema(
    [
        ("source", pa.string()),
        ("sheet", pa.string()),
        ("line", pa.int64()),
        ("holder", pa.string()),
        ("person", pa.int64()),
        ("named", pa.bool_()),
    ]
)
_HELD = """
CREATE TEMP TABLE held AS
SELECT dense_rank() OVER (ORDER BY source, sheet, line, coalesce(party, 0)) - 1 AS place, source, sheet, line, holder,
       roles.role, dense_rank() OVER (ORDER BY kind, token) AS mark
FROM holdings JOIN roles USING (kind) WHERE token IS NOT NULL AND roles.role IS NOT NULL AND coalesce(party, 0) >= 0
"""
_PLACES = """
SELECT DISTINCT source, sheet, line, holder, person, named
FROM who JOIN (SELECT DISTINCT place, source, sheet, line, holder FROM held) USING (place)
ORDER BY source, sheet, line, person
"""
_ROLES = {
    "resident_id": ID,
    "name": NAME,
    "address": ADDRESS,
    "mobile": NUMBER,
    "email": NUMBER,
    "bank_card": NUMBER,
    "phone": LESSER,
    "iban": LESSER,
    "qq": LESSER,
    "wechat": LESSER,
    "alipay": LESSER,
}
_PAPERS = (
    *("passport", "hk_id", "macau_id", "taiwan_id", "permit_hk_macau", "permit_taiwan", "permit_to_hk_macau"),
    *("foreign_resident_old", "foreign_passport", "officer_card", "driver_file", "mrz", "sg_nric", "gb_nino"),
)


@dataclass(frozen=True, slots=True)
class Persons:
    """Which persons stand in which rows.

    ``rows`` has a row for each person in each place: ``source``, ``sheet``, ``line``, ``holder``, ``person`` (0-based,
    in the order of first appearance) and ``named`` (false for one who is a bare number wherever he stands). Rows in
    which nobody can be told apart, such as a name alone, are not in it.
    """

    rows: pa.Table

    @property
    def count(self) -> int:
        """How many persons there are."""
        return int(pc.count_distinct(self.rows["person"]).as_py())

    def per_holder(self) -> pa.Table:
        """Count the distinct persons of each holder: ``holder``, ``persons``, ``named``."""
        return _counts(self.rows, "holder")

    def per_source(self) -> pa.Table:
        """Count the distinct persons of each file of each holder: ``holder``, ``source``, ``persons``, ``named``."""
        return _counts(self.rows, "holder, source")


def role_of(kind: str) -> int | None:
    """What an identifier of a kind is to a person; ``None`` where it tells nobody apart.

    Every kind of paper has a role of its own, from :data:`~headwater.scanning.linking.PAPER` on: the lower, the rather it stands for
    the person. National numbers that firms have too tell nobody apart.
    """
    return NUMBER if kind.startswith("own:") else _roles().get(kind)


@cache
def _roles() -> Mapping[str, int]:
    national = [name for name, number in numbers().items() if not number.firms]
    return {**_ROLES, **{kind: PAPER + place for place, kind in enumerate((*_PAPERS, *national))}}


def persons(holdings: pa.Table) -> Persons:
    """Tell the persons behind holdings apart; ``holdings`` is the table of that name, or a part of it."""
    kinds = holdings["kind"].unique().to_pylist()
    roles = pa.table({"kind": pa.array(kinds, pa.string()), "role": pa.array(map(role_of, kinds), pa.int8())})
    with duckdb.connect() as base:
        base.register("holdings", holdings)
        base.register("roles", roles)
        base.execute(_HELD)
        found = base.execute("SELECT place, role, mark FROM held ORDER BY place, mark").fetchnumpy()
        told = linked(found["place"].astype(np.int64), found["role"].astype(np.int8), found["mark"].astype(np.uint64))
        who = pa.table({"place": told.row, "person": told.person, "named": told.named[told.person]})
        base.register("who", who)
        return Persons(base.execute(_PLACES).to_arrow_table().cast(ROWS))


def _counts(rows: pa.Table, keys: str) -> pa.Table:
    with duckdb.connect() as base:
        base.register("found", rows)
        return base.execute(
            f"SELECT {keys}, count(DISTINCT person) AS persons, count(DISTINCT person) FILTER (named) AS named "
            f"FROM found GROUP BY ALL ORDER BY ALL"
        ).to_arrow_table()
