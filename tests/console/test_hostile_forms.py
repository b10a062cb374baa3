"""Hostile text in every field of every form stays text: in the page that answers, and wherever it is shown later."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin

import pytest
from fastapi.testclient import TestClient
from lxml import html
from tests.console.conftest import Console
from tests.console.hostile import ATTACKS, NULL, everything
from tests.console.ready_cases import HOSTILE, MARKET
from tests.console.test_links import walk

SPARED = re.compile(r"/sign-out|/sign-in|/account|/jobs|/staff/book|/leaks|/canaries|/end$|/disable|/roles|/users/U-")
"""What would end the session, shut an account or begin long work: the walks and other tests do these."""
SENSIBLE = {
    "of": "incident:1",
    "until": "2030-01-01",
    "address": "https://hooks.example/x",
    "url": "https://hooks.example/x",
}
"""What some fields want."""


@dataclass(frozen=True, slots=True)
class Form:
    """A form of a page: where it leads, and what can be typed into it."""

    page: str
    action: str
    fields: tuple[tuple[str, str], ...]
    typed: tuple[str, ...]

    def filled(self, text: str) -> dict[str, str]:
        """What is sent when one types this everywhere."""
        return dict(self.fields) | dict.fromkeys(self.typed, text)


def forms(page: str, text: str) -> Iterator[Form]:
    """The forms of a page that change something and into which something is typed."""
    for found in html.fromstring(text).xpath("//form[translate(@method, 'POST', 'post')='post']"):
        action = urljoin(page, str(found.get("action") or page))
        typed = found.xpath(
            ".//textarea/@name | .//input[not(@type) or @type='text' or @type='search' or @type='url' or @type='email']/@name"
        )
        fields = {
            str(i.get("name")): str(i.get("value") or "")
            for i in found.xpath(".//input[@name and @type!='file']")
            if i.get("type") not in {"radio", "checkbox"}
        }
        chosen = found.xpath(
            ".//input[@type='radio' or @type='checkbox'] | .//button[@name] | .//select[@name]/option/.."
        )
        for each in reversed(chosen):
            options = each.xpath(".//option")
            value = (
                (options[-1].get("value") if options[-1].get("value") is not None else options[-1].text)
                if options
                else each.get("value")
            )
            fields[str(each.get("name"))] = str(value or "on")
        fields.pop("None", None)
        if typed and not SPARED.search(action):
            yield Form(page, action, tuple(fields.items()), tuple(map(str, typed)))


def insist_text(href: str, text: str) -> None:
    """Insist that a page has no script but ours, no handler, no style, and no address that acts."""
    page = html.fromstring(text)
    assert not page.xpath("//*[@*[starts-with(name(), 'on')]]"), href
    assert not page.xpath(
        "//script[not(@src) and not(@type='application/json')] | //script[@src and not(starts-with(@src, '/static/'))]"
    ), href
    assert not page.xpath("//*[@style] | //style | //base | //iframe | //object | //embed | //math"), href
    assert not [
        a
        for a in page.xpath("//@href | //@src | //@action | //@formaction")
        if re.match(r"\s*(javascript|data|vbscript|https?|//)", str(a), re.I)
    ], href
    assert not page.xpath("//*[@hx-get and not(starts-with(@hx-get, '/'))]"), href
    assert "49" not in re.findall(r"\b49\b(?= \$\{7)", text)
    told = re.sub(
        r"<textarea.*?</textarea>", "", text, flags=re.DOTALL
    )  # there stands what was typed, to be sent again
    assert "\x00" not in told
    assert "\x1b" not in told


def everywhere(client: TestClient, case: str) -> dict[str, str]:
    """All pages that can be come to."""
    return {href: text for href, text in walk(client, f"/cases/{case}", "en") if "download=" not in href}


def attempts(form: Form) -> Iterator[dict[str, str]]:
    """All fields at once, and then each of them with what is sensible in the others."""
    yield form.filled(everything()[:200])
    yield form.filled(NULL)
    sensible = form.filled("sensible words") | {name: SENSIBLE[name] for name in form.typed if name in SENSIBLE}
    for name in form.typed:
        yield sensible | {name: everything()[:1500]}


@pytest.mark.slow
@pytest.mark.parametrize(("case", "only"), [(HOSTILE, ""), (MARKET, "/network/")])
def test_what_is_typed_stays_text_wherever_it_is_shown(console: Console, case: str, only: str) -> None:
    li = console.as_user("li")
    found = {(f.action, f.typed): f for href, text in everywhere(li, case).items() for f in forms(href, text)}
    entered = 0
    for form in found.values():
        for told in attempts(form) if only in form.action else ():
            answer = li.post(form.action, data=told, headers={"referer": f"http://127.0.0.1{form.page}"})
            entered += answer.status_code == 303
            assert answer.status_code < 500, (form, told, answer.text[:1000])
            if "text/html" in answer.headers.get("content-type", "") and answer.text:
                insist_text(form.action, answer.text)
    assert entered, "nothing was entered at all"
    for href, text in everywhere(li, case).items():
        insist_text(href, text)


@pytest.mark.parametrize("attack", [*ATTACKS, "null"])
def test_what_is_asked_for_in_an_address_stays_text(console: Console, attack: str) -> None:
    li, text = console.as_user("li"), ATTACKS.get(attack, NULL)
    for path in (
        "search",
        "findings",
        "today",
        "incidents",
        "reveals",
        "files",
        "staff",
        "holdings",
        "leaks",
        "network",
        "health",
    ):
        told = dict.fromkeys(("q", "sort", "of", "said", "id", "after", "detector", "lang", "from", "to", "tab"), text)
        answer = li.get(f"/cases/{HOSTILE}/{path}", params={k: v[:200] for k, v in told.items() if k != "after"})
        assert answer.status_code < 500, (path, answer.text[-1500:])
        insist_text(path, answer.text)


def test_downloads_hold_no_formula(console: Console) -> None:
    li = console.as_user("li")
    for href, text in walk(li, f"/cases/{HOSTILE}", "en"):
        if "download=" in href:
            cells = [cell for line in text.splitlines() for cell in line.split(",")]
            assert not [c for c in cells if re.match(r'"?[=+@\t\r]|"?-[^\d\s]', c)], href
