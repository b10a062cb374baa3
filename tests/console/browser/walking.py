"""Walking the console by its links: every page that somebody can reach, one or a few of each kind."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit

from tests.console.browser.looking import Looking

from headwater.console.pages import pages

LEAVE = ("/sign-out", "/language/", "/static/", "/api/", "/sign-in")
"""Links that are no pages, or that end the walk."""


def kinds() -> dict[str, re.Pattern[str]]:
    """The addresses of all pages, as patterns, in an order in which the fixed ones come before those with a name in them."""
    paths = [view.path for page in pages() for view in page.views if view.template]
    ordered = sorted(paths, key=lambda path: (path.count("{"), path))
    return {
        path: re.compile(re.sub(r"\\\{[^/]*?:path\\\}", ".+", re.sub(r"\\\{[^/:]*\\\}", "[^/]+", re.escape(path))))
        for path in ordered
    }


def kind(path: str) -> str | None:
    """Of which kind the page at a path is."""
    return next((name for name, pattern in kinds().items() if pattern.fullmatch(path)), None)


def walk(window: Looking, start: str, *, each: int = 1, within: str = "/") -> Iterator[str]:
    """Open page after page by their links, ``each`` of every kind; gives the kind of the page that is open now."""
    seen: set[str] = set()
    opened: Counter[str] = Counter()
    waiting = [start]
    while waiting:
        href = waiting.pop(0)
        path = urlsplit(href).path
        of = kind(path)
        if path in seen or of is None or opened[of] >= each or (of.count("{case}") and not path.startswith(within)):
            continue
        seen.add(path)
        opened[of] += 1
        answer = window.page.goto(href)
        if answer is None or answer.status >= 400:
            window.troubles.append(f"{href}: {answer and answer.status} {window.text()[:200]}")
            continue
        waiting += [link for link in window.links("body") if _leads(link)]
        yield of


def _leads(href: str) -> bool:
    return href.startswith("/") and not href.startswith(LEAVE) and "download=" not in href
