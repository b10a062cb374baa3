"""Lists of alerts name nobody; names are shown to two people with a reason, and that is written down."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import date

import pytest

from headwater.casework.veil import Veil
from headwater.model.alert import Alert
from headwater.model.evidence import Citation, PersonOdds, Statement
from headwater.model.organisation import Account, Organisation, Person
from headwater.model.words import Text
from headwater.store.tokens import Tokeniser

DAY = date(2026, 3, 2)
AT = Citation("hr/roster.csv", 2)
PERSON = Person("E1", "王*", "sales", "agent", "", "North", None, None, None, "PC-01", "10.0.0.1", AT)
OTHER = replace(PERSON, employee="E12", name="李*", workstation="PC-012", ip="10.0.0.12")
ORG = Organisation(
    people={"E1": PERSON, "E12": OTHER},
    accounts={"u1": (Account("u1", "crm", "E1", "person", None, None, AT),)},
)
SAID = Text(
    "E1 (王*) read 40 records over u1 at PC-01 (10.0.0.1); E12 was away; u1x and PC-0123 are others; ghost7 too.",
    "E1（王*）在 PC-01 通过 u1 读取 40 条记录，另有账号ghost7、other9。",
)
ALERT = Alert(
    "A-1", DAY, DAY, DAY, "day", SAID, ("u1", "ghost7"), (PersonOdds("E1", 0.9, 3.0, (Statement(SAID, 3.0),)),),
    ("bulk-read",), 5.0, DAY, DAY, 40, (Statement(SAID, 5.0, (Citation("logs/a.log", 3),)),), (SAID,),
    ("account:ghost7", "account:u1", "person:E1"), said_names=("E1",),
)  # fmt: skip
NAMES = ("E1 ", "E1（", 'E1"', "王*", "u1 ", 'u1"', "PC-01 ", "10.0.0.1)", "E12", "ghost7", "other9")


def veil(key: bytes = b"k" * 32, org: Organisation = ORG) -> Veil:
    return Veil(org, Tokeniser(key), frozenset({"u1", "ghost7", "other9"}), frozenset({"PC-01", "KIOSK-3"}))


def test_a_veiled_alert_names_nobody() -> None:
    """In its title, its reasons, what would clear it, and whom it is about."""
    hidden = veil().alert(ALERT)
    text = json.dumps(asdict(hidden), ensure_ascii=False, default=str)
    assert not [name for name in NAMES if name in text]
    assert "u1x and PC-0123" in text  # what only begins like a name is not one
    assert hidden.people[0].statements == ()
    assert hidden.statements[0].evidence == ALERT.statements[0].evidence
    assert hidden.about[2] == f"person:{hidden.people[0].employee}"
    assert hidden.accounts[1] in hidden.title.en


@pytest.mark.parametrize(
    "said",
    [
        "clients_E0012.xlsx was written",
        "by e0012 at pc-77",
        "over CORP\\e0012, or e0012@house.example",
        "E0012-2 and E0012.",
        "at KIOSK-3 and kiosk-3",
        "写入 D:\\名单\\客户E0012.XLSX，另有 listE0012b.csv",
        "由E0012使用",
    ],
)
def test_a_name_is_found_however_it_is_written(said: str) -> None:
    person = replace(PERSON, employee="E0012", workstation="PC-77", ip=None)
    hidden = veil(org=Organisation(people={"E0012": person})).text(said, "zh")
    assert not [name for name in ("e0012", "pc-77", "kiosk") if name in hidden.casefold()]


def test_a_file_that_bears_a_name_is_a_file_in_both_languages() -> None:
    said = veil().texts(Text("wrote u1_list.csv and plan.csv", "生成 u1_list.csv 与 plan.csv"))
    assert said == Text("wrote a file and plan.csv", "生成 一个文件 与 plan.csv")
    hidden = replace(ALERT, statements=(Statement(SAID, 1.0, (Citation("seized/PC-01.csv", 3),)),))
    assert veil().alert(hidden).statements[0].evidence == (Citation("a file", 3),)


def test_a_number_that_is_also_an_employees_is_hidden_and_no_day_or_count_is() -> None:
    org = Organisation(people={"12": replace(PERSON, employee="12", workstation=None, ip=None)})
    said = veil(org=org).text("12 read 1,012 records on 2026-12-12 (12.5 bits)")
    assert said == f"{veil().person('12')} read 1,012 records on 2026-12-12 (12.5 bits)"


def test_many_people_have_as_many_pseudonyms() -> None:
    house = veil()
    assert len({house.person(f"E{n:06}") for n in range(100_000)}) == 100_000


def test_the_same_person_has_the_same_pseudonym_and_another_key_another_one() -> None:
    one, two = veil(), veil(b"j" * 32)
    assert one.person("E1") == veil().person("E1") != one.person("E12")
    assert one.person("E1") != two.person("E1")
    assert one.person("?") == "?"
    assert one.person("E1") in one.text("E1 (王*) read")


@pytest.mark.parametrize(
    ("path", "hidden"),
    [
        ("seized/E1/list.xlsx", "seized/{E1}/list.xlsx"),
        ("logs/u1.log", "logs/{u1}.log"),
        ("logs/access.log", "logs/access.log"),
        ("seized/E12 (李*)/a.txt", "seized/{E12}/a.txt"),
    ],
)
def test_a_path_stays_one_with_pseudonyms_in_it(path: str, hidden: str) -> None:
    made = veil()
    assert made.path(path) == hidden.format(E1=made.person("E1"), E12=made.person("E12"), u1=made.account("u1"))


def test_a_part_of_a_path_that_hides_a_name_in_a_word_is_no_more_than_a_file() -> None:
    shown = veil().path("seized/listghost7x.xlsx")
    assert shown.startswith("seized/a file ")
    assert "ghost" not in shown
    assert shown != veil().path("seized/otherghost7.xlsx")


def test_a_device_has_one_pseudonym_however_it_is_written() -> None:
    assert veil().device("KIOSK-3") == veil().device("kiosk-3") != veil(b"o" * 32).device("KIOSK-3")


@pytest.mark.parametrize("said", ["ran on 2026-01-12 and 1,212 times, 12.5 a day", "u1é u1a xu1", "Straße ſ İ K"])
def test_days_counts_and_other_words_are_no_names(said: str) -> None:
    numbered = replace(ORG, accounts={"12": ORG.accounts["u1"], "1": ORG.accounts["u1"]})
    found = veil(org=numbered).text(said)
    assert found.replace(veil().account("u1"), "u1") == said
