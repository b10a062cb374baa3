"""Every page that a link leads to: opened by people of each role, in both languages, without a fault."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.console.browser.looking import Looking
from tests.console.browser.walking import walk
from tests.console.ready_cases import INSURER, MARKET

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


@pytest.mark.parametrize(
    ("name", "case", "lang", "scheme"),
    [("li", INSURER, "en", "light"), ("zhao", INSURER, "zh", "dark"), ("wu", MARKET, "zh", "light")],
)
def test_every_page_opens_without_a_fault(
    look: Look, scratch: Path | None, name: str, case: str, lang: str, scheme: str
) -> None:
    window = look(name, color_scheme=scheme, locale="zh-CN" if lang == "zh" else "en-GB")
    faults = []
    for of in walk(window, "/cases", within=f"/cases/{case}"):
        window.is_itself()
        faults += window.axe()
        window.picture(scratch, f"{case}-{of}-{lang}-{scheme}")
    assert faults == []
