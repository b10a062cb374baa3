"""Normal forms: what two ways of writing one value have in common, and by which a leaked cell is known again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from headwater.identifiers import address, normal

_PROVINCES = (
    "河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海"
)
PROVINCE_SHORT = (rf"^({_PROVINCES})省(.)", r"\1\2")
PROVINCE_LONG = (rf"^({_PROVINCES})([^省市藏])", r"\1省\2")
"""A province's ending left out or written. A city or prefecture of a province's name (吉林市, 海南藏族自治州) is none."""
_ANY_ENDING = (rf"^(北京|天津|上海|重庆|{_PROVINCES})[省市]", r"\1")


@dataclass(frozen=True, slots=True)
class Meaning:
    """A normal form: ``said`` names it for a person, ``of`` gives it for an array of texts (null stays null)."""

    said: str
    of: Callable[[pa.Array], pa.Array]


def _address(values: pa.Array) -> pa.Array:
    """That of the identifier where it is an address by it, else the narrowed text without spaces."""
    plain = pc.replace_substring_regex(normal.narrow_array(values), pattern="[ \t,，、]+", replacement="")
    return pc.coalesce(address.compact_array(values), plain)


def _place(values: pa.Array) -> pa.Array:
    return pc.replace_substring_regex(_address(values), pattern=PROVINCE_SHORT[0], replacement=PROVINCE_SHORT[1])


def _moment(values: pa.Array) -> pa.Array:
    plain = normal.narrow_array(values)
    for pattern, to in (
        (r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", r"\1-\2-\3"),
        (r"^(\d{4}-|)([1-9](?:-\d|月))", r"\10\2"),
        (r"^(\d{4}-\d{2}-)(\d)([^0-9]|$)", r"\g10\2\3"),
        (r"^((?:\d{4}-\d{2}-\d{2}[ T])?\d{1,2}:\d{2}):00$", r"\1"),
    ):
        plain = pc.replace_substring_regex(plain, pattern=pattern, replacement=to.replace(r"\g1", r"\1"))
    return plain


def _number(values: pa.Array) -> pa.Array:
    return pc.replace_substring_regex(
        normal.narrow_array(values), pattern=r"^(-?\d{1,3}),(\d{3})(\.\d+)?$", replacement=r"\1\2\3"
    )


def _list(values: pa.Array) -> pa.Array:
    parts = pc.split_pattern(values, "；")
    table = pa.table({"owner": pc.list_parent_indices(parts), "part": parts.flatten()})
    places = pc.sort_indices(table, [("owner", "ascending"), ("part", "ascending")])
    offsets = pa.array(parts.offsets.to_numpy() - parts.offsets[0].as_py(), pa.int32())
    joined = pc.binary_join(pa.ListArray.from_arrays(offsets, parts.flatten().take(places)), "；")
    return pc.if_else(values.is_valid(), joined, pa.scalar(None, pa.string()))


ADDRESS = Meaning("the normal form of headwater.identifiers.address", _address)
PLACE = Meaning("the same address with its province's ending left out (a closed list of 22 names)", _place)
MOMENT = Meaning("the same day, month or minute", _moment)
WORDS = Meaning("the same text, narrowed by headwater.identifiers.normal", normal.narrow_array)
NUMBER = Meaning("the same number", _number)
LIST = Meaning("the same parts", _list)

_SILENT = r"[\s,，、.。·:：;；'`\"“”()（）_/\\#-]+"


def stable(values: pa.Array) -> pa.Array:
    """The form by which a cell is known again: indifferent to marks and to what brokers change (width, capitals,
    spaces, signs, forms of dates, an ending of the province, the order of a list, ``.0`` of a spreadsheet). Empty cells
    become null.
    """
    if pc.any(pc.match_substring(values, "；"), min_count=0).as_py():
        values = _list(values)
    plain = pc.ascii_upper(_moment(pc.utf8_trim_whitespace(values)))
    plain = pc.replace_substring_regex(plain, pattern=r"^(-?\d+)\.0$", replacement=r"\1")
    plain = pc.replace_substring_regex(plain, pattern=_ANY_ENDING[0], replacement=_ANY_ENDING[1])
    plain = pc.replace_substring_regex(plain, pattern=_SILENT, replacement="")
    return pc.if_else(pc.equal(plain, ""), pa.scalar(None, pa.string()), plain)
