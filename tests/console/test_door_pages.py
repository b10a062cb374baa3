"""One's own account, the accounts of the house, members of a case, and the log: what a browser does there, and a stranger cannot."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

import pyotp
import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient
from tests.console.conftest import BASE, Console
from tests.console.ready_cases import password

from headwater.console.door import watermarks
from headwater.store.casebook import reading_log, verifying
from headwater.store.casebook.tables import AUDIT


def signed(console: Console, name: str, word: str = "", code: str = "") -> TestClient:
    client = TestClient(console.app, base_url=BASE, follow_redirects=False)
    told = client.post("/sign-in", data={"name": name, "password": word or password(name), "code": code})
    assert told.status_code == 303, told.text
    found = re.search(r'name="csrf" value="([^"]+)"', client.get("/account").text)
    assert found
    client.headers["x-csrf"] = found[1]
    return client


def refuses(client: TestClient, path: str, data: dict[str, object], status: int = 400) -> None:
    answer = client.post(path, data=data)
    assert answer.status_code == status, (path, answer.text[-1500:])


def test_a_password_is_changed_by_who_knows_it_and_ends_every_session(console: Console) -> None:
    chen, other = signed(console, "chen"), signed(console, "chen")
    new = "wholly another sentence"
    refuses(chen, "/account/password", {"password": "wrong", "new_password": new, "password_again": new})
    refuses(chen, "/account/password", {"password": password("chen"), "new_password": new, "password_again": new + "x"})
    differ = chen.post(
        "/account/password", data={"password": password("chen"), "new_password": new, "password_again": "x" * 12}
    )
    assert new not in differ.text
    assert password("chen") not in differ.text
    refuses(
        chen, "/account/password", {"password": password("chen"), "new_password": "short", "password_again": "short"}
    )
    told = chen.post(
        "/account/password", data={"password": password("chen"), "new_password": new, "password_again": new}
    )
    assert told.headers["location"] == "/sign-in"
    assert chen.get("/api/v1/account").status_code == other.get("/api/v1/account").status_code == 401
    again = signed(console, "chen", new)
    back = {"password": new, "new_password": password("chen"), "password_again": password("chen")}
    assert again.post("/account/password", data=back).status_code == 303


def test_a_second_factor_is_set_up_shown_once_and_removed(console: Console) -> None:
    wu = signed(console, "wu")
    refuses(wu, "/account/factor", {"password": "wrong"})
    page = wu.post("/account/factor", data={"password": password("wu")})
    assert 'src="data:image/svg+xml' in page.text
    secret = re.findall(r"<code>([A-Z2-7]{32})</code>", page.text)[0]
    assert secret not in wu.get("/account").text + wu.get("/api/v1/account").text
    refuses(wu, "/account/factor/confirm", {"code": "000000"})
    first = pyotp.TOTP(secret).at(datetime.now(UTC))
    codes = re.findall(
        r"<li><code>([a-z0-9-]{19})</code>", wu.post("/account/factor/confirm", data={"code": first}).text
    )
    assert len(codes) == 10
    assert wu.get("/api/v1/account").json()["factor"] is True
    refuses(wu, "/account/factor/remove", {"password": password("wu"), "code": "000000"})
    refuses(wu, "/account/factor/remove", {"password": "wrong", "code": codes[1]})
    assert signed(console, "wu", code=codes[0]).get("/api/v1/account").json()["recovery_left"] == 9
    newer = wu.post("/account/factor/recovery", data={"password": password("wu"), "code": codes[2]})
    assert len(re.findall(r"<li><code>", newer.text)) == 10
    refuses(wu, "/account/factor/remove", {"password": password("wu"), "code": codes[1]})
    fresh = re.findall(r"<li><code>([a-z0-9-]{19})</code>", newer.text)[0]
    assert wu.post("/account/factor/remove", data={"password": password("wu"), "code": fresh}).status_code == 303
    assert wu.get("/api/v1/account").json()["factor"] is False


def test_a_token_is_made_by_a_person_does_what_it_may_and_makes_no_other(console: Console) -> None:
    wu = signed(console, "wu")
    refuses(wu, "/account/tokens", {"name": "nightly", "scopes": "read", "password": "wrong"})
    refuses(wu, "/account/tokens", {"name": "nightly", "password": password("wu")})
    made = wu.post(
        "/account/tokens", data={"name": "nightly", "scopes": ["read"], "days": "3", "password": password("wu")}
    )
    secret = re.findall(r"<code>(hwt_[\w-]+)</code>", made.text)[0]
    assert made.headers["cache-control"] == "no-store"
    program = TestClient(console.app, base_url=BASE, headers={"authorization": f"Bearer {secret}"})
    assert program.get("/api/v1/account").json()["sessions"]["rows"] == []
    body = {"name": "more", "scopes": ["admin"], "password": password("wu")}
    for path, sent in (
        ("/account/tokens", body),
        ("/account/sign-out-everywhere", {}),
        ("/account/factor", {"password": password("wu")}),
    ):
        refused = program.post(f"/api/v1{path}", json=sent)
        assert refused.status_code == 403, path
        assert program.post(path, data=sent).status_code == 403, path
    shown = wu.get("/api/v1/account").json()
    assert shown["tokens"]["rows"][-1]["name"] == "nightly"
    assert secret not in json.dumps(shown)
    again = {"idempotency-key": "k-1"}  # an answer with a secret in it is kept nowhere
    sent = {"name": "twice", "scopes": ["read"], "password": password("wu")}
    told = [wu.post("/api/v1/account/tokens", json=sent, headers=again).json()["secret"] for _ in range(2)]
    assert told[0] != told[1]
    token = shown["open_tokens"][-1][0]
    refuses(signed(console, "zhao"), f"/account/tokens/{token}/end", {}, 404)
    assert wu.post(f"/account/tokens/{token}/end").status_code == 303
    assert program.get("/api/v1/account").status_code == 401


def test_sessions_end_one_by_one_and_all_at_once(console: Console) -> None:
    here, there = signed(console, "zhao"), signed(console, "zhao")
    listed = here.get("/api/v1/account").json()
    latest = listed["open_sessions"][0][0]
    refuses(signed(console, "chen"), f"/account/sessions/{latest}/end", {}, 404)
    assert here.post(f"/account/sessions/{latest}/end").headers["location"] == "/account?said=account_session_ended"
    assert there.get("/api/v1/account").status_code == 401
    assert "The session was ended." in here.get("/account?said=account_session_ended").text
    assert here.post("/account/sign-out-everywhere").headers["location"] == "/sign-in"
    assert here.get("/api/v1/account").status_code == 401


def test_only_an_administrator_keeps_accounts(console: Console) -> None:
    for name in ("wu", "zhao", "wang"):
        client = signed(console, name)
        assert client.get("/users").status_code == 403
        assert 'href="/users"' not in client.get("/cases").text
        refuses(client, "/users/invite", {"roles": "administrator"}, 403)
    refused = signed(console, "wang").get("/api/v1/audit", params={"act": "refused"}).json()["entries"]["rows"]
    assert {"wu", "zhao", "wang"} <= {row["actor"] for row in refused}


def test_somebody_is_invited_given_roles_and_cases_and_shut_out(console: Console) -> None:
    li = signed(console, "li")
    listed = li.get("/api/v1/users").json()
    market = next(id for id, name in listed["cases"] if name == "market")
    page = li.post("/users/invite", data={"display": "Sun", "roles": ["analyst"], "cases": [market]})
    link = re.findall(r"<code>http://127\.0\.0\.1(/join/[\w-]+)</code>", page.text)[0]
    assert link not in li.get("/users").text
    fields = {"name": "Sun Li", "password": "a long sentence", "again": "a long sentence"}
    stranger = console.stranger()
    assert stranger.post(link, data=fields).headers["location"] == "/cases"
    assert [row["case"]["text"] for row in stranger.get("/api/v1/cases").json()["cases"]["rows"]] == ["market"]
    row = next(r for r in li.get("/api/v1/users").json()["users"]["rows"] if r["name"]["text"] == "Sun Li")
    address = row["name"]["href"]
    seen = li.get(f"/api/v1{address}").json()["seen"]
    assert li.post(f"{address}/roles", data={"roles": ["auditor"], "seen": seen}).status_code == 303
    late = li.post(f"{address}/roles", data={"roles": ["investigator"], "seen": seen})
    assert late.status_code == 409
    assert "auditor" in late.text
    assert 'name="seen" value="auditor"' in late.text  # sent again, it is said all the same
    works = li.get(f"/api/v1{address}").json()["seen_cases"]
    assert li.post(f"{address}/cases", data={"cases": [], "seen": works}).status_code == 303
    lost = li.post(f"{address}/cases", data={"cases": [market], "seen": works})
    assert lost.status_code == 409, "the later of two was not told"
    assert 'name="seen" value="-"' in lost.text
    assert li.post(f"{address}/cases", data={"cases": ["C-99999999"], "seen": "-"}).status_code == 404
    assert stranger.get("/api/v1/audit").status_code == 200
    assert li.post(f"{address}/disabled", data={"disabled": "true"}).status_code == 303
    assert stranger.get("/api/v1/cases").status_code == 401
    refuses(li, f"{li.get('/api/v1/users').json()['users']['rows'][0]['name']['href']}/disabled", {"disabled": "true"})
    assert li.get("/api/v1/users/U-99999999").status_code == 404


def test_members_of_a_case_are_said_by_who_may(console: Console) -> None:
    li, zhao = signed(console, "li"), signed(console, "zhao")
    shown = li.get("/api/v1/cases/insurer/members").json()
    assert "chen" in shown["others"]
    assert zhao.get("/api/v1/cases/insurer/members").json()["others"] == []
    refuses(zhao, "/cases/insurer/members/add", {"name": "chen"}, 403)
    assert li.post("/cases/insurer/members/add", data={"name": "chen"}).status_code == 303
    assert "chen" in li.get("/api/v1/cases/insurer/members").json()["names"]
    assert li.post("/cases/insurer/members/end", data={"name": "chen"}).status_code == 303
    stale = {"two_person": "true", "seen": "true"}
    refuses(li, "/cases/insurer/members/two-person", stale, 409)
    assert li.post("/cases/insurer/members/two-person", data={"two_person": "true", "seen": "false"}).status_code == 303
    assert li.get("/api/v1/cases/insurer/about").json()["two_person"] is True


def test_the_log_is_read_filtered_paged_verified_and_taken_out(console: Console) -> None:
    wang = signed(console, "wang")
    assert signed(console, "zhao").get("/audit").status_code == 403
    page = wang.get("/api/v1/audit", params={"limit": 5}).json()
    assert page["entries"]["rows"][0]["act"] != "log.read"  # its own entry is the next
    seqs = [row["seq"] for row in page["entries"]["rows"]]
    after = wang.get("/api/v1/audit", params={"limit": 5, "after": page["entries"]["next"]}).json()
    assert [row["seq"] for row in after["entries"]["rows"]] == [seq - 5 for seq in seqs]
    acts = wang.get("/api/v1/audit", params={"act": "log.read"}).json()["entries"]
    assert {row["act"] for row in acts["rows"]} == {"log.read"}
    assert "wang" in {row["actor"] for row in acts["rows"]}
    assert wang.get("/api/v1/audit", params={"until": "2001-01-01"}).json()["entries"]["total"] == 0
    begins = wang.get("/api/v1/audit", params={"act": "log."}).json()
    assert {row["act"] for row in begins["entries"]["rows"]} == {act for act in begins["acts"] if act[:4] == "log."}
    assert wang.get("/api/v1/audit", params={"act": "nothing"}).json()["entries"]["rows"] == []
    assert wang.get("/api/v1/audit", params={"since": "9999-12-31", "until": "9999-12-31"}).status_code == 200
    found = wang.post("/api/v1/audit/verify", json={}).json()
    assert found["whole"] is True
    assert found["faults"]["rows"] == []
    wrong = wang.post("/api/v1/audit/verify", json={"head": f"3:{'0' * 64}"}).json()
    assert wrong["whole"] is False
    assert "NOT whole" in wang.post("/audit/verify", data={"head": f"3:{'0' * 64}"}).text
    lines = [json.loads(line) for line in wang.get("/audit/export").text.splitlines()]
    with console.house.book.reading() as tx:
        known = [entry.digest for entry in verifying.entries(tx)]
    assert [line["digest"] for line in lines] == known[: len(lines)]
    assert lines[-1]["act"] == "log.exported"


def test_a_long_log_is_not_counted_for_each_page(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    wang = signed(console, "wang")
    monkeypatch.setattr(reading_log, "COUNTED", 3)
    every, some = (wang.get("/api/v1/audit", params=asked).json() for asked in ({}, {"act": "sign-in"}))
    assert (every["entries"]["total"], every["entries"]["more"]) == (every["entries"]["rows"][0]["seq"], False)
    assert (some["entries"]["total"], some["entries"]["more"]) == (3, True)
    assert "(at least 3)" in wang.get("/audit", params={"act": "sign-in"}).text
    with console.house.book.reading() as tx:
        known = set(tx.connection.execute(sa.select(AUDIT.c.act).distinct()).scalars())
    assert known - set(some["acts"]) <= {"log.read"}
    assert sorted(known) == sorted({*some["acts"], "log.read"})


def test_what_is_taken_is_marked_and_a_false_mark_is_known(console: Console) -> None:
    wang = signed(console, "wang")
    head = wang.get("/audit?download=entries&limit=500").text.splitlines()[0]
    mark = re.findall(r"\((wang .* #[0-9a-f]{16})\)", head)[0]
    assert wang.get("/api/v1/audit/mark", params={"mark": f"({mark})"}).json()["genuine"] is True
    printed = re.findall(r'<p class="taken">([^<]+)</p>', wang.get("/cases").text)[0]
    assert wang.get("/api/v1/audit/mark", params={"mark": printed}).json()["genuine"] is True
    for false in (mark.replace("wang", "li"), mark[:-1] + ("0" if mark[-1] != "0" else "1"), "x", ""):
        assert wang.get("/api/v1/audit/mark", params={"mark": false}).json()["genuine"] is False
    assert watermarks.read(console.house.book.sealer, mark).told.startswith("wang 20")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_page_of_the_door_stands_in_both_languages(console: Console, lang: str) -> None:
    li, wang = console.as_user("li"), console.as_user("wang")
    user = li.get("/api/v1/users").json()["users"]["rows"][0]["name"]["href"]
    for client, path in (
        (li, "/account"),
        (li, "/users"),
        (li, user),
        (li, "/cases/insurer/members"),
        (wang, "/audit"),
        (wang, "/audit/mark?mark=x"),
    ):
        page = client.get(path, headers={"accept-language": lang})
        assert page.status_code == 200, (path, page.text[-800:])
        assert f'lang="{"zh-Hans" if lang == "zh" else "en"}"' in page.text
        assert "style=" not in page.text
        assert not re.search(r"\son\w+=", page.text)
