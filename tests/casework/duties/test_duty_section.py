"""The section of the report that says who must be told."""

from __future__ import annotations

import re
from html import unescape

import pytest
from tests.casework.duties.made_leak import made_leak

from headwater.casework.duties.part import duties_part
from headwater.casework.reports.duties_schema import DUTIES
from headwater.casework.reports.html import render
from headwater.model.words import LANGS, Lang


def section(lang: Lang, leak: dict[str, object]) -> str:
    empty = {"incidents": [], "attribution": [], "holdings": [], "findings": [], "complaints": {}, "tally": []}
    made = duties_part(leak, lang)
    assert tuple(DUTIES(made, "duties")) == ()
    page = render(leak | empty | {"duties": made}, lang)
    assert 'href="#duties"' in page
    found = re.search(r'<section id="duties".*?</section>', page, re.DOTALL)
    assert found
    return unescape(found[0])


@pytest.mark.parametrize("lang", LANGS)
def test_every_duty_stands_in_the_section_once_by_its_article(lang: Lang) -> None:
    told = duties_part(made_leak(), lang)["entries"]
    shown = section(lang, made_leak())
    assert shown.count("<td><b>") == sum(e["status"] not in ("not due", "not in force", "proposed") for e in told)
    assert all(e["article"] in shown for e in told)
    assert "500 – 928" in shown


def test_what_is_due_is_open_and_what_must_be_found_out_is_folded() -> None:
    shown = section("en", made_leak())
    head, folded = shown.split("<details>", 1)
    assert "Personal Information Protection Law, Art. 57" in head
    assert "Incident Reporting Measures, Art. 4(3)" not in head and "Incident Reporting Measures, Art. 4(3)" in folded
    assert "only proposed" in folded


def test_a_place_without_rules_says_so() -> None:
    assert "No duties to tell are known" in section("en", made_leak("atlantis"))
