"""The list of electronic data and the draft record: what is known is there, what is not known is left blank."""

from __future__ import annotations

import csv
import io
import re

import pytest
from made_export import hostile, whole
from pages import Page
from test_report_html import HOSTILE

from headwater.casework.reports.exports.handover.entries import entries, held
from headwater.casework.reports.exports.handover.pages import export, list_page, record_page
from headwater.casework.reports.words import words


def test_every_file_stands_in_the_list_with_its_digest() -> None:
    text = Page(list_page(whole())).text
    for file in whole()["read"]["files"]:
        assert file["path"] in text
        assert file["sha256"] in text
        assert f"{file['bytes']:,}" in text
    assert "电子数据清单 List of electronic data" in text
    assert "seized/S1042/备份.zip" in text


def test_the_list_as_a_table_has_the_same_files() -> None:
    head, *rows = csv.reader(io.StringIO(export(whole())["list.csv"].decode("utf-8-sig"), newline=""))
    assert head[:2] == ["序号 No.", "名称（案件目录内路径） Name (path in the case folder)"]
    assert [(r[1], r[5]) for r in rows] == [(f["path"], f["sha256"]) for f in whole()["read"]["files"]]


def test_a_holder_stands_with_items_and_legal_groups() -> None:
    one = next(h for h in held(whole()) if h.holder == "S1042")
    tally = next(t for t in whole()["tally"] if t["suspect"] == "S1042")
    assert one.groups[1] == ("n4", tally["items"]["n4"]["low"], tally["items"]["n4"]["high"])
    assert dict(one.items)["mobile"] == 2_410
    text = Page(list_page(whole())).text
    assert "2,410" in text


def test_sm3_is_shown_where_it_is_known_and_never_made_up() -> None:
    made = whole()
    made["read"]["files"][0]["sm3"] = "ab" * 32
    told = list(entries(made))
    assert (told[0].sm3, told[1].sm3) == ("ab" * 32, "")
    assert "SM3 abab" in Page(list_page(made)).text
    assert "SM3 abab" not in Page(list_page(whole())).text


def test_the_record_invents_no_fact() -> None:
    """Whatever a program cannot know is an empty cell: who, where, when, from which medium."""
    html = record_page(whole())
    cells = dict(
        re.findall(r'<tr><th scope="row"><span lang="zh-Hans">(.*?)</span>.*?</th><td[^>]*>(.*?)</td></tr>', html, re.S)
    )
    say = words("zh")
    for key in (
        *("cause", "begun", "ended", "place", "collector_1", "collector_2", "provider", "witness"),
        *("object", "medium", "write_protection", "process", "clock", "video", "refusal", "record_number"),
    ):
        assert re.sub(r"<[^>]*>", "", cells[say(f"handover.{key}")]).strip() == "", key
    assert whole()["case"]["name"] in cells[say("handover.case")]
    assert "草稿" in Page(html).text


@pytest.mark.parametrize("poison", HOSTILE)
def test_hostile_texts_stay_text(poison: str) -> None:
    made = hostile(poison)
    for html in (list_page(made), record_page(made)):
        page = Page(html)
        assert not {"script", "img", "iframe", "link:", "object"} & page.tags
        assert not [a for _, attrs in page.elements for a in attrs if a.startswith("on")]
        assert all(h == "data:," for h in page.values("href"))
        assert not re.search(
            "[\u202a-\u202e\u2066-\u2069\u200b-\u200f\ufeff\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]", html
        )


def test_a_case_without_files_is_a_list_without_files() -> None:
    made = whole()
    made["read"] = {"files": [], "not_read": []}
    made["holdings"], made["tally"] = [], []
    assert "未读取任何文件" in Page(list_page(made)).text
    assert export(made) == export(made)
