"""Scanning a file of people, against the bare read of the same file by fastexcel or DuckDB."""

from __future__ import annotations

import duckdb
import fastexcel

from bench.cost import Work
from bench.folders import with_file
from headwater.exhibits.folder import open_case
from headwater.scanning.stage import scan_case
from headwater.store.workspace import open_workspace


def ours(tables: str, file: str, space: str) -> Work:
    """A seized file read, recognised, tokenised, counted and written to the lake."""
    folder, workspace = with_file(tables, space, file, "seized/P00001")

    def work() -> int:
        with open_workspace(workspace) as opened:
            scan_case(open_case(folder), opened)
            return int(opened.lake.read("documents").column("rows")[0].as_py())

    return work


def ceiling(file: str) -> Work:
    """The cells of the same file in memory."""
    if file.endswith(".xlsx"):
        return lambda: fastexcel.read_excel(file).load_sheet(0, dtypes="string").to_arrow().num_rows
    return lambda: duckdb.connect().execute(f"from read_csv({file!r}, all_varchar = true)").to_arrow_table().num_rows
