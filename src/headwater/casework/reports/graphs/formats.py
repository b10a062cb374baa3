"""Which formats there are: a name, and what writes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from headwater.casework.reports.graphs import csv_files, follow_the_money, gexf, graphml, stix

Export = Callable[[Mapping[str, Any]], dict[str, bytes]]

FORMATS: Mapping[str, Export] = MappingProxyType(
    {
        "graphml": graphml.export,
        "gexf": gexf.export,
        "stix": stix.export,
        "ftm": follow_the_money.export,
        "csv": csv_files.export,
    }
)
"""Files by name, from a result alone."""
