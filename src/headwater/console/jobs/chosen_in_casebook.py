"""The settings of a case as the casebook keeps them, with their version."""

from __future__ import annotations

from headwater.console.jobs.chosen import Chosen, chosen_of
from headwater.store.casebook import settings
from headwater.store.casebook.cases import CaseEntry
from headwater.store.casebook.transaction import Transaction

NAME = "work"
"""Under this name the casebook keeps budget, mutes, declared logs and parameters."""


def chosen_for(tx: Transaction, case: CaseEntry) -> Chosen:
    """What stands for a case; the defaults where nothing was set."""
    found = settings.get(tx, case, NAME)
    return chosen_of(found.value if found else None)
