"""What monitoring is told holds against the whole schema of OCSF, as its authors publish it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema

from headwater.casework.reports.scan_ocsf import VERSION
from headwater.console.telling import news, siem
from headwater.console.telling.hooks import UPDATED, Hook
from headwater.model.alert import Alert
from headwater.model.evidence import PersonOdds, Statement
from headwater.model.words import Lang, Text

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)


@cache
def schema() -> Draft202012Validator:
    made = OcsfJsonSchemaEmbedded(get_ocsf_schema(VERSION))
    return Draft202012Validator(made.get_class_schema("detection_finding"))


def hook(lang: Lang = "en") -> Hook:
    return Hook("H-1", "one", "ocsf", "https://siem.example.com", "", NOW, lang=lang)


def alert(title: Text, accounts: tuple[str, ...] = ("U-e055859e0f",)) -> Alert:
    day = date(2026, 3, 1)
    said = (Statement(title, 3.5, ()),)
    return Alert(
        "A-0e1c403c0cd5", day, day, day, "day", title, accounts, (PersonOdds("S-63c09127e7", 0.9, 3.0),),
        ("borrowed-account",), 3.5, day, day, 12, said, (), (), 3.5,
    )  # fmt: skip


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(
    "poison", ["plain", "<script>alert(1)</script>", "a\u202eb\nc", '"}\n{"x":1', "用户" * 500, "a\u2028b\udc80c"]
)
def test_an_alert_is_an_event_whatever_it_says(poison: str, lang: Lang) -> None:
    message = news.of_alerts("one", [alert(Text(poison, poison))], frozenset(), NOW)[0]
    for each in (message, replace(message, kind=UPDATED), news.of_trial("one", "H-1", NOW)):
        told: dict[str, Any] = siem.of_message(hook(lang), each)
        faults = [f"{list(e.absolute_path)}: {e.message[:200]}" for e in schema().iter_errors(told)]
        assert faults == []
        sent = b"".join(siem.parts(siem.events(hook(lang), each, lambda _case, _version, _lang: None) or ()))
        assert len(sent.decode().splitlines()) == 1


def test_an_alert_of_nobody_is_an_event_too() -> None:
    nobody = replace(alert(Text("x", "x"), ()), people=())
    told = siem.of_message(hook(), news.of_alerts("one", [nobody], frozenset(), NOW)[0])
    assert list(schema().iter_errors(told)) == []
