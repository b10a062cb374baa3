"""Lists that are drawn with leave, or by habit: for a campaign, an audit, the end of a month, a question of the day."""

from __future__ import annotations

import numpy as np

from headwater.simulation.events import SECOND
from headwater.simulation.house.benign.stage import BRANCH, FILTER, OWN, Deed, Stage
from headwater.simulation.house.mailing import addresses
from headwater.simulation.house.nouns import Day, Doing
from headwater.simulation.house.querying import PROGRAMS
from headwater.simulation.house.statements import choice, chosen_people, tables
from headwater.simulation.house.traces import files, mail, queries

_CAMPAIGNS = ("续保营销名单", "节日关怀名单", "新品推介名单", "流失挽回名单", "满意度回访名单")


def campaign_lists(stage: Stage, count: int) -> list[Doing]:
    """A manager draws the list of a campaign and sends it round; mostly with a ticket."""
    return [doing for person in stage.some(stage.does("exports"), count) for doing in _campaign(stage, person)]


def month_ends(stage: Stage, count: int) -> list[Doing]:
    """Somebody draws the same list whenever a month ends; nobody ever asked for a ticket."""
    return [doing for person in stage.some(stage.does("exports"), count) for doing in _month_end(stage, person)]


def audits(stage: Stage, count: int) -> list[Doing]:
    """A sample for the audit, with a ticket: lists over some days, and an archive on the audit's share."""
    rights = np.array(
        [any(right.action in ("export", "*") for right in role.rights) for role in stage.house.trade.roles]
    )
    whole = np.array([any(right.action == "*" for right in role.rights) for role in stage.house.trade.roles])
    able = (whole if whole.any() else rights)[stage.house.staff.role_before]
    return [doing for person in stage.some(able, count) for doing in _audit(stage, person)]


def reports(stage: Stage, count: int) -> list[Doing]:
    """An analyst answers a question of the day with a list of people, and sends it to the manager."""
    return [doing for person in stage.some(stage.does("queries", 2), count) for doing in _report(stage, person)]


def _campaign(stage: Stage, person: int) -> list[Doing]:
    rng, deed = stage.rng, Deed(stage, "campaign-list", (person,))
    days = stage.spell(person, int(min(3, rng.geometric(0.6))))
    there = int(stage.house.clients.there(int(days[0])).sum())
    for number in days.tolist():
        seat = stage.seat(person, number)
        rows = np.minimum(rng.lognormal(np.log(0.02 * there + 50), 0.8, int(rng.integers(1, 5))), 0.5 * there)
        deed.draws(seat, rows.astype(np.int64), BRANCH if rng.random() < 0.5 else FILTER)
        _letter(deed, seat, int(rows[0]) * 95)
    if rng.random() < 0.8:
        deed.ticket(_CAMPAIGNS[rng.integers(len(_CAMPAIGNS))], days[0] - int(rng.integers(4)), days[-1] + 2)
    return deed.done()


def _month_end(stage: Stage, person: int) -> list[Doing]:
    rng, house = stage.rng, stage.house
    deed = Deed(stage, "month-end-list", (person,))
    busy = np.flatnonzero((house.calendar.busy > 1) & house.here[person])
    lasts = [number for number in busy.tolist() if number + 1 not in set(busy.tolist())]
    rows = rng.lognormal(np.log(0.01 * len(house.clients) + 80), 0.5)
    for number in lasts:
        size = np.array([int(min(rows * rng.uniform(0.9, 1.2), 0.3 * len(house.clients)))])
        deed.draws(stage.seat(person, number), size, OWN if rng.random() < 0.3 else FILTER)
    if lasts and rng.random() < 0.3:
        deed.ticket("月末对账", lasts[0], lasts[-1])
    return deed.done()


def _audit(stage: Stage, person: int) -> list[Doing]:
    rng, house = stage.rng, stage.house
    deed = Deed(stage, "audit-export", (person,))
    days = stage.spell(person, int(rng.integers(2, 5)))
    rows = max(40, int(rng.uniform(0.01, 0.08) * house.clients.there(int(days[0])).sum()))
    for number in days.tolist():
        seat = stage.seat(person, number)
        deed.draws(seat, np.full(int(rng.integers(1, 3)), rows), FILTER)
    seat = stage.seat(person, int(days[-1]))
    archive = files(
        1, time=stage.hour(seat.number, float(seat.goes[0]) - 0.4), account=seat.account, place=seat.place,
        path="\\\\nas01\\audit\\抽样底稿.zip", bytes=np.array([rows * 40 * len(days)]),
    )  # fmt: skip
    deed.add("files", archive)
    deed.ticket("年度审计抽样", days[0] - 3, days[-1] + 5)
    return deed.done()


def _report(stage: Stage, person: int) -> list[Doing]:
    rng, house, names = stage.rng, stage.house, tables(stage.house)
    deed = Deed(stage, "one-off-report", (person,))
    number = int(stage.spell(person, 1)[0])
    seat = stage.seat(person, number)
    offers = [choice(names, number, *pair) for pair in rng.integers(10_000, size=(int(rng.integers(1, 4)), 2)).tolist()]
    made = chosen_people(
        names, offers, np.array([[1_000, 3_000, 10_000][n] for n in rng.integers(3, size=len(offers))])
    )
    time = stage.hour(number, np.sort(rng.uniform(seat.comes[0] + 0.5, seat.goes[0] - 1.0, len(offers))))
    deed.add("queries", queries(
        len(offers), time=time, account=np.repeat(seat.account, len(offers)), place=np.repeat(seat.place, len(offers)),
        program=PROGRAMS[person % len(PROGRAMS)], statement=made.text, rows=made.rows,
    ))  # fmt: skip
    user = house.accounts.name[seat.account[0]]
    deed.add("files", files(
        1, time=time[-1:] + 200 * SECOND, account=seat.account, place=seat.place,
        path=f"C:\\Users\\{user}\\Documents\\临时取数{int(rng.integers(1, 60))}.xlsx",
        bytes=np.array([int(made.rows.sum()) * 62 + 6_000]),
    ))  # fmt: skip
    _letter(deed, seat, int(made.rows.sum()) * 62)
    if rng.random() < 0.55:
        deed.ticket("临时取数", number - int(rng.integers(3)), number + 1)
    return deed.done()


def _letter(deed: Deed, seat: Day, size: int) -> None:
    """The list goes to the manager by mail within the house."""
    house, own = deed.stage.house, addresses(deed.stage.house)
    chief = int(house.staff.manager[deed.people[0]])
    if not len(seat) or chief < 0:
        return
    deed.add("mail", mail(
        1, time=deed.stage.hour(seat.number, float(seat.goes[0]) - 0.3), account=seat.account, place=seat.place,
        sender=own[seat.account], recipient=own[house.staff.account[[chief]]], subject="名单", attachments=1,
        bytes=np.array([int(size * 1.37) + 5_000]),
    ))  # fmt: skip
