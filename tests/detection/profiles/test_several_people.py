"""What two people have in common, against what other pairs of the house have."""

from __future__ import annotations

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from tests.detection.lakes import FIRST, moment

from headwater.detection.profiles.borrowers import borrowed
from headwater.detection.profiles.destinations import SERIAL
from headwater.detection.profiles.sharing import FEW, Shared, shared
from headwater.detection.profiles.slices import CLUSTERED, _expected, _usual
from headwater.detection.profiles.together import together
from headwater.model.evidence import Citation
from headwater.model.organisation import Account, Organisation

PEOPLE = [f"E{i:02}" for i in range(40)]
JOBS = {p: f"job{i // 8}" for i, p in enumerate(PEOPLE)}
DAYS = [FIRST + timedelta(days=i) for i in range(20)]


def uses(*near: tuple[str, str], **also: list[str]) -> pd.DataFrame:
    """Everybody sends to the common site every day; some sent to a thing near suspicious reading, ``also`` others elsewhere."""
    rows = [(p, "common", d, False) for p in PEOPLE for d in DAYS]
    rows += [(p, thing, DAYS[10], True) for p, thing in near]
    rows += [(p, thing, DAYS[3], False) for thing, people in also.items() for p in people]
    told = pd.DataFrame(rows, columns=["person", "thing", "day", "near"])
    return told.assign(first=[moment(d, 9.0) for d in told["day"]])


def one(frame: pd.DataFrame) -> Shared:
    (found,) = shared(frame, JOBS)
    return found


def test_what_two_use_and_nobody_else_is_rare_and_what_others_share_less_so() -> None:
    rare = one(uses(("E00", "x"), ("E20", "x")))
    assert (rare.people, rare.users, rare.alike, rare.one_job) == (("E00", "E20"), 2, 0, False)
    assert rare.pairs == 40 * 39 // 2 - 5 * 28 - 1
    often = one(uses(("E00", "x"), ("E20", "x"), a=["E01", "E10"], b=["E02", "E11"], c=["E03", "E12"]))
    assert often.alike == 3
    assert often.p == pytest.approx(4 * rare.p)
    used = one(uses(("E00", "x"), ("E20", "x"), x=["E30", "E31"], a=["E01", "E10"]))
    assert (used.users, used.alike) == (4, 1 + 4)  # E00 and E20 with E30 and E31; these two are of one job
    assert used.p > rare.p


def test_what_goes_out_near_suspicious_reading_is_rarer_for_who_seldom_reads_so() -> None:
    busy = uses(("E00", "x"), ("E20", "x"))
    busy.loc[busy["person"].isin(["E00", "E20"]), "near"] = True
    assert one(busy).p > 50 * one(uses(("E00", "x"), ("E20", "x"))).p


def test_a_third_makes_it_rarer_and_more_people_tried_less_rare() -> None:
    two, three = uses(("E00", "x"), ("E20", "x")), uses(("E00", "x"), ("E20", "x"), ("E30", "x"))
    assert one(three).p < one(two).p
    tried = uses(("E00", "x"), ("E20", "x"), ("E33", "y"), ("E12", "z"))
    assert one(tried).p == pytest.approx(6 * one(two).p, rel=0.01)


def test_the_tool_of_a_team_and_what_many_use_say_nothing() -> None:
    near = (("E00", "x"), ("E20", "x"))
    assert shared(uses(*near, x=[f"E{i:02}" for i in range(1, 6)]), JOBS) == []
    assert shared(uses(*near, x=[f"E{i:02}" for i in range(1, 5)]), JOBS)
    spread = [f"E{i:02}" for i in range(1, 40, 3)]
    assert len(spread) > FEW - 2
    assert shared(uses(*near, x=spread), JOBS) == []
    assert shared(uses(("E00", "x")), JOBS) == []


def parties(*rows: tuple[str, int, float], hours: float = 1.0, **columns: str) -> pd.DataFrame:
    told = pd.DataFrame([
        {"person": p, "owner": p, "day": DAYS[n], "first": moment(DAYS[n], h), "last": moment(DAYS[n], h + hours),
         "account": f"u{p[1:]}", "seat": f"PC-{p[1:]}", **columns}
        for p, n, h in rows
    ])  # fmt: skip
    return told.assign(first=pd.to_datetime(told["first"], utc=True), last=pd.to_datetime(told["last"], utc=True))


