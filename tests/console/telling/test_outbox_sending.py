"""What has to be told is told: once entered, tried until it is taken, over restarts, and signed."""

from __future__ import annotations

import base64
import hmac
import json
import socket
import stat
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from tests.console.telling.receiving import receiver

from headwater.console.telling import news, posting, siem
from headwater.console.telling.guarding import reach, target
from headwater.console.telling.hooks import Hook, Message
from headwater.console.telling.outbox import DROPPED, GIVEN_UP, TAKEN, WAITING, WAITS, Outbox
from headwater.console.telling.sending import Sender
from headwater.console.telling.signing import new_secret, signed
from headwater.model.alert import Alert
from headwater.model.errors import CaseError
from headwater.model.evidence import PersonOdds, Statement
from headwater.model.words import Lang, Text

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
HOME = reach(["127.0.0.0/8", "::1/128"])


def alert(name: str = "A-0e1c403c0cd5", bits: float = 3.5, released: date | None = date(2026, 3, 1)) -> Alert:
    day = date(2026, 3, 1)
    said = Text("S-63c09127e7 read clients' records", "S-63c09127e7 读取了客户记录")
    return Alert(
        name, day, released, day, "fact", said, ("U-e055859e0f",), (PersonOdds("S-63c09127e7", 0.9, 3.0),),
        ("borrowed-account",), bits, day, day, 12, (Statement(said, bits, ()),), (), ("account:U-e055859e0f",), bits,
    )  # fmt: skip


def hook(address: str, kind: str = "webhook", **more: object) -> Hook:
    told = {"id": "H-1", "case": "one", "secret": new_secret(), "since": NOW - timedelta(days=1)} | more
    return Hook(kind=kind, address=address, **told)  # type: ignore[arg-type]


def no_answers(_case: str, _version: str, _lang: Lang) -> list[dict[str, object]]:
    return []


def sender(root: Path, answers: siem.Answers = no_answers) -> Sender:
    return Sender(Outbox(root / "console" / "outbox.sqlite"), HOME, answers)


