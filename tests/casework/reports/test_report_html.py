from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from typing import Any

import pytest
from made_result import at, cited, made_result
from pages import Page
from write_golden import GOLDEN, golden

from headwater.casework.reports.html import SHOWN, render
from headwater.casework.reports.schema import SCHEMA, check
from headwater.model.words import LANGS, Lang

EMPTY: dict[str, Any] = {
    "schema": SCHEMA,
    "case": {"name": ""},
    "read": {"files": [], "not_read": []},
    "findings": [],
    "incidents": [],
    "attribution": [],
    "complaints": {"received": 0, "ours": 0, "common": []},
    "holdings": [],
    "network": {"people": [], "orders": [], "key_players": [], "flows": []},
    "tally": [],
    "limits": [],
}


@pytest.mark.parametrize("name", sorted(golden()))
def test_golden(name: str) -> None:
    assert golden()[name] == (GOLDEN / name).read_bytes(), "changed: see write_golden.py"


@pytest.mark.parametrize("lang", LANGS)
def test_the_made_result_keeps_its_contract(lang: Lang) -> None:
    assert check(made_result(lang)) == ()


def test_another_language_is_refused() -> None:
    with pytest.raises(ValueError, match="choose one of en, zh"):
        render(EMPTY, "fr")


@pytest.mark.parametrize("lang", LANGS)
def test_an_empty_result_says_what_is_missing(lang: Lang) -> None:
    assert check(EMPTY) == ()
    page = Page(render(EMPTY, lang))
    assert not {"article", "svg"} & page.tags
    if lang == "en":
        assert "No incident was found in what was read." in page.text
        assert "No leaked file was given" in page.text


def test_keys_that_are_missing_do_not_break_the_page() -> None:
    bare = {"incidents": [{"title": "t"}], "findings": [{"title": "f"}], "attribution": [{"leak": "l"}]}
    assert "t" in Page(render(bare, "en")).text


@pytest.mark.parametrize("lang", LANGS)
def test_nothing_is_fetched_and_only_the_own_script_runs(lang: Lang) -> None:
    html = render(made_result(lang), lang)
    page = Page(html)
    policy = next(a["content"] for t, a in page.elements if a.get("http-equiv") == "Content-Security-Policy")
    script = re.findall(r"<script>(.*?)</script>", html, re.S)
    assert len(script) == 1
    digest = base64.b64encode(hashlib.sha256(script[0].encode()).digest()).decode()
    assert policy is not None
    assert policy.startswith(
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; img-src data:"
    )
    assert not page.values("src")
    assert all(h.startswith("#") or h == "data:," for h in page.values("href"))
    assert "url(" not in html
    assert "@import" not in html


@pytest.mark.parametrize("lang", LANGS)
def test_every_link_leads_somewhere_and_every_id_is_there_once(lang: Lang) -> None:
    page = Page(render(made_result(lang), lang))
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    targets = {h[1:] for h in page.values("href") if h.startswith("#")}
    labels = {i for v in page.values("aria-labelledby") for i in v.split()}
    assert targets | labels <= set(ids)


def test_same_result_same_text() -> None:
    assert render(made_result("en"), "en") == render(made_result("en"), "en")


def test_every_statement_and_every_cited_line_is_there() -> None:
    result = made_result("en")
    page = Page(render(result, "en"))
    text = page.text
    for incident in result["incidents"]:
        for sentence in [s["text"] for s in incident["statements"]] + incident["story"] + incident["clears"]:
            assert sentence in text
    for evidence in (e for f in result["findings"] for e in f["evidence"]):
        assert evidence["source"] in text


def test_that_nobody_took_it_is_said_as_clearly_as_a_name() -> None:
    page = Page(render(made_result("en"), "en"))
    assert page.text.count("Nobody here took it") == 1
    assert "> 99.9 %" in page.text


def test_a_probability_is_never_shown_as_certain() -> None:
    result = made_result("en")
    result["incidents"][0]["people"][0]["probability"] = 1.0
    result["attribution"][0]["takers"][0]["probability"] = 0.99999
    assert "100 %" not in Page(render(result, "en")).text.replace("100 % of ours", "")


def test_masks_stay_masks() -> None:
    assert "刘*" in Page(render(made_result("en"), "en")).text


def test_the_caution_is_said_once() -> None:
    assert Page(render(made_result("en"), "en")).text.count("no judgment") == 1


def test_the_network_is_shown_only_where_there_is_one() -> None:
    result = made_result("en")
    assert "The network" not in Page(render(result, "en")).text
    result["network"] = {
        "people": [{"id": "P1", "aliases": ["wx_17", "138****5678"], "role": "shop", "gains": 4_100.5, "tier": None}],
        "orders": [{"subject": {"name": "张*"}, "path": ["P4", "P1"], "price_at_each_hop": [80, 300]}],
        "key_players": ["P1"],
        "flows": [{"from": "P4", "to": "P1", "month": "2026-03", "amount": 900}],
    }
    text = Page(render(result, "en")).text
    assert "The network" in text
    assert "4,100.5" in text
    assert "张*" in text


def test_long_lists_are_cut_in_view_and_the_rest_is_counted() -> None:
    result = made_result("en")
    result["holdings"] *= SHOWN
    result["read"]["not_read"] *= SHOWN
    result["incidents"][0]["timeline"] *= 10
    result["incidents"][0]["story"] *= SHOWN
    text = Page(render(result, "en")).text
    assert f"{SHOWN} more are in result.json (holdings)." in text
    assert f"{SHOWN} more are in result.json (read.not_read)." in text
    assert "560 more are in result.json (incidents[0].timeline)." in text
    assert "1,000 more are in result.json (incidents[0].story)." in text


