"""A list that only grows: each entry holds a digest of itself and of the one before, so that a change is noticed.

The digest is made with the workspace's key, and how many entries there are and the last digest are kept in the
manifest: an entry that was changed, taken out, or cut off the end is seen. It is a record, not a lock: whoever has the
key and the manifest can make another one.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from headwater.model.errors import StoreError
from headwater.store.manifest import Manifest
from headwater.store.tokens import Tokeniser

FIRST_LINK = "0" * 32


@dataclass(frozen=True, slots=True)
class ChainedList:
    """Entries of a workspace in JSON lines (a file of mode 0600): ``kind`` goes into the digest, ``fact`` is the
    manifest's count, ``name`` is how messages call the entries, ``again`` what to do after a torn one.
    """

    file: Path
    tokeniser: Tokeniser = field(repr=False)
    manifest: Manifest = field(repr=False)
    kind: str
    fact: str
    name: str
    again: str

    def add(self, entry: dict[str, Any]) -> None:
        """Write one more entry.

        :raises StoreError: when the list was tampered with
        """
        self.extend([entry])

    def extend(self, entries: list[dict[str, Any]]) -> None:
        """Write more entries, all of them at once.

        :raises StoreError: when the list was tampered with
        """
        if not entries:
            return
        before = self.entries()
        link = before[-1]["digest"] if before else FIRST_LINK
        told = []
        for entry in entries:
            digest = self._digest(entry, link)
            told.append(json.dumps(entry | {"before": link, "digest": digest}, ensure_ascii=False) + "\n")
            link = digest
        self.file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        whole = not self.file.exists() or self.file.read_bytes()[-1:] in (b"", b"\n")
        descriptor = os.open(self.file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "a", encoding="utf-8") as out:
            out.write(("" if whole else "\n") + "".join(told))
            out.flush()
            os.fsync(out.fileno())
        # counted after it is written: a run that is cut between leaves entries more than are counted, which is no harm
        self.manifest.set_fact(self.fact, f"{len(before) + len(entries)} {link}")

    def entries(self) -> list[dict[str, Any]]:
        """Every entry so far with its ``before`` and ``digest``, the oldest first.

        :raises StoreError: where an entry was changed or taken out, or a line is torn
        """
        lines = self.file.read_text("utf-8").split("\n") if self.file.exists() else []
        found, link = [], FIRST_LINK
        for number, line in enumerate(lines, 1):
            if not line:
                continue
            told = self._entry(line, f"{self.file}:{number}")
            if told.get("before") != link or told.get("digest") != self._digest(bare(told), link):
                raise StoreError(
                    f"the list of {self.name} was changed here, or an entry before it taken out",
                    f"{self.file}:{number}",
                )
            link = told["digest"]
            found.append(told)
        self._count(found)
        return found

    def _entry(self, line: str, place: str) -> dict[str, Any]:
        try:
            told = json.loads(line)
        except ValueError:
            told = None
        if not isinstance(told, dict):
            raise StoreError(
                "is no whole entry: a run was cut while it wrote. Keep a copy of the file, take out this line if it is the "
                f"last, and {self.again}",
                place,
            )
        return told

    def _count(self, entries: list[dict[str, Any]]) -> None:
        """Hold the entries against what the manifest knows: the last may have been taken out, or all."""
        kept = self.manifest.fact(self.fact)
        if kept is None:
            return
        count, last = kept.split()
        if len(entries) < int(count) or entries[int(count) - 1]["digest"] != last:
            raise StoreError(
                f"holds {len(entries)} {self.name}; {count} were made: some were taken out", str(self.file)
            )

    def _digest(self, entry: dict[str, Any], before: str) -> str:
        return self.tokeniser.token(self.kind, before + json.dumps(entry, ensure_ascii=False, sort_keys=True))


def bare(entry: dict[str, Any]) -> dict[str, Any]:
    """An entry without the links of its chain."""
    return {name: value for name, value in entry.items() if name not in ("before", "digest")}
