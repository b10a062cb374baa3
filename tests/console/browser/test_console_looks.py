"""Every page that a link leads to: opened by people of each role, in both languages, without a fault."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.console.browser.looking import Looking
from tests.console.browser.walking import walk
from tests.console.ready_cases import HOSTILE, INSURER, MARKET, password

pytestmark = pytest.mark.slow
Look = Callable[..., Looking]


def test_the_check_itself_sees_scripts_styles_and_strangers(look: Look) -> None:
    window = look()
    window.at("/sign-in")
    window.page.evaluate(
        """() => {
            const page = document.body;
            const script = document.createElement("script"); script.textContent = "1"; page.append(script);
            page.insertAdjacentHTML("beforeend", "<p style='color:red'></p><img src='http://192.0.2.1/x'>");
        }"""
    )
    window.page.wait_for_function("() => window.__broken.length >= 3")
    heard = "\n".join(window.troubles)
    window.troubles.clear()
    assert all(word in heard for word in ("script-src-elem", "style-src-attr", "img-src"))


CONTRAST = ("color-contrast", "link-in-text-block")
LOOKS = (
    ("li", INSURER, "en", "light", ()),
    ("wu", MARKET, "zh", "dark", CONTRAST),
    ("zhao", HOSTILE, "zh", "light", None),
)
"""Who, where, in which language and light, and the rules of axe-core: all of them, some, none."""


def _was_looked_at(case: str, of: str) -> bool:
    """Whether a page is of a kind at which the insurer's case was looked at already."""
    return case != INSURER and "network" not in of


@pytest.mark.parametrize(("name", "case", "lang", "scheme", "rules"), LOOKS)
def test_every_page_opens_without_a_fault(
    look: Look, scratch: Path | None, name: str, case: str, lang: str, scheme: str, rules: tuple[str, ...] | None
) -> None:
    window = look(name, color_scheme=scheme, locale="zh-CN" if lang == "zh" else "en-GB")
    faults: list[str] = []
    for of in walk(window, "/cases", within=f"/cases/{case}"):
        window.is_itself()
        faults += [] if rules is None or _was_looked_at(case, of) else window.axe(*rules)
        window.picture(scratch, f"{case}-{of}-{lang}-{scheme}")
    assert faults == []


def test_the_keyboard_alone_suffices(look: Look) -> None:
    window = look()
    page = window.at("/sign-in")
    page.keyboard.type("zhao")
    page.keyboard.press("Tab")
    page.keyboard.type(password("zhao"))
    with page.expect_navigation():
        page.keyboard.press("Enter")
    for path in (f"/cases/{INSURER}/today", f"/cases/{INSURER}/incidents/1", f"/cases/{INSURER}/findings"):
        window.at(path)
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip", (
            "first of all one can leave out what is on every page"
        )
        reached = page.evaluate(REACH)
        by_keys = 1
        for _ in range(reached["count"] + 5):
            page.keyboard.press("Tab")
            at = page.evaluate(STANDS)
            if at["over"]:
                break
            assert at["seen"], f"{path}: nobody sees where he is at {at['what']}"
            by_keys += 1
        assert by_keys >= reached["count"], f"{path}: {by_keys} of {reached['count']} are come to by Tab"


REACH = """() => {
    const kinds = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
    const open = [...document.querySelectorAll(kinds)].filter(e => !e.disabled && e.checkVisibility() && e.tabIndex >= 0);
    const groups = new Set();  // of a group of radio buttons Tab comes to one
    const isFirst = e => !groups.has(e.form?.action + e.name) && groups.add(e.form?.action + e.name);
    return {count: open.filter(e => e.type !== "radio" || isFirst(e)).length};
}"""
STANDS = """() => {
    const e = document.activeElement, style = getComputedStyle(e);
    const ring = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
    return {over: e === document.body, seen: ring, what: e.outerHTML.slice(0, 120)};
}"""


COLOURS = """() => {
    const title = document.querySelector("main h1");
    return [getComputedStyle(document.body).backgroundColor, getComputedStyle(title).color];
}"""


def test_a_page_prints_without_what_is_for_the_screen(look: Look, scratch: Path | None) -> None:
    window = look("li", color_scheme="dark")
    page = window.at(f"/cases/{INSURER}/incidents/1")
    page.emulate_media(media="print", color_scheme="dark")
    for selector in ("nav.ways", "header.bar form", "form.verdict button"):
        assert page.locator(selector).first.is_hidden(), selector
    colours = page.evaluate(COLOURS)
    assert colours[0] in {"rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"}, "ink is not for backgrounds"
    assert colours[1] != "rgb(255, 255, 255)"
    paper = page.pdf(format="A4")
    assert paper.startswith(b"%PDF")
    if scratch is not None:
        (scratch / "print-incident.pdf").write_bytes(paper)


@pytest.mark.parametrize("width", [390, 768])
def test_a_narrow_window_hides_nothing(look: Look, scratch: Path | None, width: int) -> None:
    window = look("zhao", viewport={"width": width, "height": 800})
    for name in ("", "/today", "/incidents/1", "/findings", "/law"):
        page = window.at(f"/cases/{INSURER}{name}")
        over = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert over <= 1, f"{name}: {over} pixels stick out at {width}"
        window.picture(scratch, f"narrow-{width}-{name}")
