"""One log file: the reader that fits, what is left over, and where reading may go on."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest

from headwater.exhibits.opening import members
from headwater.ingestion.logs import LogReader, Piece, Position
from headwater.ingestion.parsing import Context
from headwater.model.exhibit import Exhibit, NotRead
from headwater.model.settings import Settings
from headwater.store.tokens import Tokeniser

LINE = '10.0.0.{n} - u{n} [01/Mar/2021:09:00:{n:02d} +0800] "GET /p/{n} HTTP/1.1" 200 {n} "-" "-"'
READER = LogReader(Settings(), Context(ZoneInfo("Asia/Shanghai")), Tokeniser(bytes(32)))


def text(first: int, last: int) -> str:
    return "".join(LINE.format(n=n) + "\n" for n in range(first, last))


def read(file: Path, start: Position | None = None) -> list[Piece | NotRead]:
    exhibit = Exhibit("logs/a.log", file, "logs", None, file.stat().st_size)
    return [
        piece
        for member in members(exhibit)
        for piece in ([member] if isinstance(member, NotRead) else READER.read(member, start))
    ]


def lines(pieces: list[Piece | NotRead]) -> list[int]:
    return [
        n for p in pieces if isinstance(p, Piece) for table in p.raw.values() for n in table.column("line").to_pylist()
    ]


def last(pieces: list[Piece | NotRead]) -> Position:
    (*_, position) = (p.position for p in pieces if isinstance(p, Piece) and p.position)
    return position


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "any name"


def test_a_whole_log_is_read_and_may_be_read_on_from_its_end(log: Path) -> None:
    log.write_text(text(1, 6))
    pieces = read(log)
    assert lines(pieces) == [1, 2, 3, 4, 5]
    assert last(pieces) == Position("combined", log.stat().st_size, 5, "")


def test_reading_on_gives_the_new_lines_with_their_numbers(log: Path) -> None:
    log.write_text(text(1, 6))
    start = last(read(log))
    with log.open("a") as more:
        more.write(text(6, 9))
    pieces = read(log, start)
    assert lines(pieces) == [6, 7, 8]
    assert last(pieces) == Position("combined", log.stat().st_size, 8, "")


@pytest.mark.parametrize("torn", [1, 20])
def test_a_last_line_that_may_be_unfinished_is_read_and_bars_reading_on(log: Path, torn: int) -> None:
    log.write_text(text(1, 6)[:-torn])
    pieces = read(log)
    seen = lines(pieces) + [r.line for p in pieces if isinstance(p, Piece) for r in p.rejected]
    assert sorted(seen) == [1, 2, 3, 4, 5]
    assert last(pieces) == Position("combined")


def test_the_reader_that_began_reads_on_whatever_the_head_looks_like_now(log: Path) -> None:
    log.write_text(text(1, 3))
    start = last(read(log))
    assert read(log, Position("no such reader", start.offset, start.line))[0] == NotRead(
        "logs/a.log", "no reader knows this format; declare it with a [[logs]] block in headwater.toml", LINE_1
    )


LINE_1 = LINE.format(n=1)


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"", "empty file"), (bytes(range(256)) * 10, "binary"), (b"what is this\n" * 9, "no reader knows")],
)
def test_what_nobody_reads_is_said_once(log: Path, content: bytes, reason: str) -> None:
    log.write_bytes(content)
    (told,) = read(log)
    assert isinstance(told, NotRead)
    assert reason in told.reason


def test_the_first_line_is_shown_masked_and_short(log: Path) -> None:
    log.write_text("call 13012345678 " + "y" * 1000 + "\n")
    (told,) = read(log)
    assert isinstance(told, NotRead)
    assert told.first_line.startswith("call ")
    assert "13012345678" not in told.first_line
    assert len(told.first_line) <= 200


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_encodings(log: Path, encoding: str) -> None:
    log.write_bytes(text(1, 4).replace("u2", "张三").encode(encoding))
    pieces = read(log)
    assert lines(pieces) == [1, 2, 3]
    (table,) = (p.raw["requests"] for p in pieces if isinstance(p, Piece) and p.raw.get("requests", RAW_NONE).num_rows)
    assert table.column("account").to_pylist() == ["u1", "张三", "u3"]


RAW_NONE = pa.table({"x": pa.array([], pa.string())})


def test_a_packed_log_that_is_torn_is_read_as_far_as_it_goes(log: Path) -> None:
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0) as packed:
        packed.write(text(1, 60).encode() * 200)
    log.write_bytes(buffer.getvalue()[:-200])
    pieces = read(log)
    assert len(lines(pieces)) > 1000
    assert any(isinstance(p, NotRead) for p in pieces)


def test_a_line_that_is_no_text_is_set_aside_once(log: Path) -> None:
    log.write_bytes(text(1, 4).encode() + b"\xff\xfe\xff\n" + text(5, 7).encode())
    pieces = read(log)
    assert lines(pieces) == [1, 2, 3, 5, 6]
    assert [r.line for p in pieces if isinstance(p, Piece) for r in p.rejected] == [4]
