"""File events of the machines: OCSF File System Activity, or Windows' object access events."""

from __future__ import annotations

import json
from collections.abc import Iterator

from headwater.simulation.clock import local_text
from headwater.simulation.events import Events

_ACTIVITIES = {"create": 1, "read": 2, "update": 3, "delete": 4}  # OCSF class 1001
_MASKS = {"create": "0x2", "read": "0x1", "update": "0x2", "delete": "0x10000"}


def ocsf(log: Events) -> Iterator[str]:
    """OCSF class 1001."""
    names = ("account", "device", "ip", "path", "action", "bytes")
    for when, account, device, ip, path, action, size in zip(
        log["time"].tolist(), *(log[name].tolist() for name in names), strict=True
    ):
        record = {
            "class_uid": 1001,
            "category_uid": 1,
            "activity_id": _ACTIVITIES[action],
            "time": when,
            "actor": {"user": {"name": account}},
            "device": {"hostname": device, "ip": ip},
            "file": {"path": path, "name": path.rpartition("\\")[2], "size": size},
            "metadata": {"version": "1.3.0", "product": {"name": "agent"}},
        }
        yield json.dumps(record, ensure_ascii=False)


def windows_4663(log: Events) -> Iterator[str]:
    """Event 4663, flat: an attempt to access an object; it knows no size and no address."""
    names = ("account", "device", "path", "action")
    for when, account, device, path, action in zip(
        local_text(log["time"]), *(log[name].tolist() for name in names), strict=True
    ):
        record = {
            "EventTime": f"{when[:10]} {when[11:19]}",
            "Hostname": f"{device}.office.example",
            "EventID": 4663,
            "Channel": "Security",
            "SubjectUserName": account,
            "SubjectDomainName": "OFFICE",
            "ObjectType": "File",
            "ObjectName": path,
            "AccessMask": _MASKS[action],
        }
        yield json.dumps(record, ensure_ascii=False)
