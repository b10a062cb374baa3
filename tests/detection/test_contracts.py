"""What every detector must do, whatever it looks for."""

from __future__ import annotations

import inspect
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.detection.conftest import DETECTORS, Played
from tests.detection.lakes import House, opened, renamed
from tests.detection.scenarios import FOLDER, Scenario, written
from tests.detection.scenarios import load as scenarios

from headwater.detection.detector import detect, load
from headwater.model.evidence import Citation, Finding

SCENARIOS = [s for name in written() for s in scenarios(name)]
Play = Callable[[Scenario], Played]
EXPORTS = """
title: Export of protected data
logsource: {product: headwater, service: access}
detection: {selection: {action: export}, condition: selection}
falsepositives: [Reports]
level: medium
"""
QUIET_IN_A_CROWD = {"unusual_list"}
"""Among so many odd lists none is unlike the house's others; its own scenarios make it speak."""
EVERYTHING = Scenario(
    "all",
    "everything at once",
    "",
    {},
    (
        {"act": "leaves", "employee": "E05", "day": 9, "notice": 5},
        {"act": "read", "who": "u05", "days": [14, 22], "records": 15, "of": "nobodys", "at": "E06", "hour": 18.0},
        {"act": "write", "who": "u06", "days": [14, 22], "hour": 18.9},
        {"act": "carry", "who": "u06", "days": [14, 16], "hour": 19.0},
        {"act": "upload", "who": "u06", "days": [14, 22], "size": 400_000, "hour": 19.2},
        {"act": "read", "who": "u13", "days": [15, 25], "records": 9, "of": "nobodys"},
        {"act": "statement", "who": "u15", "days": [20, 22], "records": 150, "of": "nobodys", "hour": 18.5},
        {"act": "export", "who": "u03", "days": [20, 21], "rows": 70},
        {"act": "walk", "who": "u19", "days": [23, 26], "records": 150},
        {"act": "fail", "who": "u11", "days": [20, 21], "at": "203.0.113.9", "times": 5, "hour": 1.9},
        {
            "act": "read",
            "who": "u11",
            "days": [20, 21],
            "records": 40,
            "of": "nobodys",
            "at": "203.0.113.9",
            "hour": 2.0,
        },
        {"act": "rules", "text": EXPORTS},
        {"act": "logon", "who": "u10", "days": [17, 24], "at": "E07", "hour": 21.0},
        {"act": "stick", "who": "u10", "days": [17, 24], "files": 40, "at": "E07"},
        {"act": "upload", "who": "u10", "days": [17, 24], "size": 900_000, "hour": 21.5},
        {"act": "seek", "who": "u11", "days": [10, 26], "records": 2},
        {"act": "leaves", "employee": "E18", "day": 27, "notice": 16},
        {"act": "read", "who": "u18", "days": [20, 26], "records": 12, "of": "nobodys"},
        {"act": "canaries", "count": 5},
        {"act": "trips", "who": "u02", "day": 24, "numbers": [0, 1]},
        {"act": "read", "who": "u08", "days": 24, "records": 20, "of": "own", "every": 120.0},
        {
            "act": "read",
            "who": "u08",
            "days": 24,
            "records": 20,
            "of": "nobodys",
            "at": "E11",
            "hour": 14.1,
            "every": 120.0,
        },
        {"act": "away", "employee": "E09", "days": [24, 26]},
        {"act": "read", "who": "u09", "days": 25, "records": 30, "of": "nobodys"},
        {"act": "sends", "who": "u14", "days": [20, 20], "size": 50_000},
        {"act": "upload", "who": "u06", "days": 20, "size": 60_000, "hour": 19.5, "host": "drop.elsewhere.test"},
        {"act": "upload", "who": "u15", "days": 21, "size": 60_000, "hour": 19.5, "host": "drop.elsewhere.test"},
        {"act": "bear", "who": "u04", "share": 0.01},
        {"act": "seek", "who": "u04", "days": [18, 22], "records": 1, "of": "namesakes"},
    ),
    (),
    False,
)


@pytest.fixture(scope="session")
def everything() -> House:
    return EVERYTHING.house()


def found(house: House, root: Path) -> tuple[Finding, ...]:
    with opened(house, root) as scene:
        told = detect(scene)
        assert (told.blind, told.broken) == ((), ())
        return told.findings


@pytest.fixture(scope="session")
def findings(everything: House, tmp_path_factory: pytest.TempPathFactory) -> tuple[Finding, ...]:
    return found(everything, tmp_path_factory.mktemp("everything") / "w")


def all_findings(played: Played) -> Iterator[Finding]:
    yield from (*(f for several in played.found for f in several), *played.everything)


in_every_scenario = pytest.mark.parametrize("scenario", SCENARIOS, ids=str)
"""A test a scenario: each is played at its first, and none runs for minutes."""


def test_every_detector_can_be_loaded_and_has_scenarios() -> None:
    assert load().broken == ()
    assert [d.id.replace("-", "_") for d in load().detectors] == written()
    assert [p.name.split(".")[0] for p in sorted(FOLDER.glob("*.scenarios.toml"))] == written()


@pytest.mark.parametrize("name", written())
def test_its_docstring_says_what_why_innocent_work_and_misses(name: str) -> None:
    told = inspect.getdoc(type(DETECTORS[name])) or ""
    assert told.startswith("Sees ")
    text = " ".join(told.split()).lower()
    assert "innocent work" in text
    assert "it matters because" in text or "it is a fact" in text
    assert "misses" in text or name == "beyond_entitlement"


