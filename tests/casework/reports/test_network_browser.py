"""A real browser opens a market of 100 and of 10,000 people: no message, no request, and its script works."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from test_report_browser import opened, pytestmark
from test_report_network import network, with_market

from headwater.casework.reports.html import render

__all__ = ["pytestmark"]


@pytest.mark.parametrize(("people", "orders"), [(100, 500), (4_000, 5_000)])
def test_a_market_opens_without_message_and_without_request(people: int, orders: int, tmp_path: Path) -> None:
    html = render(with_market(network("en", people, orders)), "en")
    assert len(html) < 3_000_000
    page, console, requests = opened(html, tmp_path)
    assert (console, requests) == ("", [])
    assert "All months, drawn ties:" in page.text
    if people > 200:
        assert f"1–50 of {people}" in page.text, "the list of everybody was not filled"


HAND = """<script>
const slide = document.getElementById("network-month");
slide.value = 1;
slide.dispatchEvent(new Event("input"));
const find = document.getElementById("network-find");
find.value = "source";
find.dispatchEvent(new Event("input"));
document.querySelector('[data-step="1"]').click();
document.querySelector("a[data-n]").focus();
</script></body>"""


def test_the_slider_the_list_and_the_ties_of_a_person_answer_the_hand(tmp_path: Path) -> None:
    made = network("en", 900, 1500)
    html = render(with_market(made), "en")
    html = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", html).replace("</body>", HAND)
    page, console, _ = opened(html, tmp_path)
    assert console == ""
    month = sorted({f["month"] for f in made["flows"]})[0]
    assert f"{month}: " in page.text
    classes = page.values("class")
    assert any("off" in c.split() for c in classes), "no tie of another month was hidden"
    assert any("idle" in c.split() for c in classes), "nobody without money in that month was dimmed"
    assert "lit" in classes, "the ties of the person who has the focus are not lit"
    sources = sum(p["role"] == "source" for p in made["people"])
    assert f"51–{min(100, sources)} of {sources}" in page.text
