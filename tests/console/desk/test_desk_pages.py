from __future__ import annotations

import html
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.console.conftest import Console
from tests.console.hostile import MARKER
from tests.console.ready_cases import HOSTILE, INSURER, MARKET

from headwater.console.desk.addresses import address
from headwater.console.desk.layout import TABLES
from headwater.console.desk.opening import open_desk
from headwater.detection.organisation import organisation
from headwater.store.casebook.cases import find_case
from headwater.store.casebook.notes import add_note
from headwater.store.casebook.users import users as every_user
from headwater.store.workspace import open_workspace

API = "/api/v1/cases"
PLACES = (
    "",
    "/findings",
    "/search?q=账号",
    "/files",
    "/files/not-read",
    "/files/rejected",
    "/law",
    "/law/tally",
    "/law/duties",
)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("case", [INSURER, MARKET])
def test_each_page_has_its_twin_with_the_same_in_both_languages(
    console: Console, case: str, place: str, lang: str
) -> None:
    browser, headers = console.as_user("li"), {"accept-language": lang}
    page = browser.get(f"/cases/{case}{place}", headers=headers)
    twin = browser.get(f"{API}/{case}{place}", headers=headers)
    assert (page.status_code, twin.status_code) == (200, 200), page.text[-600:]
    for text in (t["title"] for t in tables(twin.json()) if t["rows"]):
        assert text in page.text


def tables(value: Any) -> list[dict[str, Any]]:
    """Every table of a model."""
    if isinstance(value, list):
        return [t for v in value for t in tables(v)]
    if not isinstance(value, dict):
        return []
    own = [value] if "columns" in value and "rows" in value else []
    return own + [t for v in value.values() for t in tables(v)]


def test_no_page_names_staff(console: Console) -> None:
    with open_workspace(console.ready.workspace()) as space:
        org = organisation(space.lake)
    names = {p.employee for p in org.people.values()} | set(org.accounts) | {d for d in org.residents if d}
    browser = console.as_user("li")
    found = browser.get(f"{API}/{INSURER}/findings?limit=500").json()["findings"]["rows"]
    places = [f"/cases/{INSURER}{place}" for place in PLACES] + [row["title"]["href"] for row in found]
    said = "".join(browser.get(place).text for place in places)
    assert [name for name in sorted(names) if name in said] == []


def test_a_finding_shows_its_evidence_and_leads_to_its_story(console: Console) -> None:
    browser = console.as_user("li")
    incident = console.ready.result()["incidents"][0]
    href = browser.get(f"{API}/{INSURER}/findings?sort=-bits").json()["findings"]["rows"][0]["title"]["href"]
    told = browser.get(f"/api/v1{href}").json()
    assert told["statements"]
    assert told["lines"]["rows"]
    assert told["detector"]["about"]
    assert browser.get(href).status_code == 200
    stories = [
        browser.get(f"/api/v1{row['title']['href']}").json()["incidents"]
        for row in browser.get(f"{API}/{INSURER}/findings?limit=500").json()["findings"]["rows"]
    ]
    assert sum(any(link["text"].startswith("1. ") for link in each) for each in stories) == len(incident["findings"])


def test_a_list_is_narrowed_and_paged_by_its_address(console: Console) -> None:
    browser, place = console.as_user("li"), f"{API}/{INSURER}/findings"
    whole = browser.get(f"{place}?limit=500").json()["findings"]
    first = browser.get(f"{place}?limit=2&sort=-bits").json()["findings"]
    second = browser.get(f"{place}?limit=2&sort=-bits&after={first['next']}").json()["findings"]
    assert first["total"] == len(whole["rows"])
    assert first["rows"] != second["rows"]
    detector = browser.get(place).json()["filters"][0]["choices"][0]
    narrowed = browser.get(f"{place}?detector={detector['value']}&limit=500").json()["findings"]
    assert len(narrowed["rows"]) == detector["rows"] == narrowed["total"]
    day = whole["rows"][0]["from"][:10]
    early = browser.get(f"{place}?until={day}&limit=500").json()["findings"]["rows"]
    assert all(row["from"][:10] <= day for row in early)
    assert browser.get(f"{place}?account=U-0000000000").json()["findings"]["rows"] == []


