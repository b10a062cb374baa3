"""The OpenAPI description: whole, its examples fit its schemas, problems are the same everywhere; and its reference."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from tests.console.conftest import Console

from headwater.console import problems
from headwater.console.errors import BusyError, ConflictError, GoneError
from headwater.console.rest import cursors
from headwater.model.errors import CaseError, StoreError
from headwater.store.casebook.permissions import NotAllowedError
from headwater.store.casebook.sealing import Sealer


def content(told: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Every schema with an example, by where it stands."""
    found = []
    for path, item in told["paths"].items():
        for method, operation in item.items():
            parts = [("body", operation.get("requestBody", {}))]
            parts += [(code, answer) for code, answer in operation["responses"].items() if "content" in answer]
            for where, part in parts:
                found += [(f"{method} {path} {where}", c) for c in part.get("content", {}).values() if "example" in c]
    return found


def test_every_example_fits_its_schema(console: Console) -> None:
    told = console.app.openapi()
    examples = content(told)
    assert len(examples) > 40
    for where, part in examples:
        schema = {**part["schema"], "components": told["components"]}
        try:
            jsonschema.validate(part["example"], schema)
        except jsonschema.ValidationError as error:
            pytest.fail(f"{where}: {error.message[:300]}")


def test_every_operation_says_what_it_needs_and_what_may_go_wrong(console: Console) -> None:
    told = console.app.openapi()
    ids = set()
    for path, item in told["paths"].items():
        assert path.startswith("/api/v1/")
        for method, operation in item.items():
            ids.add(operation["operationId"])
            assert operation["summary"] and operation["tags"] and operation["security"], (method, path)
            assert {"400", "401", "403", "404", "409", "422", "429", "503"} <= set(operation["responses"])
            keyed = any(p["name"] == "Idempotency-Key" for p in operation.get("parameters", ()))
            assert keyed == (method != "get"), (method, path)
    assert len(ids) == sum(len(item) for item in told["paths"].values())
    assert "HTTPValidationError" not in json.dumps(told)
    assert all(tag["description"] for tag in told["tags"])


def test_the_reference_has_every_operation_and_fetches_nothing(console: Console) -> None:
    page = console.as_user("li").get("/reference")
    assert page.status_code == 200
    for path in console.app.openapi()["paths"]:
        assert path.replace("&", "&amp;") in page.text
    assert "//" not in "".join(part.split('"')[0] for part in page.text.split('src="')[1:])
    assert console.as_user("li").get("/reference?lang=zh").text.count("REST 参考") >= 2


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (CaseError("no"), 400),
        (NotAllowedError("no"), 403),
        (GoneError("no"), 404),
        (ConflictError("no", "what stands"), 409),
        (StoreError("no"), 503),
        (BusyError("no", 7), 503),
        (ZeroDivisionError("of 15400000000"), 500),
    ],
)
def test_every_error_is_a_problem(error: Exception, status: int) -> None:
    answer = problems.answered(problems.problem(error), problems.headers(error))
    told = json.loads(bytes(answer.body))
    assert (answer.status_code, told["status"], answer.media_type) == (status, status, "application/problem+json")
    assert told["type"] == f"/reference#problem-{status}"
    assert "15400000000" not in bytes(answer.body).decode()
    assert answer.headers.get("retry-after") == ("7" if isinstance(error, BusyError) else None)


def test_a_cursor_is_of_one_list_and_cannot_be_made_elsewhere() -> None:
    here, other = Sealer(bytes(32)), Sealer(bytes([1] * 32))
    made = cursors.told(here, "findings by bits", [3.5, "用户"])
    assert cursors.read(here, "findings by bits", made) == [3.5, "用户"]
    for sealer, place, text in (
        (other, "findings by bits", made),
        (here, "findings by day", made),
        (here, "findings by bits", made[:-2] + "AA"),
        (here, "findings by bits", ""),
        (here, "findings by bits", "用"),
        (here, "findings by bits", "A" * 50),
    ):
        with pytest.raises(CaseError):
            cursors.read(sealer, place, text)
