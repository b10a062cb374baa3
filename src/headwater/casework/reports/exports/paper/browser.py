"""Prints a page as PDF by a Chromium that is found on this machine. Nothing is fetched, and nothing of the page can fetch."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from headwater.casework.reports.exports.paper.outline import mended
from headwater.casework.reports.exports.paper.steady import steady
from headwater.model.errors import HeadwaterError

VARIABLE = "HEADWATER_CHROMIUM"
"""Names the program to print with; when it is not set, those of ``NAMES`` are looked for."""

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge", "microsoft-edge")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
)

FLAGS = (
    *("--headless", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync", "--disable-extensions"),
    *("--disable-background-networking", "--disable-component-update", "--disable-default-apps", "--disable-breakpad"),
    # no name is resolved, and an address that is given as figures goes to a proxy that is not there
    "--host-resolver-rules=MAP * ~NOTFOUND",
    *("--proxy-server=http://127.0.0.1:9", "--proxy-bypass-list=<-loopback>"),
    *("--font-render-hinting=none", "--force-color-profile=srgb", "--lang=en-US"),
    *("--no-pdf-header-footer", "--generate-pdf-document-outline", "--export-tagged-pdf"),
)

SECONDS = 300


class PrintError(HeadwaterError):
    """A page could not be printed: no browser, no type, or it failed. The message says what to do."""


def found_browser(environment: Mapping[str, str] | None = None) -> Path:
    """The program to print with.

    :raises PrintError: where there is none
    """
    told = (os.environ if environment is None else environment).get(VARIABLE, "")
    if told:
        if found := shutil.which(told):
            return Path(found)
        raise PrintError(f"{VARIABLE} names no program that can be run", told)
    known = next((path for path in map(shutil.which, NAMES) if path), None)
    known = known or next((path for path in PLACES if Path(path).is_file()), None)
    if known is None:
        raise PrintError(
            "no Chromium is on this machine to print a PDF with: install it (apt: chromium fonts-noto-cjk) or name one by "
            f"{VARIABLE}; report.html can be printed by any browser instead"
        )
    return Path(known)


def must_have_chinese_type() -> None:
    """Insist on a font with Chinese characters, where the machine can be asked (by ``fc-list``).

    :raises PrintError: where there is none: the PDF would show boxes
    """
    asked = shutil.which("fc-list")
    if asked is None:
        return
    listed = subprocess.run([asked, ":lang=zh", "family"], capture_output=True, timeout=60, check=False)
    if listed.returncode == 0 and not listed.stdout.strip():
        raise PrintError(
            "no font with Chinese characters is on this machine (apt: fonts-noto-cjk); a PDF would show boxes"
        )


def has_chinese(page: str) -> bool:
    """Whether a page needs Chinese type."""
    return any("\u4e00" <= character <= "\u9fff" for character in page)


def printed(page: str, browser: Path | None = None) -> bytes:
    """A page as PDF on A4, tagged and with an outline of its headings.

    The same page, browser and fonts give the same bytes: the PDF bears no time of its making.

    :raises PrintError: where it cannot be printed
    """
    if has_chinese(page):
        must_have_chinese_type()
    with tempfile.TemporaryDirectory(prefix="headwater-print-") as name:
        folder = Path(name)
        (folder / "page.html").write_bytes(page.encode("utf-8", "backslashreplace"))
        _run(browser or found_browser(), folder)
        target = folder / "page.pdf"
        data = target.read_bytes() if target.is_file() else b""
    if not data.startswith(b"%PDF-"):
        raise PrintError("the browser ended without a PDF")
    return steady(mended(data, page))


def _run(browser: Path, folder: Path) -> None:
    command = [str(browser), *FLAGS, *_sandbox(), f"--user-data-dir={folder / 'profile'}"]
    command += [f"--crash-dumps-dir={folder / 'crashes'}"]
    # what a browser keeps beside its profile would outlive the run
    kept = {name: str(folder / name) for name in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME")}
    command += [f"--print-to-pdf={folder / 'page.pdf'}", (folder / "page.html").as_uri()]
    # what the browser says on its own account may hold the page's text: it is not passed on
    try:
        ended = subprocess.run(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL,
            timeout=SECONDS, check=False, cwd=folder, env={**os.environ, **kept},
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise PrintError(f"the browser had not printed after {SECONDS} seconds", str(browser)) from error
    except OSError as error:
        raise PrintError("the browser cannot be started", str(browser)) from error
    if ended.returncode != 0:
        raise PrintError(f"the browser ended with code {ended.returncode}", str(browser))


def _sandbox() -> tuple[str, ...]:
    """Chromium refuses its sandbox to root, whom containers run as; anybody else keeps it."""
    return ("--no-sandbox",) if sys.platform != "win32" and os.geteuid() == 0 else ()
