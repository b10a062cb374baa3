"""Times of spreadsheets: the zone and the order of day and month may stand in the header, date and clock in two columns."""

from __future__ import annotations

import re
from datetime import UTC, timedelta, timezone, tzinfo

import pyarrow as pa
import pyarrow.compute as pc

from headwater.ingestion.traffic.talks.day_order import DAY_FIRST, MONTH_FIRST, Order, day_order, moments_of
from headwater.ingestion.traffic.talks.times import moments

_ZONE = re.compile(r"(?:UTC|GMT)\s*(?:(?P<sign>[+-])\s?(?P<hours>\d{1,2})(?::?(?P<minutes>\d\d))?)?", re.I)
_ORDER = re.compile(r"\b(d{1,2}|m{1,2})[/.-](d{1,2}|m{1,2})[/.-]y{2,4}", re.I)
_SIGNED = r"^(?P<when>.*?)\s*[(（]?(?:UTC|GMT)\s*(?P<sign>[+-])\s?(?P<hours>\d{1,2})(?::?(?P<minutes>\d\d))?[)）]?$"
_PARTS = r"^(?P<day>\d{1,4}[./-]\d{1,2}[./-]\d{1,4})[ ,T]+(?P<clock>.*)$"
_OFFSET = r"^(?P<when>.*?)\s*(?P<offset>Z|[+-]\d\d:?\d\d)?$"
_NOT_ISO = r"^\d{1,2}[./-]\d{1,2}[./-]\d{2,4}[ ,]"


def zone_in(header: str, zone: tzinfo) -> tzinfo:
    """The zone that a header names, else the given one.

    >>> zone_in("Sent Date/Time - (UTC+08:00)", UTC)
    datetime.timezone(datetime.timedelta(seconds=28800))
    """
    found = _ZONE.search(header)
    if found is None:
        return zone
    if not found["sign"]:
        return UTC
    ahead = timedelta(hours=int(found["hours"]), minutes=int(found["minutes"] or 0))
    return timezone(ahead if found["sign"] == "+" else -ahead) if ahead < timedelta(hours=24) else zone


def order_in(header: str) -> Order | None:
    """The order of day and month that a header names."""
    found = _ORDER.search(header)
    return None if found is None else DAY_FIRST if found[1][0].lower() == "d" else MONTH_FIRST


def column_moments(cells: pa.Array, header: str, zone: tzinfo, order: Order | None = None) -> pa.Array:
    """The moments of one column under its header."""
    text = pc.utf8_trim_whitespace(_with_offset(cells))
    odd = pc.fill_null(pc.match_substring_regex(text, _NOT_ISO), False)
    told = zone_in(header, zone)
    if not pc.any(odd).as_py():
        return moments(text, told)
    shown = pc.extract_regex(text.filter(odd), _OFFSET)
    plain, offset = pc.struct_field(shown, "when"), pc.struct_field(shown, "offset")
    parts = pc.extract_regex(plain, _PARTS)
    day, clock = pc.struct_field(parts, "day"), pc.struct_field(parts, "clock")
    found = moments_of(day, clock, order_in(header) or order or day_order([day.drop_null()]), told, offset)
    return pc.replace_with_mask(moments(pc.if_else(odd, pa.scalar(None, pa.string()), text), told), odd, found)


def joined_clock(day: pa.Array, clock: pa.Array) -> pa.Array:
    """A date and a clock of two columns as one text; a clock that carries its date stays alone."""
    whole = pc.fill_null(pc.match_substring_regex(clock, r"\d[./-]\d{1,2}[./-]\d"), False)
    date = pc.replace_substring_regex(day, r"[ T]0{1,2}:00(?::00)?$", "")
    return pc.coalesce(pc.if_else(whole, clock, pc.binary_join_element_wise(date, clock, " ")), day)


def _with_offset(cells: pa.Array) -> pa.Array:
    """Cells that say their zone in words (``(UTC+8)``) with the offset in figures."""
    text = pc.replace_substring_regex(
        cells, r"\s*[(（]?\b(?:UTC|GMT)[)）]?$|\s*[(（](?:UTC|GMT)\s*[+-]0{1,2}(?::?00)?[)）]$", "Z"
    )
    parts = pc.extract_regex(text, _SIGNED)
    hours = pc.utf8_lpad(pc.struct_field(parts, "hours"), 2, "0")
    minutes = pc.struct_field(parts, "minutes")
    minutes = pc.if_else(pc.equal(minutes, ""), "00", minutes)
    signed = pc.binary_join_element_wise(
        pc.struct_field(parts, "when"), pc.struct_field(parts, "sign"), hours, ":", minutes, ""
    )
    return pc.coalesce(signed, text)
