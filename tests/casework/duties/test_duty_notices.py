"""Draft notices and the calendar: every part that the law asks for, no name and no value, whole in every language."""

from __future__ import annotations

import re
import tomllib
from datetime import UTC, datetime
from html.parser import HTMLParser
from importlib.resources import files

import pytest
from tests.casework.duties.made_leak import SECRETS, made_leak

from headwater.casework.duties import draft_pages
from headwater.casework.duties.clocks import Watched, as_entries, watch
from headwater.casework.duties.deadlines import calendar
from headwater.casework.duties.drafting import Draft, drafts, notice_words
from headwater.casework.duties.story import story
from headwater.casework.duties.telling import rows
from headwater.casework.duties.told import Told, parse
from headwater.casework.reports import json as result_json
from headwater.casework.reports.words import words
from headwater.law.duties.reading import PARTS, known_places, place

KNOWN = datetime.fromisoformat("2026-11-20T09:00+08:00")
NOW = datetime.fromisoformat("2026-11-21T09:00+08:00")
NOTICES = files("headwater.casework.duties") / "notices"
LANGUAGES = sorted(f.name.removesuffix(".toml") for f in NOTICES.iterdir() if f.name.endswith(".toml"))
EVERYWHERE = (
    "high_risk = true\nsignificant_harm = true\nharm = true\nhipaa = true\nphi = true\nprocessor = false\ncii = true\n"
)


def everywhere(said: str = EVERYWHERE) -> Watched:
    return watch(made_leak(), parse(tomllib.loads(said)), known_places(), KNOWN, NOW)


def all_drafts(result: dict[str, object] | None = None, said: str = EVERYWHERE) -> tuple[Draft, ...]:
    result = result or made_leak()
    watched = watch(result, parse(tomllib.loads(said)), known_places(), KNOWN, NOW)
    return drafts(watched, story(result), everything=True)


def test_a_draft_has_every_part_that_its_article_asks_for() -> None:
    by_id = {d.id: d for name in known_places() for d in place(name).duties}
    made = all_drafts()
    assert made
    for draft in made:
        assert tuple(key for key, _heading, _body in draft.parts) == by_id[draft.duty].contains
        assert all(heading.strip() and body.strip() for _key, heading, body in draft.parts)
        assert "【" in draft.signature


def test_every_duty_to_act_on_is_drafted_in_each_language_of_its_place() -> None:
    watched = everywhere()
    told = {(d.duty, d.lang) for d in drafts(watched, story(made_leak()))}
    for found in watched.duties:
        for lang in found.place.languages:
            wanted = found.status in ("due", "due if", "recommended")
            assert ((found.duty.id, lang) in told) is wanted, found.duty.id


def test_no_name_and_no_value_reaches_a_notice_the_calendar_or_the_answer() -> None:
    watched = everywhere()
    written = b"".join(draft_pages.markdown(d) + draft_pages.html(d) for d in all_drafts())
    written += calendar(watched, "en") + calendar(watched, "zh")
    written += result_json.dumps(as_entries(watched, "zh"))
    text = written.decode()
    assert [s for s in SECRETS if s in text] == []
    assert "500" in text


def test_what_is_due_comes_first_and_of_that_what_ends_first() -> None:
    watched = everywhere()
    told = [row[1].split("\n")[0] for row in rows(watched, words("en"))]
    states = ["due", "due, depending on the count", "cannot be said yet", "recommended"]
    assert told == sorted(told, key=states.index) and len(set(told)) > 2
    ends = [d.clock.ends for d in watched.duties if d.status == "due" and d.clock]
    first = [row[3] for row in rows(watched, words("en"))][: len(ends)]
    by_end = sorted((d for d in watched.duties if d.status == "due" and d.clock), key=lambda d: d.clock.ends)  # type: ignore[union-attr]
    assert [d.duty.id in cell for d, cell in zip(by_end, first, strict=True)] == [True] * len(ends)


def test_a_notice_says_once_that_it_is_a_draft_and_no_advice() -> None:
    for draft in all_drafts():
        word = notice_words(draft.lang)["draft"]
        for page in (draft_pages.markdown(draft), draft_pages.html(draft)):
            assert page.decode().count(word[:20]) == 1
    assert "no legal advice" in notice_words("en")["draft"]


def test_numbers_are_low_and_high_where_they_are_known_and_open_where_not() -> None:
    made = {(d.duty, d.lang): {k: b for k, _h, b in d.parts} for d in all_drafts()}
    assert "500至628人" in made["cn.ndr.police", "zh-CN"]["persons"]
    assert "另有至多300人" in made["cn.ndr.police", "zh-CN"]["persons"]  # only touched by the incident
    assert made["eu.authority", "en"]["persons"].startswith(
        "【number, not known yet】"
    )  # nobody said how many are there
    said = EVERYWHERE + "[persons]\neu = 77"
    exact = {(d.duty, d.lang): {k: b for k, _h, b in d.parts} for d in all_drafts(said=said)}
    assert exact["eu.authority", "en"]["persons"].startswith("77 ")


def test_sensitive_kinds_are_named_by_the_law_of_the_place() -> None:
    tracked = made_leak()
    tracked["holdings"][0]["items"] |= {"track": 5, "health": 2}
    made = {(d.duty, d.lang): {k: b for k, _h, b in d.parts} for d in all_drafts(tracked)}
    assert "敏感个人信息的：健康或者生物识别信息、行踪轨迹" in made["cn.pipl.persons", "zh-CN"]["kinds"]
    assert "possibly so: health or biometric data)" in made["eu.authority", "en"]["kinds"]
    plain = {(d.duty, d.lang): {k: b for k, _h, b in d.parts} for d in all_drafts()}
    assert "sensitive" not in plain["eu.authority", "en"]["kinds"]


