"""Every scenario of a world, acted."""

from __future__ import annotations

from headwater.simulation.insurer.crimes import (
    borrowed_account,
    hijacked_account,
    leaver,
    lookup_for_hire,
    scraping_partner,
    slow_drip,
)
from headwater.simulation.insurer.doings import Doing
from headwater.simulation.insurer.scenarios import (
    BorrowedAccount,
    HijackedAccount,
    Leaver,
    LookupForHire,
    ScrapingPartner,
    SlowDrip,
)
from headwater.simulation.insurer.world import Cast, World


def crimes_of(world: World) -> list[Doing]:
    """The doings of a world's scenarios, in their order; the first is number 1."""
    return [_act(world, cast, number) for number, cast in enumerate(world.casts, 1)]


def _act(world: World, cast: Cast, number: int) -> Doing:
    match cast.scenario:
        case BorrowedAccount() as scenario:
            return borrowed_account.act(world, cast, scenario, number)
        case SlowDrip() as scenario:
            return slow_drip.act(world, cast, scenario, number)
        case LookupForHire() as scenario:
            return lookup_for_hire.act(world, cast, scenario, number)
        case Leaver() as scenario:
            return leaver.act(world, cast, scenario, number)
        case ScrapingPartner() as scenario:
            return scraping_partner.act(world, cast, scenario, number)
        case HijackedAccount() as scenario:
            return hijacked_account.act(world, cast, scenario, number)
