"""The first start: every case is entered, and where nobody has an account yet, a link makes the first one."""

from __future__ import annotations

from datetime import datetime

from headwater.console.house import House
from headwater.store.casebook import links
from headwater.store.casebook.users import has_users


def invitation(house: House, now: datetime) -> str:
    """The path of a one-time link by which the first administrator is made; empty where there are accounts."""
    with house.book.transaction(now) as tx:
        house.enter(tx)
        return "" if has_users(tx) else f"/first/{links.first(tx)}"