@pytest.mark.parametrize("name", written())
def test_its_words_are_there_in_both_languages(name: str) -> None:
    detector = DETECTORS[name]
    for text in (detector.title, *detector.alike):
        assert text.en.isascii()
        assert re.search("[\u4e00-\u9fff]", text.zh)
    assert detector.techniques
    known = [re.fullmatch(r"(T\d{4}|(?:MT|ME|PR|IF|AF)\d{3})(\.\d{3})?", t) for t in detector.techniques]
    assert all(known)
    of_insiders = any(match and match[1][0] != "T" for match in known)
    assert of_insiders or detector.id in ("hijacked-account", "sigma-rules")  # a stranger; whatever the rule says
    for line in inspect.getsource(type(detector)).splitlines():
        assert not re.search(r'"[^"]*\b(?:malicious|thief|criminal|guilty)\b', line)


def test_the_scene_with_everything_makes_every_detector_speak(findings: tuple[Finding, ...]) -> None:
    assert {f.detector.replace("-", "_") for f in findings} == set(written()) - QUIET_IN_A_CROWD


@in_every_scenario
def test_every_finding_is_explained_in_both_languages(scenario: Scenario, play: Play) -> None:
    for finding in all_findings(play(scenario)):
        assert finding.statements
        assert finding.bits == sum(s.bits for s in finding.statements)
        for text in (finding.title, *(s.text for s in finding.statements), *finding.clears):
            assert text.en.strip()
            assert re.search("[\u4e00-\u9fff]", text.zh)
            assert "nan" not in text.en.lower().split()
            assert sorted(re.findall(r"\d+", text.en)) == sorted(re.findall(r"\d+", text.zh)), text
        assert finding.clears
        assert finding.starts <= finding.ends
        assert finding.severity in ("low", "medium", "high", "critical")
        assert finding.p_value is None or 0 < finding.p_value <= 1


@in_every_scenario
def test_every_finding_cites_lines_that_exist(scenario: Scenario, play: Play) -> None:
    played = play(scenario)
    lines = {Citation(r["source"], r["line"]) for rows in played.house.rows.values() for r in rows if "line" in r}
    for finding in all_findings(played):
        assert finding.evidence, finding.title.en
        assert set(finding.evidence) <= lines, finding.title.en
        for person in finding.people:
            assert {c for s in person.statements for c in s.evidence} <= lines


@in_every_scenario
def test_nobody_is_named_who_was_not_seated_there_or_owner(scenario: Scenario, play: Play) -> None:
    played = play(scenario)
    for finding in all_findings(played):
        around = {played.org.residents.get(d) for d in finding.devices}
        around |= {p.employee for a in finding.accounts if (p := played.org.owner(a))}
        desks = {p.ip: p.workstation for p in played.org.people.values()}
        around |= {
            p.employee
            for row in played.house.rows["access"]
            if desks.get(row.get("ip")) in finding.devices and (p := played.org.owner(row["account"]))
        }
        named = {p.employee for p in finding.people if p.probability > 0.5 and p.employee != "?"}
        assert named <= around, finding.title.en
        assert all(0 <= p.probability <= 1 for p in finding.people)
        assert all(p.probability <= 0.95 or p.employee == "?" for p in finding.people)


def test_the_same_scene_gives_the_same_findings(
    everything: House, findings: tuple[Finding, ...], tmp_path: Path
) -> None:
    assert found(everything, tmp_path / "again") == findings


def test_the_order_of_rows_does_not_matter(everything: House, findings: tuple[Finding, ...], tmp_path: Path) -> None:
    other = everything.copy()
    rng = random.Random(7)
    for rows in other.rows.values():
        rng.shuffle(rows)
    assert found(other, tmp_path / "shuffled") == findings


WHERE = {
    "people": ("employee", "workstation", "ip"),
    "accounts": ("account", "owner"),
    "absences": ("employee",),
    "tickets": ("principal",),
    "relations": ("employee",),
    "staff_traits": ("employee",),
    "access": ("account", "ip", "device"),
    "logons": ("account", "ip", "device"),
    "web": ("account", "ip", "device"),
    "files": ("account", "ip", "device"),
}


def test_names_do_not_matter(everything: House, findings: tuple[Finding, ...], tmp_path: Path) -> None:
    order = random.Random(3).sample(range(1, 21), 20)
    names: dict[str, str] = {}
    for old, new in enumerate(order, start=1):
        names |= {f"E{old:02}": f"K{new:03}", f"u{old:02}": f"q{new:03}", f"PC-{old:02}": f"WS-{new:03}"}
        names[f"10.0.0.{old}"] = f"192.168.7.{new}"
    other = found(renamed(everything, names, WHERE), tmp_path / "renamed")

    def translated(text: str) -> str:
        return re.sub(r"E\d\d\b|u\d\d\b|PC-\d\d\b|10\.0\.0\.\d+", lambda m: names.get(m[0], m[0]), text)

    def parts(text: str) -> list[str]:
        return sorted(re.split(r"[ ,;、；:：()（）]+", text))

    before = {(f.detector, translated(f.key)): f for f in findings}
    after = {(f.detector, f.key): f for f in other}
    assert set(before) == set(after)
    for key, one in before.items():
        two = after[key]
        assert two.bits == pytest.approx(one.bits, rel=1e-9), key
        assert two.subjects == one.subjects
        assert (two.starts, two.ends, two.evidence) == (one.starts, one.ends, one.evidence), key
        assert {translated(p.employee): pytest.approx(p.probability) for p in one.people} == {
            p.employee: p.probability for p in two.people
        }
        for told, again in zip(one.statements, two.statements, strict=True):
            assert parts(translated(told.text.en)) == parts(again.text.en)
