"""Runs every innocent explanation over every incident: each module of ``hypotheses`` is one, found by its file."""

from __future__ import annotations

import importlib
import inspect
import logging
import pkgutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from headwater.casework.alternatives import hypotheses as _package
from headwater.casework.alternatives.asked import Asked, House
from headwater.casework.alternatives.tested import Tested, untested
from headwater.detection.scene import Scene
from headwater.model.attribution import Attribution
from headwater.model.failing import way
from headwater.model.incident import Incident
from headwater.model.words import Lang, Text

MOST = 50
"""So many incidents, the most telling first, have their explanations tested."""
LINES = 12
"""So many lines of one test are cited."""
_LOUDEST_FIRST = ("stands", "untested", "weakened", "refuted")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """An innocent explanation: its id, what it claims, how it is tested, and the test.

    The English words are the docstring of its module (first line, then the rest); the Chinese ones its ``TITLE_ZH`` and ``HOW_ZH``.
    """

    id: str
    title: Text
    how: Text
    test: Callable[[Asked], Tested | None]
    """``None`` where it is no other explanation of this incident: where the story says as much itself, or has nothing of the kind."""


@cache
def hypotheses() -> tuple[Hypothesis, ...]:
    """All of them, in the order of their names."""
    names = sorted(m.name for m in pkgutil.iter_modules(_package.__path__))
    return tuple(_hypothesis(name, importlib.import_module(f"{_package.__name__}.{name}")) for name in names)


def alternatives(
    scene: Scene, incidents: Sequence[Incident], attribution: Attribution
) -> tuple[tuple[tuple[Hypothesis, Tested], ...], ...]:
    """For each incident every explanation with what came of testing it, those that stand first."""
    house = House(scene, attribution)
    return tuple(_tested(Asked(house, incident)) for incident in incidents[:MOST])


def told(tested: Sequence[tuple[Hypothesis, Tested]], lang: Lang) -> list[dict[str, Any]]:
    """As the result has them, in one language."""
    return [
        {
            "id": hypothesis.id,
            "title": hypothesis.title.said(lang),
            "how": hypothesis.how.said(lang),
            "outcome": found.outcome,
            "text": found.text.said(lang),
            "numbers": dict(found.numbers),
            "evidence": [{"source": c.source, "line": c.line} for c in sorted(set(found.evidence))[:LINES]],
        }
        for hypothesis, found in tested
    ]


def _tested(asked: Asked) -> tuple[tuple[Hypothesis, Tested], ...]:
    made = [(h, found) for h in hypotheses() if (found := _test(h, asked))]
    return tuple(sorted(made, key=lambda pair: (_LOUDEST_FIRST.index(pair[1].outcome), pair[0].id)))


def _test(hypothesis: Hypothesis, asked: Asked) -> Tested | None:
    if asked.rows.empty and hypothesis.id not in ("chance", "leaked-elsewhere"):
        return untested(
            "Cannot be tested: the incident rests on no reading in the logs.", "无法检验：该事件不涉及日志中的读取。"
        )
    try:
        return hypothesis.test(asked)
    except Exception as error:  # stands around one plug-in only: its failure is shown, the others count
        _log.error("alternative %s failed: %s", hypothesis.id, way(error))
        kind = type(error).__name__
        return untested(f"Cannot be tested: the test itself failed ({kind}).", f"无法检验：检验程序出错（{kind}）。")


def _hypothesis(name: str, module: Any) -> Hypothesis:
    title, _, how = inspect.cleandoc(module.__doc__ or "").partition("\n")
    spoken = Text(" ".join(how.split()), module.HOW_ZH)
    return Hypothesis(name.replace("_", "-"), Text(title.rstrip("."), module.TITLE_ZH), spoken, module.test)
