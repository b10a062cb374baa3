"""Verdicts of earlier versions (``WORKSPACE/watch/verdicts.jsonl``, in the clear) brought into the casebook, once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from headwater.model.errors import StoreError
from headwater.store.casebook.cases import CaseEntry
from headwater.store.casebook.log import SYSTEM
from headwater.store.casebook.things import Thing
from headwater.store.casebook.transaction import Transaction
from headwater.store.casebook.verdicts import Said, Saying, say_unattested

FILE = Path("watch") / "verdicts.jsonl"
DONE = Path("watch") / "verdicts.imported.jsonl"
ACT = "verdicts.imported"


def waits(root: Path) -> bool:
    """Whether a workspace has a list of verdicts that was not brought in."""
    return (root / FILE).exists()


def bring_in(tx: Transaction, case: CaseEntry, root: Path) -> int:
    """Enter every verdict of the old list, in its order, as words of people who did not sign in; give how many.

    :raises StoreError: when a line is no verdict
    """
    file = root / FILE
    data = file.read_bytes()
    details = {"sha256": sha256(data).hexdigest()}
    if tx.is_logged(ACT, case.id, details):  # a run was cut before it could move the file
        return 0
    count = 0
    for number, line in enumerate(data.decode("utf-8").split("\n"), 1):
        if line:
            _enter(tx, case, line, f"{file}:{number}", number)
            count += 1
    tx.log(SYSTEM, ACT, case.id, None, details)
    return count


def put_aside(root: Path) -> None:
    """Move the old list aside, once the casebook has it: it holds names in the clear."""
    file = root / FILE
    if file.exists():
        file.chmod(0o600)
        file.replace(root / DONE)


def _enter(tx: Transaction, case: CaseEntry, line: str, place: str, number: int) -> None:
    try:
        told: Mapping[str, Any] = json.loads(line)
        on = date.fromisoformat(told["on"])
        until = date.fromisoformat(told["until"]) if told["until"] else None
        said = Said(told["said"])
        about = {name: [str(v) for v in told[name]] for name in ("subjects", "detectors")}
        thing = Thing("alert", (str(told["alert"]),), {})
        saying = Saying(thing, said, str(told["because"]), until if said is Said.explained else None, about)
        by = str(told["by"]).strip() or "?"
    except (ValueError, KeyError, TypeError) as error:
        raise StoreError(f"is no verdict ({type(error).__name__})", place) from error
    at = datetime.combine(on, time(), UTC) + timedelta(
        microseconds=number
    )  # of one day the later line is the later word
    say_unattested(tx, case, saying, by if by.isprintable() else "?", at)
