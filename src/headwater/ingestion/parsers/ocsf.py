# {"class_uid": 1001, "activity_id": 1, "time": 1525652772000, "actor": {"user": {"name": "u1131"}}, "device": {"hostname": "PC-2131", "ip": "10.20.0.133"}, "file": {"path": "C:\\Users\\u1131\\offer.docx", "name": "offer.docx", "size": 144507}}  # noqa: E501
"""OCSF events as JSON lines: files, devices, log-ons, network, HTTP, mail, API and data store activity.

Classes 1001, 1010, 3002, 4001, 4002, 4009, 6003, 6005; events of other classes are passed. What the schema has no place
for is looked for in ``unmapped``: ``rows_returned``, ``bytes_out``, ``end_user`` (who stood behind a shared account).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import ClassVar

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headwater.ingestion import clock
from headwater.ingestion.json_fields import JsonFields
from headwater.ingestion.kept import kept
from headwater.ingestion.parsing import RAW, BadLine, Context, Lines, Parsed
from headwater.ingestion.records import Counts, texts

_PATHS: Mapping[str, Sequence[str]] = {
    "class": ("class_uid",),
    "activity": ("activity_id",),
    "activity_name": ("activity_name",),
    "time": ("time", "time_dt", "start_time", "metadata.original_time"),
    "status_id": ("status_id",),
    "actor": ("actor.user.name", "actor.user.email_addr", "actor.user.uid"),
    "person": ("user.name", "user.email_addr", "user.uid"),
    "end_user": ("unmapped.end_user",),
    "device": ("device.hostname", "device.name"),
    "src_host": ("src_endpoint.hostname", "src_endpoint.name"),
    "device_ip": ("device.ip",),
    "src_ip": ("src_endpoint.ip",),
    "src_port": ("src_endpoint.port",),
    "dst_ip": ("dst_endpoint.ip",),
    "dst_host": ("dst_endpoint.hostname", "dst_endpoint.domain"),
    "dst_port": ("dst_endpoint.port",),
    "protocol": ("connection_info.protocol_name",),
    "bytes_out": ("traffic.bytes_out", "unmapped.bytes_out"),
    "bytes_in": ("traffic.bytes_in", "unmapped.bytes_in"),
    "product": ("app_name", "metadata.product.name"),
    "path": ("file.path",),
    "folder": ("file.parent_folder",),
    "file": ("file.name",),
    "size": ("file.size",),
    "digest": ("file.hashes[0].value",),
    "result": ("file_result.path", "file_result.name"),
    "result_size": ("file_result.size",),
    "peripheral": ("peripheral_device.name", "peripheral_device.model", "peripheral_device.uid"),
    "logon_type": ("logon_type",),
    "logon_type_id": ("logon_type_id",),
    "method": ("http_request.http_method",),
    "site": ("http_request.url.hostname", "http_request.url.domain"),
    "url_path": ("http_request.url.path",),
    "url_query": ("http_request.url.query_string",),
    "url": ("http_request.url.url_string",),
    "code": ("http_response.code", "http_status"),
    "operation": ("api.operation",),
    "service": ("api.service.name",),
    "resource": ("resources[0].name", "resources[0].uid", "resource.name"),
    "rows": ("unmapped.rows_returned", "unmapped.rows", "unmapped.row_count"),
    "statement": ("query_info.query_string",),
    "relation": ("table.name", "databucket.name"),
    "database": ("database.name",),
    "mail": ("email",),
    "sender": ("email.from",),
    "subject": ("email.subject",),
    "mail_size": ("email.size",),
}
_QUERIES: Mapping[str, str] = {
    "files": """
        select time, line, coalesce(actor, person) as account, coalesce(device, src_host) as device,
            coalesce(device_ip, src_ip) as ip, case when class = 1010 then peripheral
                when act = 'rename' or copied then coalesce(result, whole_path) else whole_path end as path,
            case when copied then 'copy' else act end as action,
            case when copied then coalesce(try_cast(result_size as bigint), try_cast(size as bigint))
                else try_cast(size as bigint) end as bytes, digest
        from (
            select *, coalesce(path, case when folder is null then file else folder || '/' || file end) as whole_path,
                class = 1001 and (lower(activity_name) = 'copy'
                    or activity in (1, 3) and result is not null and result <> coalesce(path, file)) as copied,
                case when class = 1010 then case activity when 1 then 'mount' when 2 then 'unmount' end
                    else coalesce(['create', 'read', 'update', 'delete', 'rename', null, null, null, null, 'update',
                        'read', 'mount', 'unmount', 'read'][activity], case when lower(activity_name)
                        in ('copy', 'print', 'create', 'read', 'update', 'delete', 'rename', 'mount')
                        then lower(activity_name) end) end as act
            from events where class in (1001, 1010) and not failed
        ) where (act is not null or copied)""",
    "logons": """
        select time, line, coalesce(person, actor) as account, coalesce(src_host, device) as device,
            coalesce(src_ip, device_ip) as ip, case when failed then 'failure' when activity = 2 then 'logoff'
                else 'logon' end as action,
            coalesce((['interactive', 'network', 'batch', 'service', null, 'unlock', 'cleartext', 'runas', 'remote',
                'cached'])[try_cast(logon_type_id as int) - 1], lower(logon_type)) as kind
        from events where class = 3002 and activity in (1, 2)""",
    "flows": """
        select time, line, coalesce(actor, person) as account, coalesce(src_host, device) as device, src_ip as src,
            try_cast(src_port as int) as src_port, dst_ip as dst, try_cast(dst_port as int) as dst_port,
            lower(protocol) as protocol, try_cast(bytes_out as bigint) as bytes_out,
            try_cast(bytes_in as bigint) as bytes_in
        from events where class = 4001""",
    "requests": """
        select time, line, coalesce(actor, person) as account, coalesce(src_host, device) as device,
            coalesce(src_ip, device_ip) as ip,
            coalesce(site, nullif(regexp_extract(url, '^[a-z]+://([^/:?#]+)', 1), ''), dst_host) as host,
            coalesce(service, product) as application, upper(method) as method,
            case when url_path is not null then url_path || case when url_query is null then ''
                    else '?' || ltrim(url_query, '?') end
                when url is not null then regexp_replace(url, '^[a-z]+://[^/?#]*', '')
                else '/' || coalesce(operation, '') || coalesce('/' || resource, '') end as path,
            try_cast(code as int) as status, try_cast(bytes_out as bigint) as bytes_out,
            try_cast(bytes_in as bigint) as bytes_in, try_cast(rows as bigint) as rows
        from events where class = 4002 or class = 6003""",
    "queries": r"""
        select time, line, coalesce(end_user, actor, person) as account, coalesce(src_host, device) as device,
            coalesce(src_ip, device_ip) as ip, product as application, database,
            upper(coalesce(nullif(regexp_extract(statement, '^\s*([A-Za-z]+)', 1), ''), activity_name)) as command,
            relation as object, statement, try_cast(rows as bigint) as rows,
            case when failed then 'denied' else 'success' end as outcome
        from events where class = 6005""",
    "mail": """
        select time, line, coalesce(actor, person, sender) as account, sender,
            list_concat(json_extract_string(mail, '$.to[*]'), json_extract_string(mail, '$.cc[*]'),
                json_extract_string(mail, '$.bcc[*]')) as recipients, subject,
            json_extract_string(mail, '$.files[*].name') as attachments, try_cast(mail_size as bigint) as bytes
        from events where class = 4009""",
}


_CLASSES: Mapping[str, frozenset[int]] = {
    "files": frozenset({1001, 1010}),
    "logons": frozenset({3002}),
    "flows": frozenset({4001}),
    "requests": frozenset({4002, 6003}),
    "queries": frozenset({6005}),
    "mail": frozenset({4009}),
}
"""The classes that each query looks for."""


@kept
def _engine() -> tuple[duckdb.DuckDBPyConnection, JsonFields]:
    engine = duckdb.connect()
    engine.execute("set timezone = 'UTC'")
    return engine, JsonFields(_PATHS, engine, flat=False)


class Ocsf:
    """Reads one event a line; a line that is no JSON object is set aside alone."""

    name: ClassVar[str] = "ocsf"
    ceiling: ClassVar[float] = 0.98

    def __init__(self, context: Context) -> None:
        self._zone = context.zone
        self._engine, self._fields = _engine()

    @classmethod
    def sniff(cls, head: Sequence[str]) -> float:
        """Look for objects with a numeric ``class_uid``."""
        lines = [line for line in head if line.strip()]
        return cls.ceiling if lines and sum(_is_event(line) for line in lines) * 2 > len(lines) else 0.0

    def feed(self, lines: Lines) -> Parsed:
        """Read the next lines; nothing waits."""
        numbers = np.arange(lines.first, lines.first + len(lines.text), dtype=np.int64)
        column = texts(lines.text)
        filled = np.array([bool(line) and not line.isspace() for line in lines.text], dtype=np.bool_)
        good = filled & self._fields.objects(column)
        bad = [BadLine(int(number), "not a JSON object") for number in numbers[filled & ~good]]
        rows = self._rows(column.filter(pa.array(good)), numbers[good], bad)
        made = sum(len(table) for table in rows.values()) + len(bad)
        return Parsed(rows, sorted(bad, key=lambda b: b.line), len(lines.text) - made)

    def finish(self) -> Parsed:
        """Nothing was kept."""
        return Parsed()

    def state(self) -> str:
        """Nothing needs to be known."""
        return ""

    def resume(self, state: str) -> None:
        """Nothing needs to be known."""

    def _rows(self, objects: pa.Array, lines: Counts, bad: list[BadLine]) -> dict[str, pa.Table]:
        fields = self._fields.take(objects).append_column("line", pa.array(lines))
        columns = {name: fields[name] for name in fields.column_names}
        columns["time"] = clock.parse(fields["time"], "auto", self._zone)
        whole = pc.and_(pc.is_valid(columns["time"]), pc.is_valid(fields["class"]))
        without = fields["line"].filter(pc.invert(whole)).to_pylist()
        bad += [BadLine(line, "an event without a time or a class") for line in without]
        self._engine.register("fields", pa.table(columns).filter(whole))
        events = self._engine.execute(
            r"""
            select * replace (try_cast(class as int) as class, try_cast(activity as int) as activity,
                    regexp_replace(actor, '^.*\\', '') as actor, regexp_replace(person, '^.*\\', '') as person),
                coalesce(status_id, '') = '2' as failed
            from fields
            """
        ).to_arrow_table()
        self._engine.unregister("fields")
        self._engine.register("events", events)
        classes = set(pc.unique(events["class"]).to_pylist())
        found = {
            kind: self._engine.execute(f"{query} order by line").to_arrow_table()
            if classes & _CLASSES[kind]  # planning a query costs more than reading some hundred lines
            else RAW[kind].empty_table()
            for kind, query in _QUERIES.items()
        }
        self._engine.unregister("events")
        return {kind: table.select(RAW[kind].names).cast(RAW[kind]) for kind, table in found.items()}


def _is_event(line: str) -> bool:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict) and isinstance(value.get("class_uid"), int)
