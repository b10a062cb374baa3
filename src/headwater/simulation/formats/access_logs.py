"""The client system's access log: Apache's combined format with the rows of the answer, or JSON lines of nginx."""

from __future__ import annotations

import json
from collections.abc import Iterator

from headwater.simulation.clock import OFFSET_TEXT, local_text, utc_text
from headwater.simulation.events import Events

_MONTHS = ("", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_AGENTS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/88.0.4324.150",
    "Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko",
    "Mozilla/5.0 (Windows NT 6.1; Win64; x64; rv:78.0) Gecko/20100101 Firefox/78.0",
    "Apache-HttpClient/4.5.12 (Java/1.8.0_271)",
)


def combined(log: Events, utc: bool = False) -> Iterator[str]:
    """``10.0.0.1 - user [01/Mar/2021:09:00:00 +0800] "GET /path HTTP/1.1" 200 1234 "-" "agent" rows=1``."""
    zone = "+0000" if utc else OFFSET_TEXT
    for when, ip, account, method, path, status, size, agent, rows in _fields(log, utc):
        stamp = f"{when[8:10]}/{_MONTHS[int(when[5:7])]}/{when[:4]}:{when[11:19]} {zone}"
        request = f"{method} {path} HTTP/1.1"
        yield f'{ip} - {account} [{stamp}] "{request}" {status} {size} "-" "{_AGENTS[agent]}" rows={rows}'


def nginx_json(log: Events, utc: bool = False) -> Iterator[str]:
    """One JSON object a line, named by nginx's variables."""
    zone = "+00:00" if utc else f"{OFFSET_TEXT[:3]}:00"
    for when, ip, account, method, path, status, size, agent, rows in _fields(log, utc):
        record = {
            "time_iso8601": f"{when[:19]}{zone}",
            "remote_addr": ip,
            "remote_user": account,
            "request_method": method,
            "request_uri": path,
            "status": status,
            "body_bytes_sent": size,
            "http_user_agent": _AGENTS[agent],
            "rows": rows,
        }
        yield json.dumps(record, ensure_ascii=False)


def _fields(log: Events, utc: bool) -> Iterator[tuple[str, str, str, str, str, int, int, int, int]]:
    """The columns in the order of a line; ``method`` is GET where the events do not say it."""
    times = utc_text(log["time"]) if utc else local_text(log["time"])
    method = log["method"].tolist() if "method" in log.columns else ["GET"] * len(log)
    before, after = ([log[name].tolist() for name in part] for part in (_BEFORE, _AFTER))
    return zip(times, *before, method, *after, strict=True)


_BEFORE = ("ip", "account")
_AFTER = ("path", "status", "bytes", "agent", "rows")