def test_common_evenings_are_rarer_than_common_afternoons() -> None:
    work = parties(*((p, n, 13.0) for p in PEOPLE for n in range(20)), hours=4.0)
    found = {}
    for hour in (14.0, 20.0):
        loud = parties(*((p, n, hour) for p in ("E00", "E20") for n in (4, 9, 14)))
        (pair,) = together(loud, pd.concat([work, loud]), JOBS, ZoneInfo("UTC"))
        assert len(pair.days) == 3
        found[hour] = pair
    assert found[20.0].p < found[14.0].p < 0.05
    assert found[20.0].expected < found[14.0].expected < 1


def test_days_on_which_others_stand_out_too_are_no_coincidence() -> None:
    work = parties(*((p, n, 13.0) for p in PEOPLE for n in range(20)), hours=4.0)
    days = (4, 9, 14)
    two = parties(*((p, n, 14.0) for p in ("E00", "E20") for n in days))
    all_ = parties(*((p, n, 14.0) for p in ("E00", "E20", "E30", "E31", "E12") for n in days))
    (alone,) = together(two, work, JOBS, ZoneInfo("UTC"))
    crowd = next(t for t in together(all_, work, JOBS, ZoneInfo("UTC")) if t.people == ("E00", "E20"))
    assert crowd.expected > alone.expected
    assert crowd.p > 20 * alone.p
    assert together(parties(("E00", 4, 14.0), ("E20", 4, 16.5)), work, JOBS, ZoneInfo("UTC")) == []


def organisation() -> Organisation:
    row = Citation("hr/accounts.csv", 2)
    kinds = {"ghost": "person", "till": "shared", "gone": "person"}
    return Organisation(accounts={a: (Account(a, "crm", None, k, None, None, row),) for a, k in kinds.items()})


def test_borrowers_of_one_account_at_desks_of_their_own() -> None:
    def used(account: str, *people: str) -> pd.DataFrame:
        return parties(*((p, 4, 14.0) for p in people)).assign(account=account, owner="E39")

    (two,) = borrowed(used("ghost", "E00", "E20"), organisation(), 50)
    assert (two.people, two.pairs, two.p) == (("E00", "E20"), 1, pytest.approx(1 / 50))
    assert borrowed(used("till", "E00", "E20"), organisation(), 50) == []
    assert borrowed(used("ghost", "E00", "E20").assign(seat="PC-00"), organisation(), 50) == []
    others = pd.concat([used("ghost", "E00", "E20"), used("gone", "E01", "E02")])
    assert {b.account: b.chance for b in borrowed(others, organisation(), 50)} == {
        "ghost": pytest.approx(2 / 51),
        "gone": pytest.approx(2 / 51),
    }


def test_how_others_keep_clear_is_learnt_from_them() -> None:
    rng = np.random.default_rng(5)
    chance = np.full(400, 20.0)
    usual, spread = _usual(pd.DataFrame({"met": rng.poisson(20.0, 400), "expected": chance}))
    assert usual == pytest.approx(1.0, abs=0.03)
    assert spread == CLUSTERED[0]
    usual, spread = _usual(pd.DataFrame({"met": rng.negative_binomial(2, 2 / (2 + 5.0), 400), "expected": chance}))
    assert usual == pytest.approx(0.25, abs=0.03)
    assert spread == pytest.approx(0.5, abs=0.15)
    assert _usual(pd.DataFrame({"met": [0], "expected": [0.0]})) == (1.0, 0.5)


@pytest.mark.parametrize(
    ("path", "serial"),
    [
        (r"USBSTOR\Disk&Ven_X&Prod_Ultra&Rev_1.00\4C530001230502115395&0", "4C530001230502115395"),
        (r"\\?\USBSTOR#Disk&Ven_X#4C530001230502115395&0#{53f56307-b6bf-11d0-94f2-00a0c91efb8b}", "4C530001230502115395"),
        (r"USB\ROOT_HUB30\4&1234abcd&0&0", None),
        ("USBSTOR", None),
        (r"E:\copy1.xlsx", None),
    ],
)  # fmt: skip
def test_a_stick_is_known_by_its_serial_number_only(path: str, serial: str | None) -> None:
    hit = re.search(SERIAL, path)
    assert (hit[1] if hit else None) == serial


def test_who_alone_read_of_a_data_set_has_nobody_to_keep_clear_of() -> None:
    sizes = pd.DataFrame({"dataset": ["a", "b"], "part": ["", ""], "size": [100, 100]})
    counts = pd.DataFrame(
        {"person": ["E1", "E2", "E3"], "dataset": ["a", "b", "b"], "part": ["", "", ""], "n": [9, 20, 30]}
    )
    assert _expected(sizes, counts).to_dict("records") == [
        {"dataset": "b", "one": "E2", "other": "E3", "expected": pytest.approx(6.0)}
    ]
    assert list(_expected(sizes, counts[:1]).dtypes.astype(str)) == ["object", "object", "object", "object"]
