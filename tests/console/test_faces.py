"""One function, two faces: pages, their twins, their tables; and who gets nothing."""

from __future__ import annotations

import ast
import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from tests.console.conftest import Console

import headwater
from headwater.console import faces
from headwater.console.desk import opening
from headwater.console.looks import Looks
from headwater.console.models import Column, Shown, Table
from headwater.console.pages import pages
from headwater.console.words import words
from headwater.model.words import LANGS
from headwater.store.casebook.notes import State
from headwater.store.casebook.tables import AUDIT
from headwater.store.casebook.things import KINDS


class Several(Shown):
    """A page of one table."""

    t: Table


def test_a_page_and_its_twin_show_the_same(console: Console) -> None:
    li = console.as_user("li")
    page, twin = li.get("/cases"), li.get("/api/v1/cases")
    assert page.status_code == twin.status_code == 200
    for row in Table.model_validate(twin.json()["cases"]).rows:
        assert f'href="{row["case"].href}"' in page.text  # type: ignore[union-attr]
    assert len(twin.json()["cases"]["rows"]) == 3
    assert len(console.as_user("chen").get("/api/v1/cases").json()["cases"]["rows"]) == 1


def test_nobody_gets_in_without_signing_in(console: Console) -> None:
    stranger = console.stranger()
    assert stranger.get("/cases").headers["location"] == "/sign-in?to=/cases"
    refused = stranger.get("/api/v1/cases")
    assert (refused.status_code, refused.headers["content-type"]) == (401, "application/problem+json")


def test_a_case_of_others_is_as_one_that_is_not_there(console: Console) -> None:
    chen = console.as_user("chen")
    hidden, absent = chen.get("/api/v1/cases/insurer/about"), chen.get("/api/v1/cases/nowhere/about")
    assert hidden.status_code == absent.status_code == 404
    assert hidden.json() == absent.json()


def test_a_table_is_taken_as_csv_with_the_name_of_who_took_it(console: Console) -> None:
    taken = console.as_user("li").get("/cases?download=cases")
    assert taken.headers["content-type"].startswith("text/csv")
    head, *rows = taken.text.splitlines()
    assert "li 20" in head
    assert len(rows) == 3
    assert console.as_user("li").get("/cases?download=other").status_code == 404


def test_all_cases_are_searched_and_no_other(console: Console) -> None:
    every, own = (console.as_user(name).get("/api/v1/search?q=read").json() for name in ("li", "chen"))
    assert {row["case"]["text"] for row in every["hits"]["rows"]} >= {"insurer"}
    assert [link["text"] for link in own["all_of"]] == ["market"]
    assert console.as_user("li").get("/search?q=read").status_code == 200


def test_a_look_at_a_case_is_written_down_once_in_a_while(console: Console) -> None:
    page = "/cases/market/about"
    for path in (f"/api/v1{page}", f"/api/v1{page}", "/api/v1/cases"):
        assert console.as_user("chen").get(path).status_code == 200
    with console.house.book.reading() as tx:
        looked = tx.connection.execute(select(AUDIT.c.details).where(AUDIT.c.act == "console.looked")).scalars().all()
    assert [json.loads(told)["page"] for told in looked if page in told] == [page]


def test_a_search_over_all_cases_is_a_look_at_each_that_it_shows(console: Console) -> None:
    assert console.as_user("zhao").get("/api/v1/search?q=read").json()["hits"]["rows"]
    with console.house.book.reading() as tx:
        looked = tx.connection.execute(select(AUDIT.c.details).where(AUDIT.c.act == "console.looked")).scalars().all()
    assert "/cases/insurer/search" in [json.loads(told)["page"] for told in looked]


def test_a_case_that_is_being_made_ready_keeps_nobody_from_the_others(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    li = console.as_user("li")
    monkeypatch.setattr(opening, "_open", {})
    monkeypatch.setattr(opening, "PATIENCE", 0.0)
    assert li.get("/search?q=read").status_code == 200


def test_a_look_that_could_not_be_written_down_is_written_down_the_next_time() -> None:
    looks, noon = Looks(), datetime(2026, 1, 1, 12, tzinfo=UTC)
    assert looks.is_new("U-1", "/cases/a", noon)
    looks.forget("U-1", "/cases/a")
    assert looks.is_new("U-1", "/cases/a", noon)


def test_a_list_that_is_too_long_to_take_says_where_it_was_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    columns = [Column(key="n", title="N")]
    parts = [Table(name="t", title="T", columns=columns, rows=[{"n": n}], next=str(n)) for n in range(9)]
    monkeypatch.setattr(faces, "LONGEST_DOWNLOAD", 3)
    told = list(faces._lines(parts[0], "t", lambda after: Several(t=parts[int(after) + 1]), "mark", words("en")))
    assert [line.strip() for line in told[1:4]] == ["0", "1", "2"]
    assert "Cut off here after 3 rows" in told[4]
    assert len(told) == 5


def test_every_answer_has_a_strict_policy(console: Console) -> None:
    for path in ("/cases", "/sign-in", "/static/console.css", "/nowhere"):
        policy = console.as_user("li").get(path).headers["content-security-policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy


def test_both_languages_have_the_same_words() -> None:
    english, chinese = ({key.removesuffix("_one") for key in words(lang).texts} for lang in LANGS)
    assert english == chinese


def test_every_view_has_one_address() -> None:
    paths = [view.path for page in pages() for view in page.views]
    assert len(paths) == len(set(paths))


def test_every_act_of_the_log_has_its_words() -> None:
    acts = {f"{kind}.entered" for kind in KINDS} | {f"task.{state.value}" for state in State}
    for file in Path(headwater.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("log", "add", "change"):
                told = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
                acts |= {text for text in told if re.fullmatch(r"[a-z-]+\.[a-z-]+", text)}
    assert len(acts) > 50
    assert sorted(act for act in acts if f"audit.acts.{act}" not in words("en").texts) == []
