"""Methods that blame accounts for a leak: figures worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from headwater.baselines.answers import House, of_blame
from headwater.baselines.guilt import guilt, guilty
from headwater.baselines.leaks import Leak
from headwater.baselines.overlap import above_share, top


def leak(read: dict[str, list[int]], records: int = 4) -> Leak:
    names = tuple(sorted(read))
    pairs = [(n, record) for n, name in enumerate(names) for record in read[name]]
    reader, record = (np.array([p[k] for p in pairs], np.int64) for k in (0, 1))
    return Leak("leaks/x.csv", records + 1, records, records, records, names, reader, record)


FOUR = leak({"a": [0, 1, 2, 3], "b": [0, 1], "c": [3]})


def test_guilt_by_hand() -> None:
    # read by a and b: records 0, 1; by a alone: 2; by a and c: 3. One reader leaves 1/2 innocent, two leave 3/4
    found = guilt(FOUR)
    assert found.tolist() == pytest.approx([1 - 0.75 * 0.75 * 0.5 * 0.75, 1 - 0.75 * 0.75, 1 - 0.75])


def test_what_is_guessed_for_certain_makes_nobody_guilty() -> None:
    assert guilt(FOUR, guessed=1.0).tolist() == [0, 0, 0]


def test_only_who_is_all_but_certainly_guilty_is_named() -> None:
    assert guilty(FOUR) == []
    ten = leak({"a": list(range(10)), "b": [0]}, records=10)
    assert [(b.account, b.records, b.share) for b in guilty(ten)] == [("a", 10, 1.0)]
    assert guilty(ten)[0].probability == pytest.approx(1 - 0.75 * 0.5**9)


def test_a_thousand_records_do_not_lose_guilt_to_rounding() -> None:
    read = list(range(3000))
    assert guilty(leak({"a": read, "b": read}, records=3000))[1].probability == 1.0


def test_the_top_account_is_named_and_the_first_of_equals() -> None:
    assert [b.account for b in top(FOUR)] == ["a"]
    assert [b.account for b in top(leak({"z": [1], "m": [2]}))] == ["m"]


def test_everybody_above_the_share() -> None:
    assert [(b.account, b.share) for b in above_share(FOUR)] == [("a", 1.0), ("b", 0.5)]


def test_a_leak_that_nobody_read_blames_nobody() -> None:
    nobody = leak({})
    assert top(nobody) == above_share(nobody) == guilty(nobody) == []


def test_the_answer_tells_owner_rows_and_what_is_not_explained() -> None:
    told = of_blame("overlap", [(FOUR, above_share(FOUR)[1:])], House({"b": "E2"}, "Asia/Shanghai"))
    entry = told["attribution"][0]
    assert (entry["ours"], entry["not_ours"], entry["unexplained"]) == (4, 1, 2)
    assert entry["takers"][0]["employees"] == ["E2"]
    assert entry["takers"][0]["rows_explained"] == 2
