"""The market's pages over a real case: pictures, cards, orders, and verdicts that are said, met by others, and taken back."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from typing import Any

import pytest
from fastapi.testclient import TestClient
from tests.console.conftest import Console

from headwater.network.verdicts import FILE, history, open_list, standing
from headwater.store.workspace import open_workspace

CASE = "/cases/market/network"
API = "/api/v1"
ATTACK = "<img src=x onerror=alert(1)>\u202e</script>{{7*7}}"


@pytest.fixture(scope="module")
def li(console: Console) -> TestClient:
    return console.as_user("li")


@pytest.fixture(scope="module")
def result(console: Console) -> dict[str, Any]:
    found: dict[str, Any] = console.ready.result("market")["network"]
    return found


def got(client: TestClient, address: str) -> Any:
    answer = client.get(API + address)
    assert answer.status_code == 200, answer.text
    return answer.json()


def busiest(result: dict[str, Any]) -> str:
    names = [name for order in result["orders"] for name in order["path"]]
    return max(sorted(set(names)), key=names.count)


def test_the_picture_shows_the_money_of_the_answer(li: TestClient, result: dict[str, Any]) -> None:
    page = got(li, CASE)
    assert page["known"]
    assert page["people"]["total"] == len(result["people"])
    drawn = sum(row["amount"] for row in page["picture"]["table"]["rows"])
    assert drawn == pytest.approx(sum(f["amount"] for f in result["flows"]))
    assert [row["amount"] for row in page["money"]["table"]["rows"]] == [
        pytest.approx(sum(f["amount"] for f in result["flows"] if f["month"] == m["value"])) for m in page["months"]
    ]
    shown = html.unescape(li.get(CASE).text)
    assert page["picture"]["words"] in shown
    assert "style=" not in shown


def test_an_address_chooses_months_tiers_and_people(li: TestClient, result: dict[str, Any]) -> None:
    month = result["flows"][0]["month"]
    page = got(li, f"{CASE}?from={month}&to={month}")
    assert (page["first"], page["last"]) == (month, month)
    drawn = sum(row["amount"] for row in page["picture"]["table"]["rows"])
    assert drawn == pytest.approx(sum(f["amount"] for f in result["flows"] if f["month"] == month))
    name = busiest(result)
    around = got(li, f"{CASE}?person={name}")
    assert around["people"]["rows"][0]["id"] == name
    assert got(li, f"{CASE}?tier=0&role=customer")["people"]["total"] == sum(
        p["role"] == "customer" for p in result["people"]
    )
    account = next(
        a["account"] for p in result["people"] if p["id"] == name for a in p["alias_details"] if a["account"]
    )
    assert got(li, f"{CASE}?q={account}")["people"]["rows"][0]["id"] == name


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("person=nobody", 404),
        ("tier=x", 422),
        ("from=2026", 422),
        ("role=king", 422),
        ("sort=secret", 400),
        ("after=-1", 400),
    ],
)
def test_what_is_not_there_is_told(li: TestClient, query: str, code: int) -> None:
    assert li.get(f"{API}{CASE}?{query}").status_code == code
    assert li.get(f"{CASE}?{query}").status_code == code


def test_a_card_has_every_reason_with_its_lines(li: TestClient, result: dict[str, Any]) -> None:
    entry = next(p for p in result["people"] if p["id"] == busiest(result))
    card = got(li, f"{CASE}/people/{entry['id']}")
    sums = {row["what"]: (row["low"], row["high"]) for row in card["money"]["rows"]}
    assert (entry["gains_low"], entry["gains_high"]) in sums.values()
    told = {reason["text"]: reason for reason in card["against"] + card["speaks_for"]}
    for fact in entry["facts"]:
        lines = [f"{e['source']}:{e['line']}" for e in fact["evidence"]]
        assert set(told[fact["text"]]["lines"]) <= set(lines)
    assert len(card["links"]) == len(entry["links"])
    assert sum(row["received"] for row in card["partners"]["rows"]) == pytest.approx(
        sum(f["amount"] for f in result["flows"] if f["to"] == entry["id"])
    )
    shown = li.get(f"{CASE}/people/{entry['id']}")
    text = html.unescape(shown.text)
    assert all(fact["text"] in text for fact in entry["facts"])


def test_an_order_is_followed_to_who_answered(li: TestClient, result: dict[str, Any]) -> None:
    order = max(result["orders"], key=lambda o: len(o["path"]))
    listed = got(li, f"{CASE}/orders?person={order['path'][-1]}&category={order['category']}")
    assert listed["orders"]["total"] == sum(
        order["path"][-1] in o["path"] and o["category"] == order["category"] for o in result["orders"]
    )
    told = got(li, f"{CASE}/orders/{order['id']}")
    assert [stop["who"]["href"].rsplit("/", 1)[1] for stop in told["path"]] == order["path"]
    every = [step for hop in order["hops"] for step in hop["steps"]]
    assert len(told["steps"]) >= len(every)
    times = [step["time"] for step in told["steps"] if step["time"]]
    assert times == sorted(times)
    paid = [row["paid"] for row in told["money"]["rows"]]
    assert paid == [hop["paid"] for hop in order["hops"]]
    assert told["least"] == min(hop["confidence"] for hop in order["hops"])
    assert li.get(f"{CASE}/orders/{order['id']}").status_code == 200
    assert li.get(f"{CASE}/orders/O999999").status_code == 404


def test_no_list_of_orders_says_more_than_their_least_sure_step(li: TestClient, result: dict[str, Any]) -> None:
    guessed = next(o for o in result["orders"] if any(h["inferred"] for h in o["hops"]))
    hop = next(h for h in guessed["hops"] if h["inferred"])
    rows = {row["order"]["text"]: row for row in got(li, f"{CASE}/orders?limit=500")["orders"]["rows"]}
    assert rows[guessed["id"]]["least"] == min(h["confidence"] for h in guessed["hops"]) < guessed["confidence"]
    assert rows[guessed["id"]]["inferred"] == sum(h["inferred"] for h in guessed["hops"])
    between = got(li, f"{CASE}/pair?one={hop['from']}&other={hop['to']}")["orders"]["rows"]
    row = next(r for r in between if r["order"]["text"] == guessed["id"])
    assert (row["sure"], row["basis"]) == (hop["confidence"], "inferred")


def test_a_table_can_be_taken_along_whole(li: TestClient, result: dict[str, Any]) -> None:
    rows = list(csv.reader(io.StringIO(li.get(f"{CASE}?download=people&limit=3").text)))
    assert len(rows) == len(result["people"]) + 1
    assert li.get(f"{CASE}?download=ties").status_code == 200


def test_what_is_dealt_in_adds_up_to_the_answer(li: TestClient, result: dict[str, Any]) -> None:
    page = got(li, f"{CASE}/trade")
    assert sum(row["amount"] for row in page["passages"]["table"]["rows"]) == pytest.approx(
        sum(f["amount"] for f in result["flows"])
    )
    assert page["sales"]["total"] == len(result["sales"])
    assert sum(row["orders"] for row in page["prices"]["rows"]) == sum(p["orders"] for p in result["prices"])
    assert li.get(f"{CASE}/trade?lang=zh").status_code == 200


def pair(result: dict[str, Any]) -> tuple[str, str]:
    """Two people with an account each who deal with each other."""
    owns = {p["id"] for p in result["people"] if any(a["account"] for a in p["alias_details"])}
    flow = next(f for f in result["flows"] if f["from"] in owns and f["to"] in owns)
    return flow["from"], flow["to"]


def test_a_merge_is_kept_with_name_and_reason_and_taken_back(
    console: Console, li: TestClient, result: dict[str, Any]
) -> None:
    one, other = pair(result)
    assert li.get(f"{CASE}/pair?one={one}&other={other}").status_code == 200
    page = got(li, f"{CASE}/pair?one={one}&other={other}")
    assert page["against"], "they dealt with each other"
    body = {"one": one, "other": other, "because": "one card of 张三丰, call 15400000000", "seen": page["seen"]}
    done = li.post(f"{CASE}/merge", data=body)
    assert done.status_code == 303, done.text
    verdict = done.headers["location"].rpartition("#")[2]
    with open_list(console.ready.workspace("market")) as listed:
        kept = next(v for v in standing(listed) if v.id == verdict)
    assert (kept.said, kept.by) == ("merge", "li")
    assert kept.because == "one card of 张**, call 154****0000"
    page = got(li, f"{CASE}/verdicts")
    assert page["waiting"]["number"] == 1
    assert li.post(f"{CASE}/undo", data={"verdict": verdict, "because": "wrong card"}).status_code == 303
    again = li.post(f"{API}{CASE}/undo", json={"verdict": verdict, "because": "wrong card"})
    assert again.status_code == 409
    assert "wrong card" in again.json()["stands"]
    entry = next(s for s in got(li, f"{CASE}/verdicts")["sayings"] if s["id"] == verdict)
    assert "wrong card" in entry["undone"]
    assert "wrong card" in li.get(f"{CASE}/verdicts").text


def test_what_was_said_stands_on_the_cards_of_both_until_it_is_built_in(
    console: Console, li: TestClient, result: dict[str, Any]
) -> None:
    one, other = pair(result)
    others = (p["id"] for p in result["people"] if p["id"] not in (one, other))
    assert got(li, CASE)["waiting"]["number"] == 0
    said = li.post(f"{CASE}/merge", data={"one": one, "other": other, "because": "one card"})
    verdict = said.headers["location"].rpartition("#")[2]
    for address in ("", f"/people/{one}", f"/people/{other}", f"/pair?one={one}&other={other}", "/verdicts"):
        waiting = got(li, f"{CASE}{address}")["waiting"]
        assert waiting["number"] == 1, address
        assert waiting["said"][0]["href"] == f"{CASE}/verdicts#{verdict}"
        page = li.get(f"{CASE}{address}").text
        assert 'action="/cases/market/jobs"' in page, address
        assert re.search(r'name="kind" value="network"', page)
        assert 'name="kind"' not in console.as_user("wang").get(f"{CASE}{address}").text, "who may not begin work"
    assert got(li, f"{CASE}/people/{next(others)}")["waiting"]["number"] == 0
    li.post(f"{CASE}/undo", data={"verdict": verdict, "because": "tried"})
    assert got(li, f"{CASE}/people/{one}")["waiting"]["number"] == 0, "the answer never built on it"


def test_who_comes_later_is_told_what_was_said_meanwhile(
    console: Console, li: TestClient, result: dict[str, Any]
) -> None:
    one, other = pair(result)
    seen = got(li, f"{CASE}/pair?one={one}&other={other}")["seen"]
    wu = console.as_user("wu")
    first = wu.post(f"{API}{CASE}/merge", json={"one": one, "other": other, "because": "one voice", "seen": seen})
    assert first.status_code == 200, first.text
    late = li.post(f"{API}{CASE}/merge", json={"one": one, "other": other, "because": "one card", "seen": seen})
    assert late.status_code == 409
    assert "one voice" in late.json()["stands"]
    assert "wu" in late.json()["stands"]
    page = li.post(f"{CASE}/merge", data={"one": one, "other": other, "because": "my own words", "seen": seen})
    assert page.status_code == 409
    assert "my own words" in page.text, "what was typed is given back"
    again = re.search(r'name="seen" value="([^"]+)"', page.text)
    assert again, "and can be said all the same"
    assert again[1] != seen
    undone = li.post(f"{API}{CASE}/undo", json={"verdict": first.json()["id"], "because": "no"})
    assert undone.status_code == 200


def test_a_split_parts_accounts_and_what_says_the_contrary_is_refused(
    console: Console, li: TestClient, result: dict[str, Any]
) -> None:
    entry = next(p for p in result["people"] if len({a["account"] for a in p["alias_details"] if a["account"]}) > 1)
    accounts = sorted({a["account"] for a in entry["alias_details"] if a["account"]})
    send = {"person": entry["id"], "accounts": accounts, "because": "two voices"}
    assert li.post(f"{API}{CASE}/split", json=send).status_code == 400, "nothing would be left"
    assert li.post(f"{API}{CASE}/split", json=send | {"accounts": ["else"]}).status_code == 400
    done = li.post(f"{CASE}/split", data=send | {"accounts": accounts[:1]})
    assert done.status_code == 303, done.text
    verdict = done.headers["location"].rpartition("#")[2]
    contrary = li.post(f"{API}{CASE}/merge", json={"one": accounts[0], "other": accounts[1], "because": "one card"})
    assert contrary.status_code == 409
    assert verdict in contrary.json()["stands"]
    page = li.get(f"{CASE}/verdicts").text
    assert re.search(rf'id="{verdict}"', page)
    li.post(f"{CASE}/undo", data={"verdict": verdict, "because": "tried"})


def test_one_may_judge_while_a_run_is_at_work(console: Console, li: TestClient, result: dict[str, Any]) -> None:
    one, other = pair(result)
    with open_workspace(console.ready.workspace("market")) as space:
        done = li.post(f"{API}{CASE}/merge", json={"one": one, "other": other, "because": "one card"})
        assert done.status_code == 200, done.text
        assert history(space)[-1].because == "one card"
    li.post(f"{API}{CASE}/undo", json={"verdict": done.json()["id"], "because": "tried"})


def test_of_another_answer_nothing_is_said_unseen(console: Console, li: TestClient, result: dict[str, Any]) -> None:
    """Ids are numbers of one answer: of the next one they may be other people's."""
    one, other = pair(result)
    third = next(
        p for p in result["people"] if p["id"] not in (one, other) and any(a["account"] for a in p["alias_details"])
    )
    account = next(a["account"] for a in third["alias_details"] if a["account"])
    seen = got(li, f"{CASE}/pair?one={one}&other={other}")["seen"]
    file = console.ready.out("market") / "result.json"
    before = file.read_bytes()
    answer = json.loads(before)
    first = next(p for p in answer["network"]["people"] if p["id"] == one)
    last = next(p for p in answer["network"]["people"] if p["id"] == third["id"])
    first["id"], last["id"] = last["id"], first["id"]
    file.write_text(json.dumps(answer), "utf-8")
    send = {"one": one, "other": other, "because": "one voice", "seen": seen}
    refused = li.post(f"{API}{CASE}/merge", json=send)
    assert refused.status_code == 409, refused.text
    assert account in refused.json()["stands"], "whose accounts it would be on now"
    page = li.post(f"{CASE}/merge", data=send)
    assert (page.status_code, "one voice" in page.text) == (409, True)
    gone = li.post(f"{CASE}/merge", data=send | {"other": "N99999"})
    assert (gone.status_code, "one voice" in gone.text) == (409, True), "what was typed is not lost"
    split = {"person": third["id"], "accounts": [account], "because": "two voices", "seen": seen}
    assert li.post(f"{API}{CASE}/split", json=split).status_code == 409
    assert got(li, f"{CASE}/verdicts")["waiting"]["number"] == 0
    again = li.post(f"{API}{CASE}/merge", json=send | {"seen": refused.json()["seen"]})
    assert again.status_code == 200, again.text
    answer["network"]["verdicts"] = [again.json()["id"]]
    file.write_text(json.dumps(answer), "utf-8")
    assert got(li, f"{CASE}/verdicts")["waiting"]["number"] == 0, "the answer was made by it"
    li.post(f"{CASE}/undo", data={"verdict": again.json()["id"], "because": "tried"})
    assert got(li, f"{CASE}/people/{one}")["waiting"]["number"] == 1, "taken back, and the answer still builds on it"
    assert "this answer still builds on it" in li.get(f"{CASE}/verdicts").text
    file.write_bytes(before)
    assert li.post(f"{API}{CASE}/merge", json=send | {"seen": "3"}).status_code == 422


