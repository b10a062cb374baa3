from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
import pytest
from small_trade import OFFICE

from headwater.simulation.house import papers
from headwater.simulation.house.accounts import ghosts
from headwater.simulation.house.building import build
from headwater.simulation.house.house import House
from headwater.simulation.house.nouns import Ticket
from headwater.simulation.house.untidy import Untidy, flaws, untidy

TIDY = Untidy()
Table = list[dict[str, str]]


@pytest.fixture(scope="module")
def house() -> House:
    return build(OFFICE, seed=6, staff=400, clients=2_000, days=120)


def table(rows: list[list[str]]) -> Table:
    assert all(len(row) == len(rows[0]) for row in rows)
    assert all(isinstance(cell, str) for row in rows for cell in row)
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def day(house: House, number: int) -> str:
    return (house.calendar.start + timedelta(days=int(number))).isoformat()


def different(one: Table, two: Table, key: str) -> set[str]:
    first, second = ({row[key]: row for row in rows} for rows in (one, two))
    return {name for name in first | second if first.get(name) != second.get(name)}


def test_a_tidy_roster_tells_the_truth(house: House) -> None:
    staff = house.staff
    rows = {row["employee_id"]: row for row in table(papers.roster(house, None, TIDY))}
    assert len(rows) == (~staff.outside).sum()
    for n in np.flatnonzero(~staff.outside).tolist():
        row, role = rows[staff.employee[n]], OFFICE.roles[staff.role[n]]
        assert (row["name"], row["department"], row["role"]) == (staff.name[n], role.department, role.name)
        assert row["site"] == OFFICE.branches[staff.branch[n]]
        assert row["hired"] == day(house, staff.hired[n])
        known = staff.resigned[n] < house.calendar.days
        assert row["left"] == (day(house, staff.left[n]) if known else "")
        assert row["workstation"] == house.places.device[staff.place[n]]
        assert row["manager_id"] in ("", *rows)


def test_partners_are_on_no_roster_but_have_accounts_and_rights(house: House) -> None:
    outside = set(house.staff.employee[house.staff.outside].tolist())
    assert outside.isdisjoint(row["employee_id"] for row in table(papers.roster(house)))
    owned = {row["owner"]: row["account"] for row in table(papers.accounts(house))}
    principals = {row["principal"] for row in table(papers.entitlements(house))}
    assert {owned[employee] for employee in outside} <= principals


def test_former_people_are_on_the_roster_and_ghosts_have_accounts(house: House) -> None:
    staff = house.staff
    rows = {row["employee_id"]: row for row in table(papers.roster(house))}
    accounts = {row["account"]: row for row in table(papers.accounts(house))}
    for n in ghosts(house.accounts, staff).tolist():
        assert rows[staff.employee[n]]["left"] < house.calendar.start.isoformat()
        assert accounts[house.accounts.name[staff.account[n]]]["disabled"] == ""


@pytest.mark.parametrize("until", [0, 17, 60, 95, None])
def test_papers_know_nothing_of_later_days(house: House, until: int | None) -> None:
    staff, last = house.staff, house.calendar.days - 1 if until is None else until
    today = day(house, last)
    number = {str(employee): n for n, employee in enumerate(staff.employee.tolist())}
    for row in table(papers.roster(house, until)):
        n = number[row["employee_id"]]
        assert row["hired"] <= today
        assert not row["left"] or row["resigned"] <= today
        if staff.moved[n] > last:
            assert row["role"] == OFFICE.roles[staff.role_before[n]].name
            assert row["site"] == OFFICE.branches[staff.branch_before[n]]
    for row in table(papers.accounts(house, until)):
        assert row["created"] <= today
        assert row["disabled"] <= today
    assert all(row["from"] <= today for row in table(papers.absences(house, until)))
    asked = [Ticket(str(staff.employee[0]), f"n{n}", "", n, n + 3) for n in (110, 3, 50, 17)]
    known = table(papers.tickets(house, asked, until))
    assert [row["purpose"] for row in known] == [f"n{n}" for n in (3, 17, 50, 110) if n <= last]
    assert [row["ticket"] for row in known] == [f"T{n:05d}" for n in range(1, len(known) + 1)]


def test_later_papers_only_add_to_what_was_known(house: House) -> None:
    tables: list[Callable[[int], list[list[str]]]] = [
        lambda until: papers.roster(house, until),
        lambda until: papers.accounts(house, until),
        lambda until: papers.entitlements(house, until),
    ]
    for made in tables:
        known: set[str] = set()
        for until in (0, 30, 60, 119):
            names = {row[0] for row in made(until)}
            assert known <= names
            known = names


@pytest.mark.parametrize("until", [0, 20, 45, 80, None])
def test_flaws_name_exactly_what_differs_from_the_truth(house: House, until: int | None) -> None:
    wrong = untidy(house)
    found = flaws(house, wrong, until)
    people = {str(house.staff.employee[n]) for f in found if not f.kind.startswith("owner") for n in f.people}
    told, true = (table(papers.roster(house, until, w)) for w in (wrong, TIDY))
    assert different(told, true, "employee_id") == people
    accounts = {str(house.accounts.name[n]) for f in found if f.kind.startswith("owner") for n in f.accounts}
    told, true = (table(papers.accounts(house, until, w)) for w in (wrong, TIDY))
    assert different(told, true, "account") == accounts


def test_every_kind_of_flaw_occurs(house: House) -> None:
    wrong = untidy(house)
    kinds = {f.kind for until in range(0, 120, 3) for f in flaws(house, wrong, until)}
    assert kinds == {
        "owner-rows-swapped",
        "owner-missing",
        "wrong-workstation",
        "hire-entered-late",
        "leave-entered-late",
        "move-entered-late",
    }
    late = [*wrong.hires.items(), *wrong.leaves.items(), *wrong.moves.items()]
    since = [house.staff.hired[p] for p in wrong.hires] + [house.staff.left[p] for p in wrong.leaves]
    since += [house.staff.moved[p] for p in wrong.moves]
    lags = np.array([entered for _, entered in late]) - np.array(since)
    assert lags.min() >= 3
    assert lags.max() > 20


def test_how_long_a_sickness_lasts_is_known_when_it_is_over(house: House) -> None:
    away = next(a for a in house.absences if a.kind == "病假" and a.last > a.first >= 0)
    employee = str(house.staff.employee[away.person])
    for until, end in ((away.first, ""), (away.last, day(house, away.last))):
        rows = table(papers.absences(house, until))
        assert {"employee_id": employee, "from": day(house, away.first), "to": end, "kind": "病假"} in rows


def test_rights_are_those_of_the_trade_and_of_its_services(house: House) -> None:
    rows = table(papers.entitlements(house))
    mine = {(row["action"], row["rows_per_day"]) for row in rows if row["principal"] == "sales"}
    assert mine == {("lookup", "200"), ("search", "200"), ("export", "500")}
    assert {row["dataset"] for row in rows} == {"customers"}
    assert {service.name for service in OFFICE.services} <= {row["principal"] for row in rows}
    assert date.fromisoformat(day(house, 0)) == house.calendar.start
