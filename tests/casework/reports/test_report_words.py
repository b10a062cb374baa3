from __future__ import annotations

import re
from importlib.resources import files
from string import Formatter

import pytest

from headwater.casework.reports.words import Words, words
from headwater.identifiers.filters import FILTERS
from headwater.scanning.categories import categories

ENGLISH, CHINESE = words("en"), words("zh")
# keys that are put together from a code: a lane, a grade, a part of the result
COMPOSED = (
    "handover.",
    "export.",
    "lane.",
    "grade.",
    "group.",
    "severity.",
    "category.",
    "step.",
    "case.",
    "method.",
    "network.",
    "attribution.",
    "scan_status.",
    "level.",
    "filter.",
    "lineage_how.",
    "lineage_word.",
    "lineage_because.",
    "format.",
    "duplicate_how.",
    "place.",
    "change.",
    "outcome.",
    "strength.",
    "weekday.",
    "year.legend_",
    "sides.tag_",
    "unknown.",
    "now.",
    "duties.",
    "duty_",
    "casebook.",
    "prevention.",
)
USE = re.compile(r"""say\("([\w.]+)\"""")


def _sources() -> str:
    root = files("headwater.casework.reports")
    parts = [p for folder in ("templates", ".") for p in (root / folder).iterdir() if p.name.endswith((".j2", ".py"))]
    return "\n".join(p.read_text("utf-8") for p in parts)


def test_both_languages_have_the_same_keys_in_the_same_order() -> None:
    assert list(ENGLISH.texts) == list(CHINESE.texts)
    assert len(ENGLISH.glossary) == len(CHINESE.glossary)


@pytest.mark.parametrize("key", sorted(ENGLISH.texts))
def test_both_languages_fill_the_same_places(key: str) -> None:
    def places(text: str) -> set[str | None]:
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    assert places(ENGLISH.texts[key]) == places(CHINESE.texts[key])
    assert CHINESE.texts[key].strip()


def test_every_key_that_is_used_exists_and_every_key_is_used() -> None:
    used = {k for k in USE.findall(_sources()) if not k.endswith((".", "_"))}
    used |= {"tally.insider", "tally.outsider"}
    assert used <= set(ENGLISH.texts)
    plain = {k.removesuffix("_one") for k in ENGLISH.texts if not k.startswith(COMPOSED)}
    composed = {k for k in plain if k.startswith(("waterfall.", "appendix."))}
    assert plain - composed <= used


def test_one_is_said_as_one_and_a_code_without_a_name_stays() -> None:
    assert ENGLISH("figure.incidents", n=1) == "incident"
    assert ENGLISH("figure.incidents", n=2) == "incidents"
    assert ENGLISH.name("severity", "high") == "high"
    assert CHINESE.name("lane", "semaphore") == "semaphore"


@pytest.mark.parametrize("said", [ENGLISH, CHINESE], ids=["en", "zh"])
def test_every_kind_its_category_and_what_the_law_calls_it_have_a_name(said: Words) -> None:
    codes = {code for c in categories().values() for code in (c.kind, c.category, c.law) if code}
    assert {code for code in codes if said.name("category", code) == code and "_" in code} == set()
    assert {f"category.{code}" for code in codes} <= set(said.texts)


@pytest.mark.parametrize("said", [ENGLISH, CHINESE], ids=["en", "zh"])
def test_no_two_kinds_are_called_the_same(said: Words) -> None:
    names = [said.name("category", kind) for kind in categories()]
    assert sorted(name for name in set(names) if names.count(name) > 1) == []


def test_an_organisations_own_number_is_called_by_its_column() -> None:
    assert ENGLISH.name("category", "own:client_no") == "organisation's own number (client_no)"
    assert CHINESE.name("category", "own:客户号") == "单位自有编号 (客户号)"


@pytest.mark.parametrize("said", [ENGLISH, CHINESE], ids=["en", "zh"])
def test_every_filter_has_a_name(said: Words) -> None:
    assert {f"filter.{name}" for name in FILTERS} == {key for key in said.texts if key.startswith("filter.")}
