"""The tables of the organisation as of a day: roster, accounts, entitlements, absences, tickets, mistakes included.

Every table is a list of rows of text, header first. ``until`` is the last day that is known (its number in the
calendar; the last of the span by default): what is only entered, or only happens, later is not in the table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from headwater.simulation.events import Column, Whole
from headwater.simulation.house.house import House
from headwater.simulation.house.nouns import FOREVER, Ticket
from headwater.simulation.house.untidy import Untidy, untidy

Rows = list[list[str]]
ROSTER = ("employee_id", "name", "department", "role", "grade", "manager_id", "site", "hired", "left", "resigned",
          "workstation", "ip")  # fmt: skip
ACCOUNTS = ("account", "system", "owner", "kind", "created", "disabled")
ENTITLEMENTS = ("principal", "dataset", "action", "rows_per_day", "from", "to")
ABSENCES = ("employee_id", "from", "to", "kind")
TICKETS = ("ticket", "principal", "dataset", "purpose", "approved_by", "from", "to")
_SICK = "病假"
_SERVICES = {"backup": "*", "batch": "sql", "campaign": "sql", "partner": "lookup", "report": "sql"}


def roster(house: House, until: int | None = None, wrong: Untidy | None = None) -> Rows:
    """Who works here and who did, by number; partners outside are not on it."""
    staff, wrong, last = house.staff, wrong or untidy(house), _last(house, until)
    hired, leaves = _entered(staff.hired, wrong.hires), _entered(staff.resigned, wrong.leaves)
    later = _entered(staff.moved, wrong.moves) > last
    role, branch = np.where(later, staff.role_before, staff.role), np.where(later, staff.branch_before, staff.branch)
    manager = np.where(later, staff.manager_before, staff.manager)
    place = _entered(staff.place, wrong.desks)
    rows = [list(ROSTER)]
    for n in _by(staff.employee, np.flatnonzero((hired <= last) & ~staff.outside)):
        kind, chief = house.trade.roles[role[n]], manager[n]
        left, resigned = (staff.left[n], staff.resigned[n]) if leaves[n] <= last else (FOREVER, FOREVER)
        rows.append([
            staff.employee[n], staff.name[n], kind.department, kind.name, staff.grade[n],
            staff.employee[chief] if chief >= 0 else "", house.trade.branches[branch[n]],
            *(_date(house, int(day)) for day in (hired[n], left, resigned)),
            house.places.device[place[n]], house.places.ip[place[n]],
        ])  # fmt: skip
    return rows


def accounts(house: House, until: int | None = None, wrong: Untidy | None = None) -> Rows:
    """Which account belongs to whom as far as the list knows, by name."""
    made, wrong, last = house.accounts, wrong or untidy(house), _last(house, until)
    owner = made.owner.copy()
    for one, other in wrong.swapped:
        owner[[one, other]] = owner[[other, one]]
    owner[list(wrong.missing)] = -1
    rows = [list(ACCOUNTS)]
    for n in _by(made.name, np.flatnonzero(made.created <= last)):
        who = house.staff.employee[owner[n]] if owner[n] >= 0 else ""
        disabled = int(made.disabled[n]) if made.disabled[n] <= last else FOREVER
        dates = (_date(house, int(made.created[n])), _date(house, disabled))
        rows.append([made.name[n], made.system[n], who, made.kind[n], *dates])
    return rows


def entitlements(house: House, until: int | None = None) -> Rows:
    """What each role, each partner, each shared account and each service may do with the data set."""
    trade, made, last = house.trade, house.accounts, _last(house, until)
    rows = [list(ENTITLEMENTS)]
    for role in trade.roles:
        rows += [] if role.outside else _rights(house, role.name, trade.role(role.name))
    people = len(house.staff)
    partner = np.zeros(len(made), dtype=np.bool_)
    partner[house.staff.account[house.staff.outside]] = True
    team_role = dict(zip(house.staff.team_before.tolist(), house.staff.role_before.tolist(), strict=True))
    for n in _by(made.name, np.flatnonzero((made.created <= last) & (partner | (made.team >= 0)))):
        role_of = house.staff.role[made.owner[n]] if partner[n] else team_role[int(made.team[n])]
        rows += _rights(house, str(made.name[n]), int(role_of))
    most = str(max(1_000, people * 2))
    for service in trade.services:
        limit = most if service.purpose == "partner" else ""
        rows.append([service.name, trade.dataset, _SERVICES[service.purpose], limit, "", ""])
    return rows


def absences(house: House, until: int | None = None) -> Rows:
    """Leave, sickness, travel; how long a sickness lasts is known when it is over."""
    last, rows = _last(house, until), [list(ABSENCES)]
    for away in sorted(house.absences, key=lambda a: (a.first, house.staff.employee[a.person])):
        if away.first <= last:
            end = FOREVER if away.kind == _SICK and away.last > last else away.last
            employee = str(house.staff.employee[away.person])
            rows.append([employee, _date(house, away.first), _date(house, end), away.kind])
    return rows


def tickets(house: House, asked: Sequence[Ticket], until: int | None = None) -> Rows:
    """Work that was authorised, in the order of its first days."""
    last, rows = _last(house, until), [list(TICKETS)]
    known = sorted(asked, key=lambda t: (t.first, t.who, t.purpose, t.last))
    for number, each in enumerate(known, 1):
        if each.first <= last:
            dates = (_date(house, each.first), _date(house, each.last))
            rows.append([f"T{number:05d}", each.who, house.trade.dataset, each.purpose, each.approved_by, *dates])
    return rows


def _rights(house: House, principal: str, role: int) -> Rows:
    rights = house.trade.roles[role].rights
    limits = ["" if right.rows_per_day is None else str(right.rows_per_day) for right in rights]
    dataset = house.trade.dataset
    return [[principal, dataset, right.action, most, "", ""] for right, most in zip(rights, limits, strict=True)]


def _entered(column: Whole, wrong: Mapping[int, int]) -> Whole:
    """A column as the papers have it."""
    changed = column.copy()
    for person, value in wrong.items():
        changed[person] = value
    return changed


def _by(key: Column, rows: Iterable[int]) -> list[int]:
    return sorted((int(n) for n in rows), key=lambda n: key[n])


def _last(house: House, until: int | None) -> int:
    return house.calendar.days - 1 if until is None else until


def _date(house: House, day: int) -> str:
    return "" if day >= FOREVER else house.calendar.date(day).isoformat()
