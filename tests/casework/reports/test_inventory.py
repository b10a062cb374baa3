"""The data map: where what lies, who can read it, since when, and what has changed."""

from __future__ import annotations

import copy
import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from made_scan import HOSTILE, hostile_scan, item, made_file, made_scan, many
from pages import Page
from rich.console import Console

from headwater.casework.inventory import inventory
from headwater.casework.places import places, stable_id
from headwater.casework.readable import readers
from headwater.casework.reports import inventory_csv, inventory_html, inventory_table, json
from headwater.casework.reports.inventory_schema import check
from headwater.casework.reports.visible import visible
from headwater.model.words import LANGS, Lang

FIRST = datetime(2026, 11, 1, 6, tzinfo=UTC)
NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)


def answer() -> dict[str, Any]:
    """The made answer, each file with bytes of its own."""
    found = made_scan()
    for n, file in enumerate(found["files"]):
        file["sha256"] = f"{n}" * 64
    return found


def changed(now: dict[str, Any], before: dict[str, Any] | None = None) -> list[tuple[str, str, int, int, list[str]]]:
    found = inventory(now, NOW, inventory(before or answer(), FIRST))
    assert check(found) == ()
    return [(c["what"], c["path"], c["before"], c["after"], c["detail"]) for c in found["changes"]]


PART = "seized/P00012/part.csv"
CHAT = "seized/P00044/聊天.zip!导出/chat.txt"


def of(found: dict[str, Any], path: str) -> dict[str, Any]:
    (file,) = [f for f in found["files"] if f["path"] == path]
    return file


@pytest.mark.parametrize("make", [answer, hostile_scan, lambda: many(300)])
def test_a_map_keeps_its_contract_and_is_the_same_twice(make: Any) -> None:
    found = inventory(make(), NOW)
    assert check(found) == ()
    assert json.dumps(found) == json.dumps(inventory(copy.deepcopy(make()), NOW))


def test_locations_are_rolled_up() -> None:
    rows = {row["path"]: row for row in inventory(answer(), NOW)["locations"]}
    assert [(p, r["kind"], r["depth"]) for p, r in rows.items()] == [
        ("seized", "share", 0),
        ("seized/P00012", "folder", 1),
        ("seized/P00044", "folder", 1),
        ("seized/P00044/聊天.zip", "archive", 2),
        ("seized/P00044/聊天.zip!导出", "folder", 3),
        ("share", "share", 0),
    ]
    assert rows["seized"]["holdings"] == 3
    assert rows["seized"]["persons"] == {"low": 9200, "high": 9231}
    assert rows["seized"]["group"] == "n3"
    assert rows["seized"]["readers"] == ["group:claims", "others", "owner:gao", "owner:liu"]
    assert rows["seized/P00044"]["open"] == 1
    assert rows["share"]["unknown"] == 1
    assert rows["seized/P00012"]["parent"] == rows["seized"]["id"]


def test_a_file_without_personal_data_is_no_holding_and_one_unread_is_unknown() -> None:
    found = inventory(answer(), NOW)
    paths = [h["path"] for h in found["holdings"]]
    assert "share/minutes.docx" not in paths
    assert [u["path"] for u in found["unknown"]] == ["share/locked.xlsx"]
    assert (found["totals"]["holdings"], found["totals"]["unknown"], found["totals"]["open"]) == (4, 1, 1)
    tables = next(h["tables"] for h in found["holdings"] if h["path"].endswith("客户.xlsx"))
    assert [(t["name"], t["persons"]) for t in tables] == [("Sheet1", 9000), ("备份", 200)]


def test_nothing_changed() -> None:
    assert changed(answer()) == []


def test_new_gone_moved_grown_shrunk() -> None:
    now = answer()
    now["files"].append(made_file("share/new.csv", 5, sha256="n" * 64))
    of(now, PART)["persons"] = 700
    of(now, "share/copy of part.csv")["persons"] = 100
    of(now, CHAT)["path"] = "seized/P00044/chat.txt"
    now["files"] = [f for f in now["files"] if not f["path"].endswith("客户.xlsx")]
    found = [c[:4] for c in changed(now)]
    assert ("new", "share/new.csv", 0, 5) in found
    assert ("grown", PART, 400, 700) in found
    assert ("shrunk", "share/copy of part.csv", 400, 100) in found
    assert ("moved", "seized/P00044/chat.txt", 31, 31) in found
    assert ("gone", "seized/P00012/客户.xlsx", 9200, 0) in found
    assert len(found) == 5


def test_a_copy_is_new_and_not_moved() -> None:
    now = answer()
    now["files"].append({**of(now, PART), "path": "share/again.csv"})
    assert [c[:2] for c in changed(now)] == [("new", "share/again.csv")]


