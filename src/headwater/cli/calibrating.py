"""The verb ``calibrate``: how true attribution is over a house's own histories."""

from __future__ import annotations

import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from headwater.attribution.calibration.curve import plain
from headwater.casework.reports import json as result_json
from headwater.casework.reports.visible import visible
from headwater.cli import run
from headwater.cli.calibrated import said
from headwater.cli.case_options import Case, Engine, Json, Memory, OutFolder, Space
from headwater.cli.choices import EngineName, Language
from headwater.investigation import calibrating
from headwater.model.errors import CaseError


def calibrate(
    case: Case,
    out: OutFolder = None,
    workspace: Space = None,
    leaks: Annotated[int, typer.Option(min=1, help="So many leaks are planted over each data set.")] = 2000,
    seed: Annotated[int, typer.Option(min=0, help="The same seed plants the same leaks.")] = 20171,
    engine: Engine = EngineName.duckdb,
    lang: Annotated[Language, typer.Option("--lang", help="Language of what is printed.")] = Language.en,
    memory: Memory = None,
    json: Json = False,
) -> None:
    """Plant leaks over the house's own histories, and say how often names were right. Reports then cite it."""
    with run.known_scene(case, out, workspace, engine, memory) as known:
        if not known.scene.has("access"):
            raise CaseError("nobody is known to have read anything", str(known.where.workspace))
        with Progress(console=Console(stderr=True), disable=not sys.stderr.isatty(), transient=True) as progress:
            task = progress.add_task("planting", total=leaks * len(known.scene.datasets))
            found = known.work.calibrate(known.scene, leaks, seed, lambda: progress.advance(task))
    if not found:
        raise CaseError(
            f"no data set was read {calibrating.LEAST_READ:,} times: nothing can be planted", str(known.where.case)
        )
    if json:
        sys.stdout.buffer.write(result_json.dumps({"calibration": [plain(c) for c in found]}))
        return
    for one in found:
        for line in said(one, lang.value):
            typer.echo(visible(line))
