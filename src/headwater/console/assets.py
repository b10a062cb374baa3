"""Styles, scripts and pictures of the console: compressed, and looked at again by browsers after some minutes."""

from __future__ import annotations

from importlib.resources import files

from fastapi.staticfiles import StaticFiles
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp, Scope

FRESH_SECONDS = 300


class _Kept(StaticFiles):
    """Files that nobody's secrets stand in: they alone may be compressed and kept."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """A file, with the time for which it may be kept."""
        answer = await super().get_response(path, scope)
        answer.headers["cache-control"] = f"public, max-age={FRESH_SECONDS}"
        return answer


def assets() -> ASGIApp:
    """What lies in the folder ``static``."""
    return GZipMiddleware(_Kept(directory=str(files("headwater.console") / "static")), minimum_size=2000)
