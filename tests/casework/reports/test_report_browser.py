"""A real browser opens the report: no message on its console, no request but the file itself."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from made_result import made_result
from pages import Page

from headwater.casework.reports.html import render
from headwater.model.words import LANGS, Lang

BROWSER = next((b for b in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if b), None)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(BROWSER is None, reason="needs Chromium (apt: chromium)"),
]

FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--disable-default-apps"),
    # no name and no address is ever resolved: the browser's own look-ups stay in the house as well
    "--host-resolver-rules=MAP * ~NOTFOUND",
    *("--virtual-time-budget=5000", "--enable-logging=stderr", "--log-level=0", "--dump-dom"),
)


def opened(html: str, folder: Path) -> tuple[Page, str, list[str]]:
    """The page after its script ran, what the console said, and the addresses that the page asked for."""
    file, net = folder / "report.html", folder / "net.json"
    file.write_text(html, "utf-8")
    command = [str(BROWSER), *FLAGS, f"--user-data-dir={folder / 'profile'}", f"--log-net-log={net}", file.as_uri()]
    run = subprocess.run(command, capture_output=True, timeout=120, check=True)
    console = "\n".join(line for line in run.stderr.decode("utf-8", "replace").splitlines() if ":CONSOLE" in line)
    return Page(run.stdout.decode("utf-8")), console, _requests(json.loads(net.read_text("utf-8")))


def _requests(log: dict[str, Any]) -> list[str]:
    """Addresses that a page asked for; what the browser asks on its own account has no origin as initiator."""
    asked = (e["params"] for e in log["events"] if "initiator" in e.get("params", {}))
    return sorted({p["url"] for p in asked if p["initiator"] != "not an origin"})


def test_the_check_itself_sees_messages_and_requests(tmp_path: Path) -> None:
    bad = '<img src="http://192.0.2.1/x"><script>console.log("heard")</script>'
    _, console, requests = opened(bad, tmp_path)
    assert "heard" in console
    assert requests == ["http://192.0.2.1/x"]


@pytest.mark.parametrize("lang", LANGS)
def test_the_report_opens_without_message_and_without_request(lang: Lang, tmp_path: Path) -> None:
    page, console, requests = opened(render(made_result(lang), lang), tmp_path)
    assert console == ""
    assert requests == []
    assert any(tag == "button" for tag, _ in page.elements), "the report's own script did not run"


def test_a_hostile_report_runs_nothing(tmp_path: Path) -> None:
    result = made_result("en")
    attack = "</title></style><script>document.title='hacked'</script><img src=http://192.0.2.1/x onerror=alert(1)>"
    result["case"]["name"] = attack
    result["findings"][0]["title"] = attack
    for moment in result["incidents"][0]["timeline"]:
        moment["text"] = attack
    page, console, requests = opened(render(result, "en"), tmp_path)
    assert (console, requests) == ("", [])
    assert "img" not in page.tags
    assert sum(tag == "script" for tag, _ in page.elements) == 1
