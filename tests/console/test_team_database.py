"""A team's casebook on a real PostgreSQL: the same work through the same faces as on SQLite."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from urllib.parse import urlsplit

import pytest
from tests.console.conftest import Console
from tests.console.ready_cases import ENVIRONMENT, QUICK, Ready, copied, staff
from tests.console.test_jobs import over
from tests.postgres_server import PASSWORD, PostgresServer

from headwater.console.app import make_app
from headwater.console.door.rules import DoorRules
from headwater.console.house import FOLDER, House, from_file
from headwater.store.casebook.opening import open_casebook
from headwater.store.casebook.place import place
from headwater.store.casebook.signing_in import Rules
from headwater.store.casebook.verifying import verify

pytest.importorskip("pg8000")
pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif(not PostgresServer.available(), reason="no PostgreSQL with pgaudit on this machine"),
]
CASE = "/api/v1/cases/insurer"


@pytest.fixture(scope="module")
def team(ready: Ready, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    with PostgresServer({"logging_collector": "off"}) as server, pytest.MonkeyPatch.context() as patch:
        for name, value in ENVIRONMENT.items():
            patch.setenv(name, value)
        server.run("create user team with password 'made'")
        server.run(f"alter database {server.database} owner to team")
        server.run("alter schema public owner to team")
        url = f"postgresql://team:{PASSWORD}@127.0.0.1:{server.port}/{server.database}"
        own = copied(ready, tmp_path_factory.mktemp("team"))
        folder = own.root / FOLDER
        book = open_casebook(place(folder, url), make=True)
        staff(book)
        house = House(from_file(own.house)[0], book, folder)
        yield Console(own, house, make_app(house, DoorRules(signing=Rules(hasher=QUICK))))
        house.close()
    server.remove()


def test_pages_open(team: Console) -> None:
    for path in ("", "/today", "/incidents/1", "/findings", "/law", "/reveals", "/jobs"):
        assert team.as_user("li").get(f"/cases/insurer{path}").status_code == 200, path


def test_the_later_of_two_is_told(team: Console) -> None:
    seen = team.as_user("wu").get(f"{CASE}/incidents/1").json()["judged"]["seen"]
    word = {"said": "confirmed", "because": "was heard", "seen": seen}
    assert team.as_user("li").post(f"{CASE}/incidents/1/verdict", json=word).status_code == 200
    later = team.as_user("wu").post(f"{CASE}/incidents/1/verdict", json={**word, "said": "unsure"})
    assert later.status_code == 409
    assert "was heard" in later.json()["stands"]


def test_two_people_see_to_a_name(team: Console) -> None:
    asked = team.as_user("zhao").post(f"{CASE}/reveals", json={"of": "incident:1", "reason": "complaint 17"}).json()
    one = f"{CASE}/reveals/{asked['id']}"
    assert team.as_user("zhao").post(f"{one}/answer", json={"agrees": True}).status_code == 403
    assert team.as_user("wu").post(f"{one}/answer", json={"agrees": True}).status_code == 200
    assert team.as_user("zhao").get(one).json()["names"] == []
    assert team.as_user("zhao").post(f"{one}/open").status_code == 200
    assert team.as_user("zhao").get(one).json()["names"]
    assert team.as_user("wu").get(one).json()["names"] == []


def test_people_are_invited_come_in_at_once_and_are_shut_out(team: Console) -> None:
    li, word = team.as_user("li"), "a long sentence"
    case = li.get("/api/v1/users").json()["cases"][0][0]
    for name in ("sun", "zhou"):
        invited = li.post("/api/v1/users/invite", json={"display": name, "roles": ["analyst"], "cases": [case]}).json()
        fields = {"name": name, "password": word, "again": word}
        assert team.stranger().post(urlsplit(invited["link"]).path, data=fields).status_code == 303

    def enter(name: str) -> list[int]:
        told = {"name": name, "password": word}
        return [team.stranger().post("/sign-in", data=told).status_code for _ in range(4)]

    with ThreadPoolExecutor(2) as threads:
        assert list(threads.map(enter, ("sun", "zhou"))) == [[303] * 4] * 2
    wrong = {"name": "sun", "password": "guess"}
    assert [team.stranger().post("/sign-in", data=wrong).status_code for _ in range(5)] == [403] * 5
    assert enter("sun") == [403] * 4  # shut
    log = team.as_user("wang").get("/api/v1/audit", params={"act": "sign-in.failed"}).json()["entries"]
    assert log["total"] == 5
    assert team.as_user("wang").post("/api/v1/audit/verify", json={}).json()["whole"] is True


def test_a_job_reads_what_was_said_there_and_nobody_sees_the_address(team: Console) -> None:
    li, today = team.as_user("li"), "/api/v1/cases/insurer/today"
    card = li.get(today).json()["cards"][0]
    until = (date.fromisoformat(card["updated"]) + timedelta(days=30)).isoformat()
    word = {"said": "explained", "because": "ticket 17", "until": until, "seen": card["judged"]["seen"]}
    assert li.post(f"{today}/{card['id']}/verdict", json=word).status_code == 200
    assert li.get(today).json()["forgiven"] == 0
    begun = li.post(f"{CASE}/jobs", json={"kind": "watch"}).json()["id"]
    asked = team.house.jobs.job(begun)
    assert asked is not None
    assert over(team.house.jobs, asked).state.status == "done"
    assert li.get(today).json()["forgiven"] == 1
    told = li.get(f"{CASE}/jobs/{begun}").text
    written = b"".join(file.read_bytes() for file in (team.house.folder / "jobs" / begun).iterdir())
    assert PASSWORD not in told and f":{PASSWORD}@".encode() not in written and b"postgresql" not in written


def test_the_log_holds(team: Console) -> None:
    assert verify(team.house.book).faults == ()
