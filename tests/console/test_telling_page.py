"""The page of hooks: added, tried, told, taken away; nothing of their addresses and secrets is shown."""

from __future__ import annotations

import json
import select
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from time import monotonic

import pytest
from tests.console.conftest import Console
from tests.console.telling.receiving import receiver

from headwater.casework import ledgers
from headwater.casework.budget import PER_10000, Budget
from headwater.client import received
from headwater.console.models import Table
from headwater.console.telling.guarding import reach
from headwater.console.telling.rounds import Rounds
from headwater.store.keys import token_key
from headwater.store.tokens import Tokeniser

HOOKS = "/api/v1/cases/insurer/telling/hooks"
TELLING = "/api/v1/cases/insurer/telling"


def rounds(console: Console) -> Rounds:
    return Rounds(console.house, reach(["127.0.0.0/8"]))


def test_a_hook_is_told_of_alerts_from_its_first_day_on(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEADWATER_TELLING_NETWORKS", "127.0.0.0/8")
    li = console.as_user("li")
    with receiver() as there:
        body = {"kind": "webhook", "address": there.address, "events": ["alert.released", "answer.changed"]}
        made = li.post(HOOKS, json=body)
        assert made.status_code == 200, made.text
        assert made.json()["secret"].startswith("whsec_")
        turn = rounds(console)
        now = datetime.now(UTC)
        assert turn.once(now + timedelta(minutes=1)) == 0, "what was raised before is not told"
        assert li.post(f"{HOOKS}/try", json={"id": made.json()["id"]}).status_code == 200
        assert turn.once(now + timedelta(minutes=2)) == 1
        shown = li.get(TELLING)
        page = li.get("/cases/insurer/telling")
        assert page.status_code == 200
        for text in (shown.text, page.text):
            assert made.json()["secret"] not in text
            assert "key=1" not in text
        deliveries = Table.model_validate(shown.json()["deliveries"])
        assert [row["state"].text for row in deliveries.rows] == ["taken"]  # type: ignore[union-attr]
        assert li.post(f"{HOOKS}/end", json={"id": made.json()["id"]}).status_code == 200
        assert li.post(f"{HOOKS}/try", json={"id": made.json()["id"]}).status_code == 404
    assert json.loads(there.got[0][1])["type"] == "hook.tried"


def test_what_an_evening_lets_through_is_told_and_what_grows_is_told_again(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEADWATER_TELLING_NETWORKS", "127.0.0.0/8")
    li, workspace = console.as_user("li"), console.ready.workspace()
    tokeniser = Tokeniser(token_key(workspace))
    ledger, evening = ledgers.load(workspace, Budget(PER_10000, 1), tokeniser)
    waiting = ledger.waiting()[0]
    with receiver() as there:
        body = {"kind": "webhook", "address": there.address, "events": ["alert.released", "alert.updated"]}
        made = li.post(HOOKS, json=body).json()
        turn, now = rounds(console), datetime.now(UTC)
        assert turn.once(now + timedelta(minutes=1)) == 0
        let_through = replace(waiting, released=waiting.raised)
        for step, one in enumerate((let_through, let_through, replace(let_through, said_bits=let_through.bits + 9))):
            ledger.alerts = [one if a.id == one.id else a for a in ledger.alerts]
            ledgers.save(workspace, ledger, evening)
            turn.once(now + timedelta(minutes=2 + step))
            rounds(console).once(now + timedelta(minutes=2 + step, seconds=30))  # as after a restart
        assert li.post(f"{HOOKS}/end", json={"id": made["id"]}).status_code == 200
    told = [json.loads(body) for _, body in there.got]
    assert [(m["type"], m["data"]["id"]) for m in told] == [
        ("alert.released", waiting.id),
        ("alert.updated", waiting.id),
    ]
    sent = b"".join(body for _, body in there.got).decode()
    assert waiting.accounts and all(account not in sent for account in waiting.accounts)
    assert all(p.employee not in sent for p in waiting.people if p.employee != "?")
    for message, (headers, data) in zip(told, there.got, strict=True):
        assert received(made["secret"], headers, data, float(headers["webhook-timestamp"])).data == message["data"]


def test_several_messages_to_one_hook_do_not_wait_for_the_next_round(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEADWATER_TELLING_NETWORKS", "127.0.0.0/8")
    li, turn = console.as_user("li"), rounds(console)
    with receiver() as there:
        body = {"kind": "webhook", "address": there.address, "events": ["alert.released"]}
        made = li.post(HOOKS, json=body).json()
        for _ in range(3):
            assert li.post(f"{HOOKS}/try", json={"id": made["id"]}).status_code == 200
        turn.start()
        until = monotonic() + 10  # less than a round
        while len(there.got) < 3 and monotonic() < until:
            select.select([], [], [], 0.02)
        turn.stop()
        assert li.post(f"{HOOKS}/end", json={"id": made["id"]}).status_code == 200
    assert len({headers["webhook-id"] for headers, _ in there.got}) == 3


def test_an_address_inside_the_house_is_refused(console: Console) -> None:
    for address in (
        "https://127.0.0.1/x",
        "https://169.254.169.254/latest",
        "http://[::1]:8080/",
        "file:///etc/passwd",
    ):
        body = {"kind": "ocsf", "address": address, "events": ["answer.changed"]}
        refused = console.as_user("li").post(HOOKS, json=body)
        assert (refused.status_code, refused.headers["content-type"]) == (400, "application/problem+json")
        assert address not in refused.text


def test_an_address_that_apprise_does_not_know_stands_in_no_log(
    console: Console, caplog: pytest.LogCaptureFixture
) -> None:
    body = {"kind": "apprise", "address": "nonsense://li:hunter2@mail.example.com", "events": ["alert.released"]}
    refused = console.as_user("li").post(HOOKS, json=body)
    assert refused.status_code == 400
    assert "hunter2" not in refused.text + caplog.text


def test_people_are_told_by_apprise(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEADWATER_TELLING_NETWORKS", "127.0.0.0/8")
    li = console.as_user("li")
    with receiver() as there:
        address = there.address.replace("http://", "json://")
        made = li.post(HOOKS, json={"kind": "apprise", "address": address, "events": ["alert.released"], "lang": "zh"})
        assert made.status_code == 200, made.text
        assert li.post(f"{HOOKS}/try", json={"id": made.json()["id"]}).status_code == 200
        assert rounds(console).once(datetime.now(UTC) + timedelta(minutes=1)) == 1
        assert li.post(f"{HOOKS}/end", json={"id": made.json()["id"]}).status_code == 200
    assert "试发" in json.loads(there.got[0][1])["message"]


def test_the_secret_of_a_hook_is_shown_once_also_to_who_asks_with_the_same_key(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEADWATER_TELLING_NETWORKS", "127.0.0.0/8")
    li, key = console.as_user("li"), {"Idempotency-Key": "k-hook"}
    body = {"kind": "webhook", "address": "http://127.0.0.1:9/x", "events": ["alert.released"]}
    first, second = (li.post(HOOKS, json=body, headers=key).json() for _ in range(2))
    assert first["secret"] != second["secret"]
    for made in (first, second):
        assert li.post(f"{HOOKS}/end", json={"id": made["id"]}).status_code == 200


def test_only_who_may_settle_a_case_sees_and_adds_hooks(console: Console) -> None:
    assert console.as_user("zhao").get(TELLING).status_code == 403
    hidden, absent = (console.as_user("chen").get(TELLING.replace("insurer", name)) for name in ("insurer", "nowhere"))
    assert (hidden.status_code, hidden.json()) == (absent.status_code, absent.json())
    body = {"kind": "webhook", "address": "https://hook.example.com", "events": ["alert.released"]}
    assert console.as_user("zhao").post(HOOKS, json=body).status_code == 403


def test_the_whole_case_is_taken_as_events_with_pseudonyms_and_a_mark(console: Console) -> None:
    for path in ("/cases/insurer/telling/case.ocsf.jsonl", "/api/v1/cases/insurer/telling/case.ocsf.jsonl"):
        taken = console.as_user("li").get(path)
        assert taken.status_code == 200
        events = [json.loads(line) for line in taken.text.splitlines()]
        assert {e["class_uid"] for e in events} >= {2004, 2005, 2006}
        assert all(e["unmapped"]["watermark"].startswith("li ") for e in events)
    result = console.ready.result()
    accounts = {a for f in result["findings"] for a in f["accounts"]}
    assert accounts
    told = {v for e in events for o in e.get("observables", ()) for v in [o["value"]]}
    assert not accounts & told


def test_a_new_answer_goes_to_monitoring(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEADWATER_TELLING_NETWORKS", "127.0.0.0/8")
    li = console.as_user("li")
    with receiver() as there:
        body = {"kind": "ocsf", "address": there.address, "events": ["answer.changed"], "secret": "Splunk 1"}
        assert li.post(HOOKS, json=body).status_code == 200
        answer = console.ready.out() / "result.json"
        answer.write_bytes(answer.read_bytes() + b"\n")
        assert rounds(console).once(datetime.now(UTC) + timedelta(minutes=1)) == 1
    lines = b"".join(body for _, body in there.got).splitlines()
    assert len(lines) > 10
    assert all(json.loads(line)["metadata"]["product"]["name"] == "Headwater" for line in lines)


def test_an_answer_in_chinese_goes_to_monitoring_too_and_waits_until_it_is_ready(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEADWATER_TELLING_NETWORKS", "127.0.0.0/8")
    li, out, now = console.as_user("li"), console.ready.out(), datetime.now(UTC)
    english = out / "result.json"
    assert li.get("/api/v1/cases/insurer/findings").status_code == 200
    with receiver() as there:
        hooks = {
            lang: li.post(
                HOOKS, json={"kind": "ocsf", "address": there.address, "events": ["answer.changed"], "lang": lang}
            ).json()["id"]
            for lang in ("en", "zh")
        }
        turn = rounds(console)

        def states(lang: str) -> list[str]:
            rows = li.get(TELLING).json()["deliveries"]["rows"]
            return [row["state"]["text"] for row in rows if row["hook"] == hooks[lang]]

        kept = english.read_bytes()
        english.write_bytes(b"{}")  # nothing that could be shown: pages still show the earlier answer
        (out / "result.zh.json").rename(chinese := out / "kept")
        turn.once(now + timedelta(minutes=1))
        assert (states("en"), states("zh"), there.got) == (["waiting"], ["waiting"], [])
        (out / "result.en.json").write_bytes(kept)  # as an investigation in Chinese leaves them
        chinese.rename(english)
        for minute in (2, 3):
            turn.once(now + timedelta(minutes=minute))
        assert (states("en"), states("zh")) == (["taken", "not sent"], ["taken", "not sent"])
    langs = [{json.loads(line)["metadata"]["product"]["lang"] for line in body.splitlines()} for _, body in there.got]
    assert sorted(map(sorted, langs)) == [["en"], ["zh"]], "each in its hook's language"
