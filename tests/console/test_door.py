"""The door: sessions, forged and idle ones, other sites, other names, sizes, floods, links and second factors."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from fastapi.testclient import TestClient
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp
from tests.console.conftest import BASE, Console
from tests.console.ready_cases import password

from headwater.console.door.limiting import Limiter
from headwater.console.door.marking import Marked
from headwater.console.door.passing import COOKIE, SECURE_COOKIE, cookie_value, kept
from headwater.console.door.recognising import COOKIE as KNOWN
from headwater.console.door.rules import DoorRules, Rates, Sizes
from headwater.console.door.watching import Watched
from headwater.console.errors import BusyError, TooOftenError
from headwater.model.errors import CaseError
from headwater.store.casebook import factors, links, tokens, users, verifying
from headwater.store.casebook.signing_in import sign_in, who
from headwater.store.casebook.tokens import Scope


def before(console: Console, rules: DoorRules, app: ASGIApp | None = None) -> ASGIApp:
    """Another door before the application's own, which is not made anew for it."""
    return Marked(Watched(app or console.app, console.house.book, rules, Limiter(rules.rates)))


def signed(console: Console, name: str, *, rules: DoorRules | None = None, base: str = BASE) -> TestClient:
    app = before(console, rules) if rules else console.app
    client = TestClient(app, base_url=base, follow_redirects=False)
    answer = client.post("/sign-in", data={"name": name, "password": password(name)})
    assert answer.status_code == 303, answer.text
    return client


def csrf(client: TestClient) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', client.get("/cases").text)
    assert found
    return found[1]


def test_the_cookie_is_for_this_site_alone_and_no_script_reads_it(console: Console) -> None:
    answer = console.stranger().post("/sign-in", data={"name": "wu", "password": password("wu"), "to": "/account"})
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert answer.headers["location"] == "/account"
    secure = TestClient(console.app, base_url="https://127.0.0.1", follow_redirects=False)
    told = secure.post("/sign-in", data={"name": "wu", "password": password("wu")})
    assert told.headers["set-cookie"].startswith(f"{SECURE_COOKIE}=")
    assert "secure" in told.headers["set-cookie"].lower()
    assert "max-age" in told.headers["strict-transport-security"]
    assert secure.get("/cases").status_code == 200


@pytest.mark.parametrize(
    "to", ["//example.com", "/\\example.com", "https://example.com", "/a\nb", "javascript:alert(1)"]
)
def test_nobody_is_led_to_another_site(console: Console, to: str) -> None:
    answer = console.stranger().post("/sign-in", data={"name": "wu", "password": password("wu"), "to": to})
    assert answer.headers["location"] == "/"
    assert "example.com" not in console.stranger().get("/sign-in", params={"to": to}).text


def test_a_forged_torn_or_idle_cookie_opens_nothing(console: Console) -> None:
    sealer, now = console.house.book.sealer, datetime.now(UTC)
    value = signed(console, "wu").cookies[COOKIE]
    held = kept(sealer, value)
    assert held is not None
    ticket, seen, mac = value.split("~")
    forged = [
        "", "x", ticket, f"{ticket}~{seen}", f"{ticket}~{int(seen) + 1}~{mac}", f"{ticket[:-1]}0~{seen}~{mac}", f"~~{mac}",
        cookie_value(sealer, ticket, now - timedelta(minutes=61)),
        cookie_value(sealer, ticket, now + timedelta(minutes=61)),
        cookie_value(sealer, ticket.replace("U-", "U-9"), now),
    ]  # fmt: skip
    for wrong in forged:
        client = console.stranger()
        client.cookies[COOKIE] = wrong
        assert client.get("/api/v1/cases").status_code == 401, wrong
    client = console.stranger()
    client.cookies[COOKIE] = cookie_value(sealer, ticket, now - timedelta(minutes=59))
    answer = client.get("/cases")
    assert answer.status_code == 200
    renewed = kept(sealer, re.findall(f"{COOKIE}=([^;]+)", answer.headers["set-cookie"])[0])
    assert renewed is not None
    assert renewed.seen > now - timedelta(minutes=1)


