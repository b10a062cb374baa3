"""Every link that a page shows leads somewhere for the one who sees it, in both languages, and names nobody of the staff."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

import pytest
from fastapi.testclient import TestClient
from lxml import html
from tests.console.conftest import Console
from tests.console.ready_cases import HOSTILE, INSURER, MARKET

from headwater.console.pages import pages
from headwater.console.twin import API

LEAVE = ("/sign-out", "/language/", "/static/", "/api/", "/sign-in")
STAFF = re.compile(r"\bP010\d\d\b|\bbx10\d{3}\b|\bWS-010\d\d\b")
"""Employees, accounts and workstations of the insurer, as its tables name them."""
LINKS = "//a/@href | //link/@href | //script/@src | //img/@src | //form[not(@method) or @method='get']/@action"
KINDS = {
    path: re.compile(re.sub(r"\\\{[^/]*\\\}", "[^/]+", re.escape(path)))
    for page in pages()
    for path in sorted({view.path for view in page.views if view.template}, key=lambda p: (p.count("{"), p))
}


def kind(path: str) -> str:
    """Of which kind the page at a path is."""
    found = [name for name, pattern in KINDS.items() if pattern.fullmatch(path)]
    return min(found, key=lambda name: name.count("{"), default="")


def walk(client: TestClient, start: str, lang: str, most: int = 1) -> Iterator[tuple[str, str]]:
    """Page after page by its links, ``most`` of each kind: the address and its text."""
    seen: set[str] = set()
    opened: Counter[str] = Counter()
    waiting = [start]
    while waiting:
        href = waiting.pop(0)
        of = kind(urlsplit(href).path) + ("?download" if "download=" in href else "")
        if href in seen or opened[of] >= most or not of.startswith("/"):
            continue
        seen.add(href)
        opened[of] += 1
        answer = client.get(href, headers={"accept-language": lang})
        assert answer.status_code == 200, (href, answer.status_code, answer.text[-1500:])
        yield href, answer.text
        if "text/html" in answer.headers["content-type"]:
            links = html.fromstring(answer.text).xpath(LINKS)
            waiting += [u for u in (urljoin(href, str(link)) for link in links) if not u.startswith(LEAVE)]


class Walked:
    """What each of them saw, walked once."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.seen: dict[tuple[str, str, str], dict[str, str]] = {}

    def by(self, name: str, case: str, lang: str) -> dict[str, str]:
        """Addresses and texts of the pages that somebody came to."""
        if (name, case, lang) not in self.seen:
            self.seen[name, case, lang] = dict(walk(self.console.as_user(name), f"/cases/{case}", lang))
        return self.seen[name, case, lang]


@pytest.fixture(scope="module")
def walked(console: Console) -> Walked:
    """The walks of this module."""
    return Walked(console)


WALKS = (
    ("li", INSURER, "zh"),
    ("li", MARKET, "en"),
    ("li", HOSTILE, "zh"),
    ("zhao", INSURER, "en"),
    ("wang", INSURER, "en"),
)


@pytest.mark.parametrize(("name", "case", "lang"), WALKS)
def test_every_link_leads_somewhere_and_names_nobody(walked: Walked, name: str, case: str, lang: str) -> None:
    for href, text in walked.by(name, case, lang).items():
        assert not STAFF.search(text), (href, STAFF.search(text))
        assert "&lt;time" not in text, f"{href}: markup inside of text"
        if "download=" not in href:
            assert f'lang="{"zh-Hans" if lang == "zh" else "en"}"' in text


def test_twins_name_nobody_either(console: Console, walked: Walked) -> None:
    li = console.as_user("li")
    for path in {urlsplit(href).path for href in walked.by("li", INSURER, "zh")}:
        twin = li.get(API + path)
        if twin.status_code == 200:
            assert not STAFF.search(json.dumps(twin.json(), ensure_ascii=False)), path


def test_every_page_is_led_to(walked: Walked) -> None:
    reached = {kind(urlsplit(href).path) for walk in WALKS for href in walked.by(*walk)}
    assert KINDS.keys() - reached <= NOT_YET, "nobody finds these but by their address"


NOT_YET = {
    path
    for path in KINDS
    if re.search(r"\{(job|id|request|alert|user|link|run|canary|drop|pair)[^}]*\}$", path) or path.endswith("/pair")
}
"""Pages of something that the ready cases do not have yet: a job, a request for names."""
