"""What programs wrote in escapes is found: addresses of requests, JSON within JSON, entities of pages, packed JSON."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from urllib.parse import quote

import pyarrow as pa
import pytest
from tests.identifiers.made_ids import made_id

from headwater.identifiers.escapes import unescaped
from headwater.investigation.surveying import survey

NAMES = ("张建华", "李秀英", "王志强", "刘桂兰", "陈玉明")
PEOPLE = [{"name": name, "idNo": made_id(37 * n + 5)} for n, name in enumerate(NAMES)]


def request(person: dict[str, str], n: int) -> str:
    told = f"name={quote(person['name'])}&idNo={person['idNo']}&mail=user{n}%40example.com"
    return f'192.0.2.{n} - - [03/Mar/2025:10:00:0{n} +0800] "GET /user?{told} HTTP/1.1" 200 51'


def event(person: dict[str, str], n: int) -> str:
    return json.dumps({"seq": n, "body": json.dumps({"user": person})})


def packed(person: dict[str, str], n: int) -> str:
    blob = base64.b64encode(json.dumps(person, ensure_ascii=False).encode()).decode()
    return json.dumps({"seq": n, "payload": blob})


def entities(person: dict[str, str], n: int) -> str:
    return "姓名：" + "".join(f"&#x{ord(c):x};" for c in person["name"]) + f"，身份证：{person['idNo']}，{n}"


@pytest.mark.parametrize("written", [request, event, packed, entities])
def test_people_in_escapes_are_found_with_their_names(tmp_path: Path, written) -> None:
    (tmp_path / "a.log").write_text("\n".join(written(p, n) for n, p in enumerate(PEOPLE)), "utf-8")
    answer = survey([tmp_path])
    told = {row["kind"]: row["distinct"] for row in answer["items"]}
    assert (told["name"], told["resident_id"]) == (5, 5)
    assert answer["totals"]["persons"] == 5


@pytest.mark.parametrize(
    "text",
    [
        "5%2015400000001",
        "涨了15%20，%E4%XX",
        "a%ZZ%4",
        r"C:\users\new \d{11}",
        "eyJ",
        "eyJhbGciOiJub25lIn0_____x",
        "%E5%BC",
        "&#1;&#x41;",
        "",
    ],
)
def test_what_holds_no_sure_escape_stays_as_it_is(text: str) -> None:
    assert unescaped(pa.array([text, None])).to_pylist() == [text, None]


def test_escapes_never_make_or_take_digits() -> None:
    assert unescaped(pa.array(["q=%E5%BC%A0&n=%315400000001"])).to_pylist() == ["q=张&n=%315400000001"]


def test_a_part_of_an_array_is_read_as_that_part() -> None:
    values = pa.array(["%E5%BC%A0", None, "x", "%E6%9D%8E"])
    assert unescaped(values.slice(2)).to_pylist() == ["x", "李"]
    assert unescaped(values.slice(1, 2)).to_pylist() == [None, "x"]
