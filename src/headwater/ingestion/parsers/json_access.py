# {"time": "2018-05-07T09:30:34+08:00", "remote_addr": "192.0.2.7", "request": "GET /a HTTP/1.1", "status": 200}
"""Access logs as JSON lines, whatever their members are called: nginx, Apache, Caddy, Traefik, Envoy, Spring, ECS."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headwater.ingestion.addresses import address, forwarded
from headwater.ingestion.clock import parse_any
from headwater.ingestion.columns import (
    holds,
    known,
    nothing,
    numbers_of,
    raw_table,
    set_aside,
    text_of,
    unescaped,
    whole,
)
from headwater.ingestion.json_lines import JsonLines, Path, loaded, paths_in
from headwater.ingestion.parsing import Context, Lines, Parsed
from headwater.ingestion.request_members import is_request, of_a_proxy, roles_of
from headwater.ingestion.targets import host_of, request_line, split_target
from headwater.model.tables import TEXT, TIME

_FORMS = ("auto", "%d/%b/%Y:%H:%M:%S %z", "%a, %d %b %Y %H:%M:%S %Z")
_LOOKED_AT = 500  # lines of a batch whose members are listed one by one
_COUNTS = r'"(?:[A-Za-z]+[._-]?)?(?i:rows|records|results?|count|total|hits|returned)(?:[._-]?[A-Za-z]+)?"\s*:'
_SITES_OF_A_PROXY = 8

Values = Mapping[str, Sequence[pa.Array]]


class JsonAccess:
    """Reads JSON objects that tell of an HTTP request by the names of their members, nested or not.

    The client is the first address of a forwarded chain, if there is one. The host is null, as a server logs its own
    name, unless the log is plainly a forward proxy's: CONNECT, whole addresses in the request, or many sites.
    Objects that tell of no request are passed over and counted.
    """

    name: ClassVar[str] = "json_access"
    ceiling: ClassVar[float] = 0.9

    def __init__(self, context: Context) -> None:
        self._zone = context.zone
        self._json = JsonLines()
        self._paths: dict[Path, None] = {}
        self._proxy = False

    @classmethod
    def sniff(cls, head: Sequence[str]) -> float:
        """Give the share of lines that are objects with a time and a request."""
        lines = [line for line in head if line.strip()]
        ours = sum(is_request(paths_in([loaded(line)])) for line in lines)
        return cls.ceiling * ours / max(1, len(lines))

    def feed(self, lines: Lines) -> Parsed:
        """Parse lines; each gives a row, is rejected, or is blank or tells of no request."""
        text, numbers = text_of(lines), numbers_of(lines)
        self._learn(text)
        objects, values = self._values(text)
        blank = pc.and_(pc.invert(objects), pc.match_substring_regex(text, r"^\s*(?:#.*)?$"))
        columns = self._meaning(values, len(text))
        asks = pc.and_(objects, _is_valid(columns, "path", "host"))
        asks = pc.and_(asks, _is_valid(columns, "method", "status"))
        dated = pc.is_valid(columns["time"])
        passed = pc.or_(blank, pc.and_(objects, pc.invert(asks)))
        rejected = [
            *set_aside(numbers, pc.invert(pc.or_(objects, blank)), "not a JSON object"),
            *set_aside(numbers, pc.and_(asks, pc.invert(dated)), "the time cannot be read"),
        ]
        table = raw_table("requests", {**columns, "line": numbers}, pc.and_(asks, dated))
        return Parsed({"requests": table}, rejected, pc.sum(passed).as_py() or 0)

    def finish(self) -> Parsed:
        """Give nothing: a line is a record."""
        return Parsed()

    def state(self) -> str:
        """Tell whether a forward proxy wrote the log."""
        return "proxy" if self._proxy else ""

    def resume(self, state: str) -> None:
        """Take up what was found of the log."""
        self._proxy = state == "proxy"

    def _learn(self, text: pa.Array) -> None:
        """List the members that occur: of lines all over the batch, and of those that seem to count records."""
        some = text.take(pa.array(np.linspace(0, len(text) - 1, min(len(text), _LOOKED_AT)).astype(np.int64)))
        counting = text.filter(pc.match_substring_regex(text, _COUNTS))[:_LOOKED_AT]
        for line in [*some.to_pylist(), *counting.to_pylist()]:
            self._paths.update(dict.fromkeys(paths_in([loaded(line)])))
        self._proxy |= of_a_proxy(self._paths)

    def _values(self, text: pa.Array) -> tuple[pa.Array, Values]:
        roles = roles_of(self._paths)
        paths = [path for role in roles for path in roles[role]]
        objects, columns = self._json.members(text, paths)
        left = iter(columns)
        return objects, {role: [_plain(next(left)) for _ in roles[role]] for role in roles}

    def _meaning(self, values: Values, size: int) -> dict[str, pa.Array]:
        def of(role: str) -> pa.Array:
            return pc.coalesce(*values[role], nothing(size))

        verb, asked = request_line(of("request"))
        method = pc.coalesce(pc.utf8_upper(of("method")), verb)
        host, path = split_target(unescaped(pc.coalesce(_target(of("target"), of("query")), asked)))
        status = whole(of("status"), pa.int32())
        sites = pc.coalesce(host, host_of(of("host")))
        self._proxy |= _seems_proxy(method, asked, sites, status)
        return {
            "time": self._times(values["time"], size),
            "account": unescaped(of("account")),
            "device": of("device"),
            "ip": pc.coalesce(forwarded(of("forwarded")), address(of("ip"))),
            "host": sites if self._proxy else nothing(size),
            "application": of("application"),
            "method": method,
            "path": path,
            "status": status,
            **{name: whole(of(name)) for name in ("bytes_out", "bytes_in", "rows")},
        }

    def _times(self, candidates: Sequence[pa.Array], size: int) -> pa.Array:
        times = nothing(size, TIME)
        for column in candidates:
            if times.null_count:
                times = pc.coalesce(times, parse_any(column, _FORMS, self._zone))
        return times


def _is_valid(columns: Mapping[str, pa.Array], one: str, other: str) -> pa.Array:
    return pc.or_(pc.is_valid(columns[one]), pc.is_valid(columns[other]))


def _plain(column: pa.Array) -> pa.Array:
    """Give nulls for nothing and for objects, the first member of a list, and whole numbers without ``.0``."""
    column = known(column)
    if holds(column, "["):
        column = pc.replace_substring_regex(column, r'^\["([^"]*)".*\]$', r"\1")
    if holds(column, "{"):
        column = pc.if_else(pc.starts_with(column, "{"), pa.scalar(None, TEXT), column)
    return pc.replace_substring_regex(column, r"^(\d+)\.0+$", r"\1") if holds(column, ".") else column


def _target(target: pa.Array, query: pa.Array) -> pa.Array:
    """Put the query string behind the target, where it is logged by itself."""
    query = pc.replace_substring_regex(query, r"^\?", "")
    query = pc.if_else(pc.match_substring(target, "?"), pa.scalar(None, TEXT), known(query))
    return pc.coalesce(pc.binary_join_element_wise(target, query, "?"), target)


def _seems_proxy(method: pa.Array, asked: pa.Array, sites: pa.Array, status: pa.Array) -> bool:
    """Tell a forward proxy: it grants tunnels and whole addresses, or serves sites of many owners."""
    through = pc.or_kleene(pc.equal(method, "CONNECT"), pc.match_substring_regex(asked, r"^[a-z]+://"))
    granted = pc.sum(pc.and_kleene(through, pc.less(status, 400))).as_py() or 0
    if granted > len(method) / 100:
        return True
    owners = pc.struct_field(pc.extract_regex(sites.unique(), r"(?:^|\.)(?P<owner>[\w-]+\.[A-Za-z][\w-]*)$"), "owner")
    return bool(len(owners.drop_null().unique()) >= _SITES_OF_A_PROXY)