def test_a_list_that_cannot_be_read_hides_nothing_of_the_market(
    console: Console, li: TestClient, result: dict[str, Any]
) -> None:
    file = console.ready.workspace("market") / FILE
    before = file.read_bytes()
    file.write_bytes(before.replace(b'"merge"', b'"split"', 1))
    one, other = pair(result)
    for address in ("", f"/people/{one}", f"/pair?one={one}&other={other}"):
        page = li.get(f"{CASE}{address}")
        assert page.status_code == 200, address
        assert "network/merge" not in page.text
    assert li.get(f"{CASE}/verdicts").status_code == 503
    file.write_bytes(before)


def test_nobody_and_several_are_told(li: TestClient) -> None:
    refused = li.post(f"{API}{CASE}/merge", json={"one": "nobody", "other": "N00002", "because": "one card"})
    assert refused.status_code == 404
    assert "headwater network" not in refused.json()["detail"], "verbs of the command line are of no use here"
    blank = li.post(f"{API}{CASE}/merge", json={"one": "N00001", "other": "N00002", "because": " . "})
    assert blank.status_code == 400


def test_auditors_look_and_do_not_judge(console: Console, result: dict[str, Any]) -> None:
    one, other = pair(result)
    wang = console.as_user("wang")
    assert wang.get(CASE).status_code == 200
    assert "network/split" not in wang.get(f"{CASE}/people/{one}").text
    assert wang.post(f"{API}{CASE}/merge", json={"one": one, "other": other, "because": "x"}).status_code == 403


