"""Whose account it really is, when the list is wrong: told by desks, and by whose business the readings are."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.detection.lakes import Office, opened, working_day


def swapped(at: dict[str, str]) -> Office:
    """E01 and E02 read their own clients for three weeks over accounts that the list gives the wrong way round."""
    house = Office(staff=4, days=0, book=12)
    for i, employee in enumerate(house.employees):
        seat = house.seat(employee)
        house.add("people", employee=employee, name="", department="d", role="r", site="s",
                  workstation=seat["device"], ip=seat["ip"])  # fmt: skip
        owner = {"E01": "E02", "E02": "E01"}.get(employee, employee)
        house.add("accounts", account=f"u{employee[1:]}", system="crm", owner=owner, kind="person")
        house.relate(employee, list(range(i * 12, i * 12 + 12)))
        for n in range(15):
            records = [i * 12 + (n + k) % 12 for k in range(6)]
            house.read(f"u{employee[1:]}", working_day(n), records, at.get(employee, employee), 9 + n % 7)
    return house


@pytest.mark.parametrize("at", [{}, {"E01": "E03", "E02": "E03"}], ids=["at their own desks", "at a shared desk"])
def test_swapped_rows_of_the_account_list_are_seen(tmp_path: Path, at: dict[str, str]) -> None:
    with opened(swapped(at), tmp_path / "w") as scene:
        assert scene.owners == {"u01": "E01", "u02": "E02"}
        assert {a: scene.org.owner(a).employee for a in ("u01", "u02", "u03")} == {  # type: ignore[union-attr]
            "u01": "E01", "u02": "E02", "u03": "E03"
        }  # fmt: skip


def test_a_thief_reads_nobodys_business_and_keeps_his_account(tmp_path: Path) -> None:
    house = Office(staff=4, days=0, book=12)
    for i, employee in enumerate(house.employees):
        seat = house.seat(employee)
        house.add("people", employee=employee, name="", department="d", role="r", site="s",
                  workstation=seat["device"], ip=seat["ip"])  # fmt: skip
        house.add("accounts", account=f"u{employee[1:]}", system="crm", owner=employee, kind="person")
        house.relate(employee, list(range(i * 12, i * 12 + 12)))
    for n in range(15):
        house.read("u01", working_day(n), [12 + n % 12, 24 + n % 12, 36 + (n + 5) % 12], "E01", 10)
    with opened(house, tmp_path / "w") as scene:
        assert scene.owners == {}


@pytest.mark.parametrize("alike", [0.4, 1.0], ids=["plainly the other's", "as much the listed owner's"])
def test_the_other_half_of_a_swap_is_seen_where_it_is_plainly_the_others(tmp_path: Path, alike: float) -> None:
    house = swapped({"E02": "E03"})  # E01 sits at his own desk, E02 at a third one
    house.relate(
        "E01", list(range(12, 12 + round(12 * alike)))
    )  # who the list says reads this has some of it as business
    with opened(house, tmp_path / "w") as scene:
        assert scene.owners == ({"u01": "E01", "u02": "E02"} if alike < 0.5 else {"u01": "E01"})
