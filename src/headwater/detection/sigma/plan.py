"""The rules that a case names, as far as they can be used. Needs pySigma only when there are any."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from headwater.detection.sigma.usable import Plan
from headwater.model.exhibit import Rejected
from headwater.model.settings import RuleFile, SigmaSettings

BUILTIN = Path(__file__).with_name("rules")
NEEDS = "Sigma rules need the extra: pip install 'headwater[sigma]'"


def plan(settings: SigmaSettings) -> Plan:
    """The plan of a case. Without pySigma every file is set aside."""
    files = (*settings.files, *(builtin() if settings.builtin else ()))
    faults = tuple(Rejected(path, 1, reason) for path, reason in settings.faults)
    if not files:
        return Plan(aside=faults)
    made = planned(files)
    return Plan(made.rules, made.correlations, (*faults, *made.aside))


@lru_cache(maxsize=8)
def planned(files: tuple[RuleFile, ...]) -> Plan:
    """The plan of some files."""
    try:
        from headwater.detection.sigma import planning
    except ImportError:
        return Plan(aside=tuple(Rejected(f.path, 1, NEEDS) for f in files))
    return planning.planned(files)


def builtin() -> Iterator[RuleFile]:
    """The rules that come with Headwater."""
    for file in sorted(BUILTIN.glob("*.yml")):
        yield RuleFile(f"headwater:{file.name}", file.read_text("utf-8"))