def test_a_page_that_asks_by_itself_keeps_nobody_signed_in(console: Console) -> None:
    sealer, now = console.house.book.sealer, datetime.now(UTC)
    ticket = signed(console, "wu").cookies[COOKIE].split("~")[0]
    client = console.stranger()
    client.cookies[COOKIE] = cookie_value(sealer, ticket, now - timedelta(minutes=30))
    assert "set-cookie" not in client.get("/cases", headers={"hx-request": "true"}).headers


def test_signing_out_ends_this_session_and_a_kept_cookie_is_no_use(console: Console) -> None:
    client, other = signed(console, "wu"), signed(console, "wu")
    value = client.cookies[COOKIE]
    assert client.post("/sign-out", data={"csrf": csrf(client)}).status_code == 303
    client.cookies.clear()
    client.cookies[COOKIE] = value
    assert client.get("/api/v1/cases").status_code == 401
    assert other.get("/api/v1/cases").status_code == 200


def test_a_change_from_another_site_or_without_its_token_is_refused(console: Console) -> None:
    client = signed(console, "wu")
    token = csrf(client)
    other = csrf(signed(console, "wu"))
    evil = {"sec-fetch-site": "cross-site"}
    for data, headers in (
        ({}, {}), ({"csrf": other}, {}), ({"csrf": token}, evil), ({"csrf": token}, {"sec-fetch-site": "same-site"}),
        ({"csrf": token}, {"origin": "https://example.com"}), ({"csrf": token}, {"origin": "null"}),
        ({"csrf": token}, {"authorization": "Basic eDp5"}),
    ):  # fmt: skip
        assert client.post("/sign-out", data=data, headers=headers).status_code in (401, 403, 303)
        assert client.get("/api/v1/cases").status_code == 200, (data, headers)
    assert (
        console.stranger().post("/sign-in", data={"name": "wu", "password": password("wu")}, headers=evil).status_code
        == 403
    )
    own = {"sec-fetch-site": "same-origin", "origin": BASE}
    assert client.post("/sign-out", data={"csrf": token}, headers=own).status_code == 303
    assert client.get("/api/v1/cases").status_code == 401


def test_who_comes_by_a_link_on_another_site_is_led_on_to_be_known(console: Console) -> None:
    stranger = console.stranger()
    sent = stranger.get("/cases?q=%E6%9D%8E&sort=-bits", headers={"sec-fetch-site": "cross-site"})
    assert sent.headers["location"] == "/sign-in?to=/cases%3Fq%3D%25E6%259D%258E%26sort%3D-bits"
    onward = stranger.get(sent.headers["location"], headers={"sec-fetch-site": "cross-site"})
    assert 'content="0; url=/cases?q=%E6%9D%8E&amp;sort=-bits"' in onward.text
    form = stranger.get(sent.headers["location"], headers={"sec-fetch-site": "same-origin"})
    assert 'value="/cases?q=%E6%9D%8E&amp;sort=-bits"' in form.text


def test_only_the_servers_own_names_and_one_of_them(console: Console) -> None:
    for host, code in (
        ("127.0.0.1:8080", 303),
        ("localhost", 303),
        ("[::1]:8080", 303),
        ("example.com", 421),
        ("127.0.0.1.example.com", 421),
        ("", 421),
    ):
        assert console.stranger().get("/", headers={"host": host}).status_code == code, host
    team = DoorRules(names=("headwater.example.com",), secure=True)
    app = before(console, team, PlainTextResponse("in", 303))
    for base, code in (
        ("https://headwater.example.com", 303),
        ("http://headwater.example.com", 400),
        ("https://127.0.0.1", 421),
    ):
        assert TestClient(app, base_url=base, follow_redirects=False).get("/").status_code == code


def test_an_address_with_nothing_in_it_is_none(console: Console) -> None:
    li = console.as_user("li")
    for path in ("/cases/%00", "/cases?q=%00", "/static/%00", "/api/v1/cases/x%00/about"):
        assert li.get(path).status_code == 400, path
    wang = console.as_user("wang")
    for path in ("/api/v1/audit?after=99999999999999999999", "/api/v1/audit?after=x", "/api/v1/audit?limit=0"):
        assert wang.get(path).status_code == 422, path
    assert wang.get("/api/v1/audit?after=999999999999999").status_code == 200


