"""One account and one device, however a log writes them."""

from __future__ import annotations

import pyarrow as pa
import pytest

from headwater.ingestion.naming import Names
from headwater.store.tokens import Tokeniser

NAMES = Names(
    ["u1010", "Zhang.San", "svc@batch"], ["PC-2021", "10.0.0.9", "WS-0104.corp.example"], Tokeniser(bytes(32))
)


@pytest.mark.parametrize(
    ("written", "account"),
    [
        ("u1010", "u1010"),
        ("U1010", "u1010"),
        (" u1010 ", "u1010"),
        ("CORP\\U1010", "u1010"),
        ("u1010@corp.example", "u1010"),
        ("corp\\u1010@corp.example", "u1010"),
        ("zhang.san", "Zhang.San"),
        ("svc@batch", "svc@batch"),  # a whole name that the list has comes before its first half
        ("SVC@BATCH", "svc@batch"),
        ("Stranger", "stranger"),
        ("CORP\\Stranger", "stranger"),
        ("", None),
        ("-", None),
        ("NULL", None),
        ("anonymous", None),
        ("(null)", None),
    ],
)
def test_accounts(written: str, account: str | None) -> None:
    assert NAMES.account(written) == account


@pytest.mark.parametrize(
    ("written", "device"),
    [
        ("PC-2021", "PC-2021"),
        ("pc-2021.corp.example", "PC-2021"),
        ("ws-0104", "WS-0104.corp.example"),
        ("unknown-9.example", "UNKNOWN-9"),
        ("10.0.0.9", "10.0.0.9"),  # an address has dots of its own
        ("10.0.0.10", "10.0.0.10"),
        ("fe80::1", "FE80::1"),
        ("-", None),
        ("", None),
    ],
)
def test_devices(written: str, device: str | None) -> None:
    assert NAMES.device(written) == device


def test_a_number_of_a_person_as_a_log_on_is_masked_and_two_stay_two() -> None:
    one, two = NAMES.account("13012345678"), NAMES.account("13012345679")
    assert one is not None
    assert two is not None
    assert "13012345678" not in one
    assert one != two
    assert NAMES.account("13012345678") == one
    assert NAMES.kept(pa.array(["13012345678"])).to_pylist() == [one]


@pytest.mark.parametrize(
    "column",
    [
        pa.array(["U1010", None, "CORP\\u1010", "-"]),
        pa.chunked_array([["U1010", None], ["CORP\\u1010", "-"]]),
        pa.array(["U1010", None, "CORP\\u1010", "-"]).dictionary_encode(),
    ],
    ids=["array", "chunks", "dictionary"],
)
def test_columns(column: pa.Array) -> None:
    assert NAMES.accounts(column).to_pylist() == ["u1010", None, "u1010", None]


def test_an_empty_column() -> None:
    for column in (pa.array([], pa.string()), pa.chunked_array([], pa.string())):
        assert NAMES.accounts(column).to_pylist() == []
        assert NAMES.devices(column).type == pa.string()


def test_names_do_not_depend_on_the_order_of_the_tables() -> None:
    one = Names(["A1", "a1"], ["PC-1", "pc-1.x"], Tokeniser(bytes(32)))
    two = Names(["a1", "A1"], ["pc-1.x", "PC-1"], Tokeniser(bytes(32)))
    assert one.account("a1") == two.account("a1")
    assert one.device("pc-1") == two.device("pc-1")
