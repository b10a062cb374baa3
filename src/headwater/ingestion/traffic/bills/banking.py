"""What rows of banks have in common: a quick payment names the payment firm, a purchase a merchant, a transfer a person."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from headwater.ingestion.traffic.bills.cells import Cells, Columns
from headwater.ingestion.traffic.bills.kinds import others

_BOTH = r"^(?P<number>\d[\d*]{5,24})\s*[/|,，;；\s]\s*(?P<name>[^\d].*)$"
_NAMED = r"^(?P<name>[^\d()（）]+)[(（](?P<number>[^()（）\s]{4,64})[)）]$"
_PEOPLE = pa.array(["transfer", "refund", "other", "packet", "code"])


def banked(cells: Cells, columns: Columns) -> Columns:
    """Tell what kind of name the other side has; whoever has an account of his own in it is no shop."""
    if not cells.header.has("other"):
        columns = columns | _parted(columns["other_name"])
    elif not cells.header.has("other_name"):
        columns = columns | _named(columns["other"])
    people = pc.or_(pc.is_in(columns["kind"], value_set=_PEOPLE), columns["other"].is_valid())
    told = pc.fill_null(people, False).to_numpy(zero_copy_only=False)
    return columns | {"other_kind": others(columns["other_name"], told)}


def _named(both: pa.Array) -> Columns:
    """The account and the name of the other side, where the column of accounts holds both: ``李四(154***@example.com)``."""
    found = pc.extract_regex(both, _NAMED)
    number = pc.coalesce(pc.struct_field(found, "number"), both)
    return {"other": number, "other_name": pc.struct_field(found, "name")}


def _parted(both: pa.Array) -> Columns:
    """The account and the name of the other side, where one column holds both: ``6200…/张三``."""
    found = pc.extract_regex(both, _BOTH)
    name = pc.coalesce(pc.struct_field(found, "name"), both)
    return {"other": pc.struct_field(found, "number"), "other_name": name}
