# 1525656634.123456	C1	192.0.2.7	50123	198.51.100.4	443	tcp	ssl	1.5	5200	88000	SF
"""Zeek's conn and http logs, as tab-separated text or as JSON lines."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import pyarrow as pa
import pyarrow.compute as pc

from headwater.ingestion.addresses import address
from headwater.ingestion.clock import parse
from headwater.ingestion.columns import (
    known,
    numbers_of,
    pieces,
    raw_table,
    set_aside,
    text_of,
    unescaped,
    whole,
)
from headwater.ingestion.json_lines import JsonLines, Path, loaded
from headwater.ingestion.parsing import BadLine, Context, Lines, Parsed
from headwater.ingestion.targets import host_of, split_target
from headwater.model.tables import TEXT

_ENDS = ("ts", "id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p")
_CONN = ("proto", "orig_bytes", "resp_bytes", "orig_ip_bytes", "resp_ip_bytes", "conn_state")
_HTTP = ("method", "host", "uri", "status_code", "request_body_len", "response_body_len", "username")
_NAMES = (*_ENDS, *_CONN, *_HTTP)
_KINDS = {"conn": "flows", "http": "requests"}
_PATHS: Sequence[Path] = [("_path",), *((name,) for name in _NAMES)]
_NESTED: Sequence[Path] = [("id", name[3:]) for name in _ENDS[1:]]

Values = Mapping[str, pa.Array]


@dataclass(frozen=True, slots=True)
class _Header:
    """What the directives said so far."""

    separator: str = "\t"
    fields: tuple[str, ...] = ()
    path: str = ""
    unset: str = "-"

    def after(self, line: str) -> _Header:
        name, _, rest = line.replace(self.separator, "\t").replace(" ", "\t", 1).partition("\t")
        if name == "#separator":
            mark = re.sub(r"\\x([0-9A-Fa-f]{2})", lambda m: chr(int(m[1], 16)), rest.strip())
            return replace(self, separator=mark or "\t")
        if name == "#fields":
            return replace(self, fields=tuple(rest.split("\t")))
        if name == "#path":
            return replace(self, path=rest.strip())
        return replace(self, unset=rest) if name == "#unset_field" and rest else self

    @property
    def kind(self) -> str | None:
        """The log's path as it says, or as its fields show: ``conn``, ``http`` or none that is read."""
        if self.path:
            return self.path if self.path in _KINDS else None
        shown = [path for path, mark in (("http", "uri"), ("conn", "conn_state")) if mark in self.fields]
        return shown[0] if shown else None


