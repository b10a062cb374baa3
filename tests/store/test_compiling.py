"""SQL that is remembered by shape is the SQL of the very expression: what differs in anything but its places is another."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import ibis
import pyarrow as pa
import pytest
from ibis import _

from headwater.store import compiling
from headwater.store.compiling import RememberingBackend

DAYS = [date(2021, 3, d) for d in (1, 2, 3, 4)]
ROWS = pa.table(
    {"day": pa.array(DAYS, pa.date32()), "who": ["a", "b", "a", "c"], "n": pa.array([1, 0, 1, 2], pa.int64())}
)


@pytest.fixture(scope="module")
def backend() -> Iterator[Any]:
    made = RememberingBackend().connect()
    made.con.register("events", ROWS)
    yield made
    made.disconnect()


@pytest.fixture(autouse=True)
def _forget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiling, "_remembered", {})


def asked(backend: Any, *expressions: ibis.Table) -> list[list[Any]]:
    return [list(backend.to_pyarrow(e).to_pydict().values()) for e in expressions]


def test_another_day_and_another_table_in_memory_are_filled_in(backend: Any) -> None:
    events = backend.table("events")

    def those(until: date, names: list[str]) -> ibis.Table:
        wanted = ibis.memtable(pa.table({"w": names}))
        return events.filter(_.day <= until).semi_join(wanted, _.who == wanted.w).select("n").order_by("n")

    found = asked(backend, those(DAYS[3], ["a", "c"]), those(DAYS[1], ["a", "b"]), those(DAYS[0], ["b"]))
    assert found == [[[1, 1, 2]], [[0, 1]], [[]]]
    assert len(compiling._remembered) == 1


def test_one_day_twice_is_not_two_days(backend: Any) -> None:
    events = backend.table("events")
    pairs = [(0, 0), (0, 2), (2, 2), (1, 3)]
    asked_for = [events.filter((_.day >= DAYS[i]) & (_.day <= DAYS[j])).agg(n=_.count()) for i, j in pairs]
    assert asked(backend, *asked_for) == [[[1]], [[3]], [[1]], [[3]]]
    assert len(compiling._remembered) == 2


@pytest.mark.parametrize(("first", "second"), [(1, True), (1, 1.0), (1, 2), ("a", "b"), (None, 1)])
def test_another_value_is_another_shape(backend: Any, first: object, second: object) -> None:
    events = backend.table("events")
    one, two = (events.mutate(x=ibis.literal(v)).select("x").limit(1) for v in (first, second))
    assert asked(backend, one, two) == [[[first]], [[second]]]
    kinds = [type(found[0][0]) for found in asked(backend, one, two)]
    assert kinds == [type(first), type(second)]


@pytest.mark.parametrize("text", ["MAKE_DATE(2021, 3, 1)", "ibis_pyarrow_memtable_x"])
def test_a_text_like_a_place_is_left_alone(backend: Any, text: str) -> None:
    events = backend.table("events")
    for day in DAYS[:2]:
        rows = events.filter(_.day == day).select(said=ibis.literal(text), day=_.day)
        assert asked(backend, rows) == [[[text], [day]]]
    assert not compiling._remembered


def test_no_more_shapes_are_remembered_than_the_most(backend: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiling, "MOST", 3)
    for number in range(7):
        found = asked(backend, backend.table("events").filter(_.n >= number).agg(n=_.count()))
        assert found == [[[sum(n >= number for n in (1, 0, 1, 2))]]]
    assert len(compiling._remembered) <= 3


def test_the_names_of_what_is_asked_are_its_own(backend: Any) -> None:
    events = backend.table("events")
    for name in ("one", "two"):
        assert backend.to_pyarrow(events.select(**{name: _.n}).limit(1)).column_names == [name]
