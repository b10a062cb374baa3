from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from headwater.console.desk import streaming
from headwater.console.desk.streaming import pieces
from headwater.model.errors import StoreError

LISTS = frozenset({"findings.item", "network.people.item"})
ANSWER: dict[str, Any] = {
    "case": {"name": '甲 \\ "b"', "n": 12345},
    "findings": [{"id": n, "said": "王" * n, "within": [[], {}, None, True]} for n in range(40)],
    "network": {"people": [], "counts": {"read": 7}, "notes": ["😀"]},
    "read": {},
    "limits": [1.5, -2e-3, 0],
    "seed": 1234567890123456789,
}


def told(file: Path) -> list[tuple[str, Any]]:
    return list(pieces(file, LISTS))


@pytest.mark.parametrize("at_once", [1, 2, 7, 1 << 20])
@pytest.mark.parametrize("layout", [{}, {"indent": 2}, {"ensure_ascii": False, "separators": (",", ":")}])
def test_rows_come_one_by_one_and_the_rest_whole_however_much_is_read_at_once(
    tmp_path: Path, layout: Any, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streaming, "AT_ONCE", at_once)
    file = tmp_path / "a.json"
    file.write_text(json.dumps(ANSWER, **layout), "utf-8")
    rows = [("findings.item", row) for row in ANSWER["findings"]]
    network = [(f"network.{name}", ANSWER["network"][name]) for name in ("counts", "notes")]
    rest = [(name, ANSWER[name]) for name in ("limits", "seed")]
    assert told(file) == [("case", ANSWER["case"]), *rows, *network, *rest]


@pytest.mark.parametrize(
    "text",
    [
        *("", "[]", "3", "{", '{"a"', '{"a": 1', '{"a": 1,}', '{"a" 1}', "{a: 1}", '{"a": NaN}', '{"a": -Infinity}'),
        *(
            '{"findings": [1, 2',
            '{"findings": [1 2]}',
            '{"findings": [1,]}',
            '{"a": 1} {}',
            '{"a": "\\x"}',
            "[" * 99_999,
        ),
        *('{"a": ' + "[" * 99_999, "{3: 1}"),
    ],
)
def test_what_is_no_answer_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "a.json"
    file.write_text(text, "utf-8")
    with pytest.raises(StoreError, match="no answer"):
        told(file)


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(b'{"a": "\xff"}')
    for name in ("a.json", "none.json"):
        with pytest.raises(StoreError, match="no answer"):
            told(tmp_path / name)
