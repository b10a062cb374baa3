"""The main tasks, done in a browser as people do them: with the keyboard, two at a time, over a restart."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from tests.console.browser.busy_evening import busy_evening
from tests.console.browser.conftest import Server
from tests.console.browser.looking import Looking
from tests.console.ready_cases import INSURER, MARKET, Ready, copied

pytestmark = pytest.mark.slow
Look = Callable[..., Looking]
CASE = f"/cases/{INSURER}"
TEN = 10
SAID = {"u": "unsure", "c": "confirmed", "x": "not so"}
DROPPED = "list \"><svg/onload=document.title='hacked'>.xlsx"


def follow(window: Looking, words: str | re.Pattern[str], within: str = "body") -> None:
    """Click the first link or button that says so, and wait for where it leads."""
    place = window.page.locator(within)
    found = place.get_by_role("link", name=words).or_(place.get_by_role("button", name=words)).first
    found.click()
    window.page.wait_for_load_state()


@pytest.fixture(scope="module")
def server(ready: Ready, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over a copy of the ready cases after a busy evening: ten stories are released."""
    own = copied(ready, tmp_path_factory.mktemp("served"))
    busy_evening(own, TEN - 3)
    served = Server(own)
    yield served
    served.end()
    assert "Traceback" not in served.said(), served.said()[-4000:]


def test_ten_alerts_are_judged_with_two_keystrokes_each(look: Look, scratch: Path | None) -> None:
    window = look("zhao")
    page = window.at(f"{CASE}/today")
    assert f"{TEN} stories wait" in window.text()
    page.keyboard.press("j")
    judged: dict[str, str] = {}
    for key, said in [*SAID.items()] * TEN:
        card = page.evaluate("() => document.activeElement.closest('[data-card]').id")
        assert card not in judged, "the page stands on the next story that waits"
        with page.expect_navigation():
            page.keyboard.press(key)
            page.keyboard.press("Enter")
        judged[card] = f"zhao: {said}"
        assert judged[card] in page.locator(f"[id='{card}']").inner_text()
        if len(judged) == TEN:
            break
    assert "Somebody has judged every story." in window.text()
    assert all(said in page.locator(f"[id='{card}']").inner_text() for card, said in judged.items())
    window.picture(scratch, "walk-triage")


def test_what_lies_below_the_line_is_explained_with_reason_and_day(look: Look) -> None:
    window = look("zhao")
    below = "#table-below-the-line"
    page = window.at(f"{CASE}/today")
    for href in window.links(below):
        if "/today/A-" in href:
            window.at(href)
            page.keyboard.press("e")
            page.keyboard.type("the audit of March")
            page.fill("[name=until]", "2024-03-31")
            with page.expect_navigation():
                page.locator("[data-verdict] [type=submit]").click()
    assert "not judged yet" not in page.locator(below).inner_text()
    assert page.locator(below).get_by_text("explained").count() == 3, "the last day is seen from the days of the alert"


def test_an_explanation_without_a_reason_or_a_day_is_not_sent(look: Look) -> None:
    window = look("wu")
    page = window.at(f"{CASE}/incidents/2")
    page.keyboard.press("e")
    page.locator("[data-verdict] [type=submit]").click()
    assert page.url.endswith("/incidents/2")
    assert page.evaluate("() => document.querySelector('[name=because]').validity.valueMissing")


def test_who_sat_at_the_lent_account_is_found(look: Look, scratch: Path | None) -> None:
    window = look("wu")
    window.at("/cases")
    follow(window, re.compile(f"^{INSURER}$"), "main")
    follow(window, "Incidents", "nav")
    follow(window, re.compile("which is not theirs"), "main")
    text = window.text()
    assert "left on 2024-01-29" in text, "the owner had gone"
    assert text.index("Against") < text.index("For"), "both sides stand side by side"
    window.picture(scratch, "walk-incident")
    person = window.page.locator("main a[href*='/staff/S-']").first
    name = person.inner_text()
    person.click()
    window.page.wait_for_load_state()
    assert name in window.page.locator("h1").inner_text()
    assert re.search("which is not theirs", window.text())
    assert "P010" not in window.page.content(), "staff stand under pseudonyms"


def test_a_file_that_turned_up_is_dropped_and_its_taker_seen(look: Look, server: Server, scratch: Path | None) -> None:
    window = look("wu")
    page = window.at(f"{CASE}/leaks")
    (leak,) = (server.ready.case() / "leaks").iterdir()
    before = sorted((p, p.stat().st_mtime_ns) for p in server.ready.case().rglob("*"))
    page.set_input_files("[name=file]", {"name": DROPPED, "mimeType": "x/y", "buffer": leak.read_bytes()})
    with page.expect_navigation():
        page.get_by_role("button", name="Keep and match it").click()
    called = page.locator("h1").inner_text()
    assert "list" not in called and "xlsx" not in called, "it has another name here: the old one may name somebody"
    page.locator("main table a[href*='/staff/U-']").first.wait_for(timeout=90_000)  # the page looks again by itself
    window.is_itself()
    window.picture(scratch, "walk-dropped")
    taker = page.locator("main table a[href*='/staff/U-']").first.inner_text()
    assert "99 %" in window.text()
    assert sorted((p, p.stat().st_mtime_ns) for p in server.ready.case().rglob("*")) == before, (
        "the case folder is as it was"
    )
    window.at(next(h for h in _links(window, f"{CASE}/leaks") if "/leaks/one" in h))
    assert taker in window.text(), "the same file in the case folder was laid to the same account"


