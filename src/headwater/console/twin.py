"""One function, two faces: what a page shows is what its twin under ``/api/v1`` gives, because one function makes both.

A page's module has a :class:`Page` of views (read) and acts (change). The faces are made here: JSON with a schema, HTML
with a template, and CSV of every table by ``?download=NAME``.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, get_type_hints

from fastapi import APIRouter, Depends, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, ValidationError

from headwater.console import faces, typed
from headwater.console.door.forging import insist_own
from headwater.console.door.leading import local
from headwater.console.here import AnyHere, CaseHere, Here, InCase, here
from headwater.console.models import MOST, Body, Done, Shown
from headwater.console.once import OnceRoute
from headwater.model.errors import CaseError
from headwater.store.casebook.permissions import Permission

API = "/api/v1"
Scope = Literal["read", "write", "admin"]
Method = Literal["POST", "PUT", "PATCH", "DELETE"]
OWN = (Depends(here), Depends(insist_own))
"""What every change depends on first: what another site made a browser try stands in no log as its owner's."""


@dataclass(frozen=True, slots=True)
class View:
    """Something to look at. ``function`` takes what FastAPI gives by its annotations, and returns a model.

    ``template`` empty: only the twin is there. ``permission``: of which one must hold, besides looking at the case.
    """

    path: str
    function: Callable[..., Shown]
    template: str
    summary: str
    permission: Permission | None = None
    scope: Scope = "read"
    examples: Mapping[str, Any] = field(default_factory=dict)
    """Of the twin's answer, for the OpenAPI."""


