"""One message to one address over HTTP, to the very address that was looked at. Nothing is followed, nothing is kept.

Certificates are checked against the name that was entered, not against the number, by the system's authorities. Proxies
of the environment are not used: what may be reached is for the house's settings to say.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from threading import Thread

import httpx2

from headwater.console.telling.guarding import Target

PATIENCE = httpx2.Timeout(10.0, connect=5.0)
LONGEST = 30.0
AGENT = "Headwater"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the status, or what went wrong in a word; how long the receiver asks to be left alone."""

    status: int | None
    why: str
    wait: float | None = None

    @property
    def taken(self) -> bool:
        """Whether the receiver has it."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def gone(self) -> bool:
        """Whether the receiver never wants to be told again."""
        return self.status == 410


def post(target: Target, body: bytes, headers: Mapping[str, str], now: datetime, longest: float = LONGEST) -> Answer:
    """Send a body; what the receiver answers beyond its status is not read.

    :param longest: seconds after which no more is waited for, however slowly something still comes
    """
    found: list[Answer] = []
    sending = Thread(target=lambda: found.append(_post(target, body, headers, now)), name="telling: post", daemon=True)
    sending.start()
    sending.join(longest)
    return found[0] if found else Answer(None, "no whole answer in time")


def _post(target: Target, body: bytes, headers: Mapping[str, str], now: datetime) -> Answer:
    told = {"Host": target.authority, "User-Agent": AGENT, **headers}
    extensions = {"sni_hostname": target.host}
    try:
        url = httpx2.URL(scheme=target.scheme, host=target.address, port=target.port, raw_path=target.path.encode())
        with (
            httpx2.Client(verify=_trusted(), timeout=PATIENCE, trust_env=False, follow_redirects=False) as client,
            client.stream("POST", url, content=body, headers=told, extensions=extensions) as answer,
        ):
            wait = _wait(answer.headers.get("Retry-After"), now)
            return Answer(answer.status_code, f"answered {answer.status_code}", wait)
    except Exception as error:  # in a thread of its own: the words of what escaped would go to the terminal
        return Answer(None, type(error).__name__)


def _wait(told: str | None, now: datetime) -> float | None:
    """Seconds until the receiver wants to be asked again (RFC 9110: a number, or a date)."""
    if not told:
        return None
    if told.isascii() and told.isdigit():
        return float(told[:9])
    try:
        until = parsedate_to_datetime(told)
    except ValueError:
        return None
    return max(0.0, ((until if until.tzinfo else until.replace(tzinfo=UTC)) - now).total_seconds())


@cache
def _trusted() -> ssl.SSLContext:
    """The authorities that the system trusts: a house adds its own there."""
    return ssl.create_default_context()
