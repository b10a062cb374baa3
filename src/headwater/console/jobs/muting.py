"""Mutes at work: what was muted raises no alert, and is counted. Broken rules are never muted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from headwater.casework.veil import Veil
from headwater.console.jobs.chosen import Mute
from headwater.detection.detector import Detector
from headwater.detection.scene import Scene
from headwater.model.evidence import Finding


class Muting:
    """Passes detectors on without what was muted; ``held`` names what it held back, so that it can be counted."""

    def __init__(self, mutes: Sequence[Mute], veil: Veil) -> None:
        self._mutes, self._veil = mutes, veil
        self.held: set[tuple[str, str]] = set()

    def over(self, detectors: Sequence[Detector]) -> list[Any]:
        """The detectors, those among them that are muted in part with less to say."""
        named = {m.detector for m in self._mutes}
        return [_Muted(d, self) if d.id in named else d for d in detectors]

    def holds(self, finding: Finding) -> bool:
        """Whether a finding is muted: its detector is, its accounts are (where accounts were named), and the day has not passed.

        A mute covers what ended by its day, so that the same thing done later speaks again.
        """
        if finding.fact:
            return False
        day: date = finding.ends.date()
        accounts = {self._veil.account(a) for a in finding.accounts}
        for mute in self._mutes:
            if (
                mute.detector == finding.detector
                and day <= mute.until
                and (not mute.account or accounts == {mute.account})
            ):
                self.held.add((finding.detector, finding.key))
                return True
        return False


class _Muted:
    """A detector of which some findings are held back."""

    def __init__(self, detector: Detector, muting: Muting) -> None:
        self._detector, self._muting = detector, muting

    def __getattr__(self, name: str) -> Any:
        return getattr(self._detector, name)

    def find(self, scene: Scene) -> Iterator[Finding]:
        """What the detector finds, without what is muted."""
        for finding in self._detector.find(scene):
            if not self._muting.holds(finding):
                yield finding