def test_a_reason_of_a_reader_is_said_in_the_language_of_the_report() -> None:
    result = made_result("zh")
    result["read"]["not_read"] = [{"path": "seized/x.zip", "reason": "is encrypted, and no given password opens it"}]
    assert "已加密，所给密码均打不开" in Page(render(result, "zh")).text
    assert "is encrypted, and no given password opens it" in Page(render(result, "en")).text


def test_many_cited_lines_are_cut_in_the_appendix_and_the_rest_is_counted() -> None:
    result = made_result("en")
    result["findings"][0]["evidence"] = cited("logs/big.log", *range(1, 20_001, 2))
    text = Page(render(result, "en")).text
    assert "9,700 more lines of this file are cited in result.json." in text
    assert "9,994 more cited places" in text


HOSTILE = [
    "<script>document.title='hacked'</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</style></svg><script>alert(1)</script>",
    "javascript:alert(1)",
    "{{ 7 * 7 }}{% raw %}",
    "a\u202egpj.exe\u2066\u200b\ufeff\U000e0041",
    "line\r\n\x00\x1b[31mred\x7f\x85",
    "=HYPERLINK(1)",
    "\ud800 lone",
    "{0} {n} %s",
]

ALLOWED = set(
    re.findall(
        r"\w+",
        """html head meta link title style body a div header dl dt dd main section h1 h2 h3 h4 h5 ol ul li nav p span b
        strong i bdi br table caption thead tbody tr th td article figure figcaption svg text line rect desc details summary
        time footer script g path q label input output button pre noscript""",
    )
)


def poisoned(value: Any, poison: str) -> Any:
    """The same value with poison behind every text and every key that an input can choose."""
    if isinstance(value, dict):
        return {k: poisoned(v, poison) for k, v in value.items()} | ({"items": {poison: 3}} if "items" in value else {})
    if isinstance(value, list):
        return [poisoned(v, poison) for v in value]
    return poison if isinstance(value, str) else value


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("poison", HOSTILE)
def test_hostile_text_stays_text(poison: str, lang: Lang) -> None:
    result = _poisoned_result(poison, lang)
    html = render(result, lang)
    page = Page(html)
    assert page.tags <= ALLOWED
    assert sum(tag == "script" for tag, _ in page.elements) == 1
    assert not [a for _, attrs in page.elements for a in attrs if a.startswith("on")]
    assert all(h.startswith("#") or h == "data:," for h in page.values("href"))
    assert all(re.fullmatch(r"[a-z0-9-]+", i) for i in page.values("id"))
    assert not re.search(
        "[\u202a-\u202e\u2066-\u2069\u200b-\u200f\ufeff\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]", html
    )
    html.encode("utf-8")
    if poison.isprintable():
        assert poison in "".join(page.texts)


def _poisoned_result(poison: str, lang: Lang) -> dict[str, Any]:
    clean = made_result(lang)
    result: dict[str, Any] = poisoned(clean, poison)
    # times and lanes are kept in half of the moments, so that the chart is drawn with hostile texts in it
    for incident, was in zip(result["incidents"], clean["incidents"], strict=True):
        for moment, old in zip(incident["timeline"], was["timeline"], strict=True):
            moment["time"] = old["time"]
        for moment, old in list(zip(incident["timeline"], was["timeline"], strict=True))[::2]:
            moment["lane"] = old["lane"]
            moment.pop("to", None)
    result["network"] = {"people": [{poison: poison, "x": [poison, {poison: poison}]}], "key_players": [poison]}
    result["limits"] = [{"what": poison, poison: poison}]
    result["case"][poison] = poison
    return result


def test_an_invisible_character_is_spelled_out() -> None:
    result = made_result("en")
    result["findings"][0]["title"] = "x\u202ey"
    assert "x‹U+202E›y" in Page(render(result, "en")).text


def _without(change: Callable[[dict[str, Any]], None]) -> str:
    result = made_result("en")
    change(result)
    return Page(render(result, "en")).text


def test_whom_nobody_can_be_named_for() -> None:
    def change(result: dict[str, Any]) -> None:
        result["incidents"][1] |= {"people": [], "employees": [], "against": []}

    text = _without(change)
    assert "nobody can be named" in text
    assert "That is no proof." in text


def test_figures_and_dates_of_a_leak() -> None:
    def change(result: dict[str, Any]) -> None:
        result["attribution"] = result["attribution"][1:]
        result["attribution"][0]["dated"] = {"not_before": at(3, 1)[:10], "not_after": None}

    text = _without(change)
    assert "Taken not before 2026-03-01." in text
    assert "6.4 %" in text


def test_links_hold_where_findings_are_too_many_to_show() -> None:
    result = made_result("en")
    result["findings"] = [{**f, "id": f"F{n}"} for n, f in enumerate(result["findings"] * 60)]
    result["incidents"][0]["findings"] = ["F0", "F359"]
    page = Page(render(result, "en"))
    assert {h[1:] for h in page.values("href") if h.startswith("#")} <= set(page.values("id"))
    assert "160 more are in result.json (findings)." in page.text
    assert "F359" in page.text
