"""A text in any encoding becomes one in UTF-8; what cannot be read is told by its line, however many such lines there are."""

from __future__ import annotations

import io
import time

from headwater.exhibits.recoded import Utf8Stream


def test_lines_with_bad_bytes_in_a_wide_encoding_are_told_in_linear_time() -> None:
    count = 40_000
    data = "好\n".encode("utf-16-le") + b"\x00\xdc\n\x00a\x00\n\x00" * count
    start = time.process_time()
    stream = Utf8Stream(io.BytesIO(data), "utf-16-le")
    text = io.BufferedReader(stream).read().decode()
    assert time.process_time() - start < 5  # it took minutes
    assert text == "好\n" + "\ufffd\na\n" * count
    assert [line for line, _ in stream.faults] == list(range(2, 2 * count + 2, 2))