@pytest.mark.parametrize("query", ["after=x", "sort=id", "limit=0", "limit=501", "since=yesterday", f"q={'x' * 201}"])
def test_what_no_list_can_do_is_told_and_breaks_nothing(console: Console, query: str) -> None:
    answer = console.as_user("li").get(f"{API}/{INSURER}/findings?{query}")
    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"].startswith("application/problem+json")


@pytest.mark.parametrize("place", ["/findings/one?id=nothing", "/findings/one?id='--"])
def test_what_is_not_there_is_not_there(console: Console, place: str) -> None:
    assert console.as_user("li").get(f"{API}/{INSURER}{place}").status_code == 404


@pytest.mark.parametrize("place", PLACES)
def test_only_members_see_a_case(console: Console, place: str) -> None:
    assert console.as_user("chen").get(f"{API}/{INSURER}{place}").status_code == 404
    assert console.stranger().get(f"{API}/{INSURER}{place}").status_code == 401


def test_search_leads_to_what_has_the_words(console: Console) -> None:
    browser = console.as_user("li")
    incident, leak = console.ready.result()["incidents"][0], console.ready.result()["attribution"][0]["leak"]
    hits = browser.get(f"{API}/{INSURER}/search", params={"q": leak}).json()["hits"]["rows"]
    assert leak in [hit["title"]["text"] for hit in hits]
    for hit in hits:
        assert browser.get(hit["title"]["href"]).status_code == 200, hit["title"]["href"]
    assert browser.get(f"{API}/{INSURER}/search", params={"q": incident["accounts"][0]}).json()["hits"]["rows"] == []


def test_hostile_text_stays_text_on_every_page(console: Console) -> None:
    browser = console.as_user("li")
    found = browser.get(f"{API}/{HOSTILE}/findings?limit=500").json()["findings"]["rows"]
    places = [f"/cases/{HOSTILE}{place}" for place in PLACES] + [row["title"]["href"] for row in found[:8]]
    said = 0
    for place in places:
        page = browser.get(place).text
        said += page.count(MARKER)
        assert "<script>document" not in page
        assert "<img src=x" not in page
        assert "<svg/onload" not in page
    assert said


def test_the_overview_says_what_the_answer_says(console: Console) -> None:
    told = console.as_user("li").get(f"{API}/{INSURER}").json()
    result = console.ready.result()
    assert len(told["answer"]) == len(result["answer"])
    assert [s["number"] for s in told["stories"]] == list(range(1, 1 + min(5, len(result["incidents"]))))
    assert str(result["incidents"][0]["subjects"]) in told["way"][2]["lines"][0].replace(",", "")
    assert told["way"][3]["seen"] == bool(result["incidents"][0]["channel"])
    counts: dict[str, int] = {}
    for finding in result["findings"]:
        counts[finding["detector"]] = counts.get(finding["detector"], 0) + 1
    assert sorted(row["findings"] for row in told["by_detector"]["table"]["rows"]) == sorted(counts.values())


def test_the_files_are_those_of_the_answer(console: Console) -> None:
    browser, read = console.as_user("li"), console.ready.result()["read"]
    told = browser.get(f"{API}/{INSURER}/files?limit=500").json()
    assert [row["sha256"] for row in told["files"]["rows"]] == [f["sha256"] for f in read["files"]]
    assert told["totals"] == {name: read["totals"][name] for name in ("files", "rows", "rejected", "not_read")}
    csv = browser.get(f"/cases/{INSURER}/files?download=files&limit=1").text
    assert csv.count("\n") >= len(read["files"]) + 1


@pytest.mark.parametrize("table", [name for name, table in TABLES.items() if table.address])
def test_every_address_of_a_row_leads_to_a_page(console: Console, table: str) -> None:
    browser = console.as_user("li")
    for served in console.house.cases:
        rows = open_desk(served.out, served.workspace).rows(table, limit=1, whole=True).rows
        for row in rows:
            place = f"/cases/{served.slug}/{address(table, TABLES[table].id(row))}"
            assert browser.get(place).status_code == 200, place


