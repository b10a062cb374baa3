"""PDF: the same bytes from the same page, with title, tags and outline; nothing of the page runs or fetches."""

from __future__ import annotations

import http.server
import os
import shutil
import stat
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from made_export import whole

from headwater.casework.reports.exports.formats import spoken
from headwater.casework.reports.exports.paper import browser, sheets
from headwater.casework.reports.exports.paper.browser import NAMES, PrintError, found_browser, printed
from headwater.casework.reports.exports.paper.outline import mended
from headwater.casework.reports.exports.paper.steady import steady
from headwater.casework.reports.html import render

CHROMIUM = next(filter(None, map(shutil.which, NAMES)), None)
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium (apt: chromium)")


def _program(folder: Path, script: str) -> Path:
    """A program that stands where a browser should."""
    file = folder / "browser"
    file.write_text(f"#!{sys.executable}\n{script}", "utf-8")
    file.chmod(stat.S_IRWXU)
    return file


@pytest.fixture
def asked() -> Iterator[tuple[str, list[str]]]:
    """A server on this machine, and the paths that it was asked for."""
    paths: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Silence."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", paths
        server.shutdown()
        thread.join()


def test_times_are_taken_out_and_nothing_moves() -> None:
    made = b"1 0 obj\n<</CreationDate (D:20261123171833+00'00')\n/ModDate (D:20261123171834-08'30')>>\nxref"
    told = steady(made)
    assert len(told) == len(made)
    assert told.count(b"(D:19700101000000+00'00')") == 2
    assert steady(told) == told


def test_a_heading_that_is_said_twice_is_said_once_and_nothing_moves() -> None:
    page = "<h1>Time line</h1><h2><span>结论</span></h2><h3>99</h3><h3>9</h3><p>abab</p>"
    twice = b"/Title (TIME LINETIME LINE)\n/Title <FEFF7ED38BBA7ED38BBA>\n/Title (99)\n/Title (abab)\n/Title (x)"
    told = mended(twice, page)
    assert len(told) == len(twice)
    assert [line.rstrip() for line in told.split(b"\n")] == [
        b"/Title (TIME LINE)", b"/Title <FEFF7ED38BBA>", b"/Title (99)", b"/Title (abab)", b"/Title (x)"
    ]  # fmt: skip
    assert mended(told, page) == told


@needs_chromium
@pytest.mark.slow
def test_the_report_prints_the_same_twice_with_title_tags_and_outline_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = render(whole("zh", 12, 8), "zh")
    monkeypatch.setenv("HOME", str(tmp_path))
    # a short name: the browser makes a socket below it
    with tempfile.TemporaryDirectory(prefix="hw-") as temporary:
        monkeypatch.setenv("TMPDIR", temporary)
        monkeypatch.setattr(tempfile, "tempdir", None)
        once = printed(page)
        left = [p for folder in (tmp_path, Path(temporary)) for p in folder.rglob("*")]
    assert left == [], "the browser left something behind"
    monkeypatch.undo()
    assert printed(page) == once
    made = pypdfium2.PdfDocument(once)
    assert "北岸保险 临河分公司" in made.get_metadata_dict()["Title"]
    assert made.get_metadata_dict()["CreationDate"] == "D:19700101000000+00'00'"
    assert made.is_tagged()
    assert b"/Lang (zh-Hans)" in once
    headings = [entry.get_title() for entry in made.get_toc()]
    assert "结论" in headings
    assert not [h for h in headings if len(h) > 2 and h[: len(h) // 2] == h[len(h) // 2 :]]
    text = "".join(page.get_textpage().get_text_range() for page in made)
    assert "刘" in text.replace("\n", "")
    made.close()


@needs_chromium
@pytest.mark.slow
def test_nothing_of_a_hostile_page_is_fetched(asked: tuple[str, list[str]]) -> None:
    """No policy of the page stands in the way here: the browser by itself reaches nothing."""
    address, paths = asked
    tags = f'<img src="{address}/i"><link rel=stylesheet href="{address}/c"><iframe src="{address}/f"></iframe>'
    script = f"<script>fetch('{address}/s'); new Image().src='{address}/p'; location='{address}/l'</script>"
    assert printed(f"<!DOCTYPE html><title>x</title><p>here</p>{tags}<style>@import '{address}/s'</style>").startswith(
        b"%PDF"
    )
    printed(f"<!DOCTYPE html><title>x</title><p>here</p>{script}")
    assert paths == []


@needs_chromium
@pytest.mark.slow
def test_a_long_market_prints_what_is_first_open_and_the_rest_by_name() -> None:
    made = pypdfium2.PdfDocument(printed(render(whole("en", 60, 200), "en")))
    assert len(made) <= 60
    made.close()


def test_without_a_browser_the_message_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(browser, "PLACES", ())
    with pytest.raises(PrintError, match=r"no Chromium is on this machine.*apt: chromium"):
        found_browser({})
    with pytest.raises(PrintError, match="names no program"):
        found_browser({browser.VARIABLE: str(tmp_path / "none")})
    with pytest.raises(PrintError):
        sheets.export(whole(), "en")


@pytest.mark.skipif(os.name == "nt", reason="needs a POSIX shell")
def test_a_browser_that_fails_or_writes_no_pdf_is_told(tmp_path: Path) -> None:
    with pytest.raises(PrintError, match="ended with code 7"):
        printed("<p>x</p>", _program(tmp_path, "raise SystemExit(7)"))
    with pytest.raises(PrintError, match="without a PDF"):
        printed("<p>x</p>", _program(tmp_path, ""))
    wrong = "import sys\nopen([a for a in sys.argv if 'print-to-pdf=' in a][0].split('=')[1], 'wb').write(b'<html>')"
    with pytest.raises(PrintError, match="without a PDF"):
        printed("<p>x</p>", _program(tmp_path, wrong))
    with pytest.raises(PrintError, match="cannot be started"):
        printed("<p>x</p>", tmp_path)


@pytest.mark.skipif(os.name == "nt", reason="needs a POSIX shell")
def test_without_chinese_type_nothing_is_printed_as_boxes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = _program(tmp_path, "raise SystemExit(7)")
    (tmp_path / "fc-list").symlink_to(_program(tmp_path / "..", "print()").resolve())
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PrintError, match="fonts-noto-cjk"):
        printed("<p>中</p>", made)
    with pytest.raises(PrintError, match="code 7"):
        printed("<p>x</p>", made)


def test_the_language_is_that_of_the_sentences() -> None:
    assert (spoken(whole("en")), spoken(whole("zh"))) == ("en", "zh")
    assert spoken({"answer": [], "limits": []}) == "en"
