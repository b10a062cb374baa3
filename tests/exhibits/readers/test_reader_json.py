"""JSON exports of chats lose no list: Telegram with many chats, QQ with statistics, chats by name, lines, and what is torn."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.exhibits.support_exhibits import exhibit

from headwater.exhibits.contents import Given, Passage, reader_of
from headwater.exhibits.member import plain
from headwater.exhibits.readers.json_text import READER
from headwater.exhibits.sheets import Sheet

Rows = dict[str, list[tuple[int, dict[str, str]]]]


def text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1)


def read(folder: Path, written: str, encoding: str = "utf-8") -> Rows:
    """Rows with their lines, by table; empty cells left out."""
    found: Rows = {}
    member = plain(exhibit(folder, "leaks/a.json", written.encode(encoding)))
    assert reader_of(member) is READER
    for content in READER.read(member, Given()):
        assert isinstance(content, Sheet), content
        rows = [{k: v for k, v in row.items() if v is not None} for row in content.rows.to_pylist()]
        found.setdefault(content.name, []).extend(zip(content.lines.to_pylist(), rows, strict=True))
    return found


def messages(*names: str) -> list[dict[str, object]]:
    return [
        {"id": n, "sender": {"name": name}, "text": ["a", {"type": "phone", "text": "15400000001"}]}
        for n, name in enumerate(names)
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_telegram_with_many_chats(tmp_path: Path, encoding: str) -> None:
    written = text(
        {
            "personal_information": {"phone_number": "15400000009"},
            "contacts": {"list": [{"first_name": "王芳", "phone_number": "15400000001"}]},
            "chats": {
                "list": [
                    {"name": "群一", "messages": messages("王", "李")},
                    {"name": "群二", "messages": messages("张")},
                ]
            },
        }
    )
    found = read(tmp_path, written, encoding)
    assert [row for _, row in found[""]] == [{"personal_information.phone_number": "15400000009"}]
    assert [row["phone_number"] for _, row in found["contacts.list"]] == ["15400000001"]
    assert [row for _, row in found["chats.list"]] == [{"name": "群一"}, {"name": "群二"}]
    assert [row["sender.name"] for _, row in found["chats.list.messages"]] == ["王", "李", "张"]
    assert all("15400000001" in row["text"] for _, row in found["chats.list.messages"])
    opening = [n for n, line in enumerate(written.split("\n"), start=1) if line.strip() == "{"]
    assert {line for line, _ in found["chats.list.messages"]} <= set(opening)


def test_a_longer_list_beside_the_messages_hides_none(tmp_path: Path) -> None:
    found = read(
        tmp_path, text({"statistics": {"senders": [{"uid": n} for n in range(5)]}, "messages": messages("王", "李")})
    )
    assert {name: len(rows) for name, rows in found.items()} == {"statistics.senders": 5, "messages": 2}


def test_chats_by_the_name_of_the_other(tmp_path: Path) -> None:
    found = read(tmp_path, text({"王芳": messages("a", "b"), "李伟": messages("c")}))
    assert {name: len(rows) for name, rows in found.items()} == {"王芳": 2, "李伟": 1}


def test_small_lists_within_rows_stay_with_them(tmp_path: Path) -> None:
    orders = [{"client": "王芳", "items": [{"n": 1}]}, {"client": "李伟", "items": []}]
    (rows,) = read(tmp_path, text(orders)).values()
    assert rows[0][1] == {"client": "王芳", "items": '[{"n": 1}]'}


def test_json_lines_with_one_row_or_many(tmp_path: Path) -> None:
    one = json.dumps({"a": {"b": "王芳"}}, ensure_ascii=False)
    assert read(tmp_path, one) == {"": [(1, {"a.b": "王芳"})]}
    assert read(tmp_path, f"{one}\n\n{one}\n") == {"": [(1, {"a.b": "王芳"}), (3, {"a.b": "王芳"})]}


def test_many_keys_become_rows(tmp_path: Path) -> None:
    (rows,) = read(tmp_path, text({str(n): f"王{n}" for n in range(1000)})).values()
    assert (len(rows), rows[999][1]) == (1000, {"key": "999", "value": "王999"})


def test_torn_json_is_text(tmp_path: Path) -> None:
    member = plain(exhibit(tmp_path, "leaks/a.json", text({"messages": messages("王芳")})[:80].encode()))
    assert "王芳" in "".join(line for p in READER.read(member, Given()) if isinstance(p, Passage) for line in p.lines)


def test_hostile_nesting_ends(tmp_path: Path) -> None:
    for written in ('{"a":' * 100_000, "[" * 100_000, '[{"a":' * 50_000, '{"a":[' * 50_000, "{" + '"a":{},' * 20_000):
        list(READER.read(plain(exhibit(tmp_path, "leaks/a.json", written.encode())), Given()))


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**9), cut=st.floats(0, 1), flips=st.integers(0, 5))
def test_damaged_json_raises_nothing(tmp_path: Path, seed: int, cut: float, flips: int) -> None:
    data, dice = bytearray(text({"a": {"list": messages("王", "李")}, "b": [1, "x"]}).encode()), random.Random(seed)
    for _ in range(flips):
        data[dice.randrange(len(data))] = dice.randrange(256)
    list(READER.read(plain(exhibit(tmp_path, "leaks/x.json", bytes(data[: 1 + int(cut * len(data))]))), Given()))


def test_objects_keyed_by_numbers_are_rows_with_their_key(tmp_path: Path) -> None:
    keyed = {"15400000001": {"level": 1, "of": {"a": 2}}, "u@example.com": {"level": 2}}
    wanted = [{"1": "15400000001", "level": "1", "of.a": "2"}, {"1": "u@example.com", "level": "2"}]
    assert [row for _, row in read(tmp_path, json.dumps(keyed))[""]] == wanted
    assert [row for _, row in read(tmp_path, text({"at": 7, "users": keyed}))["users"]] == wanted
    found = read(tmp_path, text({"at": 7, "mobile": {"15400000001": 3, "15400000002": [{"x": 1}, {"x": 2}]}}))
    assert found["mobile"] == [
        (4, {"mobile": "15400000001", "value": "3"}),
        (5, {"mobile": "15400000002", "x": "1"}),
        (5, {"mobile": "15400000002", "x": "2"}),
    ]


def test_objects_of_one_form_are_rows_by_their_names(tmp_path: Path) -> None:
    alike = {name: {"phone": f"1540000000{n}", "level": n} for n, name in enumerate("甲乙丙")}
    found = [row for _, row in read(tmp_path, text(alike))[""]]
    assert found[1] == {"1": "乙", "phone": "15400000001", "level": "1"}


def test_keys_deep_in_rows_and_in_lines_stand_in_a_cell(tmp_path: Path) -> None:
    rows = [{"of": {"15400000001": {"n": 1}}}, {"of": {"15400000002": {"n": 2}}}]
    assert [row["of.1"] for _, row in read(tmp_path, text(rows))[""]] == ["15400000001", "15400000002"]
    lines = "\n".join(json.dumps(row["of"]) for row in rows)
    assert [row["1"] for _, row in read(tmp_path, lines)[""]] == ["15400000001", "15400000002"]


@pytest.mark.parametrize("key", ["1" * 100_000 + "x", "\ud800" + "12345", "‮12345@", "", "12345\n,;|"])
def test_hostile_keys_break_nothing(tmp_path: Path, key: str) -> None:
    written = json.dumps({key: {"1": 1, "value": 2}, key + "7": 3})
    assert sum(map(len, read(tmp_path, written).values())) in (1, 2)


def test_names_of_values_stay_columns(tmp_path: Path) -> None:
    config = {"server": {"host": "h", "port": 5432}, "log": {"level": "info"}, "at": "2026-01-01"}
    assert [row for _, row in read(tmp_path, text(config))[""]] == [
        {"server.host": "h", "server.port": "5432", "log.level": "info", "at": "2026-01-01"}
    ]