def test_reasons_and_kinds_of_files_are_said_in_the_language(console: Console) -> None:
    browser, place = console.as_user("li"), f"{API}/{INSURER}/files"
    chinese = browser.get(f"{place}/rejected", params={"lang": "zh"}).json()
    assert {row["reason"] for row in chinese["lines"]["rows"]} == {"不是访问日志的行"}
    assert [choice["text"] for choice in chinese["filters"][1]["choices"]] == ["不是访问日志的行"]
    narrowed = browser.get(place, params={"lang": "zh", "format": "windows_json"}).json()
    assert {row["format"] for row in narrowed["files"]["rows"]} == {"Windows 事件（JSON）"}


def test_notes_are_found_by_members_alone(console: Console) -> None:
    with console.house.book.transaction(datetime.now(UTC)) as tx:
        entry = find_case(tx, INSURER)
        li = next(u for u in every_user(tx) if u.name == "li")
        tx.actor, tx.signed[li.id] = li.id, li
        assert entry
        add_note(tx, li, entry, "the printer by the window, 打印机")
        account = console.ready.result()["incidents"][0]["accounts"][0]
        add_note(tx, li, entry, f"ask {account} about the 复印机")
    assert console.as_user("li").get(f"{API}/{INSURER}/search", params={"q": account}).json()["said"]["rows"] == []
    veiled = console.as_user("li").get(f"{API}/{INSURER}/search", params={"q": "复印机"}).json()["said"]["rows"]
    assert [row["excerpt"][:6] for row in veiled] == ["ask U-"]
    found = console.as_user("zhao").get(f"{API}/{INSURER}/search", params={"q": "打印机"}).json()["said"]["rows"]
    assert [row["excerpt"] for row in found] == ["the printer by the window, 打印机"]


def test_clocks_run_from_the_moment_that_somebody_said(console: Console) -> None:
    browser, place = console.as_user("wu"), f"{API}/{INSURER}/law/duties"
    before = browser.get(place).json()
    assert before["known"] is None
    assert not any(d["deadline"] for d in before["first"])
    assert browser.get(f"/cases/{INSURER}/law/duties.ics").status_code == 404
    known = (datetime.now(UTC) - timedelta(hours=2)).isoformat()
    body = {"known": known, "places": ["eu"], "facts": ["harm=yes"], "version": before["version"]}
    assert browser.post(place, json=body).status_code == 200
    told = browser.get(place).json()
    running = [d for d in [*told["first"], *told["to_find_out"]] if d["deadline"]]
    assert running
    assert {d["place"] for d in [*told["first"], *told["to_find_out"], *told["rest"]]} == {"cn", "eu"}
    assert next(f["said"] for f in told["facts"] if f["name"] == "harm") == "yes"
    eu = next(d for d in running if d["id"].startswith("eu.") and "72" in d["manner"])
    assert eu["left"].startswith("2 d 2")
    assert eu["urgency"] == "runs"
    page = browser.get(f"/cases/{INSURER}/law/duties").text
    assert eu["left"] in page
    # by the case's own clock, and by the clock of the place, each with its zone
    ends = datetime.fromisoformat(known) + timedelta(hours=72)
    here, there = (ends.astimezone(ZoneInfo(zone)) for zone in (told["zone"], "Europe/Brussels"))
    assert datetime.fromisoformat(eu["deadline"]) == ends
    assert eu["deadline"].startswith(f"{here:%Y-%m-%dT%H:%M}")
    assert eu["there"] == f"{there:%Y-%m-%d %H:%M} (Europe/Brussels)"
    assert f"{here:%Y-%m-%d %H:%M}</time> ({told['zone']})" in page and eu["there"] in page
    assert all(d["left"].startswith("if it applies") for d in told["to_find_out"] if d["left"])
    notes = [note for d in told["to_find_out"] for note in d["notes"]]
    assert notes and all(html.escape(note) in page for note in notes)
    assert any(p["note"] and html.escape(p["note"]) in page for p in told["places"])
    assert browser.get(f"/cases/{INSURER}/law/duties.ics").text.count("BEGIN:VEVENT") >= len(running)