class Zeek:
    """Reads what a Zeek sensor saw: connections become flows, HTTP requests become requests.

    Bytes of a flow are those of its payload, or of its packets where the sensor lost count.
    """

    name: ClassVar[str] = "zeek"
    ceiling: ClassVar[float] = 0.98

    def __init__(self, context: Context) -> None:
        self._zone = context.zone
        self._header = _Header()
        self._directives: dict[str, str] = {}
        self._json = JsonLines()

    @classmethod
    def sniff(cls, head: Sequence[str]) -> float:
        """Be sure of a header that names the fields of a conn or http log, or of objects that have them."""
        header = _Header()
        lines = [line.lstrip("\ufeff").rstrip("\r") for line in head if line.strip()]
        for line in lines:
            header = header.after(line) if line.startswith("#") else header
        if "id.orig_h" in header.fields:
            return cls.ceiling if header.kind else 0.0
        return cls.ceiling * sum(_is_ours(loaded(line)) for line in lines) / max(1, len(lines))

    def feed(self, lines: Lines) -> Parsed:
        """Parse lines; each gives a row, is rejected, or is blank or a directive."""
        text, numbers = text_of(lines), numbers_of(lines)
        directive = pc.starts_with(text, "#")
        passed = pc.or_(directive, pc.match_substring_regex(text, r"^\s*$"))
        batch = _Batch()
        start = 0
        for place in [*pc.indices_nonzero(directive).to_pylist(), len(text)]:
            data = pc.invert(passed[start:place])
            if pc.any(data).as_py():
                self._read(text[start:place].filter(data), numbers[start:place].filter(data), batch)
            if place < len(text):
                self._obey(text[place].as_py())
            start = place + 1
        rows = {
            kind: pa.concat_tables(tables).combine_chunks().sort_by("line") for kind, tables in batch.tables.items()
        }
        return Parsed(rows, batch.rejected, pc.sum(passed).as_py() or 0)

    def finish(self) -> Parsed:
        """Give nothing: a line is a record."""
        return Parsed()

    def state(self) -> str:
        """Give the directives in force, one a line."""
        return "\n".join(self._directives.values())

    def resume(self, state: str) -> None:
        """Take up the directives that were in force."""
        for line in state.split("\n"):
            self._obey(line)

    def _obey(self, line: str) -> None:
        after = self._header.after(line)
        if after != self._header:
            self._directives[re.split(r"\W", line[1:], maxsplit=1)[0]] = line
        self._header = after

    def _read(self, text: pa.Array, numbers: pa.Array, batch: _Batch) -> None:
        objects = pc.match_substring_regex(text, r"^\s*\{")
        if pc.any(objects).as_py():
            self._read_objects(text.filter(objects), numbers.filter(objects), batch)
        rest = pc.invert(objects)
        if pc.any(rest).as_py():
            self._read_fields(text.filter(rest), numbers.filter(rest), batch)

    def _read_fields(self, text: pa.Array, numbers: pa.Array, batch: _Batch) -> None:
        header = self._header
        wanted = {name: header.fields.index(name) for name in _NAMES if name in header.fields}
        if header.kind is None or "ts" not in wanted:
            reason = "neither a conn nor an http log" if header.fields else "no #fields line before it"
            batch.rejected += set_aside(numbers, pa.array([True] * len(text)), reason)
            return
        counts, columns = pieces(text, header.separator, wanted.values())
        fits = pc.equal(counts, len(header.fields))
        unset = pa.array([header.unset])
        values = {
            name: pc.if_else(pc.is_in(column, unset), pa.scalar(None, TEXT), column).filter(fits)
            for name, column in zip(wanted, columns, strict=True)
        }
        reason = f"does not have the {len(header.fields)} fields of the header"
        batch.rejected += set_aside(numbers, pc.invert(fits), reason)
        self._add(header.kind, {n: unescaped(v) for n, v in values.items()}, numbers.filter(fits), batch)

    def _read_objects(self, text: pa.Array, numbers: pa.Array, batch: _Batch) -> None:
        valid, columns = self._json.members(text, [*_PATHS, *_NESTED])
        path, values = columns[0], dict(zip(_NAMES, columns[1:], strict=False))
        for name, nested in zip(_ENDS[1:], columns[-len(_NESTED) :], strict=True):
            values[name] = pc.coalesce(values[name], nested)
        shown = pc.if_else(
            pc.is_valid(values["uri"]), "http", pc.if_else(pc.is_valid(values["conn_state"]), "conn", "")
        )
        path = pc.if_else(valid, pc.coalesce(path, shown), "")
        batch.rejected += set_aside(numbers, pc.invert(valid), "not a JSON object")
        for kind in _KINDS:
            mine = pc.equal(path, kind)
            if pc.any(mine).as_py():
                self._add(kind, {n: v.filter(mine) for n, v in values.items()}, numbers.filter(mine), batch)
        other = pc.and_(valid, pc.invert(pc.is_in(path, pa.array(list(_KINDS)))))
        batch.rejected += set_aside(numbers, other, "neither a conn nor an http log")

    def _add(self, kind: str, values: Values, numbers: pa.Array, batch: _Batch) -> None:
        time = parse(values["ts"], "auto", self._zone)
        columns = {"time": time, "line": numbers, **(_flow(values) if kind == "conn" else _request(values))}
        batch.rejected += set_aside(numbers, pc.is_null(time), "the time cannot be read")
        table = raw_table(_KINDS[kind], columns, pc.is_valid(time))
        batch.tables.setdefault(_KINDS[kind], []).append(table)


class _Batch:
    """What has come of the lines so far."""

    def __init__(self) -> None:
        self.tables: dict[str, list[pa.Table]] = {}
        self.rejected: list[BadLine] = []


def _is_ours(value: Mapping[str, object]) -> bool:
    if "ts" not in value or not ("id.orig_h" in value or isinstance(value.get("id"), dict)):
        return False
    return bool({"conn_state", "uri", "method"} & value.keys()) and value.get("_path", "conn") in _KINDS


def _column(values: Values, name: str) -> pa.Array:
    return known(values[name]) if name in values else pa.nulls(len(values["ts"]), TEXT)


def _flow(values: Values) -> dict[str, pa.Array]:
    def of(name: str) -> pa.Array:
        return _column(values, name)

    return {
        "src": address(of("id.orig_h")),
        "src_port": whole(of("id.orig_p"), pa.int32()),
        "dst": address(of("id.resp_h")),
        "dst_port": whole(of("id.resp_p"), pa.int32()),
        "protocol": pc.utf8_lower(of("proto")),
        "bytes_out": pc.coalesce(whole(of("orig_bytes")), whole(of("orig_ip_bytes"))),
        "bytes_in": pc.coalesce(whole(of("resp_bytes")), whole(of("resp_ip_bytes"))),
    }


def _request(values: Values) -> dict[str, pa.Array]:
    def of(name: str) -> pa.Array:
        return _column(values, name)

    host, path = split_target(of("uri"))
    return {
        "account": of("username"),
        "ip": address(of("id.orig_h")),
        "host": pc.coalesce(host, host_of(of("host")), address(of("id.resp_h"))),
        "method": of("method"),
        "path": path,
        "status": whole(of("status_code"), pa.int32()),
        "bytes_out": whole(of("request_body_len")),
        "bytes_in": whole(of("response_body_len")),
    }
