"""Times of logs: columns of text to moments in UTC, and moments to the local day and hour of the case.

A zone that is written as an offset (``+0800``, ``+08:00``) or as ``Z``, ``UTC`` or ``GMT`` is believed. Any other
name is taken for the zone of the case: ``CST`` is Shanghai's or Chicago's, and only the case knows which.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headwater.ingestion.layouts import Bytes, Layout, Mask, Whole, layout
from headwater.model.tables import DAY, TIME

SECOND = 1_000_000
_DAY = 86_400 * SECOND
_QUARTER = 900 * SECOND  # zones have changed their offset on a quarter of an hour only, since 1900
_EPOCH = datetime(1970, 1, 1)
_FIRST = -2_208_988_800 * SECOND  # 1900-01-01
_LAST = 7_258_118_400 * SECOND  # 2200-01-01
_LONGEST = 64
_LAYOUTS = 64
_MONTHS = {"janfebmaraprmayjunjulaugsepoctnovdec"[3 * n : 3 * n + 3]: n + 1 for n in range(12)}
_UTC_NAMES = frozenset({"z", "utc", "gmt", "zulu"})


def parse(text: pa.Array, form: str, zone: tzinfo) -> pa.Array:
    """Turn a column of text into moments: ``timestamp[us, UTC]``, null where the text is not of that form.

    ``form`` is as :func:`headwater.ingestion.layouts.pattern` says. Texts without a zone, or with a name that is not
    UTC's, are in ``zone``: an hour that occurs twice is its first occurrence, one that was skipped is shifted forward.
    Moments before 1900 or after 2199 are null. Costs about 26 bytes and 0.2 µs a row.
    """
    column = pa.chunked_array([text]) if isinstance(text, pa.Array) else text
    column = column.cast(pa.large_string()).combine_chunks()
    column = pa.concat_arrays(column.chunks) if isinstance(column, pa.ChunkedArray) else column
    moments, known = np.zeros(len(column), dtype=np.int64), np.zeros(len(column), dtype=np.bool_)
    starts, data = _buffers(column)
    lengths = np.diff(starts)
    readable = column.is_valid().to_numpy(zero_copy_only=False) & (lengths > 0) & (lengths <= _LONGEST)
    for length in np.flatnonzero(np.bincount(lengths[readable])):
        rows = np.flatnonzero(readable & (lengths == length))
        moments[rows], known[rows] = _of_one_length(_matrix(data, starts[rows], int(length)), form, zone)
    return pa.array(moments, mask=~known).cast(pa.timestamp("us")).cast(TIME)


def parse_any(text: pa.Array, forms: Sequence[str], zone: tzinfo) -> pa.Array:
    """Turn text into moments by the first of the forms that fits each row."""
    moments = parse(text, forms[0], zone)
    for form in forms[1:]:
        if not moments.null_count:
            break
        rest = pc.if_else(pc.is_null(moments), text, pa.scalar(None, text.type))
        moments = pc.coalesce(moments, parse(rest, form, zone))
    return moments


def local(times: pa.Array, zone: tzinfo) -> tuple[pa.Array, pa.Array]:
    """Give the day (``date32``) and the hour (``int8``) that clocks in ``zone`` showed at these moments."""
    times = pa.concat_arrays(times.chunks) if isinstance(times, pa.ChunkedArray) and times.num_chunks else times
    if isinstance(times, pa.ChunkedArray):
        times = pa.array([], times.type)
    unknown = times.is_null().to_numpy(zero_copy_only=False)
    moments = times.cast(TIME).cast(pa.int64()).fill_null(0).to_numpy()
    shown = moments + _offsets(moments, zone, shown=False)
    days = pa.array((shown // _DAY).astype(np.int32), mask=unknown).cast(DAY)
    return days, pa.array((shown % _DAY // (3600 * SECOND)).astype(np.int8), mask=unknown)


def shifted(table: pa.Table, hours: float) -> pa.Table:
    """Move the ``time`` of every row later by some hours: for a log that is found to have been in another zone."""
    later = pc.add(table["time"], pa.scalar(timedelta(hours=hours), pa.duration("us")))
    return table.set_column(table.schema.get_field_index("time"), table.schema.field("time"), later)


def _buffers(column: pa.Array) -> tuple[Whole, Bytes]:
    _, offsets, data = column.buffers()
    starts = np.frombuffer(offsets, dtype=np.int64, count=len(column) + 1 + column.offset)[column.offset :]
    return starts, np.frombuffer(data, dtype=np.uint8) if data else np.zeros(0, dtype=np.uint8)


def _matrix(data: Bytes, starts: Whole, length: int) -> Bytes:
    end = int(starts[-1]) + length
    if end - int(starts[0]) == len(starts) * length:  # side by side: no copy
        return data[int(starts[0]) : end].reshape(len(starts), length)
    copied: Bytes = data[starts[:, None] + np.arange(length)]
    return copied


def _of_one_length(texts: Bytes, form: str, zone: tzinfo) -> tuple[Whole, Mask]:
    moments, known = np.zeros(len(texts), dtype=np.int64), np.zeros(len(texts), dtype=np.bool_)
    left = np.arange(len(texts))
    for _ in range(_LAYOUTS):
        if not left.size:
            return moments, known
        found = layout(texts[left[0]].tobytes(), form)
        if found is None:
            left = left[1:]
            continue
        rows = texts if left.size == len(texts) else texts[left]
        fits, numbers = found.read(rows)
        moments[left], known[left] = _moments(numbers, found, fits, zone)
        left = left[~fits]
    for found, places in _by_layout(texts, left, form).items():
        fits, numbers = found.read(texts[places])
        moments[places], known[places] = _moments(numbers, found, fits, zone)
    return moments, known


def _by_layout(texts: Bytes, rows: Whole, form: str) -> dict[Layout, list[int]]:
    """Sort the odd rows that are left by their layout: they may be many in a damaged file."""
    groups: dict[Layout, list[int]] = {}
    for row in rows.tolist():
        found = layout(texts[row].tobytes(), form)
        if found is not None:
            groups.setdefault(found, []).append(row)
    return groups


def _moments(parts: dict[str, Whole], found: Layout, fits: Mask, zone: tzinfo) -> tuple[Whole, Mask]:
    words = {part: word.lower() for part, word in found.words}
    widths = {part: end - start for part, start, end in found.digits}
    fraction = _fraction(parts, widths)
    for unit, size in (("s", SECOND), ("ms", 1000), ("us", 1)):
        if unit in parts:
            return _bounded(parts[unit] * size + fraction, fits)
    if "ns" in parts:
        return _bounded(parts["ns"] // 1000, fits)
    if "Y" not in parts and "y" not in parts:
        return _bounded(np.zeros(len(fits), dtype=np.int64), fits & False)
    days, real_day = _days(parts, words)
    seconds, real_time = _seconds(parts, words)
    shown = days * _DAY + seconds * SECOND + fraction
    shown, known = _bounded(shown, fits & real_day & real_time)
    if "sign" in words:
        east = (parts["zh"] * 3600 + parts.get("zm", np.int64(0)) * 60) * SECOND
        return shown - (east if words["sign"] == "+" else -east), known
    if words.get("zone") in _UTC_NAMES:
        return shown, known
    return shown - _offsets(shown, zone, shown=True), known


def _fraction(parts: dict[str, Whole], widths: dict[str, int]) -> Whole | int:
    if "f" not in parts:
        return 0
    short = 6 - widths["f"]
    micros: Whole = parts["f"] * 10**short if short >= 0 else parts["f"] // 10**-short
    return micros


def _days(parts: dict[str, Whole], words: dict[str, str]) -> tuple[Whole, Mask]:
    year = parts["Y"] if "Y" in parts else parts["y"] + 2000
    month = parts["m"] if "m" in parts else np.full(len(year), _MONTHS.get(words.get("b", "")[:3], 0))
    day = parts.get("d", np.ones(len(year), dtype=np.int64))
    real = (year >= 1900) & (year < 2200) & (month >= 1) & (month <= 12)
    months = np.where(real, (year - 1970) * 12 + month - 1, 0).astype("M8[M]")
    first = months.astype("M8[D]").astype(np.int64)
    length = (months + 1).astype("M8[D]").astype(np.int64) - first
    return first + day - 1, real & (day >= 1) & (day <= length)


def _seconds(parts: dict[str, Whole], words: dict[str, str]) -> tuple[Whole, Mask]:
    zero = np.int64(0)
    hour = parts.get("H", zero)
    if "I" in parts:
        afternoon = words.get("p", "")[:1] in ("p", "下")
        hour = np.where(parts["I"] > 12, 99, parts["I"] % 12 + 12 * afternoon)
    minute, second = parts.get("M", zero), parts.get("S", zero)
    real = (hour < 24) & (minute < 60) & (second <= 60)  # 60: a leap second
    return np.asarray(hour * 3600 + minute * 60 + second), np.asarray(real)


def _bounded(moments: Whole, known: Mask) -> tuple[Whole, Mask]:
    known = known & (moments >= _FIRST) & (moments < _LAST)
    return np.where(known, moments, 0), known


def _offsets(moments: Whole, zone: tzinfo, *, shown: bool) -> Whole:
    """Give what clocks in the zone are ahead of UTC, in microseconds, asked once for each quarter of an hour."""
    if zone is UTC:
        return np.zeros_like(moments)
    coded = pa.array(moments // _QUARTER).dictionary_encode()
    ahead = [_offset(quarter, zone, shown) for quarter in coded.dictionary.to_pylist()]
    spread: Whole = np.asarray(ahead, dtype=np.int64)[coded.indices.to_numpy()]
    return spread


def _offset(quarter: int, zone: tzinfo, shown: bool) -> int:
    naive = _EPOCH + timedelta(microseconds=quarter * _QUARTER)
    moment = naive.replace(tzinfo=zone) if shown else naive.replace(tzinfo=UTC).astimezone(zone)
    return (moment.utcoffset() or timedelta()) // timedelta(microseconds=1)
