"""Numbers of a key that holds any eleven digits are no mobiles, however many of them look like one; those of other keys are."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from headwater.investigation.surveying import survey

DRAWN = random.Random(11)
VERSIONS = [str(DRAWN.randrange(10**10, 10**11)) for _ in range(2000)]
PEOPLE = [f"154{DRAWN.randrange(10**8):08}" for _ in range(40)]


def mobiles(folder: Path) -> int:
    return {row["kind"]: row["distinct"] for row in survey([folder])["items"]}.get("mobile", 0)


def lines(key: str, numbers: list[str]) -> list[str]:
    return [f'192.0.2.9 - - [03/Mar/2025:10:00:00 +0800] "GET {key}{number} HTTP/1.1" 200 12' for number in numbers]


def test_versions_behind_files_of_a_page_are_nobodys(tmp_path: Path) -> None:
    told = [*lines("/js/app.js?v=", VERSIONS), *lines("/order?to=", PEOPLE)]
    DRAWN.shuffle(told)
    (tmp_path / "access.log").write_text("\n".join(told), "utf-8")
    assert mobiles(tmp_path) == len(PEOPLE)


def test_keys_in_json_within_json_are_nobodys(tmp_path: Path) -> None:
    rows = [{"seq": n, "body": json.dumps({"uid": VERSIONS[n], "a": n, "msisdn": PEOPLE[n % 40]})} for n in range(400)]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    assert mobiles(tmp_path) == len(PEOPLE)


@pytest.mark.parametrize("key", ["/call?phone=", "/call?手机=", "/sms/send?to_tel="])
def test_numbers_behind_a_word_of_telephones_are_believed_among_any_others(tmp_path: Path, key: str) -> None:
    told = [*lines(key, VERSIONS[:200]), *lines(key, PEOPLE)]
    (tmp_path / "access.log").write_text("\n".join(told), "utf-8")
    assert mobiles(tmp_path) >= len(PEOPLE)


def test_a_number_among_few_of_a_key_is_believed(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text(
        "\n".join(lines("/x?q=", [*PEOPLE[:4], *(f"20{n}12345678" for n in "123")])), "utf-8"
    )
    assert mobiles(tmp_path) == 4


def test_mobiles_among_many_landlines_are_believed(tmp_path: Path) -> None:
    told = lines("/x?from=", [*PEOPLE, *(f"010{DRAWN.randrange(10**8):08}" for _ in range(400))])
    (tmp_path / "a.log").write_text("\n".join(told), "utf-8")
    assert mobiles(tmp_path) == len(PEOPLE)
