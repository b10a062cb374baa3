"""Gives candidates contacts: only such as the organisation owns and the table does not hold; some are kept back as controls."""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import pandas as pd
import pyarrow as pa

from headwater.exhibits.blocks import SETTINGS_FILE
from headwater.identifiers import mobile
from headwater.identifiers.columns import compact_array
from headwater.identifiers.errors import InvalidIdentifierError
from headwater.model.errors import SettingsError
from headwater.model.settings import OwnedContacts
from headwater.planting.canaries.layouts import like_digits
from headwater.planting.canaries.owned import Pool, alias
from headwater.planting.canaries.table import Table

PLACE = f"{SETTINGS_FILE} [canaries]"
WORDS = {"mobile": "owned_mobiles", "email": "owned_mail_domain", "address": "owned_addresses"}
PER_CONTROL = 3
"""One contact is kept back, never planted, for so many decoys."""
_BLANK = 0.01


@dataclass(frozen=True, slots=True)
class Controls:
    """Owned contacts that are never planted: what reaches them reaches any number."""

    mobiles: tuple[str, ...] = field(default=(), repr=False)
    emails: tuple[str, ...] = field(default=(), repr=False)


class Contacts:
    """What the organisation owns, given out once each. ``blank`` names columns that stay empty."""

    def __init__(self, owned: OwnedContacts, table: Table, blank: Collection[str], rng: random.Random) -> None:
        self._table, self._rng, self._domain = table, rng, owned.mail_domain
        self._pools = {
            kind: Pool(texts, rng, PLACE) for kind, texts in (("mobile", owned.mobiles), ("address", owned.addresses))
        }
        self._known = {kind: _known(table, kind) for kind in ("mobile", "address")}
        self.blank = frozenset(blank) | self._refused(frozenset(blank))

    def _refused(self, blank: frozenset[str]) -> frozenset[str]:
        """Columns of which the organisation owns nothing: left empty where real rows are empty too, else refused.

        :raises SettingsError: naming the column, where all rows have such a contact
        """
        empty = set()
        for name in self._table.of(*WORDS):
            kind = self._table.kinds[name]
            if name in blank or (self._domain if kind == "email" else self._pools[kind].size):
                continue
            if self._table.columns[name].null_count < _BLANK * self._table.rows:
                raise SettingsError(
                    f"{WORDS[kind]} is missing: column {name!r} is filled in nearly every row, and a decoy may have no contact but "
                    f"one that the organisation owns. Give some, or leave the column empty (--blank {name})",
                    PLACE,
                )
            empty.add(name)
        return frozenset(empty)

    @property
    def room(self) -> int | None:
        """How many people can be given contacts, or nothing where that is not bounded."""
        needs = [
            self._pools[self._table.kinds[n]].size for n in self._table.of("mobile", "address") if n not in self.blank
        ]
        return min(needs, default=None)

    def controls(self, decoys: int) -> Controls:
        """Keep back one contact of each kind for every three decoys."""
        count = -(-decoys // PER_CONTROL)
        kinds = {self._table.kinds[n] for n in self._table.of(*WORDS) if n not in self.blank}
        mobiles = self._take("mobile", count) if "mobile" in kinds else []
        emails = [alias(self._domain, self._rng) for _ in range(count)] if "email" in kinds else []
        return Controls(tuple(mobiles), tuple(emails))

    def fill(self, people: pd.DataFrame) -> pd.DataFrame:
        """Write contacts into the rows that shall have them.

        :raises SettingsError: when there are not enough
        """
        filled = people.copy()
        for name in self._table.of(*WORDS):
            kind, cells = self._table.kinds[name], people[name]
            if name in self.blank:
                filled[name] = None
                continue
            at = cells.notna()
            given = (
                [alias(self._domain, self._rng) for _ in range(int(at.sum()))]
                if kind == "email"
                else self._take(kind, int(at.sum()))
            )
            if kind == "mobile":
                given = [like_digits(t, n) for t, n in zip(cells[at], given, strict=True)]
            filled.loc[at, name] = given
        return filled

    def _take(self, kind: str, count: int) -> list[str]:
        """Give owned contacts that no row of the table holds."""
        found: list[str] = []
        while len(found) < count:
            fresh = self._pools[kind].take(count - len(found))
            if not fresh:
                raise SettingsError(
                    f"{WORDS[kind]}: {count} are needed, and there are {len(found)} left that no row holds", PLACE
                )
            found += [text for text in (_normal(kind, f) for f in fresh) if text not in self._known[kind]]
        return found


def _known(table: Table, kind: str) -> frozenset[str]:
    return frozenset(v for n in table.of(kind) for v in compact_array(kind, table.columns[n]).drop_null().to_pylist())


def _normal(kind: str, text: str) -> str:
    if kind != "mobile":
        return text
    try:
        return mobile.validate(text)
    except InvalidIdentifierError as error:
        raise SettingsError(f"owned_mobiles: {error}", PLACE) from error


def by_kind(table: Table, people: pd.DataFrame) -> Mapping[str, pa.Array]:
    """The columns of people as string arrays, in the table's order."""
    return {name: pa.array(people[name], pa.string()) for name in table.kinds}
