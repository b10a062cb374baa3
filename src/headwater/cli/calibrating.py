"""The verb ``calibrate``: how true attribution is over a house's own histories."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from headwater.attribution.calibration.curve import Calibration, plain
from headwater.casework.reports import json as result_json
from headwater.casework.reports.visible import visible
from headwater.cli import run
from headwater.cli.choices import EngineName, Language, megabytes
from headwater.investigation import calibrating
from headwater.investigation.case import Options, open_investigation
from headwater.model.errors import CaseError

_WORDS = {
    "en": (
        "{dataset}: {leaks:,} planted leaks, {nulls:,} of them taken by nobody; {accused:,} accounts were named on those.",
        "claims of {low:.0%} and more: {right:,} of {claims:,} right ({from_:.1%} to {to:.1%}); {mean:.1%} was said on average",
        "what is planted                 leaks  takers  named  exact  false  overlap of days",
        "Brier score of all claims: {brier:.4f}",
    ),
    "zh": (
        "{dataset}：植入 {leaks:,} 份泄露名单，其中 {nulls:,} 份无人取走；这些名单上共误指 {accused:,} 个账号。",
        "概率 {low:.0%} 及以上的指认：{claims:,} 个中 {right:,} 个正确（{from_:.1%} 至 {to:.1%}）；平均声称 {mean:.1%}",
        "植入内容                        名单   取走者  指认   全对   误指   日期重合",
        "全部指认的 Brier 分数：{brier:.4f}",
    ),
}


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
        _say(one, lang.value)


def _say(one: Calibration, lang: str) -> None:
    head, claim, table, brier = _WORDS[lang]
    typer.echo(visible(head.format(dataset=one.dataset, leaks=one.leaks, nulls=one.nulls, accused=one.accused)))
    for b in one.bins:
        if b.claims:
            told = {"low": b.start, "right": b.right, "claims": b.claims, "from_": b.low, "to": b.high, "mean": b.mean}
            typer.echo("  " + claim.format(**told))
    if one.brier is not None:
        typer.echo("  " + brier.format(brier=one.brier))
    typer.echo("  " + table)
    for r in one.rows:
        days = "" if r.overlap is None else f"{r.overlap:.2f}"
        typer.echo(f"  {r.what:<30}{r.leaks:>7,}{r.takers:>8,}{r.found:>7,}{r.exact:>7,}{r.false:>7,}  {days}")
