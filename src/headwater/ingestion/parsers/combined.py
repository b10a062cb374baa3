# 192.0.2.7 - u0001 [07/May/2018:09:30:34 +0800] "GET /api/clients/C1 HTTP/1.1" 200 1502 "-" "Mozilla/5.0" rows=1
"""Access logs of Apache and nginx: common and combined, with whatever a site has added around them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headwater.ingestion.addresses import ADDRESS, address, forwarded
from headwater.ingestion.clock import parse_any
from headwater.ingestion.columns import (
    holds,
    known,
    numbers_of,
    parts_of,
    pieces,
    raw_table,
    set_aside,
    text_of,
    unescaped,
    whole,
)
from headwater.ingestion.parsing import Context, Lines, Parsed
from headwater.ingestion.targets import request_line, split_target
from headwater.model.tables import TEXT

_PARTS = 24  # a line with more quotes than this is read the slow way
_FORMS = ("%d/%b/%Y:%H:%M:%S %z", "auto")
_QUOTED = r'"(?:[^"\\]|\\.)*"'
# the client comes after a site's name only where both are plainly what they are
_SITE = rf"(?:(?:[\w.-]+:\d{{1,5}}|(?:[\w-]+\.)+[A-Za-z][\w-]*) (?P<ip2>{ADDRESS})|(?P<ip>\S+))"
_LINE = (
    rf'^\s*{_SITE} \S+ (?P<user>[^\[]*?) \[(?P<time>[^\]]+)\] "(?P<request>(?:[^"\\]|\\.)*)" '
    r"(?P<status>\d{3}|-) (?P<bytes>\d+|-)(?P<tail>(?:[\s,].*)?)$"
)
_START = r"^(?P<ip>\S+) \S+ (?P<user>\S+) \[(?P<time>[^\]]+)\] $"
_MIDDLE = r"^ (?P<status>\d{3}|-) (?P<bytes>\d+|-)(?P<more>(?:[\s,].*)?)$"
_AGENT = rf"^([^\"]*){_QUOTED} {_QUOTED}"
_KEY = r'(?:^|[\s,;"]){}[=:]\s?"?(?P<value>{})(?:$|[\s,;"])'
_ROWS = _KEY.format(r"(?:n_?rows|rows?|row_?count|records?|record_?count|results?|result_?count|count)", r"\d{1,12}")
_SENT = _KEY.format(r"(?:request_length|req_len|request_size|bytes_received|bytes_recv)", r"\d{1,15}")
_USER = _KEY.format(r"(?:user|username|user_?id|uid|account|login)", r'[^\s,;"]+')
_VIA = _KEY.format(r"(?:x_?forwarded_?for|xff|x-forwarded-for|real_?ip|client_?ip)", ADDRESS)
_CHAIN = rf'"(?P<value>{ADDRESS}(?:, ?{ADDRESS})*)"'
_SNIFFED = re.compile(_LINE.replace(r"\s*(?P<ip2>", "(?P<ip2>"))

Fields = dict[str, pa.Array]


class Combined:
    """Reads lines of the common and the combined log format, and lines that begin like them.

    The client is the first address of a forwarded chain, where the log has one after the standard fields. How many
    records an answer held, and how long the request was, are taken from ``rows=`` and ``request_length=`` and their
    like. The site is known only where a request names a whole address, as one to a forward proxy does.
    """

    name: ClassVar[str] = "combined"
    ceiling: ClassVar[float] = 0.95

    def __init__(self, context: Context) -> None:
        self._zone = context.zone

    @classmethod
    def sniff(cls, head: Sequence[str]) -> float:
        """Give the share of lines that begin like the common log format."""
        lines = [line.rstrip("\r") for line in head if line.strip()]
        return cls.ceiling * sum(bool(_SNIFFED.match(line)) for line in lines) / max(1, len(lines))

    def feed(self, lines: Lines) -> Parsed:
        """Parse lines; each gives a row, is rejected, or is blank or a comment."""
        text, numbers = text_of(lines), numbers_of(lines)
        fields, found = _fields(text)
        time = parse_any(fields["time"], _FORMS, self._zone)
        rows = pc.and_(found, pc.is_valid(time))
        passed = pc.and_(pc.invert(found), pc.match_substring_regex(text, r"^\s*(?:#|$)"))
        unlike = pc.invert(pc.or_(found, passed))
        undated = pc.and_(found, pc.is_null(time))
        rejected = [
            *set_aside(numbers, unlike, "not a line of an access log"),
            *set_aside(numbers, undated, "the time cannot be read"),
        ]
        table = raw_table("requests", {"time": time, "line": numbers, **_meaning(fields)}, rows)
        return Parsed({"requests": table}, rejected, pc.sum(passed).as_py() or 0)

    def finish(self) -> Parsed:
        """Give nothing: a line is a record."""
        return Parsed()

    def state(self) -> str:
        """Give nothing: no line needs another."""
        return ""

    def resume(self, state: str) -> None:
        """Take up nothing."""


def _fields(text: pa.Array) -> tuple[Fields, pa.Array]:
    """Take every line apart: the plain ones by their quotes, which is three times as fast, the rest by a pattern."""
    fields = _by_quotes(text)
    found = pc.is_valid(fields["status"])
    rest = pc.invert(found)
    if pc.any(rest).as_py():
        slow = _by_pattern(text.filter(rest))
        fields = {name: pc.replace_with_mask(fields[name], rest, slow[name]) for name in fields}
        found = pc.is_valid(fields["status"])
    return fields, found


def _by_quotes(text: pa.Array) -> Fields:
    counts, parts = pieces(text, '"', (0, 1, 2, *range(6, _PARTS)))
    plain = pc.or_(pc.equal(counts, 3), pc.and_(pc.greater_equal(counts, 7), pc.less(counts, _PARTS)))
    if holds(text, "\\"):
        plain = pc.and_(plain, pc.invert(pc.match_substring(text, "\\")))
    start, middle = pc.extract_regex(parts[0], _START), pc.extract_regex(parts[2], _MIDDLE)
    fields = {**parts_of(start), "request": parts[1], **parts_of(middle)}
    tail = pc.binary_join_element_wise(fields.pop("more"), pc.fill_null(parts[3], ""), " ")
    if pc.any(pc.greater(counts, 7)).as_py():
        tail = pc.binary_join_element_wise(tail, *(pc.fill_null(part, "") for part in parts[4:]), '"')
    plain = pc.and_(plain, pc.and_(pc.is_valid(start), pc.is_valid(middle)))
    fields["tail"] = tail
    if pc.all(plain).as_py():
        return fields
    return {name: pc.if_else(plain, column, pa.scalar(None, TEXT)) for name, column in fields.items()}


def _by_pattern(text: pa.Array) -> Fields:
    found = parts_of(pc.extract_regex(text, _LINE))
    second = found.pop("ip2")
    found["ip"] = pc.if_else(pc.equal(second, ""), found["ip"], second)
    found["tail"] = pc.replace_substring_regex(found["tail"], _AGENT, r"\1 ")
    found["request"] = unescaped(found["request"])
    return found


def _meaning(fields: Fields) -> Fields:
    method, target = request_line(fields["request"])
    host, path = split_target(target)
    extra = _extra(fields["tail"])
    account = known(unescaped(pc.replace_substring_regex(fields["user"], r'^"(.*)"$', r"\1")))
    return {
        "account": pc.coalesce(account, unescaped(extra["account"])),
        "ip": pc.coalesce(extra["ip"], address(fields["ip"])),
        "host": host,
        "method": method,
        "path": path,
        "status": whole(fields["status"], pa.int32()),
        "bytes_out": extra["bytes_out"],
        "bytes_in": whole(fields["bytes"]),
        "rows": extra["rows"],
    }


def _extra(tail: pa.Array) -> Fields:
    """Read what follows the standard fields; each distinct tail once, for most are alike."""
    coded = tail.dictionary_encode()
    tails = coded.dictionary
    chain = pc.struct_field(pc.extract_regex(tails, _CHAIN), "value")
    read = {
        "rows": whole(_value(tails, _ROWS)),
        "bytes_out": whole(_value(tails, _SENT)),
        "account": known(_value(tails, _USER)),
        "ip": pc.coalesce(forwarded(chain), forwarded(_value(tails, _VIA))),
    }
    codes = coded.indices.to_numpy(zero_copy_only=False).astype(np.float64)
    return {name: column.take(pa.array(codes, from_pandas=True).cast(pa.int64())) for name, column in read.items()}


def _value(tails: pa.Array, pattern: str) -> pa.Array:
    return pc.struct_field(pc.extract_regex(tails, pattern), "value")
