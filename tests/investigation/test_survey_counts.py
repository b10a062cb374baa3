"""What a whole scan counts in real files: no persons in counters and shops, one for each form, row and key that tells one."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
from made_survey import csv, people, person

from headwater.investigation.survey_options import Options
from headwater.investigation.surveying import survey

pytestmark = pytest.mark.slow
DICE = np.random.default_rng(7)


def sheet(rows: list[list[Any]]) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.worksheets[0].append(row)
    book.save(out)
    return out.getvalue()


def form(number: int) -> list[list[Any]]:
    name, resident, mobile = person(number)
    return [["姓名", name], ["性别", "男"], ["手机", mobile], ["身份证号", resident], ["护照号", f"E{number:08}"]]


def files() -> dict[str, tuple[bytes, int]]:
    """Files, each with how many persons stand in it."""
    rows = people(range(100, 140))
    counters = [(str(13_800_000_001 + n), str(n % 3)) for n in range(40)]
    amounts = [(f"n{n}", str(4096 * int(DICE.integers(3_200_000, 4_800_000)))) for n in range(40)]
    keys = [(str(DICE.integers(13 * 10**9, 20 * 10**9)), "on") for _ in range(60)]
    shops = [(f"南京{n}号分店", f"江苏省吴县龙湖路{n}号{n}室", f"021-5{n:07}") for n in range(1, 40)]
    dates = [[f"2026-01-{n:02}", "寿险", str(100 * n)] for n in range(1, 21)]
    keyed = {person(200 + n)[2]: {"level": n} for n in range(3)}
    title = f"客户：{person(300)[0]} {person(300)[2]}"
    return {
        "counter.csv": (csv(counters, ("id", "state")), 0),
        "amounts.csv": (csv(amounts, ("node", "heap")), 0),
        "keys.csv": (csv(keys, ("设备号", "状态")), 0),
        "shops.csv": (csv(shops, ("门店", "门店地址", "门店电话")), 0),
        "mail.txt": (b"from noreply@example.com to service@example.com\n", 0),
        "papers.csv": (csv([(*r, f"E{n:08}") for n, r in enumerate(rows)], ("姓名", "身份证号", "手机", "护照号")), 40),
        "forms.xlsx": (sheet([line for n in (50, 51, 52) for line in form(n)]), 3),
        "keyed.json": (json.dumps(keyed).encode(), 3),
        "title.xlsx": (sheet([[title], ["日期", "产品", "金额"], *dates]), 1),
        "second.csv": (
            csv([(r[0], r[2], rows[n % 4][0]) for n, r in enumerate(rows)], ("姓名", "手机", "客户经理")),
            40,
        ),
    }


@pytest.fixture(scope="module")
def answer(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder: Path = tmp_path_factory.mktemp("counts")
    for name, (data, _) in files().items():
        (folder / name).write_bytes(data)
    return survey([folder], Options(jobs=2))


def test_every_file_has_as_many_persons_as_stand_in_it(answer: dict[str, Any]) -> None:
    told = {file["path"].rpartition("/")[2]: file["persons"] for file in answer["files"]}
    assert told == {name: count for name, (_, count) in files().items()}


def test_what_is_nobodys_is_no_item(answer: dict[str, Any]) -> None:
    groups = {item["kind"]: item["group"] for item in answer["items"]}
    assert {groups[kind] for kind in ("site_address", "site_phone", "role_email")} == {""}
