"""Paths are cited so that nobody is in them, that two stay two, and that they still find their file."""

from __future__ import annotations

import fnmatch

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.store.places import Places, unsigned
from headwater.store.tokens import Tokeniser

PLACES = Places(Tokeniser(bytes(32)))


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        (
            "payments/贺然国/邮储银行_6217990000100001235_流水.xlsx",
            "payments/贺然国/邮储银行_6217***********1235_流水.xlsx",
        ),
        ("chats/尹诗文/汪静丽(wxid_vg59zpggbwuc22).csv", "chats/尹诗文/汪**(wxid_vg59zpggbwuc22).csv"),
        ("seized/E7/保单.zip!张晓明/11010519491231002X.pdf", "seized/E7/保单.zip!张**/1101**********002X.pdf"),
        ("seized/15400000001/a/b.csv", "seized/154****0001/a/b.csv"),
        ("leaks/陈思琪.xlsx#陈思琪", "leaks/陈**.xlsx#陈**"),
        ("logs/a.someone@example.com.log", "logs/a***@example.com.log"),
    ],
)
def test_what_is_a_persons_is_masked(path: str, shown: str) -> None:
    told = PLACES.shown(path)
    assert unsigned(told) == shown
    assert told != shown


@pytest.mark.parametrize(
    "path",
    [
        "hr/roster.csv",
        "leaks/优质客户资料.xlsx",
        "seized/尹诗文/说明.txt",
        "logs/export_20240301120000123.csv",
        "chats/x/江苏无锡网贷417_0.xlsx",
        "payments/y/微信支付账单(ondsazk554)-【2018】.csv",
        "logs/192.0.2.7.log",
    ],
)
def test_what_is_nobodys_stays(path: str) -> None:
    assert PLACES.shown(path) == path


def test_two_files_that_look_alike_stay_two_and_another_key_signs_otherwise() -> None:
    one, other = PLACES.shown("chats/x/张伟.csv"), PLACES.shown("chats/x/张勇.csv")
    assert one != other
    assert unsigned(one) == unsigned(other) == "chats/x/张*.csv"
    assert Places(Tokeniser(bytes([1] * 32))).shown("chats/x/张伟.csv") != one


@given(st.text(alphabet=st.sampled_from("张伟王芳客户/!#~.*ab0123456789_-()"), max_size=60))
def test_what_was_shown_is_shown_again_as_it_is(path: str) -> None:
    told = PLACES.shown(path)
    assert PLACES.shown(told) == told
    assert sum(c in "/!#" for c in told) == sum(c in "/!#" for c in path)


def test_a_path_without_its_signs_finds_its_file() -> None:
    path = "payments/贺然国/邮储银行_6217990000100001235_流水.xlsx"
    assert fnmatch.fnmatchcase(path, unsigned(PLACES.shown(path)))


def test_rows_of_the_lake_cite_what_is_shown() -> None:
    raw = ["seized/15400000001/陈思琪.xlsx", "seized/E1/b.csv"]
    rows = pa.table(
        {"source": [raw[0], raw[0], raw[1]], "holder": ["15400000001", "15400000001", None], "line": [1, 2, 3]}
    )
    told = PLACES.cited(rows)
    assert told["source"].to_pylist() == [PLACES.shown(raw[0])] * 2 + [raw[1]]
    assert [unsigned(h or "") for h in told["holder"].to_pylist()] == ["154****0001", "154****0001", ""]
    assert told["line"].to_pylist() == [1, 2, 3]
    assert told.schema == rows.schema
