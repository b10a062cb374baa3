"""What people say of a collection is read strictly, masked, and written as it was said."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.casework.package.packed_case import Place, pack
from tests.casework.package.test_case_files import manifest

from headwater.casework.package.record import ChainHead, Custody, Record, read_record
from headwater.model.errors import SettingsError

TOLD = """\
number = "A-2026-17"
authority = "某市公安局"
collector = "Li"
second = "Wang"
holder = "某公司信息部"
witness = "Zhao, 15412345678"
method = "copy of the log server by rsync"
write_protection = "read-only mount"

[[custody]]
at = "2026-11-20T09:00:00+08:00"
what = "taken"
by = "Li"
to = "Wang"

[[derived]]
path = "logs/access.log"
parent = "access.log of web01, whole"
what = "days of March cut out"
"""


def test_a_record_is_read_and_stands_in_the_manifest(place: Place, tmp_path: Path) -> None:
    (tmp_path / "package.toml").write_text(TOLD, "utf-8")
    record = read_record(tmp_path / "package.toml")
    later = Custody("2026-11-21T09:00:00+08:00", "kept", "Wang", because="safe 3")
    earlier = Custody("2026-11-19T09:00:00+08:00", "sealed", "Li")
    chains = (ChainHead("audit", 3, "ab" * 16),)
    pack(place, record=record.with_custody([later, earlier]), chains=chains)
    told = manifest(place.package)
    assert [c["what"] for c in told["record"]["custody"]] == ["sealed", "taken", "kept"]
    assert told["record"]["derived"][0]["what"] == "days of March cut out"
    assert told["record"]["authority"] == "某市公安局"
    assert told["chains"] == [{"name": "audit", "entries": 3, "last": "ab" * 16, "whole": True}]


def test_numbers_of_people_are_masked(tmp_path: Path) -> None:
    (tmp_path / "package.toml").write_text(TOLD, "utf-8")
    assert read_record(tmp_path / "package.toml").witness == "Zhao, 154****5678"
    assert Record().with_people({"holder": "Li 15412345678"}).holder == "Li 154****5678"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("colector = 'x'", "unknown key 'colector'"),
        ("number = 17", "number must be a text"),
        ("custody = 'x'", "must be written as"),
        ("[[custody]]\nat = 'x'", "lacks 'what'"),
        ("[[derived]]\nfile = 'x'", "unknown key 'file'"),
        ("number = ", "is no TOML"),
    ],
)
def test_a_wrong_record_is_an_error_that_says_why(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "p.toml").write_text(text)
    with pytest.raises(SettingsError, match=message):
        read_record(tmp_path / "p.toml")
    with pytest.raises(SettingsError, match="cannot be read"):
        read_record(tmp_path / "none.toml")
