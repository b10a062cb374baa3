"""Fingerprints are SipHash-2-4: its authors' published vector, and an implementation of the interpreter's own."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from headwater.scanning.fingerprints import Printer, _siphash

FIRST, SECOND = np.frombuffer(bytes(range(16)), np.uint64)


def test_the_published_vectors_hold() -> None:
    message = np.arange(64, dtype=np.uint8)
    # vectors of lengths 0, 1, 8 and 15 of the reference implementation
    wanted = {0: 0x726FDB47DD0E0E31, 1: 0x74F839C593DC67FD, 8: 0x93F5F5799A932462, 15: 0xA129CA6149BE45E5}
    assert {n: int(_siphash(message, 0, n, FIRST, SECOND)) for n in wanted} == wanted


@given(st.lists(st.one_of(st.none(), st.text(max_size=20)), max_size=8), st.integers(0, 3))
def test_equal_values_have_equal_prints(values: list[str | None], skip: int) -> None:
    made = Printer(b"k" * 32).prints("mobile", pa.array(values, pa.string()).slice(skip))
    left = values[skip:]
    for a, x in zip(left, made, strict=True):
        assert (x == 0) == (a is None)
        for b, y in zip(left, made, strict=True):
            assert (a == b) == (x == y)


def test_kinds_and_keys_part_equal_values() -> None:
    one, other = Printer(b"k" * 32), Printer(b"l" * 32)
    assert len({one.one("mobile", "1"), one.one("bank_card", "1"), other.one("mobile", "1")}) == 3
    assert "kkkk" not in repr(one)
