"""Whether alerts caught a doing, when, how much was lost by then, and whether they named the right person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from headwater.evaluation.alerts import day_of
from headwater.evaluation.answer import Claim
from headwater.evaluation.made_world import Doing
from headwater.evaluation.touching import Touching

GRACE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One doing under one budget. ``None`` where it was not found, or where the truth does not let it be measured.

    ``found``: an alert raised from its first taking to a day after its last one names an account or a person of it.
    ``late``: only alerts after that did. ``days``: from its first day to the first such alert. ``lost``: records taken by the end
    of that day (all, if it was not found); ``taken``: all. ``account``: some catching alert names the account;
    ``person``: the best-scored one names first somebody who acted; ``anyone``: some catching alert names one who acted. When a
    stranger acted, ``person`` and ``anyone`` mean that nobody of the house was named. ``blamed``: some catching alert names an
    owner of the account who did not act. ``overlap``: days that the best-scored alert and the doing share, of the days of either.
    """

    doing: str
    kind: str
    strength: str
    stranger: bool
    found: bool
    late: bool
    days: int | None
    lost: int | None
    taken: int | None
    account: bool | None
    person: bool | None
    anyone: bool | None
    blamed: bool | None
    overlap: float | None


def outcomes(doings: Sequence[Doing], alerts: Sequence[Claim], zone: tzinfo) -> tuple[Outcome, ...]:
    """What these alerts, all of them seen by the house, did for each doing."""
    touching = Touching.of(doings, zone)
    about: dict[int, list[Claim]] = {n: [] for n in range(len(doings))}
    for claim in alerts:
        for number in touching.by(claim):
            about[number].append(claim)
    return tuple(outcome(doing, about[number], zone) for number, doing in enumerate(doings))


def outcome(doing: Doing, about: Sequence[Claim], zone: tzinfo) -> Outcome:
    """What the alerts that touch a doing did for it."""
    catching = [claim for claim in about if _in_time(claim, doing)]
    late = not catching and any(doing.ends and claim.raised > doing.ends + GRACE for claim in about)
    first = min((claim.raised for claim in catching), default=None)
    best = min(catching, key=lambda c: (-c.bits, c.raised, c.id), default=None)
    taken = sum(count for _day, count in doing.by_day) if doing.by_day else None
    lost = taken if first is None else _lost(doing, day_of(first, zone))
    return Outcome(
        doing=doing.id,
        kind=doing.kind,
        strength=doing.strength,
        stranger=doing.stranger,
        found=bool(catching),
        late=late,
        days=_days(doing, first, zone),
        lost=lost,
        taken=taken,
        account=any(set(c.accounts) & set(doing.accounts) for c in catching) if catching else None,
        person=_first_right(best, doing) if best else None,
        anyone=_any_right(catching, doing) if catching else None,
        blamed=any(set(c.employees) & set(doing.owners) - set(doing.employees) for c in catching) if catching else None,
        overlap=_overlap(best, doing, zone) if best else None,
    )


def _in_time(claim: Claim, doing: Doing) -> bool:
    begun = doing.starts is None or claim.raised >= doing.starts
    return begun and (doing.ends is None or claim.raised <= doing.ends + GRACE)


def _lost(doing: Doing, day: date) -> int | None:
    return sum(count for taken_on, count in doing.by_day if taken_on <= day) if doing.by_day else None


def _days(doing: Doing, first: datetime | None, zone: tzinfo) -> int | None:
    if first is None or doing.starts is None:
        return None
    return (day_of(first, zone) - day_of(doing.starts, zone)).days


def _first_right(best: Claim, doing: Doing) -> bool:
    if doing.stranger:
        return not best.employees
    return bool(best.employees) and best.employees[0] in doing.employees


def _any_right(catching: Sequence[Claim], doing: Doing) -> bool:
    if doing.stranger:
        return not any(claim.employees for claim in catching)
    return any(set(claim.employees) & set(doing.employees) for claim in catching)


def _overlap(claim: Claim, doing: Doing, zone: tzinfo) -> float | None:
    if doing.starts is None or doing.ends is None:
        return None
    ours = day_of(claim.starts, zone).toordinal(), day_of(claim.ends, zone).toordinal()
    true = day_of(doing.starts, zone).toordinal(), day_of(doing.ends, zone).toordinal()
    shared = min(ours[1], true[1]) - max(ours[0], true[0]) + 1
    either = max(ours[1], true[1]) - min(ours[0], true[0]) + 1
    return max(0, shared) / either
