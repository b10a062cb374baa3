"""A real browser on a real server: the program's own verb serves a copy of the ready cases on a port of the loopback.

Whatever a page says on its console, breaks of its content policy, asks of another host, or gets as an error of the
server, fails the test that looked at it.
"""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.console.browser.looking import Looker, Looking
from tests.console.hostile import everything
from tests.console.made_plans import planned
from tests.console.ready_cases import ENVIRONMENT, HOSTILE, Ready, copied, ready
from tests.daemons import free_port
from tests.processes import start

__all__ = ["ready"]

BROWSER = next((b for b in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if b), None)
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--disable-default-apps"),
    # no name is ever resolved: the browser's own look-ups stay in the house as well
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
PATIENCE = 60
"""Seconds that a server may take until it answers."""


class Server:
    """One process of ``headwater serve``; it can be ended and begun again on the same port."""

    def __init__(self, ready: Ready) -> None:
        self.ready, self.port = ready, free_port()
        self.begin()

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def begin(self) -> None:
        """Start it, and wait until it listens."""
        said = self.ready.root / "served"
        arguments = ("serve", "--house", self.ready.house, "--port", str(self.port))
        self.process = start(said, *arguments, environment=ENVIRONMENT)
        for _ in range(PATIENCE * 20):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            self.process.join(timeout=0.05)
            assert self.process.is_alive(), (said / "stderr").read_text("utf-8", "replace")[-2000:]
        raise AssertionError("the server did not begin to listen")

    def end(self, *, kill: bool = False) -> None:
        """End it, politely or not."""
        if kill:
            self.process.kill()
        else:
            self.process.terminate()
        self.process.join(timeout=PATIENCE)
        assert not self.process.is_alive()

    def said(self) -> str:
        """What it wrote while it ran."""
        return "".join((self.ready.root / "served" / n).read_text("utf-8", "replace") for n in ("stdout", "stderr"))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Looker]:
    """Debian's Chromium, started once."""
    if BROWSER is None:
        pytest.skip("needs Chromium (apt: chromium)")
    api = pytest.importorskip("playwright.sync_api")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=list(FLAGS))
        yield Looker(browser)
        browser.close()


@pytest.fixture(scope="module")
def server(ready: Ready, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over a copy of the ready cases, for the tests of one module."""
    own = copied(ready, tmp_path_factory.mktemp("served"))
    _planned(own)
    served = Server(own)
    yield served
    served.end()
    assert "Traceback" not in served.said(), served.said()[-4000:]


def _planned(own: Ready) -> None:
    """Plans of decoys, so that their pages are there to be looked at."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in ENVIRONMENT.items():
            patch.setenv(name, value)
        planned(own, own.root / "tables" / "plain", ("May", "branch-7"), area=0.7)
        planned(own, own.root / "tables" / "hostile", (everything(), "May"), HOSTILE, by=everything())


@pytest.fixture
def look(chromium: Looker, server: Server) -> Iterator[Callable[..., Looking]]:
    """Gives a browser window in which somebody is signed in; at the end nothing may have gone wrong in any."""
    opened: list[Looking] = []

    def window(name: str | None = None, **how: object) -> Looking:
        opened.append(chromium.window(server.base, name, **how))
        return opened[-1]

    yield window
    troubles = [trouble for looking in opened for trouble in looking.close()]
    assert troubles == []


@pytest.fixture(scope="session")
def scratch() -> Path | None:
    """Where pictures go that somebody wants to look at: the folder ``HEADWATER_PICTURES``."""
    told = os.environ.get("HEADWATER_PICTURES")
    if told:
        Path(told).mkdir(parents=True, exist_ok=True)
    return Path(told) if told else None
