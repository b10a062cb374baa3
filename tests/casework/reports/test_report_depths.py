"""The three depths: what the first page says, both sides alike, what stands is loud, pictures have their tables."""

from __future__ import annotations

import copy
import json
import re
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_fairness import SILENT, STORY, made_alternatives, made_year
from made_result import made_result
from pages import Page
from test_report_html import ALLOWED, EMPTY, HOSTILE, poisoned
from test_report_network import network, with_market

from headwater.casework.reports import guests
from headwater.casework.reports.charts.year import MOST_DAYS, year
from headwater.casework.reports.first_page import glances, limits_of, unknowns, way
from headwater.casework.reports.html import render
from headwater.casework.reports.market.people import people
from headwater.casework.reports.market.sankey import EACH, sankey
from headwater.casework.reports.market.section import section
from headwater.casework.reports.schema import check
from headwater.casework.reports.sides import alternatives, of_taker, sides
from headwater.model.words import LANGS, Lang


def first_incident(html: str) -> str:
    return html.split('id="incident-1"', 1)[1].split("</article>", 1)[0]


# -- what stands is loud


@pytest.mark.parametrize("lang", LANGS)
def test_an_explanation_that_stands_comes_before_story_and_evidence(lang: Lang) -> None:
    html = first_incident(render(made_result(lang), lang))
    text = made_alternatives(lang)[0]["text"]
    assert html.index(text) < html.index('class="story"')
    assert html.index(text) < html.index('class="waterfall"')
    assert html.index('class="stands"') < html.index('class="sides"')


def test_it_is_on_the_first_page_too_with_a_link_to_where_it_is_told() -> None:
    page = render(made_result("en"), "en")
    first = page.split('id="stories"')[0]
    assert made_alternatives("en")[0]["title"] in first
    assert 'href="#incident-1-stands"' in first
    assert "Look into the innocent explanations that stand" in first


def test_nothing_is_said_to_stand_where_nothing_does() -> None:
    result = made_result("en")
    result["incidents"][0]["alternatives"] = made_alternatives("en")[1:]
    html = render(result, "en")
    assert "No innocent explanation that was tested stands." in html
    assert "Innocent explanations that STAND" not in html
    assert "Look into the innocent explanations that stand" not in html


def test_an_outcome_of_another_make_counts_as_untested() -> None:
    odd = {"alternatives": [{"id": "x", "title": "t", "outcome": "disproved beyond doubt", "text": "s"}]}
    assert [a["id"] for a in alternatives(odd)["untested"]] == ["x"]
    assert not alternatives(odd)["refuted"]


def test_every_test_shows_its_numbers_and_how_it_was_done() -> None:
    text = Page(render(made_result("en"), "en")).text
    for each in made_alternatives("en"):
        assert each["text"] in text
        assert each["how"] in text
        assert all(name in text for name in each["numbers"])
    assert "1.2e-07" not in text
    assert "4 were tested: 1 stand, 1 could not be tested, 1 are weakened, 1 are refuted." in text


# -- both sides


def test_both_columns_are_there_and_alike_for_the_incident_and_each_person() -> None:
    html = first_incident(render(made_result("en"), "en"))
    assert html.count("What speaks against</h5>") == html.count("What speaks for</h5>") == 3
    assert html.count('<div class="side">') == 6


def test_what_speaks_for_is_everything_that_does() -> None:
    incident = made_result("en")["incidents"][0]
    whole, *persons = sides(incident)
    kinds = [p.kind for p in whole.speaks_for]
    assert kinds[0] == "stands"
    assert {"statement", "doubt", "untested", "runner_up", "clears"} <= set(kinds)
    assert all((p.bits or 0) > 0 for p in whole.against)
    told = {p.text for p in whole.speaks_for}
    assert {s["text"] for s in incident["statements"] if s["bits"] < 0} <= told
    assert set(incident["clears"]) | set(incident["against"]) <= told
    mine = persons[0]
    assert mine.who is not None
    assert mine.who["employee"] == "S1042"
    assert [p.bits for p in mine.speaks_for if p.bits] == [-1.6]
    (away,) = [p for p in mine.speaks_for if p.kind == "absence"]
    assert away.values == {"days": ["2026-03-18"]}


