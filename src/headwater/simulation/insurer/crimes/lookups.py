"""Single records opened in the client system, as any crime that needs no statement does it."""

from __future__ import annotations

from headwater.simulation.events import Column, Events, Whole
from headwater.simulation.insurer.doings import access
from headwater.simulation.insurer.world import World


def opened(
    world: World, clients: Whole, times: Whole, *, account: str, ip: str | Column, agent: int, number: int
) -> Events:
    """Look-ups of these clients at these times."""
    paths = [world.habits.record_path.format(subject=key) for key in world.clients.key[clients]]
    return access(
        len(clients),
        time=times,
        account=account,
        ip=ip,
        path=paths,
        client=clients,
        bytes=900 + clients * 37 % 2_100,
        agent=agent,
        doing=number,
    )
