"""What people chose for a case: the budget of alerts, mutes, declared logs, parameters of detectors. Plain values, handed to jobs."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from headwater.casework.budget import PER_10000
from headwater.console.jobs.parameters import Value
from headwater.model.errors import CaseError

MOST_A_DAY = 10_000.0
MOST_MUTES = 500
ACCOUNT = re.compile(r"U-[0-9a-f]{10}")
"""The pseudonym of an account, as lists of alerts show it."""


@dataclass(frozen=True, slots=True)
class Mute:
    """Findings that raise no alert until a day: those of one detector, about one account (by its pseudonym) or all of them.

    Broken rules are never muted, and nothing is taken from the answer of an investigation: a mute keeps an evening's list
    short, no more.
    """

    detector: str
    account: str
    until: date
    because: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The settings of a case that are not in its folder."""

    alerts_per_day: float = PER_10000
    """Statistical alerts a day for each 10,000 members of staff."""
    mutes: tuple[Mute, ...] = ()
    logs: str = ""
    """``[[logs]]`` blocks, which count as if they stood in ``headwater.toml``."""
    detectors: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    """Parameters that differ from their defaults, by detector."""
    watch_at: str = ""
    """The time of day, in the case's zone, at which new evenings are looked at without anybody asking; empty for never."""


def chosen_plain(chosen: Chosen) -> dict[str, Any]:
    """The settings as JSON values."""
    return {
        "alerts_per_day": chosen.alerts_per_day,
        "mutes": [
            {"detector": m.detector, "account": m.account, "until": m.until.isoformat(), "because": m.because}
            for m in chosen.mutes
        ],
        "logs": chosen.logs,
        "detectors": {name: dict(sorted(values.items())) for name, values in sorted(chosen.detectors.items())},
        "watch_at": chosen.watch_at,
    }


def for_jobs(chosen: Chosen) -> dict[str, Any]:
    """What a job is handed: everything but why something was muted, which stays sealed in the casebook, and the timetable."""
    told = chosen_plain(chosen)
    del told["watch_at"]
    return told | {"mutes": [m | {"because": ""} for m in told["mutes"]]}


def chosen_of(told: Mapping[str, Any] | None) -> Chosen:
    """Settings from their JSON values; the defaults where there are none.

    :raises CaseError: for values that are none
    """
    if not told:
        return Chosen()
    try:
        return Chosen(
            budget_of(told["alerts_per_day"]),
            tuple(
                Mute(m["detector"], m["account"], date.fromisoformat(m["until"]), m["because"]) for m in told["mutes"]
            ),
            str(told["logs"]),
            {str(name): dict(values) for name, values in told["detectors"].items()},
            str(told.get("watch_at", "")),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise CaseError(f"these are no settings of a case ({type(error).__name__})") from error


def budget_of(value: Any) -> float:
    """A budget from a number.

    :raises CaseError: for one that is none
    """
    number = float(value)
    if not math.isfinite(number) or not 0 <= number <= MOST_A_DAY:
        raise CaseError(f"alerts a day: a number from 0 to {MOST_A_DAY:,.0f}")
    return number


def mute_of(detector: str, account: str, until: date, because: str, known: Sequence[str], today: date) -> Mute:
    """A mute that somebody asks for.

    :raises CaseError: for a detector that is not there, an account that is no pseudonym, a day that has passed, no reason
    """
    if detector not in known:
        raise CaseError("there is no such detector")
    if account and not ACCOUNT.fullmatch(account):
        raise CaseError("an account is named by its pseudonym: U- and ten hexadecimal digits")
    if until < today or (until - today).days > 366:
        raise CaseError("a mute ends on a day within a year from today")
    if not because.strip():
        raise CaseError("a mute needs a reason")
    return Mute(detector, account, until, because.strip())
