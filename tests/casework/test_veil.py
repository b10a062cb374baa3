"""Lists of alerts name nobody; names are shown to two people with a reason, and that is written down."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from headwater.casework.veil import Veil, reveal, reveals
from headwater.model.alert import Alert
from headwater.model.errors import CaseError, StoreError
from headwater.model.evidence import Citation, PersonOdds, Statement
from headwater.model.organisation import Account, Organisation, Person
from headwater.model.words import Text
from headwater.store.tokens import Tokeniser

DAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
AT = Citation("hr/roster.csv", 2)
PERSON = Person("E1", "王*", "sales", "agent", "", "North", None, None, None, "PC-01", "10.0.0.1", AT)
OTHER = replace(PERSON, employee="E12", name="李*", workstation="PC-012", ip="10.0.0.12")
ORG = Organisation(
    people={"E1": PERSON, "E12": OTHER},
    accounts={"u1": (Account("u1", "crm", "E1", "person", None, None, AT),)},
)
SAID = Text(
    "E1 (王*) read 40 records over u1 at PC-01 (10.0.0.1); E12 was away; u1x and PC-012 are others; ghost7 too.",
    "E1（王*）在 PC-01 通过 u1 读取 40 条记录。",
)
ALERT = Alert(
    "A-1", DAY, DAY, DAY, "day", SAID, ("u1", "ghost7"), (PersonOdds("E1", 0.9, 3.0, (Statement(SAID, 3.0),)),),
    ("bulk-read",), 5.0, DAY, DAY, 40, (Statement(SAID, 5.0, (Citation("logs/a.log", 3),)),), (SAID,),
)  # fmt: skip
NAMES = ("E1 ", "E1（", "王*", " u1 ", "PC-01 ", "10.0.0.1)", "E12", "ghost7")


def veil(key: bytes = b"k" * 32) -> Veil:
    return Veil(ORG, Tokeniser(key))


def test_a_veiled_alert_names_nobody() -> None:
    hidden = veil().alert(replace(ALERT, title=Text("bulk reading", "批量读取"), clears=()))
    text = json.dumps(asdict(hidden), ensure_ascii=False, default=str)
    assert not [name for name in NAMES if name in text]
    assert "u1x" in text  # what only begins like a name is not one
    assert hidden.people[0].statements == ()
    assert hidden.statements[0].evidence == ALERT.statements[0].evidence


def test_the_same_person_has_the_same_pseudonym_and_another_key_another_one() -> None:
    one, two = veil(), veil(b"j" * 32)
    assert one.person("E1") == veil().person("E1") != one.person("E12")
    assert one.person("E1") != two.person("E1")
    assert one.person("?") == "?"
    assert one.person("E1") in one.text("E1 (王*) read")


def test_a_reveal_needs_a_reason_and_two_people(tmp_path: Path) -> None:
    for reason, by, second in (("", "Li", "Wang"), ("a complaint", "Li", " li "), ("a complaint", "Li", "")):
        with pytest.raises(CaseError):
            reveal(tmp_path, ALERT, reason, by, second, NOW)
    assert reveals(tmp_path) == []
    assert reveal(tmp_path, ALERT, "a complaint", "Li", "Wang", NOW) == ALERT
    reveal(tmp_path, ALERT, "again", "Wang", "Li", NOW)
    told = reveals(tmp_path)
    assert [(e["by"], e["second"], e["because"]) for e in told] == [
        ("Li", "Wang", "a complaint"),
        ("Wang", "Li", "again"),
    ]
    assert told[1]["before"] == told[0]["digest"]


@pytest.mark.parametrize("how", ["changed", "taken out"])
def test_an_entry_that_was_tampered_with_is_seen(tmp_path: Path, how: str) -> None:
    for _ in range(3):
        reveal(tmp_path, ALERT, "a complaint", "Li", "Wang", NOW)
    file = tmp_path / "watch" / "reveals.jsonl"
    lines = file.read_text("utf-8").splitlines(keepends=True)
    lines[1] = lines[1].replace("a complaint", "a whim") if how == "changed" else ""
    file.write_text("".join(lines), "utf-8")
    with pytest.raises(StoreError, match=r"reveals\.jsonl:2"):
        reveals(tmp_path)
