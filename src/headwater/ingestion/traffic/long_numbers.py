"""Numbers of accounts and orders as texts, and those of which a spreadsheet has lost the last digits."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

_POWER = r"^\d(?:\.\d+)?[Ee]\+?\d{2}$"
_LONG = r"^\d{16,24}$"
_ENDED = r"^\d{15}0+$"
_FEWEST, _SHARE = 2, 0.9


def numbers(texts: pa.Array) -> tuple[pa.Array, int]:
    """Give a column of numbers as they were before a spreadsheet took hold of them, and how many are lost (null then).

    ``="6222…"`` and ``'6222…`` keep a number from being counted with. A number cell holds fifteen digits: longer ones end in zeros,
    or are written as a power. One that ends so may be right; where nearly all long ones do, none is.
    """
    plain = pc.replace_substring_regex(texts, r"""^=?"([^"]*)"$|^'""", r"\1")
    plain = pc.utf8_trim_whitespace(plain)
    plain = pc.if_else(pc.equal(plain, ""), None, plain)
    lost = pc.fill_null(pc.match_substring_regex(plain, _POWER), False)
    long = plain.filter(pc.fill_null(pc.match_substring_regex(plain, _LONG), False)).unique()
    ended = long.filter(pc.match_substring_regex(long, _ENDED))
    if len(ended) >= _FEWEST and len(ended) >= _SHARE * len(long):
        lost = pc.or_(lost, pc.fill_null(pc.is_in(plain, value_set=ended), False))
    count = pc.sum(lost).as_py() or 0
    return (pc.if_else(lost, pa.scalar(None, pa.string()), plain) if count else plain), count
