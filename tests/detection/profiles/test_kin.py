"""Whose record it is, and what a reader has in common with those whom he looked up."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import stats
from tests.detection.lakes import DATASET, Office, opened, working_day

from headwater.detection.kinship import kinship, worth_telling
from headwater.detection.profiles.kin import COLLEAGUE, HOME, SURNAME, Kin, kin
from headwater.detection.profiles.namesakes import households, staff_records
from headwater.detection.profiles.singles import singles


def office(sought: dict[int, list[int]]) -> Office:
    """Four people of one team, and records that some of them searched for and opened, one a day."""
    made = Office(staff=4, days=0, book=0)
    made.organise()
    for who, numbers in sought.items():
        for n, number in enumerate(numbers):
            made.export(f"u{who:02}", working_day(n), 1, f"E{who:02}", 9 + who / 4, "search")
            made.read(f"u{who:02}", working_day(n), [number], f"E{who:02}", 9 + who / 4 + 0.005)
    made.relate("E01", [599])
    return made


def trait(made: Office, kind: str, token: str, staff: str = "", records: tuple[int, ...] = ()) -> None:
    if staff:
        made.add("staff_traits", employee=staff, kind=kind, token=token)
    for number in records:
        made.add("shared_traits", dataset=DATASET, ordinal=number, kind=kind, token=token)
        made.add("subjects", dataset=DATASET, subject=f"c{number}", ordinal=number, kind=kind, token=token)


def found(made: Office, root: Path) -> Kin:
    with opened(made, root) as scene:
        assert scene.reasons is not None
        counted = singles(scene.looked_up, scene.reasons, 4)
        assert counted is not None
        return kin(scene.engine, scene.org, counted)


def test_a_record_is_a_colleague_s_by_number_or_by_name_and_home_or_by_a_name_that_is_nobody_else_s(
    tmp_path: Path,
) -> None:
    made = office({1: [1]})
    trait(made, "name", "n1", "E01", (10, 11))  # two bear it
    trait(made, "address", "a1", "E01", (11, 12))  # 11 by name and home; 12 is somebody else at home
    trait(made, "name", "n2", "E02", (13,))  # alone in the data set
    trait(made, "name", "n3", "E03", (14,))
    trait(made, "name", "n3", "E04")  # alone in the data set, but two of the staff bear it
    with opened(made, tmp_path) as scene:
        staff = scene.engine.arrow(scene.engine.table("staff_traits")).to_pandas()[["employee", "kind", "token"]]
        rows = staff_records(scene.engine, staff)
    assert list(zip(rows["ordinal"], rows["employee"], strict=True)) == [(11, "E01"), (13, "E02")]


def test_where_both_have_an_identity_number_only_that_counts(tmp_path: Path) -> None:
    made = office({1: [1]})
    made.add("columns", dataset=DATASET, column="id", kind="resident_id")
    trait(made, "name", "n1", "E01", (10,))  # a namesake: the number is another one
    trait(made, "resident_id", "i1", "E01", (20,))
    trait(made, "name", "n2", "E02", (13,))  # of E02 no number is known
    with opened(made, tmp_path) as scene:
        staff = scene.engine.arrow(scene.engine.table("staff_traits")).to_pandas()[["employee", "kind", "token"]]
        rows = staff_records(scene.engine, staff)
    assert list(zip(rows["ordinal"], rows["employee"], strict=True)) == [(13, "E02"), (20, "E01")]


def test_people_tied_by_an_address_or_a_mobile_are_one_household(tmp_path: Path) -> None:
    made = office({1: [1]})
    trait(made, "address", "a", records=(1, 2))
    trait(made, "mobile", "m", records=(2, 3))
    trait(made, "surname", "s", records=(3, 4))
    with opened(made, tmp_path) as scene:
        shared = scene.engine.arrow(scene.engine.table("shared_traits")).to_pandas()
        homes = dict(zip(shared["ordinal"], households(scene.engine, shared), strict=True))
    assert homes[1] == homes[2] == homes[3] != homes[4]


def test_what_is_in_common_is_counted_against_the_largest_share_and_one_s_own_record_is_left_out(
    tmp_path: Path,
) -> None:
    made = office({1: [100, 101, 102, 103, 104, 105], 2: list(range(200, 240)), 3: [100]})
    trait(made, "surname", "s1", "E01", (100, 101, 300, 301, 302, 303))
    trait(made, "address", "a1", "E01", (102,))
    trait(made, "name", "n1", "E01", (103,))  # E01 himself
    trait(made, "name", "n4", "E04", (104,))  # a colleague
    known = found(made, tmp_path)
    common = {c.trait: c for c in known.common["u01"]}
    assert set(common) == {SURNAME, HOME, COLLEAGUE}
    assert set(known.selves["u01"]["subject"]) == {"c103"}
    assert {c.looked for c in common.values()} == {5}
    assert [common[t].homes for t in (SURNAME, HOME, COLLEAGUE)] == [2, 1, 1]
    # the others opened one with the surname among 41: more than the six of 600 records
    house = (1 + 1) / (41 + 600 / 6)
    group = (1 + 1) / (41 + 1 / house)
    own = 1 / (0 + 1 / max(house, group)) if group < house else 1 / (1 / group)
    assert common[SURNAME].share == pytest.approx(max(6 / 600, group, own), rel=0.05)
    law = stats.binom(5, common[SURNAME].share)
    assert common[SURNAME].p == pytest.approx(law.sf(2) + 0.5 * law.pmf(2))
    assert "u02" not in known.common


def test_one_relative_is_told_without_bits_and_a_common_surname_is_not_told(tmp_path: Path) -> None:
    made = office({1: list(range(100, 110)), 2: list(range(110, 120))})
    trait(made, "address", "a1", "E01", (100,))
    trait(made, "surname", "s2", "E02", tuple(range(105, 165)))  # one in ten
    known = found(made, tmp_path / "known")
    assert [c.trait for c in worth_telling(known.common["u01"])] == [HOME]
    assert worth_telling(known.common["u02"]) == []
    with opened(made, tmp_path / "told") as scene:
        (told,) = kinship(scene, known, "u01", "E01", 0.0)
        assert told.bits == 0
        assert "have the address or the mobile number of E01" in told.text.en
        assert kinship(scene, known, "u01", "E02", 2.0) == ()  # it was somebody else who sat there
    assert np.isfinite(told.bits)
