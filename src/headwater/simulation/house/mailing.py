"""Envelopes of ordinary mail: within the house and with the world outside."""

from __future__ import annotations

import numpy as np

from headwater.simulation.events import Column, Events, Whole
from headwater.simulation.house import presence
from headwater.simulation.house.house import House
from headwater.simulation.house.nouns import Day
from headwater.simulation.house.traces import mail

DOMAIN = "office.example"
_INSIDE, _OUT, _IN = 4.5, 1.3, 2.2  # sent within, sent out, received from outside: a day, of the median person
_OTHERS = tuple(f"{name}.example" for name in ("gongying", "hezuo", "wuliu", "yinshua", "lvshi", "kaoshi", "post"))
_PEOPLE = ("wang", "li", "zhao", "sales", "info", "service", "chen", "contract", "liu", "noreply")
_SUBJECTS = (
    "周报",
    "会议通知",
    "回复：合同",
    "请审批",
    "报价",
    "对账",
    "培训安排",
    "转发：通知",
    "发票",
    "项目进度",
    "请假",
)


def mailing(house: House, day: Day) -> list[Events]:
    """Everybody's mail of one day, as the gateway sees it."""
    rng = house.dice("mailing", day.number)
    ours = np.flatnonzero(~house.staff.outside[day.person])
    busy = _letters(house)[day.person[ours]] * house.calendar.busy[day.number]
    within, out, arrived = (np.repeat(ours, presence.counts(rng, mean * busy)) for mean in (_INSIDE, _OUT, _IN))
    own = addresses(house)
    partners = _strangers(house, rng, day.person[out]), _strangers(house, rng, day.person[arrived])
    return [
        _sent(house, rng, day, within, own[day.account[within]], own[_colleague(house, rng, day, within)], 0.2),
        _sent(house, rng, day, out, own[day.account[out]], partners[0], 0.3),
        _sent(house, rng, day, arrived, partners[1], own[day.account[arrived]], 0.25),
    ]


def addresses(house: House) -> Column:
    """The mail address of each account."""
    if "addresses" not in house.kept:
        made = [f"{name}@{DOMAIN}" for name in house.accounts.name.tolist()]
        house.kept["addresses"] = np.array(made, dtype=object)
    kept: Column = house.kept["addresses"]
    return kept


def _letters(house: House) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    if "letters" not in house.kept:
        house.kept["letters"] = house.dice("letters").lognormal(0.0, 0.7, len(house.staff))
    kept: np.ndarray[tuple[int], np.dtype[np.float64]] = house.kept["letters"]
    return kept


def _colleague(house: House, rng: np.random.Generator, day: Day, row: Whole) -> Whole:
    """The account of whom a message goes to: mostly of the same team, today at work."""
    team = house.staff.team_on(day.number)[day.person]
    order = np.argsort(team, kind="stable")
    first, last = (np.searchsorted(team[order], team[row], side) for side in ("left", "right"))
    near = order[first + (rng.random(len(row)) * (last - first)).astype(np.int64)]
    far = (row + rng.integers(1, max(2, len(day)), len(row))) % max(1, len(day))
    chosen = np.where((rng.random(len(row)) < 0.65) & (near != row), near, far)
    return np.asarray(house.staff.account[day.person[chosen]], dtype=np.int64)


def _strangers(house: House, rng: np.random.Generator, person: Whole) -> Column:
    """Addresses outside; everybody has a few with whom most of the writing is done."""
    usual = (person * 13 + np.minimum(rng.zipf(1.8, len(person)), 60) * 5) % 9_973
    texts = [
        f"{_PEOPLE[n % len(_PEOPLE)]}{n % 97}@{_OTHERS[n % len(_OTHERS)]}" for n in usual.tolist()
    ]  # fmt: skip
    return np.array(texts, dtype=object)


def _sent(
    house: House, rng: np.random.Generator, day: Day, row: Whole, sender: Column, recipient: Column, attached: float
) -> Events:
    count = len(row)
    attachments = np.where(rng.random(count) < attached, rng.geometric(0.6, count), 0)
    size = rng.lognormal(8.4, 0.7, count) + attachments * rng.lognormal(11.9, 1.3, count)
    subjects = np.array(_SUBJECTS, dtype=object)
    return mail(
        count,
        time=presence.moments(rng, house, day, row),
        account=day.account[row],
        place=day.place[row],
        sender=sender,
        recipient=recipient,
        subject=subjects[rng.integers(len(_SUBJECTS), size=count)],
        attachments=attachments,
        bytes=np.minimum(size, 5e7).astype(np.int64),
    )
