"""Windows events as JSON lines, in the layouts of those who ship them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.ingestion.reading import Outcome, local, read

from headwater.ingestion.parsers.windows_json import WindowsJson

TIME = "2018-05-07T07:55:40+08:00"
Data = dict[str, object]


def ecs(number: int, provider: str = "Microsoft-Windows-Security-Auditing", time: str = TIME, **data: object) -> Data:
    winlog: Data = {"event_id": number, "provider_name": provider, "computer_name": "PC-1.corp.example"}
    return {"@timestamp": time, "winlog": {**winlog, "event_data": data}}


def lines(*events: Data) -> list[str]:
    return [json.dumps(event, ensure_ascii=False) for event in events]


def logons(*events: Data) -> list[tuple[object, ...]]:
    return read(WindowsJson, lines(*events)).only("logons", "account", "device", "ip", "action", "kind")


def files(*events: Data) -> list[tuple[object, ...]]:
    return read(WindowsJson, lines(*events)).only("files", "account", "device", "path", "action")


_DATA = {"TargetUserName": "u1", "LogonType": "10", "IpAddress": "192.0.2.7", "WorkstationName": "-"}
_DOTTED = {"@timestamp": TIME, "winlog.event_id": 4624, "host.name": "PC-1"}
_LAYOUTS: dict[str, Data] = {
    "elastic": ecs(4624, **_DATA),
    "elastic, few fields": {
        "@timestamp": TIME,
        "event": {"code": "4624", "provider": "Microsoft-Windows-Security-Auditing"},
        "user": {"name": "u1"},
        "host": {"name": "PC-1"},
        "source": {"ip": "192.0.2.7"},
        "winlog": {"event_data": {"LogonType": "10"}},
    },
    "elastic, dotted": {**_DOTTED, **{f"winlog.event_data.{name}": value for name, value in _DATA.items()}},
    "elastic, logon named": {**ecs(4624, TargetUserName="u1", IpAddress="192.0.2.7")},
    "nxlog": {"EventTime": "2018-05-07 07:55:40", "EventID": 4624, "Hostname": "PC-1.corp.example", **_DATA},
    "wazuh": {
        "timestamp": "2018-05-07T09:00:00+0800",
        "data": {
            "win": {
                "system": {"eventID": "4624", "systemTime": "2018-05-06T23:55:40.0000000Z", "computer": "PC-1"},
                "eventdata": {"targetUserName": "u1", "logonType": "10", "ipAddress": "192.0.2.7"},
            }
        },
    },
    "the event's tree": {
        "Event": {
            "System": {
                "EventID": {"#attributes": {"Qualifiers": 0}, "#text": 4624},
                "TimeCreated": {"#attributes": {"SystemTime": "2018-05-06T23:55:40Z"}},
                "Computer": "PC-1",
            },
            "EventData": _DATA,
        }
    },
}
_LAYOUTS["elastic, logon named"]["winlog"]["logon"] = {"type": "RemoteInteractive"}  # type: ignore[index]


@pytest.mark.parametrize("layout", _LAYOUTS)
def test_every_layout_says_the_same(layout: str) -> None:
    line = json.dumps(_LAYOUTS[layout])
    assert read(WindowsJson, [line])["logons"] == [
        {
            "time": local("2018-05-07 07:55:40"),
            "line": 1,
            "account": "u1",
            "device": "PC-1",
            "ip": "192.0.2.7",
            "action": "logon",
            "kind": "remote",
        }
    ]
    assert WindowsJson.sniff([line]) > 0.9


@pytest.mark.parametrize(
    ("number", "data", "row"),
    [
        (4624, {"LogonType": 2, "IpAddress": "127.0.0.1"}, ("PC-1", None, "logon", "interactive")),
        (4624, {"LogonType": 11}, ("PC-1", None, "logon", "cached")),
        (4624, {"LogonType": 7}, ("PC-1", None, "logon", "unlock")),
        (4624, {"LogonType": 3, "WorkstationName": "PC-9"}, ("PC-9", None, "logon", "network")),
        (4624, {"LogonType": 3, "IpAddress": "::ffff:192.0.2.9"}, (None, "192.0.2.9", "logon", "network")),
        (4625, {"LogonType": 10, "IpAddress": "192.0.2.9"}, ("PC-1", "192.0.2.9", "failure", "remote")),
        (4634, {"LogonType": 2}, ("PC-1", None, "logoff", "interactive")),
        (4634, {"LogonType": 3}, (None, None, "logoff", "network")),
        (4647, {}, ("PC-1", None, "logoff", None)),
        (4648, {"SubjectUserName": "u2"}, ("PC-1", None, "logon", "explicit")),
        (4776, {"Workstation": "\\\\PC-9", "Status": "0x0"}, ("PC-9", None, "logon", "ntlm")),
        (4776, {"Workstation": "PC-9", "Status": "0xc000006a"}, ("PC-9", None, "failure", "ntlm")),
        (4800, {}, ("PC-1", None, "lock", "interactive")),
        (4801, {}, ("PC-1", None, "unlock", "interactive")),
    ],
)
def test_log_ons(number: int, data: Data, row: tuple[object, ...]) -> None:
    assert logons(ecs(number, TargetUserName="u1", **data)) == [("u1", *row)]


@pytest.mark.parametrize("name", ["CORP\\u1", "u1@corp.example", "u1"])
def test_the_domain_is_left_out(name: str) -> None:
    assert logons(ecs(4624, TargetUserName=name, LogonType=2))[0][0] == "u1"


@pytest.mark.parametrize("name", ["PC-1$", "SYSTEM", "DWM-1", "UMFD-0", "ANONYMOUS LOGON", "-", "", "LOCAL SERVICE"])
def test_machines_and_the_system_are_passed(name: str) -> None:
    assert logons(ecs(4624, TargetUserName=name, LogonType=2)) == []


@pytest.mark.parametrize(
    ("number", "data", "row"),
    [
        (4663, {"ObjectName": "D:\\a", "ObjectType": "File", "AccessMask": "0x1"}, ("PC-1", "D:\\a", "read")),
        (4663, {"ObjectName": "D:\\a", "AccessMask": "0x6"}, ("PC-1", "D:\\a", "update")),
        (4663, {"ObjectName": "D:\\a", "AccessList": "%%1537\n\t\t"}, ("PC-1", "D:\\a", "delete")),
        (4663, {"ObjectName": "D:\\a", "AccessList": "%%4416\n"}, ("PC-1", "D:\\a", "read")),
        (4656, {"ObjectName": "D:\\a", "AccessMask": "0x10001"}, ("PC-1", "D:\\a", "read")),
        (4688, {"NewProcessName": "C:\\7z.exe"}, ("PC-1", "C:\\7z.exe", "execute")),
        (
            5145,
            {"ShareName": "\\\\*\\share", "RelativeTargetName": "a\\b.xlsx", "AccessMask": "0x1"},
            (None, "\\\\*\\share\\a\\b.xlsx", "read"),
        ),
        (6416, {"ClassName": "DiskDrive", "DeviceDescription": "USB stick"}, ("PC-1", "USB stick", "mount")),
    ],
)
def test_files(number: int, data: Data, row: tuple[object, ...]) -> None:
    assert files(ecs(number, SubjectUserName="u1", **data)) == [("u1", *row)]


@pytest.mark.parametrize(
    "event",
    [
        ecs(4663, SubjectUserName="u1", ObjectName="k", ObjectType="Key", AccessMask="0x1"),
        ecs(4663, SubjectUserName="PC-1$", ObjectName="D:\\a", AccessMask="0x1"),
        ecs(4663, SubjectUserName="u1", ObjectName="D:\\a", AccessMask="0x80"),
        ecs(6416, SubjectUserName="u1", ClassName="Keyboard", DeviceDescription="keys"),
        ecs(2003, provider="Microsoft-Windows-Windows Firewall", TargetUserName="u1"),
        ecs(4672, SubjectUserName="u1"),
    ],
)
def test_what_is_no_file_is_passed(event: Data) -> None:
    assert read(WindowsJson, lines(event)).passed == 1


def test_one_save_is_one_act() -> None:
    data: Data = {"SubjectUserName": "u1", "ObjectName": "D:\\a", "AccessMask": "0x2"}
    seconds = ("00", "01", "02", "30")
    events = [ecs(4663, time=f"2018-05-07T08:00:{second}Z", **data) for second in seconds]
    assert [row["line"] for row in read(WindowsJson, lines(*events))["files"]] == [1, 4]


def test_removable_devices_and_prints() -> None:
    def user_data(number: int, provider: str, **data: object) -> Data:
        event = ecs(number, provider=provider)
        event["winlog"]["user_data"] = data  # type: ignore[index]
        return event

    driver, printer = "Microsoft-Windows-DriverFrameworks-UserMode", "Microsoft-Windows-PrintService"
    assert files(
        user_data(2003, driver, InstanceId="USBSTOR#DISK"),
        user_data(2100, driver, InstanceId="USBSTOR#DISK", RequestMinorCode="23"),
        user_data(2100, driver, InstanceId="USBSTOR#DISK", RequestMinorCode="20"),
        user_data(307, printer, Param2="list.xlsx", Param3="u1", Param4="\\\\PC-7", Param7="900"),
    ) == [
        (None, "PC-1", "USBSTOR#DISK", "mount"),
        (None, "PC-1", "USBSTOR#DISK", "unmount"),
        ("u1", "PC-7", "list.xlsx", "print"),
    ]


def test_sysmon() -> None:
    name = "Microsoft-Windows-Sysmon"
    outcome = read(
        WindowsJson,
        lines(
            ecs(11, name, User="CORP\\u1", TargetFilename="C:\\a.xlsx"),
            ecs(3, name, User="CORP\\u1", SourceIp="192.0.2.7", DestinationIp="198.51.100.1", DestinationPort=443),
        ),
    )
    assert outcome.only("files", "account", "path", "action") == [("u1", "C:\\a.xlsx", "create")]
    assert outcome.only("flows", "account", "src", "dst", "dst_port") == [("u1", "192.0.2.7", "198.51.100.1", 443)]


def test_a_bad_line_never_costs_its_neighbours() -> None:
    good = lines(ecs(4624, TargetUserName="u1", LogonType=2))[0]
    no_time = json.dumps({"EventID": 4624, "TargetUserName": "u1"})
    outcome: Outcome = read(WindowsJson, [good, "{" + good, "[1]", "", good[:-5], no_time, '{"a": "\\ud800"}', good])
    assert [row["line"] for row in outcome["logons"]] == [1, 8]
    assert outcome.rejected == [2, 3, 5, 6, 7]
    assert outcome.passed == 1


def test_other_json_is_not_taken_for_windows() -> None:
    assert WindowsJson.sniff(['{"class_uid": 3002, "time": 1, "x": "TargetUserName"}']) == 0.0
    assert WindowsJson.sniff(['{"a": 1}', "no"]) == 0.0
    assert WindowsJson.sniff([]) == 0.0


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["winlog", "event_data", "event_id", "LogonType", "@timestamp", "x"]), inner)
    ),
    max_leaves=8,
)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(max_size=30) | _JSON.map(json.dumps), max_size=10))
def test_any_text_is_read_and_every_line_accounted_for(texts: list[str]) -> None:
    read(WindowsJson, "\n".join(texts).split("\n"))
