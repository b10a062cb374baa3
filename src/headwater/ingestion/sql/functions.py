"""The functions, casts and sums that a replay knows, each with PostgreSQL's meaning."""

from __future__ import annotations

import re
from typing import Any

from sqlglot import exp

from headwater.ingestion.sql.handlers import Handler, Rebuilder, handled
from headwater.ingestion.sql.literals import integer_of
from headwater.ingestion.sql.values import (
    SQL_TYPES,
    Type,
    Unsupported,
    Value,
    as_number,
    as_text,
    convert,
    same_type,
)

_FIELDS = frozenset({"YEAR", "MONTH", "DAY", "QUARTER", "DOW", "ISODOW", "DOY", "WEEK", "ISOYEAR", "HOUR", "MINUTE"})
_UNITS = frozenset({"YEAR", "QUARTER", "MONTH", "WEEK", "DAY", "HOUR", "MINUTE", "SECOND"})
_FORMAT = re.compile(r"(?:%[YmdHMS]|[-/:. 年月日])*")
_INTERVAL = re.compile(r"-?[0-9]{1,6}")
_TYPES: dict[Any, Type] = {
    exp.DType.TEXT: "text", exp.DType.VARCHAR: "text", exp.DType.CHAR: "text", exp.DType.NAME: "text",
    exp.DType.NVARCHAR: "text", exp.DType.NCHAR: "text",
    exp.DType.INT: "int", exp.DType.SMALLINT: "int", exp.DType.BIGINT: "int",
    exp.DType.DECIMAL: "num", exp.DType.DOUBLE: "num", exp.DType.FLOAT: "num",
    exp.DType.DATE: "date", exp.DType.TIMESTAMP: "time", exp.DType.TIMESTAMPNTZ: "time", exp.DType.BOOLEAN: "bool",
}  # fmt: skip


def _cast(e: Rebuilder, node: Any) -> Value:
    kind = _TYPES.get(node.to.this)
    if kind is None:
        raise Unsupported("a cast to a type that is not replayed")
    value, sizes = e.value(node.this), [integer_of(p.this) for p in node.to.expressions]
    if kind == "text":
        text = as_text(value)
        return text if not sizes else Value(f"left({text.sql}, {sizes[0]})", "text", plain=text.plain)
    if sizes:
        raise Unsupported("a cast to a number of so many places")
    if value.type == "open":
        bound = convert(value.literal or "", kind)
        return Value(e.parameters.typed(bound, kind), kind, plain=True)
    return _converted(value, kind)


def _converted(value: Value, kind: Type) -> Value:
    if value.type in (kind, "null"):
        return value
    source, sql = value.type, value.sql
    if kind == "date" and source == "text":
        whole = f"coalesce(TRY_CAST({sql} AS DATE), CAST(try_strptime({sql}, '%Y%m%d') AS DATE))"
        return Value(whole, "date")
    numbers = {"int", "num"}
    if (source in numbers and kind in numbers) or {source, kind} == {"date", "time"} or source == "text":
        return Value(f"TRY_CAST({sql} AS {SQL_TYPES[kind]})", kind)
    raise Unsupported(f"a cast of {source} to {kind}")


def _lower(e: Rebuilder, node: Any) -> Value:
    text = e.text(node.this)
    return Value(f"lower({text.sql})", "text", plain=text.plain)


def _upper(e: Rebuilder, node: Any) -> Value:
    text = e.text(node.this)
    return Value(f"upper({text.sql})", "text", plain=text.plain)


def _trim(e: Rebuilder, node: Any) -> Value:
    text = e.text(node.this)
    name = {"LEADING": "ltrim", "TRAILING": "rtrim"}.get(str(node.args.get("position") or "").upper(), "trim")
    characters = e.text(node.expression).sql if node.args.get("expression") is not None else "' '"
    return Value(f"{name}({text.sql}, {characters})", "text", plain=text.plain)


def _length(e: Rebuilder, node: Any) -> Value:
    return Value(f"length({e.text(node.this).sql})", "int")


