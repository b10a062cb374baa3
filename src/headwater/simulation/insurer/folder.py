"""The case folder of a made world: settings, tables and logs, in the layouts that its habits ask for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from headwater.simulation.clock import ZONE
from headwater.simulation.events import Events
from headwater.simulation.files import write_log, write_table
from headwater.simulation.formats import access_logs, database_logs, endpoint_logs, logon_logs, proxy_logs
from headwater.simulation.insurer import papers
from headwater.simulation.insurer.clients import client_rows
from headwater.simulation.insurer.doings import Relation
from headwater.simulation.insurer.findings_outside import Found
from headwater.simulation.insurer.world import World

_PROXY = {
    "elff": proxy_logs.elff,
    "squid": proxy_logs.squid,
    "squid-sizes": proxy_logs.squid_sizes,
    "ocsf": proxy_logs.ocsf,
}
_LOGONS = {"ecs": logon_logs.ecs, "flat": logon_logs.flat, "ocsf": logon_logs.ocsf}
_ENDPOINT = {"ocsf": endpoint_logs.ocsf, "windows-4663": endpoint_logs.windows_4663}


def write_settings(case: Path, world: World, snapshot: str) -> None:
    """Write ``headwater.toml``."""
    habits = world.habits
    record = re.escape(habits.record_path).replace(r"\{subject\}", rf"(?P<subject>{habits.client_prefix}\d+)")
    text = f"""timezone = "{ZONE}"
organisation = "某财产保险公司"
jurisdiction = "cn"

[datasets.policyholders]
snapshot = "{snapshot}"
key = "cust_no"
tables = ["{habits.table}"]
urls = ['^{record}']
exports = ['^{habits.export_path}', '^{habits.search_path}']

[network]
permitted_sites = ["*.{habits.shop}", "*.office.example", "*.gate.example"]
"""
    (case / "headwater.toml").write_text(text, encoding="utf-8")


def write_papers(case: Path, world: World, reasons: Sequence[Relation], complaints: list[list[str]]) -> str:
    """Write the tables; gives the snapshot's path below the case folder."""
    kind = world.habits.formats.tables
    write_table(case / "hr/roster.csv", papers.roster(world), kind)
    write_table(case / "hr/accounts.csv", papers.accounts(world), kind)
    write_table(case / "hr/entitlements.csv", papers.entitlements(), kind)
    write_table(case / "hr/absences.csv", papers.absences(world), kind)
    write_table(case / "hr/tickets.csv", papers.tickets(world), kind)
    write_table(case / "business/reasons.csv", papers.relations(world, reasons), kind)
    write_table(case / "complaints.csv", complaints, kind)
    snapshot = write_table(case / "clients/policyholders.csv", client_rows(world.clients, world.calendar), kind)
    return snapshot.relative_to(case).as_posix()


def write_logs(case: Path, world: World, logs: dict[str, Events]) -> None:
    """Write the five logs; a few lines of the access log are torn, as when a disk was full."""
    formats, habits, rng = world.habits.formats, world.habits, world.dice("torn")
    crm = access_logs.combined if formats.crm == "combined" else access_logs.nginx_json
    database = database_logs.csvlog if formats.database == "csvlog" else database_logs.stderr
    statements = database(logs["queries"], habits.table, formats.database_rows)
    write_log(case / "logs/web01_access.log", _torn(list(crm(logs["access"])), habits.torn_lines, rng), formats.packing)
    write_log(case / "logs/postgresql-2021.log", statements)
    write_log(case / "logs/gateway.log", _PROXY[formats.proxy](logs["web"]), formats.packing)
    write_log(case / "logs/security-events.json", _LOGONS[formats.logons](logs["logons"]))
    write_log(case / "logs/endpoint.json", _ENDPOINT[formats.endpoint](logs["files"]))


def write_found(case: Path, found: Iterable[Found]) -> None:
    """Write the files that were found outside."""
    for file in found:
        path = case / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.content)


def _torn(lines: list[str], count: int, rng: np.random.Generator) -> list[str]:
    for place in sorted(rng.choice(len(lines) - 1, count, replace=False).tolist(), reverse=True):
        lines.insert(place, lines[place][: len(lines[place]) // 3])
    return lines
