"""The data of the bench: a made insurer in two houses of log formats, a Zeek log, and a file of people to scan."""

from __future__ import annotations

import csv
import gzip
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.sizes import Size
from headwater.simulation.outside.leak_spec import LeakSpec
from headwater.simulation.simulate import simulate
from headwater.simulation.trades.trade import Crime
from headwater.simulation.workbook import workbook
from headwater.simulation.writing.formats import Formats
from headwater.simulation.writing.noise import Noise

SEED = 20211
_FIRST = Formats(packing="plain")
_SECOND = Formats("nginx-json", "stderr", True, "squid-sizes", "flat", "windows-4663", packing="plain")
_NOISE = Noise(rotation="none", torn=0)  # a torn line may end a reader of CSV that is compared with
_CRIMES = (Crime("borrowed-account", people=2),)
_LEAKS = (LeakSpec("sample", rows=800, kind="xlsx"),)
_FIRST_LOGS = {
    "combined": "web01/access.log",
    "pg_csvlog": "db01/postgresql.csv",
    "elff": "proxy/access.log",
    "windows_json (ECS)": "ad/security.json",
    "ocsf": "endpoint/files.json",
}
_SECOND_LOGS = {
    "json_access": "web01/access.log",
    "pg_stderr": "db01/postgresql.log",
    "squid": "proxy/access.log",
    "windows_json (flat)": "ad/security.json",
    "windows_json (4663)": "endpoint/files.json",
}
_FIELDS = "ts uid id.orig_h id.orig_p id.resp_h id.resp_p proto service duration orig_bytes resp_bytes conn_state"


@dataclass(frozen=True, slots=True)
class Log:
    """One log in a format, and the case whose tables it belongs to."""

    format: str
    case: Path
    file: Path


@dataclass(frozen=True, slots=True)
class Made:
    """What was made: the case for the whole run, one log of each format, and files of people (CSV, XLSX)."""

    case: Path
    events: int
    logs: tuple[Log, ...]
    people: dict[str, Path]


def make(root: Path, size: Size) -> Made:
    """Make everything below a folder; same size, same bytes."""
    first, events = _case(root / "first", size, _FIRST)
    second, _ = _case(root / "second", size, _SECOND)
    logs = [Log(name, first, first / "logs" / file) for name, file in _FIRST_LOGS.items()]
    logs += [Log(name, second, second / "logs" / file) for name, file in _SECOND_LOGS.items()]
    packed = root / "combined.log.gz"
    packed.write_bytes(gzip.compress(logs[0].file.read_bytes(), 6, mtime=0))
    zeek = root / "conn.log"
    zeek.write_text(_zeek(logs[2].file.read_bytes().count(b"\n")), encoding="utf-8")
    logs += [Log("combined (.gz)", first, packed), Log("zeek conn", first, zeek)]
    return Made(first, events, tuple(logs), _people(root, first))


def _case(root: Path, size: Size, formats: Formats) -> tuple[Path, int]:
    root.mkdir(parents=True)
    truth = simulate(
        "insurer",
        root / "case",
        seed=SEED,
        staff=size.staff,
        clients=size.clients,
        days=size.days,
        crimes=_CRIMES,
        leaks=_LEAKS,
        formats=formats,
        noise=_NOISE,
    )
    return root / "case", sum(truth["house"]["events"].values())


def _zeek(count: int) -> str:
    rng = np.random.default_rng(SEED)
    at = 1_614_560_400 + np.sort(rng.integers(0, 86_400 * 60, count))
    low, port, sent, got = (rng.integers(1, top, count) for top in (250, 60_000, 90_000, 900_000))
    head = ["#separator \\x09", "#set_separator\t,", "#empty_field\t(empty)", "#unset_field\t-", "#path\tconn"]
    head.append("#fields\t" + "\t".join(_FIELDS.split()))
    lines = (
        f"{t}.25\tC{n}\t10.20.0.{a}\t{p}\t203.0.113.{a}\t443\ttcp\tssl\t1.5\t{o}\t{i}\tSF"
        for n, (t, a, p, o, i) in enumerate(
            zip(at.tolist(), low.tolist(), port.tolist(), sent.tolist(), got.tolist(), strict=True)
        )
    )
    return "\n".join([*head, *lines]) + "\n"


def _people(root: Path, case: Path) -> dict[str, Path]:
    """The whole data set as somebody might carry it away: as text and as a spreadsheet."""
    snapshot = case / "clients" / "policyholders.csv"
    with snapshot.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    folder = root / "people"
    folder.mkdir()
    files = {"csv": folder / "people.csv", "xlsx": folder / "people.xlsx"}
    files["csv"].write_bytes(snapshot.read_bytes())
    files["xlsx"].write_bytes(workbook(rows))
    return files
