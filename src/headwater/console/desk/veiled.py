"""An answer without the names of staff: every value of it, whatever it stands under."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from headwater.casework.veil import Veil
from headwater.console.desk.crowds import Place, in_crowds
from headwater.model.organisation import Person
from headwater.model.words import Lang

PEOPLE = frozenset({"employee", "employees", "owner"})
HOLDERS = frozenset({"suspect", "holder"})
"""Somebody of staff, or a folder, or a leaked file by its path: then it is called what the file is called elsewhere."""
ACCOUNTS = frozenset({"account", "accounts", "alike"})
DEVICES = frozenset({"device", "devices"})
PATHS = frozenset({"source", "path", "leak", "file", "files", "batch"})
IDS = frozenset({"id", "findings"})
AS_THEY_ARE = frozenset(
    {"by", "sha256", "digest", "token", "detector", "format", "severity", "from", "to", "time", "kind", "techniques"}
    | {"code", "outcome", "control", "department", "as_of", "certainty", "status", "within", "category", "month"}
    | {"asked", "answered", "at", "said", "state", "first", "second"}
)
"""Codes, times, digests, and ids of people of the market: no staff is named in them. ``by`` is a user of the casebook."""
MARKET = "network"
OF_THE_HOUSE = "lookups"
"""The only entries of the market whose accounts and employees are those of the house."""
KEYED = frozenset({"limits", "parameters", "numbers", "overlap", "datasets", "together"})
"""Mappings whose keys are data."""
_WORD = re.compile(r"[a-z_]+")
REMEMBERED = 50_000
"""So many sentences are remembered: many findings cite the same files in the same words."""


@dataclass(frozen=True)
class Veiled:
    """Puts pseudonyms where an answer names staff, their accounts, their devices.

    ``met`` fills with what stands behind each pseudonym that was given.
    """

    veil: Veil = field(repr=False)
    lang: Lang = "en"
    met: dict[str, str] = field(default_factory=dict, repr=False)
    _said_before: dict[str, str] = field(default_factory=dict, repr=False)

    def row(self, prefix: str, value: Any) -> Any:
        """A part of the answer, or a row of it, from the place ``prefix``."""
        key = prefix.removesuffix(".item").rpartition(".")[2]
        return self._value(key, value, not prefix.startswith(MARKET))

    def _value(self, key: str, value: Any, house: bool) -> Any:
        if isinstance(value, str):
            return self._text(key, value, house)
        if isinstance(value, list):
            return [self._value(key, each, house) for each in value]
        if isinstance(value, Mapping):
            made = {self._key(key, k): self._value(k, v, house or k == OF_THE_HOUSE) for k, v in value.items()}
            if "name" in made and "employee" in made:
                made["name"] = None  # masked, and yet it tells who of a department it is
                if "department" in made:
                    place = self._places.get(str(value["employee"]))
                    made["department"] = place.department if place else None
            return made
        return value

    def _key(self, outer: str, key: str) -> str:
        """The key of a mapping; one that is no word of the contract may name somebody (``limit P00012``)."""
        return key if _WORD.fullmatch(key) and outer not in KEYED else self._said(key)

    def _text(self, key: str, text: str, house: bool) -> str:
        if not text or key in AS_THEY_ARE:
            return text
        if house and key in PEOPLE:
            return self.person(text)
        if house and key in HOLDERS:
            return self.person(text) if self._known(text) else self.veil.path(text, self.lang)
        if house and key in ACCOUNTS:
            return self._met(self.veil.account(text), text)
        if house and key in DEVICES:
            return self._met(self.veil.device(text), text)
        if key in PATHS:
            return self.veil.path(text, self.lang)
        return self.id(text) if house and key in IDS else self._said(text)

    def person(self, name: str) -> str:
        """The pseudonym of somebody of the roster; others (somebody of the market) as texts have them."""
        known = self._known(name)
        return self._met(self.veil.person(known.employee), known.employee) if known else self._said(name)

    def _known(self, name: str) -> Person | None:
        org = self.veil.org
        return org.people.get(name) or org.people.get(org.numbers.get(name.casefold(), ""))

    def id(self, text: str) -> str:
        """An id of a finding: its detector, and pseudonyms of what it is about."""
        return ":".join(self._exact.get(part.casefold()) or self._said(part) for part in text.split(":"))

    def _met(self, pseudonym: str, name: str) -> str:
        return self.met.setdefault(pseudonym, name) and pseudonym

    @cached_property
    def _places(self) -> Mapping[str, Place]:
        return in_crowds(self.veil.org.people.values())

    @cached_property
    def _exact(self) -> Mapping[str, str]:
        """What stands for each name that stands alone; a later one overrules, as in sentences."""
        veil = self.veil
        known = {device.casefold(): veil.device(device) for device in veil.devices}
        known |= {account.casefold(): veil.account(account) for account in {*veil.accounts, *veil.org.accounts}}
        return known | {employee.casefold(): veil.person(employee) for employee in veil.org.people}

    def _said(self, text: str) -> str:
        if text not in self._said_before:
            if len(self._said_before) >= REMEMBERED:
                self._said_before.clear()
            self._said_before[text] = self.veil.text(text, self.lang)
        return self._said_before[text]
