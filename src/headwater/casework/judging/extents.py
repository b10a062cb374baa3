"""What was judged, and whether something of a later run is the same: the rule by which verdicts outlive re-runs.

An incident has no name of its own: its rank, its days and its findings move as more is read. It is **known again** when

- it shares an account with what was judged (where one of them has no account: a person),
- of the findings, at least half of those of the smaller one are in both, and
- their days lie no more than four weeks apart (a finding bears no day in its name).

One that was judged may so be known again in two (it was parted), and one of today may be two that were judged (they were
joined): all words on them count. What has *grown* since is told, and an explanation or refutation does not cover it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from headwater.model.alert import Alert

APART = timedelta(days=28)
"""As findings are joined to one story (:mod:`headwater.casework.linking`)."""
_SEPARATOR = "\x1e"


@dataclass(frozen=True, slots=True)
class Extent:
    """Whom and what something is about, and its days."""

    accounts: frozenset[str]
    people: frozenset[str]
    findings: frozenset[str]
    starts: date
    ends: date

    @property
    def detectors(self) -> frozenset[str]:
        """The detectors of its findings."""
        return frozenset(name.partition(":")[0] for name in self.findings)

    @property
    def key(self) -> tuple[str, ...]:
        """By what this very extent is found again in the casebook."""
        parts = (self.accounts, self.people, self.findings)
        return (*(_SEPARATOR.join(sorted(part)) for part in parts), self.starts.isoformat(), self.ends.isoformat())


def of_incident(incident: Mapping[str, Any], findings: Mapping[str, Mapping[str, Any]]) -> Extent:
    """The extent of an incident of a result; its people are those whom it or one of its findings names."""
    mine = [findings[name] for name in incident["findings"] if name in findings]
    people = {*incident["employees"], *(e for f in mine for e in f["employees"])}
    return _extent(incident, people, incident["findings"])


def of_finding(finding: Mapping[str, Any]) -> Extent:
    """The extent of a finding of a result."""
    return _extent(finding, set(finding["employees"]), [finding["id"]])


def of_alert(alert: Alert) -> Extent:
    """The extent of an alert as it stands now: whom it is about, what found it, its days."""
    return _of_subjects(alert.about, alert.detectors, alert.starts, alert.ends)


def _of_subjects(subjects: Iterable[str], detectors: Iterable[str], starts: date, ends: date) -> Extent:
    """An extent of ``account:…`` and ``person:…``. Of its findings only who made them is known."""
    named = [each.partition(":") for each in subjects]
    accounts, people = (frozenset(name for of, _colon, name in named if of == kind) for kind in ("account", "person"))
    return Extent(accounts, people, frozenset(detectors), starts, ends)


def _extent(told: Mapping[str, Any], people: set[str], findings: list[str]) -> Extent:
    starts, ends = date.fromisoformat(told["from"][:10]), date.fromisoformat(told["to"][:10])
    return Extent(frozenset(told["accounts"]), frozenset(people), frozenset(findings), starts, ends)


def plain(extent: Extent) -> dict[str, Any]:
    """An extent as JSON values; ``subjects`` and ``detectors`` as alerts have them."""
    subjects = [*(f"account:{a}" for a in extent.accounts), *(f"person:{p}" for p in extent.people)]
    return {
        "accounts": sorted(extent.accounts),
        "people": sorted(extent.people),
        "findings": sorted(extent.findings),
        "from": extent.starts.isoformat(),
        "to": extent.ends.isoformat(),
        "subjects": sorted(subjects) or sorted(f"finding:{f}" for f in extent.findings),
        "detectors": sorted(extent.detectors),
    }


def read(told: Mapping[str, Any]) -> Extent | None:
    """An extent from JSON values, ``None`` where there is none. Words on alerts bear no days: theirs are without end."""
    if "findings" not in told:
        return _of_subjects(told["subjects"], told["detectors"], date.min, date.max) if "detectors" in told else None
    accounts, people, findings = (frozenset(told[name]) for name in ("accounts", "people", "findings"))
    return Extent(accounts, people, findings, date.fromisoformat(told["from"]), date.fromisoformat(told["to"]))


def from_key(key: Sequence[str]) -> Extent | None:
    """The extent that was found by such a key, ``None`` where the key is of something else."""
    if len(key) != 5:
        return None
    accounts, people, findings = (frozenset(filter(None, part.split(_SEPARATOR))) for part in key[:3])
    return Extent(accounts, people, findings, date.fromisoformat(key[3]), date.fromisoformat(key[4]))


def known_again(judged: Extent, now: Extent) -> bool:
    """Whether something of a later run is what was judged.

    >>> day = date(2026, 3, 2)
    >>> one = Extent(frozenset({"u1"}), frozenset(), frozenset({"bulk-read:u1"}), day, day)
    >>> known_again(one, one)
    True
    """
    if judged.accounts and now.accounts:
        same = bool(judged.accounts & now.accounts)
    else:
        same = bool(judged.people & now.people) or not (judged.people or now.people)
    fewer = min(len(judged.findings), len(now.findings))
    shared = len(judged.findings & now.findings)
    near = judged.starts <= now.ends + APART and now.starts <= judged.ends + APART
    return same and shared > 0 and 2 * shared >= fewer and near


def grown(judged: Extent, now: Extent) -> tuple[str, ...]:
    """What has joined since it was judged: accounts, people, detectors."""
    parts = (
        ("account", now.accounts - judged.accounts),
        ("person", now.people - judged.people),
        ("detector", now.detectors - judged.detectors),
    )
    return tuple(f"{kind}:{name}" for kind, names in parts for name in sorted(names))
