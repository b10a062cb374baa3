"""The code: drawn from the key alone, by Tardos's law, any part of it without the rest."""

from __future__ import annotations

import numpy as np
import pytest

from headwater.planting.marks.code import Code, needed, paged

CODE = Code(b"k" * 32, "an export", 2, 3)
RECORDS = np.arange(4000)
EVEN = np.full((4000, 2), 0.5)


def test_any_part_of_a_word_is_drawn_as_in_the_whole() -> None:
    bias = CODE.bias(RECORDS, EVEN)
    some = np.array([3999, 5, 257, 256, 0])
    assert (CODE.bias(some, EVEN[some]) == bias[some]).all()
    assert (CODE.word("a", some, bias[some]) == CODE.word("a", RECORDS, bias)[some]).all()
    assert (CODE.word("a", paged(some), bias[some]) == CODE.word("a", some, bias[some])).all()
    assert (CODE.rank("a", some) == CODE.rank("a", RECORDS)[some]).all()


def test_words_follow_the_bias_and_tell_nothing_of_each_other() -> None:
    bias = CODE.bias(RECORDS, EVEN)
    a, b = (CODE.word(name, RECORDS, bias) for name in ("a", "b"))
    spread = np.sqrt((bias * (1 - bias)).sum())
    assert abs(a.sum() - bias.sum()) < 5 * spread
    between = ((a - bias) * (b - bias)).sum() / (bias * (1 - bias)).sum()
    assert abs(between) < 5 / np.sqrt(bias.size)
    assert (a != Code(b"l" * 32, "an export", 2, 3).word("a", RECORDS, bias)).any()
    assert (a != Code(b"k" * 32, "another", 2, 3).word("a", RECORDS, bias)).any()


def test_the_bias_of_a_column_of_one_form_is_tardos_law_with_its_cutoff() -> None:
    bias = CODE.bias(RECORDS, EVEN).ravel()
    cut = 1 / 900
    assert bias.min() >= cut - 2**-15 and bias.max() <= 1 - cut + 2**-15
    # r = arcsin √p is uniform between the cutoffs
    radii = np.sort(np.arcsin(np.sqrt(bias)))
    low = np.arcsin(np.sqrt(cut))
    uniform = (radii - low) / (np.pi / 2 - 2 * low)
    assert np.abs(uniform - np.linspace(0, 1, len(uniform))).max() < 1.95 / np.sqrt(len(uniform))  # Kolmogorov, 0.1 %


@pytest.mark.parametrize("share", [0.1, 0.35, 0.8])
def test_a_mixed_column_keeps_its_own_share(share: float) -> None:
    bias = CODE.bias(RECORDS, np.full((4000, 2), share))
    assert abs(bias.mean() - share) < 5 * np.sqrt(share * (1 - share) / 2 / bias.size) + 0.001


def test_without_colluders_the_bias_is_the_share_itself() -> None:
    alone = Code(b"k" * 32, "an export", 2, 1)
    assert (alone.bias(RECORDS, EVEN) == 0.5).all()


def test_the_length_is_that_of_the_formula_with_its_margin() -> None:
    assert [needed(c, 5000, 1e-3) for c in (2, 3, 5)] == [427, 960, 2665]
    assert needed(10, 2000, 1e-3) == 10024
    assert int(needed(2, 5000, 1e-3) / 1.4) in (304, 305)  # 304 is the figure of the design


def test_a_code_does_not_show_its_key() -> None:
    assert "kkk" not in repr(CODE)


def test_rows_left_out_are_the_share_asked_for_and_differ() -> None:
    a, b = (CODE.kept(name, RECORDS, 0.1) for name in ("a", "b"))
    assert abs(a.mean() - 0.9) < 0.025
    assert (a != b).any()
