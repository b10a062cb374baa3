"""Each control fires at the right row of a hand-made case, on both sides of what it goes by."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest
from scipy import stats
from tests.casework.prevention.made_case import Small, finding, incident, numbers, played, small
from tests.detection.lakes import DATASET, Row, moment, opened, working_day

from headwater.casework.prevention.controls.absent_owner import AbsentOwner
from headwater.casework.prevention.controls.closed_accounts import ClosedAccounts
from headwater.casework.prevention.controls.decoys import Decoys
from headwater.casework.prevention.controls.dormant_accounts import DormantAccounts
from headwater.casework.prevention.controls.four_eyes import FourEyes
from headwater.casework.prevention.controls.granted_amount import GrantedAmount
from headwater.casework.prevention.controls.least_privilege import LeastPrivilege
from headwater.casework.prevention.controls.lists_per_day import ListsPerDay
from headwater.casework.prevention.controls.lists_per_week import ListsPerWeek
from headwater.casework.prevention.controls.lookups_per_day import LookupsPerDay
from headwater.casework.prevention.controls.lookups_per_hour import LookupsPerHour
from headwater.casework.prevention.controls.mail_out import MailOut
from headwater.casework.prevention.controls.one_account_each import OneAccountEach
from headwater.casework.prevention.controls.outbound import Outbound
from headwater.casework.prevention.controls.own_device import OwnDevice
from headwater.casework.prevention.controls.purpose import Purpose
from headwater.casework.prevention.controls.removable_media import RemovableMedia
from headwater.casework.prevention.controls.usual_data import UsualData
from headwater.casework.prevention.controls.working_hours import WorkingHours
from headwater.casework.prevention.replay import CasePrevention, prevention
from headwater.model.attribution import Attribution
from headwater.model.evidence import Citation

DAYS = [working_day(n) for n in range(10)]


@contextmanager
def both(house: Small, root: Path, **days: list[date]) -> Iterator[Callable[..., CasePrevention]]:
    """One incident of several accounts, each on days of its own, to be replayed."""
    with opened(house, root) as scene:
        told = incident(*(finding(scene, account, each) for account, each in days.items()))
        yield lambda *controls: prevention(scene, [told], Attribution(), controls).cases[0]


def stealing(
    house: Small, count: int = 6, days: list[date] | None = None, account: str = "u01", at: str = "E01"
) -> Small:
    """So many records that nobody else reads, opened after noon on some days."""
    for n, day in enumerate(days or DAYS[4:6]):
        house.look(account, day, numbers(100 + 50 * n, count), at)
    return house


def test_a_leavers_account_is_closed_after_the_last_day_and_not_on_it(tmp_path: Path) -> None:
    house = stealing(small(left=DAYS[4]))
    with played(house, tmp_path, days=DAYS[4:6]) as case:
        done = case.one(ClosedAccounts())
        assert done.stop is not None
        assert (done.stop.rows_before, done.stop.row, done.stop.day, done.stop.day_number) == (6, 7, DAYS[5], 4)
        assert (done.saved, done.followed, done.stop.persons_before, done.followed_persons) == (6, 6, 6, 6)
        assert (done.cost.acts, done.cost.days, done.cost.persons) == (0, 0, 0)
        roster = next(r for r in house.rows["people"] if r["employee"] == "E01")
        first = next(r for r in house.rows["access"] if r["subject"] == "c150")
        assert done.stop.evidence[0] == Citation(first["source"], first["line"])
        assert Citation(roster["source"], roster["line"]) in done.stop.evidence
        assert case.one(ClosedAccounts(grace=3)).stop is None  # over a weekend


def test_an_account_that_the_list_closed_is_closed(tmp_path: Path) -> None:
    house = stealing(small())
    house.rows["accounts"][0]["disabled"] = DAYS[4]
    with played(house, tmp_path, days=DAYS[4:6]) as case:
        assert case.one(ClosedAccounts()).stop.rows_before == 6


def test_an_account_sleeps_on_the_first_and_last_day_of_leave_and_on_no_other(tmp_path: Path) -> None:
    house = stealing(small(), days=DAYS[4:8])
    house.add("absences", employee="E01", starts=DAYS[5], ends=DAYS[6], kind="leave")
    house.add("absences", employee="E02", starts=DAYS[0], ends=DAYS[1], kind="leave")
    with played(house, tmp_path, days=DAYS[4:8]) as case:
        done = case.one(AbsentOwner())
        assert (done.stop.rows_before, done.saved, done.followed) == (6, 12, 18)
        assert (done.cost.acts, done.cost.days, done.cost.persons) == (2 * house.each, 2, 1)
        assert case.one(AbsentOwner(margin=1)).stop is None


def test_a_right_is_asked_for_by_data_set_act_and_day(tmp_path: Path) -> None:
    house = stealing(small(), days=DAYS[4:7])
    house.add("entitlements", principal="handler", dataset=DATASET, action="lookup", ends=DAYS[4])
    house.add("entitlements", principal="u01", dataset=DATASET, action="lookup", starts=DAYS[5], ends=DAYS[5])
    house.add("entitlements", principal="u01", dataset=DATASET, action="sql")
    for i in range(2, 7):
        house.add("entitlements", principal=f"u{i:02}", dataset=DATASET, action="*")
    with played(house, tmp_path, days=DAYS[4:7]) as case:
        done = case.one(LeastPrivilege())
        assert (done.stop.rows_before, done.stop.day, done.cost.acts) == (12, DAYS[6], 0)


def test_a_ticket_stands_for_a_right_where_it_is_let(tmp_path: Path) -> None:
    house = stealing(small())
    house.add("entitlements", principal="nobody", dataset=DATASET, action="*")
    house.add("tickets", ticket="T-1", principal="u01", dataset=DATASET, starts=DAYS[4], ends=DAYS[5])
    with played(house, tmp_path, days=DAYS[4:6]) as case:
        assert case.one(LeastPrivilege()).stop is None
        assert case.one(LeastPrivilege(tickets=False)).stop.row == 1
        assert case.one(LeastPrivilege()).cost.acts == 5 * 10 * house.each


def test_the_rights_own_number_is_enforced_act_by_act(tmp_path: Path) -> None:
    house = stealing(small())
    house.add("entitlements", principal="handler", dataset=DATASET, action="lookup", rows_per_day=house.each + 5)
    house.look("u02", DAYS[2], numbers(900, 8), "E02")
    with played(house, tmp_path, days=DAYS[4:6]) as case:
        done = case.one(GrantedAmount())
        assert (done.stop.rows_before, done.saved) == (5, 2)  # the morning's own four count too
        assert (done.cost.acts, done.cost.days, done.cost.persons) == (3, 1, 1)
        assert (done.ruling.adaptive.least, done.ruling.adaptive.took) == (2, 2)
        assert case.one(GrantedAmount(factor=2.0)).stop is None


@pytest.mark.parametrize(("limit", "before"), [(9.0, 5), (10.0, None)])
def test_a_limit_a_day_counts_what_was_read_before_that_day(tmp_path: Path, limit: float, before: int | None) -> None:
    with played(stealing(small()), tmp_path, days=DAYS[4:6]) as case:
        done = case.one(LookupsPerDay(limit=limit))
        assert (done.stop.rows_before if done.stop else None) == before
        assert done.saved == (2 if before else 0)
        assert done.cost.acts == 0


def test_a_limit_an_hour_begins_anew_with_the_hour(tmp_path: Path) -> None:
    house = small()
    house.look("u01", DAYS[4], numbers(100, 5), "E01", 14.0)
    house.look("u01", DAYS[4], numbers(200, 5), "E01", 15.0)
    with played(house, tmp_path, days=DAYS[4:5]) as case:
        done = case.one(LookupsPerHour(limit=4.0))
        assert (done.stop.row, done.saved) == (5, 2)
        assert (done.ruling.adaptive.least, done.ruling.adaptive.took) == (3, 2)
        assert case.one(LookupsPerHour(limit=5.0)).stop is None


def test_lists_are_counted_by_day_and_by_week(tmp_path: Path) -> None:
    house = small()
    for day in DAYS[3:7]:  # a Thursday and a Friday, a Monday and a Tuesday
        house.draw("u01", day, 100, "E01")
    with played(house, tmp_path, days=DAYS[3:7]) as case:
        assert case.one(ListsPerDay(limit=100.0)).stop is None
        assert case.one(ListsPerDay(limit=99.0)).stop.row == 1
        done = case.one(ListsPerWeek(limit=199.0))
        assert (done.stop.rows_before, done.stop.day, done.saved, done.followed) == (100, DAYS[4], 200, 300)
        assert (done.ruling.adaptive.unit, done.ruling.adaptive.least, done.ruling.adaptive.took) == ("weeks", 3, 2)
        assert case.one(ListsPerDay(limit=0.0)).ruling.adaptive.least is None


@pytest.mark.parametrize(("limit", "bites"), [(99.0, True), (100.0, False)])
def test_a_second_person_is_asked_above_the_limit_and_not_at_it(tmp_path: Path, limit: float, bites: bool) -> None:
    house = small()
    house.draw("u01", DAYS[4], 40, "E01", 13.0)
    house.draw("u01", DAYS[4], 100, "E01", 15.0)
    house.draw("u02", DAYS[4], 100, "E02")
    with played(house, tmp_path, days=[DAYS[4]]) as case:
        done = case.one(FourEyes(limit=limit))
        assert (done.stop is not None) == bites
        assert done.cost.acts == (1 if bites else 0)
        if bites:
            assert (done.stop.rows_before, done.saved) == (40, 100)
            assert (done.ruling.adaptive.unit, done.ruling.adaptive.least) == ("acts", 2)


@pytest.mark.parametrize(("rest", "bites"), [(30, False), (31, True)])
def test_an_account_falls_asleep_after_so_many_days_without_an_act(tmp_path: Path, rest: int, bites: bool) -> None:
    house = small(days=3)
    back = working_day(2) + timedelta(days=rest)
    stealing(house, days=[back])
    with played(house, tmp_path, days=[back]) as case:
        done = case.one(DormantAccounts(days=30))
        assert (done.stop is not None) == bites
        assert done.saved == (6 if bites else 0)


def test_each_account_is_told_to_have_slept_as_long_as_it_did(tmp_path: Path) -> None:
    house = small(days=3)
    days = [DAYS[0] + timedelta(days=n) for n in (45, 50, 90)]
    house.add("accounts", account="x01", system="crm", owner="E01", kind="person")
    house.look("u01", days[0] - timedelta(days=1), [1], "E01")  # awake
    house.look("u01", days[0], numbers(100, 3), "E01")
    house.look("x01", DAYS[0], [1], "E01")
    house.look("x01", days[1], [2], "E01", 10.0)  # its first return is none of the case's
    house.look("x01", days[2], numbers(200, 3), "E01")
    with both(house, tmp_path, u01=[days[0]], x01=[days[2]]) as found:
        (done,) = found(DormantAccounts(days=30)).replayed
        assert (done.stop.row, done.saved) == (4, 3)
        assert done.ruling.because.en == "account x01 had not been used for 39 days"


def test_only_the_account_that_met_a_decoy_is_held(tmp_path: Path) -> None:
    house = small(clients=990)
    house.add("accounts", account="x01", system="crm", owner="E01", kind="person")
    house.look("u01", DAYS[4], numbers(100, 300), "E01", 13.0)
    house.look("x01", DAYS[5], numbers(500, 20), "E01", 13.0)
    with both(house, tmp_path, u01=[DAYS[4]], x01=[DAYS[5]]) as found:
        (done,) = found(Decoys(per_thousand=10.0)).replayed
        sure = next(m for m in range(1, 301) if stats.hypergeom.sf(0, 1000, 10, m) >= 0.95)
        assert (done.stop.rows_before, done.saved) == (sure, 300 - sure)  # the other one reads on
        assert done.followed == 320 - sure


def test_another_persons_account_at_ones_own_desk_is_denied(tmp_path: Path) -> None:
    house = stealing(small(), at="E02")
    with played(house, tmp_path, days=DAYS[4:6], who="E02") as case:
        done = case.one(OneAccountEach())
        assert (done.stop.row, done.saved, done.cost.acts) == (1, 12, 0)
        assert "E02" in done.ruling.because.en
        assert case.one(OneAccountEach(desks=False)).stop is None


def test_a_shared_account_is_denied_wherever_it_is_used(tmp_path: Path) -> None:
    house = stealing(small(), account="desk", at="E01")
    house.add("accounts", account="desk", system="crm", owner=None, kind="shared")
    house.look("desk", DAYS[1], numbers(3, 3), "E03")
    with played(house, tmp_path, account="desk", days=DAYS[4:6]) as case:
        done = case.one(OneAccountEach())
        assert done.stop.row == 1
        assert (done.cost.acts, done.cost.days) == (3, 1)  # others work under it on days that are not the case's
        assert case.one(OneAccountEach(shared=False)).stop is None


def test_an_account_works_at_its_own_machines_only(tmp_path: Path) -> None:
    house = stealing(small(), at="203.0.113.9", days=DAYS[4:5])
    stealing(house, at="E01", days=DAYS[5:6])
    house.look("u02", DAYS[3], [1, 2], "198.51.100.7", 11.0)
    with played(house, tmp_path, days=DAYS[4:6]) as case:
        done = case.one(OwnDevice())
        assert (done.stop.row, done.saved, done.followed) == (1, 6, 12)
        assert (done.cost.acts, done.cost.persons) == (2, 1)


def test_a_place_that_only_the_case_used_is_not_the_accounts_own(tmp_path: Path) -> None:
    days = [DAYS[0], DAYS[5], working_day(10)]  # three weeks
    house = stealing(small(days=11), at="203.0.113.9", days=days)
    with played(house, tmp_path, days=days) as case:
        assert case.one(OwnDevice()).saved == 18
    for day in (DAYS[1], DAYS[6], working_day(11)):
        house.look("u01", day, [1], "203.0.113.9", 11.0)
    with played(house, tmp_path / "habit", days=days) as case:
        assert case.one(OwnDevice()).stop is None


def test_closed_hours_are_those_at_which_hardly_anybody_works(tmp_path: Path) -> None:
    house = small()
    house.look("u01", DAYS[4], numbers(100, 3), "E01", 22.0)
    house.look("u01", DAYS[5], numbers(200, 3), "E01", 14.0)
    house.look("u03", DAYS[2], [7], "E03", 14.0)
    with played(house, tmp_path, days=DAYS[4:6]) as case:
        strict, lax = case.one(WorkingHours(yearly=5.0)), case.one(WorkingHours(yearly=0.0))
        assert (strict.saved, strict.cost.acts) == (6, 1)  # one of fifty person-days is once in 230 days 4.6 times
        assert (lax.saved, lax.cost.acts) == (3, 0)
        assert lax.stop.row == 1


def test_a_record_wants_a_reason_of_its_reader(tmp_path: Path) -> None:
    house = stealing(small())
    for i in range(1, 7):
        for number in range(house.each):
            house.add(
                "relations",
                employee=f"E{i:02}",
                dataset=DATASET,
                subject=f"c{number}",
                ordinal=number,
                relation="claim",
            )
    house.add("relations", employee="E01", dataset=DATASET, subject="c100", ordinal=100, relation="claim")
    house.look("u02", DAYS[2], [700], "E02")
    with played(house, tmp_path, days=DAYS[4:6]) as case:
        done = case.one(Purpose())
        assert (done.stop.rows_before, done.saved, done.followed) == (1, 11, 11)
        assert (done.cost.acts, done.cost.days, done.cost.persons) == (1, 1, 1)


def test_findings_about_records_without_a_reason_are_about_those_alone(tmp_path: Path) -> None:
    house = stealing(small())
    for number in (100, 101):
        house.add("relations", employee="E01", dataset=DATASET, subject=f"c{number}", ordinal=number, relation="claim")
    with played(house, tmp_path, days=DAYS[4:6], detector="unexplained-access") as case:
        assert case.case.total == 10
    with played(house, tmp_path / "all", days=DAYS[4:6]) as case:
        assert case.case.total == 12


def test_what_hardly_anybody_of_the_job_does_is_denied(tmp_path: Path) -> None:
    house = small(staff=14)
    house.draw("u01", DAYS[4], 50, "E01")
    house.look("u01", DAYS[5], numbers(100, 3), "E01")
    with played(house, tmp_path, days=DAYS[4:6]) as case:
        done = case.one(UsualData())
        assert (done.stop.row, done.saved, done.cost.acts) == (1, 50, 0)
    house.draw("u02", DAYS[1], 50, "E02")  # one of thirteen others: still less than a tenth
    with played(house, tmp_path / "one", days=DAYS[4:6]) as case:
        assert (case.one(UsualData()).saved, case.one(UsualData()).cost.acts) == (50, 1)
    house.draw("u03", DAYS[1], 50, "E03")
    with played(house, tmp_path / "two", days=DAYS[4:6]) as case:
        assert (case.one(UsualData()).saved, case.one(UsualData()).cost.acts) == (0, 0)


@pytest.mark.parametrize(("size", "bites"), [(50_000.0, True), (60_000.0, False)])
def test_rows_stay_in_the_house_when_the_post_that_carries_them_is_stopped(
    tmp_path: Path, size: float, bites: bool
) -> None:
    house = stealing(small())
    for n in range(30):
        house.post("u02", DAYS[n % 10], 1_000 + n, 11.0)
    house.post("u01", DAYS[4], 6_000, 16.0)
    house.post("u01", DAYS[5], 60_000, 16.0)
    with played(house, tmp_path, days=DAYS[4:6], channel=(("drop.example.com", 66_000, 2),)) as case:
        done = case.one(Outbound(bytes=size))
        assert (done.stop is not None) == bites
        assert done.cost.acts == 0
        if bites:
            assert (done.stop.rows_before, done.saved, done.stop.day) == (6, 6, DAYS[5])
            assert done.stop.evidence[0].source == "logs/proxy.log"
        low = case.one(Outbound(bytes=1_009.0))  # far below the largest tenth: others' losses count all the same
        assert (low.cost.acts, low.cost.persons) == (20, 1)
        lax = case.one(Outbound(yearly=230.0))  # so lax that the limit lies below all that is known one by one
        assert lax.ruling.settings["bytes"] >= 3_999


def test_what_is_read_at_the_moment_of_a_post_leaves_with_it(tmp_path: Path) -> None:
    house = small()
    house.look("u01", DAYS[4], numbers(100, 1), "E01", 15.0)
    house.post("u01", DAYS[4], 60_000, 15.0)
    house.post("u02", DAYS[4], 5_000, 15.0)
    with played(house, tmp_path, days=DAYS[4:5], channel=(("drop.example.com", 60_000, 1),)) as case:
        assert case.one(Outbound(bytes=50_000.0)).saved == 1


def carried(house: Small, account: str, day: date, hour: float, size: int | None, drive: str = "E:") -> Row:
    return house.event(
        "files", moment(day, hour), account=account, path=f"{drive}\\list.xlsx", action="copy", bytes=size,
        **house.seat(f"E{account[1:]}"),
    )  # fmt: skip


def test_lists_do_not_get_onto_sticks(tmp_path: Path) -> None:
    house = stealing(small(), days=DAYS[4:7])
    for i in range(1, 7):
        for day in DAYS:
            carried(house, f"u{i:02}", day, 11.0, 900, "C:")
    mine = carried(house, "u01", DAYS[5], 15.0, None)
    carried(house, "u02", DAYS[5], 15.0, 900)
    with played(house, tmp_path, days=DAYS[4:7], cites=[mine]) as case:
        done = case.one(RemovableMedia())
        assert (done.stop.day, done.stop.rows_before, done.saved) == (
            DAYS[5],
            0,
            12,
        )  # the last day never left that way
        assert done.stop.evidence[0] == Citation(mine["source"], mine["line"])
        assert (done.cost.acts, done.cost.days, done.cost.persons) == (1, 1, 1)
        assert case.one(RemovableMedia(bytes=1.0)).stop is None
    with played(house, tmp_path / "unseen", days=DAYS[4:7]) as case:
        (found,) = case.replay(RemovableMedia()).cases
        assert [c.id for c, _why in found.cannot] == ["removable-media"]


@pytest.mark.parametrize(("size", "bites"), [(4_999.0, True), (5_000.0, False)])
def test_large_letters_to_the_outside_are_stopped(tmp_path: Path, size: float, bites: bool) -> None:
    house = stealing(small())

    def letter(account: str, day: date, to: str, size: int) -> Row:
        return house.event(
            "mail", moment(day, 16.0), account=account, sender=f"{account}@office.example", recipients=[to], subject="s",
            attachments=["a.xlsx"], bytes=size, source="logs/mail.log",
        )  # fmt: skip

    for i in range(2, 7):
        letter(f"u{i:02}", DAYS[1], f"u01@{'office.example' if i < 4 else 'partner.example'}", 6_000)
    first = letter("u01", DAYS[4], "me@drop.example.com", 4_000)
    second = letter("u01", DAYS[5], "me@drop.example.com", 5_000)
    with played(house, tmp_path, days=DAYS[4:6], cites=[first, second]) as case:
        done = case.one(MailOut(bytes=size))
        assert (done.stop is not None) == bites
        assert done.cost.acts == 3
        if bites:
            assert (done.stop.rows_before, done.saved, done.stop.day) == (6, 6, DAYS[5])
            assert "drop.example.com" in done.ruling.because.en


def test_what_cannot_be_replayed_says_so(tmp_path: Path) -> None:
    with played(stealing(small()), tmp_path, days=DAYS[4:6]) as case:
        why = {control.id: reason.en for control, reason in case.whole().cannot}
    assert why["absent-owner"] == "no absences (hr/absences.csv)"
    assert why["least-privilege"] == "no table of rights (hr/entitlements.csv)"
    assert why["purpose"] == "no business relations (business/*.csv)"
    assert why["outbound"] == "no proxy log"
    assert why["four-eyes"] == "the case drew no list"
