"""What people said of who is who: verdicts are added to a list that only grows, and every new run reads them.

An undo is an entry too; the parts that a verdict joined or parted stand again as the evidence has them. Entries are linked by
digests (:mod:`headwater.store.chained`), so that one that was changed or taken out is noticed. The list has a lock of its
own, so that people may speak while a run is at work on the workspace (:func:`open_list`).
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from headwater.model.errors import CaseError, StoreError
from headwater.model.network import Verdict
from headwater.store.casebook.entering import masked, unnamed
from headwater.store.chained import ChainedList, bare
from headwater.store.keys import token_key
from headwater.store.manifest import Manifest
from headwater.store.places import Places
from headwater.store.tokens import Tokeniser
from headwater.store.workspace import Workspace

FILE = Path("network_verdicts.jsonl")
LOCK = Path("network_verdicts.lock")
FACT = "network verdicts"
"""In the manifest: how many entries there are, and the digest of the last."""


@dataclass(frozen=True, slots=True)
class Undone:
    """A verdict that was taken back: who did so, when and why."""

    of: str
    because: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Listed:
    """What the list of verdicts needs of a workspace: it may be had while a run is at work on the rest."""

    root: Path
    tokeniser: Tokeniser = field(repr=False)
    manifest: Manifest = field(repr=False)


@contextmanager
def open_list(root: Path) -> Iterator[Listed]:
    """The list of a workspace, to be read and added to while a run may be at work on it.

    :raises StoreError: where there is no workspace, or its key is another
    """
    if not (root / "manifest.sqlite").exists():
        raise StoreError("there is no workspace here", str(root))
    tokeniser = Tokeniser(token_key(root))
    with closing(Manifest(root / "manifest.sqlite", Places(tokeniser))) as manifest:
        if manifest.fact("key") not in (None, tokeniser.fingerprint()):
            raise StoreError("the workspace was made with another key", str(root))
        yield Listed(root, tokeniser, manifest)


def standing(workspace: Workspace | Listed) -> tuple[Verdict, ...]:
    """The verdicts that nobody took back, the oldest first.

    :raises StoreError: where an entry was changed or taken out, or a line is torn
    """
    return _standing(history(workspace))


def history(workspace: Workspace | Listed) -> tuple[Verdict | Undone, ...]:
    """Everything that was said, the oldest first; raises as :func:`standing` does."""
    with _alone(workspace.root):
        return _told(workspace)


def say(
    workspace: Workspace | Listed,
    said: str,
    accounts: Sequence[str],
    others: Sequence[str],
    because: str,
    by: str,
    now: datetime,
) -> Verdict:
    """Add a verdict (``merge`` or ``split``) and give it with its id. The reason is masked, names of people too.

    :raises CaseError: without a reason, a name, or two sides that are apart; or where a standing verdict says the contrary
    """
    because = unnamed(masked(because))  # the list and every answer that is built by it are not sealed
    one, other = tuple(sorted(set(accounts))), tuple(sorted(set(others)))
    if not because.strip() or not by.strip():
        raise CaseError("a verdict needs a reason and the name of who gives it")
    if not one or not other or set(one) & set(other):
        raise CaseError("a verdict needs accounts on both sides, and none on both")
    with _alone(workspace.root):
        known = _told(workspace)
        verdict = Verdict(_name(len(known), said, *one, "", *other), said, one, other, because, by, now)
        _insist_on_peace(verdict, _standing(known))
        _chain(workspace).add(
            {
                "id": verdict.id,
                "said": said,
                "accounts": one,
                "others": other,
                "because": because,
                "by": by,
                "at": now.isoformat(),
            }
        )
    return verdict


def undo(workspace: Workspace | Listed, verdict: str, because: str, by: str, now: datetime) -> Verdict:
    """Take a standing verdict back, and give it.

    :raises CaseError: where there is none of that id, or no reason or name
    """
    if not because.strip() or not by.strip():
        raise CaseError("an undo needs a reason and the name of who gives it")
    because = unnamed(masked(because))
    with _alone(workspace.root):
        found = next((v for v in _standing(_told(workspace)) if v.id == verdict), None)
        if found is None:
            raise CaseError(f"no verdict {verdict} stands")
        _chain(workspace).add({"said": "undo", "of": verdict, "because": because, "by": by, "at": now.isoformat()})
    return found


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """Nobody else reads or writes the list meanwhile: each takes milliseconds."""
    handle = os.open(root / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _told(workspace: Workspace | Listed) -> tuple[Verdict | Undone, ...]:
    return tuple(_read(bare(entry)) for entry in _chain(workspace).entries())


def _standing(told: Sequence[Verdict | Undone]) -> tuple[Verdict, ...]:
    gone = {entry.of for entry in told if isinstance(entry, Undone)}
    return tuple(entry for entry in told if isinstance(entry, Verdict) and entry.id not in gone)


def _insist_on_peace(new: Verdict, known: Sequence[Verdict]) -> None:
    """Of verdicts that contradict each other one must be taken back first: neither is chosen in silence."""
    every = (*known, new)
    groups = _joined([{*v.accounts, *v.others} for v in every if v.said == "merge"])
    for split in (v for v in every if v.said == "split"):
        torn = [g for g in groups if g & set(split.accounts) and g & set(split.others)]
        if torn:
            against = [v for v in known if (v.said == "merge" and torn[0] & set(v.accounts)) or v == split]
            told = ", ".join(f"{v.id} ({v.said} by {v.by})" for v in against)
            raise CaseError(f"what was said before says the contrary: {told}; undo it first")


def _joined(groups: Sequence[set[str]]) -> list[set[str]]:
    """Groups that share a member become one."""
    found: list[set[str]] = []
    for group in groups:
        touching = [g for g in found if g & group]
        found = [g for g in found if not g & group]
        found.append(group.union(*touching))
    return found


def _name(number: int, *parts: str) -> str:
    return "V-" + hashlib.blake2b("\0".join((str(number), *parts)).encode(), digest_size=5).hexdigest()


def _read(entry: dict[str, Any]) -> Verdict | Undone:
    at = datetime.fromisoformat(entry["at"])
    if entry["said"] == "undo":
        return Undone(entry["of"], entry["because"], entry["by"], at)
    one, other = tuple(entry["accounts"]), tuple(entry["others"])
    return Verdict(entry["id"], entry["said"], one, other, entry["because"], entry["by"], at)


def _chain(workspace: Workspace | Listed) -> ChainedList:
    file = workspace.root / FILE
    return ChainedList(
        file, workspace.tokeniser, workspace.manifest, "network verdict", FACT, "verdicts", "say it again"
    )
