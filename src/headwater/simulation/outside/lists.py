"""Lists of people as they go from hand to hand: workbooks, texts, packed files; and how hasty hands spell them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

import numpy as np

from headwater.simulation.events import Column
from headwater.simulation.files import separated
from headwater.simulation.outside.leak_spec import ListKind
from headwater.simulation.outside.wording import traditional
from headwater.simulation.workbook import workbook, zipped


def list_file(kind: ListKind, name: str, rows: Sequence[Sequence[str]]) -> tuple[str, bytes]:
    """The file name and the bytes of a list, header first: xlsx, csv and txt in GB18030, JSON, or a zip within a zip."""
    if kind == "xlsx":
        return f"{name}.xlsx", workbook(rows, name)
    if kind == "csv":
        return f"{name}.csv", separated(rows).encode("gb18030")
    if kind == "txt":
        return f"{name}.txt", "".join("----".join(row) + "\r\n" for row in rows[1:]).encode("gb18030")
    if kind == "json":
        records = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
        return f"{name}.json", json.dumps(records, ensure_ascii=False, indent=0).encode()
    inner = zipped({"list.xlsx": workbook(rows, name)})
    return f"{name}.zip", zipped({"part1.zip": inner})


def careless(rng: np.random.Generator, columns: dict[str, Column]) -> dict[str, Column]:
    """Phones with +86, spaces or hyphens, resident numbers with a small x, in a part of the rows."""
    styles = {"phone": (_phone, (0.7, 0.1, 0.1, 0.1)), "id_number": (_id_number, (0.5, 0.5))}
    return columns | {
        name: _each(change, columns[name], rng.choice(len(shares), len(columns[name]), p=shares))
        for name, (change, shares) in styles.items()
        if name in columns
    }


def reformatted(rng: np.random.Generator, columns: dict[str, Column]) -> dict[str, Column]:
    """Everything spelt anew: traditional characters, every phone and number in one other way, some phones masked.

    Half the lists have name and phone in one cell.
    """
    out, count = dict(columns), len(next(iter(columns.values())))
    if "name" in out:
        table = traditional()
        out["name"] = _each(
            lambda text, old: text.translate(table) if old else text, out["name"], _share(rng, count, 0.6)
        )
    if "phone" in out:
        style = np.where(_share(rng, count, 0.12), 4, 1 + int(rng.integers(3)))
        out["phone"] = _each(_phone, out["phone"], style)
    if "id_number" in out:
        out["id_number"] = _each(_id_number, out["id_number"], np.ones(count, dtype=np.int64))
    if {"name", "phone"} <= out.keys() and rng.random() < 0.5:
        mark = ("/", " ", "，")[int(rng.integers(3))]
        both = out.pop("name") + mark + out.pop("phone")
        out = {"name phone": both, **out}
    return out


def _phone(text: str, style: int) -> str:
    if style == 1:
        return f"+86{text}"
    if style == 2:
        return f"{text[:3]} {text[3:7]} {text[7:]}"
    if style == 3:
        return f"{text[:3]}-{text[3:7]}-{text[7:]}"
    return f"{text[:3]}****{text[7:]}" if style == 4 else text


def _id_number(text: str, small: int) -> str:
    return text.lower() if small else text


def _share(rng: np.random.Generator, count: int, share: float) -> Column:
    return rng.random(count) < share


def _each(change: Callable[[str, int], str], texts: Column, styles: Column) -> Column:
    return np.array([change(t, s) for t, s in zip(texts.tolist(), styles.tolist(), strict=True)], dtype=object)
