"""Who asked for names: every reveal is written down, and what was changed or taken out is noticed.

It is a record, not a lock: the names lie in the workspace beside it. Each entry holds a digest, made with the workspace's
key, of itself and of the one before; how many there are and the last digest are kept in the workspace's manifest.
"""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any

from headwater.model.alert import Alert
from headwater.model.errors import CaseError, StoreError
from headwater.store.tokens import Tokeniser
from headwater.store.workspace import Workspace

REVEALS = Path("watch") / "reveals.jsonl"
FIRST_LINK = "0" * 32
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
    entry = {"alert": alert.id, "at": now.isoformat(), "because": reason, "by": by, "second": second}
    before = reveals(workspace)
    link = before[-1]["digest"] if before else FIRST_LINK
    digest = _digest(workspace.tokeniser, entry, link)
    file = workspace.root / REVEALS
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    whole = not file.exists() or file.read_bytes()[-1:] in (b"", b"\n")
    with file.open("a", encoding="utf-8") as out:
        told = json.dumps(entry | {"before": link, "digest": digest}, ensure_ascii=False)
        out.write(("" if whole else "\n") + told + "\n")
        out.flush()
        os.fsync(out.fileno())
    # counted after it is written: a run that is cut between leaves one entry more than are counted, which is no harm
    workspace.manifest.set_fact(FACT, f"{len(before) + 1} {digest}")
    return alert


def reveals(workspace: Workspace) -> list[dict[str, Any]]:
    """Every reveal so far, the oldest first.

    :raises StoreError: where an entry was changed or taken out, or a line is torn
    """
    file = workspace.root / REVEALS
    lines = file.read_text("utf-8").split("\n") if file.exists() else []
    entries, link = [], FIRST_LINK
    for number, line in enumerate(lines, 1):
        if not line:
            continue
        told = _entry(line, f"{file}:{number}")
        entry = {k: v for k, v in told.items() if k not in ("before", "digest")}
        if told.get("before") != link or told.get("digest") != _digest(workspace.tokeniser, entry, link):
            raise StoreError(
                "the list of reveals was changed here, or an entry before it taken out", f"{file}:{number}"
            )
        link = told["digest"]
        entries.append(told)
    _count(workspace, entries, file)
    return entries


def _entry(line: str, place: str) -> dict[str, Any]:
    try:
        told = json.loads(line)
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise StoreError(
            "is no whole entry: a run was cut while it wrote. Keep a copy of the file, take out this line if it is the last, "
            "and reveal again",
            place,
        )
    return told


def _count(workspace: Workspace, entries: list[dict[str, Any]], file: Path) -> None:
    """Hold the entries against what the manifest knows: the last may have been taken out, or all."""
    kept = workspace.manifest.fact(FACT)
    if kept is None:
        return
    count, last = kept.split()
    if len(entries) < int(count) or entries[int(count) - 1]["digest"] != last:
        raise StoreError(f"holds {len(entries)} reveals; {count} were made: some were taken out", str(file))


def _digest(tokeniser: Tokeniser, entry: dict[str, Any], before: str) -> str:
    return tokeniser.token("reveal", before + json.dumps(entry, ensure_ascii=False, sort_keys=True))
