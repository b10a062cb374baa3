"""A real browser opens a market of 100 and of 10,000 people: no message, no request, and its script works."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_report_browser import opened, pytestmark
from test_report_network import network, with_market

from headwater.casework.reports.html import render

__all__ = ["pytestmark"]


@pytest.mark.parametrize(("people", "orders"), [(100, 500), (10_000, 12_000)])
def test_a_market_opens_without_message_and_without_request(people: int, orders: int, tmp_path: Path) -> None:
    html = render(with_market(network("en", people, orders)), "en")
    assert len(html) < 3_000_000
    page, console, requests = opened(html, tmp_path)
    assert (console, requests) == ("", [])
    assert "All months, drawn ties:" in page.text
    if people > 200:
        assert f"1–50 of {people}" in page.text, "the list of everybody was not filled"
