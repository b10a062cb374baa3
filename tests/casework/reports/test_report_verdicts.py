"""What people said stands beside its incident; what they explained or refuted comes after what stands, and keeps its number."""

from __future__ import annotations

import re
from typing import Any

import pytest
from made_result import made_result

from headwater.casework.reports.html import render
from headwater.casework.reports.schema import check
from headwater.casework.reports.words import words
from headwater.model.words import LANGS, Lang


def verdict(state: str, **more: Any) -> dict[str, Any]:
    word = {
        "by": "li<b>", "attested": False, "said": "explained", "at": "2026-03-20T08:00:00+00:00",
        "because": "an <audit>\u202e", "until": "2026-12-31", "counts": True,
    }  # fmt: skip
    return {"state": state, "until": "2026-12-31", "grown": [], "words": [word], **more}


def judged(lang: Lang, state: str, **more: Any) -> dict[str, Any]:
    result = made_result(lang)
    result["incidents"][0]["verdict"] = verdict(state, **more)
    result["findings"][0]["verdict"] = verdict("confirmed")
    return result


def order(page: str) -> list[int]:
    """The numbers of the incidents in the order in which they are told."""
    return [int(n) for n in re.findall(r'<article class="incident" id="incident-(\d+)"', page)]


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("state", ["explained", "refuted"])
def test_what_is_settled_comes_last_with_its_number_and_is_not_hidden(lang: Lang, state: str) -> None:
    result = judged(lang, state)
    assert len(result["incidents"]) > 1
    assert order(render(made_result(lang), lang))[0] == 1
    shown = order(render(result, lang))
    assert shown == [*sorted(shown)[1:], 1]


@pytest.mark.parametrize("state", ["confirmed", "disputed", "awaiting", "unsure", "lapsed", "outgrown"])
def test_what_stands_keeps_its_place(state: str) -> None:
    assert order(render(judged("en", state), "en"))[0] == 1


@pytest.mark.parametrize("lang", LANGS)
def test_a_verdict_is_told_with_who_when_why_and_until(lang: Lang) -> None:
    page, say = render(judged(lang, "outgrown", grown=["account:u9"]), lang), words(lang)
    for told in (
        say("verdict.heading"), say.name("casebook.judgement", "outgrown"), say("verdict.unattested"), "account:u9",
        say("verdict.until", day="2026-12-31"), "2026-03-20", "an &lt;audit&gt;", "li&lt;b&gt;",
    ):  # fmt: skip
        assert told in page, told
    assert "<audit>" not in page
    assert "\u202e" not in page


def test_the_contract_knows_verdicts() -> None:
    assert [p for p in check(judged("en", "explained")) if "verdict" in p] == []
    wrong = judged("en", "explained")
    wrong["incidents"][0]["verdict"]["words"][0].pop("attested")
    assert [p for p in check(wrong) if "verdict" in p] != []
