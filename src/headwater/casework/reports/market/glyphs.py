"""How each role is drawn: shapes that differ without colour, around the origin within ten units."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

GLYPHS: Mapping[str, str] = MappingProxyType(
    {
        "customer": "M0-9A9 9 0 1 1 0 9A9 9 0 1 1 0-9Z",  # a disc
        "shop": "M-9-2L0-10L9-2V9H-9Z",  # a house
        "middleman": "M0-10L10 0L0 10L-10 0Z",  # a lozenge
        "source": "M-8.5-8.5H8.5V8.5H-8.5Z",  # a square
        "escrow": "M-5-9H5L10 0L5 9H-5L-10 0Z",  # a hexagon
        "mule": "M-10-8H10L0 9Z",  # a funnel
        "head": "M0-10L2.6-3.4L9.5-3.1L4.1 1.3L5.9 8.1L0 4.2L-5.9 8.1L-4.1 1.3L-9.5-3.1L-2.6-3.4Z",  # a star
        "unknown": "M-3-9H3V-3H9V3H3V9H-3V3H-9V-3H-3Z",  # a cross
    }
)
