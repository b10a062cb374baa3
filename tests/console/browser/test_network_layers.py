"""The layers of a larger market in a browser: drawn, moved through the months, and entered by a click."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from bench.large_market import large_market
from tests.console.browser.conftest import Server
from tests.console.browser.looking import Looker
from tests.console.ready_cases import MARKET, Ready, copied

pytestmark = pytest.mark.slow
PLACE = f"/cases/{MARKET}/network"
SPOT = """async (wanted) => {
  const echarts = await import("/static/vendor/echarts.esm.min.js");
  const place = document.querySelector("#network-drawn .drawn");
  const chart = echarts.getInstanceByDom(place);
  const node = chart.getOption().series.find(s => s.type === "graph").data.find(n => n.href.includes(wanted));
  const [x, y] = chart.convertToPixel({ seriesIndex: 1 }, node.value);
  scrollTo({ top: scrollY + place.getBoundingClientRect().top + y - innerHeight / 2, behavior: "instant" });
  const box = place.getBoundingClientRect();
  return { x: box.left + x, y: box.top + y, href: node.href };
}"""
"""Where a node is drawn, asked of what draws it."""


@pytest.fixture(scope="module")
def large(ready: Ready, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose market has 320 people and three months."""
    own = copied(ready, tmp_path_factory.mktemp("large"))
    answer: dict[str, Any] = own.result(MARKET)
    answer["network"] = large_market(320, 500, months=3).network()
    (own.out(MARKET) / "result.json").write_text(json.dumps(answer), "utf-8")
    server = Server(own)
    yield server
    server.end()


def test_the_months_are_slid_through_and_a_band_is_entered(chromium: Looker, large: Server) -> None:
    window = chromium.window(large.base, "li")
    page = window.at(PLACE)
    page.wait_for_selector("#network-drawn canvas")
    whole = page.inner_text("#network-drawn figcaption")
    page.focus("#network-month")
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**from=2025-01**")
    page.wait_for_selector("#network-drawn canvas")
    assert page.inner_text("#network-slider output") == "2025-01"
    assert page.input_value("#network-choice [name=to]") == "2025-01"
    assert page.inner_text("#network-drawn figcaption") != whole
    assert page.input_value("#network-kept [name=from]") == "2025-01", "a search stays in the month"
    assert "from=2025-01" in str(page.get_attribute("#network-bands tbody a", "href"))
    month = page.inner_text("#network-drawn figcaption")
    page.route("**/network?*from=2025-02*", lambda route: route.fulfill(status=429, body="too often"))
    with page.expect_response("**/network?*from=2025-02*"):
        page.keyboard.press("ArrowRight")
    page.wait_for_selector("#network-month[aria-valuetext='2025-01']")
    assert page.input_value("#network-month") == "1"
    assert page.inner_text("#network-slider output") == "2025-01", "no month stands beside another one's picture"
    assert page.inner_text("#network-drawn figcaption") == month
    spot = page.evaluate(SPOT, "role=customer")
    page.mouse.click(spot["x"], spot["y"])
    page.wait_for_url(lambda url: url.endswith(spot["href"]))
    assert "from=2025-01" in spot["href"], "the month goes along"
    assert "tier=0" in spot["href"]
    page.wait_for_selector("#network-drawn canvas")
    assert window.troubles == []
    window.context.close()