@pytest.mark.parametrize("lang", LANGS)
def test_what_people_said_stands_on_the_side_for_which_it_speaks(lang: Lang) -> None:
    result = made_result(lang)
    word = {"attested": True, "at": "2026-05-02T09:00:00+08:00", "until": None, "counts": True}
    result["incidents"][0]["verdict"] = {
        "state": "disputed",
        "until": None,
        "grown": [],
        "words": [
            {**word, "by": "ana", "said": "confirmed", "because": "seen it"},
            {**word, "by": "bo", "said": "explained", "because": "hand-over"},
            {**word, "by": "cy", "said": "refuted", "because": "older word", "counts": False},
        ],
    }
    assert check(result) == ()
    whole = sides(result["incidents"][0])[0]
    assert [p.values["by"] for p in whole.against if p.values] == ["ana"]
    assert [p.values["by"] for p in whole.speaks_for if p.kind == "verdict" and p.values] == ["bo"]
    html = first_incident(render(result, lang)).split('class="sides"')[1].split('class="story"')[0]
    assert html.index("ana") < html.index("bo")
    assert "hand-over" in html
    assert "older word" not in html


def test_that_nothing_speaks_for_somebody_is_said_and_is_no_proof() -> None:
    incident: dict[str, Any] = {"title": "t", "employees": ["E1"], "people": [{"employee": "E1", "probability": 0.9}]}
    result = EMPTY | {"incidents": [incident]}
    text = Page(render(result, "en")).text
    assert "Nothing in what was read speaks against it. That is no proof." in text
    assert "Nothing in what was read speaks for this person. That is no proof." in text


def test_a_graded_person_of_the_market_has_both_sides_and_an_ungraded_one_has_none() -> None:
    made = network()
    found = section(with_market(made), 200)
    assert found is not None
    graded = next(p for p in found.cards if p.id in found.grades and not p.own)
    both = found.sides_of(graded)
    assert both is not None
    assert "by_others" in {p.kind for p in both.speaks_for}
    assert "counted" in {p.kind for p in both.against}
    ungraded = section(with_market(made | {"tally": []}), 200)
    assert ungraded is not None
    assert ungraded.sides_of(graded) is None
    low = next(e for e in made["tally"] if e["low"]["grade"] != e["high"]["grade"])
    person = found.person(low["suspect"])
    assert person is not None
    doubt = found.sides_of(person)
    assert doubt is not None
    assert "low_grade" in {p.kind for p in doubt.speaks_for}


def test_the_gravest_grades_have_the_first_cards() -> None:
    found = section(with_market(network()), 200)
    assert found is not None
    order = {"especially serious": 2, "serious": 1}
    low = [order.get(found.grades[p.id]["low"]["grade"], 0) if p.id in found.grades else 0 for p in found.cards]
    assert low == sorted(low, reverse=True)


# -- the first page


def test_the_way_of_the_data_is_told_link_by_link_and_what_is_not_seen_is_said() -> None:
    found = way(made_result("en"))
    assert found is not None
    assert [p["employee"] for p in found.people] == ["S1042", "S1077"]
    assert found.channel[0]["host"] == "shop.example"
    assert found.leaks[0][1]["account"] == "wm.chen"
    result = made_result("en")
    result["incidents"][0]["channel"] = []
    result["attribution"] = []
    text = Page(render(result, "en")).text
    assert "no way out was seen" in text
    assert "in no file that was given" in text


def test_what_is_not_known_is_counted() -> None:
    known = {u.key: u.count for u in unknowns(made_result("en"))}
    unexplained = sum(leak["unexplained"] for leak in made_result("en")["attribution"])
    assert known == {"limits": 3, "unread": 2, "untested": 1, "unexplained": unexplained, "silence": 0}
    assert [u.key for u in unknowns(EMPTY)] == ["nothing"]


def test_strength_is_said_in_a_word_that_follows_the_bits() -> None:
    words = [g.strength for g in glances({"incidents": [{"bits": b} for b in (25, 19.9, 9.9, 4.9)]})]
    assert words == ["very", "strong", "moderate", "weak"]


def test_limits_of_a_story_are_those_that_name_its_detectors() -> None:
    result = {
        "limits": [
            "half-blind for it: bulk-read, outflow.",
            "Detector unread-bulk-read-x failed.",
            "No tickets.",
            {"x": 1},
        ],
        "findings": [{"id": "F1", "detector": "bulk-read"}, {"id": "F2", "detector": "canary"}],
    }
    assert limits_of(result, {"findings": ["F1"]}) == ("half-blind for it: bulk-read, outflow.",)
    assert limits_of(result, {"findings": []}) == ()


