"""The verb ``serve``: a real server in a process of its own, asked over loopback."""

from __future__ import annotations

import re
import signal
import socket
from pathlib import Path

import httpx2
import pytest
from tests.made_cases import Answered
from tests.processes import KEY, OTHER_KEY, headwater, start

pytestmark = pytest.mark.slow


def _free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


def test_it_serves_on_loopback_and_invites_the_first_administrator(plain_answered: Answered, tmp_path: Path) -> None:
    port, said = _free_port(), tmp_path / "said"
    environment = {"HEADWATER_CASEBOOK_KEY": OTHER_KEY}
    book = tmp_path / "book.sqlite"
    arguments = (
        "serve",
        plain_answered.made.folder,
        "--out",
        plain_answered.out,
        "--casebook",
        book,
        "--port",
        str(port),
    )
    process = start(said, *arguments, key=KEY, environment=environment)
    try:
        transport = httpx2.HTTPTransport(retries=12)
        with httpx2.Client(base_url=f"http://127.0.0.1:{port}", transport=transport, timeout=60) as browser:
            answered = browser.get("/cases")
            assert answered.status_code == 303
            assert browser.get("/sign-in").status_code == 200
            assert "server" not in answered.headers
            told = (said / "stdout").read_text()
            found = re.search(rf"http://127\.0\.0\.1:{port}(/first/\S+)", told)
            assert found
            assert browser.get(found[1]).status_code == 200
            assert browser.get("/first/other").status_code in (400, 404)
    finally:
        if process.pid:
            process.terminate()
        process.join(timeout=30)
    assert process.exitcode in (0, -signal.SIGTERM)


def test_another_address_is_refused_without_tls_or_a_declared_proxy(plain_answered: Answered, tmp_path: Path) -> None:
    ended = headwater(
        tmp_path / "said", "serve", plain_answered.made.folder, "--out", plain_answered.out, "--host", "0.0.0.0"
    )
    assert ended.code == 1
    assert b"needs TLS" in ended.err
