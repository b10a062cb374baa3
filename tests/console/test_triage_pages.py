"""Alerts, incidents and names as people use them: judged, found again, opened by two; and what nobody may see."""

from __future__ import annotations

import json
import os
import re
import sqlite3
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from time import time
from typing import Any

import pytest
from fastapi.testclient import TestClient
from tests.console.conftest import Console
from tests.console.hostile import MARKER, everything
from tests.processes import KEY

from headwater.casework import ledgers
from headwater.casework.alerting import Ledger
from headwater.casework.budget import PER_10000, Budget
from headwater.model.alert import Alert
from headwater.model.evidence import Citation, Statement
from headwater.model.words import Text
from headwater.store.manifest import CHANGING
from headwater.store.tokens import Tokeniser

CASE = "/cases/insurer"
API = f"/api/v1{CASE}"
PAGES = ("/today", "/today/below", "/incidents", "/incidents/1", "/incidents/1/lines", "/reveals")


def api(who: TestClient, path: str, **body: Any) -> Any:
    answer = who.post(f"{API}{path}", json=body) if body else who.get(f"{API}{path}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def form(who: TestClient, path: str, **fields: str) -> Any:
    return who.post(f"{CASE}{path}", data={**fields, "csrf": who.headers["x-csrf"]})


def card(who: TestClient, place: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = api(who, "/today")["cards"][place]
    return found


def names(console: Console) -> set[str]:
    """Every name of staff that the case's answer and alerts hold."""
    result = console.ready.result()
    people = {p["employee"] for i in result["incidents"] for p in i["people"]} - {"?"}
    accounts = {a for i in result["incidents"] for a in i["accounts"]} | {
        a for f in result["findings"] for a in f["accounts"]
    }
    devices = {d for f in result["findings"] for d in f["devices"]}
    tokeniser = Tokeniser(bytes.fromhex(KEY))
    alerts = ledgers.load(console.ready.workspace(), Budget(PER_10000, 1), tokeniser)[0].alerts
    return people | accounts | devices | {a for alert in alerts for a in alert.accounts}


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("path", PAGES)
def test_no_page_names_anybody_of_the_staff(console: Console, path: str, lang: str) -> None:
    secret = names(console)
    assert len(secret) > 10
    page = console.as_user("li").get(f"{CASE}{path}?lang={lang}")
    twin = console.as_user("li").get(f"{API}{path}")
    assert page.status_code == twin.status_code == 200
    shown = re.findall(r"[A-Za-z0-9_-]+", page.text + twin.text)
    assert not secret & set(shown)


def test_every_alert_says_what_is_needed_to_judge_it(console: Console) -> None:
    told = api(console.as_user("li"), "/today")
    assert told["watched"]
    assert told["cards"]
    for each in told["cards"]:
        assert all(each[name] for name in ("sentence", "rarity", "usual", "peers", "clears", "pieces"))
        assert each["bits"] == pytest.approx(sum(p["bits"] for p in each["pieces"]), abs=0.05)
    ranked = [row["bits"] for row in told["waiting"]["rows"]]
    assert ranked == sorted(ranked, reverse=True)


def test_an_incident_tells_all_of_the_story(console: Console) -> None:
    told, raw = api(console.as_user("li"), "/incidents/1"), console.ready.result()["incidents"][0]
    assert [s["bits"] for s in told["waterfall"]["table"]["rows"]][-1] == pytest.approx(raw["bits"])
    assert len(told["persons"]["rows"]) == len(raw["people"])
    assert {t["title"] for t in told["tested"]} == {a["title"] for a in raw["alternatives"]}
    assert len(told["findings"]["rows"]) == len(raw["findings"])
    assert told["sides"][0]["who"] == ""
    assert told["alerts"]


def test_a_verdict_stands_on_the_page_and_in_the_next_run(console: Console) -> None:
    li, first = console.as_user("li"), card(console.as_user("li"))
    sent = form(li, f"/today/{first['id']}/verdict", said="confirmed", because="heard", seen=first["judged"]["seen"])
    path, _hash, following = sent.headers["location"].partition("#")
    assert path == f"{CASE}/today?said=noted"
    assert following == card(li)["id"] != first["id"]  # the next that waits
    after = next(c for c in api(li, "/today")["cards"] if c["id"] == first["id"])
    assert (after["judged"]["state"], after["judged"]["voices"][0]["by"]) == ("confirmed", "li")


def test_who_was_slower_is_told_and_keeps_what_he_typed(console: Console) -> None:
    li, wu = console.as_user("li"), console.as_user("wu")
    before = card(li, 1)
    form(
        li, f"/today/{before['id']}/verdict", said="unsure", because="look at the roster", seen=before["judged"]["seen"]
    )
    late = form(
        wu, f"/today/{before['id']}/verdict", said="refuted", because="typed <b>long", seen=before["judged"]["seen"]
    )
    assert late.status_code == 409
    assert "look at the roster" in late.text
    assert "typed &lt;b&gt;long" in late.text
    assert not [v for v in api(wu, f"/today/{before['id']}")["card"]["judged"]["voices"] if v["by"] == "wu"]
    seen = re.search(r'name="seen" value="([^"]+)"', late.text)
    assert seen
    again = form(wu, f"/today/{before['id']}/verdict", said="refuted", because="typed", seen=seen[1])
    assert again.status_code == 303
    assert api(wu, f"/today/{before['id']}")["card"]["judged"]["state"] == "refuted"


def test_of_three_who_speak_at_once_one_is_first_and_the_others_are_told(console: Console) -> None:
    everybody = [console.as_user(name) for name in ("li", "wu", "zhao")]
    before = api(everybody[0], "/incidents/1")["judged"]["seen"]
    body = {"said": "unsure", "seen": before}
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(lambda who: who.post(f"{API}/incidents/1/verdict", json=body).status_code, everybody))
    assert sorted(answers) == [200, 409, 409]


def test_ones_own_newer_word_hinders_nobody(console: Console) -> None:
    zhao, last = console.as_user("zhao"), card(console.as_user("zhao"), 2)
    for said in ("unsure", "confirmed"):
        assert form(zhao, f"/today/{last['id']}/verdict", said=said, seen=last["judged"]["seen"]).status_code == 303
    voices = api(zhao, f"/today/{last['id']}")["card"]["judged"]["voices"]
    assert [v["said"] for v in voices if v["by"] == "zhao"] == ["confirmed"]


def test_an_explanation_without_reason_or_day_is_refused(console: Console) -> None:
    li, first = console.as_user("li"), card(console.as_user("li"))
    for fields in ({"because": "audit"}, {"until": "2026-12-31"}, {"because": "audit", "until": "soon"}):
        answer = form(li, f"/today/{first['id']}/verdict", said="explained", seen=first["judged"]["seen"], **fields)
        assert answer.status_code in (400, 422)


def test_an_incident_is_judged_and_known_again_by_its_people(console: Console) -> None:
    li = console.as_user("li")
    seen = api(li, "/incidents/2")["judged"]["seen"]
    assert (
        form(li, "/incidents/2/verdict", said="explained", because="a test", until="2099-01-01", seen=seen).status_code
        == 303
    )
    assert api(li, "/incidents/2")["judged"]["state"] == "explained"
    assert api(li, "/incidents/1")["judged"]["state"] != "explained"
    late = console.as_user("wu").post(f"{API}/incidents/2/verdict", json={"said": "unsure"})
    assert (late.status_code, late.json()["title"]) == (409, "Somebody was quicker")


def test_a_word_taken_back_is_one_no_more(console: Console) -> None:
    li, wu = console.as_user("li"), console.as_user("wu")
    path = f"/today/{kept_alerts(console).waiting()[0].id}"

    def judged(who: TestClient) -> dict[str, Any]:
        found: dict[str, Any] = api(who, path)["card"]["judged"]
        return found

    assert not judged(li)["mine"]
    for said, mine, state in (("refuted", True, "refuted"), ("withdrawn", False, "")):
        assert form(li, f"{path}/verdict", said=said, seen=judged(li)["seen"]).status_code == 303
        found = judged(li)
        assert (found["mine"], found["state"], found["waits"]) == (mine, state, not mine)
        assert not judged(wu)["mine"]
        assert ('value="withdrawn"' in li.get(f"{CASE}{path}").text) is mine
        assert 'value="withdrawn"' not in wu.get(f"{CASE}{path}").text


@contextmanager
def raised(console: Console, *more: Alert, instead: Sequence[Alert] = ()) -> Iterator[None]:
    """A ledger with other alerts, or with some as they stand on a later evening; in the end it is as it was."""
    workspace, tokeniser = console.ready.workspace(), Tokeniser(bytes.fromhex(KEY))
    file = workspace / ledgers.FOLDER / ledgers.SEALED
    before = file.read_bytes()
    ledger, evening = ledgers.load(workspace, Budget(PER_10000, 1), tokeniser)
    names = {alert.id for alert in instead}
    ledger.alerts = [*(a for a in ledger.alerts if a.id not in names), *instead, *more]
    ledgers.save(workspace, ledger, evening)
    try:
        yield
    finally:
        file.write_bytes(before)


def kept_alerts(console: Console) -> Ledger:
    return ledgers.load(console.ready.workspace(), Budget(PER_10000, 1), Tokeniser(bytes.fromhex(KEY)))[0]


def an_alert(console: Console, place: int = 0) -> Alert:
    """A released alert as it is kept, with its names; the heaviest first."""
    return sorted(kept_alerts(console).released(), key=lambda a: -a.bits)[place]


def test_an_alert_that_grew_while_somebody_looked_is_looked_at_again(console: Console) -> None:
    """A verdict is on what was seen: an explanation must not cover somebody who joined meanwhile."""
    zhao, known = console.as_user("zhao"), an_alert(console, 1)
    path, more = f"/today/{known.id}", {"said": "explained", "because": "the audit of March", "until": "2030-01-31"}
    seen = api(zhao, path)["card"]["judged"]["seen"]
    grown = replace(known, about=(*known.about, "person:P01015"), detectors=(*known.detectors, "outflow"))
    with raised(console, instead=[grown]):
        late = form(zhao, f"{path}/verdict", **more, seen=seen)
        assert late.status_code == 409
        assert "the audit of March" in late.text
        assert "zhao" not in {v["by"] for v in api(zhao, path)["card"]["judged"]["voices"]}
    assert form(zhao, f"{path}/verdict", **more, seen=seen).status_code == 303
    assert api(zhao, path)["card"]["judged"]["state"] == "explained"
    with raised(console, instead=[grown]):
        found = api(zhao, path)["card"]["judged"]
        assert (found["state"], found["waits"], len(found["grown"])) == ("outgrown", True, 2)
        assert "P01015" not in str(found["grown"])
        assert api(zhao, "/today")["unjudged"] >= 1
    later = replace(known, ends=date(2030, 2, 1))
    with raised(console, instead=[later]):
        assert api(zhao, path)["card"]["judged"]["state"] == "lapsed", "its last day is seen from the alert's"


def test_a_verdict_covers_no_alert_that_is_folded(console: Console) -> None:
    """A broken rule of the same account must not vanish below a heavier story that was refuted."""
    wu = console.as_user("wu")
    known = replace(an_alert(console), id="A-000000000001", bits=50.0, about=("account:x", "person:P01015"))
    second = replace(known, id="A-000000000002", bits=40.0, about=("account:x",))
    with raised(console, known, second):
        head = next(c for c in api(wu, "/today")["cards"] if c["id"] == known.id)
        assert [f["alert"]["text"][:14] for f in head["folded"]] == [second.id]
        form(wu, f"/today/{known.id}/verdict", said="refuted", seen=head["judged"]["seen"])
        told = api(wu, "/today")
        assert told["cards"][0]["id"] == second.id, "it waits, and heads its story now"
        assert not {known.id} & {c["id"] for c in told["cards"]}
        assert [f["judged"]["text"] for f in told["cards"][0]["folded"]] == ["refuted"]
        form(wu, f"/today/{second.id}/verdict", said="refuted", seen=told["cards"][0]["judged"]["seen"])
        told = api(wu, "/today")
        assert next(c for c in told["cards"] if c["id"] == known.id)["judged"]["settled"]
        order = [c["judged"]["settled"] for c in told["cards"]]
        assert order == sorted(order), "what is settled comes last, however heavy"


def test_a_file_that_bears_a_name_is_shown_by_another_and_read_all_the_same(console: Console) -> None:
    wu, known = console.as_user("wu"), an_alert(console)
    account = known.accounts[0]
    (console.ready.case() / "logs" / f"{account}.log").write_text("nothing\n2024-03-12 10:00:00 opened 12 records\n")
    cites = replace(known, statements=(Statement(Text("t", "t"), 1.0, (Citation(f"logs/{account}.log", 2),)),))
    with raised(console, instead=[cites]):
        (found,) = api(wu, f"/today/{known.id}/lines")["lines"]
    assert found["text"] == "2024-03-12 10:00:00 opened 12 records"
    assert account not in found["source"]


def test_the_auditor_looks_and_does_not_judge(console: Console) -> None:
    wang = console.as_user("wang")
    assert wang.get(f"{CASE}/today").status_code == 200
    assert "data-verdict" not in wang.get(f"{CASE}/today").text
    for path in (f"/today/{card(wang)['id']}/verdict", "/incidents/1/verdict"):
        assert wang.post(f"{API}{path}", json={"said": "confirmed"}).status_code == 403
    assert wang.post(f"{API}/incidents/1/notes", json={"text": "x"}).status_code == 403


def test_notes_and_tasks_are_kept_masked_and_shown(console: Console) -> None:
    li = console.as_user("li")
    assert form(li, "/incidents/1/notes", text="ring 15400000000, 张晓明 knows").status_code == 303
    assert form(li, "/incidents/1/tasks", text="hear P01019", assignee="wu", due="2026-12-31").status_code == 303
    told = api(li, "/incidents/1")
    assert told["notes"][0]["text"] == "ring 154****0000, 张** knows"
    task = told["tasks"][0]
    assert (task["assignee"], task["due"], task["state"]) == ("wu", "2026-12-31", "open")
    assert "P01019" not in task["text"]
    assert not api(li, "/incidents/2")["notes"]
    assert form(li, f"/incidents/1/tasks/{task['id']}", state="done").status_code == 303
    assert api(li, "/incidents/1")["tasks"][0]["state"] == "done"
    assert form(li, "/incidents/1/tasks", text="x", assignee="chen").status_code == 400
    assert form(li, "/incidents/1/tasks", text="x", due="soon").status_code == 400


def test_a_task_is_of_its_incident_and_seen_from_every_other(console: Console) -> None:
    wu, li = console.as_user("wu"), console.as_user("li")
    story = api(wu, "/incidents/2")["story_id"]
    made = api(wu, "/incidents/2/tasks", text="ask the branch", story=story)["id"]
    (mine,) = (t for t in api(wu, "/incidents/2")["tasks"] if t["id"] == made)
    (seen,) = (t for t in api(wu, "/incidents/1")["tasks"] if t["id"] == made)
    assert (mine["here"], mine["incident"]) == (True, None)
    assert (seen["here"], seen["incident"]["href"]) == (False, f"{CASE}/incidents/2")
    assert api(wu, "/incidents/2")["tasks"][0]["id"] == made, "those of the story come first"
    assert form(wu, f"/incidents/2/tasks/{made}", state="done", seen="open").status_code == 303
    late = form(li, f"/incidents/2/tasks/{made}", state="dropped", seen="open")
    assert late.status_code == 409
    assert "done (wu)" in late.text
    other = wu.post(f"{API}/incidents/1/tasks", json={"text": "x", "story": story})
    assert other.status_code == 409, "the rank is another story's"


def told_of_people(who: TestClient) -> list[dict[str, Any]]:
    return [p for r in api(who, "/incidents/1")["reasons"] for p in r["pieces"]]


def test_cited_lines_are_those_of_the_case_folder_and_the_look_is_logged(console: Console) -> None:
    li, raw = console.as_user("li"), console.ready.result()["incidents"][0]["statements"]
    number = next(n for n, s in enumerate(raw) if s["evidence"])
    told = api(li, f"/incidents/1/lines?of={number}")
    cited = {(e["source"], e["line"]) for e in raw[number]["evidence"]}
    assert {(q["source"], q["line"]) for q in told["lines"]} <= cited
    assert any(q["text"] for q in told["lines"])
    statement = next(p for p in told_of_people(li) if p["lines"])
    assert any(q["text"] for q in li.get(f"/api/v1{statement['lines']['href']}").json()["lines"])
    piece = next(p for c in api(li, "/today")["cards"] for p in c["pieces"] if p["lines"])
    assert any(q["text"] for q in li.get(f"/api/v1{piece['lines']['href']}").json()["lines"])
    assert li.get(f"{API}/incidents/1/lines?of=9999").status_code == 404
    assert li.get(f"{API}/incidents/1/lines?of=0&person=9999").status_code == 404


def test_no_line_of_the_case_shows_a_client(console: Console) -> None:
    clients = (console.ready.case() / "clients").glob("*.csv")
    rows = [line.split(",") for file in clients for line in file.read_text("utf-8").splitlines()[1:]]
    values = {
        v.strip('"') for row in rows for v in row if re.fullmatch(r"[\u4e00-\u9fff]{2,4}|[0-9Xx]{11,}", v.strip('"'))
    }
    assert len(values) > 100
    li = console.as_user("li")
    for path in ("/incidents/1/lines", *(f"/incidents/{rank}/lines?of={n}" for rank in (1, 2) for n in (0, 1))):
        text = " ".join(q["text"] or "" for q in api(li, path)["lines"])
        assert not {v for v in values if v in text and len(v) > 2}


def test_all_cited_lines_are_shown_page_by_page(console: Console) -> None:
    li, seen, start = console.as_user("li"), list[tuple[str, int]](), 0
    while start is not None:
        told = api(li, f"/incidents/1/lines?start={start}")
        seen += [(q["source"], q["line"]) for q in told["lines"]]
        start = told["next"]
    statements = console.ready.result()["incidents"][0]["statements"]
    assert len(seen) == told["total"] == len({(e["source"], e["line"]) for s in statements for e in s["evidence"]})
    assert len(set(seen)) == len(seen)


def test_an_alert_that_may_name_somebody_unknown_yet_is_not_shown(console: Console) -> None:
    """While a run reads into the lake, only what was read before it can be veiled."""
    li, workspace = console.as_user("li"), console.ready.workspace()
    assert li.get(f"{API}/today").status_code == 200
    ledger = workspace / ledgers.FOLDER / ledgers.SEALED
    before = ledger.stat()
    os.utime(ledger, (time() + 9999, time() + 9999))  # younger than any view of the lake, however old the ready case is
    manifest = sqlite3.connect(workspace / "manifest.sqlite", isolation_level=None)
    manifest.execute("insert into facts (name, value) values (?, '')", (CHANGING,))
    try:
        busy = li.get(f"{API}/today")
        assert (busy.status_code, "retry-after" in busy.headers) == (503, True)
    finally:
        manifest.execute("delete from facts where name = ?", (CHANGING,))
        manifest.close()
        os.utime(ledger, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert li.get(f"{API}/today").status_code == 200


@pytest.fixture(scope="module")
def asked(console: Console) -> Iterator[dict[str, str]]:
    """A request for each kind of thing, by zhao."""
    account = api(console.as_user("zhao"), "/incidents/1")["accounts"][0]["text"]
    of = {"alert": card(console.as_user("zhao"), 1)["id"], "incident": "incident:1", "pseudonym": account}
    yield {
        kind: api(console.as_user("zhao"), "/reveals", of=what, reason=f"complaint of 张晓明 about {kind}")["id"]
        for kind, what in of.items()
    }


@pytest.mark.parametrize("kind", ["alert", "incident", "pseudonym"])
def test_two_people_see_to_a_name(console: Console, asked: dict[str, str], kind: str) -> None:
    zhao, wang, wu = (console.as_user(name) for name in ("zhao", "wang", "wu"))
    path = f"/reveals/{asked[kind]}"
    assert "张晓明" not in wang.get(f"{CASE}{path}").text
    assert form(zhao, f"{path}/open").status_code == 400  # nobody agreed yet
    assert form(zhao, f"{path}/answer", agrees="true").status_code == 403  # his own
    assert form(wang, f"{path}/answer", agrees="true", minutes="2").status_code == 303
    assert api(zhao, path)["names"] == []  # the time begins with a look that is meant
    assert form(wu, f"{path}/open").status_code == 400
    assert form(zhao, f"{path}/open").status_code == 303
    told = api(zhao, path)
    real = names(console)
    assert told["names"]
    assert any(n["name"].split(" ")[0] in real for n in told["names"])
    assert 0 < told["seconds"] <= 120
    page = zhao.get(f"{CASE}{path}")
    assert page.headers["cache-control"] == "no-store"
    assert 'http-equiv="refresh"' in page.text
    for other in (wu, wang, console.as_user("li")):
        assert api(other, path)["names"] == []


def test_what_was_refused_opens_nothing(console: Console) -> None:
    zhao, wang = console.as_user("zhao"), console.as_user("wang")
    made = api(zhao, "/reveals", of="incident:2", reason="curious")["id"]
    assert form(wang, f"/reveals/{made}/answer", agrees="false").status_code == 303
    assert form(zhao, f"/reveals/{made}/open").status_code == 400
    assert api(zhao, f"/reveals/{made}")["request"]["state"] == "refused"


@pytest.mark.parametrize("what", ["incident:99", "S-0000000000", "A-000000000000", "x", "incident:1@abc", "../1", ""])
def test_names_are_asked_for_of_what_is_there_only(console: Console, what: str) -> None:
    answer = console.as_user("zhao").post(f"{API}/reveals", json={"of": what, "reason": "r"})
    assert answer.status_code in (400, 404)


def test_a_request_for_an_incident_of_another_answer_opens_nothing(console: Console) -> None:
    """Its rank may be another story's by now."""
    zhao, wang = console.as_user("zhao"), console.as_user("wang")
    made = api(zhao, "/reveals", of="incident:1", reason="r")["id"]
    form(wang, f"/reveals/{made}/answer", agrees="true")
    assert api(wang, f"/reveals/{made}")["request"]["about"]["href"] == f"{CASE}/incidents/1"
    file = console.ready.out() / "result.json"
    before, result = file.read_bytes(), console.ready.result()
    result["incidents"][0]["accounts"], result["incidents"][1]["accounts"] = (
        result["incidents"][1]["accounts"],
        result["incidents"][0]["accounts"],
    )
    story = api(zhao, "/incidents/1")["story_id"]
    file.write_text(json.dumps(result, ensure_ascii=False), "utf-8")
    try:
        for act, body in (
            ("verdict", {"said": "confirmed"}),
            ("notes", {"text": "his"}),
        ):  # nor is it judged by its rank
            late = zhao.post(f"{API}/incidents/1/{act}", json={**body, "story": story})
            assert (late.status_code, "another story" in late.text) == (409, True)
        assert form(zhao, f"/reveals/{made}/open").status_code == 409
        about = api(wang, f"/reveals/{made}")["request"]["about"]
        assert about == {"text": "incident:1 of an earlier answer", "href": f"{CASE}/incidents"}, (
            "no other story's page"
        )
        late = form(zhao, "/incidents/1/verdict", said="confirmed", story=story)
        assert "Say it all the same" not in late.text, "it can be said of nothing that is there"
    finally:
        file.write_bytes(before)
    assert form(zhao, f"/reveals/{made}/open?lang=zh").status_code == 303  # the same story in any language


def test_a_case_that_was_never_watched_says_so_and_offers_the_job(console: Console) -> None:
    page = console.as_user("li").get("/cases/market/today")
    assert page.status_code == 200
    assert 'href="/cases/market/jobs"' in page.text


def test_hostile_text_stays_text(console: Console) -> None:
    li = console.as_user("li")
    api_of = "/api/v1/cases/hostile"
    assert li.post(f"{api_of}/incidents/1/notes", json={"text": everything()}).status_code == 200
    assert li.post(f"{api_of}/reveals", json={"of": "incident:1", "reason": everything()}).status_code == 200
    for path in PAGES:
        text = li.get(f"/cases/hostile{path}").text
        assert not re.search(rf"<(script|img|svg|div)[^>]*{MARKER}", text)
        assert "<script>document" not in text
        assert " style=" not in text
        assert not re.search(
            r"<[^>]+ on[a-z]+=[^>]*>", re.sub(r"<pre.*?</pre>|<textarea.*?</textarea>", "", text, flags=re.S)
        )


def test_members_of_other_cases_get_nothing(console: Console) -> None:
    chen = console.as_user("chen")
    for path in (*PAGES, "/today/A-000000000000", "/reveals/R-00000001"):
        assert chen.get(f"{API}{path}").status_code == 404
    assert chen.post(f"{API}/incidents/1/verdict", json={"said": "confirmed"}).status_code == 404