def test_newly_readable_by_others_and_by_others_by_name() -> None:
    now = answer()
    of(now, PART)["access"] = {"owner": "liu", "group": "all", "mode": "0644", "others": True}
    of(now, CHAT)["access"] = {"owner": "gao", "group": None, "mode": "0600", "others": False}
    assert changed(now) == [
        ("opened", PART, 400, 400, []),
        ("more readers", PART, 400, 400, ["group:all"]),
        ("closed", CHAT, 31, 31, []),
    ]


def test_access_that_is_not_known_is_no_change_and_is_said() -> None:
    now = answer()
    of(now, PART)["access"] = None
    assert changed(now) == []
    found = inventory(now, NOW)
    assert "who can read them is not known for 1 files and tables" in found["limits"]
    assert next(h["readers"] for h in found["holdings"] if h["path"] == PART) is None


def test_new_kinds_in_an_old_place_in_an_old_file_and_in_a_new_one() -> None:
    now = answer()
    of(now, PART)["items"].append(item("passport", "id", 3, 3))
    now["files"].append(made_file("share/cards.csv", 9, sha256="n" * 64, items=[item("bank_card", "account", 9, 9)]))
    now["files"].append(made_file("share/deep/phones.csv", 9, sha256="m" * 64))
    assert [c for c in changed(now) if c[0] == "new kinds"] == [
        ("new kinds", PART, 400, 400, ["passport"]),
        ("new kinds", "share/cards.csv", 0, 9, ["bank_card"]),
    ]


def test_what_can_no_longer_be_read_is_not_gone() -> None:
    now = answer()
    now["files"] = [f for f in now["files"] if f["path"] not in (CHAT, PART)]
    now["not_read"] += [
        {"path": "seized/P00044/聊天.zip", "reason": "damaged"},
        {"path": PART, "reason": "took too long"},
    ]
    assert changed(now) == [
        ("unread", PART, 400, 0, ["took too long"]),
        ("unread", CHAT, 31, 0, ["damaged"]),
    ]


def test_a_file_that_no_reader_can_read_any_more_is_unknown_and_not_gone() -> None:
    now = answer()
    torn = of(now, PART)
    torn |= {"status": "unread", "reasons": ["the packed data is damaged"], "items": [], "persons": 0, "named": 0}
    found = inventory(now, NOW, inventory(answer(), FIRST))
    assert [(c["what"], c["path"], c["detail"]) for c in found["changes"]] == [
        ("unread", PART, ["the packed data is damaged"])
    ]
    assert (found["unknown"][0]["path"], found["unknown"][0]["code"]) == (PART, "damaged")
    assert found["totals"]["unknown"] == len(found["unknown"]) == 2
    assert "压缩数据已损坏" in inventory_html.render(found, "zh")


def test_first_seen_is_kept_also_when_a_file_moves() -> None:
    now = answer()
    of(now, PART)["path"] = "seized/P00012/renamed.csv"
    now["files"].append(made_file("share/new.csv", 5, sha256="n" * 64))
    found = inventory(now, NOW, inventory(answer(), FIRST))
    seen = {h["path"]: h["first_seen"] for h in found["holdings"]}
    assert seen["seized/P00012/renamed.csv"] == seen[CHAT] == FIRST.isoformat()
    assert seen["share/new.csv"] == NOW.isoformat()
    third = inventory(now, NOW + timedelta(days=1), found)
    assert {h["path"]: h["first_seen"] for h in third["holdings"]} == seen
    assert third["changes"] == []


def test_other_paths_are_said_and_a_time_without_zone_is_refused() -> None:
    now = {**answer(), "paths": ["share"]}
    found = inventory(now, NOW, inventory(answer(), FIRST), "zh")
    assert any("路径不同" in limit for limit in found["limits"])
    with pytest.raises(ValueError, match="without zone"):
        inventory(answer(), NOW.replace(tzinfo=None))


def test_ids_stay_however_letters_are_composed() -> None:
    assert stable_id("L", "caf\u00e9") == stable_id("L", "cafe\u0301") != stable_id("H", "caf\u00e9")
    assert stable_id("L", "a/") == stable_id("L", "a")
    assert stable_id("L", "lone\udc80")


