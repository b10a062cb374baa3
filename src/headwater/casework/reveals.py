"""Who asked for names: every reveal is written down, and what was changed or taken out is noticed.

It is a record, not a lock: the names lie in the workspace beside it (see :mod:`headwater.store.chained`).
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from headwater.model.alert import Alert
from headwater.model.errors import CaseError
from headwater.store.chained import ChainedList
from headwater.store.workspace import Workspace

REVEALS = Path("watch") / "reveals.jsonl"
FACT = "reveals"
"""In the manifest: how many entries there are, and the digest of the last."""


def reveal(workspace: Workspace, alert: Alert, reason: str, by: str, second: str, now: datetime) -> Alert:
    """Give an alert with its names, and write down who asked, who agreed, when and why.

    :raises CaseError: when the second person is the first, or when there is no reason
    :raises StoreError: when the record was tampered with
    """
    if not reason.strip() or not by.strip() or not second.strip():
        raise CaseError("a reveal needs a reason, the one who asks and the one who agrees", alert.id)
    if by.strip().casefold() == second.strip().casefold():
        raise CaseError("the one who agrees must be somebody else", alert.id)
    _chain(workspace).add({"alert": alert.id, "at": now.isoformat(), "because": reason, "by": by, "second": second})
    return alert


def reveals(workspace: Workspace) -> list[dict[str, Any]]:
    """Every reveal so far, the oldest first.

    :raises StoreError: where an entry was changed or taken out, or a line is torn
    """
    return _chain(workspace).entries()


def _chain(workspace: Workspace) -> ChainedList:
    file = workspace.root / REVEALS
    return ChainedList(file, workspace.tokeniser, workspace.manifest, "reveal", FACT, "reveals", "reveal again")
