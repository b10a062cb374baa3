"""Parts of identifiers: what lists show of a number that is masked or cut short, and what of an address always stays.

A part names nobody alone. Beside a name, or beside another part, it does: so both sides keep parts as kinds of their own,
and matching weighs them. ``mobile~4`` is the last four digits of a mobile, ``mobile~3-4`` the first three with them;
``resident_id~4`` and ``resident_id~4-4`` likewise; ``address~local`` is the road and the numbers of an address, whatever
stands before and between them; ``name~1+mobile~4`` is a surname beside the last four digits of a number.

>>> full = pa.array(["13800138000"])
>>> {kind: values.to_pylist() for kind, values in of_full("mobile", full)}
{'mobile~4': ['8000'], 'mobile~3-4': ['1388000']}
>>> local(pa.array(["江苏省吴县人民路12弄3号502室", "人民路12-3-502", "健康险"])).to_pylist()
['人民路12-3-502', '人民路12-3-502', None]
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headwater.identifiers import normal
from headwater.identifiers.name import surnames
from headwater.identifiers.simplified import simplified_array

LOCAL = "address~local"
TAILS = ("mobile~4", "resident_id~4")
"""The kinds that are four digits: a surname beside them is a part as well."""
PARTED = frozenset({"name", "mobile", "resident_id", "address"})
"""The identifiers that have parts."""
ENDS = {"mobile~4": "mobile~3-4", "resident_id~4": "resident_id~4-4"}
"""What shows the beginning too, by the kind that shows the end."""
_HEADS = {"mobile": 3, "resident_id": 4}
_CJK = "\u3400-\u9fff"
_ROAD = "路|街|大道|道|巷|胡同|弄|里|村|小区|花园|苑|公寓|大厦|广场|新村|庄|屯|坊"
_LOCAL = f"^[^0-9]*(?P<road>[{_CJK}]{{2}}(?:{_ROAD}))[^0-9]{{0,8}}?(?P<numbers>[0-9].*)$"
_STARS = "[*xX•●#_]"
_MASKED_MOBILE = (
    f"(?:^|[^0-9A-Za-z*])(?P<head>1[3-9][0-9])[ -]?{_STARS}{{3,5}}[ -]?(?P<tail>[0-9]{{4}})(?:[^0-9A-Za-z*]|$)"
)
_MASKED_ID = (
    f"(?:^|[^0-9A-Za-z*])(?P<head>[1-9][0-9]{{2,7}}){_STARS}{{6,12}}(?P<tail>[0-9]{{3}}[0-9Xx])(?:[^0-9A-Za-z*]|$)"
)
_MASKED_NAME = f"^[{_CJK}]{{1,2}}(?:[*某○]{{1,3}}[{_CJK}]?|[xX]{{1,2}}|先生|女士|小姐)$"
_TAIL = "^(?:[0-9]{1,4}|[0-9]{3}X)$"
_STARRED_TAIL = r"^[*•●#]+"


def surname_beside(tail: str) -> str:
    """Give the kind of a surname beside a kind of last four digits."""
    return f"name~1+{tail}"


def of_full(kind: str, compact: pa.Array) -> Iterator[tuple[str, pa.Array]]:
    """Give the parts of whole identifiers in their normal forms, nulls in their places: kind of part and values."""
    if kind in _HEADS:
        tail = pc.utf8_slice_codeunits(compact, -4)
        yield f"{kind}~4", tail
        yield (
            ENDS[f"{kind}~4"],
            pc.binary_join_element_wise(pc.utf8_slice_codeunits(compact, 0, _HEADS[kind]), tail, ""),
        )
    elif kind == "address":
        yield LOCAL, local(compact)


def local(addresses: pa.Array) -> pa.Array:
    """Give road and numbers of addresses in any writing, null where one of them is not told."""
    plain = pc.replace_substring_regex(pc.ascii_upper(normal.narrow_array(addresses)), pattern=r"\s+", replacement="")
    found = pc.extract_regex(simplified_array(plain), _LOCAL)
    numbers = pc.replace_substring_regex(found.field("numbers"), pattern="[^0-9A-Z]+", replacement="-")
    told = pc.binary_join_element_wise(found.field("road"), pc.utf8_rtrim(numbers, characters="-"), "")
    return pc.if_else(pc.is_valid(found), told, pa.scalar(None, pa.string()))


def masked(texts: pa.Array) -> Iterator[tuple[str, pa.Array]]:
    """Find masked numbers in texts, the first of each kind: kind of part and values, nulls where there is none.

    Where the mask shows too little of the beginning only the last four digits are given.

    >>> found = dict(masked(pa.array(["张三 138****8000", "1101**********002x"])))
    >>> found["mobile~4"].to_pylist(), found["mobile~3-4"].to_pylist()
    (['8000', None], ['1388000', None])
    >>> found["resident_id~4"].to_pylist(), found["resident_id~4-4"].to_pylist()
    ([None, '002X'], [None, '1101002X'])
    """
    narrowed = normal.narrow_array(texts)
    for kind, pattern in (("mobile", _MASKED_MOBILE), ("resident_id", _MASKED_ID)):
        holding = normal.matching(narrowed, pattern)
        if not holding.any():
            continue
        found = pc.extract_regex(narrowed, pattern)
        head, tail = found.field("head"), pc.ascii_upper(found.field("tail"))
        some = pc.is_valid(found)
        yield f"{kind}~4", normal.keep(tail, holding)
        enough = pc.fill_null(pc.and_(some, pc.greater_equal(pc.utf8_length(head), _HEADS[kind])), False)
        ends = pc.binary_join_element_wise(pc.utf8_slice_codeunits(head, 0, _HEADS[kind]), tail, "")
        yield ENDS[f"{kind}~4"], normal.keep(ends, np.asarray(enough.to_numpy(zero_copy_only=False), bool))


def tails(values: pa.Array) -> pa.Array:
    """Give the cells of a column of last four digits: zeros that a spreadsheet dropped come back; null for others.

    >>> tails(pa.array(["0123", "123", "****002x", "12345"])).to_pylist()
    ['0123', '0123', '002X', None]
    """
    plain = pc.replace_substring_regex(normal.squeeze_array(values), pattern=_STARRED_TAIL, replacement="")
    return normal.keep(pc.utf8_lpad(plain, 4, "0"), normal.matching(plain, _TAIL))


def masked_surnames(values: pa.Array) -> pa.Array:
    """Give the surnames of masked names and of names with a title, null for others.

    >>> masked_surnames(pa.array(["张*", "歐陽**", "李*明", "王先生", "张三", "*三"])).to_pylist()
    ['张', '欧阳', '李', '王', None, None]
    """
    plain = pc.utf8_trim_whitespace(simplified_array(normal.narrow_array(values)))
    two = pc.utf8_slice_codeunits(plain, 0, 2)
    compound = pc.is_in(two, value_set=pa.array(sorted(surnames().compound)))
    made = pc.if_else(compound, two, pc.utf8_slice_codeunits(plain, 0, 1))
    known = normal.matching(pc.binary_join_element_wise(made, "某", ""), surnames().known)
    return normal.keep(made, normal.matching(plain, _MASKED_NAME) & known)
