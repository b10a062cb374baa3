"""The client system's access log: Apache's combined format with the rows of the answer, or JSON lines of nginx."""

from __future__ import annotations

import json
from collections.abc import Iterator

from headwater.simulation.clock import OFFSET_TEXT, local_text
from headwater.simulation.events import Events

_MONTHS = ("", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_AGENTS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/88.0.4324.150",
    "Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko",
    "Mozilla/5.0 (Windows NT 6.1; Win64; x64; rv:78.0) Gecko/20100101 Firefox/78.0",
    "Apache-HttpClient/4.5.12 (Java/1.8.0_271)",
)


def combined(log: Events) -> Iterator[str]:
    """``10.0.0.1 - user [01/Mar/2021:09:00:00 +0800] "GET /path HTTP/1.1" 200 1234 "-" "agent" rows=1``."""
    for when, ip, account, path, status, size, agent, rows in _fields(log):
        stamp = f"{when[8:10]}/{_MONTHS[int(when[5:7])]}/{when[:4]}:{when[11:19]} {OFFSET_TEXT}"
        yield f'{ip} - {account} [{stamp}] "GET {path} HTTP/1.1" {status} {size} "-" "{_AGENTS[agent]}" rows={rows}'


def nginx_json(log: Events) -> Iterator[str]:
    """One JSON object a line, named by nginx's variables."""
    for when, ip, account, path, status, size, agent, rows in _fields(log):
        record = {
            "time_iso8601": f"{when[:19]}{OFFSET_TEXT[:3]}:00",
            "remote_addr": ip,
            "remote_user": account,
            "request_method": "GET",
            "request_uri": path,
            "status": status,
            "body_bytes_sent": size,
            "http_user_agent": _AGENTS[agent],
            "rows": rows,
        }
        yield json.dumps(record, ensure_ascii=False)


def _fields(log: Events) -> Iterator[tuple[str, str, str, str, int, int, int, int]]:
    names = ("ip", "account", "path", "status", "bytes", "agent", "rows")
    return zip(local_text(log["time"]), *(log[name].tolist() for name in names), strict=True)
