"""Accounts that passed to somebody else are two from then on: nobody answers for what was done before he had the account."""

from __future__ import annotations

from headwater.network.frames import Traffic
from headwater.network.handovers.finding import announced, passed
from headwater.network.handovers.homes import at_home
from headwater.network.handovers.parting import parted
from headwater.store.engine import Engine


def parted_by_hand(traffic: Traffic, engine: Engine) -> Traffic:
    """Part each account that was handed over; the same traffic where none was."""
    told = announced(traffic)
    if not len(told):
        return traffic
    home = at_home(engine, traffic, told["account"].unique())
    told = passed(traffic, told, home)
    return parted(traffic, told, home) if len(told) else traffic
