"""The console of a team, whose casebook lies in a real PostgreSQL: the same door, the same pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from tests.console.ready_cases import QUICK
from tests.postgres_server import PASSWORD, PostgresServer

from headwater.console.app import make_app
from headwater.console.door.rules import DoorRules
from headwater.console.first import invitation
from headwater.console.house import House, Served
from headwater.store.casebook.opening import open_casebook
from headwater.store.casebook.place import place
from headwater.store.casebook.signing_in import Rules

pytest.importorskip("pg8000")
pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif(not PostgresServer.available(), reason="no PostgreSQL with pgaudit on this machine"),
]
FIELDS = {"password": "a long sentence", "again": "a long sentence"}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    root = tmp_path_factory.mktemp("team")
    with PostgresServer({"logging_collector": "off"}) as server:
        server.run("create user team with password 'made'")
        server.run(f"alter database {server.database} owner to team")
        server.run("alter schema public owner to team")
        url = f"postgresql://team:{PASSWORD}@127.0.0.1:{server.port}/{server.database}"
        book = open_casebook(place(root / "console", url), make=True)
        made = House((Served("case one", "case-one", None, root / "out", root / "w"),), book, root / "console")
        yield make_app(made, DoorRules(signing=Rules(hasher=QUICK)))
        made.close()
    server.remove()


def browser(app: FastAPI) -> TestClient:
    return TestClient(app, base_url="http://127.0.0.1", follow_redirects=False)


def known(client: TestClient) -> TestClient:
    found = re.search(r'name="csrf" value="([^"]+)"', client.get("/account").text)
    assert found
    client.headers["x-csrf"] = found[1]
    return client


def test_a_team_comes_in_and_works_at_once_and_the_log_is_whole(app: FastAPI) -> None:
    chen = browser(app)
    link = invitation(app.state.house, datetime.now(UTC))
    assert chen.post(link, data={**FIELDS, "name": "chen", "alone": "yes"}).status_code == 303
    known(chen)
    roles = {"li": "investigator", "zhao": "analyst", "wang": "auditor"}
    case = chen.get("/api/v1/users").json()["cases"][0][0]
    team: dict[str, TestClient] = {"chen": chen}
    for name, role in roles.items():
        given = chen.post("/api/v1/users/invite", json={"display": name, "roles": [role], "cases": [case]}).json()
        team[name] = browser(app)
        link = urlsplit(given["link"]).path
        assert team[name].post(link, data={**FIELDS, "name": name}).status_code == 303
        known(team[name])

    def work(name: str) -> list[int]:
        told = {"name": name, "password": FIELDS["password"]}
        ended = team[name].post("/account/sign-out-everywhere").status_code
        return [ended, *(browser(app).post("/sign-in", data=told).status_code for _ in range(5))]

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(work, team)) == [[303] * 6] * 4
    wang = team["wang"]
    assert wang.get("/api/v1/audit").status_code == 401
    wang.post("/sign-in", data={"name": "wang", "password": FIELDS["password"]})
    assert known(wang).get("/api/v1/audit", params={"act": "sign-in"}).json()["entries"]["total"] >= 21
    assert wang.post("/api/v1/audit/verify", json={}).json()["whole"] is True
    assert wang.get("/api/v1/cases/case-one/about").status_code == 200
    refused = browser(app)
    assert [refused.post("/sign-in", data={"name": "li", "password": "guess"}).status_code for _ in range(6)] == [
        403
    ] * 6
    assert refused.post("/sign-in", data={"name": "li", "password": FIELDS["password"]}).status_code == 403  # shut