def test_the_contents_lead_to_three_depths() -> None:
    page = Page(render(made_result("en"), "en"))
    ids = page.values("id")
    assert (
        ids.index("answer") < ids.index("stories") < ids.index("incidents") < ids.index("proof") < ids.index("findings")
    )


# -- the year


def test_the_year_draws_every_day_once_and_a_gap_is_no_zero() -> None:
    known = made_year()
    drawn = year(known)
    assert drawn is not None
    assert len(drawn.cells) == len(known["read"])
    assert sum(c.gap for c in drawn.cells) == drawn.gaps == len(SILENT)
    assert not any(c.gap and c.level for c in drawn.cells)
    assert sum(c.incident for c in drawn.cells) == len(STORY)
    assert drawn.incident_read == sum(STORY.values())
    assert len({(c.x, c.y) for c in drawn.cells}) == len(drawn.cells)
    assert sum(w.read for w in drawn.weeks) == sum(v or 0 for v in known["read"])
    assert sum(w.gaps for w in drawn.weeks) == len(SILENT)


def test_more_is_larger_as_well_as_darker() -> None:
    drawn = year(made_year())
    assert drawn is not None
    by_level = {c.level: c.side for c in drawn.cells}
    assert [by_level[level] for level in sorted(by_level)] == sorted(by_level.values())
    assert {1, 4} <= by_level.keys()


@given(
    st.lists(st.none() | st.integers(0, 10**7), max_size=500), st.none() | st.floats(0, 10**6), st.integers(0, 20_000)
)
def test_any_year_lies_within_its_drawing(read: list[int | None], usual: float | None, start: int) -> None:
    first = date(2000, 1, 1) + timedelta(days=start)
    drawn = year({"account": "a", "from": first.isoformat(), "read": read, "usual": usual, "peers": [], "incident": []})
    if not read:
        assert drawn is None
        return
    assert drawn is not None
    assert len(drawn.cells) == min(len(read), MOST_DAYS)
    assert all(0 <= c.x <= drawn.width and 0 <= c.y <= drawn.ground for c in drawn.cells)
    assert all(0 <= w.bar <= drawn.ground for w in drawn.weeks)


def test_a_year_of_another_make_is_left_out() -> None:
    for broken in (
        {},
        {"from": "soon", "read": [1]},
        {"from": "2026-01-01", "read": "x"},
        {"from": None, "read": None},
    ):
        assert year(broken) is None
    odd = {"from": "2026-01-01", "read": [1, "x", True, None], "absences": [None, {"from": 1}], "peers": "x"}
    drawn = year(odd)
    assert drawn is not None
    assert drawn.gaps == 3


@pytest.mark.parametrize("lang", LANGS)
def test_each_picture_has_words_and_a_table(lang: Lang) -> None:
    for html in (render(made_result(lang), lang), render(with_market(network(lang), lang), lang)):
        for svg in re.findall(r"<svg[^>]*>", html):
            assert 'role="img"' in svg or 'role="group"' in svg or 'aria-hidden="true"' in svg
        page = Page(html)
        ids = set(page.values("id"))
        assert {i for v in page.values("aria-labelledby") for i in v.split()} <= ids
    chart = first_incident(render(made_result(lang), lang)).split('class="chart year"')[1]
    assert "<desc" in chart
    assert chart.index("<table") > 0


# -- the river of money


def test_the_river_and_what_is_not_drawn_are_all_of_the_flows() -> None:
    for size in ((60, 200), (900, 1500)):
        made = network("en", *size)
        found = sankey(made, people(made))
        assert found is not None
        whole = sum(f["amount"] for f in made["flows"])
        assert found.drawn + found.thin + found.aside == pytest.approx(whole)
        assert found.total == pytest.approx(whole)
        assert sum(p.amount for p in found.passages) == pytest.approx(whole)
        assert sum(p.amount for p in found.passages if p.forward) == pytest.approx(found.drawn + found.thin)


def test_of_many_people_a_tier_has_few_boxes_and_the_others_share_one() -> None:
    made = network("en", 900, 1500)
    found = sankey(made, people(made))
    assert found is not None
    for tier in {b.tier for b in found.boxes}:
        own = [b for b in found.boxes if b.tier == tier]
        assert sum(b.person is None for b in own) <= 1
        assert len(own) <= EACH + 1
    flows = {f["from"] for f in made["flows"]} | {f["to"] for f in made["flows"]}
    assert sum(b.people for b in found.boxes) <= len(flows)
    assert sum(b.people for b in found.boxes if b.person is None) > 100


