"""The page of a scan: everything is on it, nothing hostile acts, and ten thousand files do not drown it."""

from __future__ import annotations

import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from made_scan import HOSTILE, hostile_scan, made_file, made_scan, many
from pages import Page

from headwater.casework.inventory import inventory
from headwater.casework.reports import inventory_html
from headwater.casework.reports.charts.lineage import DRAWN, drawing
from headwater.casework.reports.charts.overlaps import SHOWN, square
from headwater.casework.reports.page import digest
from headwater.casework.reports.scan_html import DETAILED, render
from headwater.casework.reports.visible import visible
from headwater.casework.reports.words import words
from headwater.exhibits.contents import readers
from headwater.model.words import LANGS, Lang

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
BROWSER = next((b for b in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if b), None)


@pytest.mark.parametrize("lang", LANGS)
def test_everything_that_was_found_is_on_the_page(lang: Lang) -> None:
    answer = made_scan()
    text = Page(render(answer, lang)).text
    for file in answer["files"]:
        if file["persons"] or file["status"] == "unread":
            assert file["path"] in text
        for sample in file["samples"]:
            assert sample["mask"] in text
    assert all(str(h["holder"]) in text for h in answer["holders"] if h["holder"])
    assert all(word in text for word in ("9,231", "policyholders", "needs a password", "640", *answer["limits"]))


def test_the_summary_says_it_in_both_languages() -> None:
    assert "9,231 persons stand in 4 of 6 files; 9,200 of them are named" in Page(render(made_scan(), "en")).text
    assert "6 个文件中有 4 个含个人信息，涉及 9,231 人" in Page(render(made_scan(), "zh")).text
    assert "expired, not applied" in Page(render(made_scan(), "en")).text


@pytest.mark.parametrize("lang", LANGS)
def test_what_was_read_only_partly_or_not_is_listed_with_its_reason_even_where_nobody_is_in_it(lang: Lang) -> None:
    answer = made_scan()
    answer["not_read"] = []
    told = {"status": "partly read", "reasons": ["12 lines could not be read"]}
    answer["files"] += [made_file("share/notes.txt", **told), made_file("share/more.txt", **told)]
    answer["files"].append(made_file("share/torn.gz", status="unread", reasons=["the packed data is damaged"]))
    text = Page(render(answer, lang)).text
    for path in ("share/notes.txt", "share/more.txt", "share/torn.gz", "share/locked.xlsx"):
        assert path in text
    assert ("12 lines could not be read" if lang == "en" else "12 行无法读取") in text
    assert ("the packed data is damaged" if lang == "en" else "压缩数据已损坏") in text


@pytest.mark.parametrize("lang", LANGS)
def test_nothing_found_is_said_plainly(lang: Lang) -> None:
    answer = made_scan()
    empty = {k: [] if isinstance(v, list) else v for k, v in answer.items()}
    empty["totals"] = dict.fromkeys(answer["totals"], 0)
    page = Page(render(empty, lang))
    assert ("No personal data was found in 0 files." if lang == "en" else "0 个文件中未发现个人信息。") in page.text
    assert "svg" not in page.tags


@pytest.mark.parametrize("lang", LANGS)
def test_nothing_is_fetched_and_only_the_own_script_runs(lang: Lang) -> None:
    html = render(hostile_scan(), lang)
    page = Page(html)
    scripts = re.findall(r"<script>(.*?)</script>", html, re.S)
    policy = next(a["content"] for _, a in page.elements if a.get("http-equiv") == "Content-Security-Policy")
    assert len(scripts) == 1
    assert policy is not None
    assert policy.startswith(f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest(scripts[0])}'")
    assert not page.values("src")
    assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on")]
    assert all(h.startswith("#") or h == "data:," for h in page.values("href"))
    assert sum(tag == "script" for tag, _ in page.elements) == 1
    assert "img" not in page.tags


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_shown_and_does_nothing(name: str) -> None:
    page = Page(render(hostile_scan(), "en"))
    assert " ".join(visible(name).split()) in page.text
    assert not [c for c in page.text if not c.isprintable()]


def test_every_link_leads_somewhere_and_every_id_is_there_once() -> None:
    page = Page(render(made_scan(), "en"))
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    assert {h[1:] for h in page.values("href") if h.startswith("#")} <= set(ids)


def test_a_share_of_all_cells_is_all_and_what_is_not_compared_has_no_number_of_different_values() -> None:
    answer = made_scan()
    answer["items"][0]["distinct"] = 0
    text = Page(render(answer, "en")).text
    assert "mobile number 100 %" in text
    assert "name 99.8 %" in text
    assert re.search(r"balance property n3 700 – ", text)


def test_the_page_says_when_it_was_made_where_it_is_told() -> None:
    assert "Made 2026-11-23 07:30" in Page(render(made_scan(), "en", NOW)).text
    assert "Made 2" not in Page(render(made_scan(), "en")).text


