"""Encodings are found, lines are numbered and bounded, and nothing is dropped in silence."""

from __future__ import annotations

import codecs
import io
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.exhibits.encodings import encoding_of
from headwater.exhibits.text import lines

CHINESE = "客户姓名,联系电话,住址\n张三,来电报出保单号,上海市杨浦区控江路\n李四,推销贷款,河南省郑州市\n" * 20


def all_lines(data: bytes, encoding: str, **options: int) -> tuple[list[str], list[tuple[int, str]]]:
    texts: list[str] = []
    rejected: list[tuple[int, str]] = []
    for batch in lines(io.BytesIO(data), encoding, **options):
        assert batch.first == len(texts) + 1
        texts += batch.text
        rejected += batch.rejected
    return texts, rejected


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (b"", "utf-8"),
        (b"plain ascii\n", "utf-8"),
        (CHINESE.encode(), "utf-8"),
        (CHINESE.encode("utf-8-sig"), "utf-8"),
        (CHINESE.encode("gb18030"), "gb18030"),
        (CHINESE.encode("utf-16"), "utf-16-le"),
        (CHINESE.encode("utf-16-le"), "utf-16-le"),
        (CHINESE.encode("utf-16-be"), "utf-16-be"),
        ("time,user\n2018-05-01,u1\n".encode("utf-16-le"), "utf-16-le"),
        ("café,déjà vu\n".encode("cp1252"), "cp1252"),
        (random.Random(3).randbytes(5000), None),
        (b"\x7fELF\x02\x01\x01" + bytes(500) + b"\x03\x00\x3e\x00" * 100, None),
        (b"one line\n" + bytes(4000) + b"another line after a crash\n", "utf-8"),
    ],
)
def test_encodings_are_told_by_content(data, encoding):
    assert encoding_of(data) == encoding


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_character_cut_in_two_at_the_end_does_no_harm(encoding):
    data = CHINESE.encode(encoding)
    for cut in range(900, 912):
        assert encoding_of(data[:cut]) == encoding


def test_a_few_broken_lines_do_not_change_the_encoding():
    text = CHINESE.encode() + b"GET /\xc0\xaf..\xff\n"
    assert encoding_of(text) == "utf-8"
    texts, rejected = all_lines(text, "utf-8")
    assert texts[-2:] == ["李四,推销贷款,河南省郑州市", ""]
    assert rejected == [(61, "the line is not utf-8")]


def test_a_line_of_another_program_in_gb18030_is_read_too():
    data = b"ascii\n" + "登录成功\n".encode("gb18030") + "登录失败\n".encode()
    assert all_lines(data, "utf-8") == (["ascii", "登录成功", "登录失败"], [])


def test_line_ends_offsets_and_the_unfinished_line():
    data = b"\xef\xbb\xbfone\r\ntwo\n\x00three\x0bstill three\x85\nlast"
    batches = list(lines(io.BytesIO(data), "utf-8"))
    assert [batch.text for batch in batches] == [["one", "two", ""], ["last"]]
    assert [batch.complete for batch in batches] == [True, False]
    assert batches[0].rejected == ((3, "the line is not utf-8"),)
    assert batches[0].end_offset == len(data) - 4
    assert batches[1].end_offset == len(data)


def test_reading_on_from_where_it_was_left():
    data = b"one\ntwo\nthree\nfour\n"
    first = next(lines(io.BytesIO(data), "utf-8", batch_bytes=9))
    stream = io.BytesIO(data)
    stream.seek(first.end_offset)
    (rest,) = lines(stream, "utf-8", first_line=first.first + len(first.text))
    assert (rest.first, rest.text, rest.end_offset) == (3, ["three", "four"], len(data))


def test_carriage_returns_at_a_block_edge():
    data = b"ab\r\ncd\r\nef\r\n"
    for size in range(1, 14):
        assert all_lines(data, "utf-8", batch_bytes=size) == (["ab", "cd", "ef"], [])


class Endless(io.RawIOBase):
    """A stream of one line of many bytes, made as it is read."""

    def __init__(self, size: int, after: bytes) -> None:
        super().__init__()
        self.left, self.after, self.largest = size, after, 0

    def readable(self) -> bool:
        return True

    def tell(self) -> int:
        return 0

    def readinto(self, buffer) -> int:
        count = min(len(buffer), self.left)
        if count:
            self.left -= count
            buffer[:count] = b"x" * count
            return count
        count = min(len(buffer), len(self.after))
        buffer[:count], self.after = self.after[:count], self.after[count:]
        return count


def test_a_line_of_a_gigabyte_is_set_aside_without_being_loaded():
    stream = Endless(1 << 30, b"\nshort\n")
    batches = list(lines(io.BufferedReader(stream), "utf-8"))
    assert [(batch.first, batch.text) for batch in batches] == [(1, [""]), (2, ["short"])]
    assert batches[0].rejected == ((1, "the line is longer than 1,048,576 bytes"),)
    assert batches[1].end_offset == (1 << 30) + 7


def test_long_lines_among_short_ones():
    data = b"a\n" + b"x" * 50 + b"\nb\n" + b"y" * 900
    assert all_lines(data, "utf-8", line_bytes=40) == (
        ["a", "", "b", ""],
        [(2, "the line is longer than 40 bytes"), (4, "the line is longer than 40 bytes")],
    )


TEXTS = st.text(st.characters(exclude_characters="\n\r\0\ufeff\ufffd", exclude_categories=["Cs"]), max_size=20)


@given(
    texts=st.lists(TEXTS, max_size=30),
    encoding=st.sampled_from(["utf-8", "utf-16-le", "utf-16-be", "gb18030", "utf-32-le"]),
    size=st.integers(1, 200),
    mark=st.booleans(),
)
def test_whatever_was_written_is_read(texts, encoding, size, mark):
    start = "\ufeff" if mark and encoding != "gb18030" else ""
    data = (start + "".join(f"{text}\n" for text in texts)).encode(encoding)
    found, rejected = all_lines(data, encoding, batch_bytes=size)
    assert found == (texts or ([""] if data else []))
    assert rejected == []


@given(
    data=st.binary(max_size=2000), encoding=st.sampled_from(["utf-8", "utf-16-le", "gb18030"]), size=st.integers(1, 99)
)
def test_every_line_end_counts_whatever_the_bytes(data, encoding, size):
    found, rejected = all_lines(data, encoding, batch_bytes=size, line_bytes=300)
    if encoding == "utf-8":
        assert len(found) == data.count(b"\n") + bool(data and not data.endswith(b"\n"))
    assert len(rejected) <= len(found)


@given(data=st.binary(max_size=3000))
def test_no_bytes_stop_the_guess(data):
    name = encoding_of(data)
    assert name is None or codecs.lookup(name)


@given(text=st.text(st.sampled_from("客户姓名联系电话地址上海市张三李四王五的一是在不了有和人这,1 \n"), min_size=40))
def test_chinese_in_gb18030_is_known(text):
    data = text.encode("gb18030")
    assert encoding_of(data) in ("gb18030", "utf-8")
    assert encoding_of(text.encode()) == "utf-8"