def _substring(e: Rebuilder, node: Any) -> Value:
    text = e.text(node.this)
    start = integer_of(node.args["start"]) if node.args.get("start") is not None else 1
    if node.args.get("length") is None:
        return Value(f"substr({text.sql}, {max(start, 1)})", "text", plain=text.plain)
    length = integer_of(node.args["length"])
    if length < 0:
        raise Unsupported("a negative length")
    # places before the first count in PostgreSQL
    end = start + length
    return Value(f"substr({text.sql}, {max(start, 1)}, {max(end - max(start, 1), 0)})", "text", plain=text.plain)


def _end(e: Rebuilder, node: Any) -> Value:
    count = integer_of(node.expression)
    if count < 0:
        raise Unsupported("a negative length")
    text = e.text(node.this)
    return Value(f"{'left' if isinstance(node, exp.Left) else 'right'}({text.sql}, {count})", "text", plain=text.plain)


def _concat(e: Rebuilder, node: Any) -> Value:
    texts = [e.text(n) for n in node.expressions]
    return Value(f"concat({', '.join(t.sql for t in texts)})", "text", plain=False)


def _pipes(e: Rebuilder, node: Any) -> Value:
    return Value(f"({e.text(node.this).sql} || {e.text(node.expression).sql})", "text")


def _position(e: Rebuilder, node: Any) -> Value:
    return Value(f"strpos({e.text(node.this).sql}, {e.text(node.args['substr']).sql})", "int")


def _replace(e: Rebuilder, node: Any) -> Value:
    parts = [e.text(node.this), e.text(node.expression), e.text(node.args["replacement"])]
    return Value(f"replace({', '.join(p.sql for p in parts)})", "text")


def _split(e: Rebuilder, node: Any) -> Value:
    place = integer_of(node.args["part_index"])
    if place < 1:
        raise Unsupported("a place from the end")
    return Value(f"split_part({e.text(node.this).sql}, {e.text(node.args['delimiter']).sql}, {place})", "text")


def _md5(e: Rebuilder, node: Any) -> Value:
    return Value(f"md5({e.text(node.this).sql})", "text", plain=True)


def _rounded(e: Rebuilder, node: Any) -> Value:
    number = as_number(e.value(node.this))
    names = {exp.Abs: "abs", exp.Floor: "floor", exp.Ceil: "ceil", exp.Round: "round"}
    if isinstance(node, exp.Round) and node.args.get("decimals") is not None:
        return Value(f"round({number.sql}, {integer_of(node.args['decimals'])})", "num")
    return Value(f"{names[type(node)]}({number.sql})", number.type if isinstance(node, exp.Abs) else "num")


def _neg(e: Rebuilder, node: Any) -> Value:
    number = as_number(e.value(node.this))
    literal = f"-{number.literal}" if number.literal is not None else None
    return Value(f"(-{number.sql})", number.type, plain=True, literal=literal)


def _sum(e: Rebuilder, node: Any) -> Value:
    sign = "+" if isinstance(node, exp.Add) else "-"
    left, right = e.value(node.this), e.value(node.expression)
    if left.type in ("date", "time") and right.type == "interval":
        return Value(f"({left.sql} {sign} {right.sql})", "time")
    if left.type == "date" and right.type == "int":
        return Value(f"({left.sql} {sign} CAST({right.sql} AS INTEGER))", "date")
    left, right = same_type(left, right, e.parameters)
    if sign == "-" and left.type == right.type == "date":
        return Value(f"({left.sql} - {right.sql})", "int")
    return _number(left, sign, right)


def _product(e: Rebuilder, node: Any) -> Value:
    left, right = same_type(e.value(node.this), e.value(node.expression), e.parameters)
    if isinstance(node, exp.Mul):
        return _number(left, "*", right)
    if isinstance(node, exp.Mod):
        return _number(left, "%", right)
    whole = left.type == right.type == "int"
    quotient = _number(left, "//" if whole else "/", right)
    if whole:
        return quotient
    return Value(f"CAST({quotient.sql} AS DECIMAL(38,9))", "num")


def _number(left: Value, operator: str, right: Value) -> Value:
    kinds = {left.type, right.type}
    if not kinds <= {"int", "num", "null"}:
        raise Unsupported("a sum of things that are no numbers")
    return Value(f"({left.sql} {operator} {right.sql})", "num" if "num" in kinds else "int")


