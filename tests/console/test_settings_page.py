"""Settings: saved as versions, tried before they are saved, and told to whoever was slower."""

from __future__ import annotations

from typing import Any

import pytest
from tests.console.conftest import Console
from tests.console.ready_cases import INSURER

from headwater.console.desk.detectors import sees
from headwater.console.jobs.chosen import chosen_of
from headwater.console.jobs.parameters import parameters
from headwater.console.jobs.sentences import sentence
from headwater.console.jobs.trying import picture
from headwater.detection.detector import load

ROOT, TWIN = f"/cases/{INSURER}/settings", f"/api/v1/cases/{INSURER}/settings"
PHONE = "15400001234"
LOGS = """[[logs]]
files = "logs/crm/*.csv"
table = "access"
time = { column = "when", format = "%Y-%m-%d %H:%M:%S" }
columns = { account = "who", application = "what" }
constants = { action = "lookup" }
"""


def version(console: Console) -> int:
    told: dict[str, Any] = console.as_user("wu").get(TWIN).json()
    return int(told["version"])


@pytest.fixture
def crm(console: Console) -> None:
    folder = console.ready.case() / "logs" / "crm"
    folder.mkdir(exist_ok=True)
    lines = [f"2024-03-0{n} 10:00:00,bx1005{n},call {PHONE}" for n in range(1, 6)]
    (folder / "a.csv").write_text("\n".join(["when,who,what", *lines, "never,bx1,x"]) + "\n", "utf-8")


def test_a_change_is_a_version_and_the_slower_is_told(console: Console) -> None:
    first, second = console.as_user("wu"), console.as_user("li")
    before = version(console)
    assert first.post(f"{ROOT}/budget", data={"seen": before, "alerts_per_day": "7.5"}).status_code == 303
    slow = second.post(f"{TWIN}/budget", json={"seen": before, "alerts_per_day": 9})
    assert slow.status_code == 409
    assert "wu" in slow.json()["stands"]
    told = second.get(TWIN).json()
    assert (told["version"], told["alerts_per_day"]) == (before + 1, 7.5)
    assert told["history"]["rows"][0]["what"] == "alerts a day 5 → 7.5"
    page = second.post(f"{ROOT}/budget", data={"seen": before, "alerts_per_day": "9"})
    assert page.status_code == 409
    assert f'name="seen" value="{before + 1}"' in page.text


def test_detectors_have_forms_made_from_their_parameters(console: Console) -> None:
    investigator = console.as_user("wu")
    shown = {d["id"]: d for d in investigator.get(TWIN).json()["detectors"]}
    least = shown["bulk-read"]["parameters"][0]
    assert (least["name"], least["form"], least["value"]) == ("least", "whole", "20")
    page = investigator.get(ROOT).text
    assert 'id="bulk-read-least"' in page
    body = {"seen": version(console), "detector": "bulk-read", "names": ["least", "times"], "values": ["30", "2.0"]}
    assert investigator.post(f"{TWIN}/detectors", json=body).status_code == 200
    assert (
        investigator.post(f"{ROOT}/detectors", data=body | {"seen": version(console), "values": ["31", ""]}).status_code
        == 303
    )
    now = {d["id"]: d for d in investigator.get(TWIN).json()["detectors"]}["bulk-read"]
    assert (now["changed"], now["parameters"][0]["value"]) == (1, "31")
    for values in (["thirty"], ["-1"], ["nan"], ["1e400"]):
        wrong = {"seen": version(console), "detector": "bulk-read", "names": ["times"], "values": values}
        assert investigator.post(f"{TWIN}/detectors", json=wrong).status_code == 400
    assert investigator.post(f"{TWIN}/detectors", json=body | {"names": ["find", "id"]}).status_code == 400
    assert investigator.post(f"{TWIN}/detectors", json=body | {"detector": "../x"}).status_code == 404


def test_mutes_are_of_a_pseudonym_for_a_time_with_a_reason(console: Console) -> None:
    investigator = console.as_user("wu")
    good = {"detector": "bulk-read", "account": "U-0123456789", "until": "", "because": f"told by {PHONE}"}
    day = investigator.get(TWIN).json()["today"]
    for wrong in (
        {"until": "2020-01-01"},
        {"until": "2199-01-01"},
        {"account": "bx10055", "until": day},
        {"detector": "nothing", "until": day},
        {"because": "  ", "until": day},
    ):
        refused = investigator.post(f"{TWIN}/mutes", json=good | {"seen": version(console)} | wrong)
        assert refused.status_code in (400, 422), wrong
    made = investigator.post(f"{TWIN}/mutes", json=good | {"seen": version(console), "until": day})
    assert made.status_code == 200, made.text
    row = investigator.get(TWIN).json()["mutes"]["rows"][0]
    assert (row["account"], row["stands_head"]) == ("U-0123456789", "stands")
    assert PHONE not in row["because"]
    assert investigator.post(f"{ROOT}/mutes/end", data={"seen": version(console), "number": 1}).status_code == 303
    assert investigator.get(TWIN).json()["mutes"]["rows"] == []


