"""What a declaration says, written as SQL expressions over a log's raw texts."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from headwater.ingestion.sandbox import literal

_NOTHING = "('', '-', '--', 'null', 'NULL', 'None', 'N/A')"
_ZONED = ("%z", "%Z")
_DIGITS = {10: 1_000_000, 13: 1_000, 16: 1}
_DIGIT_GUESSES = ("%Y%m%d%H%M%S", "%Y%m%d", "%Y.%m.%d")
_GUESSES = ("%Y年%m月%d日 %H:%M:%S", "%Y年%m月%d日 %H:%M", "%Y.%m.%d %H:%M:%S")
_ZONED_GUESSES = ("%d/%b/%Y:%H:%M:%S %z", "%a, %d %b %Y %H:%M:%S %z")


def time_sql(text: str, form: str | None, zone: str) -> str:
    """Write the moment that a text names as a TIMESTAMPTZ, null where it names none.

    ``form`` is a strptime format, ``iso``, ``epoch`` or ``epoch_ms``; ``None`` guesses. A text without a zone is in
    ``zone``, which must be the connection's own.
    """
    text = f"trim({text})"
    if form is None:
        return f"coalesce({', '.join(_guesses(text, zone))})"
    if form == "iso":
        return _iso(text)
    if form in ("epoch", "epoch_ms"):
        return _epoch(text, 1_000_000 if form == "epoch" else 1_000)
    return _strptime(text, form, zone)


def _guesses(text: str, zone: str) -> list[str]:
    """The likely forms first: a text that is not all digits is most often ISO."""
    epochs = [
        f"CASE WHEN regexp_full_match({text}, '[0-9]{{{count}}}(\\.[0-9]+)?') THEN {_epoch(text, scale)} END"
        for count, scale in _DIGITS.items()
    ]
    digits = ", ".join([*epochs, *(_strptime(text, form, zone) for form in _DIGIT_GUESSES)])
    first = f"CASE WHEN regexp_full_match({text}, '[0-9.]+') THEN coalesce({digits}) ELSE {_iso(text)} END"
    return [first, *(_strptime(text, form, zone) for form in (*_GUESSES, *_ZONED_GUESSES))]


def _iso(text: str) -> str:
    return f"TRY_CAST({text} AS TIMESTAMPTZ)"


def _epoch(text: str, scale: int) -> str:
    micros = f"TRY_CAST(round(TRY_CAST({text} AS DECIMAL(24, 6)) * {scale}) AS BIGINT)"
    sound = f"{micros} BETWEEN -62135596800000000 AND 253402300799999999"
    return f"timezone('UTC', make_timestamp(CASE WHEN {sound} THEN {micros} END))"


def _strptime(text: str, form: str, zone: str) -> str:
    parsed = f"try_strptime({text}, {literal(form)})"
    return parsed if any(mark in form for mark in _ZONED) else f"timezone({literal(zone)}, {parsed})"


def value_sql(text: str, column: Mapping[str, object], kind: pa.DataType) -> tuple[str, str]:
    """Write the value of a column, and the condition under which its text is none."""
    plain = _transformed(f"CASE WHEN trim({text}) NOT IN {_NOTHING} THEN trim({text}) END", column)
    scale = float(str(column.get("scale", 1)))
    if pa.types.is_integer(kind):
        value = _whole(plain, scale)
    elif pa.types.is_floating(kind):
        value = f"TRY_CAST(regexp_replace({plain}, '[,¥￥$元 ]', '', 'g') AS DOUBLE) * {scale!r}"
    elif pa.types.is_boolean(kind):
        value = f"TRY_CAST({plain} AS BOOLEAN)"
    elif pa.types.is_list(kind):
        return _list(plain), "false"
    else:
        return plain, "false"
    return value, f"({plain}) IS NOT NULL AND ({value}) IS NULL"


def _whole(plain: str, scale: float) -> str:
    number = f"regexp_replace({plain}, '[, ]', '', 'g')"
    rounded = f"TRY_CAST(round(TRY_CAST({number} AS DOUBLE) * {scale!r}) AS BIGINT)"
    return rounded if scale != 1 else f"coalesce(TRY_CAST({number} AS BIGINT), {rounded})"


def _list(plain: str) -> str:
    listed = f"CASE WHEN json_valid({plain}) THEN from_json({plain}, '[\"VARCHAR\"]') END"
    return f"CASE WHEN {plain} LIKE '[%' THEN {listed} ELSE string_split_regex({plain}, '\\s*[;,，；]\\s*') END"


def _transformed(text: str, column: Mapping[str, object]) -> str:
    if column.get("pattern"):
        text = f"nullif(regexp_extract({text}, {literal(str(column['pattern']))}, 1), '')"
    if column.get("lower"):
        text = f"lower({text})"
    names = column.get("map")
    if isinstance(names, dict) and names:
        default = literal(str(column["default"])) if "default" in column else text
        cases = " ".join(f"WHEN {literal(str(old))} THEN {literal(str(new))}" for old, new in names.items())
        return f"CASE {text} {cases} ELSE {default} END"
    if "default" in column:
        return f"coalesce({text}, {literal(str(column['default']))})"
    return text
