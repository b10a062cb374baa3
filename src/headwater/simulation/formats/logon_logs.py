"""Windows log-ons: ECS as Winlogbeat writes it, flat as NXLog writes it, OCSF Authentication."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TypeVar

from headwater.simulation.clock import local_text, utc_text
from headwater.simulation.events import Events

T = TypeVar("T", str, int)

_CODES = {"logon": 4624, "logoff": 4634, "failure": 4625}
_PROVIDER = "Microsoft-Windows-Security-Auditing"


def ecs(log: Events) -> Iterator[str]:
    """Elastic Common Schema, times in UTC."""
    for when, account, device, ip, action, kind in _fields(log, utc_text(log["time"])):
        record = {
            "@timestamp": f"{when}Z",
            "event": {"code": str(_CODES[action]), "provider": _PROVIDER},
            "host": {"name": device},
            "user": {"name": account, "domain": "OFFICE"},
            "source": {"ip": ip},
            "winlog": {"channel": "Security", "event_data": {"LogonType": str(kind), "TargetUserName": account}},
        }
        yield json.dumps(record)


def flat(log: Events) -> Iterator[str]:
    """One level of fields, local times without a zone."""
    for when, account, device, ip, action, kind in _fields(log, local_text(log["time"])):
        record = {
            "EventTime": f"{when[:10]} {when[11:19]}",
            "Hostname": f"{device}.office.example",
            "EventID": _CODES[action],
            "SourceName": _PROVIDER,
            "Channel": "Security",
            "TargetUserName": account,
            "TargetDomainName": "OFFICE",
            "LogonType": kind,
            "IpAddress": ip,
        }
        yield json.dumps(record)


def ocsf(log: Events) -> Iterator[str]:
    """OCSF class 3002."""
    for when, account, device, ip, action, kind in _fields(log, log["time"].tolist()):
        record = {
            "class_uid": 3002,
            "category_uid": 3,
            "activity_id": 2 if action == "logoff" else 1,
            "status_id": 2 if action == "failure" else 1,
            "logon_type_id": kind,
            "time": when,
            "user": {"name": account},
            "device": {"hostname": device, "ip": ip},
            "dst_endpoint": {"hostname": device},
            "src_endpoint": {"ip": ip},
            "metadata": {"version": "1.3.0", "product": {"name": "directory"}},
        }
        yield json.dumps(record)


def _fields(log: Events, times: list[T]) -> Iterator[tuple[T, str, str, str, str, int]]:
    names = ("account", "device", "ip", "action", "kind")
    return zip(times, *(log[name].tolist() for name in names), strict=True)