@dataclass(frozen=True, slots=True)
class Act:
    """Something to do. ``function`` takes a ``body`` (a :class:`Body`), if it wants anything, and returns :class:`Done`.

    ``browser_only``: it needs a session of a person, never a token. ``template``: the page shows what was done by it,
    instead of leading on: for what is shown once and may stand in no address.
    """

    path: str
    function: Callable[..., Done]
    summary: str
    method: Method = "POST"
    permission: Permission | None = None
    scope: Scope = "write"
    browser_only: bool = False
    template: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its views and acts under one tag of the API. ``more``: routes that are no twins, as signing in; ``files``:
    routes of REST that give or take files.
    """

    name: str
    views: tuple[View, ...] = ()
    acts: tuple[Act, ...] = ()
    more: APIRouter | None = None
    files: APIRouter | None = None


def routers(pages: tuple[Page, ...]) -> tuple[APIRouter, APIRouter]:
    """The routes of all pages: HTML, and JSON under :data:`API`."""
    html, rest = APIRouter(include_in_schema=False), APIRouter(prefix=API, route_class=OnceRoute)
    for page in pages:
        for view in page.views:
            _add_view(html, rest, page, view)
        for act in page.acts:
            _add_act(html, rest, page, act)
        if page.more is not None:
            html.include_router(page.more)
        if page.files is not None:
            rest.include_router(page.files, tags=[page.name])
    return html, rest


def _add_view(html: APIRouter, rest: APIRouter, page: Page, view: View) -> None:
    needed = [Depends(_needs(view.path)(view.permission, view.scope, browser_only=False))]
    name = view.function.__name__
    rest.add_api_route(
        view.path,
        view.function,
        response_model=_returned(view.function),
        tags=[page.name],
        summary=view.summary,
        dependencies=needed,
        operation_id=f"{page.name}.{name}",
    )
    if view.template:
        html.add_api_route(view.path, _page_of(view, page), response_class=Response, dependencies=needed)


def _add_act(html: APIRouter, rest: APIRouter, page: Page, act: Act) -> None:
    needed = [*OWN, Depends(_needs(act.path)(act.permission, act.scope, act.browser_only))]
    rest.add_api_route(
        act.path,
        act.function,
        methods=[act.method],
        response_model=_returned(act.function),
        tags=[page.name],
        summary=act.summary,
        dependencies=needed,
        operation_id=f"{page.name}.{act.function.__name__}",
    )
    html.add_api_route(act.path, _form_of(act, page), methods=["POST"], response_class=Response, dependencies=needed)


def needs(permission: Permission | None, scope: Scope, browser_only: bool = False) -> Callable[[Here], None]:
    """What a route of the house depends on: that the token, if one is shown, has the scope, and the roles allow it."""

    def insist(someone: AnyHere) -> None:
        _insist_scope(someone, scope, browser_only)
        if permission is not None and not someone.user.may(permission):
            someone.refuse("your roles do not allow this")

    return insist


def needs_here(permission: Permission | None, scope: Scope, browser_only: bool = False) -> Callable[[InCase], None]:
    """As :func:`needs`, of a route on a case: the roles must allow it in this very case, as most do for members alone."""

    def insist(someone: CaseHere) -> None:
        _insist_scope(someone, scope, browser_only)
        if permission is not None:
            someone.insist(permission)

    return insist


def _needs(path: str) -> Callable[..., Callable[..., None]]:
    return needs_here if "{case}" in path else needs


def _insist_scope(someone: Here, scope: Scope, browser_only: bool) -> None:
    if someone.scopes is not None and (browser_only or scope not in someone.scopes):
        someone.refuse("this token may not do that")


def _page_of(view: View, page: Page) -> Callable[..., Response]:
    """The HTML face of a view: the same parameters, and ``download``."""

    def show(*, http: Request, download: str | None = None, **told: Any) -> Response:
        if download is not None and "limit" in told:
            told["limit"] = MOST  # a download reads on from page to page: the fewer the better
        model = view.function(**told)
        someone = _someone(told)
        if download is not None:
            return faces.download(
                http, someone, download, model, lambda after: view.function(**told | {"after": after})
            )
        return faces.html(http, someone, page.name, view.template, model)

    wanted = Annotated[str | None, Query(max_length=100, description="Give this table as CSV.")]
    return _with_signature(show, view.function, http=Request, download=wanted)


def _form_of(act: Act, page: Page) -> Callable[..., Any]:
    """The HTML face of an act: its body from the fields of a form; then the browser is led on."""
    wanted = get_type_hints(act.function).get("body")

    async def send(*, http: Request, **told: Any) -> Response:
        if wanted is not None:
            form = await http.form()
            typed.keep(http, form)
            told["body"] = _filled(wanted, form)
        done = await run_in_threadpool(act.function, **told)
        if act.template:
            return await run_in_threadpool(faces.html, http, _someone(told), page.name, act.template, done)
        return RedirectResponse(local(done.to), status_code=303)

    return _with_signature(send, act.function, without="body", http=Request)


def _filled(wanted: type[Body], form: Any) -> Body:
    """A body from a form: a field of many values is a list; what the form has besides is not of the body."""
    values: dict[str, Any] = {}
    for name, found in wanted.model_fields.items():
        given = form.getlist(name)
        if "list" in str(found.annotation) or "tuple" in str(found.annotation):
            values[name] = given
        elif given and not (given[-1] == "" and not found.is_required()):
            values[name] = given[-1]
    try:
        return wanted.model_validate(values)
    except ValidationError as error:
        raise CaseError("; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()[:5])) from None


def _someone(told: Mapping[str, Any]) -> Here:
    return next(value for value in told.values() if isinstance(value, Here))


def _returned(function: Callable[..., BaseModel]) -> Any:
    return get_type_hints(function)["return"]


def _with_signature(
    face: Callable[..., Any], function: Callable[..., Any], *, without: str = "", **more: Any
) -> Callable[..., Any]:
    """A face that asks for what the function asks for, and more; FastAPI reads signatures."""
    signature = inspect.signature(function, eval_str=True)
    kept = [p.replace(kind=p.KEYWORD_ONLY) for name, p in signature.parameters.items() if name != without]
    defaults = {"download": None}
    added = [
        inspect.Parameter(
            name, inspect.Parameter.KEYWORD_ONLY, annotation=kind, default=defaults.get(name, inspect.Parameter.empty)
        )
        for name, kind in more.items()
    ]
    face.__signature__ = signature.replace(parameters=kept + added, return_annotation=Response)  # type: ignore[attr-defined]
    face.__name__ = function.__name__
    face.__doc__ = function.__doc__
    return face
