"""What the fields of a W3C extended log mean: which column is the account, the host, the bytes, the time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, tzinfo

import pyarrow as pa
import pyarrow.compute as pc

from headwater.ingestion.addresses import address, forwarded
from headwater.ingestion.clock import parse_any
from headwater.ingestion.columns import known, nothing, whole
from headwater.ingestion.targets import host_of, split_target
from headwater.model.tables import TEXT, TIME

_NAMES = {
    "account": "cs-username x-cs-username cs-user cs-userdn cs-auth-user x-username x-user c-username "
    "username user login account",
    "ip": "c-ip x-client-ip client-ip clientip src-ip srcip c-ipaddress",
    "forwarded": "cs(x-forwarded-for) x-forwarded-for cs-x-forwarded-for",
    "device": "c-computername x-computername cs-computername x-cs-computername x-device x-devicename "
    "x-workstation devicehostname devicename c-hostname c-host c-dns",
    "application": "s-sitename",
    "host": "cs-host cs(host) cs-uri-host cs-uri-hostname r-host x-host dst-host host r-dns",
    "method": "cs-method c-method x-method requestmethod method",
    "url": "cs-uri cs-url c-uri r-uri x-url url uri",
    "path": "cs-uri-path cs-uri-stem uri-path uri-stem path",
    "query": "cs-uri-query uri-query query",
    "status": "sc-status sc-http-status x-status respcode response-code status",
    "bytes_out": "cs-bytes cs-bytes-total x-cs-bytes requestsize reqsize cs(content-length)",
    "bytes_in": "sc-bytes sc-bytes-total x-sc-bytes responsesize respsize rs-bytes sc(content-length) "
    "rs(content-length)",
    "rows": "x-rows x-row-count x-records x-record-count x-result-count sc(x-rows) sc(x-row-count) "
    "sc(x-record-count) sc(x-result-count) sc(x-total-count) rows records",
    "zone": "x-timezone x-time-zone timezone time-zone tz x-tz x-utc-offset x-gmt-offset",
    "date": "date x-date-utc x-gmtdate",
    "time": "time x-time-utc",
    "moment": "gmttime x-gmttime datetime date-time x-datetime timestamp x-timestamp x-timestamp-unix "
    "x-timestamp-unix-utc c-time s-time",
    "local_date": "date-local x-localdate x-local-date localdate",
    "local_time": "time-local x-localtime x-local-time localtime",
}

ROLES: Mapping[str, Sequence[str]] = {role: names.split() for role, names in _NAMES.items()}
"""For each thing that a row may tell, the fields that tell it, best first."""

_OF_A_SERVER = frozenset({"sc-win32-status", "sc-substatus", "s-sitename"})
_FORMS = ("auto", "%d/%b/%Y:%H:%M:%S %z", "%d/%m/%Y:%H:%M:%S %z", "%d-%b-%Y %H:%M:%S")
_NO_SCHEME = r"^[\w-]+(?:\.[\w-]+)+(?::\d+)?[/?]|^[\w-]+(?:\.[\w-]+)+$"

Columns = Mapping[str, pa.Array]


def roles_of(fields: Sequence[str]) -> Mapping[str, int]:
    """Give the place of the column for each role that the fields of a log can fill."""
    places = {name.lower(): place for place, name in reversed(list(enumerate(fields)))}
    return {role: places[n] for role, names in ROLES.items() if (n := next((n for n in names if n in places), None))}


def about_requests(fields: Sequence[str]) -> bool:
    """Tell whether a log with these fields is one of web requests (the format also serves mail and file servers)."""
    roles = roles_of(fields)
    asked = {"host", "url", "path"} & roles.keys()
    return bool(asked) and bool({"method", "status", "bytes_in", "bytes_out"} & roles.keys())


def moments(values: Columns, day: str | None, stated: str | None, zone: tzinfo, standard: tzinfo) -> pa.Array:
    """Give the time of each row.

    ``day`` is the date of a ``#Date`` directive, for logs that write only the time of day; ``stated`` a zone that a
    directive names; ``zone`` that of the case, ``standard`` that of times of which nothing is said.
    """
    size = len(next(iter(values.values()))) if values else 0
    text, own = _time_text(values, day, size)
    where = known(values["zone"]) if "zone" in values else pa.nulls(size, TEXT)
    where = pc.coalesce(where, pa.scalar(stated, TEXT))
    told = pc.binary_join_element_wise(text, _offset_of(where), " ")
    times = parse_any(text, _FORMS, zone if own else standard)
    return pc.if_else(pc.is_valid(where), parse_any(told, _FORMS, zone), times) if size else pa.array([], TIME)


def meaning(values: Columns, fields: Sequence[str]) -> dict[str, pa.Array]:
    """Give the raw columns of requests; the host is null where a server logged its own name."""
    got = {role: known(column) for role, column in values.items()}
    target = _target(got)
    host, path = split_target(target)
    if "host" in got:
        host = pc.coalesce(host_of(got["host"]), host)
    if _OF_A_SERVER & {name.lower() for name in fields}:
        host = nothing(len(host))
    out: dict[str, pa.Array] = {
        name: got[name] for name in ("account", "device", "application", "method") if name in got
    }
    out |= {name: whole(got[name]) for name in ("bytes_out", "bytes_in", "rows") if name in got}
    if "status" in got:
        out["status"] = whole(got["status"], pa.int32())
    client = [forwarded(got["forwarded"])] if "forwarded" in got else []
    client += [address(got["ip"])] if "ip" in got else []
    return out | {"host": host, "path": path} | ({"ip": pc.coalesce(*client)} if client else {})


def _time_text(values: Columns, day: str | None, size: int) -> tuple[pa.Array, bool]:
    """Give the text of the times, and whether their field says that they are local."""
    if "time" in values and ("date" in values or day):
        date = values.get("date", pa.scalar(day, TEXT))
        return pc.binary_join_element_wise(date, values["time"], " "), False
    if "moment" in values:
        return values["moment"], False
    if "local_time" in values and "local_date" in values:
        return pc.binary_join_element_wise(values["local_date"], values["local_time"], " "), True
    if "local_time" in values:
        return values["local_time"], True
    return values.get("date", pa.nulls(size, TEXT)), False


def _offset_of(where: pa.Array) -> pa.Array:
    """Write zones so that the clock understands them: ``UTC+8`` and ``+8`` as ``+08:00``."""
    parts = pc.extract_regex(where, r"^(?:UTC|GMT|utc|gmt)?\s?(?P<sign>[+-])(?P<hour>\d{1,2})(?::?(?P<minute>\d\d))?$")
    hour = pc.utf8_lpad(pc.struct_field(parts, "hour"), 2, "0")
    minute = pc.utf8_rpad(pc.struct_field(parts, "minute"), 2, "0")
    return pc.coalesce(pc.binary_join_element_wise(pc.struct_field(parts, "sign"), hour, minute, ""), where)


def _target(got: Columns) -> pa.Array:
    path = got.get("path")
    if path is not None and "query" in got:
        query = pc.replace_substring_regex(got["query"], r"^\?", "")
        path = pc.coalesce(pc.binary_join_element_wise(path, query, "?"), path)
    if "url" not in got:
        return path if path is not None else pa.nulls(len(next(iter(got.values()))), TEXT)
    url = got["url"]
    bare = pc.match_substring_regex(url, _NO_SCHEME)
    url = pc.if_else(bare, pc.binary_join_element_wise("http://", url, ""), url) if "host" not in got else url
    return url if path is None else pc.coalesce(url, path)


STANDARD_ZONE: tzinfo = UTC
"""The W3C draft wants times in GMT; a log that says otherwise in a directive or a field is believed."""
