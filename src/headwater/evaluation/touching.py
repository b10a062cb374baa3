"""Which doings, or which innocent work, an alert speaks of: it names somebody of it, and days on which it went on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo

from headwater.evaluation.alerts import day_of
from headwater.evaluation.answer import Claim
from headwater.evaluation.made_world import Benign, Doing


@dataclass(frozen=True, slots=True)
class Touching:
    """Doings or innocent work, found by the accounts and by the employees that they name."""

    subjects: Sequence[Doing | Benign]
    zone: tzinfo
    by_account: Mapping[str, Sequence[int]]
    by_employee: Mapping[str, Sequence[int]]

    @classmethod
    def of(cls, subjects: Sequence[Doing | Benign], zone: tzinfo) -> Touching:
        """The index of these; days are meant in the zone."""
        accounts: dict[str, list[int]] = {}
        employees: dict[str, list[int]] = {}
        for number, subject in enumerate(subjects):
            for account in subject.accounts:
                accounts.setdefault(account, []).append(number)
            for employee in subject.employees:
                employees.setdefault(employee, []).append(number)
        return cls(subjects, zone, accounts, employees)

    def by(self, claim: Claim) -> list[int]:
        """The places of those that the alert touches, in order."""
        named = {n for account in claim.accounts for n in self.by_account.get(account, ())}
        named |= {n for employee in claim.employees for n in self.by_employee.get(employee, ())}
        return [n for n in sorted(named) if _same_days(claim, self.subjects[n], self.zone)]


def _same_days(claim: Claim, subject: Doing | Benign, zone: tzinfo) -> bool:
    after = subject.starts and day_of(claim.ends, zone) < day_of(subject.starts, zone)
    before = subject.ends and day_of(claim.starts, zone) > day_of(subject.ends, zone)
    return not (after or before)
