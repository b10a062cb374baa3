"""Every operation of the OpenAPI description, asked with values that fit it and values that do not: no failure of ours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from tests.console.conftest import Console
from tests.console.serving_house import token

from headwater.console.jobs.jobs import Jobs
from headwater.store.casebook.tokens import Scope

SEARCHING = settings.default is not None and settings.default.max_examples > 100
TRIES = 25 if SEARCHING else 1
"""Requests of each kind to each operation: few, the same on every run; many, new ones with ``--hypothesis-profile search``."""


def operations(console: Console) -> Iterator[Any]:
    schema = schemathesis.openapi.from_dict(console.app.openapi())
    schema.app = console.app
    for found in schema.get_all_operations():
        yield found.ok()


@pytest.mark.slow
def test_no_request_makes_the_server_fail(console: Console) -> None:
    console.house.jobs = Jobs(
        console.house.folder / "held", at_once=0
    )  # what is begun here waits: no process is wanted
    bearer = {"Authorization": f"Bearer {token(console, 'li', Scope.read, Scope.write, Scope.admin)}"}
    client = console.stranger()
    client._transport.raise_server_exceptions = False  # type: ignore[attr-defined]
    failed: dict[str, str] = {}
    refused: dict[str, set[int]] = {}

    def ask(operation: Any, mode: schemathesis.GenerationMode) -> None:
        @settings(
            max_examples=TRIES,
            database=None,
            derandomize=not SEARCHING,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def asked(case: schemathesis.Case) -> None:
            if "case" in case.path_parameters:
                case.path_parameters["case"] = "insurer"
            told = case.as_transport_kwargs(base_url="http://127.0.0.1")
            told.pop("cookies", None)
            if isinstance(told.get("data"), (bytes, str)):
                told["content"] = told.pop("data")
            try:
                answer = client.request(**told | {"headers": {**dict(told.get("headers") or {}), **bearer}})
            except (UnicodeEncodeError, httpx2.InvalidURL):  # what no client can send
                return
            refused.setdefault(operation.label, set()).add(answer.status_code)
            if answer.status_code >= 500:
                failed[operation.label] = f"{answer.status_code} {answer.text[:300]}"
            if answer.status_code >= 400:
                assert answer.headers["content-type"] == "application/problem+json", operation.label

        asked()

    asked = list(operations(console))
    for operation in asked:
        ask(operation, schemathesis.GenerationMode.POSITIVE)
        ask(operation, schemathesis.GenerationMode.NEGATIVE)
    assert failed == {}, chr(10).join(f"{k}: {v}" for k, v in failed.items())
    assert len(asked) > 20
    assert sum(200 in told for told in refused.values()) > len(asked) / 3, "requests are let in at all"
    begun = console.house.jobs.jobs()
    assert begun, "work is begun at all"
    assert {job.state.status for job in begun} <= {"waiting", "cancelled"}


@pytest.mark.parametrize("kind", ["token", "session"])
def test_the_description_names_how_one_signs_in(console: Console, kind: str) -> None:
    told = console.app.openapi()
    assert kind in told["components"]["securitySchemes"]
