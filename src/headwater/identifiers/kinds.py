"""The kinds of identifiers: which module knows each, how telling it is, and the category that it belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

import pyarrow as pa

from headwater.identifiers import address, bank_card, email, landline, mobile, name, passport, plate, resident_id, uscc


class Identifier(Protocol):
    """What the module of one identifier offers."""

    def compact(self, text: str) -> str:
        """Give the normal form, valid or not."""
        ...

    def validate(self, text: str) -> str:
        """Give the normal form, or raise an error that names the failed check."""
        ...

    def is_valid(self, text: str) -> bool:
        """Tell whether the text is a valid identifier."""
        ...

    def mask(self, text: str) -> str:
        """Show as little as recognition needs."""
        ...

    def compact_array(self, values: pa.Array) -> pa.Array:
        """Give the normal form of every value, null where it is not valid."""
        ...


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of identifier.

    ``chance`` is the share of other values of the same shape that pass its checks;
    ``alone`` and ``named`` are the shares of valid cells that a column needs without and with a telling header;
    ``None`` says that no column is of this kind without a header.
    """

    name: str
    category: str
    chance: float
    alone: float | None
    named: float
    identifier: Identifier


def _kind(name: str, category: str, chance: float, alone: float | None, named: float, module: object) -> Kind:
    return Kind(name, category, chance, alone, named, module)  # type: ignore[arg-type]


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            _kind("resident_id", "id", 1e-5, 0.2, 0.05, resident_id),
            _kind("uscc", "other", 3e-3, 0.5, 0.2, uscc),
            _kind("email", "contact", 1e-3, 0.3, 0.05, email),
            _kind("mobile", "contact", 5.5e-2, 0.7, 0.2, mobile),
            _kind("bank_card", "account", 0.1, 0.7, 0.4, bank_card),
            _kind("landline", "contact", 0.1, None, 0.3, landline),
            _kind("passport", "id", 0.1, None, 0.3, passport),
            _kind("plate", "vehicle", 0.05, 0.6, 0.3, plate),
            _kind("address", "address", 0.05, 0.6, 0.3, address),
            _kind("name", "name", 0.2, 0.7, 0.4, name),
        )
    }
)
"""Every kind by its name, the more telling first."""
