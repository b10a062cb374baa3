"""A token joins what is equal, tells apart what is not, and gives nothing back."""

from __future__ import annotations

import re

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.store.tokens import TOKEN_BYTES, Tokeniser

KEY = bytes(range(32))
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@pytest.fixture
def tokeniser() -> Tokeniser:
    return Tokeniser(KEY)


@given(st.lists(st.none() | TEXTS), st.text("abcdefgh_:", min_size=1, max_size=8))
def test_an_array_gives_the_tokens_of_its_values(values: list[str | None], kind: str) -> None:
    tokeniser = Tokeniser(KEY)
    one_by_one = [None if v is None else tokeniser.token(kind, v) for v in values]
    assert tokeniser.tokens(kind, pa.array(values, pa.string())).to_pylist() == one_by_one


@pytest.mark.parametrize(
    "values",
    [
        pa.array([], pa.string()),
        pa.array([None, None], pa.string()),
        pa.array([None, None], pa.null()),
        pa.chunked_array([], pa.string()),
        pa.chunked_array([["a"], [], ["b", None, "a"]], pa.string()),
        pa.array(["b", "a", "b"]).dictionary_encode(),
        pa.array(["a"], pa.large_string()),
        pa.array(["x", "a", None])[1:],
    ],
    ids=["none", "nulls", "null type", "no chunk", "chunks", "dictionary", "large", "sliced"],
)
def test_every_layout_of_an_array_will_do(tokeniser: Tokeniser, values: pa.Array) -> None:
    tokens = tokeniser.tokens("phone", values)
    assert tokens.type == pa.string()
    assert tokens.to_pylist() == [None if v is None else tokeniser.token("phone", v) for v in values.to_pylist()]


def test_a_token_has_128_bits(tokeniser: Tokeniser) -> None:
    token = tokeniser.token("phone", "13000000000")
    assert TOKEN_BYTES * 8 >= 128
    assert re.fullmatch(rf"[0-9a-f]{{{2 * TOKEN_BYTES}}}", token)


def test_kinds_do_not_meet(tokeniser: Tokeniser) -> None:
    assert tokeniser.token("phone", "1") != tokeniser.token("bank_card", "1")
    # nor can a value that begins like a kind make two kinds one
    assert tokeniser.token("a", "b\x1fc") != tokeniser.token("a\x1fb", "d")
    assert tokeniser.token("ab", "c") != tokeniser.token("a", "bc")


@given(st.binary(min_size=32, max_size=32), TEXTS)
def test_keys_do_not_meet(key: bytes, value: str) -> None:
    assert (Tokeniser(key).token("name", value) == Tokeniser(KEY).token("name", value)) == (key == KEY)


def test_the_tokeniser_shows_nothing_of_its_key(tokeniser: Tokeniser) -> None:
    for shown in (repr(tokeniser), str(tokeniser), f"{tokeniser}"):
        assert KEY.hex() not in shown
        assert repr(KEY) not in shown
    assert not hasattr(tokeniser, "__dict__")


def test_the_fingerprint_tells_keys_apart_and_is_no_token_of_a_person(tokeniser: Tokeniser) -> None:
    assert tokeniser.fingerprint() == Tokeniser(KEY).fingerprint()
    assert tokeniser.fingerprint() != Tokeniser(KEY[::-1]).fingerprint()
    assert KEY.hex() not in tokeniser.fingerprint()
