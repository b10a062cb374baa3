"""The client against a console that listens: cases, lists, verdicts, errors, and what a token may do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx2
import pytest
from tests.console.conftest import Console
from tests.console.serving_house import listening, token

from headwater.client import (
    BusyError,
    ClientError,
    ConflictError,
    HookError,
    NotAllowedError,
    NotFoundError,
    NotSignedInError,
    UnreachableError,
    received,
)
from headwater.client import Console as Client
from headwater.console.telling.signing import new_secret, signed
from headwater.store.casebook.tokens import Scope

BOTH = (Scope.read, Scope.write)


@dataclass
class There:
    """A console that listens, and how to speak to it."""

    console: Console
    address: str

    def client(self, name: str = "li", *scopes: Scope) -> Client:
        return Client(self.address, token(self.console, name, *(scopes or BOTH)), tries=1)


@pytest.fixture(scope="module")
def there(console: Console) -> Iterator[There]:
    with listening(console.app) as address:
        yield There(console, address)


def test_cases_and_lists_are_read_to_their_end(there: There) -> None:
    with there.client() as li:
        assert sorted(li.cases()) == ["hostile", "insurer", "market"]
        findings = list(li.case("insurer").findings())
        by_three = [row["title"] for row in li.case("insurer").rows("/findings", "findings", limit=3)]
    assert len(findings) == len(there.console.ready.result()["findings"])
    assert by_three == [row["title"] for row in findings]
    with there.client("chen") as chen:
        assert chen.cases() == ["market"]
        with pytest.raises(NotFoundError):
            chen.case("insurer").get("/about")


def test_an_alert_is_judged_once_and_the_later_is_told(there: There) -> None:
    with there.client() as li, there.client("zhao") as zhao:
        mine, theirs = (next(c.case("insurer").alerts()) for c in (li, zhao))
        assert mine.id == theirs.id and mine.state == ""
        li.case("insurer").judge(mine, "unsure")
        with pytest.raises(ConflictError) as late:
            zhao.case("insurer").judge(theirs, "confirmed")
        assert late.value.stands
        assert zhao.case("insurer").alert(mine.id).state == "unsure"


def test_a_write_with_a_key_counts_once_and_a_key_is_for_one_request(there: There) -> None:
    with there.client() as li:
        case = li.case("insurer")
        one = list(case.alerts())[-1]
        path, body = f"/today/{one.id}/verdict", {"said": "unsure", "seen": one.seen}
        first = case.send(path, body, key="k-1")
        assert case.send(path, body, key="k-1") == first
        with pytest.raises(ConflictError, match="key"):
            case.send(path, body | {"said": "confirmed"}, key="k-1")
        assert len(case.alert(one.id).told["judged"]["voices"]) == 1
        with pytest.raises(ClientError):
            case.send(path, {"said": "nonsense"}, key="k-2")
        stands = case.alert(one.id).seen
        assert case.send(path, {"said": "unsure", "seen": stands}, key="k-2")["id"], "what failed is not kept"


def test_a_token_does_no_more_than_its_scopes_and_its_owner(there: There) -> None:
    with there.client("li", Scope.read) as reading:
        one = next(reading.case("insurer").alerts())
        with pytest.raises(NotAllowedError):
            reading.case("insurer").judge(one, "confirmed")
        with pytest.raises(NotAllowedError):
            reading.asking.send("/account/password", {"password": "x", "new": "y", "again": "y"})
    with Client(there.address, "hwt_" + "a" * 43, tries=1) as stranger, pytest.raises(NotSignedInError):
        stranger.cases()


def test_what_is_wrong_is_told_without_what_was_sent(there: There) -> None:
    with there.client() as li, pytest.raises(ClientError) as wrong:
        li.get("/cases/insurer/findings", limit="15400000000 李某")
    assert wrong.value.status == 422
    assert "limit" in wrong.value.detail and "154" not in str(wrong.value.problem)


def test_the_events_of_a_case_are_taken(there: There) -> None:
    with there.client() as li:
        assert li.case("insurer").events().count(b"\n") > 10


def test_work_is_begun_followed_and_a_file_dropped(there: There) -> None:
    with there.client() as li:
        case = li.case("market")
        begun = case.begin("report")
        assert (begun.kind, begun.over) == ("report", False)
        assert case.end(begun).id == begun.id
        *_, last = case.followed(begun, every=0.05)
        assert last.status == "cancelled"
        address = case.drop("list.csv", b"name,phone\n")
        assert address.startswith("/cases/market/leaks/dropped/")
        dropped = list(case.rows("/leaks", "dropped"))
        assert [row.links["name"].href for row in dropped] == [address]
        for row in case.rows("/jobs", "jobs"):
            one = case.job(next(iter(row.links.values())).href.rpartition("/")[2])
            assert one.over or case.end(one)


def test_no_alert_is_passed_over_while_they_are_judged_one_by_one(there: There) -> None:
    with there.client("wu") as wu:
        case = wu.case("insurer")
        waiting = {one.id for one in case.alerts() if not one.state}
        met = set()
        for one in case.alerts(limit=1):
            if one.id in waiting:
                case.judge(case.alert(one.id), "unsure")
                met.add(one.id)
    assert met == waiting


def test_an_address_where_the_token_would_be_seen_is_refused_and_nobody_is_there() -> None:
    with pytest.raises(ValueError, match="https"):
        Client("http://console.example.com", "hwt_x")
    with pytest.raises(ValueError, match="password"):
        Client("https://li:horse@console.example.com", "hwt_x")
    with Client("http://127.0.0.1:9", "hwt_x", tries=2, rest=lambda _s: None) as nobody:
        with pytest.raises(UnreachableError):
            nobody.cases()
        assert "hwt_x" not in repr(nobody.asking)


def test_a_receiver_knows_what_the_console_signed() -> None:
    secret, now = new_secret(), datetime(2026, 3, 2, tzinfo=UTC)
    body = b'{"type":"alert.released","timestamp":"2026-03-02T00:00:00+00:00","data":{"id":"A-1"}}'
    headers = {k.title(): v for k, v in signed(secret, "evt_1", now, body).items()}
    assert received(secret, headers, body, now.timestamp() + 60).data == {"id": "A-1"}
    for changed, at in ((body + b" ", now.timestamp()), (body, now.timestamp() + 600)):
        with pytest.raises(HookError):
            received(secret, headers, changed, at)
    with pytest.raises(HookError):
        received(new_secret(), headers, body, now.timestamp())


def test_something_busy_is_asked_again_after_the_time_that_it_says() -> None:
    problem = {"type": "/reference#problem-503", "title": "Busy", "status": 503, "detail": "a run is under way"}
    answers = [httpx2.Response(503, json=problem, headers={"Retry-After": "7"}), httpx2.Response(200, json={"n": 1})]
    keys, rests = list[str](), list[float]()

    def answer(request: httpx2.Request) -> httpx2.Response:
        keys.append(request.headers["Idempotency-Key"])
        return answers.pop(0)

    transport = httpx2.MockTransport(answer)
    with Client("https://console.example.com", "hwt_x", transport=transport, rest=rests.append) as there:
        assert there.asking.send("/cases/one/jobs", {"kind": "scan"}) == {"n": 1}
        assert rests == [7.0]
        assert len(set(keys)) == 1 and len(keys) == 2, "the same write, told twice, counts once"
        answers.append(httpx2.Response(503, json=problem))
        with pytest.raises(BusyError, match="under way"):
            there.asking.send("/cases/one/jobs", {"kind": "scan"}, files={"file": b"x"})


def test_what_shows_a_secret_is_sent_once_and_what_is_no_console_is_said_to_be_none() -> None:
    asked = list[str]()

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(request.url.path)
        if request.method == "GET":
            return httpx2.Response(200, text="<html>Sign in to the network</html>")
        raise httpx2.ReadTimeout("nothing was heard")

    transport = httpx2.MockTransport(answer)
    with Client("https://console.example.com", "hwt_x", transport=transport, rest=lambda _s: None) as there:
        for path in ("/cases/one/telling/hooks", "/users/invite"):
            with pytest.raises(UnreachableError, match="ReadTimeout"):
                there.asking.send(path, {})
        assert len(asked) == 2, "no key makes these count once"
        with pytest.raises(UnreachableError, match="something else"):
            there.cases()
