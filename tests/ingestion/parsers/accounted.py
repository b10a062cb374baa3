"""What every parser of single lines owes: rows + rejected + passed == lines fed, and never a raised error."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from headwater.ingestion.parsing import RAW, Context, Lines, Parsed, Parser

SHANGHAI = Context(ZoneInfo("Asia/Shanghai"))


def feed(parser: type[Parser], text: str | Sequence[str], context: Context = SHANGHAI) -> Parsed:
    lines = text.splitlines() if isinstance(text, str) else text
    return parser(context).feed(Lines(1, lines))


def rows(parsed: Parsed, kind: str = "requests") -> list[dict]:
    made = parsed.rows[kind].to_pylist()
    return [{name: value for name, value in row.items() if value is not None} for row in made]


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text + "+00:00")


def check_accounted(parser: type[Parser], lines: Sequence[str]) -> None:
    """Feed the lines in two batches and see that nothing is lost, doubled or out of its schema."""
    half = len(lines) // 2
    one = parser(SHANGHAI)
    first = one.feed(Lines(1, lines[:half]))
    other = parser(SHANGHAI)
    other.resume(one.state())
    both = [first, other.feed(Lines(half + 1, lines[half:])), other.finish()]
    numbers = [n for p in both for table in p.rows.values() for n in table["line"].to_pylist()]
    numbers += [bad.line for p in both for bad in p.rejected]
    assert len(numbers) == len(set(numbers))
    assert len(numbers) + sum(p.passed for p in both) == len(lines)
    assert all(1 <= n <= len(lines) for n in numbers)
    for parsed in both:
        for kind, table in parsed.rows.items():
            assert set(table.column_names) <= set(RAW[kind].names)
            assert all(field == RAW[kind].field(field.name) for field in table.schema)
            assert table["time"].null_count == 0


def broken(samples: Sequence[str]) -> st.SearchStrategy[list[str]]:
    """Lists of lines: real ones, real ones with a piece cut out or put in, and arbitrary text."""
    real = st.sampled_from(list(samples))
    wild = st.text(max_size=60).map(lambda t: " ".join(t.splitlines()))
    cut = st.tuples(real, st.integers(0, 200), st.integers(0, 200)).map(lambda c: c[0][: c[1]] + c[0][c[2] :])
    put = st.tuples(real, st.integers(0, 200), wild).map(lambda c: c[0][: c[1]] + c[2] + c[0][c[1] :])
    return st.lists(st.one_of(real, cut, put, wild), max_size=12)