@pytest.mark.parametrize(
    ("path", "roots", "above"),
    [
        ("x.csv", [], [(".", "folder")]),
        ("/srv/share/a/x.csv", ["/srv/share/"], [("/srv/share", "share"), ("/srv/share/a", "folder")]),
        ("/x.csv", ["/"], [(".", "folder")]),
        ("/srv/x.csv", [], [("/srv", "folder")]),
        ("share/x.csv", ["share/x.csv"], [("share", "folder")]),
        ("s3://bucket/a/x.csv", [], [("s3://bucket", "share"), ("s3://bucket/a", "folder")]),
        ("mysql://192.0.2.7/crm/clients", [], [("mysql://192.0.2.7", "server"), ("mysql://192.0.2.7/crm", "schema")]),
        ("a.zip!b.zip!c.csv", [], [("a.zip", "archive"), ("a.zip!b.zip", "archive")]),
    ],
)  # fmt: skip
def test_what_lies_above(path: str, roots: list[str], above: list[tuple[str, str]]) -> None:
    assert [(p.path, p.kind) for p in places(path, roots)] == above


@pytest.mark.parametrize(
    ("access", "told"),
    [
        (None, None),
        ({}, None),
        ({"owner": "liu", "group": "claims", "mode": "0640"}, ("group:claims", "owner:liu")),
        ({"owner": "liu", "group": "claims", "mode": "0604"}, ("others", "owner:liu")),
        ({"owner": "liu", "group": "claims", "mode": "-rw----r--"}, ("others", "owner:liu")),
        ({"owner": "liu", "group": "claims", "mode": "0o100640"}, ("group:claims", "owner:liu")),
        ({"owner": "liu", "group": "claims", "mode": "0040"}, ("group:claims",)),
        ({"owner": "liu", "mode": None, "others": True}, ("others", "owner:liu")),
        ({"owner": "liu", "mode": "0644", "others": False}, ("owner:liu",)),
        ({"grantees": ["analyst", "app"]}, ("grant:analyst", "grant:app")),
    ],
)
def test_who_can_read_it(access: dict[str, Any] | None, told: tuple[str, ...] | None) -> None:
    assert readers(access) == told


def with_changes() -> dict[str, Any]:
    now = answer()
    of(now, PART)["access"] = {"owner": "liu", "group": "all", "mode": "0644", "others": True}
    now["files"].append(made_file("share/new.csv", 5, sha256="n" * 64))
    return inventory(now, NOW, inventory(answer(), FIRST))


@pytest.mark.parametrize("lang", LANGS)
def test_page_and_table_say_what_has_changed_and_where_it_lies(lang: Lang) -> None:
    out = io.StringIO()
    inventory_table.show(with_changes(), Console(file=out, width=200), lang)
    page = Page(inventory_html.render(with_changes(), lang)).text
    opened = "now readable by everybody" if lang == "en" else "变为人人可读"
    for text in (out.getvalue(), page):
        for word in (opened, "share/new.csv", "seized/P00044", "客户.xlsx", "2026-11-01", "9,200", "share/locked.xlsx"):
            assert word in text


def test_hostile_names_do_nothing_in_any_form() -> None:
    hostile = hostile_scan()
    hostile["files"] += [made_file(name, 3, sha256="h" * 64) for name in HOSTILE if name.startswith("=")]
    found = inventory(hostile, NOW, inventory(answer(), FIRST))
    out = io.StringIO()
    inventory_table.show(found, Console(file=out, width=600), "en")
    assert not [c for c in out.getvalue() if not c.isprintable() and c != "\n"]
    page = Page(inventory_html.render(found, "en"))
    assert "img" not in page.tags
    assert sum(tag == "script" for tag, _ in page.elements) == 1
    for name in HOSTILE[: len(found["holdings"])]:
        assert " ".join(visible(name).split()) in page.text
    for data in inventory_csv.tables(found).values():
        cells = [cell for row in csv.reader(io.StringIO(data.decode("utf-8-sig"))) for cell in row]
        assert not [c for c in cells if c.startswith(tuple("=+-@|%\t\r\n")) or not c.isprintable()]
    assert sum(c.startswith("'=HYPERLINK") for c in cells), "the last table names the new files"


def test_csv_has_a_row_for_each() -> None:
    found = with_changes()
    rows = {name: data.decode("utf-8-sig").split("\r\n") for name, data in inventory_csv.tables(found).items()}
    assert {name: len(lines) - 2 for name, lines in rows.items()} == {
        "locations.csv": len(found["locations"]),
        "holdings.csv": len(found["holdings"]),
        "changes.csv": len(found["changes"]),
    }
    assert any("balance: 700" in line for line in rows["holdings.csv"])


def test_ten_thousand_files_are_mapped_cut_and_counted() -> None:
    found = inventory(many(10_000), NOW)
    html = inventory_html.render(found, "en")
    assert len(html) < 2_000_000
    assert "9,000 more are in inventory.json (holdings)." in Page(html).text
    assert len(found["locations"]) == 98
