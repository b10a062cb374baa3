"""What Windows events mean, however they were shipped: log-ons, and files read, written, deleted, mounted or printed.

Security auditing 4624, 4625, 4634, 4647, 4648, 4776, 4800, 4801 (log-ons), 4656, 4663, 5145 (objects and shares), 4688
(processes), 6416 (devices); DriverFrameworks-UserMode 2003 and 2100 (removable devices); PrintService 307; Sysmon 1, 3,
11, 23, 26. Numbers are only unique within a provider, so the provider is looked at where it is given.

Traps: one save writes 4663 many times (folded when within two seconds); a network log-on is recorded at the server, its
machine is the *workstation* of the event; machine and system accounts log on all day and are passed.
"""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from headwater.ingestion import clock
from headwater.ingestion.kept import kept
from headwater.ingestion.parsing import RAW, BadLine, Parsed
from headwater.ingestion.records import Counts, flags
from headwater.ingestion.windows_fields import WindowsFields

_MACROS = r"""
create macro person(x) as nullif(trim(regexp_replace(regexp_replace(x, '^.*\\', ''), '@.*$', '')), '');
create macro machine(x) as case when regexp_matches(x, '^[0-9.]+$|:') then null
    else nullif(split_part(ltrim(x, '\'), '.', 1), '') end;
create macro address(x) as case when x in ('::1', '127.0.0.1', '0.0.0.0', '::', 'LOCAL') then null
    else regexp_replace(regexp_replace(x, '^::ffff:', ''), '%.*$', '') end;
create macro nobody(x) as x like '%$' or regexp_matches(upper(x), '^(SYSTEM|LOCAL SERVICE|NETWORK SERVICE|'
    || 'ANONYMOUS LOGON|IUSR|(DWM|UMFD)-[0-9]+|LOCALSERVICE|NETWORKSERVICE|本地服务|网络服务)$');
"""
_TOLD = """
select line, time, try_cast(event as int) as event, lower(coalesce(provider, 'security-auditing')) as source,
    machine(computer) as computer, person(target) as target, person(subject) as subject, person(ecs_user) as ecs_user,
    person(sysmon_user) as sysmon_user, coalesce(try_cast(logon_type as int), list_position(
        ['', 'Interactive', 'Network', 'Batch', 'Service', '', 'Unlock', 'NetworkCleartext', 'NewCredentials',
        'RemoteInteractive', 'CachedInteractive'], logon_type)) as type,
    machine(workstation) as workstation, address(ip) as ip, status, object,
    coalesce(object_type, 'File') as object_type, coalesce(try_cast(mask as bigint), 0) as mask,
    coalesce(rights, '') as rights, share, relative, process, class,
    coalesce(device_name, device_id) as removable, instance, minor, document, person(print_user) as print_user,
    machine(print_client) as print_client, try_cast(print_bytes as bigint) as print_bytes, image, target_file, hashes,
    lower(coalesce(outcome, '')) like '%fail%' or coalesce(outcome, '') like '%失败%' as failed,
    source_ip, try_cast(source_port as int) as source_port, target_ip, try_cast(target_port as int) as target_port,
    lower(protocol) as protocol
from fields
"""
_LOGONS = """
with named as (
    select *, case when event in (4648, 4776) then target else coalesce(target, ecs_user) end as account,
        case when event = 4776 then workstation
            when type in (3, 8) and event in (4624, 4625)
                then coalesce(workstation, case when ip is null then computer end)
            when type in (3, 8) then null
            else computer end as device
    from told where source like '%security%' and event in (4624, 4625, 4634, 4647, 4648, 4776, 4800, 4801)
)
select time, line, account, device, ip, case
    when event = 4625 or event = 4776 and coalesce(status, '0x0') not in ('0', '0x0', '0x00000000') then 'failure'
    when event in (4634, 4647) then 'logoff' when event = 4800 then 'lock' when event = 4801 then 'unlock'
    else 'logon' end as action,
    case when event = 4648 then 'explicit' when event = 4776 then 'ntlm' when event in (4800, 4801) then 'interactive'
    else (['interactive', 'network', 'batch', 'service', null, 'unlock', 'cleartext', 'runas', 'remote', 'cached'])
        [type - 1] end as kind
from named where account is not null and not nobody(account) order by line
"""
_FILES = r"""
with seen as (
    select *, mask & 65536 > 0 or rights like '%\%1537%' escape '\' as deletes,
        mask & 6 > 0 or regexp_matches(rights, '%%441[78]') as writes,
        mask & 1 > 0 or rights like '%\%4416%' escape '\' as reads
    from told
), acts as (
    select time, line, coalesce(subject, ecs_user) as account, computer as device, null as ip, object as path,
        case when deletes and event = 4663 then 'delete' when writes then 'update' when reads then 'read'
            when deletes then 'delete' end as action, null::bigint as bytes, null as digest
    from seen where source like '%security%' and event in (4656, 4663) and object_type = 'File' and not failed
    union all
    select time, line, coalesce(subject, ecs_user), null, ip, share || '\' || ltrim(relative, '\'),
        case when deletes and not reads then 'delete' when writes then 'update' when reads then 'read' end, null, null
    from seen where source like '%security%' and event = 5145 and ltrim(relative, '\') <> '' and not failed
    union all
    select time, line, case when target is null or nobody(target) then coalesce(subject, ecs_user) else target end,
        computer, null, process, 'execute', null, null from seen where source like '%security%' and event = 4688
    union all
    select time, line, case when not nobody(subject) then subject else '' end, computer, null, removable, 'mount',
        null, null
    from seen where source like '%security%' and event = 6416
        and regexp_matches(upper(class), '^(DISKDRIVE|WPD|VOLUME|CDROM)$')
    union all
    select time, line, '', computer, null, instance, case when event = 2003 then 'mount' else 'unmount' end, null, null
    from seen where source like '%driverframeworks%' and (event = 2003 or event = 2100 and minor in ('2', '23'))
    union all
    select time, line, print_user, coalesce(print_client, computer), null, document, 'print', print_bytes, null
    from seen where source like '%printservice%' and event = 307
    union all
    select time, line, coalesce(sysmon_user, ecs_user), computer, null, coalesce(target_file, image),
        case event when 1 then 'execute' when 11 then 'create' else 'delete' end, null,
        nullif(lower(regexp_extract(hashes, 'SHA256=([0-9A-Fa-f]{64})', 1)), '')
    from seen where source like '%sysmon%' and event in (1, 11, 23, 26)
), once as (
    select *, time - lag(time) over (partition by account, device, ip, path, action order by time, line) as since
    from acts where action is not null and path is not null and account is not null and not nobody(account)
)
select time, line, nullif(account, '') as account, device, ip, path, action, bytes, digest
from once where since is null or since > interval 2 second order by line
"""
_FLOWS = """
select time, line, coalesce(sysmon_user, ecs_user) as account, computer as device, source_ip as src,
    source_port as src_port, target_ip as dst, target_port as dst_port, protocol, null::bigint as bytes_out,
    null::bigint as bytes_in
from told where source like '%sysmon%' and event = 3 and target_ip is not null
    and not nobody(coalesce(sysmon_user, ecs_user, '')) order by line
"""
_QUERIES: Mapping[str, str] = {"logons": _LOGONS, "files": _FILES, "flows": _FLOWS}
_NUMBERS: Mapping[str, frozenset[int]] = {
    "logons": frozenset({4624, 4625, 4634, 4647, 4648, 4776, 4800, 4801}),
    "files": frozenset({4656, 4663, 5145, 4688, 6416, 2003, 2100, 307, 1, 11, 23, 26}),
    "flows": frozenset({3}),
}
"""The numbers of the events that each query looks for, whoever provides them."""


