"""The proxy's log: W3C extended, Squid native, Squid native with the size of the request, OCSF HTTP Activity."""

from __future__ import annotations

import json
from collections.abc import Iterator

from headwater.simulation.clock import utc_text
from headwater.simulation.events import Events

_ACTIVITIES = {"CONNECT": 1, "DELETE": 2, "GET": 3, "HEAD": 4, "POST": 6, "PUT": 7}  # OCSF class 4002
_FIELDS = "date time c-ip cs-username cs-method cs-host cs-uri-path sc-status sc-bytes cs-bytes time-taken"


def elff_head(wider: bool) -> list[str]:
    """The lines with which a W3C extended log begins; a ``wider`` one has one field more."""
    return ["#Software: gateway 11.2", "#Version: 1.0", elff_fields(wider)]


def elff_fields(wider: bool) -> str:
    """The line that names the fields of the lines after it."""
    return f"#Fields: {_FIELDS}{' x-category' if wider else ''}"


def elff_lines(log: Events, wider: bool) -> Iterator[str]:
    """The lines of a W3C extended log alone."""
    tail = " web" if wider else ""
    for when, ip, account, method, host, path, status, out, back, took in _fields(log):
        yield f"{when[:10]} {when[11:19]} {ip} {account} {method} {host} {path} {status} {back} {out} {took}{tail}"


def squid(log: Events, sizes: bool = False) -> Iterator[str]:
    """Squid's native format; with ``sizes`` the request's bytes follow (``… %mt %>st``)."""
    seconds = log["time"].tolist()
    for millis, (_, ip, account, method, host, path, status, out, back, took) in zip(
        seconds, _fields(log), strict=True
    ):
        stamp = f"{millis // 1000}.{millis % 1000:03d}"
        url = f"https://{host}{path}"
        request = f"{took:6d} {ip} TCP_MISS/{status} {back} {method} {url} {account}"
        line = f"{stamp} {request} HIER_DIRECT/203.0.113.9 text/html"
        yield f"{line} {out}" if sizes else line


def squid_sizes(log: Events) -> Iterator[str]:
    """Squid's native format with the request's bytes at the end."""
    return squid(log, sizes=True)


def ocsf(log: Events) -> Iterator[str]:
    """OCSF class 4002."""
    seconds = log["time"].tolist()
    for millis, (_, ip, account, method, host, path, status, out, back, took) in zip(
        seconds, _fields(log), strict=True
    ):
        record = {
            "class_uid": 4002,
            "category_uid": 4,
            "activity_id": _ACTIVITIES.get(method, 0),
            "time": millis,
            "duration": took,
            "actor": {"user": {"name": account}},
            "src_endpoint": {"ip": ip},
            "http_request": {"http_method": method, "url": {"scheme": "https", "hostname": host, "path": path}},
            "http_response": {"code": status},
            "traffic": {"bytes_out": out, "bytes_in": back},
            "metadata": {"version": "1.3.0", "product": {"name": "gateway"}},
        }
        yield json.dumps(record, ensure_ascii=False)


def _fields(log: Events) -> Iterator[tuple[str, str, str, str, str, str, int, int, int, int]]:
    names = ("ip", "account", "method", "host", "path", "status", "bytes_out", "bytes_in", "took")
    return zip(utc_text(log["time"]), *(log[name].tolist() for name in names), strict=True)