def _interval(e: Rebuilder, node: Any) -> Value:
    unit, amount = node.args.get("unit"), node.this
    name = str(unit.name).upper().removesuffix("S") if unit is not None else ""
    if not isinstance(amount, exp.Literal) or not _INTERVAL.fullmatch(amount.this) or name not in _UNITS:
        raise Unsupported("an interval in a form that is not known")
    return Value(f"(INTERVAL {int(amount.this)} {name})" if int(amount.this) >= 0 else
                 f"(-(INTERVAL {-int(amount.this)} {name}))", "interval")  # fmt: skip


def _moment(e: Rebuilder, node: Any) -> Value:
    value = e.value(node)
    if value.type not in ("date", "time"):
        raise Unsupported("a part of something that is no date")
    return value


def _extract(e: Rebuilder, node: Any) -> Value:
    name = str(node.this.name).upper()
    if name not in _FIELDS:
        raise Unsupported("a part of a date that is not replayed")
    return Value(f"extract({name} FROM {_moment(e, node.expression).sql})", "int")


def _part(e: Rebuilder, node: Any) -> Value:
    return Value(f"extract({type(node).__name__.upper()} FROM {_moment(e, node.this).sql})", "int")


def _truncated(e: Rebuilder, node: Any) -> Value:
    unit = str(node.args["unit"].name).upper()
    if unit not in _UNITS:
        raise Unsupported("a part of a date that is not replayed")
    return Value(f"CAST(date_trunc('{unit}', {_moment(e, node.this).sql}) AS TIMESTAMP)", "time")


def _written(e: Rebuilder, node: Any) -> Value:
    layout = _layout(node)
    return Value(f"strftime({_moment(e, node.this).sql}, {e.parameters.bind(layout)})", "text", plain=True)


def _read(e: Rebuilder, node: Any) -> Value:
    built = f"try_strptime({e.text(node.this).sql}, {e.parameters.bind(_layout(node))})"
    return Value(f"CAST({built} AS DATE)", "date")


def _layout(node: Any) -> str:
    layout = node.args.get("format")
    if not isinstance(layout, exp.Literal) or not _FORMAT.fullmatch(layout.this):
        raise Unsupported("a date layout that is not replayed")
    return str(layout.this)


def _collated(e: Rebuilder, node: Any) -> Value:
    text = e.text(node.this)
    if node.expression.name in ("C", "POSIX", "ucs_basic"):
        return Value(text.sql, "text", plain=True, literal=text.literal)
    return text


FUNCTIONS: dict[type[Any], Handler] = {
    exp.Cast: handled(_cast, "to"),
    exp.TryCast: handled(_cast, "to"),
    exp.Lower: handled(_lower),
    exp.Upper: handled(_upper),
    exp.Trim: handled(_trim, "position"),
    exp.Length: handled(_length),
    exp.Substring: handled(_substring, "start", "length"),
    exp.Left: handled(_end),
    exp.Right: handled(_end),
    exp.Concat: handled(_concat, "safe", "coalesce"),
    exp.DPipe: handled(_pipes, "safe"),
    exp.StrPosition: handled(_position, "substr"),
    exp.Replace: handled(_replace, "replacement"),
    exp.SplitPart: handled(_split, "delimiter", "part_index"),
    exp.MD5: handled(_md5),
    exp.Abs: handled(_rounded),
    exp.Floor: handled(_rounded),
    exp.Ceil: handled(_rounded),
    exp.Round: handled(_rounded, "decimals"),
    exp.Neg: handled(_neg),
    exp.Add: handled(_sum),
    exp.Sub: handled(_sum),
    exp.Mul: handled(_product),
    exp.Div: handled(_product, "typed"),
    exp.Mod: handled(_product),
    exp.Interval: handled(_interval, "unit"),
    exp.Extract: handled(_extract),
    exp.Year: handled(_part),
    exp.Month: handled(_part),
    exp.Day: handled(_part),
    exp.TimestampTrunc: handled(_truncated, "unit"),
    exp.DateTrunc: handled(_truncated, "unit"),
    exp.TimeToStr: handled(_written, "format"),
    exp.StrToDate: handled(_read, "format"),
    exp.Collate: handled(_collated),
}
