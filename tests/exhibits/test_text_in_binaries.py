"""Text in memory dumps and unknown binaries is found in three encodings, and noise is not taken for Chinese."""

from __future__ import annotations

import io
import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headwater.exhibits.strings import PAGE, passages

LINE = "王芳 13800138000 北京市朝阳区建国路八十八号"


def runs(data: bytes) -> list[str]:
    return [line for passage in passages(io.BytesIO(data)) for line in passage.lines]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16-le"])
@pytest.mark.parametrize("before", [b"\0\1\2", b"\xff\0\1\2"])
def test_chinese_text_is_found_in_each_encoding(encoding: str, before: bytes) -> None:
    assert LINE in runs(before + LINE.encode(encoding) + b"\0\0\0\1")


@pytest.mark.parametrize("encoding", ["ascii", "utf-16-le"])
def test_ascii_is_found_narrow_and_wide(encoding: str) -> None:
    assert "mobile=13800138000" in runs(b"\0\3" + "mobile=13800138000".encode(encoding) + b"\0\0")


def test_ascii_before_chinese_in_gb18030_is_one_run() -> None:
    assert runs(b"\1" + "tel 13800138000 王芳".encode("gb18030") + b"\0") == ["tel 13800138000 王芳"]


def test_short_runs_are_left_out() -> None:
    assert runs(b"\0abcde\0\1fghij\0") == []


def test_a_run_across_blocks_is_found_once_and_the_place_of_its_page_is_told() -> None:
    for edge in (1 << 22, (1 << 22) - 5, (1 << 22) - 40):
        data = bytes(edge) + LINE.encode() + bytes(100)
        (passage,) = passages(io.BytesIO(data))
        assert (passage.name, passage.lines) == (f"offset {edge // PAGE * PAGE}", (LINE,))


def test_noise_is_hardly_taken_for_text() -> None:
    found = "".join(runs(random.Random(3).randbytes(1 << 20)))
    assert sum("\u4e00" <= c <= "\u9fff" for c in found) < 3000


def test_long_runs_come_in_pieces_and_lose_nothing() -> None:
    assert "".join(runs(b"0123456789" * 700_000)) == "0123456789" * 700_000


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(["utf-8", "gb18030", "utf-16-le"]))
def test_any_bytes_are_read(data: bytes, encoding: str) -> None:
    runs(data)
    runs(data + b"\0\0" + LINE.encode(encoding) + data)


@pytest.mark.slow
def test_it_is_fast_on_noise_and_on_text() -> None:
    runs(b"warm")
    noise = random.Random(1).randbytes(1 << 24)
    sparse = b"".join(noise[n : n + 200] + LINE.encode() for n in range(0, 1 << 23, 200))
    for data in (noise, sparse, b"\xb0" * (1 << 24), b"\0\x4e" * (1 << 23)):
        begun = time.process_time()
        runs(data)
        assert len(data) / (time.process_time() - begun) > 20e6
