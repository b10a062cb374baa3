"""Settings of a case that people change in the console: each change is a new version, and nobody overwrites another unseen."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from headwater.model.errors import CaseError
from headwater.store.casebook import moments
from headwater.store.casebook.cases import CaseEntry, insist
from headwater.store.casebook.log import canonical
from headwater.store.casebook.permissions import Permission
from headwater.store.casebook.tables import SETTINGS, USERS
from headwater.store.casebook.transaction import Row, Transaction
from headwater.store.casebook.users import User

LONGEST = 1_000_000
_NAME = re.compile(r"[a-z0-9][a-z0-9._:-]{0,99}")
"""Names of settings stand in the log in clear: they are words of the program."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What is set under a name: JSON values, who set it when, and the how-many-eth version of it that is."""

    name: str
    version: int
    value: Mapping[str, Any]
    by: str
    at: datetime


class StaleError(CaseError):
    """Somebody was quicker: what was to be changed is not what it was when it was read. ``stands`` is what stands now."""

    def __init__(self, stands: Setting) -> None:
        super().__init__("somebody changed this meanwhile; look at what stands now")
        self.stands = stands


def get(tx: Transaction, case: CaseEntry, name: str) -> Setting | None:
    """What is set under a name now, or ``None`` where nothing ever was."""
    found = history(tx, case, name)
    return found[-1] if found else None


def everything(tx: Transaction, case: CaseEntry) -> dict[str, Setting]:
    """What is set now, by name."""
    names = _names(tx)
    return {row["name"]: _setting(row, names) for row in tx.rows(SETTINGS, SETTINGS.c.case_id == case.id)}


def history(tx: Transaction, case: CaseEntry, name: str) -> tuple[Setting, ...]:
    """Every version of a setting, the oldest first."""
    names = _names(tx)
    rows = tx.rows(SETTINGS, SETTINGS.c.case_id == case.id, SETTINGS.c.name == name)
    return tuple(_setting(row, names) for row in sorted(rows, key=lambda row: int(row["version"])))


def put(tx: Transaction, who: User, case: CaseEntry, name: str, value: Mapping[str, Any], version: int) -> Setting:
    """Set a name to a value, and give what stands then.

    :param value: JSON values; kept sealed, as they are given: mask what people wrote freely
    :param version: the version that was read before (0: nothing was set)
    :raises StaleError: when it is not the newest any more
    :raises CaseError: when he may not, or it is no such name, or too long
    """
    insist(tx, who, case, Permission.settings)
    told = canonical(dict(value))
    if not _NAME.fullmatch(name):
        raise CaseError("a setting's name is of small letters, digits, and . _ : - between them")
    if len(told) > LONGEST:
        raise CaseError(f"a setting has {LONGEST:,} characters at most")
    now = get(tx, case, name)
    if (now.version if now else 0) != version:
        raise StaleError(now or Setting(name, 0, {}, "", moments.read(tx.now)))
    values = {"case_id": case.id, "user_id": who.id, "name": name, "version": version + 1, "value": told}
    tx.add(SETTINGS, values, who.id, "setting.set", {"name": name, "version": version + 1})
    return Setting(name, version + 1, json.loads(told), who.name, moments.read(tx.now))


def _setting(row: Row, names: Mapping[str, str]) -> Setting:
    value = json.loads(row["value"])
    return Setting(row["name"], row["version"], value, names[row["user_id"]], moments.read(row["at"]))


def _names(tx: Transaction) -> dict[str, str]:
    return {row["id"]: row["name"] for row in tx.rows(USERS)}
