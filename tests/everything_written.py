"""Everything that lies below a folder, as texts that can be searched."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq


def strings(rows: pa.Table) -> Iterator[str]:
    """Every text in a table, lists taken apart; each text once."""
    for column in rows.columns:
        while pa.types.is_list(column.type):
            column = pc.list_flatten(column)
        for text in pc.unique(column.cast(pa.string())).to_pylist():
            if text is not None:
                yield text


def written(folder: Path) -> Iterator[tuple[str, str]]:
    """Everything that was written below a folder, as text: what is packed is unpacked, each text of a table once."""
    tables: dict[str, set[str]] = defaultdict(set)
    for file in sorted(f for f in folder.rglob("*") if f.is_file()):
        name = file.relative_to(folder).as_posix()
        yield f"the name {name}", name
        if file.suffix == ".parquet":
            tables[name.split("/day=")[0]].update(strings(pq.read_table(file, partitioning=None)))
        elif file.suffix == ".sqlite":
            with sqlite3.connect(file) as db:
                yield name, "\n".join(db.iterdump())
            db.close()
        else:
            yield name, file.read_bytes().decode("utf-8", "backslashreplace")
    yield from ((name, "\n".join(texts)) for name, texts in tables.items())
