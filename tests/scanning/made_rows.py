"""People who do not exist, as rows of a table: retired counties, unassigned prefixes, names from lists."""

from __future__ import annotations

import json
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path

from headwater.exhibits.opening import members
from headwater.identifiers import resident_id
from headwater.model.exhibit import Exhibit
from headwater.scanning.own import OwnShape
from headwater.scanning.scan import Scanned, scan
from headwater.store.tokens import Tokeniser

TOKENISER = Tokeniser(bytes(range(32)))
POLICY = OwnShape("policies", "policy_no", "own:policy_no", r"PL\d{9}")
_CODES = json.loads((files("headwater.identifiers") / "data" / "retired_county_codes.json").read_text("utf-8"))
_SURNAMES, _GIVEN = "王李张刘陈杨赵黄周吴", "伟芳静敏军磊洋艳勇杰"


def made_id(number: int) -> str:
    """The resident id of a made person."""
    first = f"{_CODES['never_after_1983'][number % 500]}1991{1 + number % 12:02}{1 + number % 28:02}{number % 1000:03}"
    return first + resident_id.check_character(first)


def made_name(number: int) -> str:
    """The name of a made person."""
    return _SURNAMES[number % 10] + _GIVEN[number // 10 % 10] + _GIVEN[number // 100 % 10]


def made_row(number: int) -> tuple[str, str, str, str]:
    """Name, id, mobile and address of a made person."""
    return made_name(number), made_id(number), f"154{number:08}", f"江苏省吴县龙湖路{number}号{number % 7 + 1}室"


HEADER = ("姓名", "身份证号", "手机", "地址")


def csv(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """The text of a table."""
    return "".join(",".join(row) + "\r\n" for row in (header, *rows))


def scanned(
    file: Path, path: str = "seized/E1/x", own: tuple[OwnShape, ...] = (), holder: str | None = "E1"
) -> list[Scanned]:
    """Scan a file as an exhibit of that path."""
    exhibit = Exhibit(path, file, path.split("/")[0], holder, file.stat().st_size)
    found = [m for m in members(exhibit) if not hasattr(m, "reason")]
    return list(scan(found, role="seized", holder=holder, tokeniser=TOKENISER, own=own))
