"""Which data sets and settings a scan compares with."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer

from headwater.cli.scan_options import dataset_file, kinds, memory_mb, passwords, sources
from headwater.investigation.survey_options import DatasetFile, Options
from headwater.model.errors import CaseError


@pytest.fixture
def case(tmp_path: Path) -> Path:
    folder = tmp_path / "case"
    (folder / "clients").mkdir(parents=True)
    (folder / "clients" / "parcels.csv").write_text("parcel_no,phone\n1,x\n2,y\n", "utf-8")
    (folder / "clients" / "policyholders.csv").write_text("a,client_id\n1,C1\n2,C2\n", "utf-8")
    (folder / "headwater.toml").write_text('[datasets.policyholders]\nkey = "client_id"\n', "utf-8")
    return folder


def test_a_case_lends_its_data_sets_and_its_settings(case: Path) -> None:
    found, settings = sources(case, None, ())
    assert settings == case / "headwater.toml"
    assert set(found) == {
        DatasetFile("policyholders", case / "clients" / "policyholders.csv", "client_id"),
        DatasetFile("parcels", case / "clients" / "parcels.csv", "parcel_no"),
    }


def test_what_is_named_goes_before_what_the_case_has(case: Path, tmp_path: Path) -> None:
    own = tmp_path / "own.csv"
    own.write_text("k,v\n1,2\n", "utf-8")
    found, settings = sources(case, tmp_path / "house.toml", [f"parcels={own}:v"])
    assert settings == tmp_path / "house.toml"
    assert [(d.name, d.path.name, d.key) for d in found] == [
        ("parcels", "own.csv", "v"),
        ("policyholders", "policyholders.csv", "client_id"),
    ]


def test_a_data_set_without_a_key_has_its_first_column(tmp_path: Path) -> None:
    file = tmp_path / "a=b:c.csv"
    file.write_text("编号,姓名\n1,x\n", "utf-8")
    assert dataset_file(f"clients={file}") == DatasetFile("clients", file, "编号")
    assert dataset_file(f"clients={file}:姓名").key == "姓名"
    (tmp_path / "empty.csv").write_bytes(b"")
    with pytest.raises(CaseError, match="holds no table"):
        dataset_file(f"clients={tmp_path / 'empty.csv'}")
    with pytest.raises(typer.BadParameter, match="there is no file"):
        dataset_file(f"clients={tmp_path}:x")


def test_passwords_are_taken_as_they_stand_and_no_repr_shows_them(tmp_path: Path) -> None:
    file = tmp_path / "words"
    file.write_bytes("\ufeffone \r\n\r\n二\r\none \n".encode())
    assert passwords(file) == ("one ", "二")
    assert passwords(None) == ()
    assert "二" not in repr(Options(passwords=passwords(file)))


def test_memory_is_in_megabytes() -> None:
    assert [memory_mb(text) for text in (None, "2GB", "512MB", "1K")] == [None, 2048, 512, 1]


def test_kinds_are_known_where_no_house_adds_its_own(case: Path) -> None:
    known = kinds(None, None)
    assert known is not None
    assert {"resident_id", "mobile", "balance"} <= set(known)
    assert kinds(case, None) is None
