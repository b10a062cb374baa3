"""An investigation tells as many persons in a folder as a scan of it does: by file, by holder, in the report.

One difference is meant: names and addresses that have no label are looked for in scans only.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from made_survey import HEADER, csv, database, mail, people, workbook, write, zipped

from headwater.casework.holdings import Holding, holdings
from headwater.investigation.case import open_investigation
from headwater.investigation.survey_options import Options
from headwater.investigation.surveying import survey
from headwater.scanning.persons import persons

pytestmark = pytest.mark.slow
MADE = people(range(400))
TWO = [(a[0], a[2], b[0], b[2]) for a, b in zip(MADE[:40], MADE[40:80], strict=True)]
SERVED = [(name, mobile, *MADE[100 + n % 4][::2]) for n, (name, _, mobile) in enumerate(MADE[:60])]
CALLS = [(a[2], b[2], "12") for a, b in pairwise(MADE[:51])]
MAILS = [(f"service{n}@example.com" if n % 3 else f"u{n}@example.com", str(n)) for n in range(90)]
SHOPS = [(f"南京{n}号分店", f"江苏省吴县龙湖路{n}号{n}室", f"021-5{n:07}") for n in range(1, 40)]
UNLABELLED = "昨天王伟芳搬到江苏省吴县龙湖路7号3室去了\n"


def records(rows: list[tuple[str, str, str]], **how: Any) -> bytes:
    """Records as JSON, on one line unless it is said how they are to be laid out."""
    made = [{"name": name, "mobile": mobile, "email": f"u{mobile}@example.com"} for name, _, mobile in rows]
    return json.dumps(made, ensure_ascii=False, **how).encode()


def dump(rows: list[tuple[str, str, str]]) -> bytes:
    """A dump of a database that writes many rows on a line."""
    values = ",".join(f"('{name}','{mobile}','u{mobile}@example.com')" for name, _, mobile in rows)
    table = "CREATE TABLE `clients` (`name` varchar(20), `mobile` varchar(20), `email` varchar(40));"
    return f"-- MySQL dump 10.13\n{table}\nINSERT INTO `clients` VALUES {values};\n".encode()


def book(*sheets: tuple[tuple[str, ...], list[tuple[str, ...]]]) -> bytes:
    """A workbook of several sheets."""
    made, out = openpyxl.Workbook(), io.BytesIO()
    made.remove(made.worksheets[0])
    for number, (header, rows) in enumerate(sheets):
        sheet = made.create_sheet(f"t{number}")
        for row in (header, *rows):
            sheet.append(list(row))
    made.save(out)
    return out.getvalue()


CONTENTS: Mapping[str, bytes] = {
    "seized/E1/two.csv": csv(TWO, ("姓名", "手机", "紧急联系人", "紧急联系人电话")),
    "seized/E1/served.xlsx": workbook(SERVED, ("姓名", "手机", "客户经理", "客户经理电话")),
    "seized/E1/one_line.json": records(MADE[10:70]),
    "seized/E1/dump.sql": dump(MADE[50:95]),
    "seized/E1/indented.json": records(MADE[60:90], indent=1),
    "seized/E2/book.xlsx": book((HEADER, MADE[:30]), (("姓名", "手机", "主治医师", "主治医师电话"), TWO[:20])),
    "seized/E2/mails.csv": csv(MAILS, ("email", "count")),
    "seized/E2/shops.csv": csv(SHOPS, ("门店", "门店地址", "门店电话")),
    "seized/E2/chat.txt": "\n".join(f"姓名：{n} 身份证{i}，电话{m}" for n, i, m in MADE[200:230]).encode("gb18030"),
    "seized/E2/calls.csv": csv(CALLS, ("主叫号码", "被叫号码", "时长")),
    "seized/E3/mail.eml": mail(
        f"身份证号 {MADE[0][1]} 发自 noreply@example.com",
        {"c.csv": csv(TWO[:9], ("收件人", "收件人电话", "寄件人", "寄件人电话"))},
    ),
    "seized/E3/pack.zip": zipped(
        {"d.csv": csv(MADE[90:120]), "in.zip": zipped({"e.txt": b"none", "f.json": records(MADE[:9])})}
    ),
    "leaks/two.csv": csv(TWO[5:], ("姓名", "手机", "紧急联系人", "紧急联系人电话")),
    "leaks/book.xlsx": book((HEADER, MADE[300:330]), (HEADER, MADE[310:350])),
    "leaks/one_line.json": records(MADE[20:50]),
}


@dataclass(frozen=True, slots=True)
class Told:
    """What an investigation told of the folder, and where it lies."""

    case: Path
    files: dict[str, tuple[int, int]]
    documents: dict[str, list[int]]
    holders: tuple[Holding, ...]
    leaks: dict[str, int]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    place = tmp_path_factory.mktemp("ways")
    case = write(place / "case", CONTENTS)
    database(case / "seized/E3/g.db", MADE[:30])
    with open_investigation(case, place / "workspace") as work:
        work.scan()
        held, documents = work.workspace.lake.read("holdings"), work.workspace.lake.read("documents")
        assert not list(work.workspace.manifest.not_read())
        with work.scene() as scene:
            holders = holdings(scene.engine)
            result = work.result(work.conclude(scene, work.detect(scene), work.attribute(scene)))
    counted = {row["source"]: (row["persons"], row["named"]) for row in persons(held).per_source().to_pylist()}
    within: dict[str, list[int]] = {}
    for row in documents.to_pylist():
        within.setdefault(row["source"], []).append(row["persons"])
    leaks = {leak["leak"]: leak["persons"] for leak in result["attribution"]}
    return Told(case, counted, within, holders, leaks)


def survey_of(told: Told, *parts: str) -> dict[str, Any]:
    answer = survey([told.case / part for part in parts], Options(jobs=2))
    assert answer["totals"]["unread"] == 0
    return answer


def test_every_file_has_the_persons_that_a_scan_tells(told: Told) -> None:
    answer = survey_of(told, "seized", "leaks")
    scanned = {f["path"].split("/case/")[-1]: (f["persons"], f["named"]) for f in answer["files"]}
    assert {source: told.files.get(source, (0, 0)) for source in told.documents} == scanned
    assert told.files["seized/E1/two.csv"] == (80, 80)
    assert told.files["seized/E1/served.xlsx"] == (64, 64)
    assert told.files["seized/E1/one_line.json"] == (60, 60)
    assert told.files["seized/E1/dump.sql"] == (45, 45)
    assert told.files["seized/E2/mails.csv"] == (30, 0)
    assert "seized/E2/shops.csv" not in told.files


def test_every_document_has_the_persons_of_its_own_scan(told: Told) -> None:
    single = {source: counts[0] for source, counts in told.documents.items() if len(counts) == 1 and "!" not in source}
    assert len(single) > 10
    for source, count in single.items():
        assert survey_of(told, source)["totals"]["persons"] == count, source


def test_holders_and_leaks_have_the_persons_of_their_own_scans(told: Told) -> None:
    assert {h.holder for h in told.holders if h.role == "seized"} == {"E1", "E2", "E3"}
    for held in told.holders:
        part = held.holder if held.role == "leak" else f"seized/{held.holder}"
        answer = survey_of(told, part)
        assert answer["totals"]["persons"] == held.persons, part
    of_role = [survey_of(told, role)["files"] for role in ("seized", "leaks")]
    scanned = {f["path"].split("/case/")[-1]: f["persons"] for files in of_role for f in files}
    assert {path: count for held in told.holders for path, _, count in held.files} == scanned


def test_the_report_counts_the_persons_of_a_leak_once_however_many_sheets_it_has(told: Told) -> None:
    assert told.documents["leaks/book.xlsx"] == [30, 40]
    assert told.leaks == {"leaks/two.csv": 70, "leaks/book.xlsx": 50, "leaks/one_line.json": 30}
    assert told.leaks == {h.holder: h.persons for h in told.holders if h.role == "leak"}


def test_only_names_without_a_label_are_for_scans(tmp_path: Path) -> None:
    case = write(tmp_path / "case", {"seized/E1/note.txt": UNLABELLED.encode()})
    with open_investigation(case, tmp_path / "workspace") as work:
        work.scan()
        held = work.workspace.lake.read("holdings")
    assert persons(held).count == 0
    assert survey([case / "seized"])["totals"]["persons"] == 1
