"""What other programs read: OCSF events, SARIF, JSON lines."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from made_scan import HOSTILE, hostile_scan, made_file, made_scan, many

from headwater.casework.gaps import gaps
from headwater.casework.reports import scan_lines, scan_ocsf, scan_sarif
from headwater.model.words import LANGS, Lang

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)

# Open Cybersecurity Schema Framework 1.8.0, class 2006 with no profile applied: what an event must have
REQUIRED = {
    "": {
        *("activity_id", "category_uid", "class_uid", "finding_info", "metadata", "severity_id", "time", "type_uid"),
    },
    "finding_info": {"uid"},
    "finding_info.analytic": {"type_id"},
    "metadata": {"product", "version"},
    "data_security.classifier_details": {"type"},
    "file": {"name", "type_id"},
    "file.hashes": {"algorithm_id", "value"},
}
# and of these at least one
ONE_OF = {
    "metadata.product": {"name", "uid"},
    "finding_info.analytic": {"name", "uid"},
    "data_security": {"data_lifecycle_state_id", "detection_pattern", "detection_system_id", "policy"},
    "resources": {"name", "uid"},
    "resources.owner": {"account", "name", "uid"},
    "file.owner": {"account", "name", "uid"},
    "data_security.discovery_details.occurrences": {
        *("cell_name", "column_name", "column_number", "end_line", "json_path", "page_number"),
        *("record_index_in_array", "row_number", "start_line"),
    },
}
# and the numbers that the schema knows for what we say
KNOWN = {
    "activity_id": {0, 1, 2, 3, 4, 99},
    "category_uid": {2},
    "class_uid": {2006},
    "type_uid": {200601},
    "severity_id": {0, 1, 2, 3, 4, 5, 6, 99},
    "status_id": {0, 1, 2, 3, 4, 5, 6, 99},
    "data_security.category_id": {0, 1, 2, 3, 4, 5, 6, 99},
    "data_security.confidentiality_id": {0, 1, 2, 3, 4, 5, 6, 99},
    "data_security.data_lifecycle_state_id": {0, 1, 2, 3, 99},
    "data_security.detection_system_id": {*range(13), 99},
    "data_security.status_id": {0, 1, 2, 3, 99},
    "file.type_id": {*range(9), 99},
    "file.hashes.algorithm_id": {3},
}


def objects(value: Any, path: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every object of an event by its path; the members of a list share one."""
    if isinstance(value, Mapping):
        yield path, value
        for key, inner in value.items():
            if key != "unmapped":
                yield from objects(inner, f"{path}.{key}".lstrip("."))
    elif isinstance(value, list):
        for inner in value:
            yield from objects(inner, path)


def problems(event: Mapping[str, Any]) -> list[str]:
    found = []
    for path, each in objects(event):
        found += [f"{path}.{key}: missing" for key in REQUIRED.get(path, ()) if key not in each]
        if path in ONE_OF and not ONE_OF[path] & set(each):
            found.append(f"{path}: none of {sorted(ONE_OF[path])}")
        for key, value in each.items():
            known = KNOWN.get(f"{path}.{key}".lstrip("."))
            if known is not None and value not in known:
                found.append(f"{path}.{key}: unknown number")
    return found


@pytest.mark.parametrize("answer", [made_scan(), hostile_scan(), many(30)], ids=["made", "hostile", "many"])
def test_every_event_has_what_the_schema_requires(answer: dict[str, Any]) -> None:
    events = list(scan_ocsf.events(answer, NOW))
    assert len(events) == sum(bool(f["items"]) for f in answer["files"])
    assert [p for e in events for p in problems(e)] == []


def test_the_check_of_the_schema_sees_what_is_missing() -> None:
    event = next(scan_ocsf.events(made_scan(), NOW))
    del event["finding_info"]["uid"]
    event["file"]["type_id"] = 77
    assert problems(event) == ["finding_info.uid: missing", "file.type_id: unknown number"]


def test_an_event_says_how_grave_what_and_where() -> None:
    event, *_ = scan_ocsf.events(made_scan(), NOW)
    assert (event["severity"], event["is_alert"]) == ("Critical", True)
    assert event["time"] == 1_795_406_400_000
    data = event["data_security"]
    assert (data["category_id"], data["category"]) == (99, "Personal, Financial")
    assert (data["confidentiality"], data["data_lifecycle_state"], data["status"]) == (
        *("Restricted", "Data at-Rest", "Complete"),
    )
    assert data["total"] == 19100
    assert data["pattern_match"] == "154****0001, 刘*"
    assert event["file"]["name"] == "客户.xlsx"
    assert event["file"]["path"] == "seized/P00012/客户.xlsx"
    assert event["file"]["modified_time"] == 1_767_601_800_000
    assert event["unmapped"]["persons"] == 9200
    mobile = next(d for d in data["discovery_details"] if d["type"] == "mobile")
    assert mobile["occurrences"] == [{"column_name": "手机", "row_number": 2}]


def test_a_file_read_in_part_says_so_and_a_clean_one_says_nothing() -> None:
    events = {e["file"]["name"]: e for e in scan_ocsf.events(made_scan(), NOW)}
    assert events["chat.txt"]["data_security"]["status"] == "Partial"
    assert events["chat.txt"]["data_security"]["status_details"] == ["3 lines could not be decoded"]
    assert events["chat.txt"]["unmapped"]["readable_by_others"] is True
    assert events["chat.txt"]["data_security"]["category"] == "Governmental"
    assert not {"minutes.docx", "locked.xlsx"} & set(events)