def test_whoever_saw_an_older_state_is_told_and_changes_nothing(console: Console) -> None:
    browser, place = console.as_user("wu"), f"{API}/{INSURER}/law/duties"
    version = browser.get(place).json()["version"]
    body = {"known": "2026-01-02T09:00", "version": version}
    assert browser.post(place, json=body).status_code == 200
    stale = browser.post(place, json={"known": "2026-01-03T09:00", "version": version})
    assert stale.status_code == 409
    assert browser.get(place).json()["known"].startswith("2026-01-02T09:00")


@pytest.mark.parametrize(
    "body",
    [
        {"known": "tomorrow"},
        {"known": "0001-01-01T00:00"},
        {"known": "2999-01-01T00:00"},
        {"places": ["atlantis"]},
        {"facts": ["no_such_fact=yes"]},
        {"facts": ["harm=perhaps"]},
        {"surprise": 1},
    ],
)
def test_what_no_rule_asks_for_is_refused(console: Console, body: dict[str, Any]) -> None:
    browser, place = console.as_user("wu"), f"{API}/{INSURER}/law/duties"
    version = browser.get(place).json()["version"]
    assert browser.post(place, json={**body, "version": version}).status_code in (400, 409, 422)
    assert browser.get(place).json()["version"] == version


def test_a_case_of_no_known_place_can_still_be_told_of_one(console: Console) -> None:
    browser, place = console.as_user("wu"), f"{API}/{MARKET}/law/duties"
    (served,) = (case for case in console.house.cases if case.slug == MARKET)
    for name in ("result.json", "result.zh.json"):
        file = served.out / name
        if file.exists():
            told = json.loads(file.read_bytes())
            told["case"]["jurisdiction"], told["duties"] = "atlantis", {"places": [], "facts": [], "entries": []}
            file.write_text(json.dumps(told), "utf-8")
    assert browser.post(place, json={"known": "2026-01-02T09:00"}).status_code == 200
    assert browser.get(f"/cases/{MARKET}/law/duties").status_code == 200
    assert browser.get(f"/cases/{MARKET}/law/duties.ics").status_code == 404
    body = {"known": "2026-01-02T09:00", "places": ["eu"], "version": 1}
    assert browser.post(place, json=body).status_code == 200
    assert {d["place"] for d in browser.get(place).json()["rest"]} == {"eu"}


def test_an_analyst_may_look_at_the_clocks_and_not_set_them(console: Console) -> None:
    browser = console.as_user("zhao")
    assert browser.get(f"/cases/{INSURER}/law/duties").status_code == 200
    assert browser.post(f"{API}/{INSURER}/law/duties", json={}).status_code == 403


def test_tallies_say_what_the_answer_says(console: Console) -> None:
    browser = console.as_user("li")
    for case in (INSURER, MARKET):
        result = console.ready.result(case)
        told = browser.get(f"{API}/{case}/law?limit=500").json()
        assert told["tallies"]["total"] == len(result["tally"])
        assert told["market"]["total"] == len(result["network"]["tally"])
        for row in [*told["tallies"]["rows"], *told["market"]["rows"]]:
            one = browser.get(f"/api/v1{row['suspect']['href']}").json()
            assert (one["low"], one["high"]) == (row["low"], row["high"])
            assert one["arithmetic"]
    assert browser.get(f"/cases/{MARKET}/law/tally?suspect=nobody").status_code == 404


@pytest.mark.parametrize(
    "place", ["findings", "files", "law", "incidents", "leaks", "holdings", "staff", "network/orders", "network/trade"]
)
def test_every_list_says_which_words_it_passed_over(console: Console, place: str) -> None:
    browser = console.as_user("li")
    told = browser.get(f"{API}/{MARKET}/{place}", params={"q": "王"})
    assert told.status_code == 200
    assert ["王"] in [table["short"] for table in tables(told.json())]
    assert "passed over: 王" in browser.get(f"/cases/{MARKET}/{place}", params={"q": "王"}).text
