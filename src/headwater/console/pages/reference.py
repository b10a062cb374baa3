"""The reference of REST: every address, what it takes and gives, with examples; made from the OpenAPI description, offline."""

from __future__ import annotations

import json
import re
from typing import Annotated, Any

from fastapi import Depends, Request

from headwater.console.here import AnyHere
from headwater.console.models import Shown
from headwater.console.problems import TITLES
from headwater.console.twin import Page, View

_MARKS = re.compile(r"[*`]")
_METHODS = ("get", "post", "put", "patch", "delete")


class Taken(Shown):
    """Something that an operation takes."""

    name: str
    where: str
    """`path`, `query` or `header`."""
    required: bool
    about: str


class Operation(Shown):
    """One address with one method."""

    id: str
    method: str
    path: str
    summary: str
    about: str
    scope: str
    """The scope that a token needs; empty where only a browser's session will do."""
    takes: list[Taken]
    body: str
    """An example of the body; empty where none is taken."""
    gives: str
    """An example of the answer."""


class Group(Shown):
    """The operations of one page."""

    name: str
    about: str
    operations: list[Operation]


class ProblemKind(Shown):
    """One kind of problem."""

    status: int
    title: str


class Reference(Shown):
    """Everything that REST has."""

    about: list[str]
    """What holds for all of it, by paragraphs."""
    groups: list[Group]
    problems: list[ProblemKind]
    hooks: list[str]
    """What web hooks are sent, with when."""


def described(request: Request) -> dict[str, Any]:
    """The application's own description."""
    told: dict[str, Any] = request.app.openapi()
    return told


def reference(here: AnyHere, told: Annotated[dict[str, Any], Depends(described)]) -> Reference:
    """Every address of REST, what it takes and gives."""
    found: dict[str, list[Operation]] = {tag["name"]: [] for tag in told["tags"]}
    for path, item in told["paths"].items():
        for method in _METHODS:
            if method in item:
                operation = _operation(path, method, item[method])
                found.setdefault((item[method].get("tags") or [""])[0], []).append(operation)
    about = {tag["name"]: tag["description"] for tag in told["tags"]}
    groups = [Group(name=n, about=about.get(n, ""), operations=several) for n, several in found.items() if several]
    return Reference(
        about=[_MARKS.sub("", p).replace("\n", " ") for p in told["info"]["description"].split("\n\n")],
        groups=groups,
        problems=[ProblemKind(status=status, title=title) for status, title in TITLES.items()],
        hooks=[f"{kind}: {item['post']['summary']}" for kind, item in told["webhooks"].items()],
    )


def _operation(path: str, method: str, told: dict[str, Any]) -> Operation:
    taken = [
        Taken(name=p["name"], where=p["in"], required=bool(p.get("required")), about=p.get("description", ""))
        for p in told.get("parameters", ())
    ]
    bodies = told.get("requestBody", {}).get("content", {})
    answers = told["responses"].get("200", {}).get("content", {})
    scopes: list[str] = next((each["token"] for each in told["security"] if "token" in each), [])
    return Operation(
        id=str(told.get("operationId", "")),
        method=method.upper(),
        path=path,
        summary=told.get("summary", ""),
        about=told.get("description", ""),
        scope=" ".join(scopes),
        takes=taken,
        body=_example(bodies),
        gives=_example(answers),
    )


def _example(content: dict[str, Any]) -> str:
    found = [part["example"] for part in content.values() if "example" in part]
    return json.dumps(found[0], ensure_ascii=False, indent=2) if found else ""


PAGE = Page("reference", views=(View("/reference", reference, "reference.html.j2", "The reference of REST"),))
