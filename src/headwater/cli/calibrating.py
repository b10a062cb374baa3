"""The verb ``calibrate``: how true attribution is over a house's own histories."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from headwater.attribution.calibration.curve import plain
from headwater.casework.reports import json as result_json
from headwater.casework.reports.visible import visible
from headwater.cli import run
from headwater.cli.calibrated import said
from headwater.cli.choices import EngineName, Language, megabytes
from headwater.investigation import calibrating
from headwater.investigation.case import Options, open_investigation
from headwater.model.errors import CaseError


def calibrate(
    case: Annotated[Path, typer.Argument(help="The case folder. It is only read.", metavar="CASE")],
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Folder with the workspace.")] = None,
    workspace: Annotated[
        Path | None, typer.Option("--workspace", "-w", help="The workspace (default: OUT/workspace).")
    ] = None,
    leaks: Annotated[int, typer.Option(min=1, help="So many leaks are planted over each data set.")] = 2000,
    seed: Annotated[int, typer.Option(min=0, help="The same seed plants the same leaks.")] = 20171,
    engine: Annotated[EngineName, typer.Option("--engine", help="What runs the queries.")] = EngineName.duckdb,
    lang: Annotated[Language, typer.Option("--lang", help="Language of what is printed.")] = Language.en,
    memory: Annotated[str | None, typer.Option("--memory", help="Memory of the engine, e.g. 4GB.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print as JSON on standard output.")] = False,
) -> None:
    """Plant leaks over the house's own histories, and say how often names were right. Reports then cite it."""
    where = run.place(case, out, workspace)
    if not (where.workspace / "manifest.sqlite").exists():
        raise CaseError("is no workspace; `headwater ingest` makes one", str(where.workspace))
    options = Options(engine.value, megabytes(memory))
    with open_investigation(where.case, where.workspace, options) as work, work.scene() as scene:
        if not scene.has("access"):
            raise CaseError("nobody is known to have read anything", str(where.workspace))
        with Progress(console=Console(stderr=True), disable=not sys.stderr.isatty(), transient=True) as progress:
            task = progress.add_task("planting", total=leaks * len(scene.datasets))
            found = work.calibrate(scene, leaks, seed, lambda: progress.advance(task))
    if not found:
        raise CaseError(
            f"no data set was read {calibrating.LEAST_READ:,} times: nothing can be planted", str(where.case)
        )
    if json:
        sys.stdout.buffer.write(result_json.dumps({"calibration": [plain(c) for c in found]}))
        return
    for one in found:
        for line in said(one, lang.value):
            typer.echo(visible(line))