def test_the_same_file_is_the_same_finding_next_time_and_time_comes_from_outside() -> None:
    later = NOW + timedelta(days=3)
    first, second = (next(scan_ocsf.events(made_scan(), t)) for t in (NOW, later))
    assert first["finding_info"]["uid"] == second["finding_info"]["uid"]
    assert second["time"] - first["time"] == 3 * 86_400_000
    there = NOW.astimezone(timezone(timedelta(hours=8)))
    assert scan_ocsf.dumps(made_scan(), there) == scan_ocsf.dumps(made_scan(), NOW)
    with pytest.raises(ValueError, match="without zone"):
        scan_ocsf.dumps(made_scan(), NOW.replace(tzinfo=None))


def test_a_table_of_a_database_is_a_table() -> None:
    answer = made_scan()
    answer["files"] = [made_file("postgresql://db.example.com/crm/public/clients", 7, format="postgresql")]
    (event,) = scan_ocsf.events(answer, NOW)
    assert event["table"]["name"] == "clients"
    assert "file" not in event
    assert problems(event) == []


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("answer", [made_scan(), hostile_scan()], ids=["made", "hostile"])
def test_sarif_has_what_2_1_0_requires(answer: dict[str, Any], lang: Lang) -> None:
    log = json.loads(scan_sarif.dumps(answer, NOW, lang))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"]
    rules = [r["id"] for r in driver["rules"]]
    assert len(rules) == len(set(rules))
    assert len(run["results"]) == sum(len(f["items"]) for f in answer["files"])
    for result in run["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        assert result["level"] in ("none", "note", "warning", "error")
        assert result["message"]["text"].isprintable()
        assert result["occurrenceCount"] >= 1
        (location,) = result["locations"]
        uri = location["physicalLocation"]["artifactLocation"]["uri"]
        assert uri.isascii()
        assert not set(uri) & set(' <>"{}|\\^`\n\r')
        assert location["physicalLocation"].get("region", {"startLine": 1})["startLine"] >= 1
    notices = run["invocations"][0]["toolExecutionNotifications"]
    assert len(notices) == len(gaps(answer)) > 0
    assert {n["descriptor"]["id"] for n in notices} == {r["id"] for r in driver["notifications"]}
    marks = [r["partialFingerprints"]["headwaterFileAndKind/v1"] for r in run["results"]]
    assert len(marks) == len(set(marks))


def test_reasons_are_said_in_the_language_asked_for_and_coded_for_machines() -> None:
    answer = made_scan()
    answer["not_read"] = [{"path": "a.zip", "reason": "is encrypted"}]
    (locked,) = [f for f in answer["files"] if f["status"] == "unread"]
    locked["reasons"] = ["the workbook is damaged"]
    (run,) = scan_sarif.log(answer, NOW, "zh")["runs"]
    notices = run["invocations"][0]["toolExecutionNotifications"]
    told = [(n["descriptor"]["id"], n["level"], n["message"]["text"]) for n in notices]
    assert told[:2] == [("encrypted", "warning", "已加密"), ("damaged", "warning", "工作簿已损坏")]
    assert told[2][:2] == ("other", "note")
    chat = next(e for e in scan_ocsf.events(answer, NOW) if e["file"]["name"] == "chat.txt")
    assert chat["unmapped"]["not_read"] == ["other"]


def test_sarif_names_line_and_kind_and_shows_masks_only() -> None:
    (run,) = scan_sarif.log(made_scan(), NOW)["runs"]
    by_file = {
        (r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], r["ruleId"]): r for r in run["results"]
    }
    result = by_file["seized/P00012/part.csv", "mobile"]
    assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": 7}
    assert "154****0007" in result["message"]["text"]
    assert result["level"] == "note"
    sheet = by_file["seized/P00012/%E5%AE%A2%E6%88%B7.xlsx", "balance"]
    assert sheet["level"] == "error"
    assert "region" not in sheet["locations"][0]["physicalLocation"]


def test_lines_are_one_object_per_file_and_give_names_back_as_they_were() -> None:
    data = scan_lines.dumps(hostile_scan())
    assert not [c for c in data.decode("utf-8") if not c.isprintable() and c != "\n"]
    read = [json.loads(line) for line in data.split(b"\n")[:-1]]
    assert [f["path"] for f in read] == list(HOSTILE)
    grave = {f["path"]: f["weight"] for f in map(json.loads, scan_lines.dumps(made_scan()).splitlines())}
    assert grave["seized/P00012/客户.xlsx"] == "critical"
    assert grave["share/minutes.docx"] == "none"


def test_events_of_hostile_names_are_plain_lines() -> None:
    text = scan_ocsf.dumps(hostile_scan(), NOW).decode("utf-8")
    assert len(text.splitlines()) == sum(bool(f["items"]) for f in hostile_scan()["files"])
    assert not [c for c in text if not c.isprintable() and c != "\n"]
    assert {json.loads(line)["resources"][0]["uid"] for line in text.splitlines()} <= set(HOSTILE)


def test_same_answer_same_bytes() -> None:
    assert scan_lines.dumps(made_scan()) == scan_lines.dumps(made_scan())
    assert scan_ocsf.dumps(made_scan(), NOW) == scan_ocsf.dumps(made_scan(), NOW)
    assert scan_sarif.dumps(made_scan(), NOW) == scan_sarif.dumps(made_scan(), NOW)
