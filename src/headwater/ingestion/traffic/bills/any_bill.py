"""Any table whose header clearly is a bill's: a time, a sum, which way it went or who was on the other side."""

from __future__ import annotations

from headwater.ingestion.traffic.bills.banking import banked
from headwater.ingestion.traffic.bills.table import BillReader, Layout
from headwater.ingestion.traffic.headings import Header


def _sure(header: Header) -> float:
    ways = header.has("direction", "amount") or header.has("income", "outgo")
    other = header.has("other") or header.has("other_name")
    signed = header.has("amount") and (header.has("balance") or header.has("currency"))
    return 0.6 if (ways and (other or header.has("reference") or header.has("text"))) or (signed and other) else 0.0


READER = BillReader(Layout("bill", "other", _sure, banked))
