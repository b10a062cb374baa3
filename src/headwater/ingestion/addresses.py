"""Network addresses as logs write them: with ports, in brackets, mapped into IPv6, or as a chain of proxies."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from headwater.ingestion.columns import known
from headwater.model.tables import TEXT

V4 = r"\d{1,3}(?:\.\d{1,3}){3}"
V6 = r"[0-9A-Fa-f:]*:[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*(?:%\w+)?"
ADDRESS = rf"(?:{V4}|{V6})"
_WITH_PORT = rf"^(?:\[(?P<six>{V6})\]|(?P<four>{V4}))(?::\d{{1,5}})?$"
_MAPPED = rf"^::(?:ffff|FFFF):({V4})$"


def address(column: pa.Array) -> pa.Array:
    """Give plain addresses: no port or brackets, ``::ffff:192.0.2.1`` as ``192.0.2.1``; names stay as they are."""
    column = known(column)
    odd = pc.fill_null(pc.match_substring_regex(column, r"[:\[]"), False)
    if not pc.any(odd).as_py():
        return column
    rest = column.filter(odd)
    bare = pc.extract_regex(rest, _WITH_PORT)
    inner = pc.if_else(
        pc.equal(pc.struct_field(bare, "six"), ""), pc.struct_field(bare, "four"), pc.struct_field(bare, "six")
    )
    plain = pc.replace_substring_regex(pc.coalesce(inner, rest), _MAPPED, r"\1")
    return pc.replace_with_mask(column, odd, plain)


def forwarded(column: pa.Array) -> pa.Array:
    """Give the client of an ``X-Forwarded-For`` chain: its first address; null if it is not such a chain."""
    chain = pc.extract_regex(column, rf'^[\s"\[]*(?P<ip>{ADDRESS})(?:"?,\s*"?{ADDRESS})*[\s"\]]*$')
    return address(pc.struct_field(chain, "ip")) if len(column) else pa.array([], TEXT)
