"""A declared workbook is read from every sheet that has its columns, wherever their header stands, and from no other."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from headwater.exhibits.folder import open_case
from headwater.ingestion.ingest import ingest
from headwater.ingestion.traffic.stage import ingest_traffic
from headwater.model.errors import SettingsError
from headwater.store.workspace import open_workspace

DECLARED = """
timezone = "Asia/Shanghai"
[[logs]]
files = "{files}"
table = "{table}"
time = {{column = "何时"}}
columns = {columns}
"""
MESSAGES = '{sender = "谁", receiver = "给谁", text = "说了什么"}'
PAYMENTS = '{payer = "付方", payee = "收方", amount = "数额"}'
SAID = [
    ["2018-01-09 16:30:24", "wxid_a1234567", "wxid_b1234567", "查个定位 15400000001"],
    ["2018-01-09 16:31:00", "wxid_b1234567", "wxid_a1234567", "350"],
]
HEADER = ["何时", "谁", "给谁", "说了什么", "备用"]


def book(*sheets: Sequence[Sequence[object]]) -> bytes:
    made, out = openpyxl.Workbook(), io.BytesIO()
    made.remove(made.active)
    for number, rows in enumerate(sheets):
        sheet = made.create_sheet(f"表{number}")
        for row in rows:
            sheet.append(row)
    made.save(out)
    return out.getvalue()


def read(
    folder: Path, path: str, content: bytes, columns: str, table: str = "messages"
) -> tuple[list[dict[str, Any]], list[tuple[int, str]], list[str]]:
    file = folder / "case" / path
    file.parent.mkdir(parents=True)
    file.write_bytes(content)
    (folder / "case" / "headwater.toml").write_text(DECLARED.format(files=path, table=table, columns=columns), "utf-8")
    case = open_case(folder / "case")
    with open_workspace(folder / "space") as space:
        ingest(case, space)
        ingest_traffic(case, space)
        rows = space.lake.read(table).to_pylist()
        aside = sorted((each.line, each.reason) for each in space.manifest.rejected())
        return rows, aside, [each.reason for each in space.manifest.not_read()]


@pytest.mark.parametrize("path", ["logs/chat.xlsx", "chats/h/export.xlsx"])
def test_sheets_with_the_columns_are_read_below_their_headers(tmp_path: Path, path: str) -> None:
    above = [["导出报告"], ["案件", "一号"], []]
    content = book([["概要"], ["台数", 2]], [*above, HEADER, *SAID, ["谁也没说", "", "", "x"]], [HEADER, [], *SAID])
    rows, aside, not_read = read(tmp_path, path, content, MESSAGES)
    assert sorted((row["line"], row["sender"], row["text"]) for row in rows) == [
        (3, "wxid_a1234567", "查个定位 154****0001"),
        (4, "wxid_b1234567", "350"),
        (5, "wxid_a1234567", "查个定位 154****0001"),
        (6, "wxid_b1234567", "350"),
    ]
    assert aside == [(7, "has no time that can be read")] and not_read == []


def test_payments_of_a_workbook(tmp_path: Path) -> None:
    content = book(
        [
            ["流水"],
            ["何时", "付方", "收方", "数额"],
            ["2018-01-09 16:30:24", "wxid_a1234567", "wxid_b1234567", "1,350.50"],
        ]
    )
    rows, _, _ = read(tmp_path, "payments/h/a.xlsx", content, PAYMENTS, "payments")
    assert [(row["payer"], row["payee"], row["amount"]) for row in rows] == [("wxid_a1234567", "wxid_b1234567", 1350.5)]


def test_a_column_that_no_sheet_has_is_said_with_the_nearest_row(tmp_path: Path) -> None:
    content = book([["概要"]], [["报告"], ["何时", "谁", "给谁", "内容"], ["2018-01-09 16:30:24", "a", "b", "c"]])
    with pytest.raises(
        SettingsError, match=r"logs/a.xlsx:2: there is no column '说了什么'; there are 何时, 谁, 给谁, 内容"
    ):
        read(tmp_path, "logs/a.xlsx", content, MESSAGES)


@pytest.mark.parametrize("content", [book([HEADER])[:900], b"PK\x03\x04" + b"x" * 99])
def test_a_damaged_workbook_is_not_read_and_said(tmp_path: Path, content: bytes) -> None:
    rows, aside, not_read = read(tmp_path, "logs/a.xlsx", content, MESSAGES)
    assert rows == [] and aside == [] and len(not_read) == 1
