"""The purpose log: who asked for how much, why and when, and what was refused.

One JSON object a line, which holds the digest of the line before. Whoever changes or takes out a line breaks the chain; each
line is signed, so that only who keeps the log can add to it, and (unlike :mod:`headwater.store.chained`) others can check it;
and every answer that is given names its line, so that whoever got one can tell whether the log was rewritten or cut short
(``headwater match verify --log``).
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any

from headwater.exchange.errors import ExchangeError, TamperedError
from headwater.exchange.identity import Identity, verify

SCHEMA = "headwater/match/log/1"
FILE = "purpose.log"
LONGEST_REASON = 1000
_MOST_LINE = 1 << 15
"""Bytes: more than the longest reasons take together, so that nobody's request makes a line that cannot be read again."""
_FIRST = "0" * 64


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: what was ``done`` (``opened``, ``answered``, ``own``, ``refused`` …), and everything said about it."""

    number: int
    done: str
    at: datetime
    fields: Mapping[str, Any]
    digest: str

    def as_json(self) -> dict[str, Any]:
        """The line as it is shown."""
        return {
            "number": self.number,
            "done": self.done,
            "at": self.at.isoformat(),
            **self.fields,
            "digest": self.digest,
        }


class Ledger:
    """The purpose log of one folder. Open it by :func:`open_ledger`, which keeps others out meanwhile."""

    def __init__(self, file: Path, identity: Identity) -> None:
        self._file, self._identity = file, identity
        self.entries = list(read(file, identity.card.signing))
        self._check_last()

    def add(self, done: str, fields: Mapping[str, Any], now: datetime) -> Entry:
        """Write one more line, to the disk, and give it.

        :raises ExchangeError: when it would be longer than what is read again; nothing is written then
        """
        told = {
            "schema": SCHEMA,
            "number": len(self.entries) + 1,
            "before": self.entries[-1].digest if self.entries else _FIRST,
            "at": now.astimezone(UTC).isoformat(timespec="seconds"),
            "done": done,
            "fields": dict(fields),
        }
        digest = _digest(told)
        line = {**told, "digest": digest, "signature": self._identity.sign(bytes.fromhex(digest))}
        text = (json.dumps(line, ensure_ascii=False, sort_keys=True) + "\n").encode()
        if len(text) > _MOST_LINE:
            raise ExchangeError(f"a line of more than {_MOST_LINE:,} bytes is not written", str(self._file))
        descriptor = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "ab") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        self.entries.append(_entry(line))
        # counted after it is written: a run that is cut between leaves a line more than is counted, which is no harm
        self._count(f"{len(self.entries)} {digest}\n")
        return self.entries[-1]

    def _count(self, text: str) -> None:
        """Write the count beside the log, so that it is old or new and never half, whenever the power fails."""
        aside = self._file.with_suffix(".last.new")
        with aside.open("w", encoding="ascii") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        aside.replace(self._file.with_suffix(".last"))
        folder = os.open(self._file.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _check_last(self) -> None:
        """Hold the lines against the count kept beside them: whoever cuts the log would get the quota anew."""
        kept = self._file.with_suffix(".last")
        if not kept.exists():
            if len(self.entries) > 1:  # with one, a run was cut after the first line and before the first count
                raise TamperedError("is gone: it says how many lines the purpose log has", str(kept))
            return
        count, _, last = kept.read_text("ascii", errors="replace").strip().partition(" ")
        if not count:
            line = f"{len(self.entries)} {self.entries[-1].digest}" if self.entries else ""
            raise ExchangeError(
                f"is empty, as a failure of power can leave it; if the purpose log has its {len(self.entries):,} lines, "
                + (f"write into it: {line}" if line else "take it away"),
                str(kept),
            )
        due = int(count) if count.isdecimal() else -1
        if not 1 <= due <= len(self.entries) or self.entries[due - 1].digest != last:
            raise TamperedError(
                f"has {len(self.entries):,} lines where {count[:12]} were counted: it was cut", str(self._file)
            )

    def granted(self, party: str, *, day: date | None = None, exchange: str | None = None) -> int:
        """How many items a side (by its public key) was answered: on a day (UTC), in an exchange, or ever."""
        return sum(
            int(entry.fields["items"])
            for entry in self.entries
            if entry.done in ("answered", "own")
            and entry.fields["party_key"] == party
            and (day is None or entry.at.date() == day)
            and (exchange is None or entry.fields["exchange"] == exchange)
        )

    def answer_to(self, request: str) -> Entry | None:
        """The line that says that a request was answered before."""
        return next((e for e in self.entries if e.done == "answered" and e.fields["request"] == request), None)

    def count_of(self, exchange: str) -> Entry | None:
        """The line that says that the two lists of an exchange were counted before."""
        return next((e for e in self.entries if e.done == "counted" and e.fields["exchange"] == exchange), None)


@contextmanager
def open_ledger(folder: Path, identity: Identity) -> Iterator[Ledger]:
    """Hold the purpose log of a folder for one process, so that no quota is spent twice.

    :raises TamperedError: when the log was changed
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise ExchangeError("another run is using this folder", str(folder)) from error
        yield Ledger(folder / FILE, identity)


def read(file: Path, signing: str) -> Iterator[Entry]:
    """The lines of a purpose log, each checked: number, chain, signature.

    :raises TamperedError: naming the first line that does not fit
    """
    if not file.exists():
        return
    before, number = _FIRST, 0
    with file.open("rb") as stream:
        while line := stream.readline(_MOST_LINE):
            number += 1
            place = f"{file}:{number}"
            found = _checked(line, number, before, place)
            verify(signing, bytes.fromhex(found["digest"]), str(found.get("signature")), place)
            before = found["digest"]
            yield _entry(found)


def _checked(line: bytes, number: int, before: str, place: str) -> dict[str, Any]:
    try:
        found = json.loads(line) if line.endswith(b"\n") else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise TamperedError(
            "the purpose log is torn here; keep a copy, and take out this line if it is the last", place
        )
    told = {name: value for name, value in found.items() if name not in ("digest", "signature")}
    if found.get("number") != number or found.get("before") != before or found.get("digest") != _digest(told):
        raise TamperedError("the purpose log was changed at this line, or one before it was taken out", place)
    return found


def _entry(line: Mapping[str, Any]) -> Entry:
    return Entry(line["number"], line["done"], datetime.fromisoformat(line["at"]), line["fields"], line["digest"])


def _digest(told: Mapping[str, Any]) -> str:
    text = json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return blake2b(text.encode(), digest_size=32, person=b"headwater log").hexdigest()


def check_reasons(told: Mapping[str, str]) -> None:
    """A purpose, a case number and names must be said, in short and printable words.

    :raises ExchangeError: naming what was not said
    """
    for name, text in told.items():
        if not text.strip() or len(text) > LONGEST_REASON or not text.isprintable():
            raise ExchangeError(f"{name}: say it in 1 to {LONGEST_REASON} printable characters")


def same_person(names: Sequence[str]) -> bool:
    """Tell whether two names are one person's, whatever their capitals and blanks."""
    return len({" ".join(name.split()).casefold() for name in names}) < len(names)
