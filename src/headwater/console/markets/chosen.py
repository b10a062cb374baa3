"""What somebody chose to look at, read from an address: months, a tier, a role, a person."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from headwater.casework.reports.market.people import ROLES, UNKNOWN, Person
from headwater.console.errors import GoneError
from headwater.console.markets.layers import Focus
from headwater.console.markets.market import Market
from headwater.model.errors import CaseError

Month = r"^(\d{4}-\d{2})?$"
From = Annotated[str, Query(alias="from", pattern=Month, description="The first month, as `2026-03`.")]
To = Annotated[str, Query(alias="to", pattern=Month, description="The last month.")]
Tier = Annotated[str, Query(pattern=r"^(-1|\d{1,2})?$", description="A tier; `-1`: people without one.")]
RoleChosen = Annotated[str, Query(pattern=f"^({'|'.join((*ROLES, UNKNOWN))})?$", description="A role, as `middleman`.")]
Named = Annotated[str, Query(max_length=200, description="A person's id, account or other alias.")]


def focus(market: Market, tier: str, role: str, person: str) -> Focus:
    """What an address asks for; a person comes before a tier and a role.

    :raises GoneError: where nobody, or more than one person, is called so
    """
    if person.strip():
        return Focus(person=market.number[who(market, person).id])
    return Focus(tier=int(tier) if tier else None, role=role or None)


def who(market: Market, name: str) -> Person:
    """The person of that id, account or other alias.

    :raises GoneError: where nobody, or more than one person, is called so
    """
    place = market.number.get(name)
    if place is not None:
        return market.people[place]
    try:
        return market.book.person(name)
    except CaseError as error:
        raise GoneError(str(error).split("; see ")[0]) from None
