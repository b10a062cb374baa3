"""The symmetric score against its own theory, and against the score of published code that counts one symbol wrongly."""

from __future__ import annotations

import numpy as np
import pytest
from bench.marking import Book, asymmetric, attacked

from headwater.planting.marks import scores
from headwater.planting.marks.emission import reading


@pytest.fixture(scope="module")
def book() -> Book:
    return Book(900, 1, 3, 400)


@pytest.mark.parametrize("form", [0, 1])
def test_an_innocent_score_has_mean_nothing_and_variance_one_whatever_is_read(form: int) -> None:
    bias = np.linspace(0.01, 0.99, 21)[:, None]
    made = reading(np.full((21, 1), form, np.int8), bias, np.arange(21))
    zero, one = scores.symmetric(made)
    assert np.allclose((1 - bias) * zero + bias * one, 0)
    assert np.allclose((1 - bias) * zero**2 + bias * one**2, 1)


def test_an_erasure_scores_nothing() -> None:
    made = reading(np.array([[-1], [1]], np.int8), np.full((2, 1), 0.4), np.zeros(2, np.int64))
    zero, one = scores.symmetric(made)
    assert zero[0, 0] == one[0, 0] == 0
    assert one[1, 0] > 0 > zero[1, 0]


@pytest.mark.parametrize("attack", ["interleave", "majority", "minority"])
def test_the_symmetric_score_finds_pirates_where_the_asymmetric_one_cannot(book: Book, attack: str) -> None:
    found = {"symmetric": 0, "asymmetric": 0}
    for trial in range(3):
        dice = np.random.default_rng(trial)
        takers = dice.choice(400, 3, replace=False)
        made, words = book.read(attacked(book.words[takers], attack, dice), np.arange(900))
        for kind, score in (("symmetric", scores.symmetric), ("asymmetric", asymmetric)):
            zero, one = score(made)
            best = np.argsort(-np.where(words(np.arange(400)), one, zero).sum(axis=(1, 2)))[:3]
            found[kind] += len(set(best.tolist()) & set(takers.tolist()))
    assert found["symmetric"] == 9
    assert found["asymmetric"] <= 1


def test_the_tail_is_that_of_plainly_drawn_innocents(book: Book) -> None:
    dice = np.random.default_rng(5)
    rows = np.arange(120)
    forms = (dice.random((120, 1)) < 0.5).astype(np.int8)
    made, _ = book.read(forms, rows)
    zero, one = scores.symmetric(made)
    drawn = np.where(dice.random((40_000, 120, 1)) < made.bias, one, zero).sum(axis=(1, 2))
    for score in (15.0, 25.0):
        plain = float((drawn >= score).mean())
        told = scores.tail(made, score)
        assert plain - 4 * np.sqrt(plain / 40_000) <= told <= 1.5 * plain


def test_the_tail_of_no_score_is_certain_and_of_the_highest_that_of_one_word() -> None:
    made = reading(np.array([[1], [0]], np.int8), np.array([[0.25], [0.5]]), np.zeros(2, np.int64))
    assert scores.tail(made, 0.0) == 1.0
    assert scores.tail(made, 100.0) == pytest.approx(0.125)


def test_a_tail_that_no_drawn_innocent_reaches_is_bounded_and_not_nothing() -> None:
    made = reading(np.array([[1]], np.int8), np.array([[1e-4]]), np.zeros(1, np.int64))
    made.forms[:] = 1  # not taken for wiped
    for score in (0.001, 0.01):  # reached by holding the rare form alone
        assert scores.tail(made, score) >= 1e-4