def test_a_year_of_an_account_is_added_up_while_one_waits(look: Look, scratch: Path | None) -> None:
    window = look("wu")
    page = window.at(f"{CASE}/staff")
    with page.expect_navigation():
        page.get_by_role("button", name="Add it up").click()
    page = window.at(f"{CASE}/jobs")
    page.locator("article.job").first.wait_for(state="detached", timeout=120_000)  # the page looks again by itself
    account = next(h for h in _links(window, f"{CASE}/incidents/1") if "/staff/U-" in h)
    page = window.at(account)
    assert page.locator("form[action$='/staff/book']").count() == 0, "it was not added up"
    assert page.locator("figure.chart").count() > 0, "there is no heat map"
    page.locator("figure.chart canvas, figure.chart svg").first.wait_for()
    window.picture(scratch, "walk-account")


def test_names_are_shown_when_two_people_see_to_it(look: Look, scratch: Path | None) -> None:
    asks, agrees, looks_on = look("zhao"), look("wu"), look("li")
    alert = next(h for h in _links(asks, f"{CASE}/today") if re.search(r"A-[0-9a-f]{12}$", h))
    page = asks.at(alert)
    follow(asks, re.compile("names", re.I), "[data-card]")
    page.fill("[name=reason]", "complaint 17 speaks of this account")
    with page.expect_navigation():
        page.get_by_role("button", name="Ask", exact=True).click()
    request = urlsplit(page.url).path
    assert asks.at(request).locator("form[action$='/answer']").count() == 0, "nobody agrees to his own request"
    other = agrees.at(f"{CASE}/reveals")
    assert "complaint 17" in agrees.text()
    with other.expect_navigation():
        other.locator(f"form[action='{request}/answer'] [value=true]").click()
    page = asks.at(request)
    with page.expect_navigation():
        page.locator(f"form[action='{request}/open'] button").click()
    names = page.locator("#names").inner_text()
    assert re.search(r"P010\d\d", names)
    assert page.locator("[role=timer]").inner_text()
    asks.picture(scratch, "walk-names")
    for window in (agrees, looks_on):
        window.at(request)
        assert not re.search(r"P010\d\d", window.page.content()), "names are for the one who asked"
    page.goto(f"{CASE}/today")
    assert not re.search(r"P010\d\d", page.content())


def test_the_later_of_two_is_told_and_keeps_what_he_typed(look: Look, scratch: Path | None) -> None:
    one, two = look("wu"), look("li")
    for window in (one, two):
        window.at(f"{CASE}/incidents/2")
    _say(one, "confirmed", "the log of the door shows it")
    assert "the log of the door" in one.text()
    _say(two, "refuted", "the right was granted by telephone")
    told = two.page.content()
    assert "the log of the door" in told, "what stands now is shown"
    assert "the right was granted by telephone" in told, "what was typed is kept"
    two.picture(scratch, "walk-conflict")
    two.at(f"{CASE}/incidents/2")
    assert "the right was granted" not in two.text(), "it was not entered over the other's"


def test_an_order_is_followed_to_its_source(look: Look, scratch: Path | None) -> None:
    window = look("li")
    window.at(f"/cases/{MARKET}")
    follow(window, "Network", "nav")
    window.picture(scratch, "walk-network")
    window.page.locator("main canvas, main svg").first.wait_for()  # the layers are drawn, once the answer is made ready
    order = next(
        h
        for h in [*window.links("main"), *_links(window, f"/cases/{MARKET}/network/orders")]
        if re.search(r"/network/orders/[^/?]+$", h)
    )
    window.at(order)
    text = window.text()
    assert re.search(r"N0\d{4}", window.page.content()), "people along the path"
    assert text.strip()
    window.picture(scratch, "walk-order")


def test_a_restart_loses_nothing(look: Look, server: Server) -> None:
    window = look("zhao")
    page = window.at(f"{CASE}/incidents/1")
    page.fill("#note", "written before the lights went out")
    with page.expect_navigation():
        page.locator("form[action$='/notes'] [type=submit]").click()
    server.end(kill=True)
    server.begin()
    window.at(f"{CASE}/incidents/1")
    assert "written before the lights went out" in window.text(), "still signed in, and the note is there"


def test_pages_are_whole_without_scripts(look: Look) -> None:
    window = look("li", java_script_enabled=False)
    page = window.at(f"{CASE}/incidents/1")
    assert page.locator("table").count() > 0
    page.fill("#note", "written without scripts")
    with page.expect_navigation():
        page.locator("form[action$='/notes'] [type=submit]").click()
    assert "written without scripts" in window.text()


def _links(window: Looking, path: str) -> list[str]:
    window.at(path)
    return window.links("main")


def _say(window: Looking, said: str, because: str) -> None:
    form = window.page.locator("[data-verdict]").first
    form.locator(f"[value={said}]").check()
    form.locator("[name=because]").fill(because)
    with window.page.expect_navigation():
        form.locator("[type=submit]").click()