def test_ribbons_fill_their_boxes_and_stay_within_the_drawing() -> None:
    made = network()
    found = sankey(made, people(made))
    assert found is not None
    for box in found.boxes:
        left = sum(r.amount for r in found.ribbons if r.one is box)
        reached = sum(r.amount for r in found.ribbons if r.other is box)
        assert left <= box.paid + 0.01
        assert reached <= box.received + 0.01
        assert box.y + box.height <= found.height
    for ribbon in found.ribbons:
        numbers = [float(n) for n in re.findall(r"-?\d+\.?\d*", ribbon.d)]
        assert all(-0.1 <= n <= max(found.width, found.height) for n in numbers)


def test_no_river_where_no_money_went_up() -> None:
    pair = [{"id": "A", "tier": 1.0}, {"id": "B", "tier": 1.0}]
    flow = {"from": "A", "to": "B", "month": "2026-01", "amount": 5}
    for flows in ([], [flow], [{"from": "A", "to": "gone", "amount": 3}]):
        made = {"people": pair, "flows": flows}
        assert sankey(made, people(made)) is None


# -- hostile, size, guests


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("poison", HOSTILE)
def test_hostile_text_beside_the_accusation_stays_text(poison: str, lang: Lang) -> None:
    result = made_result(lang)
    clean = result["incidents"][0]
    for name in ("alternatives", "year"):
        kept = copy.deepcopy(clean[name])
        clean[name] = poisoned(clean[name], poison)
        for made, was in zip(clean[name], kept, strict=True):
            made |= {k: was[k] for k in ("outcome", "from", "to", "read", "incident", "absences") if k in was}
            if "numbers" in made:
                made["numbers"] = {poison: 3}
    html = render(result, lang)
    page = Page(html)
    assert page.tags <= ALLOWED
    assert not [a for _, attrs in page.elements for a in attrs if a.startswith("on")]
    assert all(re.fullmatch(r"[a-z0-9-]+", i) for i in page.values("id"))
    assert not re.search(
        "[\u202a-\u202e\u2066-\u2069\u200b-\u200f\ufeff\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]", html
    )
    html.encode("utf-8")


def test_a_house_with_many_stories_stays_a_page() -> None:
    result = made_result("en")
    result["incidents"] = [dict(result["incidents"][0]) for _ in range(60)]
    assert len(render(result, "en")) < 6_000_000


@pytest.mark.parametrize("lang", LANGS)
def test_the_contract_knows_what_is_told_beside_the_accusation(lang: Lang) -> None:
    result = made_result(lang)
    assert check(result) == ()
    assert json.loads(json.dumps(result["incidents"][0]["year"])) == result["incidents"][0]["year"]
    result["incidents"][0]["alternatives"][0]["outcome"] = 3
    result["incidents"][0]["year"][0]["read"] = ["many"]
    assert len(check(result)) == 2


def test_guests_come_only_with_their_key_and_their_template() -> None:
    assert guests.present(guests.WHOLE, {}) == ()
    assert guests.present((guests.Guest("read", "no such.html.j2", "x"),), {"read": [1]}) == ()
    assert [g.key for g in guests.present((guests.Guest("read", "read.html.j2", "x"),), {"read": [1]})] == ["read"]


def test_an_account_to_which_a_leak_is_laid_has_both_sides() -> None:
    leak = made_result("en")["attribution"][0]
    both = of_taker(leak, leak["takers"][0])
    assert both.against
    kinds = {p.kind for p in both.speaks_for}
    assert "elsewhere" in kinds
    shared = of_taker(leak, leak["takers"][0] | {"alike": ["q.sun"]})
    assert shared.speaks_for[0].kind == "alike"
    html = render(made_result("en"), "en").split('id="attribution"')[1].split('id="complaints"')[0]
    assert html.count("What speaks against</h4>") == html.count("What speaks for</h4>") > 0


def test_what_is_told_and_not_counted_is_no_zero_in_the_waterfall() -> None:
    result = made_result("en")
    plain = first_incident(render(result, "en"))
    assert "A dash: told, and not counted" not in plain
    result["incidents"][0]["statements"].append({"text": "told only", "bits": 0.0, "evidence": []})
    html = first_incident(render(result, "en"))
    row = html.split('class="waterfall"')[-1].split("told only")[1].split("</tr>")[0]
    assert "–" in row
    assert "A dash: told, and not counted" in html
