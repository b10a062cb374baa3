"""Lists of people as they go from hand to hand: spreadsheets and texts, in careless spellings."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from headwater.simulation.events import Column
from headwater.simulation.files import separated
from headwater.simulation.workbook import workbook, zipped


def list_file(kind: str, name: str, rows: Sequence[Sequence[str]]) -> tuple[str, bytes]:
    """The file name and bytes of a list, header first: xlsx, csv and txt in GB18030, or a zip within a zip."""
    if kind == "xlsx":
        return f"{name}.xlsx", workbook(rows, name)
    if kind == "csv":
        return f"{name}.csv", separated(rows).encode("gb18030")
    if kind == "txt":
        return f"{name}.txt", "".join("----".join(row) + "\r\n" for row in rows[1:]).encode("gb18030")
    inner = zipped({"list.xlsx": workbook(rows, name)})
    return f"{name}.zip", zipped({"part1.zip": inner})


def careless(rng: np.random.Generator, columns: dict[str, Column]) -> dict[str, Column]:
    """Phones with +86, spaces or hyphens, resident numbers with a lower-case x, in a part of the rows."""
    spelt = dict(columns)
    if "phone" in columns:
        style = rng.choice(4, len(columns["phone"]), p=(0.7, 0.1, 0.1, 0.1))
        spelt["phone"] = _each(_phone, columns["phone"], style)
    if "id_number" in columns:
        style = rng.integers(2, size=len(columns["id_number"]))
        spelt["id_number"] = _each(lambda text, low: text.lower() if low else text, columns["id_number"], style)
    return spelt


def _phone(text: str, style: int) -> str:
    if style == 1:
        return f"+86{text}"
    if style == 2:
        return f"{text[:3]} {text[3:7]} {text[7:]}"
    return f"{text[:3]}-{text[3:7]}-{text[7:]}" if style == 3 else text


def _each(change: object, texts: Column, styles: Column) -> Column:
    assert callable(change)
    return np.array([change(t, s) for t, s in zip(texts.tolist(), styles.tolist(), strict=True)], dtype=object)
