"""The tables of the organisation: roster, accounts, entitlements, absences, tickets, relations; some of it untidy."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from headwater.simulation.insurer.benign import AUDIT_TICKET, audit_days, auditor
from headwater.simulation.insurer.doings import Relation
from headwater.simulation.insurer.querying import BACKUP, CAMPAIGN, PARTNER
from headwater.simulation.insurer.staff import DEPARTMENTS, stays
from headwater.simulation.insurer.world import World

Rows = list[list[str]]
_DATASET = "policyholders"
_RIGHTS = (
    ("sales", "lookup", "120"),
    ("sales", "search", "120"),
    ("service", "lookup", "500"),
    ("service", "search", "500"),
    ("claims", "lookup", "350"),
    ("claims", "search", "350"),
    ("data", "sql", ""),
    ("data", "lookup", "100"),
    ("it", "sql", ""),
    ("it", "lookup", "100"),
    ("audit", "*", ""),
    ("finance", "lookup", "150"),
    ("finance", "search", "150"),
    ("office", "lookup", "30"),
    (BACKUP, "*", ""),
    (CAMPAIGN, "sql", ""),
    (PARTNER, "lookup", "2000"),
)


def untidy(world: World) -> tuple[tuple[int, int], int, int]:
    """What is wrong in the papers: two accounts with their owners swapped, one without an owner, one late hire date."""
    finance = world.staff.of("finance").tolist()
    return (finance[0], finance[1]), int(world.staff.of("office")[0]), int(world.staff.of("it")[-1])


def roster(world: World) -> Rows:
    """Who works here; one hire was entered days after the first day of work."""
    staff, calendar = world.staff, world.calendar
    late = untidy(world)[2]
    rows = [["employee_id", "name", "department", "role", "grade", "manager_id", "site", "hired", "left", "resigned",
             "workstation", "ip"]]  # fmt: skip
    for n in range(len(staff)):
        hired = 4 if n == late else int(staff.hired[n])
        gone = [_date(world, day) for day in (staff.left[n], staff.resigned[n])]
        chief = str(staff.employee[staff.manager[n]]) if staff.manager[n] >= 0 else ""
        rows.append([
            staff.employee[n], staff.name[n], DEPARTMENTS[staff.role[n]], staff.role[n], staff.grade[n], chief,
            staff.site[n], calendar.date(hired).isoformat(), *gone, staff.device[n], staff.ip[n],
        ])  # fmt: skip
    return rows


def accounts(world: World) -> Rows:
    """Which account belongs to whom, as far as the register knows."""
    staff, owner = world.staff, world.staff.employee.copy()
    (one, other), missing, _ = untidy(world)
    owner[[one, other]] = owner[[other, one]]
    owner[missing] = ""
    rows = [["account", "system", "owner", "kind", "created", "disabled"]]
    for n in range(len(staff)):
        system = "db" if staff.role[n] in ("data", "it") else "crm"
        created = world.calendar.date(int(staff.hired[n])).isoformat()
        rows.append([staff.account[n], system, owner[n], "person", created, ""])
    for name, system in ((BACKUP, "db"), (CAMPAIGN, "db"), (PARTNER, "crm")):
        rows.append([name, system, "", "service", world.calendar.date(-1_500).isoformat(), ""])
    return rows


def entitlements() -> Rows:
    """What each role and each service account may do."""
    header = ["principal", "dataset", "action", "rows_per_day", "from", "to"]
    return [header, *([who, _DATASET, action, most, "", ""] for who, action, most in _RIGHTS)]


def absences(world: World) -> Rows:
    """Leave, sickness, travel."""
    date = world.calendar.date
    rows = [["employee_id", "from", "to", "kind"]]
    for away in world.presence.absences:
        if away.last >= 0 and away.first <= world.staff.left[away.person]:
            employee = str(world.staff.employee[away.person])
            rows.append([employee, date(away.first).isoformat(), date(away.last).isoformat(), away.kind])
    return rows


def tickets(world: World) -> Rows:
    """Work that was authorised beforehand."""
    staff, days, person = world.staff, audit_days(world), auditor(world)
    chief = str(staff.employee[staff.manager[person]]) if staff.manager[person] >= 0 else ""
    first, last = (world.calendar.date(int(day)).isoformat() for day in (days[0], days[-1]))
    header = ["ticket", "principal", "dataset", "purpose", "approved_by", "from", "to"]
    return [header, [AUDIT_TICKET, str(staff.employee[person]), _DATASET, "年度内审抽样", chief, first, last]]


def relations(world: World, reasons: Sequence[Relation]) -> Rows:
    """Why somebody had to do with a client: each reason once, in the order of days."""
    rows = [["employee_id", "subject_id", "relation", "from", "to"]]
    date = [world.calendar.date(day).isoformat() for day in range(world.calendar.days)]
    for reason in reasons:
        stacked = np.stack([reason.first, reason.last, reason.person, reason.client], axis=1)
        for first, last, person, client in np.unique(stacked, axis=0).tolist():
            begin = date[first] if first >= 0 else world.calendar.date(first).isoformat()
            end = date[last] if last >= 0 else ""
            rows.append([world.staff.employee[person], world.clients.key[client], reason.kind, begin, end])
    return rows


def _date(world: World, day: int) -> str:
    return "" if stays(int(day)) else world.calendar.date(int(day)).isoformat()
