from __future__ import annotations

import hashlib
import tomllib
from importlib.resources import files

import pytest

from headwater.law.rules import JURISDICTIONS, RuleSetError, for_jurisdiction, load, parse
from headwater.scanning.categories import categories

CONTENT = (files("headwater.law") / "rules" / "cn_criminal.toml").read_bytes()


@pytest.mark.parametrize("name", sorted(JURISDICTIONS.values()))
def test_every_rule_set_loads_with_its_digest(name: str) -> None:
    content = (files("headwater.law") / "rules" / f"{name}.toml").read_bytes()
    rules = load(name)
    assert rules.digest == hashlib.sha256(content).hexdigest()
    assert rules.version


def test_a_case_is_weighed_by_the_law_of_its_place() -> None:
    found = for_jurisdiction("cn")
    assert found is not None
    assert found.id == "cn.criminal"
    assert for_jurisdiction("atlantis") is None


def test_every_number_names_article_dates_source_and_certainty() -> None:
    for entry in tomllib.loads(CONTENT.decode())["threshold"]:
        assert {"article", "in_force", "as_of", "source", "certainty", "verified"} <= set(entry)


@pytest.mark.parametrize(
    "identity",
    [
        "cn.read.insider",
        "cn.read.combined",
        "cn.read.two-counts",
        "cn.count.gains",
        "cn.count.phone-in",
        "cn.count.phone-out",
    ],
)
def test_what_is_inferred_or_open_is_not_verified(identity: str) -> None:
    rule = next(r for r in load("cn_criminal").rules if r.id == identity)
    assert rule.basis.verified is False


def test_categories_whose_group_is_open_are_not_verified() -> None:
    rules = load("cn_criminal")
    for name in ("bank_card", "policy", "courier", "religion", "marital", "crime_record", "location_coarse", "phone"):
        category = rules.category(name)
        assert category is not None
        assert category.verified is False


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('source = "own reading"', 'source = "hearsay"', "not listed: hearsay"),
        ('certainty = "inference"\nverified = false', 'certainty = "inference"\nverified = true', "cannot be verified"),
        ('certainty = "opened"', 'certainty = "sure"', "no such certainty: sure"),
        ("serious = { any = 50, insider = 25 }", "serious = { any = 50, insider = 60 }", "insider's limit"),
        ("serious = { any = 50, insider = 25 }", "serious = { any = 40, insider = 20 }", "contradict"),
        ("especially = { any = 500, insider = 250 }", "especially = { any = 50, insider = 25 }", "must lie above"),
        ('id = "cn.253-1.n4"', 'id = "cn.253-1.n3"', "there twice"),
        ('group = "n4"', 'group = "n5"', "once for each"),
        ('kind = "gains"', 'kind = "ratio"', "kind gains is needed"),
        ("in_force = 2017-06-01", 'in_force = "then"', "not a date"),
        ('article.en = "Fa Shi [2017] 10 Art. 6"', 'article.en = " "', "cites no article"),
        ('low = "out"', 'low = "n9"', "no such group"),
        ('jurisdiction = "cn"\n', "", "lacks 'jurisdiction'"),
        ("[rule_set]", "[rule_set", "cn.toml"),
    ],
)
def test_a_rule_set_that_cites_badly_is_refused(old: str, new: str, said: str) -> None:
    text = CONTENT.decode()
    assert old in text
    with pytest.raises(RuleSetError, match=r"cn\.toml") as refused:
        parse(text.replace(old, new).encode(), "cn.toml")
    assert said in str(refused.value)


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(RuleSetError):
        parse(b"\xff\xfe", "cn.toml")


def test_the_rule_set_knows_every_name_that_scanning_gives_it() -> None:
    rules = load("cn_criminal")
    names = {c.law for c in categories().values() if c.law}
    assert names
    assert [n for n in sorted(names) if rules.category(n) is None] == []
