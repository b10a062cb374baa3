"""EVTX files: real bytes, whole and damaged."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.ingestion.evtx_writer import event, file_of
from tests.ingestion.reading import Outcome, put_together

from headwater.ingestion import evtx
from headwater.model.errors import UnreadableError

START = datetime(2018, 5, 7, 1, 2, 3, tzinfo=UTC)
SECURITY = "Microsoft-Windows-Security-Auditing"


def written(count: int = 5) -> bytes:
    times = [START + timedelta(seconds=i) for i in range(count)]
    names = ["u1", "PC-1$", "u3", "u4", "u5"]
    return file_of(
        (time, event(4624, "PC-1.corp.example", time, {"TargetUserName": name, "LogonType": "2"}, SECURITY))
        for time, name in zip(times, names, strict=False)
    )


def outcome(data: bytes) -> Outcome:
    return put_together(list(evtx.read(io.BytesIO(data))))


def test_log_ons(tmp_path: Path) -> None:
    path = tmp_path / "Security.evtx"
    path.write_bytes(written())
    found = put_together(list(evtx.read(path)))
    assert found["logons"][0] == {
        "time": START,
        "line": 1,
        "account": "u1",
        "device": "PC-1",
        "ip": None,
        "action": "logon",
        "kind": "interactive",
    }
    assert [row["line"] for row in found["logons"]] == [1, 3, 4, 5]
    assert (found.rejected, found.passed) == ([], 1)


def test_told_by_content() -> None:
    assert evtx.is_evtx(written()[:8])
    assert not evtx.is_evtx(b"PK\x03\x04")
    assert not evtx.is_evtx(b"")


def _third(data: bytes) -> int:
    place = -1
    for _ in range(3):
        place = data.index(b"**\0\0", place + 1)
    return place


def test_a_damaged_record_costs_only_itself() -> None:
    data = bytearray(written())
    place = _third(data)
    data[place + 24 : place + 60] = b"\xee" * 36
    found = outcome(bytes(data))
    assert [row["line"] for row in found["logons"]] == [1, 4, 5]
    assert found.rejected == [3]


def test_records_that_cannot_be_reached_are_named() -> None:
    data = bytearray(written())
    data[_third(data) + 4 : _third(data) + 8] = b"\xff\xff\0\0"
    found = outcome(bytes(data))
    assert [row["line"] for row in found["logons"]] == [1]
    assert found.rejected == [3, 4, 5]


def test_a_file_that_was_cut_off_is_not_read_in_silence() -> None:
    found = outcome(written()[:6000])
    assert found["logons"] == []
    assert found.rejected == [1, 2, 3, 4, 5, 6]


def test_a_damaged_chunk_is_not_passed_over_in_silence() -> None:
    data = bytearray(written())
    data[4096:4104] = b"damaged!"
    assert outcome(bytes(data)).rejected != []


def test_no_file_header() -> None:
    with pytest.raises(UnreadableError):
        list(evtx.read(io.BytesIO(b"ElfFile\0 and no more")))
