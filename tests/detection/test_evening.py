"""What is known on an evening: nothing of it came later, whichever table it stands in."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from tests.detection.lakes import DATASET, FIRST, House, moment, opened

from headwater.detection.evening import BEGINS
from headwater.model.tables import EVENT_TABLES, SCHEMAS

EVENING, LATER = FIRST + timedelta(days=3), FIRST + timedelta(days=4)


def known() -> House:
    """What there is on the evening, of the kinds that later days add to."""
    house = House()
    house.event("access", moment(FIRST, 9.0), account="u1", action="lookup", dataset=DATASET, subject="c0")
    begun(house, EVENING)
    begun(house, None)
    return house


def begun(house: House, day: date | None) -> None:
    """One row of each table whose rows have a beginning, begun on a day."""
    who, name = f"E-{day}", f"u-{day}"
    house.add("people", employee=who, hired=day)
    house.add("accounts", account=name, owner=who, created=day)
    house.add("entitlements", principal=name, dataset=DATASET, action="lookup", starts=day)
    house.add("absences", employee=who, starts=day or FIRST, ends=LATER)
    house.add("tickets", ticket=f"T-{day}", principal=name, dataset=DATASET, purpose="audit", starts=day or FIRST)
    house.add("relations", employee=who, dataset=DATASET, subject="c0", ordinal=0, starts=day)
    house.add("records", dataset=DATASET, subject=f"c-{day}", ordinal=0, version=0, valid_from=day)
    house.add("subjects", dataset=DATASET, subject=f"c-{day}", ordinal=0, kind="mobile", token="t", valid_from=day)
    house.add("complaints", complaint=f"C-{day}", received=day, kind="mobile", token="t")


def grown() -> House:
    """The same, and what came after the evening."""
    house = known()
    begun(house, LATER)
    house.event("access", moment(LATER, 9.0), account="u1", action="lookup", dataset=DATASET, subject="c0")
    house.event("web", moment(LATER, 9.0), account="u1", host="mail.partner.example", method="POST", bytes_out=9)
    return house


@pytest.mark.parametrize("table", sorted({*BEGINS, *EVENT_TABLES}))
def test_later_rows_are_not_seen(table: str, tmp_path: Path) -> None:
    with opened(known(), tmp_path / "known") as scene:
        engine = scene.at(EVENING).engine
        before = engine.arrow(engine.table(table)).to_pylist()
    with opened(grown(), tmp_path / "grown") as scene:
        engine = scene.at(EVENING).engine
        assert sorted(map(str, engine.arrow(engine.table(table)).to_pylist())) == sorted(map(str, before))
        if table in BEGINS:
            assert len(before) == 2
            assert engine.arrow(scene.engine.table(table)).num_rows == 3


def test_the_organisation_is_the_one_of_the_evening(tmp_path: Path) -> None:
    with opened(known(), tmp_path / "known") as scene:
        before = scene.at(EVENING).listed
    with opened(grown(), tmp_path / "grown") as scene:
        after = scene.at(EVENING).listed
    assert after == before


def test_a_table_is_there_from_its_first_day_on(tmp_path: Path) -> None:
    with opened(grown(), tmp_path) as scene:
        assert scene.has("web")
        assert not scene.at(EVENING).has("web")
        assert scene.at(LATER).has("web")
        assert scene.at(EVENING).has("access")
        assert not scene.at(FIRST - timedelta(days=1)).has("access")
        assert not scene.at(EVENING).has("mail")


def test_a_table_with_beginnings_is_there_once_a_row_has_begun(tmp_path: Path) -> None:
    house = House()
    house.add("relations", employee="E01", dataset=DATASET, subject="c0", ordinal=0, starts=LATER)
    house.add("canaries", dataset=DATASET, subject="c0", ordinal=0)
    with opened(house, tmp_path) as scene:
        assert not scene.at(EVENING).has("relations")
        assert scene.at(LATER).has("relations")
        assert scene.at(EVENING).has("canaries")


def test_every_column_of_beginnings_is_one_of_its_table() -> None:
    assert {t for t, column in BEGINS.items() if column not in SCHEMAS[t].names} == set()