@kept
def _engine() -> tuple[duckdb.DuckDBPyConnection, WindowsFields]:
    engine = duckdb.connect()
    engine.execute("set timezone = 'UTC'")
    engine.execute(_MACROS)
    return engine, WindowsFields(engine)


class WindowsEvents:
    """Turns events, each a JSON object, into rows."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._engine, self._fields = _engine()

    def take(self, texts: pa.Array, lines: Counts) -> Parsed:
        """Read texts that may be JSON objects; ``lines`` are their numbers (of lines, or of records)."""
        good = flags(pc.fill_null(pa.array(self._fields.objects(texts)), False))
        bad = [BadLine(int(line), "not a JSON object") for line in lines[~good]]
        fields = self._fields.take(texts.filter(pa.array(good)))
        fields = fields.append_column("line", pa.array(lines[good]))
        time = clock.parse(fields["time"], "auto", self._zone)
        fields = fields.set_column(fields.schema.get_field_index("time"), "time", time)
        whole = pc.and_(pc.is_valid(time), pc.is_valid(fields["event"]))
        without = fields["line"].filter(pc.invert(whole)).to_pylist()
        bad += [BadLine(line, "an event without a time or a number") for line in without]
        rows = self._rows(fields.filter(whole))
        made = sum(len(table) for table in rows.values())
        return Parsed(rows, sorted(bad, key=lambda b: b.line), len(texts) - made - len(bad))

    def _rows(self, fields: pa.Table) -> dict[str, pa.Table]:
        if not len(fields):
            return {kind: RAW[kind].empty_table() for kind in _QUERIES}
        self._engine.register("fields", fields)
        told = self._engine.execute(_TOLD).to_arrow_table()
        self._engine.unregister("fields")
        self._engine.register("told", told)
        numbers = set(pc.unique(told["event"]).to_pylist())
        rows = {
            kind: self._engine.execute(query).to_arrow_table()
            if numbers & _NUMBERS[kind]  # planning a query costs more than reading some hundred events
            else RAW[kind].empty_table()
            for kind, query in _QUERIES.items()
        }
        self._engine.unregister("told")
        return {kind: table.cast(RAW[kind]) for kind, table in rows.items()}
