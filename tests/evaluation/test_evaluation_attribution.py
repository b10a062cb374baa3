"""Takers, probabilities, complaints and holdings against small truths worked out by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.evaluation.small_worlds import result, truth, written

from headwater.evaluation.calibration import brier, calibration_rows, reliability
from headwater.evaluation.intervals import poisson, wilson
from headwater.evaluation.leaks import LeakScore, Said
from headwater.evaluation.scoring import Score, score

Json = dict[str, Any]


def leak(*takers: Json, **changes: Any) -> Json:
    usual: Json = {
        "file": "leaks/a.xlsx",
        "origin": "merged",
        "rows": 100,
        "doubled": 0,
        "ours": 80,
        "not_ours": 20,
        "takers": list(takers),
    }
    return usual | changes


def taker(*accounts: str, people: tuple[str, ...] = (), rows: int = 40) -> Json:
    return {"doing": None, "accounts": list(accounts), "employees": list(people), "rows": rows}


def named(account: str, probability: float, *people: str, **changes: Any) -> Json:
    return {"account": account, "employees": list(people), "probability": probability, "rows_explained": 40} | changes


def entry(*takers: Json, leak: str = "leaks/a.xlsx", **changes: Any) -> Json:
    usual: Json = {"leak": leak, "rows": 100, "ours": 80, "not_ours": 20, "takers": list(takers), "unexplained": 0}
    return usual | changes


def scored(folder: Path, answer: Json, made: Json) -> Score:
    return score(written(folder, "result.json", answer), written(folder, "truth.json", made))


def only(folder: Path, truths: Json, *entries: Json) -> LeakScore:
    (found,) = scored(folder, result(attribution=list(entries)), truth(leaks=[truths])).leaks
    return found


TWO = leak(taker("u1", "u1b", people=("E1",)), taker("u2", people=("E2",)))


def test_any_account_of_a_taker_is_right(tmp_path: Path) -> None:
    got = only(tmp_path, TWO, entry(named("u1b", 0.9, "E1"), named("u2", 0.8, "E2")))
    assert (got.exact, got.named, got.right, got.covered, got.takers) == (True, 2, 2, 2, 2)
    assert (got.people_exact, got.people_named, got.people_right) == (True, 2, 2)
    assert (got.rows_taken, got.rows_explained, got.unexplained, got.not_ours) == (80, 80, 0, 20)


def test_a_false_name_and_a_missing_one(tmp_path: Path) -> None:
    got = only(tmp_path, TWO, entry(named("u1", 0.9, "E1"), named("u9", 0.6, "E9"), named("u2", 0.5, "E2")))
    # u2 is no claim: one half is not likelier than not
    assert (got.exact, got.named, got.right, got.covered) == (False, 2, 1, 1)
    assert (got.people_exact, got.people_named, got.people_right, got.people) == (False, 2, 1, 2)


def test_a_name_that_shares_its_probability_with_the_right_one(tmp_path: Path) -> None:
    got = only(tmp_path, leak(taker("u1")), entry(named("u9", 0.8, alike=["u1"])))
    assert (got.exact, got.right, got.alike) == (False, 0, 1)


def test_nobody_named_is_right_where_nobody_took_it(tmp_path: Path) -> None:
    silent = only(tmp_path, leak(), entry(unexplained=80))
    assert (silent.nobody, silent.exact, silent.named) == (True, True, 0)
    assert (silent.unexplained, silent.unexplained_said) == (80, 80)
    loud = only(tmp_path, leak(), entry(named("u1", 0.99), named("u2", 0.99)))
    assert (loud.exact, loud.named, loud.right) == (False, 2, 0)


def test_a_leak_of_which_nothing_is_said(tmp_path: Path) -> None:
    got = only(tmp_path, TWO, entry(named("u1", 0.9), leak="leaks/b.xlsx"))
    assert (got.listed, got.named, got.exact) == (False, 0, False)


def test_files_inside_an_archive_belong_to_it(tmp_path: Path) -> None:
    got = only(tmp_path, TWO | {"file": "leaks/a.zip"}, entry(named("u1", 0.9), leak="leaks/a.zip!in/a.xlsx"))
    assert (got.listed, got.right) == (True, 1)


def test_every_probability_is_held_against_the_outcome(tmp_path: Path) -> None:
    people = [{"employee": "E1", "probability": 0.7}, {"employee": "E9", "probability": 0.2}]
    outsider = [{"employee": "?", "probability": 0.6}]
    first = leak(taker("u1", people=("E1",)), taker("h"))
    answer = entry(named("u1", 0.9, people=people), named("u8", 0.3, alike=["h"]), named("h", 0.4, people=outsider))
    said = scored(tmp_path, result(attribution=[answer]), truth(leaks=[first])).said
    assert [(s.about, s.probability, s.right) for s in said] == [
        ("account", 0.9, True),
        ("person", 0.7, True),
        ("person", 0.2, False),
        ("account", 0.3, True),
        ("account", 0.4, True),
        ("person", 0.6, True),
    ]


def test_calibration_of_five_claims() -> None:
    said = [
        Said("account", p, right) for p, right in ((0.9, True), (0.9, False), (0.8, True), (0.2, False), (1.0, True))
    ]
    # (0.01 + 0.81 + 0.04 + 0.04 + 0) / 5
    assert brier(said) == pytest.approx(0.18)
    assert [(b.start, b.stop, b.claims, b.right) for b in reliability(said)] == [
        (0.2, 0.3, 1, 0),
        (0.8, 0.9, 1, 1),
        (0.9, 0.95, 2, 1),
        (0.95, 1.0, 1, 1),
    ]


def test_calibration_is_merged_over_worlds(tmp_path: Path) -> None:
    right = scored(tmp_path, result(attribution=[entry(named("u1", 0.8))]), truth(leaks=[leak(taker("u1"))]))
    wrong = scored(tmp_path, result(attribution=[entry(named("u1", 0.8))]), truth(leaks=[leak()]))
    (row,) = calibration_rows("m", [right] * 4 + [wrong])
    assert (row.claims, row.right, row.sure, row.sure_right) == (5, 4, 5, 4)
    assert row.brier == pytest.approx((4 * 0.04 + 0.64) / 5)
    assert row.gap == pytest.approx(0.0)


def test_the_source_of_complaints_and_its_rank(tmp_path: Path) -> None:
    made = truth(complaints={"received": 30, "from_theft": 20, "accounts": ["u1"]})
    common = [{"account": a, "complaints": 9, "expected": 1.0, "p_value": 0.001} for a in ("u7", "u1")]
    got = scored(tmp_path, result(complaints={"received": 30, "ours": 29, "common": common}), made).complaints
    assert got is not None
    assert (got.sources, got.named, got.right, got.rank) == (1, 2, 1, 2)
    none = scored(tmp_path, result(), made).complaints
    assert none is not None
    assert (none.named, none.rank) == (0, None)


def test_persons_counted_for_each_holder(tmp_path: Path) -> None:
    made = truth(holdings=[{"holder": "E1", "persons": 200}, {"holder": "E2", "persons": 50}])
    held = [{"holder": "WS-1", "employee": "E1", "persons": 190}, {"holder": "leaks/x", "persons": 5}]
    got = scored(tmp_path, result(holdings=held), made).holdings
    assert [(h.holder, h.said, h.error) for h in got] == [("E1", 190, 0.05), ("E2", 0, 1.0)]


def test_intervals_against_published_values() -> None:
    # Newcombe (1998), table I: 15/148 and 0/20 by the score method
    assert wilson(15, 148) == pytest.approx((0.0624, 0.1605), abs=5e-5)
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)
    # Garwood (1936): exact limits of Poisson counts
    assert poisson(0) == pytest.approx((0.0, 3.6889), abs=5e-5)
    assert poisson(5) == pytest.approx((1.6235, 11.6683), abs=5e-5)


@given(st.integers(0, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_holds_the_share_and_mirrors(case: tuple[int, int]) -> None:
    hits, total = case
    low, high = wilson(hits, total)
    assert 0 <= low <= high <= 1
    if total:
        assert low <= hits / total <= high
        mirrored = wilson(total - hits, total)
        assert mirrored == pytest.approx((1 - high, 1 - low))


@given(st.integers(0, 2000))
def test_poisson_holds_the_count_and_grows(count: int) -> None:
    low, high = poisson(count)
    assert low <= count < high
    assert poisson(count + 1) > (low, high)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=40))
def test_brier_and_reliability_lose_no_claim(values: list[tuple[float, bool]]) -> None:
    said = [Said("account", p, right) for p, right in values]
    assert 0 <= brier(said) <= 1
    bins = reliability(said)
    assert sum(b.claims for b in bins) == len(said)
    assert sum(b.right for b in bins) == sum(right for _p, right in values)
    assert all(b.start <= b.mean <= b.stop + 1e-12 for b in bins)