def test_declared_logs_are_tried_and_show_no_value(console: Console, crm: None) -> None:
    investigator = console.as_user("wu")
    tried = investigator.post(f"{TWIN}/logs/try", json={"seen": version(console), "logs": LOGS})
    assert tried.status_code == 200, tried.text
    (trial,) = tried.json()["trials"]
    assert (trial["rows"], trial["rejected"], trial["reads"], trial["fault"]) == (5, 1, True, "")
    assert trial["starts"].startswith("2024-03-01 10:00")
    assert {c["name"]: c["pictures"] for c in trial["columns"]}["account"] == ["aa00000"]
    page = investigator.post(f"{ROOT}/logs/try", data={"seen": version(console), "logs": LOGS})
    assert page.status_code == 200
    assert f"\n{LOGS.replace(chr(34), '&#34;')}</textarea>" in page.text
    for text in (tried.text, page.text):
        assert "bx1005" not in text
        assert PHONE not in text
    assert investigator.get(TWIN).json()["logs"] == ""
    commented = "# as [[logs]] of the manual\n" + LOGS
    saved = investigator.post(f"{ROOT}/logs", data={"seen": version(console), "logs": commented})
    assert saved.status_code == 303
    now = investigator.get(TWIN).json()
    assert now["logs"] == commented
    assert now["history"]["rows"][0]["what"] == "one declared log"


@pytest.mark.parametrize(
    ("logs", "why"),
    [
        ("[[logs]\n", "expected"),
        ('organisation = "x"', "only [[logs]] blocks"),
        (LOGS.replace('"who"', '"nobody"'), "nobody"),
        (LOGS.replace("crm", "nowhere"), "no file of the case fits"),
        (LOGS.replace('"access"', '"records"'), "made by Headwater itself"),
        (LOGS.replace("%Y-%m-%d", "%d/%m/%Y"), "time"),
        (LOGS.replace("lookup", "look\u202eup"), "cannot be seen"),
        (LOGS.replace("crm/*", "*a*b*c*d*e*f*g"), "at most 6 stars"),
    ],
)
def test_what_reads_nothing_is_not_saved(console: Console, crm: None, logs: str, why: str) -> None:
    refused = console.as_user("wu").post(f"{TWIN}/logs", json={"seen": version(console), "logs": logs})
    assert refused.status_code == 400
    assert why.lower() in refused.json()["detail"].lower()


def test_who_may_not_change_may_look(console: Console) -> None:
    for name in ("zhao", "wang"):
        client = console.as_user(name)
        assert client.get(ROOT).status_code == 200
        assert client.post(f"{TWIN}/budget", json={"seen": 0, "alerts_per_day": 1}).status_code == 403
    assert console.as_user("chen").get(TWIN).status_code == 404
    chinese = console.as_user("zhao").get(ROOT, params={"lang": "zh"}).text
    assert "一天内不同记录少于此数，绝不称为批量。" in chinese
    assert "检测一天内所读记录的人数远超以往的账号。" in chinese
    assert "Sees an account" not in chinese
    assert "style=" not in chinese


def test_every_parameter_of_our_own_is_said_in_both_languages() -> None:
    for detector in load().detectors:
        for parameter in parameters(detector):
            assert parameter.sentence, (detector.id, parameter.name)
            assert sentence(detector.id, parameter, "zh") != parameter.sentence, (detector.id, parameter.name)


def test_every_detector_of_our_own_says_in_both_languages_what_it_sees_and_misses() -> None:
    for detector in load().detectors:
        english, chinese = sees(detector, "en"), sees(detector, "zh")
        assert "misses" in english or "blind" in english, detector.id
        assert "检测" in chinese[:30], detector.id
        assert all(word in chinese for word in ("看起来相同的正当工作：", "看不到")), detector.id


def test_pictures_and_defaults() -> None:
    assert picture(15400001234) == "0" * 11
    assert picture("王芳\x00‮<b>") == "字字··<a>"
    assert chosen_of(None).alerts_per_day == 5.0