def test_what_is_only_suspected_is_not_told_as_found() -> None:
    suspected = made_leak(holdings=[], attribution=[], tally=[])
    nature = {d.lang: b for d in all_drafts(suspected) for k, _h, b in d.parts if k == "nature"}
    proven = {d.lang: b for d in all_drafts() for k, _h, b in d.parts if k == "nature"}
    assert "may have been" in nature["en"] and "were found" in proven["en"]
    assert all(nature[lang] != proven[lang] for lang in nature)


def test_a_cause_is_told_without_blame() -> None:
    assert story(made_leak()).cause == "account"
    own = made_leak()
    own["incidents"][0]["findings"] = ["bulk-read:u1010"]
    assert story(own).cause == "staff"
    assert story(made_leak(incidents=[])).cause == "unknown"
    for lang in LANGUAGES:
        assert "【" in notice_words(lang)["cause"]["unknown"]


def test_days_are_those_of_the_takers_else_of_the_first_incident() -> None:
    assert (story(made_leak()).first, story(made_leak()).last) == ("2026-05-20", "2026-08-06")
    assert story(made_leak(attribution=[])).first == "2026-05-16"
    assert story(made_leak(attribution=[], incidents=[])).first == ""


def test_california_has_its_own_headings() -> None:
    draft = next(d for d in all_drafts() if d.duty == "us-ca.persons")
    assert draft.title == "Notice of Data Breach"
    headings = {h for _k, h, _b in draft.parts}
    assert {"What Happened", "What Information Was Involved", "What We Are Doing", "What You Can Do"} <= headings


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_language_has_all_words(lang: str) -> None:
    words, english = notice_words(lang), notice_words("en")
    assert set(words) == set(english)
    assert set(words["part"]) == set(PARTS)
    for group in ("cause", "kinds"):
        assert set(words[group]) == set(english[group])
    for key in PARTS:
        mine, theirs = words["part"][key]["body"], english["part"][key]["body"]
        assert set(re.findall(r"\{(\w+)\}", mine)) == set(re.findall(r"\{(\w+)\}", theirs)), key
        assert mine.count("【") == mine.count("】")
    for key in ("between", "exactly", "period", "deadline", "sensitive", "touched"):
        assert set(re.findall(r"\{(\w+)\}", words[key])) == set(re.findall(r"\{(\w+)\}", english[key])), key
    assert ("maybe" in words["part"]["nature"]) is True


def test_each_place_names_authority_subject_and_article_in_the_languages_of_its_notices() -> None:
    for name in known_places():
        where = place(name)
        assert set(where.languages) <= set(LANGUAGES)
        for lang in {*where.languages} - {"en", "zh-CN"}:
            for duty in where.duties:
                assert lang in duty.names and lang in duty.titles and lang in duty.cited, duty.id


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.attributes: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        self.attributes += [name for name, _value in attrs]


def test_a_hostile_name_of_the_organisation_stays_text() -> None:
    hostile = made_leak()
    hostile["case"]["organisation"] = '<script>alert(1)</script>[x](javascript:1)\u202e"{persons}'
    for draft in all_drafts(hostile):
        tags = _Tags()
        page = draft_pages.html(draft).decode()
        tags.feed(page)
        assert "script" not in tags.seen
        assert set(tags.attributes) <= {"lang", "charset", "http-equiv", "content", "class"}
        assert "\u202e" not in page
        assert re.search(r"(?<!\\)[<\]]", draft_pages.markdown(draft).decode()) is None


def test_the_calendar_keeps_to_its_standard() -> None:
    data = calendar(everywhere(), "zh")
    assert data == calendar(everywhere(), "zh")
    lines = data.split(b"\r\n")
    assert lines[-1] == b"" and b"\n" not in data.replace(b"\r\n", b"")
    assert all(len(line) <= 75 for line in lines)
    whole = data.decode().replace("\r\n ", "").split("\r\n")
    assert whole[0] == "BEGIN:VCALENDAR" and whole[-2] == "END:VCALENDAR"
    assert whole.count("BEGIN:VEVENT") == whole.count("END:VEVENT") == sum(1 for d in everywhere().duties if d.clock)
    uids = [line for line in whole if line.startswith("UID:")]
    assert len(set(uids)) == len(uids)
    assert all(re.fullmatch(r"DTSTART:\d{8}T\d{6}Z", line) for line in whole if line.startswith("DTSTART"))
    assert any(line.startswith("DESCRIPTION:") and r"\; " in line for line in whole)


def test_an_event_lies_at_the_very_end_of_its_limit() -> None:
    watched = watch(made_leak(), Told(), ("eu",), KNOWN, NOW)
    text = calendar(watched, "en").decode().replace("\r\n ", "")
    ends = next(d.clock.ends for d in watched.duties if d.duty.id == "eu.authority" and d.clock)
    assert f"UID:eu.authority-{ends.astimezone(UTC):%Y%m%dT%H%M%SZ}@headwater" in text
    assert "SUMMARY:European Union: Notification of a personal data breach → the supervisory authority\r\n" in text
    event = next(e for e in text.split("BEGIN:VEVENT") if "UID:cn.cac.others" in e)
    assert "(if it applies)" in event
