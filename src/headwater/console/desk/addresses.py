"""Where the page of a row is: below the address of its case."""

from __future__ import annotations

from urllib.parse import quote

from headwater.console.desk.layout import TABLES


def address(table: str, id: str) -> str:
    """The address of a row, ``findings/one?id=…``; empty where it has no page.

    >>> address("incidents", "1"), address("leaks", "leaks/甲.xlsx")
    ('incidents/1', 'leaks/one?leak=leaks%2F%E7%94%B2.xlsx')
    """
    return TABLES[table].address.replace("{id}", quote(id, safe=""))
