"""An organisation's own recognisers and its allow-list: every wrong thing is an error that names the block and no value."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from headwater.exhibits.settings import load_settings
from headwater.identifiers.declared import CHECKSUMS, Declared
from headwater.model.errors import SettingsError
from headwater.model.settings import OwnRecogniser, Settings

POLICY = """
[[recognisers]]
name = "policy_no"
pattern = 'PL[0-9]{9}'
keywords = ["保单", "policy"]
headers = ["保单号", "policyNumber"]
exclude = ['PL0{9}']
category = "transaction"
law = "policy"
group = "n4"
matches = ["保单 PL000000001 已生效", "policy:PL123456789"]
ignores = ["PL000000001", "保单PL000000000", "保单PL0000000011"]
"""


def settings_of(folder: Path, text: str) -> Settings:
    (folder / "headwater.toml").write_text(text, encoding="utf-8")
    return load_settings(folder / "headwater.toml")


def test_a_block_is_read_and_finds(tmp_path: Path) -> None:
    (row,) = settings_of(tmp_path, POLICY).recognisers
    assert (row.name, row.category, row.law, row.group) == ("policy_no", "transaction", "policy", "n4")
    policy = Declared.of(row)
    texts = pa.array(["保单PL000000001，保单PL000000002", None, "x", "保单PL000000000"])
    found = policy.find_array(texts).to_pylist()
    assert [(f["place"], f["compact"], f["start"]) for f in found] == [(0, "PL000000001", 2), (0, "PL000000002", 16)]
    assert policy.compact_array(pa.array(["pl 000000001", "PL000000000", None])).to_pylist() == [
        "PL000000001",
        None,
        None,
    ]
    assert policy.headers.name("保单号")
    assert policy.headers.name("policy_number")
    kind = policy.as_kind()
    assert (kind.name, kind.identifier.mask("PL000000001")) == ("own:policy_no", "PL*******01")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("PL[0-9]{9}'", "(?<=x)PL[0-9]{9}'", "is no pattern that RE2 reads"),
        ("PL[0-9]{9}'", "(PL)\\1'", "is no pattern that RE2 reads"),
        ("PL[0-9]{9}'", "[0-9]*'", "matches nothing at all"),
        ("PL[0-9]{9}'", "QL[0-9]{9}'", "example 1 is not found (the pattern finds nothing that stands by itself)"),
        ('"PL000000001", "保单PL', '"保单PL000000001", "保单PL', "ignores: example 1 is found"),
        ('["保单", "policy"]', '["保险"]', "example 1 is not found (no keyword stands near)"),
        ('category = "transaction"', 'checksum = "luhn"', "example 1 is not found (the check luhn fails)"),
        ('category = "transaction"', 'checksum = "crc"', "checksum must be one of none, luhn, mod11-2, mod97"),
        ('"transaction"', '"money"', "category must be one of"),
        ('"n4"', '"n6"', "group must be one of n3, n4, n5"),
        ('"policy_no"', '"Policy No"', "name must be small letters"),
        ("pattern =", "patern =", "unknown key 'patern'"),
        ("matches =", "finds =", "unknown key 'finds'"),
        ("exclude = ['PL0{9}']", "exclude = ['(']", "exclude is no pattern"),
    ],
)
def test_what_is_wrong_names_the_block_and_no_example(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in POLICY
    with pytest.raises(SettingsError) as caught:
        settings_of(tmp_path, POLICY.replace(old, new))
    assert "[[recognisers]] 1" in str(caught.value)
    assert told in str(caught.value)
    assert "PL000000001" not in str(caught.value)


def test_a_name_is_given_once_and_an_example_is_wanted(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="given twice"):
        settings_of(tmp_path, POLICY + POLICY)
    with pytest.raises(SettingsError, match="matches is missing"):
        settings_of(tmp_path, POLICY.replace('matches = ["保单 PL000000001 已生效", "policy:PL123456789"]', ""))
    with pytest.raises(SettingsError, match=r"\[\[recognisers\]\] blocks"):
        settings_of(tmp_path, "recognisers = 3")


@pytest.mark.parametrize(
    ("checksum", "right", "wrong"),
    [
        ("luhn", "AB79927398713", "AB79927398710"),
        ("mod11-2", "0000000121032683", "0000000121032684"),
        ("mod11-2", "000000012095650X", "0000000120956501"),
        ("mod97", "213800WSGIIZCXF1P572", "213800WSGIIZCXF1P573"),
    ],
)
def test_checks_agree_with_published_numbers(checksum: str, right: str, wrong: str) -> None:
    assert CHECKSUMS[checksum](right)
    assert not CHECKSUMS[checksum](wrong)


def test_a_pattern_that_other_engines_choke_on_takes_linear_time() -> None:
    nasty = Declared.of(OwnRecogniser("nasty", "(?:[a-z]+)+[0-9]{3}"))
    start = time.process_time()
    assert nasty.find("a" * 200_000 + "!") == []
    assert time.process_time() - start < 2


def test_odd_texts_do_no_harm() -> None:
    policy = Declared.of(OwnRecogniser("policy_no", "(?:单号)?(?P<value>PL[0-9]{9})"))
    found = policy.find("\ud83d单号PL000000001\U0001f600ＰＬ０００００００02")
    assert [(p.start, p.end, p.compact) for p in found] == [(3, 14, "PL000000001"), (15, 26, "PL000000002")]
    assert not policy.is_valid("单号PL000000001")
    assert policy.is_valid("PL-000-000-001")


ALLOW = """
[[allow]]
value = "154-0000-0001"
reason = "the house's own number, by order of the data officer"
expires = 2027-01-31

[[allow]]
path = "shared/templates/**"
reason = "printed forms"
"""


def test_what_is_allowed_is_read(tmp_path: Path) -> None:
    value, path = settings_of(tmp_path, ALLOW).allowed
    assert (value.block, value.expires, path.path) == (1, date(2027, 1, 31), "shared/templates/**")
    assert "154" not in repr(value)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('reason = "printed forms"', "", "reason is missing"),
        ("path =", "pattern = '('\npath =", "one of value, pattern and path"),
        ('path = "shared/templates/**"', "pattern = '('", "is no pattern"),
        ("2027-01-31", "'soon'", "expires must be a day"),
        ("2027-01-31", "2027-01-31T00:00:00", "expires must be a day"),
        ('reason = "printed', 'because = "printed', "unknown key 'because'"),
    ],
)
def test_what_is_wrong_about_an_allowance_shows_no_value(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in ALLOW
    with pytest.raises(SettingsError) as caught:
        settings_of(tmp_path, ALLOW.replace(old, new))
    assert "[[allow]]" in str(caught.value)
    assert told in str(caught.value)
    assert "0000" not in str(caught.value)
