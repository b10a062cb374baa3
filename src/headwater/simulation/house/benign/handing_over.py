"""Clients pass from hand to hand: long absences are covered, movers and leavers clear their books."""

from __future__ import annotations

import numpy as np

from headwater.simulation.events import SECOND
from headwater.simulation.house.benign.stage import OWN, Deed, Stage
from headwater.simulation.house.client_books import drawn, last_days
from headwater.simulation.house.mailing import addresses
from headwater.simulation.house.nouns import Doing
from headwater.simulation.house.shelves import LONG_AGO, shelf
from headwater.simulation.house.traces import mail

_LONG = 8  # days of absence that somebody is named to cover


def covers(stage: Stage, count: int) -> list[Doing]:
    """Somebody looks after the clients of a colleague who is away for weeks."""
    house, rng = stage.house, stage.rng
    own = shelf(house, "owner").held(np.arange(len(house.staff)), 0)
    far = [a for a in house.absences if a.last - a.first >= _LONG and own[a.person] > 0 and a.last > 0]
    done: list[Doing] = []
    for away in [far[n] for n in np.sort(rng.permutation(len(far))[:count]).tolist()]:
        person = int(house.staff.heir[away.person])
        deed = Deed(stage, "cover-for-an-absence", (person,))
        papers = rng.random() < 0.75
        for number in stage.worked(person, away.first, away.last).tolist():
            many = int(rng.poisson(stage.usual(away.person) * rng.uniform(0.3, 0.9)))
            clients = drawn(house, rng, np.full(many, away.person), LONG_AGO, number)
            clients = clients[clients >= 0]
            deed.looks(stage.seat(person, number), clients)
            if papers:
                deed.reason(person, clients, "cover", number, number)
        done += deed.done()
    return done


def cleared_books(stage: Stage, count: int) -> list[Doing]:
    """Before a move, or in the notice before leaving, somebody goes through the book once more and hands it over."""
    house, rng = stage.house, stage.rng
    ends = last_days(house)
    books = shelf(house, "owner").held(np.arange(len(house.staff)), 0)
    going = (books > 0) & (ends > 3) & (ends < house.calendar.days) & ~house.staff.outside
    done: list[Doing] = []
    for person in rng.permutation(np.flatnonzero(going))[:count].tolist():
        leaver = ends[person] == house.staff.left[person]
        deed = Deed(stage, "leaver-hands-over" if leaver else "mover-clears-the-book", (person,))
        days = stage.worked(person, int(ends[person]) - int(rng.integers(3, 9)), int(ends[person]))
        mine = np.flatnonzero((house.clients.owner == person) & (house.clients.joined <= ends[person]))
        gone_through = np.sort(rng.choice(mine, int(len(mine) * rng.uniform(0.3, 1.0)), replace=False))
        for number, clients in zip(days.tolist(), np.array_split(gone_through, max(1, len(days))), strict=False):
            deed.looks(stage.seat(person, number), clients)
        if len(days) and rng.random() < 0.7:
            _list_to_the_heir(deed, person, int(days[-1]), len(mine))
        if len(days) and rng.random() < 0.7:
            deed.reason(person, gone_through, "handover", int(days[0]), int(ends[person]))
            deed.ticket("客户交接", int(days[0]), int(ends[person]))
        done += deed.done()
    return done


def _list_to_the_heir(deed: Deed, person: int, number: int, rows: int) -> None:
    """The book as a list, sent to who takes it over; only those may draw it whose role may draw lists."""
    house, stage = deed.stage.house, deed.stage
    role = house.trade.roles[int(house.staff.role_on(number)[person])]
    seat = stage.seat(person, number)
    if not any(right.action in ("export", "*") for right in role.rights) or not len(seat):
        return
    when = stage.hour(number, float(seat.goes[0]) - 1.0)
    deed.draws(seat, np.array([rows]), OWN, when)
    own, heir = addresses(house), int(house.staff.heir[person])
    deed.add("mail", mail(
        1, time=when + 900 * SECOND, account=seat.account, place=seat.place, sender=own[seat.account],
        recipient=own[house.staff.account[[heir]]], subject="客户交接清单", attachments=1,
        bytes=np.array([rows * 130 + 6_000]),
    ))  # fmt: skip