def test_bodies_are_cut_off(console: Console) -> None:
    rules = DoorRules(sizes=Sizes(stranger=1000, usual=5000, upload=9000))
    stranger = TestClient(before(console, rules), base_url=BASE, follow_redirects=False)
    assert stranger.post("/sign-in", content=b"x" * 1001).status_code == 401
    chunks = (b"name=" + b"x" * 600, b"y" * 600)
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert stranger.post("/sign-in", content=iter(chunks), headers=form).status_code == 413
    assert stranger.post("/sign-in", content=b"", headers={"content-length": "x"}).status_code in (400, 422)
    wu = signed(console, "wu", rules=rules)
    token = csrf(wu)
    drop = "/cases/insurer/leaks/dropped"
    for size, kind, code in (
        (8500, {"files": {"file": b"x" * 8000}}, (303, 400, 403)),
        (9500, {"files": {"file": b"x" * 9500}}, (413,)),
        (6000, {"content": b"x" * 6000}, (413,)),
    ):
        assert wu.post(drop, **kind).status_code in code, size  # type: ignore[arg-type]
    for size, code in ((6000, 413), (4000, 303)):
        assert wu.post("/sign-out", data={"csrf": token, "x": "y" * size}).status_code == code


def test_a_token_opens_what_its_scopes_say_and_no_cookie_helps(console: Console) -> None:
    wu, now = signed(console, "wu"), datetime.now(UTC)
    with console.house.book.transaction(now) as tx:
        user = who(tx, wu.cookies[COOKIE].split("~")[0])
        _token, secret = tokens.make(tx, user, "nightly", [Scope.read], now + timedelta(days=1))
    by_token = console.stranger()
    assert by_token.get("/api/v1/cases", headers={"authorization": f"Bearer {secret}"}).status_code == 200
    for wrong in (f"Bearer {secret[:-1]}", f"Basic {secret}", "Bearer", f"bearer {wu.cookies[COOKIE].split('~')[0]}x"):
        assert by_token.get("/api/v1/cases", headers={"authorization": wrong}).status_code == 401, wrong
        assert wu.get("/api/v1/cases", headers={"authorization": wrong}).status_code == 401, wrong


def test_a_second_factor_is_asked_for_at_the_door(console: Console) -> None:
    book = console.house.book
    begun = datetime.now(UTC)
    ticket = sign_in(book, "zhao", password("zhao"), begun)
    with book.transaction(begun) as tx:
        secret = factors.begin(tx, who(tx, ticket)).secret
        codes = factors.confirm(tx, who(tx, ticket), pyotp.TOTP(secret).at(begun - timedelta(seconds=30)))
    told = {"name": "zhao", "password": password("zhao")}
    refused = console.stranger().post("/sign-in", data=told)
    assert refused.status_code == 403
    assert 'value="zhao"' in refused.text
    assert console.stranger().post("/sign-in", data={**told, "code": codes[0]}).status_code == 303
    assert console.stranger().post("/sign-in", data={**told, "code": codes[0]}).status_code == 403
    now = datetime.now(UTC)
    assert console.stranger().post("/sign-in", data={**told, "code": pyotp.TOTP(secret).at(now)}).status_code == 303
    assert console.stranger().post("/sign-in", data={**told, "code": pyotp.TOTP(secret).at(now)}).status_code == 403
    admin = sign_in_admin(console)
    with book.transaction(datetime.now(UTC)) as tx:
        factors.reset(tx, who(tx, admin), who(tx, ticket))


def sign_in_admin(console: Console) -> str:
    return signed(console, "li").cookies[COOKIE].split("~")[0]


