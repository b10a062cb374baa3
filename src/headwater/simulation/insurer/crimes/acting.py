"""Every scenario of a world, acted."""

from __future__ import annotations

from headwater.simulation.insurer.crimes import borrowed_account
from headwater.simulation.insurer.doings import Doing
from headwater.simulation.insurer.scenarios import BorrowedAccount
from headwater.simulation.insurer.world import Cast, World


def crimes_of(world: World) -> list[Doing]:
    """The doings of a world's scenarios, in their order; the first is number 1."""
    return [_act(world, cast, number) for number, cast in enumerate(world.casts, 1)]


def _act(world: World, cast: Cast, number: int) -> Doing:
    match cast.scenario:
        case BorrowedAccount():
            return borrowed_account.act(world, cast, cast.scenario, number)
        case _:
            raise NotImplementedError(cast.scenario.kind)
