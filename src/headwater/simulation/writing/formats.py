"""In which layouts a house writes: every value is one that real products write."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeVar

from headwater.simulation.events import dice
from headwater.simulation.files import Packing, TableKind

AccessLayout = Literal["combined", "nginx-json"]
DatabaseLayout = Literal["csvlog", "stderr"]
ProxyLayout = Literal["elff", "squid", "squid-sizes", "ocsf"]
LogonLayout = Literal["ecs", "flat", "ocsf"]
EndpointLayout = Literal["ocsf", "windows-4663"]
LogKind = Literal["text", "parquet"]

ACCESS: tuple[AccessLayout, ...] = ("combined", "nginx-json")
DATABASE: tuple[DatabaseLayout, ...] = ("csvlog", "stderr")
PROXY: tuple[ProxyLayout, ...] = ("elff", "squid-sizes", "ocsf", "squid")
LOGONS: tuple[LogonLayout, ...] = ("ecs", "flat", "ocsf")
ENDPOINT: tuple[EndpointLayout, ...] = ("ocsf", "windows-4663")
PACKING: tuple[Packing, ...] = ("gz", "plain", "zst", "zip")
TABLES: tuple[TableKind, ...] = ("utf-8", "utf-8-sig", "gb18030", "xlsx")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Formats:
    """The layout of each log and table of a house. ``logs``: as text, or all of them as Parquet with declarations.

    ``database_rows``: whether the database says how many rows a statement returned. ``tables``: how the papers are
    kept; tables too large for a spreadsheet are written as text then.
    """

    access: AccessLayout = "combined"
    database: DatabaseLayout = "csvlog"
    database_rows: bool = True
    proxy: ProxyLayout = "elff"
    logons: LogonLayout = "ecs"
    endpoint: EndpointLayout = "ocsf"
    packing: Packing = "gz"
    tables: TableKind = "utf-8"
    logs: LogKind = "text"

    @staticmethod
    def mixed(seed: int, logs: LogKind = "text") -> Formats:
        """A mixture by seed, so that no two worlds look alike. Squid's native layout, which hides what went out, is rare."""
        rng = dice(seed, "formats")

        def one(choices: tuple[T, ...], *weights: float) -> T:
            return choices[int(rng.choice(len(choices), p=weights or None))]

        return Formats(
            access=one(ACCESS),
            database=one(DATABASE),
            database_rows=bool(rng.random() < 0.8),
            proxy=one(PROXY, 0.35, 0.25, 0.3, 0.1),
            logons=one(LOGONS),
            endpoint=one(ENDPOINT, 0.6, 0.4),
            packing=one(PACKING, 0.4, 0.25, 0.25, 0.1),
            tables=one(TABLES, 0.45, 0.15, 0.25, 0.15),
            logs=logs,
        )