def test_a_flood_of_log_ins_runs_few_hashes_and_one_who_knows_his_password_waits_a_minute(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(console.app.state._state, "limiter", Limiter(Rates(failures="6 per minute")))
    client = console.stranger()
    codes = [client.post("/sign-in", data={"name": f"n{n}", "password": "guess"}).status_code for n in range(60)]
    assert codes == [403] * 6 + [429] * 54
    again = client.post("/sign-in", data={"name": "wu", "password": password("wu")})
    assert again.status_code == 429
    assert int(again.headers["retry-after"]) > 0


def test_so_many_requests_and_no_more(console: Console) -> None:
    rules = DoorRules(rates=Rates(strangers="5 per minute", signed_in="8 per minute"))
    client = TestClient(before(console, rules), base_url=BASE, follow_redirects=False)
    assert [client.get("/sign-in").status_code for _ in range(7)] == [200] * 5 + [429] * 2
    assert client.get("/static/console.css").status_code == 200
    refused = client.get("/api/v1/cases")
    assert (refused.status_code, refused.json()["status"]) == (429, 429)
    assert "default-src 'none'" in refused.headers["content-security-policy"]


def test_who_waits_for_a_hash_is_told_when_too_many_do() -> None:
    limiter = Limiter(Rates(hashing=1, waiting=0, failures="2 per minute"))
    with limiter.signing_in("192.0.2.1", "a"), pytest.raises(BusyError), limiter.signing_in("192.0.2.2", "b"):
        pass
    for _ in range(2):
        with pytest.raises(CaseError), limiter.signing_in("192.0.2.1", "a"):
            raise CaseError("wrong")
    with pytest.raises(TooOftenError), limiter.signing_in("192.0.2.1", "c"):
        pass
    with limiter.signing_in("192.0.2.2", "c"):
        pass


def test_a_slow_provider_keeps_the_servers_threads_from_nobody() -> None:
    limiter = Limiter(Rates(providing=1))
    with limiter.asking(), pytest.raises(BusyError), limiter.asking():
        pass
    with limiter.asking():
        pass


def test_an_invitation_is_taken_up_once_by_a_browser(console: Console) -> None:
    admin = sign_in_admin(console)
    with console.house.book.transaction(datetime.now(UTC)) as tx:
        secret = links.invite(tx, who(tx, admin), "<b>Sun</b>", [])
    stranger = console.stranger()
    shown = stranger.get(f"/join/{secret}")
    assert "&lt;b&gt;Sun" in shown.text
    fields = {"name": "sun", "display": "", "password": "a long sentence", "again": "a long sentence"}
    differ = stranger.post(f"/join/{secret}", data={**fields, "again": "another"})
    assert differ.status_code == 400
    assert 'value="sun"' in differ.text
    assert "a long sentence" not in differ.text
    assert stranger.post(f"/join/{secret}", data=fields).headers["location"] == "/cases"
    assert stranger.get("/api/v1/cases").status_code == 200
    assert console.stranger().get(f"/join/{secret}").status_code == 404
    assert console.stranger().post(f"/join/{secret}", data=fields).status_code == 404


def test_a_casebook_that_cannot_be_used_does_not_say_where_it_lies(console: Console) -> None:
    wu = signed(console, "wu")
    head = console.house.book.head.file
    aside = head.rename(head.with_suffix(".aside"))
    try:
        for path in ("/api/v1/account/sign-out-everywhere", "/account/sign-out-everywhere"):
            answer = wu.post(path, headers={"x-csrf": csrf(wu)})
            assert answer.status_code == 503
            assert str(console.ready.root) not in answer.text
            assert "casebook" not in answer.text
    finally:
        aside.rename(head)


def test_cookies_of_other_programs_on_this_machine_hide_none_of_ours(console: Console) -> None:
    value = signed(console, "wu").cookies[COOKIE]
    for beside in ('prefs={"a": 1}; ', "a=[1,2]; b; =x; ", "x=" + "y" * 9000 + "; "):
        told = {"cookie": f"{beside}{COOKIE}={value}"}
        assert console.stranger().get("/api/v1/cases", headers=told).status_code == 200, beside


def test_failures_of_strangers_shut_nobody_out_of_a_browser_of_his_own(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(console.app.state._state, "limiter", Limiter(Rates(failures="8 per minute")))
    kept_, admin = signed(console, "chen").cookies[KNOWN], sign_in_admin(console)
    right, wrong = ({"name": "chen", "password": told} for told in (password("chen"), "a guess"))

    def enters(known: str, data: dict[str, str]) -> int:
        browser = console.stranger()
        browser.cookies[KNOWN] = known
        return browser.post("/sign-in", data=data).status_code

    assert [enters("", wrong) for _ in range(5)] == [403] * 5
    others = signed(console, "wu").cookies[KNOWN]
    spoilt = [others, kept_[:-1] + ("0" if kept_[-1] != "0" else "1"), kept_.replace("~", "~1", 1), "~~~", "x"]
    assert {enters(told, right) for told in ("", *spoilt)} <= {403, 429}
    assert enters(kept_, right) == 303, "strangers shut him out"
    assert [enters(kept_, wrong) for _ in range(6)] == [403] * 5 + [429]
    with console.house.book.transaction(datetime.now(UTC)) as tx:  # it is shut again: open it for the other tests
        users.set_disabled(tx, who(tx, admin), users.find(tx, "chen"), False)


def test_a_house_that_demands_a_second_factor_lets_nobody_by_without(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    zhao, now = signed(console, "zhao"), datetime.now(UTC)
    with console.house.book.transaction(now) as tx:
        owner = who(tx, zhao.cookies[COOKIE].split("~")[0])
        _token, secret = tokens.make(tx, owner, "nightly", [Scope.read, Scope.write], now + timedelta(days=1))
    program = console.stranger()
    program.headers["authorization"] = f"Bearer {secret}"
    assert program.get("/api/v1/cases").status_code == 200
    rules = replace(console.app.state.rules, second_factor=True)
    monkeypatch.setitem(console.app.state._state, "rules", rules)
    for path in ("/cases", "/cases/insurer", "/cases/insurer/today?download=released", "/search?q=x", "/users"):
        assert zhao.get(path).headers["location"] == "/account", path
        assert program.get(f"/api/v1{path}").status_code == 403, path
    assert zhao.get("/api/v1/cases").status_code == program.get("/api/v1/account").status_code == 403
    page = zhao.get("/account")
    assert "demands a second factor of everybody" in page.text
    form = {"csrf": re.findall(r'name="csrf" value="([^"]+)"', page.text)[0]}
    assert zhao.post("/account/tokens", data={**form, "name": "x", "password": password("zhao")}).status_code == 303
    begun = zhao.post("/account/factor", data={**form, "password": password("zhao")}).text
    made = re.findall(r"<code>([A-Z2-7]{32})</code>", begun)[0]
    assert zhao.post("/account/factor/confirm", data={**form, "code": "0"}).status_code == 400
    assert "waits for its first code" in zhao.get("/account").text
    right = pyotp.TOTP(made).at(datetime.now(UTC))
    assert zhao.post("/account/factor/confirm", data={**form, "code": right}).status_code == 200
    assert zhao.get("/cases").status_code == program.get("/api/v1/cases").status_code == 200
    assert "demands a second factor" not in zhao.get("/account").text
    admin = sign_in(console.house.book, "li", password("li"), datetime.now(UTC))
    with console.house.book.transaction(datetime.now(UTC)) as tx:
        factors.reset(tx, who(tx, admin), owner)


def test_an_error_within_a_case_leads_on_within_it(console: Console) -> None:
    way = 'href="/cases/insurer/today"'
    for path in ("/cases/insurer/nothing", "/cases/insurer/incidents/9999", "/cases/insurer/findings?limit=0"):
        answer = console.as_user("zhao").get(path)
        assert answer.status_code in (404, 422), path
        assert way in answer.text, path
        assert way not in console.as_user("chen").get(path).text
    assert console.stranger().get("/cases/insurer/nothing").status_code == 404


def test_what_an_address_says_was_done_is_none_of_ours_unless_we_say_it(console: Console) -> None:
    li = console.as_user("li")
    assert "The roles were set." in li.get("/cases?said=users_roles").text
    assert "Zhao took it" not in li.get("/cases?said=Zhao+took+it").text


def test_another_language_shows_the_same(console: Console) -> None:
    shown = console.as_user("li").get("/cases/insurer/search?q=read%20it").text
    assert 'href="/language/zh?to=/cases/insurer/search%3Fq%3Dread%2520it"' in shown


def test_who_chose_a_password_by_a_link_did_not_fail_to_sign_in(console: Console) -> None:
    book, admin = console.house.book, sign_in_admin(console)
    begun = datetime.now(UTC)
    ticket = sign_in(book, "wu", password("wu"), begun)
    with book.transaction(begun) as tx:
        owner = who(tx, ticket)
        secret = factors.begin(tx, owner).secret
        factors.confirm(tx, owner, pyotp.TOTP(secret).at(begun))
        link = links.renew_password(tx, who(tx, admin), owner)
    fields = {"password": password("wu"), "again": password("wu")}
    assert console.stranger().post(f"/join/{link}", data=fields).headers["location"] == "/sign-in"
    with book.transaction(datetime.now(UTC)) as tx:
        acts = [entry.act for entry in verifying.entries(tx) if entry.at >= begun.isoformat()]
        factors.reset(tx, who(tx, admin), users.find(tx, "wu"))
    assert "user.password" in acts
    assert "sign-in.failed" not in acts
