"""What stands behind a detector's name: what it sees, which innocent work looks the same, what it misses."""

from __future__ import annotations

import inspect
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from headwater.console.models import Shown
from headwater.detection.detector import Detector, load
from headwater.model.words import Lang


class About(Shown):
    """A detector as it describes itself."""

    id: str
    title: str
    about: str
    """What it sees, why it matters, which innocent work looks the same, and what it misses."""
    alike: list[str]
    """Innocent work that looks the same."""
    needs: list[str]
    """Tables of the lake without which it is blind."""


def about(detector: str, lang: Lang) -> About | None:
    """What is known of a detector; ``None`` for one that this program does not have."""
    found = _known().get(detector)
    if found is None:
        return None
    alike = [text.said(lang) for text in found.alike]
    return About(
        id=found.id, title=found.title.said(lang), about=sees(found, lang), alike=alike, needs=list(found.needs)
    )


def sees(detector: Detector, lang: Lang) -> str:
    """What a detector says of itself: English from its docstring, Chinese from the file beside this one.

    One that is not ours brings English alone.
    """
    english = " ".join(inspect.cleandoc(type(detector).__doc__ or "").split())
    return _chinese().get(detector.id, english) if lang == "zh" else english


def title(detector: str, lang: Lang) -> str:
    """What a detector is called; its id where it is not known."""
    found = _known().get(detector)
    return found.title.said(lang) if found else detector


@cache
def _chinese() -> Mapping[str, str]:
    return tomllib.loads((files("headwater.console.desk") / "detectors.zh.toml").read_text("utf-8"))


@cache
def _known() -> dict[str, Detector]:
    return {detector.id: detector for detector in load().detectors}
