"""What the members of a JSON access log mean: which path is the client, the account, the request, the bytes.

Names are compared in lower case and without punctuation within a part, so ``remote_addr``, ``remoteAddr`` and
``Remote-Addr`` are one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from headwater.ingestion.json_lines import Path

_SYNONYMS = {
    "time": "timeiso8601 timelocal msec starttime startutc startlocal eventtime time ts timestamp "
    "@timestamp datetime date logtime t",
    "forwarded": "httpxforwardedfor xforwardedfor xff headers.xforwardedfor forwardedfor",
    "ip": "clientip client.ip source.ip remoteip clientaddr clientaddress remoteaddr remoteaddress realip clienthost "
    "downstreamremoteaddress srcip sourceip remotehost client.address source.address network.client.ip ip client peer",
    "account": "remoteuser username user.name user.id userid userprincipalname clientusername account accountname "
    "login loginname principal authuser auth.user enduser.id operator operatorid employeeid staffid uid user "
    "usr.id usr.name",
    "request": "requestline request httprequest http.request.line req",
    "method": "requestmethod httpmethod http.request.method http.method reqmethod verb method",
    "target": "requesturi originalurl url.original http.url url.full requesturl http.target uri url target requestpath "
    "urlpath url.path http.request.uri httppath endpoint xenvoyoriginalpath path",
    "query": "args querystring url.query requestquery query",
    "status": "statuscode http.response.statuscode http.statuscode responsecode responsestatus downstreamstatus "
    "originstatus httpstatus response.status status code",
    "bytes_out": "requestlength bytesreceived http.request.body.bytes http.request.bytes requestsize requestbytes "
    "requestcontentsize requestcontentlength bytesread bytesin reqbytes receivedbytes "
    "request.size request.bytes request.length request.contentlength request.bodysize req.size req.bytes",
    "bytes_in": "bodybytessent bytessent http.response.body.bytes http.response.bytes responsesize responsebytes "
    "responselength responsecontentlength downstreamcontentsize bytesout resbytes sentbytes contentlength size bytes",
    "rows": "rows rowcount nrows numrows rowsreturned records recordcount recordsreturned numrecords resultcount "
    "resultsize results returned hits total totalcount count",
    "host": "requesthost http.host httphost url.domain destination.domain authority dsthost desthost host domain",
    "application": "application applicationname app appname service servicename service.name",
    "device": "device devicename deviceid workstation clientdevice clienthostname device.hostname device.name "
    "client.hostname client.device",
}
ROLES: Mapping[str, Sequence[str]] = {role: names.split() for role, names in _SYNONYMS.items()}
"""For each thing that a row may tell, the members that tell it, best first."""

# fmt: off
_AROUND = frozenset((
    "request", "req", "response", "res", "http", "access", "accesslog", "nginx", "apache", "log", "fields",
    "data", "event", "attributes", "message", "json", "body", "context", "httprequest", "labels", "msg",
    "payload", "record", "client", "extra", "details",
))
# fmt: on
"""Objects that a log may wrap its members in without changing what they mean."""

_NOT_OURS = frozenset({"classuid", "winlog", "id.origh"})
# fmt: off
_PROXY_HINTS = frozenset((
    "dsthost", "desthost", "destination.domain", "urlcategory", "category", "proxy", "proxyaction", "cacheresult",
    "squid", "hierarchy",
))
# fmt: on


_REMEMBERED = 4096  # sets of members: the lines of one log have the same few


@lru_cache(_REMEMBERED)
def normal(path: Path) -> str:
    """Write a path in the one way in which names are compared."""
    parts = ".".join(path).split(".")
    return ".".join(re.sub(r"[^a-z0-9@]", "", part.lower()) for part in parts)


def roles_of(paths: Iterable[Path]) -> Mapping[str, Sequence[Path]]:
    """Give for each role the paths that may fill it, best first; a path fills one role."""
    meant: dict[str, list[Path]] = {}
    for path in sorted(set(paths)):
        for name in _names_of(normal(path)):
            meant.setdefault(name, []).append(path)
    taken: set[Path] = set()
    roles: dict[str, Sequence[Path]] = {}
    for role, names in ROLES.items():
        roles[role] = [p for p in dict.fromkeys(p for name in names for p in meant.get(name, ())) if p not in taken]
        taken.update(roles[role])
    return roles


def is_request(paths: Iterable[Path]) -> bool:
    """Tell whether an object with these members may be a request, and not an event of another known format."""
    return _is_request(tuple(paths))


@lru_cache(_REMEMBERED)
def _is_request(paths: tuple[Path, ...]) -> bool:
    names = {normal(path) for path in paths}
    if any(name == mark or name.startswith(f"{mark}.") for name in names for mark in _NOT_OURS):
        return False
    roles = roles_of(paths)
    return bool(roles["time"]) and bool(roles["request"] or (roles["target"] and (roles["method"] or roles["status"])))


def of_a_proxy(paths: Iterable[Path]) -> bool:
    """Tell whether the names of members show that a forward proxy wrote them."""
    return any(normal(path) in _PROXY_HINTS for path in paths)


def _names_of(path: str) -> Iterator[str]:
    """Give the names that a path may stand for: itself, and what is left without the objects around it."""
    yield path
    while "." in path:
        around, path = path.split(".", 1)
        if around not in _AROUND:
            return
        yield path
