"""The console over the ready cases, without a network: requests go straight into the application."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from tests.console.ready_cases import ENVIRONMENT, QUICK, Ready, copied, password, ready

from headwater.console.app import make_app
from headwater.console.door.rules import DoorRules
from headwater.console.house import FOLDER, House, from_file
from headwater.store.casebook.opening import open_casebook
from headwater.store.casebook.place import place
from headwater.store.casebook.signing_in import Rules

__all__ = ["console", "ready"]

BASE = "http://127.0.0.1"


@dataclass
class Console:
    """A served house; ``as_user`` gives a browser in which somebody is signed in."""

    ready: Ready
    house: House
    app: FastAPI
    _known: dict[str, TestClient] = field(default_factory=dict)

    def stranger(self) -> TestClient:
        """A browser in which nobody is signed in."""
        return TestClient(self.app, base_url=BASE, follow_redirects=False)

    def as_user(self, name: str) -> TestClient:
        """A browser in which one of ``ready_cases.PEOPLE`` is signed in; its changes carry the session's token."""
        if name not in self._known:
            client = self.stranger()
            signed = client.post("/sign-in", data={"name": name, "password": password(name)})
            assert signed.status_code == 303, signed.text
            found = re.search(r'name="csrf" value="([^"]+)"', client.get("/cases").text)
            assert found
            client.headers["x-csrf"] = found[1]
            self._known[name] = client
        return self._known[name]


@pytest.fixture(scope="module")
def console(ready: Ready, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """A copy of the ready cases, served: tests of one module share it and may change it."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in ENVIRONMENT.items():
            patch.setenv(name, value)
        own = copied(ready, tmp_path_factory.mktemp("house"))
        cases, book = from_file(own.house)
        folder = own.root / FOLDER
        house = House(cases, open_casebook(place(folder, book)), folder)
        rules = DoorRules(signing=Rules(hasher=QUICK))
        yield Console(own, house, make_app(house, rules))
        for job in house.jobs.jobs():  # what a test began must not outlive it
            house.jobs.cancel(job.id)
        house.close()