def test_a_case_without_a_market_says_so(li: TestClient) -> None:
    assert not got(li, "/cases/insurer/network")["known"]
    assert got(li, "/cases/insurer/network")["waiting"]["number"] == 0
    assert li.get("/cases/insurer/network?lang=zh").status_code == 200


def test_an_order_leads_from_the_market_into_the_house_under_pseudonyms(console: Console, li: TestClient) -> None:
    """Last in this module: it changes the insurer's answer."""
    file = console.ready.out() / "result.json"
    answer = console.ready.result()
    story = next(i for i in answer["incidents"] if i["accounts"] and i["employees"])
    account, employee = story["accounts"][0], story["employees"][0]
    unproved = ("lead to a look-up", "leads to a look-up", "looks the subject up")
    answer["network"] = console.ready.result("market")["network"]
    order = next(o for o in answer["network"]["orders"] if o["outcome"] == "answered")
    line = {"source": "logs/a.log", "line": 4}
    order["lookups"] = [
        {"account": account, "employee": employee, "time": order["asked"], "dataset": "clients", "evidence": [line]}
    ]
    entry = next(p for p in answer["network"]["people"] if p["id"] == order["path"][0])
    entry["alias_details"][0] = {"value": ATTACK, "kind": "nickname", "account": entry["alias_details"][0]["account"]}
    order["hops"][0]["steps"][0]["text"] = ATTACK
    file.write_text(json.dumps(answer), "utf-8")
    place = "/cases/insurer/network"
    assert got(li, f"{place}/orders?to_source=true")["orders"]["total"] == 1
    (step,) = (s for s in got(li, f"{place}/orders/{order['id']}")["steps"] if s["kind"] == "lookup")
    person, own, *stories = step["leads"]
    assert re.fullmatch(r"/cases/insurer/staff/S-[0-9a-f]{10}", person["href"])
    assert re.fullmatch(r"/cases/insurer/staff/U-[0-9a-f]{10}", own["href"])
    assert f"/cases/insurer/incidents/{story['rank']}" in [s["href"] for s in stories]
    page = html.unescape(li.get(f"{place}/orders/{order['id']}").text)
    assert person["text"] in page
    assert "By itself that proves little" in page
    assert not [words for words in unproved if words in page + li.get(f"{place}/orders").text]
    assert employee not in page
    assert account not in page
    assert li.get(person["href"]).status_code == 200
    for address in ("", "/orders", f"/orders/{order['id']}", f"/people/{entry['id']}", f"?person={entry['id']}"):
        page = li.get(f"{place}{address}").text
        assert "<img src=x" not in page, address
        assert "\u202e" not in page, address
        assert "＜" in page or "&lt;img" in page or "\\u003cimg" in page, f"{address}: it is shown, as text"
