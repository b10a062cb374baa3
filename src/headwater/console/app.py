"""The application: the faces of every page, the door before them, and what is said when something goes wrong."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from headwater import __version__
from headwater.console import describing, faces, problems
from headwater.console.assets import assets
from headwater.console.door.limiting import Limiter
from headwater.console.door.marking import HEADERS, Marked
from headwater.console.door.rules import AT_HOME, DoorRules
from headwater.console.door.watching import Watched
from headwater.console.errors import FactorNeededError, NotSignedInError
from headwater.console.here import at, language
from headwater.console.house import House
from headwater.console.pages import pages
from headwater.console.refusals import refusal
from headwater.console.telling.allowing import allowed
from headwater.console.telling.rounds import Rounds
from headwater.console.timekeeping import Timekeeper
from headwater.console.twin import API, routers
from headwater.model.errors import HeadwaterError


def make_app(house: House, rules: DoorRules = AT_HOME) -> FastAPI:
    """The application that serves a house."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        house.jobs.adopt()
        house.make_ready()
        rounds = Rounds(house, allowed())
        timekeeper = Timekeeper(house)
        rounds.start()
        timekeeper.start()
        yield
        timekeeper.stop()
        rounds.stop()
        house.close()

    app = FastAPI(
        title="Headwater",
        version=__version__,
        lifespan=lifespan,
        openapi_url=f"{API}/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    app.state.house, app.state.rules, app.state.limiter = house, rules, Limiter(rules.rates)
    app.state.pages = frozenset(page.name for page in pages())
    html, rest = routers(pages())
    app.include_router(rest)
    app.include_router(html)
    app.mount("/static", assets(), name="static")
    for kind in (HeadwaterError, HTTPException, RequestValidationError):
        app.add_exception_handler(kind, _answer)
    app.add_exception_handler(Exception, _failed)
    describing.describe(app)
    app.add_middleware(Watched, house.book, rules, app.state.limiter)
    app.add_middleware(Marked)
    return app


def _answer(request: Request, error: Exception) -> Response:
    """What went wrong, in the face that was asked for."""
    if isinstance(error, NotSignedInError) and not _is_rest(request):
        return RedirectResponse(f"/sign-in?to={_back(request)}", status_code=303)
    if isinstance(error, FactorNeededError) and not _is_rest(request):
        return RedirectResponse("/account", status_code=303)
    told, more = problems.problem(error), problems.headers(error)
    if _is_rest(request):
        return problems.answered(told, more)
    try:
        someone = at(request)
    except HeadwaterError:
        someone = None
    lang = someone.lang if someone else language(request)
    told = told.model_copy(update={"detail": refusal(told.detail, lang)})
    answer = faces.html(request, someone, "problem", "problem.html.j2", told, told.status)
    answer.headers.update(more)
    return answer


def _back(request: Request) -> str:
    """Where to go on after signing in, as a part of an address."""
    query = f"?{request.url.query}" if request.url.query else ""
    return quote(f"{request.url.path}{query}", safe="/") if request.method == "GET" else "/"


def _failed(request: Request, error: Exception) -> Response:
    """A fault of ours: it stands in the server's log, and nothing of it in the answer."""
    answer = problems.answered(problems.problem(error)) if _is_rest(request) else _answer(request, error)
    answer.headers.update(HEADERS)  # this is said outside of what marks other answers
    return answer


def _is_rest(request: Request) -> bool:
    return request.url.path.startswith(API)
