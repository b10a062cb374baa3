"""Detection's group-by, attribution's joins and the making of tokens, against the bare operation on the same data."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path

import duckdb
import pyarrow as pa

from bench.cost import Work
from headwater.attribution.histories import histories
from headwater.attribution.matching import match
from headwater.detection import reads
from headwater.store.engine import Engine, open_engine
from headwater.store.tokens import TOKEN_BYTES, Tokeniser
from headwater.store.workspace import Workspace, open_workspace

_KEY = b"bench" * 6 + b"!!"
DATASET = "policyholders"
OURS = ("group-by", "triples", "semi-join")
_RAW = {
    "group-by": "select account, day, count(*), count(distinct subject), min(time), max(time) from access group by all",
    "triples": "select distinct account, day, ordinal from access where ordinal is not null",
    "semi-join": "select source, line, kind from holdings semi join subjects using (kind, token)",
}


@contextmanager
def _engine(space: str) -> Iterator[tuple[Workspace, Engine]]:
    with open_workspace(Path(space) / "workspace") as workspace, open_engine("duckdb", workspace) as engine:
        yield workspace, engine


def ours(what: str, space: str) -> Work:
    """What a stage asks of the lake: records read by account and day, who read which record, which rows are ours."""

    def work() -> int:
        with _engine(space) as (workspace, engine):
            if what == "group-by":
                reads.by_day(engine)
            elif what == "triples":
                histories(engine, DATASET)
            else:
                match(engine)
            return _rows(workspace, what)

    return work


def ceiling(what: str, space: str) -> Work:
    """The bare operation by DuckDB on the same files of the lake, its answer as an Arrow table."""
    engine = duckdb.connect()
    with open_workspace(Path(space) / "workspace") as workspace:
        for table in ("access", "holdings", "subjects"):
            files = [str(file) for file in workspace.lake.files(table)]
            engine.read_parquet(files, hive_partitioning=False).create_view(table)
        rows = _rows(workspace, what)

    def work() -> int:
        engine.execute(_RAW[what]).to_arrow_table()
        return rows

    return work


def _rows(workspace: Workspace, what: str) -> int:
    table = "holdings" if what == "semi-join" else "access"
    return sum(part.rows for part in workspace.manifest.parts(table))


def _numbers(count: int) -> list[str]:
    return [str(13_000_000_000 + 7919 * n) for n in range(count)]


def tokens(count: int) -> Work:
    """Tokens of distinct numbers, as ingestion and scanning make them."""
    column = pa.array(_numbers(count), pa.string())
    tokeniser = Tokeniser(_KEY)
    return lambda: len(tokeniser.tokens("mobile", column))


def digests(count: int) -> Work:
    """The bare hash of the same numbers in a loop of Python."""
    values = _numbers(count)

    def work() -> int:
        made = [blake2b(b"mobile\x1f" + v.encode(), key=_KEY, digest_size=TOKEN_BYTES).hexdigest() for v in values]
        return len(made)

    return work