def test_a_name_of_four_kilobytes_is_cut_in_its_middle_and_whole_when_asked_for() -> None:
    name = "share/" + "很长的名字/" * 700 + "clients of 2026.csv"
    answer = made_scan()
    answer["files"].append(made_file(name, 5))
    answer["overlaps"].append({"a": name, "b": "share/x.csv", "persons": 5})
    answer["duplicates"].append({"how": "same rows", "files": [name, "share/x.csv"]})
    answer["lineage"].append({"file": name, "of": name, "how": "odd", "shared": 5, "share": 1.0, "sentence": name})
    answer["not_read"].append({"path": name, "reason": "is encrypted"})
    page = Page(render(answer, "zh"))
    assert page.text.count(name) == 1  # what the drawing says of a box under the pointer
    assert page.text.count("clients of 2026.csv") >= 6
    assert name in page.values("title")


@pytest.mark.parametrize("lang", LANGS)
def test_every_format_of_a_reader_has_a_name(lang: Lang) -> None:
    formats = {reader.name for reader in readers()[0]} | {
        "delimited",
        "text",
        "workbook",
        "binary",
        "empty",
        "sql table",
    }
    assert {f"format.{name}" for name in formats} <= set(words(lang).texts)


def test_lineage_is_told_in_one_language_with_its_figures() -> None:
    answer = made_scan()
    answer["lineage"][0] |= {"shared": 400, "share": 0.8}
    text = Page(render(answer, "zh")).text
    assert "其 500 人中有 400 人在其中，顺序和形式相同" in text
    assert "every row of" not in text


def test_same_answer_same_page() -> None:
    assert render(made_scan(), "zh") == render(made_scan(), "zh")
    with pytest.raises(ValueError, match="choose one of en, zh"):
        render(made_scan(), "fr")


def test_ten_thousand_files_are_cut_folded_and_counted() -> None:
    html = render(many(10_000), "en")
    page = Page(html)
    assert len(html) < 2_000_000
    assert sum(tag == "details" and a.get("class") == "file" for tag, a in page.elements) == DETAILED
    assert f"Details of {10_000 - DETAILED:,} more files are in scan.json" in page.text
    assert "9,800 more are in scan.json (not_read, files[].reasons)." in page.text
    assert f"{9_999 - DRAWN:,} more are not drawn." in page.text


def test_files_stand_by_persons_and_masks_stay_masks() -> None:
    answer = made_scan()
    answer["files"].append(made_file("most.csv", 99_999))
    text = Page(render(answer, "en")).text
    text = text[text.index("Files, most persons first", text.index("Who holds it", 900)) :]
    assert text.index("most.csv") < text.index("客户.xlsx") < text.index("chat.txt")
    assert "154****0001" in text


def test_the_square_holds_the_names_with_most_in_common() -> None:
    pairs = [{"a": f"n{i:02d}", "b": f"n{i + 1:02d}", "persons": i + 1} for i in range(30)]
    found = square(pairs)
    assert found is not None
    assert (len(found.names), found.hidden) == (SHOWN, 31 - SHOWN)
    assert found.names[-1] == "n30"
    last = found.rows[-1][-2]
    assert last is not None
    assert (last.persons, last.strength) == (30, 1.0)
    assert found.rows[0][0] is None
    assert square([]) is None
    assert square(pairs, {"nobody"}) is None


def test_sources_stand_left_of_what_was_made_of_them_even_in_a_circle() -> None:
    rows = [{"file": b, "of": a, "how": "part", "share": 0.5} for a, b in ("ab", "bc", "ca", "cd")]
    drawn = drawing(rows)
    assert drawn is not None
    place = {b.path: b.x for b in drawn.boxes}
    assert place["a"] < place["b"] < place["c"] < place["d"] or len(set(place.values())) > 1
    straight = drawing(rows[:2])
    assert straight is not None
    assert [b.path for b in sorted(straight.boxes, key=lambda b: b.x)] == ["a", "b", "c"]
    assert len({(b.x, b.y) for b in drawn.boxes}) == len(drawn.boxes)


@pytest.mark.slow
@pytest.mark.skipif(BROWSER is None, reason="needs Chromium (apt: chromium)")
def test_a_browser_opens_the_hostile_page_without_a_word(tmp_path: Path) -> None:
    file = tmp_path / "scan.html"
    file.write_text(render(hostile_scan(), "en"), "utf-8")
    flags = ("--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--log-level=0", "--dump-dom")
    still = ("--host-resolver-rules=MAP * ~NOTFOUND", "--virtual-time-budget=3000", "--disable-background-networking")
    command = [str(BROWSER), *flags, *still, f"--user-data-dir={tmp_path / 'profile'}", file.as_uri()]
    run = subprocess.run(command, capture_output=True, timeout=120, check=True)
    assert b":CONSOLE" not in run.stderr
    page = Page(run.stdout.decode("utf-8"))
    assert any(tag == "button" for tag, _ in page.elements), "the page's own script did not run"
    assert "hacked" not in page.text[:400].replace("document.title='hacked'", "")


@pytest.mark.parametrize("lang", LANGS)
def test_every_table_but_the_tally_scrolls_by_itself_on_a_phone(lang: Lang) -> None:
    for html in (render(made_scan(), lang), inventory_html.render(inventory(made_scan(), NOW), lang)):
        bare = re.findall(r'(?<!<div class="scroll">\n)<table(?: class="(\w+)")?>', html)
        assert set(bare) <= {"tally"}
