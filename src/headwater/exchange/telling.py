"""What is said about an exchange, in English and Chinese: the overlap, the list, and what each side learns."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from headwater.exchange.overlap import Overlap, lines_of
from headwater.exchange.people import People
from headwater.model.words import Lang, Text

_MOST_LINES = 20
_KINDS = {
    "resident_id": Text("identity numbers", "身份证号"),
    "passport": Text("passports", "护照"),
    "mobile": Text("mobile numbers", "手机号"),
    "email": Text("e-mail addresses", "邮箱"),
    "bank_card": Text("bank cards", "银行卡"),
    "other": Text("kinds told together, with too few of each", "因数量过少而合并的种类"),
    "name_birth": Text("names with day of birth", "姓名加出生日期"),
}


def of_list(people: People) -> Iterator[Text]:
    """What was read: people, identifiers, and rows that were set aside, by file and line without a value."""
    kinds = people.by_kind()
    yield Text(
        f"{people.count:,} people by {len(people.inputs):,} identifiers: " + _counted(kinds, "en"),
        f"{people.count:,} 人，{len(people.inputs):,} 个标识：" + _counted(kinds, "zh"),
    )
    if people.aside.num_rows:
        where = _lines(people.aside.select(["source", "line"]))
        yield Text(
            f"{people.aside.num_rows:,} rows set aside, which hold nothing that can be compared: {where}",
            f"{people.aside.num_rows:,} 行没有可比较的内容，已搁置：{where}",
        )


def _counted(kinds: dict[str, int], lang: Lang) -> str:
    parts = [f"{count:,} {_KINDS[kind].said(lang)}" for kind, count in kinds.items()]
    return ", ".join(parts) if lang == "en" else "，".join(parts)


def of_overlap(found: Overlap) -> Iterator[Text]:
    """What two lists have in common."""
    yield Text(
        f"{found.both:,} identifiers are in both lists, of {found.ours:,} and {found.theirs:,}",
        f"两份名单共有 {found.both:,} 个标识（各 {found.ours:,} 与 {found.theirs:,} 个）",
    )
    yield Text(
        f"people in both: at least {found.low:,} (by an identity number or passport, or by two kinds), at most {found.high:,} (by any)",
        f"共有的人：至少 {found.low:,}（按身份证或护照，或两种标识），至多 {found.high:,}（按任一标识）",
    )
    for kind in found.kinds:
        said = _KINDS[kind.kind]
        yield Text(f"  {said.en}: {kind.both:,} of {kind.ours:,}", f"  {said.zh}：{kind.ours:,} 中有 {kind.both:,}")
    yield Text(
        f"matches by chance to be expected: {found.false:.1e}",
        f"预期的偶然相同数：{found.false:.1e}",
    )
    if found.is_contained and found.method != "psi":
        yield Text(
            "every identifier of the other list is in this one too: so would copies look of tokens handed over before its commitment came",
            "对方名单的全部标识都在己方名单中：若在收到对方承诺之前已交出己方令牌，抄来的令牌看起来也会如此",
        )
    if found.rows is not None and found.rows.num_rows:
        where = _lines(found.rows)
        yield Text(
            f"own rows that match: {found.rows.num_rows:,}: {where}", f"己方相符的行：{found.rows.num_rows:,}：{where}"
        )


def _lines(rows: Any) -> str:
    told = []
    for each in lines_of(rows):
        numbers = each["lines"]
        more = "" if len(numbers) <= _MOST_LINES else " …"
        told.append(f"{each['source']}: {', '.join(map(str, numbers[:_MOST_LINES]))}{more}")
    return "; ".join(told)


@cache
def _learns() -> dict[str, Any]:
    return tomllib.loads((files(__package__) / "data" / "learns.toml").read_text("utf-8"))


def explained(lang: Lang) -> dict[str, Any]:
    """What each side learns by each method: ``columns``, ``methods`` (a name and a cell for each column) and ``notes``."""
    told = _learns()
    return {
        "columns": [column[lang] for column in told["columns"]],
        "methods": [{"name": method["name"], "cells": method[lang]} for method in told["methods"]],
        "notes": told["notes"][lang],
    }
