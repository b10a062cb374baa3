"""Where the fields of a Windows event stand in the JSON of those who ship it.

Four layouts: Elastic's (winlogbeat, ECS; nested or with dotted keys), Wazuh's, the tree of the event's own XML (as EVTX
tools write it), and flat (nxlog and the like).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from headwater.ingestion.json_fields import JsonFields
from headwater.ingestion.records import Flags, flags

# our name: the names among the event's data
_DATA: Mapping[str, Sequence[str]] = {
    "target": ("TargetUserName",),
    "subject": ("SubjectUserName",),
    "logon_type": ("LogonType",),
    "workstation": ("WorkstationName", "Workstation"),
    "ip": ("IpAddress",),
    "status": ("Status",),
    "object": ("ObjectName",),
    "object_type": ("ObjectType",),
    "mask": ("AccessMask",),
    "rights": ("AccessList",),
    "share": ("ShareName",),
    "relative": ("RelativeTargetName",),
    "process": ("NewProcessName",),
    "class": ("ClassName",),
    "device_name": ("DeviceDescription",),
    "device_id": ("DeviceId",),
    "sysmon_user": ("User",),
    "image": ("Image",),
    "target_file": ("TargetFilename",),
    "hashes": ("Hashes",),
    "source_ip": ("SourceIp",),
    "source_port": ("SourcePort",),
    "target_ip": ("DestinationIp",),
    "target_port": ("DestinationPort",),
    "protocol": ("Protocol",),
}
# the same among its user data, and the element that holds them there
_USER_DATA: Mapping[str, tuple[str, Sequence[str]]] = {
    "instance": ("UMDFHostDeviceArrivalBegin", ("InstanceId", "instance")),
    "removed": ("UMDFHostDeviceRequest", ("InstanceId", "instance")),
    "minor": ("UMDFHostDeviceRequest", ("RequestMinorCode",)),
    "document": ("DocumentPrinted", ("Param2",)),
    "print_user": ("DocumentPrinted", ("Param3",)),
    "print_client": ("DocumentPrinted", ("Param4",)),
    "print_bytes": ("DocumentPrinted", ("Param7",)),
}
_ECS: Mapping[str, Sequence[str]] = {
    "event": ("winlog.event_id", "event.code"),
    "provider": ("winlog.provider_name", "event.provider"),
    "time": ("@timestamp",),
    "computer": ("winlog.computer_name", "host.name", "host.hostname"),
    "outcome": ("event.outcome", "winlog.keywords"),
    "ecs_user": ("user.name",),
    "ecs_ip": ("source.ip",),
    "ecs_type": ("winlog.logon.type",),
}
_WAZUH: Mapping[str, Sequence[str]] = {
    "event": ("data.win.system.eventID",),
    "provider": ("data.win.system.providerName",),
    "time": ("data.win.system.systemTime", "timestamp", "@timestamp"),
    "computer": ("data.win.system.computer", "agent.name"),
    "outcome": ("data.win.system.severityValue",),
}
_TREE: Mapping[str, Sequence[str]] = {
    "event": ("Event.System.EventID.#text", "Event.System.EventID"),
    "provider": ("Event.System.Provider.#attributes.Name", "Event.System.Provider_attributes.Name"),
    "time": ("Event.System.TimeCreated.#attributes.SystemTime", "Event.System.TimeCreated_attributes.SystemTime"),
    "computer": ("Event.System.Computer",),
    "outcome": (),
}
_FLAT: Mapping[str, Sequence[str]] = {
    "event": ("EventID", "EventId", "event_id", "event.code", "Id", "id"),
    "provider": ("SourceName", "ProviderName", "Provider", "event.provider"),
    "time": ("EventTime", "TimeCreated", "@timestamp", "timestamp", "time"),
    "computer": ("Hostname", "Computer", "ComputerName", "MachineName", "host.name"),
    "outcome": ("EventType", "Keywords", "event.outcome"),
    "ecs_user": ("user.name",),
    "ecs_ip": ("source.ip",),
}
_NAMES = (*dict.fromkeys([*_DATA, *_USER_DATA, *_ECS]),)


def _data(*prefixes: str, camel: bool = False) -> dict[str, list[str]]:
    return {
        name: [prefix + (_camel(key) if camel else key) for prefix in prefixes for key in keys]
        for name, keys in _DATA.items()
    }


def _user_data(prefix: str, *, within: bool) -> dict[str, list[str]]:
    """``within``: the element's own name is part of the path, and its attributes stand apart."""
    places: dict[str, list[str]] = {}
    for name, (element, keys) in _USER_DATA.items():
        stem = f"{prefix}{element}." if within else prefix
        places[name] = [stem + key for key in keys]
        if within:
            places[name] += [f"{stem}#attributes.{key}" for key in keys]
    return places


def _camel(key: str) -> str:
    return key[0].lower() + key[1:]


_LAYOUTS: Mapping[str, Mapping[str, Sequence[str]]] = {
    "ecs": {**_ECS, **_data("winlog.event_data."), **_user_data("winlog.user_data.", within=False)},
    "dotted": {**_ECS, **_data("winlog.event_data."), **_user_data("winlog.user_data.", within=False)},
    "wazuh": {**_WAZUH, **_data("data.win.eventdata.", camel=True)},
    "tree": {**_TREE, **_data("Event.EventData."), **_user_data("Event.UserData.", within=True)},
    "flat": {**_FLAT, **_data("", "EventData."), **_user_data("", within=False)},
}


_NOTHING = pa.table({"event": pa.array([], pa.string())})


class WindowsFields:
    """The fields of many events as columns of text."""

    def __init__(self, engine: duckdb.DuckDBPyConnection) -> None:
        self._readers = {
            layout: JsonFields(
                {name: at for name, at in paths.items() if at}, engine, flat=layout in ("dotted", "flat")
            )
            for layout, paths in _LAYOUTS.items()
        }

    def objects(self, texts: pa.Array) -> Flags:
        """Which texts are JSON objects."""
        return self._readers["flat"].objects(texts)

    def take(self, texts: pa.Array) -> pa.Table:
        """The fields of texts that are all JSON objects, in their order."""
        tables = [_whole(_NOTHING, pa.array([], pa.int64()))]
        for layout, which in _layouts(texts).items():
            place = pc.indices_nonzero(pa.array(which))
            if len(place):
                tables.append(_whole(self._readers[layout].take(texts.take(place)), place.cast(pa.int64())))
        return pa.concat_tables(tables).combine_chunks().sort_by("place").drop(["place"])


def _layouts(texts: pa.Array) -> dict[str, Flags]:
    def has(word: str) -> Flags:
        return flags(pc.match_substring(texts, word))

    wazuh = has('"win"') & has('"eventdata"')
    tree = has('"Event"') & has('"System"') & ~wazuh
    dotted = has('"winlog.') & ~wazuh & ~tree
    ecs = has('"winlog"') & ~wazuh & ~tree & ~dotted
    flat = ~(wazuh | tree | dotted | ecs)
    return {"wazuh": wazuh, "tree": tree, "dotted": dotted, "ecs": ecs, "flat": flat}


def _whole(table: pa.Table, place: pa.Array) -> pa.Table:
    """All columns, in one order; what Elastic's own fields say fills what the event's data leave open."""
    columns = {
        name: table[name] if name in table.column_names else pa.nulls(len(table), pa.string()) for name in _NAMES
    }
    for name, other in (("ip", "ecs_ip"), ("logon_type", "ecs_type"), ("instance", "removed")):
        columns[name] = pc.coalesce(columns[name], columns.pop(other))
    return pa.table({**columns, "place": place})
