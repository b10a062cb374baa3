"""A real browser shows the report, and what other eyes, ears and hands need is asked of it: on screen, in the dark, on paper."""

from __future__ import annotations

import html
import json
import re
import subprocess
from pathlib import Path

import pytest
from made_result import made_result
from test_report_browser import BROWSER, FLAGS, pytestmark
from test_report_network import network, with_market

from headwater.casework.reports.html import render
from headwater.model.words import Lang

__all__ = ["pytestmark"]

OWN = (Path(__file__).parent / "access.js").read_text("utf-8")


def asked(page: str, script: str, folder: Path, width: int = 1280) -> list[str]:
    """What a script that leaves its problems in ``#access`` says of a page; the page's policy would not let it run."""
    page = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page)
    file = folder / "asked.html"
    file.write_text(page.replace("</body>", f"<script>{script}</script></body>"), "utf-8")
    command = [
        str(BROWSER),
        *FLAGS,
        f"--window-size={width},900",
        f"--user-data-dir={folder / 'profile'}",
        file.as_uri(),
    ]
    run = subprocess.run(command, capture_output=True, timeout=120, check=True)
    found = re.search(r'<pre id="access">(.*?)</pre>', run.stdout.decode("utf-8"), re.S)
    assert found, "the script did not end"
    return [str(line) for line in json.loads(html.unescape(found[1]))]


BAD = """<!DOCTYPE html><html><head><style>p { color: #aaa; background: #fff }</style></head><body><h1>a</h1><h3>b</h3>
<main><p>pale</p><table><tr><th>x</th></tr></table><svg><text>y</text></svg><a href="#"></a></main></body></html>"""


def test_the_check_itself_sees_what_is_wrong(tmp_path: Path) -> None:
    said = "\n".join(asked(BAD, OWN, tmp_path))
    for wrong in (
        "heading skips a level", "no language", "skip link", "table without a head", "th without scope", "picture without words",
        "nameless", "contrast 2.32 light: p",
    ):  # fmt: skip
        assert wrong in said


@pytest.mark.parametrize(("lang", "width"), [("en", 1280), ("zh", 390)])
def test_everybody_can_read_the_report(lang: Lang, width: int, tmp_path: Path) -> None:
    assert asked(render(made_result(lang), lang), OWN, tmp_path, width) == []


@pytest.mark.parametrize("lang", ["zh"])
def test_everybody_can_read_the_market(lang: Lang, tmp_path: Path) -> None:
    assert asked(render(with_market(network(lang), lang), lang), OWN, tmp_path) == []
