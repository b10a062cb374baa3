"""What a leak of very many rows or columns costs in memory: not rows × words, not columns × columns × rows."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable

import numpy as np
import pytest
from bench.marking import Book

from headwater.planting.marks import detecting, models
from headwater.planting.marks.code import Code
from headwater.planting.marks.detecting import _sampled
from headwater.planting.marks.knowing import _voted


def peak(work: Callable[[], object]) -> int:
    tracemalloc.start()
    work()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most


def test_votes_of_columns_are_counted_one_pair_at_a_time() -> None:
    dice = np.random.default_rng(0)
    found = [dice.integers(-1, 3, 4_000) for _ in range(30)]
    whole = np.stack(found)
    votes = ((whole[:, None, :] == whole[None, :, :]) & (whole[:, None, :] >= 0)).sum(axis=1)
    plain = whole[votes.argmax(axis=0), np.arange(4_000)]
    assert (_voted(found) == plain).all()
    assert peak(lambda: _voted(found)) < 30 * 30 * 4_000 / 5


def test_words_are_reckoned_some_at_a_time_with_the_same_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    book = Book(300, 4, 3, 60)
    made, words = book.read(book.words[7], np.arange(300))
    grid, every = models.models(made), words(np.arange(60))
    whole = models.evidence(grid, every)
    together = peak(lambda: grid[0].ratio(every))
    monkeypatch.setattr(models, "_BLOCK", 3_000)
    assert np.allclose(models.evidence(grid, every), whole)
    assert peak(lambda: grid[0].ratio(every)) < together / 2
    assert 0 < models.tail(grid, made, words(np.array([7])), 9.0, draws=60) <= np.exp(-9.0)


def test_of_very_many_rows_a_keyed_sample_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(detecting, "MOST_MARKS", 600)
    records = np.arange(5, 2_005)
    forms = (records[:, None] % 2 + np.zeros((1, 2))).astype(np.int8)
    kept, shown = _sampled(Code(b"k" * 32, "an export", 2, 3), records, forms)
    assert len(kept) == 300 and (np.diff(kept) > 0).all()
    assert (shown[:, 0] == kept % 2).all()
    other, _ = _sampled(Code(b"l" * 32, "an export", 2, 3), records, forms)
    assert 0 < len(set(kept.tolist()) & set(other.tolist())) < 150
    assert len(_sampled(Code(b"k" * 32, "an export", 2, 3), records[:300], forms[:300])[0]) == 300
