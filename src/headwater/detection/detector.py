"""What a detector is, and how they are found: every module of :mod:`headwater.detection.detectors` holds one.

A third party adds one by an entry point of the group ``headwater.detectors``. One that cannot be loaded is listed with
its reason, not swallowed.
"""

from __future__ import annotations

import importlib
import logging
import pkgutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import EntryPoint, entry_points
from typing import Any, ClassVar, Protocol
from zoneinfo import ZoneInfo

from headwater.detection import detectors as _package
from headwater.detection.scene import Scene
from headwater.model.evidence import Finding
from headwater.model.failing import kind, way
from headwater.model.words import Text

_log = logging.getLogger(__name__)


class Detector(Protocol):
    """Finds one way of taking. The class docstring is what the investigator reads."""

    id: ClassVar[str]
    title: ClassVar[Text]
    techniques: ClassVar[tuple[str, ...]]
    needs: ClassVar[tuple[str, ...]]  # tables of the lake without which it is blind
    alike: ClassVar[tuple[Text, ...]]  # innocent work that looks the same

    def find(self, scene: Scene) -> Iterable[Finding]:
        """Everything it finds in the scene. Reads the scene only; the same scene gives the same findings."""
        ...


@dataclass(frozen=True, slots=True)
class Loaded:
    """The detectors that could be loaded, and the reasons of those that could not."""

    detectors: tuple[Detector, ...]
    broken: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Detected:
    """All findings, in a fixed order, and which detectors were blind or broken, with the reason."""

    findings: tuple[Finding, ...]
    blind: tuple[tuple[str, str], ...]
    broken: tuple[tuple[str, str], ...]


def load() -> Loaded:
    """Load every detector, by module and by entry point."""
    made: list[Detector] = []
    broken: list[tuple[str, str]] = []
    sources: list[tuple[str, EntryPoint | None]] = [
        (f"{_package.__name__}.{m.name}", None) for m in pkgutil.iter_modules(_package.__path__)
    ]
    sources += [(e.name, e) for e in entry_points(group="headwater.detectors")]
    for name, entry in sorted(sources, key=lambda s: s[0]):
        try:
            made.append(_loaded(name, entry))
        except Exception as error:  # a plug-in may fail in any way; it is listed and the others go on
            _log.warning("detector %s cannot be loaded: %s", name, type(error).__name__)
            broken.append((name, f"{type(error).__name__}: {error}"))
    return Loaded(tuple(sorted(made, key=lambda d: d.id)), tuple(broken))


def _loaded(name: str, entry: EntryPoint | None) -> Detector:
    """A module's ``DETECTOR``; an entry point may name such a module, or the detector's class."""
    thing: Any = entry.load() if entry is not None else importlib.import_module(name)
    found: Detector = thing.DETECTOR if hasattr(thing, "DETECTOR") else thing()
    return found


def _placed(finding: Finding, zone: ZoneInfo) -> Finding:
    """The finding with its moments in the zone of the case: whatever asks them for their day gets the day of the house."""
    return replace(finding, starts=finding.starts.astimezone(zone), ends=finding.ends.astimezone(zone))


def detect(scene: Scene, chosen: Sequence[Detector] | None = None) -> Detected:
    """Run the detectors over a scene."""
    loaded = load() if chosen is None else Loaded(tuple(chosen), ())
    findings: list[Finding] = []
    blind: list[tuple[str, str]] = []
    broken = list(loaded.broken)
    for detector in loaded.detectors:
        missing = [t for t in detector.needs if not scene.has(t)]
        if missing:
            blind.append((detector.id, ", ".join(missing)))
            continue
        try:
            found = list(detector.find(scene))
        except Exception as error:  # stands around one plug-in only: its failure is shown, the others count
            _log.error("detector %s failed: %s", detector.id, way(error))
            broken.append((detector.id, kind(error)))
            continue
        timeless = [f for f in found if f.starts != f.starts or f.ends != f.ends]  # pandas' missing time is not itself
        broken += [(detector.id, f"the finding about {f.key} has no time") for f in timeless]
        findings += [_placed(f, scene.zone) for f in found if not any(f is t for t in timeless)]
    ordered = tuple(sorted(findings, key=lambda f: (-f.bits, f.detector, f.key)))
    return Detected(ordered, tuple(blind), tuple(broken))
