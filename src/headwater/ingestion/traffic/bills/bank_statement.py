"""Bank statements by the names of their columns: signed sums, two columns, or debit and credit flags.

``2018-01-16,12:38:57,,38.54,7710.01,大润发,,消费``
"""

from __future__ import annotations

from headwater.ingestion.traffic.bills.banking import banked
from headwater.ingestion.traffic.bills.cells import Cells, Columns
from headwater.ingestion.traffic.bills.table import BillReader, Layout
from headwater.ingestion.traffic.headings import Header

__all__ = ["READER"]


def _sure(header: Header) -> float:
    if not header.has("balance"):
        return 0.0
    told = sum(header.has(field) for field in ("other", "other_name", "text", "kind", "direction", "currency"))
    two = header.has("income", "outgo")
    return 0.9 if told >= 2 or (two and told) else 0.7 if told or two else 0.0


def _meaning(cells: Cells, columns: Columns) -> Columns:
    return banked(cells, columns)


READER = BillReader(Layout("bank-statement", "bank", _sure, _meaning))
