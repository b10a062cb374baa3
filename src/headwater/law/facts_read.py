"""Facts as a person writes them down: a TOML or JSON file, checked against what the rule set asks for."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import Any

from headwater.law.counts import Counts, Range, count_rows, unsure, unverified
from headwater.law.facts import Facts, Known, Span
from headwater.law.rule_set import GROUPS, RuleSet
from headwater.model.errors import HeadwaterError

KNOWN = {True: Known.YES, False: Known.NO, "disputed": Known.DISPUTED}
OWN = ("suspect", "since", "groups_open", "groups_unconfirmed", "items", "sold_items", "rows", "gains", "profit")
ROW = ("categories", "count", "low", "high", "struck", "doubtful", "to")
LARGEST = 10**15
DIGITS = 15


class FactsError(HeadwaterError):
    """A file of facts cannot be used: the message names the entry."""


def read_facts(path: Path, rules: RuleSet) -> Facts:
    """Read a file of facts, TOML or (by its ending) JSON. Raises :class:`FactsError`."""
    data = read_table(path)
    try:
        return facts_of(data, rules)
    except FactsError as wrong:
        raise FactsError(str(wrong), str(path)) from wrong


def read_table(path: Path) -> Mapping[str, Any]:
    """Read a table from a TOML or (by its ending) JSON file, with exact decimals. Raises :class:`FactsError`."""
    try:
        raw = path.read_bytes().decode("utf-8-sig")
        exact = Decimal  # 4999.99 is not the nearest binary number
        data = json.loads(raw, parse_float=exact) if path.suffix == ".json" else tomllib.loads(raw, parse_float=exact)
    except OSError as wrong:
        raise FactsError(wrong.strerror or "cannot be read", str(path)) from wrong
    except (ValueError, RecursionError) as wrong:
        # what the parser says may quote the file: its line is enough
        line = re.search(r"line (\d+)", str(wrong))
        place = f"{path}:{line[1]}" if line else str(path)
        raise FactsError("is no file of facts: neither TOML nor, with the ending .json, JSON", place) from wrong
    if not isinstance(data, Mapping):
        raise FactsError("is no table of facts", str(path))
    return data


def facts_of(data: Mapping[str, Any], rules: RuleSet) -> Facts:
    """Make facts of a table of plain values. Raises :class:`FactsError`."""
    asked = [q.fact for q in rules.questions]
    tables = {o.table for o in rules.offences}
    strangers = sorted(set(data) - {*OWN, *asked, *tables})
    if strangers:
        raise FactsError(f"no such fact: {_shown(strangers)} (there are {', '.join([*OWN, *asked, *sorted(tables)])})")
    gains = _span(data.get("gains", 0), "gains")
    try:
        counts = _counts(data, gains, rules)
        kinds = [r["categories"] for r in data.get("rows", ())]
        return Facts(
            counts=counts,
            sold=_groups(data["sold_items"], "sold_items", gains) if "sold_items" in data else None,
            profit=_span(data["profit"], "profit") if "profit" in data else None,
            known=MappingProxyType({f: _known(f, data[f]) for f in asked if f in data}),
            beside=MappingProxyType({t: _beside(t, data[t], rules) for t in sorted(tables) if t in data}),
            unsure=_names(data, "groups_open", unsure(kinds, rules)),
            unverified=_names(data, "groups_unconfirmed", unverified(kinds, rules)),
            suspect=None if data.get("suspect") is None else str(data["suspect"]),
            since=_day(data["since"]) if "since" in data else None,
        )
    except ValueError as wrong:
        raise FactsError(str(wrong)) from wrong


def _shown(names: Sequence[str]) -> str:
    """Names that look like names of facts; what else may stand there is not repeated."""
    return ", ".join(n if n.isascii() and n.replace("_", "").isalpha() and len(n) <= 40 else "…" for n in names)


def _counts(data: Mapping[str, Any], gains: Span, rules: RuleSet) -> Counts:
    """Items by group, and rows by what stands in them, added up."""
    direct = _groups(data.get("items", {}), "items", gains)
    rows = data.get("rows", ())
    if not isinstance(rows, Sequence) or isinstance(rows, str):
        raise FactsError("rows: a list of tables is wanted")
    summed: dict[frozenset[str], Range] = {}
    for number, row in enumerate(rows, 1):
        kinds, span = _row(row, f"rows[{number}]")
        known = summed.get(kinds, Range())
        summed[kinds] = Range(known.low + span.low, known.high + span.high)
    more = count_rows(summed, rules)
    n3, n4, n5 = (_added(getattr(direct, g), getattr(more, g)) for g in GROUPS)
    return Counts(n3, n4, n5, float(gains.low), float(gains.high))


def _added(one: Range, other: Range) -> Range:
    return Range(one.low + other.low, one.high + other.high)


def _row(row: object, where: str) -> tuple[frozenset[str], Range]:
    """A kind of rows: how many, less what is struck out, times how many different people it went to."""
    if not isinstance(row, Mapping):
        raise FactsError(f"{where}: a table is wanted")
    strangers = sorted(set(row) - set(ROW))
    kinds = row.get("categories")
    if strangers:
        raise FactsError(f"{where}: no such entry: {_shown(strangers)} (there are {', '.join(ROW)})")
    if not isinstance(kinds, Sequence) or isinstance(kinds, str) or not all(isinstance(k, str) for k in kinds):
        raise FactsError(f"{where}: categories: a list of names is wanted")
    if ("count" in row) == ("low" in row or "high" in row):
        raise FactsError(f"{where}: count, or low and high, is wanted")
    low, high = (_whole(row.get(k, row.get("count", 0)), f"{where}.{k}") for k in ("low", "high"))
    struck, doubtful = (_whole(row.get(k, 0), f"{where}.{k}") for k in ("struck", "doubtful"))
    to = _whole(row.get("to", 1), f"{where}.to")
    if low > high or struck + doubtful > low or not to:
        raise FactsError(
            f"{where}: low must not be above high, nor more be struck out than there is, and to is at least 1"
        )
    return frozenset(kinds), Range((low - struck - doubtful) * to, (high - struck) * to)


def _groups(entry: object, where: str, gains: Span) -> Counts:
    if not isinstance(entry, Mapping) or set(entry) - set(GROUPS):
        raise FactsError(f"{where}: a table with {', '.join(GROUPS)} is wanted")
    n3, n4, n5 = (_range(entry.get(g, 0), f"{where}.{g}") for g in GROUPS)
    return Counts(n3, n4, n5, float(gains.low), float(gains.high))


def _range(value: object, where: str) -> Range:
    """Items may move from one group to another between the counts, so low may be above high here."""
    if isinstance(value, Mapping):
        _pair(value, where)
        return Range(_whole(value["low"], f"{where}.low"), _whole(value["high"], f"{where}.high"))
    number = _whole(value, where)
    return Range(number, number)


def _span(value: object, where: str) -> Span:
    if isinstance(value, Mapping):
        _pair(value, where)
        return _made(_number(value["low"], f"{where}.low"), _number(value["high"], f"{where}.high"), where)
    number = _number(value, where)
    return Span(number, number)


def _made(low: Fraction, high: Fraction, where: str) -> Span:
    if low > high:
        raise FactsError(f"{where}: low must not be above high")
    return Span(low, high)


def _pair(value: Mapping[str, Any], where: str) -> None:
    if set(value) != {"low", "high"}:
        raise FactsError(f"{where}: a number, or low and high, is wanted")


def _number(value: object, where: str) -> Fraction:
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        raise FactsError(f"{where}: a number is wanted")
    exact = Decimal(value) if isinstance(value, int) else Decimal(str(value))
    # an exponent is looked at before the number is made: 1e999999999 has a thousand million digits
    if not exact.is_finite() or abs(exact.adjusted()) > DIGITS or not 0 <= exact <= LARGEST:
        raise FactsError(f"{where}: a number from 0 to {LARGEST} is wanted")
    return Fraction(exact)


def _whole(value: object, where: str) -> int:
    number = _number(value, where)
    if number.denominator != 1:
        raise FactsError(f"{where}: a whole number is wanted")
    return int(number)


def _names(data: Mapping[str, Any], key: str, more: Sequence[str]) -> tuple[str, ...]:
    """Categories that are named, and those of the rows."""
    found = data.get(key, ())
    if not isinstance(found, Sequence) or isinstance(found, str) or not all(isinstance(n, str) for n in found):
        raise FactsError(f"{key}: a list of categories is wanted")
    return tuple(sorted({*found, *more}))


def _day(value: object) -> date:
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError as wrong:
            raise FactsError("since: a day is wanted, for example 2026-03-02") from wrong
    if not isinstance(value, date) or isinstance(value, datetime):
        raise FactsError("since: a day is wanted, for example 2026-03-02")
    return value


def _known(fact: str, value: object) -> Known:
    if not isinstance(value, (bool, str)) or value not in KNOWN:
        raise FactsError(f"{fact}: true, false or 'disputed' is wanted (left out: not known)")
    return KNOWN[value]


def _beside(table: str, entry: object, rules: RuleSet) -> Mapping[str, Span]:
    offence = next(o for o in rules.offences if o.table == table)
    names = [offence.fact, *(m.fact for m in rules.measured(offence.id) if m.fact)]
    if not isinstance(entry, Mapping) or set(entry) - set(names) or offence.fact not in entry:
        raise FactsError(
            f"{table}: a table with {', '.join(dict.fromkeys(names))} is wanted, {offence.fact} at the least"
        )
    return MappingProxyType({fact: _truth(value, f"{table}.{fact}") for fact, value in entry.items()})


def _truth(value: object, where: str) -> Span:
    """A number, or what is true (1), false (0) or in dispute (0 or 1)."""
    if value == "disputed":
        return Span(Fraction(0), Fraction(1))
    if isinstance(value, bool):
        return Span(Fraction(int(value)), Fraction(int(value)))
    return _span(value, where)
