"""Who is named: one, several, nobody; rows of one source each, cells chosen by colluders, marks wiped, strangers."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from bench.marking import Book, attacked, by_rows

from headwater.planting.marks.emission import ERASED, ratios, reading
from headwater.planting.marks.models import evidence, models, tail
from headwater.planting.marks.naming import name

RECIPIENTS = 200


@pytest.fixture(scope="module")
def single() -> Book:
    return Book(1500, 1, 1, RECIPIENTS)


@pytest.fixture(scope="module")
def wide() -> Book:
    return Book(400, 4, 3, RECIPIENTS)


@pytest.fixture(scope="module")
def long() -> Book:
    return Book(960, 1, 3, RECIPIENTS)


def leak(book: Book, takers: list[int], rows: int, wrong: float = 0.0, seed: int = 0):  # type: ignore[no-untyped-def]
    dice = np.random.default_rng(seed)
    which = np.sort(dice.choice(len(book.bias), rows, replace=False))
    return book.read(by_rows(book, np.array(takers), which, wrong, dice), which)


def names(book: Book, takers: list[int], rows: int, wrong: float = 0.0, seed: int = 0) -> set[int]:
    made, words = leak(book, takers, rows, wrong, seed)
    return {each.recipient for each in name(made, RECIPIENTS, words).named}


@pytest.mark.parametrize(
    ("takers", "rows", "wrong"),
    [([7], 30, 0.0), ([7], 75, 0.1), ([7], 200, 0.25), ([7, 130], 200, 0.0), ([1, 2, 3], 500, 0.0)],
)
def test_takers_are_named_from_the_rows_of_the_design_and_nobody_else(
    single: Book, takers: list[int], rows: int, wrong: float
) -> None:
    assert names(single, takers, rows, wrong) == set(takers)


def test_a_dozen_rows_of_four_marks_name_one(wide: Book) -> None:
    assert names(wide, [11], 14) == {11}


def test_a_copy_that_cannot_be_the_source_is_no_fault() -> None:
    """Forty marks a row that all disagree: the ratio is as good as nothing, and no warning comes of it."""
    bias = np.full((300, 40), 0.5)
    word = np.random.default_rng(0).random((300, 40)) < 0.5
    made = reading(word.astype(np.int8), bias, np.zeros(300, np.int64))
    told = name(made, 2, lambda which: np.stack([word, ~word])[which])
    assert [each.recipient for each in told.named] == [0]


def test_too_few_rows_name_nobody(single: Book) -> None:
    made, words = leak(single, [7], 12)
    told = name(made, RECIPIENTS, words)
    assert told.named == ()
    assert told.next_nats > 5  # it is seen, and not believed
    assert told.next_chance > 1e-3


def test_one_source_a_row_tells_more_than_its_marks_apart(wide: Book) -> None:
    """Rows that cells alone do not decide: the same leak, its marks spread over rows of one mark each, names fewer."""
    takers = [5, 50, 100, 150, 190]
    made, words = leak(wide, takers, 140)
    together = {each.recipient for each in name(made, RECIPIENTS, words).named}
    apart = reading(made.forms.reshape(-1, 1), made.bias.reshape(-1, 1), np.zeros(560, np.int64))
    alone = name(apart, RECIPIENTS, lambda which: words(which).reshape(len(which), -1, 1))
    assert together == set(takers)
    assert len(alone.named) < len(takers)


def test_strangers_are_not_named(wide: Book) -> None:
    for seed in range(3):
        forms = wide.stranger[seed, :300]
        made, words = wide.read(forms, np.arange(300))
        assert name(made, RECIPIENTS, words).named == ()


@pytest.mark.parametrize("attack", ["interleave", "majority", "minority", "all-1"])
def test_colluders_who_choose_cell_by_cell_are_named(long: Book, attack: str) -> None:
    dice = np.random.default_rng(1)
    made, words = long.read(attacked(long.words[[1, 2, 3]], attack, dice), np.arange(960))
    assert {each.recipient for each in name(made, RECIPIENTS, words).named} == {1, 2, 3}


def test_shares_are_what_each_brought(wide: Book) -> None:
    source = np.where(np.arange(400) < 100, 20, 30)
    made, words = wide.read(wide.words[source, np.arange(400)], np.arange(400))
    told = {each.recipient: each.share for each in name(made, RECIPIENTS, words).named}
    assert told.keys() == {20, 30}
    assert told[20] == pytest.approx(0.25, abs=0.05)
    assert told[30] == pytest.approx(0.75, abs=0.05)


def test_a_column_of_one_form_is_erased_and_the_rest_still_names(wide: Book) -> None:
    forms = wide.words[9, :60].astype(np.int8)
    forms[:, 0] = 0
    forms[:, 3] = 1
    made, words = wide.read(forms, np.arange(60))
    assert (made.forms[:, [0, 3]] == ERASED).all() and (made.forms[:, [1, 2]] != ERASED).all()
    assert made.erased == 0.5
    assert {each.recipient for each in name(made, RECIPIENTS, words).named} == {9}


def test_a_column_that_is_mostly_wiped_keeps_what_is_left(wide: Book) -> None:
    forms = wide.words[9].astype(np.int8)
    forms[np.random.default_rng(0).random(400) < 0.8, 1] = 0
    made, _ = wide.read(forms, np.arange(400))
    assert made.to_zero[0, 1] == pytest.approx(0.8, abs=0.1)
    assert made.to_one.max() == 0


def test_everything_wiped_names_nobody(wide: Book) -> None:
    made, words = wide.read(np.zeros((400, 4), np.int8), np.arange(400))
    assert made.erased == 1
    told = name(made, RECIPIENTS, words)
    assert (told.named, told.next_chance) == ((), 1.0)


def test_no_recipient_and_no_row_name_nobody() -> None:
    none = reading(np.zeros((0, 2), np.int8), np.zeros((0, 2)), np.zeros(0, np.int64))
    assert name(none, 3, lambda which: np.zeros((len(which), 0, 2), bool)).named == ()
    one = reading(np.ones((1, 1), np.int8), np.full((1, 1), 0.5), np.zeros(1, np.int64))
    assert name(one, 0, lambda which: np.zeros((0, 1, 1), bool)).named == ()


def test_evidence_is_an_e_value_whatever_is_read_and_whoever_is_named() -> None:
    """Its mean over all words that somebody without a copy could have got is 1: all 64 words of three rows of two."""
    dice = np.random.default_rng(3)
    bias = dice.uniform(0.1, 0.9, (3, 2))
    forms = np.array([[1, 0], [1, 1], [-1, 0]], np.int8)
    made = reading(forms, bias, np.zeros(3, np.int64))
    grid = models(made)
    others = dice.random((2, 3, 2)) < 0.5
    words = np.array(list(product([False, True], repeat=6))).reshape(64, 3, 2)
    chances = np.where(words, bias, 1 - bias).prod(axis=(1, 2))
    for named in (False, True):
        if named:
            for model in grid:
                model.name(model.ratio(others))
        assert (chances * np.exp(evidence(grid, words))).sum() == pytest.approx(1)
    zero, one = ratios(made, 0.1)
    assert np.allclose((1 - bias) * np.exp(zero) + bias * np.exp(one), 1)


def test_the_tail_of_the_evidence_is_that_of_plainly_drawn_innocents(wide: Book) -> None:
    made, words = leak(wide, [3, 4], 12, seed=4)
    grid = models(made)
    innocent = np.random.default_rng(0).random((8_000, 12, 4)) < made.bias
    reached = evidence(grid, innocent)
    word = words(np.array([3]))
    for chance in (0.05, 0.01):
        least = float(np.quantile(reached, 1 - chance))
        told = tail(grid, made, word, least, draws=1000)
        assert 0.7 * chance < told < 1.6 * chance
        assert told <= np.exp(-least)


def test_a_chance_that_no_draw_shows_is_markovs_and_not_nothing(wide: Book) -> None:
    made, words = leak(wide, [3], 14)
    grid, word = models(made), words(np.array([3]))
    most = float(evidence(grid, word)[0])
    assert tail(grid, made, word, most + 3, draws=40) == pytest.approx(np.exp(-most - 3))
    assert tail(grid, made, word, most - 3) < np.exp(3 - most)  # seen often, and told closely


def test_the_evidence_told_is_the_mean_of_the_joint_and_the_lone_e_value(single: Book) -> None:
    """Whichever of the two names: the better of two e-values, chosen afterwards, is none."""
    made, words = leak(single, [7, 130], 200)
    told = {each.recipient: each.nats for each in name(made, RECIPIENTS, words).named}
    grid, both = models(made), words(np.array([7, 130]))
    alone = evidence(grid, both)
    first = int(alone.argmax())
    for model in grid:
        model.name(model.ratio(both[[first]]))
    joint = evidence(grid, both)[1 - first]
    assert told[(7, 130)[first]] == pytest.approx(alone[first])
    assert joint > alone[1 - first] + 1
    mean = np.logaddexp(joint, alone[1 - first]) - np.log(2)
    assert told[(7, 130)[1 - first]] == pytest.approx(mean)
