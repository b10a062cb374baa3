"""Names of an alert, shown to somebody who asked and to whom somebody else agreed; there is no other way to them.

Who may look is decided by the casebook (:mod:`headwater.store.casebook.revealing`). Reveals of earlier versions, which
only wrote down who said who he was, stay readable: their record is a chain of its own.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from headwater.casework.ledgers import known_alert
from headwater.model.alert import Alert
from headwater.store.casebook.cases import CaseEntry
from headwater.store.casebook.opening import Casebook
from headwater.store.casebook.revealing import Opened, find_request, look
from headwater.store.chained import ChainedList
from headwater.store.workspace import Workspace

REVEALS = Path("watch") / "reveals.jsonl"
FACT = "reveals"
"""In the manifest: how many entries there are, and the digest of the last."""


def shown(
    workspace: Workspace, book: Casebook, ticket: str, case: CaseEntry, request: str, now: datetime
) -> tuple[Alert, Opened]:
    """An alert with its names, for the one who asked, while the time runs that somebody else agreed to.

    :param ticket: of who is signed in (:func:`headwater.store.casebook.signing_in.sign_in`)
    :param request: the request's id
    :raises CaseError: when it was not agreed to, has lapsed, is used up, or is another's
    :raises StoreError: when something that decides was changed past the program
    """
    with book.reading(now) as tx:
        asked = find_request(tx, case, request)
    leave = look(book, ticket, case, request, asked.thing, now)
    return known_alert(workspace.root, workspace.tokeniser, leave.thing), leave


def earlier_reveals(workspace: Workspace) -> list[dict[str, Any]]:
    """Every reveal that versions without accounts wrote down, the oldest first.

    :raises StoreError: where an entry was changed or taken out, or a line is torn
    """
    return chain(workspace).entries()


def chain(workspace: Workspace) -> ChainedList:
    """The record of those versions."""
    file = workspace.root / REVEALS
    return ChainedList(file, workspace.tokeniser, workspace.manifest, "reveal", FACT, "reveals", "reveal again")
