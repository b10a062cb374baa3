"""Asking a console: one request at a time, with a token; what is busy is asked again, a write never counts twice."""

from __future__ import annotations

import json
import re
import time
import uuid
from collections.abc import Callable, Mapping
from typing import Any

import httpx2

from headwater.client.errors import BusyError, ClientError, UnreachableError, error

API = "/api/v1"
PATIENCE = httpx2.Timeout(60.0, connect=10.0)
LONGEST_WAIT = 30.0
_AGAIN = (429, 503)
ONCE = re.compile(r"/((account|users)/|cases/[^/]+/telling/hooks$)")
"""Answers that show a secret this once: the console keeps none of them, and so cannot give one again."""


class Asking:
    """A connection to one console. ``rest`` waits so many seconds before something busy is asked again."""

    def __init__(
        self,
        address: str,
        token: str,
        *,
        tries: int = 4,
        transport: httpx2.BaseTransport | None = None,
        rest: Callable[[float], object] = time.sleep,
    ) -> None:
        url = httpx2.URL(address.rstrip("/"))
        if url.userinfo:
            raise ValueError("a console's address holds no password: errors name the address")
        local = url.host in ("localhost", "127.0.0.1", "::1")
        if url.scheme != "https" and not (url.scheme == "http" and local):
            raise ValueError("a console's address begins with https://, or is of this machine: the token would be seen")
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json", "User-Agent": "headwater.client"}
        self._client = httpx2.Client(
            base_url=address.rstrip("/"), headers=headers, timeout=PATIENCE, transport=transport, follow_redirects=False
        )
        self._tries, self.rest = tries, rest

    def __repr__(self) -> str:
        return f"Asking({self._client.base_url})"

    def get(self, path: str, **asked: Any) -> Any:
        """What stands at an address below ``/api/v1``; filters that are ``None`` are left out."""
        wanted = {name: value for name, value in asked.items() if value is not None}
        return self._told(self._answer("GET", path, {}, params=wanted))

    def send(
        self,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        method: str = "POST",
        files: Mapping[str, Any] | None = None,
        key: str | None = None,
    ) -> Any:
        """Do something. It counts once, however often it is sent: by ``key``, or one that is made here.

        Files, and what shows a secret this once, are sent once: no key makes them count once.
        """
        headers = {"Idempotency-Key": key or str(uuid.uuid4())}
        tries = 1 if files is not None or ONCE.match(path) else None
        if files is not None:
            return self._told(
                self._answer(method, path, headers, data=dict(body or {}), files=dict(files), tries=tries)
            )
        return self._told(self._answer(method, path, headers, json=dict(body or {}), tries=tries))

    def download(self, path: str, **asked: Any) -> bytes:
        """The bytes that stand at an address below ``/api/v1``."""
        return self._answer("GET", path, {}, params=asked).content

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def _answer(
        self, method: str, path: str, headers: Mapping[str, str], *, tries: int | None = None, **more: Any
    ) -> httpx2.Response:
        """An answer of the console.

        :raises ClientError: when it refuses
        :raises UnreachableError: when it does not answer
        """
        left = self._tries if tries is None else tries
        while True:
            left -= 1
            try:
                answer = self._client.request(method, f"{API}{path}", headers=headers, **more)
            except httpx2.HTTPError as failure:
                if left <= 0:
                    raise UnreachableError(
                        f"no console answers at {self._client.base_url}: {type(failure).__name__}"
                    ) from None
                self.rest(1.0)
                continue
            if answer.is_success:
                return answer
            refused = error(answer)
            if left <= 0 or answer.status_code not in _AGAIN:
                raise refused
            self.rest(_pause(refused))

    def _told(self, answer: httpx2.Response) -> Any:
        """The JSON of an answer.

        :raises UnreachableError: when it is none: something else than a console answers there
        """
        try:
            return answer.json()
        except (json.JSONDecodeError, UnicodeDecodeError):
            raise UnreachableError(f"something else than a console answers at {self._client.base_url}") from None


def _pause(refused: ClientError) -> float:
    return min(refused.seconds if isinstance(refused, BusyError) else 1.0, LONGEST_WAIT)
