"""Innocent doings that look like a crime to anyone who counts only rows."""

from __future__ import annotations

import numpy as np

from headwater.simulation.events import HOUR, Events, Whole
from headwater.simulation.insurer.desk import requests
from headwater.simulation.insurer.doings import Doing, Relation, access, files
from headwater.simulation.insurer.hostile import hostile_texts
from headwater.simulation.insurer.presence import moments
from headwater.simulation.insurer.querying import BACKUP, CAMPAIGN, PARTNER, PARTNER_IP
from headwater.simulation.insurer.world import World

AUDIT_TICKET = "AUD-2207"


def innocent_doings(world: World) -> list[Doing]:
    """The audit, the newcomer's training, the photographer, the partner, and accounts with untidy papers."""
    staff = world.staff
    idle = tuple(str(staff.account[person]) for person in world.idle)
    return [
        *hostile_texts(world),
        _audit(world),
        _training(world),
        _photographs(world),
        _partner(world),
        Doing("backup", (BACKUP,), ()),
        Doing("campaign", (CAMPAIGN,), ()),
        Doing("idle-account-of-a-leaver", idle, tuple(str(staff.employee[person]) for person in world.idle)),
    ]


def auditor(world: World) -> int:
    """Who holds the audit's ticket."""
    return int(world.staff.of("audit")[-1])


def audit_days(world: World) -> Whole:
    """The days on which the sample is drawn."""
    return world.calendar.work_days(0.55)[:3]


def _audit(world: World) -> Doing:
    """A sample drawn for the yearly audit, with a ticket: exports, a spreadsheet, an archive on the audit's share."""
    person, rng = auditor(world), world.dice("audit")
    staff, days = world.staff, audit_days(world)
    times = world.calendar.midnight(days) + (rng.uniform(9.5, 16.0, len(days)) * HOUR).astype(np.int64)
    count = int(0.06 * len(world.clients))
    seat = {"account": str(staff.account[person]), "ip": str(staff.ip[person])}
    exported = access(
        len(days),
        time=times,
        path=[f"{world.habits.export_path}?sample=audit&part={n + 1}" for n in range(len(days))],
        rows=count,
        bytes=count * 180,
        agent=0,
        **seat,
    )
    kept = files(
        len(days),
        time=times + 90_000,
        device=str(staff.device[person]),
        path=[f"\\\\nas01\\audit\\抽样_{n + 1}.xlsx" for n in range(len(days))],
        bytes=count * 95,
        **seat,
    )
    return _doing(world, "ticketed-audit-export", person, {"access": [exported], "files": [kept]})


def _training(world: World) -> Doing:
    """A newcomer opens the records of an exercise list; the list is on record as training."""
    person, rng = world.newcomer, world.dice("training")
    rows = np.repeat(world.presence.rows_of(person), 18)
    clients = rng.integers(0, int(world.clients.there(0).sum()), len(rows))
    paths = [world.habits.record_path.format(subject=key) for key in world.clients.key[clients]]
    desk = world.presence.desk[rows]
    opened = access(
        len(rows),
        time=moments(rng, world.presence, rows, world.calendar),
        account=str(world.staff.account[person]),
        ip=world.staff.ip[desk],
        path=paths,
        client=clients,
    )
    day = world.presence.day[rows]
    reason = Relation(np.full(len(rows), person), clients, "training", day, day)
    return _doing(world, "newcomer-in-training", person, {"access": [opened]}, (reason,))


def _photographs(world: World) -> Doing:
    """Somebody who buys for the house sends the shop photographs of damaged goods: many bytes, no data."""
    person, rng = int(world.staff.of("office")[-1]), world.dice("photographs")
    rows = np.repeat(world.presence.rows_of(person)[::4], 5)
    sent = requests(
        world,
        rng,
        rows,
        host=f"im.{world.habits.shop}",
        path="/msg/upload",
        method="POST",
        bytes_out=rng.lognormal(12.8, 0.4, len(rows)).astype(np.int64),
        bytes_in=410,
    )
    return _doing(world, "photographs-to-the-shop", person, {"web": [sent]})


def _partner(world: World) -> Doing:
    """A partner's interface looks up single clients around the clock, as its contract says."""
    rng = world.dice("partner")
    size = int(world.calendar.days * 90 * world.habits.activity)
    clients = rng.choice(int(world.clients.there(0).sum()), size)
    start = int(world.calendar.midnight(np.zeros(1, dtype=np.int64))[0])
    looked = access(
        size,
        time=start + rng.integers(0, world.calendar.days * 24 * HOUR, size),
        account=PARTNER,
        ip=PARTNER_IP,
        path=[world.habits.record_path.format(subject=key) for key in world.clients.key[clients]],
        client=clients,
        bytes=rng.integers(900, 2_000, size),
        agent=3,
    )
    return Doing("partner-interface", (PARTNER,), (), traces={"access": [looked]})


def _doing(
    world: World, kind: str, person: int, traces: dict[str, list[Events]], reasons: tuple[Relation, ...] = ()
) -> Doing:
    staff = world.staff
    return Doing(
        kind,
        (str(staff.account[person]),),
        (str(staff.employee[person]),),
        (str(staff.device[person]),),
        traces,
        relations=reasons,
    )
