"""The application: the faces of every page, the door before them, and what is said when something goes wrong."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import files

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from headwater import __version__
from headwater.console import faces
from headwater.console.door.marking import Marked
from headwater.console.errors import BusyError, ConflictError, NotSignedInError, status
from headwater.console.here import here
from headwater.console.house import House
from headwater.console.models import Shown
from headwater.console.pages import pages
from headwater.console.twin import API, routers
from headwater.model.errors import HeadwaterError


class Problem(Shown):
    """What went wrong, as RFC 9457 has it."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str = ""
    stands: str = ""
    """Of a conflict: what stands now."""


def make_app(house: House) -> FastAPI:
    """The application that serves a house."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        house.close()

    app = FastAPI(
        title="Headwater",
        version=__version__,
        lifespan=lifespan,
        openapi_url=f"{API}/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    app.state.house = house
    app.state.pages = frozenset(page.name for page in pages())
    html, rest = routers(pages())
    app.include_router(rest)
    app.include_router(html)
    app.mount("/static", StaticFiles(directory=str(files("headwater.console") / "static")), name="static")
    app.add_exception_handler(HeadwaterError, _told)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_middleware(Marked)
    return app


def _told(request: Request, error: Exception) -> Response:
    assert isinstance(error, HeadwaterError)
    code = status(error)
    if isinstance(error, NotSignedInError) and not request.url.path.startswith(API):
        back = request.url.path if request.method == "GET" else "/"
        return RedirectResponse(f"/sign-in?to={back}", status_code=303)
    return _answer(request, code, str(error), error.stands if isinstance(error, ConflictError) else "", error)


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return _answer(request, error.status_code, str(error.detail))


def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    said = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()[:5])
    return _answer(request, 422, said)


def _answer(request: Request, code: int, detail: str, stands: str = "", error: Exception | None = None) -> Response:
    problem = Problem(title=_TITLES.get(code, "Error"), status=code, detail=detail, stands=stands)
    headers = {"Retry-After": str(error.seconds)} if isinstance(error, BusyError) else {}
    if request.url.path.startswith(API):
        return JSONResponse(problem.model_dump(), code, headers, media_type="application/problem+json")
    try:
        someone = here(request)
    except HeadwaterError:
        someone = None
    return faces.html(request, someone, "problem", "problem.html.j2", problem, code)


_TITLES = {
    400: "This cannot be done",
    401: "Sign in first",
    403: "Not allowed",
    404: "There is no such thing",
    405: "Not by this method",
    409: "Somebody was quicker",
    413: "Too large",
    422: "Something is missing or wrong",
    429: "Too many requests",
    503: "Busy",
}
