"""Asks a time-stamp server for a stamp, where its address was given: the only thing here that reaches a network."""

from __future__ import annotations

from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from headwater.model.errors import HeadwaterError

PATIENCE = 30
MOST = 1 << 20


class TimeStampError(HeadwaterError):
    """There is no time stamp, or none that holds; the message says why."""


def asked(url: str, query: bytes) -> bytes:
    """The answer of a time-stamp server (RFC 3161 over HTTP) to a query. All it learns is a digest of the signature.

    :raises TimeStampError: when there is no answer, or one of another kind; redirections are not followed
    """
    place = urlsplit(url)
    if place.scheme not in ("http", "https") or not place.hostname:
        raise TimeStampError("is no address of a time-stamp server; write for example https://tsa.example.com/tsr", url)
    kind = HTTPSConnection if place.scheme == "https" else HTTPConnection
    path = (place.path or "/") + (f"?{place.query}" if place.query else "")
    try:
        connection = kind(place.hostname, place.port, timeout=PATIENCE)
        try:
            headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
            connection.request("POST", path, query, headers)
            answer = connection.getresponse()
            data = answer.read(MOST + 1)
        finally:
            connection.close()
    except (OSError, HTTPException, ValueError) as error:
        raise TimeStampError(f"no answer: {error}", url) from error
    if answer.status != 200 or answer.getheader("Content-Type", "").split(";")[0] != "application/timestamp-reply":
        raise TimeStampError(f"answered {answer.status} and gave no time stamp", url)
    if len(data) > MOST:
        raise TimeStampError("gave far more than a time stamp", url)
    return data
