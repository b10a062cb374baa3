"""What a notice may say of what happened: who tells, between which days, and a cause in fixed words. Nobody's name is in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from headwater.casework.duties.seen import LIKELY, settled

ANOTHER_HAND = frozenset({"hijacked-account", "borrowed-account", "after-departure"})
"""Detectors by which an account was in hands other than its owner's."""


@dataclass(frozen=True, slots=True)
class Story:
    """``first`` and ``last`` are days (``2018-05-16``), empty where nothing dates it; ``cause`` is a key of the words.

    Those are ``staff``, ``account`` (in another hand) and ``unknown``.
    """

    organisation: str
    first: str
    last: str
    cause: str


def story(result: Mapping[str, Any]) -> Story:
    """What a result says of it. Days are those of likely takers, where there are any: a notice tells no runner-up's."""
    case = result.get("case") or {}
    incidents = [i for i in result.get("incidents") or () if isinstance(i, Mapping) and not settled(i)]
    leaks = [e for e in result.get("attribution") or () if isinstance(e, Mapping) and e.get("ours")]
    takers = [t for leak in leaks for t in leak.get("takers") or () if isinstance(t, Mapping) and _likely(t)]
    days = _days(takers) or _days(incidents)
    return Story(str(case.get("organisation") or ""), *(days or ("", "")), _cause(incidents))


def _likely(taker: Mapping[str, Any]) -> bool:
    chance = taker.get("probability")
    return isinstance(chance, int | float) and chance > LIKELY


def _days(entries: Sequence[Mapping[str, Any]]) -> tuple[str, str] | None:
    starts = sorted(str(e["from"])[:10] for e in entries if e.get("from"))
    ends = sorted(str(e["to"])[:10] for e in entries if e.get("to"))
    return (starts[0], ends[-1]) if starts and ends else None


def _cause(incidents: Sequence[Mapping[str, Any]]) -> str:
    """By the most telling incident alone: what others show may be another story."""
    if not incidents:
        return "unknown"
    detectors = {str(f).split(":")[0] for f in incidents[0].get("findings") or ()}
    if detectors & ANOTHER_HAND:
        return "account"
    return "staff" if incidents[0].get("employees") else "unknown"
