"""A console that really listens, on loopback, and a token for somebody."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Thread

import uvicorn
from fastapi import FastAPI
from tests.console.conftest import Console
from tests.console.ready_cases import QUICK, password

from headwater.store.casebook import tokens
from headwater.store.casebook.signing_in import Rules, sign_in, who
from headwater.store.casebook.tokens import Scope


@contextmanager
def listening(app: FastAPI) -> Iterator[str]:
    """The address of an application that listens meanwhile."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", lifespan="on"))
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.01)
        assert thread.is_alive(), "the server did not start"
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)


def token(console: Console, name: str, *scopes: Scope) -> str:
    """A token of somebody, for a day."""
    now = datetime.now(UTC)
    ticket = sign_in(console.house.book, name, password(name), now, Rules(hasher=QUICK))
    with console.house.book.transaction(now + timedelta(seconds=1)) as tx:
        return tokens.make(tx, who(tx, ticket), "of a test", scopes, now + timedelta(days=1))[1]
