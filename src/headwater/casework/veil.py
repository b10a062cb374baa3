"""Staff are people too: in lists of alerts they bear pseudonyms, until two people reveal one with a reason.

A pseudonym is the same in every list of a workspace and says nothing without its key. Whatever names a person is
replaced: employee numbers, masked names beside them, accounts, workstations and their addresses.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

from headwater.model.alert import Alert
from headwater.model.errors import CaseError, StoreError
from headwater.model.evidence import PersonOdds, Statement
from headwater.model.organisation import Organisation
from headwater.model.words import Text
from headwater.store.tokens import Tokeniser

REVEALS = Path("watch") / "reveals.jsonl"
FIRST_LINK = "0" * 64


@dataclass(frozen=True)
class Veil:
    """Pseudonyms of one house."""

    org: Organisation
    tokeniser: Tokeniser
    _known: dict[str, str] = field(default_factory=dict)

    def person(self, employee: str) -> str:
        """``S-`` and six digits: the same person, the same pseudonym."""
        return "?" if employee == "?" else f"S-{self._digits('staff', employee)}"

    def account(self, account: str) -> str:
        """``U-`` and six digits."""
        return f"U-{self._digits('account name', account)}"

    def _digits(self, kind: str, name: str) -> str:
        key = f"{kind}\0{name}"
        if key not in self._known:
            self._known[key] = f"{int(self.tokeniser.token(f'pseudonym of {kind}', name)[:12], 16) % 1_000_000:06}"
        return self._known[key]

    @cached_property
    def _names(self) -> dict[str, str]:
        names = {account: self.account(account) for account in self.org.accounts}
        for person in self.org.people.values():
            said = self.person(person.employee)
            names[person.employee] = said
            if person.name:
                names[f"{person.employee} ({person.name})"] = said
                names[f"{person.employee}（{person.name}）"] = said
            for place in (person.workstation, person.ip):
                if place:
                    names[place] = f"the desk of {said}"
        return names

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        known = sorted((n for n in self._names if n), key=lambda n: (-len(n), n))
        if not known:
            return None
        return re.compile(rf"(?<![A-Za-z0-9_.-])(?:{'|'.join(map(re.escape, known))})(?![A-Za-z0-9_-])")

    def text(self, said: str) -> str:
        """A sentence with every name replaced."""
        pattern = self._pattern
        return said if pattern is None else pattern.sub(lambda hit: self._names[hit[0]], said)

    def alert(self, alert: Alert) -> Alert:
        """An alert that names nobody. Lines of evidence stay: whoever may read the logs may look."""
        return replace(
            alert,
            title=self._both(alert.title),
            accounts=tuple(self.account(a) for a in alert.accounts),
            people=tuple(self._odds(p) for p in alert.people),
            statements=self._statements(alert.statements, alert),
            clears=tuple(self._both(t) for t in alert.clears),
        )

    def _odds(self, odds: PersonOdds) -> PersonOdds:
        return PersonOdds(self.person(odds.employee), odds.probability, odds.bits)

    def _statements(self, told: tuple[Statement, ...], alert: Alert) -> tuple[Statement, ...]:
        unlisted = {a: self.account(a) for a in alert.accounts if a not in self.org.accounts}
        return tuple(replace(s, text=self._both(s.text, unlisted)) for s in told)

    def _both(self, text: Text, more: dict[str, str] | None = None) -> Text:
        said = [self.text(text.en), self.text(text.zh)]
        for name, pseudonym in (more or {}).items():
            said = [s.replace(name, pseudonym) for s in said]
        return Text(*said)


def reveal(root: Path, alert: Alert, reason: str, by: str, second: str, now: datetime) -> Alert:
    """Give an alert with its names, and write down who asked, who agreed, when and why.

    Raises ``CaseError`` when the second person is the first, or when there is no reason. Each entry holds the digest of
    the one before it: none can be taken out unseen.
    """
    if not reason.strip() or not by.strip() or not second.strip():
        raise CaseError("a reveal needs a reason, the one who asks and the one who agrees", alert.id)
    if by.strip().casefold() == second.strip().casefold():
        raise CaseError("the one who agrees must be somebody else", alert.id)
    entry = {"alert": alert.id, "at": now.isoformat(), "because": reason, "by": by, "second": second}
    file = root / REVEALS
    before = reveals(root)
    link = before[-1]["digest"] if before else FIRST_LINK
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with file.open("a", encoding="utf-8") as out:
        out.write(json.dumps(entry | {"before": link, "digest": _digest(entry, link)}, ensure_ascii=False) + "\n")
    return alert


def reveals(root: Path) -> list[dict[str, Any]]:
    """Every reveal so far. Raises ``StoreError`` where an entry was changed or taken out."""
    file = root / REVEALS
    if not file.exists():
        return []
    entries, link = [], FIRST_LINK
    for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        told = json.loads(line)
        entry = {k: v for k, v in told.items() if k not in ("before", "digest")}
        if told.get("before") != link or told.get("digest") != _digest(entry, link):
            raise StoreError("the list of reveals was changed", f"{file}:{number}")
        link = told["digest"]
        entries.append(told)
    return entries


def _digest(entry: dict[str, Any], before: str) -> str:
    return sha256((before + json.dumps(entry, ensure_ascii=False, sort_keys=True)).encode()).hexdigest()
