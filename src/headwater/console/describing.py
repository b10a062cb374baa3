"""The OpenAPI description of REST: made from the pages, with what every operation shares, and examples that fit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from headwater.console.once import HEADER
from headwater.console.pages import pages
from headwater.console.problems import MEDIA_TYPE, TITLES, Problem
from headwater.console.rest.examples import example
from headwater.console.telling.hooks import EVENTS
from headwater.console.twin import API, Act, View

ABOUT = """Every page of the console has its twin here, at the same address below `/api/v1`, with the same content.

**Signing in.** `Authorization: Bearer hwt_…` with a token of *My account*; its scopes are `read`, `write` and `admin`, and it can
never do more than its owner. Browsers use their session.

**Lists.** A table with more rows has `next`; ask again with `after=` that cursor. Cursors say nothing, and fit one list.

**Writes.** With `Idempotency-Key` the same request counts once for a day; the answer given again has `Idempotency-Replayed: true`.

**Errors** are `application/problem+json` (RFC 9457). 409: somebody was quicker, and `stands` says what stands now; 429 and 503 say
with `Retry-After` when to ask again.

Members of staff stand under pseudonyms everywhere."""
_SHARED = (400, 401, 403, 404, 409, 422, 429, 503)
_METHODS = ("get", "post", "put", "patch", "delete")
_SCHEMES: dict[str, Any] = {
    "token": {
        "type": "http",
        "scheme": "bearer",
        "description": "A token of My account: `hwt_…`, with scopes and an end.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "headwater",
        "description": "A browser's session. Changes also need the header `x-csrf` with the token of the session's pages.",
    },
}
_KEY: dict[str, Any] = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": "The same key with the same request counts once; kept for a day.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    "example": "5f0c1c1e-verdict-17",
}


def describe(app: FastAPI) -> None:
    """Let an application tell its description by this module."""
    app.openapi = lambda: description(app)  # type: ignore[method-assign]


def description(app: FastAPI) -> dict[str, Any]:
    """The description of an application's REST; made once."""
    if app.openapi_schema is None:
        told = get_openapi(
            title="Headwater", version=app.version, summary="The console's REST", description=ABOUT, routes=app.routes
        )
        app.openapi_schema = _shared(told)
    return app.openapi_schema


def _shared(told: dict[str, Any]) -> dict[str, Any]:
    """What operations share; paths outside of :data:`API` are left out."""
    parts = told.setdefault("components", {})
    schemas: dict[str, Any] = parts.setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= problem.pop("$defs", {}) | {"Problem": problem}
    parts["securitySchemes"] = _SCHEMES
    parts["responses"] = {f"Problem{code}": _problem(code) for code in _SHARED}
    told["paths"] = {path: item for path, item in told["paths"].items() if path.startswith(API)}
    words: dict[str, str] = {}
    for page in pages():  # several modules may be one page: the first says what it is
        words.setdefault(page.name, page_words(page.views, page.acts))
    told["tags"] = [{"name": name, "description": said} for name, said in words.items() if said]
    known = _known()
    for item in told["paths"].values():
        for method in _METHODS:
            if method in item:
                _operation(item[method], method, known.get(item[method].get("operationId", "")), schemas)
    told["webhooks"] = {kind: _webhook(kind, words) for kind, words in EVENTS.items()}
    return told


def page_words(views: tuple[View, ...], acts: tuple[Act, ...]) -> str:
    """The first sentence of a page: that of its module."""
    from sys import modules

    functions = [view.function for view in views] + [act.function for act in acts]
    words = modules[functions[0].__module__].__doc__ if functions else None
    return (words or "").strip().split("\n\n")[0].replace("\n", " ")


def _known() -> Mapping[str, View | Act]:
    """Views and acts by the id of their operation."""
    found: dict[str, View | Act] = {}
    for page in pages():
        found |= {f"{page.name}.{view.function.__name__}": view for view in page.views}
        found |= {f"{page.name}.{act.function.__name__}": act for act in page.acts}
    return found


def _operation(told: dict[str, Any], method: str, known: View | Act | None, schemas: Mapping[str, Any]) -> None:
    scope = known.scope if known else "read" if method == "get" else "write"
    told["tags"] = list(dict.fromkeys(told.get("tags", ())))
    by_token = not (isinstance(known, Act) and known.browser_only)
    told["security"] = [{"token": [scope]}, {"session": []}] if by_token else [{"session": []}]
    told["responses"].pop("422", None)
    for code in _SHARED:
        told["responses"][str(code)] = {"$ref": f"#/components/responses/Problem{code}"}
    if method != "get":
        told.setdefault("parameters", []).append(_KEY)
    given = known.examples if isinstance(known, View) else {}
    for response in told["responses"].values():
        for kind, content in response.get("content", {}).items():
            if kind == "application/json" and content.get("schema"):
                content["example"] = dict(given) or example(content["schema"], schemas)
    for content in told.get("requestBody", {}).get("content", {}).values():
        if content.get("schema"):
            content["example"] = example(content["schema"], schemas)
    for parameter in told.get("parameters", []):
        if "example" not in parameter and parameter.get("required"):
            parameter["example"] = example(parameter["schema"], schemas, parameter["name"])


def _problem(code: int) -> dict[str, Any]:
    content = {"schema": {"$ref": "#/components/schemas/Problem"}, "example": _EXAMPLES.get(code, {}) | _head(code)}
    made: dict[str, Any] = {"description": TITLES[code], "content": {MEDIA_TYPE: content}}
    if code in (429, 503):
        wait = {"description": "Seconds until it is worth asking again.", "schema": {"type": "integer"}}
        made["headers"] = {"Retry-After": wait}
    return made


def _head(code: int) -> dict[str, Any]:
    return {"type": f"/reference#problem-{code}", "title": TITLES[code], "status": code}


_EXAMPLES: Mapping[int, dict[str, Any]] = {
    400: {"detail": "a reason is needed"},
    401: {"detail": "sign in first"},
    403: {"detail": "this token may not do that"},
    404: {"detail": "there is no such case, or you are no member of it"},
    409: {"detail": "somebody said something on this meanwhile", "stands": "explained by Zhao, 10:41"},
    422: {"faults": [{"where": "query.limit", "said": "Input should be less than or equal to 500"}]},
    429: {"detail": "too many requests"},
    503: {"detail": "another run is using the workspace"},
}


def _webhook(kind: str, words: str) -> dict[str, Any]:
    """What a web hook is sent (Standard Webhooks)."""
    body = {
        "type": "object",
        "required": ["type", "timestamp", "data"],
        "properties": {
            "type": {"const": kind},
            "timestamp": {"type": "string", "format": "date-time"},
            "data": {"type": "object", "description": "What is told of it; pseudonyms alone."},
        },
    }
    names = ("webhook-id", "webhook-timestamp", "webhook-signature")
    headers = [{"name": n, "in": "header", "required": True, "schema": {"type": "string"}} for n in names]
    return {
        "post": {
            "summary": f"Sent when {words}",
            "tags": ["telling"],
            "parameters": headers,
            "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
            "responses": {"204": {"description": "Taken."}, "410": {"description": "Tell this hook nothing more."}},
        }
    }
