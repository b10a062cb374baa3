"""The house's own provider: joined by who is signed in, believed only where everything of its answer is right."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from tests.console import provider_house
from tests.console.conftest import BASE, Console
from tests.console.provider_house import CLIENT, SECRET, House
from tests.console.ready_cases import QUICK, password

from headwater.console.app import make_app
from headwater.console.door.passing import COOKIE
from headwater.console.door.rules import DoorRules, Provider
from headwater.console.door.vouching import ProviderError
from headwater.store.casebook.signing_in import Rules

pytest.importorskip("authlib")
from headwater.console.door import providing


@pytest.fixture(scope="module")
def provider() -> Iterator[House]:
    with provider_house.opened() as running:
        yield running


@pytest.fixture(scope="module")
def app(console: Console, provider: House) -> FastAPI:
    rules = DoorRules(provider=Provider(provider.issuer, CLIENT, SECRET), signing=Rules(hasher=QUICK))
    return make_app(console.house, rules)


@pytest.fixture
def browser(app: FastAPI, provider: House) -> TestClient:
    provider.subject, provider.spoilt, provider.foreign_key = "sub-1", {}, False
    return _browser(app)


def _browser(app: FastAPI) -> TestClient:
    return TestClient(app, base_url=BASE, follow_redirects=False)


def sent_back(provider: House, address: str) -> str:
    """What the provider's page would send the browser to."""
    back = urlsplit(provider.authorize(provider_house.asked(address)))
    return f"{back.path}?{back.query}"


def joined(browser: TestClient, provider: House, name: str) -> str:
    browser.post("/sign-in", data={"name": name, "password": password(name)})
    found = re.search(r'name="csrf" value="([^"]+)"', browser.get("/account").text)
    assert found
    form = {"csrf": found[1], "password": password(name)}
    assert browser.post("/account/join", data={**form, "password": "wrong"}).status_code == 400
    assert browser.post("/account/join", data={"password": password(name)}).status_code == 403
    page = browser.post("/account/join", data=form).text
    onward = re.findall(r'content="0; url=([^"]+)"', page)[0].replace("&amp;", "&")
    kept = browser.cookies.pop(COOKIE)  # another site leads back: the strict cookie does not come along
    done = browser.get(sent_back(provider, onward))
    browser.cookies[COOKIE] = kept
    return done.text


def enters(browser: TestClient, provider: House) -> bool:
    browser.cookies.clear()
    away = browser.get("/sign-in/provider", params={"to": "/audit"})
    assert away.status_code == 303
    back = browser.get(sent_back(provider, away.headers["location"]))
    in_now = browser.get("/api/v1/account").status_code == 200
    assert in_now == (back.status_code == 200)
    assert not in_now or 'content="0; url=/audit"' in back.text
    return in_now


def test_an_account_is_joined_by_its_owner_and_then_opened_by_the_provider(
    browser: TestClient, provider: House
) -> None:
    assert not enters(browser, provider)  # nobody joined it yet
    assert "/account?said=account_joined" in joined(browser, provider, "wu")
    assert enters(browser, provider)
    assert browser.get("/api/v1/account").json()["name"] == "wu"
    assert browser.get("/api/v1/account").json()["joined"] is True
    provider.subject = "sub-2"
    assert not enters(browser, provider)


def test_what_is_wrong_with_the_answer_opens_nothing(browser: TestClient, provider: House) -> None:
    provider.subject = "sub-9"
    joined(browser, provider, "zhao")
    assert enters(browser, provider)
    spoilt: list[dict[str, Any]] = [
        {"iss": "https://login.example.com"}, {"aud": "another"}, {"aud": [CLIENT, "another"]}, {"azp": "another"},
        {"nonce": "another"}, {"nonce": None}, {"exp": 1}, {"exp": None}, {"iat": None}, {"sub": None}, {"iat": 9_999_999_999},
    ]  # fmt: skip
    for wrong in spoilt:
        provider.spoilt = wrong
        assert not enters(browser, provider), wrong
    provider.spoilt, provider.foreign_key = {}, True
    assert not enters(browser, provider)
    provider.foreign_key = False
    assert enters(browser, provider)


def test_only_the_browser_that_began_comes_back_and_once(app: FastAPI, browser: TestClient, provider: House) -> None:
    provider.subject = "sub-8"
    joined(browser, provider, "chen")
    browser.cookies.clear()
    back = sent_back(provider, browser.get("/sign-in/provider").headers["location"])
    assert _browser(app).get(back).status_code == 403
    assert browser.get(re.sub(r"state=[^&]+", "state=x", back)).status_code == 403
    assert browser.get("/sign-in/provider/back?error=access_denied").status_code == 403
    assert browser.get(back).status_code == 200
    browser.cookies.pop(COOKIE)
    assert browser.get(back).status_code == 403


@pytest.mark.parametrize(
    "other", ["http://127.0.0.1:9", "{issuer}/", "http://example.com", "https:///x", "ftp://127.0.0.1"]
)
def test_a_provider_that_is_away_or_another_or_not_by_tls_is_not_believed(
    console: Console, provider: House, other: str
) -> None:
    told = Provider(other.format(issuer=provider.issuer), CLIENT, SECRET)
    with pytest.raises(ProviderError):
        providing.begin(told, BASE, console.house.book.sealer, datetime.now(UTC), "/")


def test_a_provider_that_failed_is_said_and_none_is_no_page(
    console: Console, browser: TestClient, provider: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provider, "issuer", "https://login.example.com")  # it describes another than was asked
    answer = browser.get("/sign-in/provider")
    assert answer.status_code == 403
    assert "gave no answer that can be believed" in answer.text
    assert console.stranger().get("/sign-in/provider").status_code == 404
    assert "/sign-in/provider" not in console.stranger().get("/sign-in").text
