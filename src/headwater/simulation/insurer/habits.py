"""How the made insurer works and writes: everything that a test may want to vary."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from headwater.simulation.files import Packing, TableKind
from headwater.simulation.insurer.scenarios import BorrowedAccount, Scenario


@dataclass(frozen=True, slots=True)
class Formats:
    """The format of each log and file; every value is a layout that real products write."""

    crm: Literal["combined", "nginx-json"] = "combined"
    database: Literal["csvlog", "stderr"] = "csvlog"
    database_rows: bool = True
    proxy: Literal["elff", "squid", "squid-sizes", "ocsf"] = "elff"
    logons: Literal["ecs", "flat", "ocsf"] = "ecs"
    endpoint: Literal["ocsf", "windows-4663"] = "ocsf"
    packing: Packing = "gz"
    tables: TableKind = "utf-8"
    leak: Literal["xlsx", "csv", "txt", "zip"] = "xlsx"
    seized: Literal["xlsx", "csv", "txt", "zip"] = "xlsx"


@dataclass(frozen=True, slots=True)
class LeakedFile:
    """A file with personal data that was found outside.

    ``theft``: drawn from what one scenario took (``scenario``, its place in ``Habits.scenarios``), mixed with
    ``foreign``, a share of people who are no clients. ``coincidence``: another firm's list; the rest of its people
    happen to be clients here, the popular ones of one branch more often, and nobody in the house took them.
    ``columns`` are some of name, id_number, phone, address, in the order of the file; ``tidy`` leaves out the
    spellings that a careless hand brings in (+86, spaces and hyphens, lower-case x, doubled rows).
    """

    origin: Literal["theft", "coincidence"] = "theft"
    rows: int = 800
    foreign: float = 0.25
    scenario: int = 0
    columns: tuple[str, ...] = ("name", "phone", "id_number", "address")
    headers: tuple[str, ...] = ("客户姓名", "联系电话", "身份证号", "地址")
    name: str = "精准车险客户"
    tidy: bool = False


@dataclass(frozen=True, slots=True)
class Habits:
    """The ways of one house. Shares are between 0 and 1."""

    scenarios: tuple[Scenario, ...] = (BorrowedAccount(),)
    leak: LeakedFile | None = LeakedFile()
    formats: Formats = field(default_factory=Formats)
    account_prefix: str = "zh"
    employee_prefix: str = "P"
    client_prefix: str = "K"
    device_prefix: str = "WS-"
    record_path: str = "/crm/customer/{subject}"
    export_path: str = "/crm/report/export"
    search_path: str = "/crm/find"
    table: str = "core.customer"
    shop: str = "tuangou.example"
    activity: float = 1.0  # of everybody's reading, browsing and saving
    unexplained: float = 0.04  # of a clerk's accesses that no business relation explains
    lost_lines: float = 0.003
    torn_lines: int = 3
    unassigned_phones: float = 0.6  # why: see `made_people`
    innocent_seizures: int = 1
    complaints: int = 60
    hostile: bool = False  # text in the logs that would act if a report took it for HTML or a formula


CRIME_FREE = Habits(scenarios=(), leak=None)
"""A house in which nobody takes anything."""
