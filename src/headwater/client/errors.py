"""What a console answers where something cannot be done: one class for each status that a program would tell apart."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import httpx2


class ClientError(Exception):
    """The console refused: ``status``, its sentence, and the whole problem (RFC 9457)."""

    def __init__(self, status: int, title: str, detail: str, problem: Mapping[str, Any]) -> None:
        super().__init__(f"{status} {title}: {detail}" if detail else f"{status} {title}")
        self.status, self.title, self.detail, self.problem = status, title, detail, problem


class NotSignedInError(ClientError):
    """The token is none of the console's, or has ended."""


class NotAllowedError(ClientError):
    """The token's scopes or its owner's roles do not allow it."""


class NotFoundError(ClientError):
    """There is no such thing, or not for the token's owner."""


class ConflictError(ClientError):
    """Somebody was quicker; ``stands`` says what stands now."""

    @property
    def stands(self) -> str:
        """What stands now."""
        return str(self.problem.get("stands", ""))


class BusyError(ClientError):
    """Too many requests, or something else holds what is needed; ``seconds`` says when to ask again."""

    seconds: float = 5.0


class UnreachableError(Exception):
    """No console answered at the address."""


_KINDS: Mapping[int, type[ClientError]] = {
    401: NotSignedInError,
    403: NotAllowedError,
    404: NotFoundError,
    409: ConflictError,
    429: BusyError,
    503: BusyError,
}


def error(answer: httpx2.Response) -> ClientError:
    """What an answer that is none says."""
    try:
        told = answer.json()
    except (json.JSONDecodeError, UnicodeDecodeError):
        told = {}
    problem: Mapping[str, Any] = told if isinstance(told, dict) else {}
    title = str(problem.get("title") or answer.reason_phrase)
    detail = str(problem.get("detail") or "")
    faults = problem.get("faults") or ()
    if faults:
        detail = "; ".join(f"{f.get('where')}: {f.get('said')}" for f in faults if isinstance(f, dict))
    made = _KINDS.get(answer.status_code, ClientError)(answer.status_code, title, detail, problem)
    if isinstance(made, BusyError):
        made.seconds = _seconds(answer.headers.get("Retry-After"))
    return made


def _seconds(told: str | None) -> float:
    return float(told) if told and told.isascii() and told.isdigit() else BusyError.seconds
