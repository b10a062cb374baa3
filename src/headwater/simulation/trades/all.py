"""The trades by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from headwater.simulation.trades.bank import BANK
from headwater.simulation.trades.courier import COURIER
from headwater.simulation.trades.delivery import DELIVERY
from headwater.simulation.trades.hospital import HOSPITAL
from headwater.simulation.trades.insurer import INSURER
from headwater.simulation.trades.telecom import TELECOM
from headwater.simulation.trades.trade import Trade

TRADES: Mapping[str, Trade] = MappingProxyType(
    {trade.name: trade for trade in (INSURER, BANK, COURIER, DELIVERY, TELECOM, HOSPITAL)}
)