def test_a_released_alert_is_told_once_and_signed(tmp_path: Path) -> None:
    out = sender(tmp_path)
    with receiver() as there:
        one = hook(there.address)
        messages = news.of_alerts("one", [alert(), alert("A-2", released=None)], frozenset(), NOW)
        assert out.outbox.put(messages) == 1
        assert out.outbox.put(messages) == 0
        assert out.round({one.id: one}, NOW) == 1
        assert out.round({one.id: one}, NOW) == 0
    (headers, body) = there.got[0]
    told = json.loads(body)
    assert told["type"] == "alert.released" and told["data"]["id"] == "A-0e1c403c0cd5"
    assert headers["webhook-id"] == messages[0].id and headers["host"].startswith("127.0.0.1:")
    key = base64.b64decode(one.secret.removeprefix("whsec_"))
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(key, content, sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert [d.state for d in out.outbox.of_case("one")] == [TAKEN]


def test_the_published_example_of_the_scheme() -> None:
    at = datetime.fromtimestamp(1614265330, UTC)
    body = b'{"test": 2432232314}'
    told = signed("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", at, body)
    assert told["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    with pytest.raises(CaseError):
        signed("whsec_short", "m", at, body)


def test_what_grew_is_an_update_and_what_merely_goes_on_is_not_said() -> None:
    first = news.of_alerts("one", [alert()], frozenset(), NOW)
    same = news.of_alerts(
        "one", [replace(alert(), bits=4.0, updated=date(2026, 3, 2))], frozenset({first[0].told["id"]}), NOW
    )
    grown = news.of_alerts("one", [replace(alert(), bits=9.0, said_bits=9.0)], frozenset({first[0].told["id"]}), NOW)
    assert same[0].id == first[0].id
    assert grown[0].id != first[0].id and grown[0].kind == "alert.updated"


def test_a_failure_is_tried_again_later_with_the_same_id_and_then_given_up(tmp_path: Path) -> None:
    out = sender(tmp_path)
    with receiver() as there:
        one = hook(there.address)
        there.plan = [(500, {})] * (len(WAITS) + 1)
        out.outbox.put(news.of_alerts("one", [alert()], frozenset(), NOW))
        now = NOW
        assert out.round({one.id: one}, now) == 1
        for wait in WAITS:
            assert out.round({one.id: one}, now + wait - timedelta(seconds=1)) == 0
            now += wait
            assert out.round({one.id: one}, now) == 1
        assert [d.state for d in out.outbox.of_case("one")] == [GIVEN_UP]
        assert out.round({one.id: one}, now + timedelta(days=9)) == 0
        assert len({headers["webhook-id"] for headers, _ in there.got}) == 1
        assert len({headers["webhook-timestamp"] for headers, _ in there.got}) == len(there.got)
        message = out.outbox.of_case("one")[0].message.id
        assert out.outbox.again(message, one.id, now)
        assert out.round({one.id: one}, now) == 1
    assert [(d.state, d.why) for d in out.outbox.of_case("one")] == [(TAKEN, "")]


def test_nobody_listens_a_redirection_and_a_wish_to_wait(tmp_path: Path) -> None:
    out = sender(tmp_path)
    with receiver() as there:
        one = hook(there.address)
        there.plan = [(302, {"Location": there.address}), (503, {"Retry-After": "3600"})]
        out.outbox.put(news.of_alerts("one", [alert()], frozenset(), NOW))
        out.round({one.id: one}, NOW)
        assert len(there.got) == 1, "a redirection is not followed"
        out.round({one.id: one}, NOW + WAITS[0])
        waiting = out.outbox.of_case("one")[0]
        assert waiting.due == NOW + WAITS[0] + timedelta(hours=1)
    out.round({one.id: one}, waiting.due)
    assert out.outbox.of_case("one")[0].why == "ConnectError"


def test_a_receiver_that_answers_a_letter_at_a_time_holds_nobody_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as slow:
        there = target(f"http://127.0.0.1:{slow.getsockname()[1]}/", HOME)
        answer = posting.post(there, b"{}", {}, NOW, longest=0.2)  # the system takes the connection, and nobody answers
    assert (answer.taken, answer.why) == (False, "no whole answer in time")


def test_a_receiver_that_is_gone_is_told_nothing_more(tmp_path: Path) -> None:
    out = sender(tmp_path)
    with receiver() as there:
        one = hook(there.address)
        there.plan = [(410, {})]
        out.outbox.put(news.of_alerts("one", [alert("A-1"), alert("A-2")], frozenset(), NOW))
        out.round({one.id: one}, NOW)
        out.round({one.id: one}, NOW + timedelta(days=1))
        assert out.outbox.shut() == {one.id}
        out.outbox.put(news.of_alerts("one", [alert("A-3")], frozenset(), NOW + timedelta(days=2)))
        assert out.round({one.id: one}, NOW + timedelta(days=2)) == 0, "nor what comes later"
        assert len(there.got) == 1
        assert {d.state for d in out.outbox.of_case("one")} == {DROPPED}
        out.outbox.put([news.of_trial("one", one.id, NOW + timedelta(days=3))])
        assert out.round({one.id: one}, NOW + timedelta(days=3)) == 1, "but a person's trial"
        assert out.outbox.shut() == frozenset(), "which opens it again where it is taken"


def test_a_message_that_meets_something_unforeseen_holds_up_no_other(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_case: str, _version: str, _lang: Lang) -> list[dict[str, object]]:
        raise RuntimeError("15400000000")

    out = sender(tmp_path, broken)
    with receiver() as there:
        hooks = {"H-1": hook(there.address, "ocsf", secret=""), "H-2": hook(there.address, id="H-2")}
        out.outbox.put([news.of_answer("one", "d1", NOW)])
        assert out.round(hooks, NOW) == 2
    assert len(there.got) == 1
    told = {d.hook: (d.state, d.why) for d in out.outbox.of_case("one")}
    assert told == {"H-1": (WAITING, "failed (RuntimeError)"), "H-2": (TAKEN, "")}
    assert "RuntimeError" in caplog.text and "15400000000" not in caplog.text


def test_an_answer_that_is_overtaken_is_left_out_and_never_called_taken(tmp_path: Path) -> None:
    out = sender(tmp_path, lambda _case, _version, _lang: None)
    with receiver() as there:
        one = hook(there.address, "ocsf", secret="")
        out.outbox.put([news.of_answer("one", "d1", NOW)])
        assert out.round({one.id: one}, NOW) == 1
    assert there.got == []
    (only,) = out.outbox.of_case("one")
    assert only.state == DROPPED and "newer answer" in only.why


def test_a_server_that_falls_while_sending_goes_on_after_a_restart(tmp_path: Path) -> None:
    before = sender(tmp_path)
    with receiver() as there:
        one = hook(there.address)
        before.outbox.put(news.of_alerts("one", [alert()], frozenset(), NOW))
        before.outbox.spread([one], NOW)
        assert len(before.outbox.due(NOW)) == 1  # taken up, and then nothing is heard of it
        after = sender(tmp_path)
        assert after.round({one.id: one}, NOW + timedelta(minutes=1)) == 0
        assert after.round({one.id: one}, NOW + timedelta(minutes=11)) == 1
    assert len(there.got) == 1


def test_a_hook_is_told_of_its_case_its_events_and_nothing_from_before(tmp_path: Path) -> None:
    out = sender(tmp_path)
    with receiver() as there:
        hooks = {
            "H-1": hook(there.address, case="two"),
            "H-2": hook(there.address, id="H-2", since=NOW + timedelta(seconds=1)),
            "H-3": hook(there.address, id="H-3", events=frozenset({"alert.updated"})),
            "H-4": hook(there.address, id="H-4"),
        }
        out.outbox.put(news.of_alerts("one", [alert()], frozenset(), NOW))
        assert out.round(hooks, NOW) == 1
        out.outbox.put([news.of_trial("one", "H-3", NOW)])
        assert out.round(hooks, NOW) == 1
    assert [json.loads(body)["type"] for _, body in there.got] == ["alert.released", "hook.tried"]


def test_a_hook_that_was_taken_away_is_not_told(tmp_path: Path) -> None:
    out = sender(tmp_path)
    with receiver() as there:
        out.outbox.put(news.of_alerts("one", [alert()], frozenset(), NOW))
        out.outbox.spread([hook(there.address)], NOW)
        out.round({}, NOW)
    assert there.got == []
    assert [d.state for d in out.outbox.of_case("one")] == [DROPPED]


def test_an_answer_goes_to_a_siem_in_parts_and_goes_on_where_it_stopped(tmp_path: Path) -> None:
    def answers(case: str, version: str, lang: Lang) -> Iterator[dict[str, object]]:
        assert (case, version, lang) == ("one", "d1", "en")
        return ({"class_uid": 2004, "n": n} for n in range(siem.PART * 2 + 7))

    out = sender(tmp_path, answers)
    with receiver() as there:
        one = hook(there.address, "ocsf", secret="Splunk 1234")
        there.plan = [(200, {}), (503, {})]
        out.outbox.put([news.of_answer("one", "d1", NOW)])
        out.round({one.id: one}, NOW)
        assert out.outbox.of_case("one")[0].position == 1
        out.round({one.id: one}, NOW + WAITS[0])
    assert [len(body.splitlines()) for _, body in there.got] == [siem.PART, siem.PART, siem.PART, 7]
    assert there.got[1][1] == there.got[2][1]
    assert there.got[1][0]["idempotency-key"] == there.got[2][0]["idempotency-key"]
    assert all(headers["authorization"] == "Splunk 1234" for headers, _ in there.got)
    assert [d.state for d in out.outbox.of_case("one")] == [TAKEN]


def test_an_alert_is_an_event_of_the_open_schema(tmp_path: Path) -> None:
    one = hook("https://siem.example.com", "ocsf", secret="")
    message = news.of_alerts("one", [alert()], frozenset(), NOW)[0]
    told = siem.of_message(one, message)
    assert (told["class_uid"], told["type_uid"], told["severity"]) == (2004, 200401, "High")
    again = siem.of_message(one, replace(message, kind="alert.updated"))
    assert again["type_uid"] == 200402 and again["metadata"]["uid"] == told["metadata"]["uid"]


def test_an_alert_spans_the_days_of_the_house_and_says_odds_and_what_would_clear_it() -> None:
    doubted = replace(alert(), clears=(Text("a ticket of these clients", "这些客户的工单"),))
    message = news.of_alerts("one", [doubted], frozenset(), NOW, "Asia/Shanghai")[0]
    told = siem.of_message(hook("https://siem.example.com", "ocsf", secret="", lang="zh"), message)
    span = [datetime.fromtimestamp(told[name] / 1000, UTC).isoformat() for name in ("start_time", "end_time")]
    assert span == ["2026-02-28T16:00:00+00:00", "2026-03-01T15:59:59+00:00"]
    assert told["unmapped"]["clears"] == ["这些客户的工单"]
    assert told["unmapped"]["odds"] == message.told["odds"] == {"S-63c09127e7": 0.9}


def test_the_outbox_is_private_and_holds_neither_address_nor_secret(tmp_path: Path) -> None:
    out = sender(tmp_path)
    with receiver() as there:
        one = hook(there.address)
        out.outbox.put(news.of_alerts("one", [alert()], frozenset(), NOW))
        there.plan = [(500, {})]
        out.round({one.id: one}, NOW)
    folder = tmp_path / "console"
    written = b"".join(file.read_bytes() for file in folder.iterdir())
    assert one.secret.encode() not in written and b"/take?key" not in written
    assert one.secret not in repr(one) and one.address not in repr(one)
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in folder.iterdir())


def test_hostile_words_are_told_as_they_are(tmp_path: Path) -> None:
    said = "a\u202e\u2028b\udc80\n</script>\x00"
    out = sender(tmp_path)
    with receiver() as there:
        one = hook(there.address)
        out.outbox.put(news.of_alerts("one", [replace(alert(), title=Text(said, said))], frozenset(), NOW))
        out.round({one.id: one}, NOW)
    assert len(there.got[0][1].decode().splitlines()) == 1
    assert json.loads(there.got[0][1])["data"]["title"]["en"] == said


def test_what_is_done_is_forgotten_after_a_month_and_does_not_come_back(tmp_path: Path) -> None:
    out = sender(tmp_path)
    with receiver() as there:
        one = hook(there.address)
        messages: list[Message] = news.of_alerts("one", [alert()], frozenset(), NOW)
        out.outbox.put(messages)
        out.round({one.id: one}, NOW)
        later = NOW + timedelta(days=31)
        out.outbox.tidied(later)
        assert out.outbox.of_case("one") == []
        assert out.outbox.put(messages) == 0
        assert out.round({one.id: one}, later) == 0
    assert len(there.got) == 1
    assert WAITING not in {d.state for d in out.outbox.of_case("one")}
