"""An organisation's own kinds and its allow-list, from a real ``headwater.toml`` to the answer of a scan and to a case's lake."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from made_survey import HEADER, csv, people, write
from typer.testing import CliRunner

from headwater.cli.main import app
from headwater.investigation.case import open_investigation
from headwater.investigation.surveying import Options, survey
from headwater.scanning.counting import items
from headwater.scanning.housed import House
from headwater.scanning.persons import persons

_BLOCKS = """
[[recognisers]]
name = "policy_no"
pattern = 'PB-?[0-9]{8,11}'
keywords = ["保单", "policy"]
checksum = "luhn"
headers = ["保单号"]
category = "transaction"
law = "policy"
group = "n3"
matches = ["保单 PB00000000018"]
ignores = ["保单 PB00000000019", "PB00000000018"]

[[allow]]
value = "154-1000-0000"
reason = "the switchboard"

[[allow]]
pattern = 'PB0000000[0-9]{4}'
reason = "numbers of the leaflet"
expires = 2027-01-31

[[allow]]
path = "**/templates/*"
reason = "made examples"

[[allow]]
value = "154-1000-0007"
reason = "was let go once"
expires = 2026-01-31
"""
_DAY = date(2026, 11, 23)


def _policy(number: int) -> str:
    digits = f"{number:010}"
    doubled = sum(sum(divmod(2 * int(d), 10)) for d in digits[::-2]) + sum(map(int, digits[-2::-2]))
    return f"PB{digits}{-doubled % 10}"


def _wrong(number: int) -> str:
    right = _policy(number)
    return f"{right[:-1]}{(int(right[-1]) + 1) % 10}"


_CLIENTS = people(range(30))
_POLICIES = [_policy(7_000_000 + n) for n in range(28)] + [_wrong(9_000_000), _wrong(9_000_001)]
_CHAT = f"""客户保单 {_policy(8_000_000)} 到期了
保单号：{_policy(8_000_001)[:2]}-{_policy(8_000_001)[2:]}，请查
保单 {_wrong(8_000_002)} 记错了
{_policy(8_000_003)} 没有词
看宣传页上的保单 {_policy(1)}
打总机 154 1000 0000
"""
_CONTENTS = {
    "clients.csv": csv(
        [(policy, *person) for policy, person in zip(_POLICIES, _CLIENTS, strict=True)], ("保单号", *HEADER)
    ),
    "chat.txt": _CHAT.encode(),
    "templates/form.csv": csv(people(range(40, 60))),
}


def _settings(folder: Path, text: str = _BLOCKS) -> Path:
    file = folder / "headwater.toml"
    file.write_text(text, "utf-8")
    return file


def _kinds(row: Mapping[str, Any]) -> dict[str, int]:
    return {item["kind"]: item["found"] for item in row["items"]}


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], str]:
    """The answer, and the file of single finds."""
    folder = tmp_path_factory.mktemp("house")
    found = write(folder / "found", _CONTENTS)
    finds = folder / "finds.jsonl"
    answer = survey([found], Options(settings=_settings(folder), finds=finds, today=_DAY, jobs=2))
    return answer, finds.read_text("utf-8")


def test_declared_numbers_are_found_by_header_and_by_word_and_their_check_decides(
    scanned: tuple[dict[str, Any], str],
) -> None:
    answer, _finds = scanned
    files = {row["path"].rsplit("/", 1)[-1]: row for row in answer["files"]}
    assert _kinds(files["clients.csv"])["own:policy_no"] == 28
    assert files["clients.csv"]["parts"][0]["columns"][0]["kind"] == "own:policy_no"
    assert _kinds(files["chat.txt"]) == {"own:policy_no": 2, "policy": 1}  # of another house


def test_they_count_as_the_block_says(scanned: tuple[dict[str, Any], str]) -> None:
    answer, _finds = scanned
    item = next(item for item in answer["items"] if item["kind"] == "own:policy_no")
    assert item == {
        "kind": "own:policy_no", "category": "transaction", "law": "policy", "group": "n3", "found": 30, "distinct": 30,
    }  # fmt: skip
    alone = {row["group"]: row["high"] for row in answer["tally"] if row["laws"] == ["policy"]}
    assert alone == {"n3": 2, "n4": 1}
    together = [row for row in answer["tally"] if len(row["laws"]) > 1 and "policy" in row["laws"]]
    assert {row["group"] for row in together} == {"n3"}
    assert (sum(row["high"] for row in together), sum(row["low"] for row in together)) == (28, 28)


def test_they_are_shown_masked_and_never_written(scanned: tuple[dict[str, Any], str]) -> None:
    answer, finds = scanned
    shown = [s["mask"] for row in answer["files"] for s in row["samples"] if s["kind"] == "own:policy_no"]
    assert _policy(7_000_000)[:2] + "*" * 9 + _policy(7_000_000)[-2:] in shown
    rows = [json.loads(line) for line in finds.splitlines()]
    own = [row for row in rows if row["kind"] == "own:policy_no"]
    assert len(own) == 30
    assert {row["category"] for row in own} == {"transaction"}
    assert all(row["mask"].startswith("PB****") for row in own)
    everything = finds + json.dumps(answer, ensure_ascii=False)
    raw = [number for number in (*_POLICIES, _policy(8_000_000), _policy(1)) if number in everything]
    assert raw == []


def test_what_is_allowed_is_counted_by_its_reason_and_left_out(scanned: tuple[dict[str, Any], str]) -> None:
    answer, finds = scanned
    assert answer["allowed"] == [
        {"reason": "the switchboard", "count": 2, "expires": None, "expired": False},
        {"reason": "numbers of the leaflet", "count": 1, "expires": "2027-01-31", "expired": False},
        {"reason": "made examples", "count": 60, "expires": None, "expired": False},
        {"reason": "was let go once", "count": 0, "expires": "2026-01-31", "expired": True},
    ]
    assert _kinds(answer)["mobile"] == 29
    paths = {json.loads(line)["path"].rsplit("/", 1)[-1] for line in finds.splitlines()}
    assert paths == {"clients.csv", "chat.txt"}
    assert next(row for row in answer["files"] if row["path"].endswith("form.csv"))["rows"] == 20


def test_files_are_read_again_when_the_blocks_or_the_day_change_what_counts(tmp_path: Path) -> None:
    found = write(tmp_path / "found", {"chat.txt": _CHAT.encode()})
    settings = _settings(tmp_path)

    def scan(today: date | None) -> tuple[int, int, list[bool]]:
        told = survey([found], Options(settings=settings, state=tmp_path / "state", today=today, jobs=1))
        expired = [row["expired"] for row in told["allowed"]]
        return told["totals"]["unchanged"], _kinds(told)["own:policy_no"], expired

    assert scan(_DAY) == (0, 2, [False, False, False, True])
    assert scan(date(2027, 1, 31)) == (1, 2, [False, False, False, True])
    assert scan(date(2027, 2, 1)) == (0, 3, [False, True, False, True])
    assert scan(None) == (1, 3, [False, True, False, True])
    _settings(tmp_path, _BLOCKS.replace('keywords = ["保单", "policy"]', "").replace(', "PB00000000018"]', "]"))
    assert scan(None) == (0, 4, [False, True, False, True])


def test_a_case_uses_its_own_settings(tmp_path: Path) -> None:
    case = write(tmp_path / "case", {f"seized/E1/{name}": data for name, data in _CONTENTS.items()})
    _settings(case)
    with open_investigation(case, tmp_path / "workspace") as work:
        work.scan(today=_DAY)
        held = work.workspace.lake.read("holdings")
        aside = {n.path.rsplit("/", 1)[-1]: n.reason for n in work.workspace.manifest.not_read()}
        declared = House(work.case.settings.recognisers).categories
    rows = held.to_pylist()
    own = [row for row in rows if row["kind"] == "own:policy_no"]
    assert len(own) == 30
    assert {row["category"] for row in own} == {"transaction"}
    assert {row["source"].rsplit("/", 1)[-1] for row in rows} == {"clients.csv", "chat.txt"}
    assert "60 finds were left out, which the settings allow: made examples" in aside["form.csv"]
    counted = {item.categories: item.high for item in items(held, persons(held), declared)}
    assert counted[frozenset({"policy"})] == 3


_WITHOUT = """
import json, sys
from pathlib import Path
sys.modules["stdnum"] = None  # as if it were not installed
from headwater.investigation.surveying import survey
json.dump(survey([Path(sys.argv[1])])["limits"], sys.stdout)
"""


def test_the_answer_says_that_national_numbers_were_not_looked_for(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", _WITHOUT, str(tmp_path)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        capture_output=True,
        timeout=120,
        check=True,
    )
    limit = "national numbers of other countries were not looked for: the extra national is not installed"
    assert limit in json.loads(run.stdout)
    assert limit not in survey([tmp_path])["limits"]


def test_what_a_filter_let_go_is_counted_by_file(scanned: tuple[dict[str, Any], str], tmp_path: Path) -> None:
    found = write(tmp_path, {"log.txt": "订单号 15410000000\n流水号：15410000007\n电话 15410000014\n".encode()})
    file = survey([found], Options(jobs=1))["files"][0]
    assert _kinds(file) == {"mobile": 1}
    assert file["suppressed"] == [{"filter": "is_serial", "count": 2}]
    assert all(row["suppressed"] == [] for row in scanned[0]["files"] if row["path"].endswith("form.csv"))


def test_the_command_reads_the_clock(tmp_path: Path) -> None:
    found = write(tmp_path / "found", {"chat.txt": _CHAT.encode()})
    far = _BLOCKS.replace("expires = 2027-01-31", "expires = 9999-12-31").replace("2026-01-31", "2020-01-31")
    run = CliRunner().invoke(app, ["scan", str(found), "--settings", str(_settings(tmp_path, far)), "--json"])
    assert run.exit_code == 0, run.output
    allowed = json.loads(run.stdout)["allowed"]
    assert [(row["count"], row["expired"]) for row in allowed] == [(1, False), (1, False), (0, False), (0, True)]
