"""The verb ``reasons``: how much of what was opened has a business reason, and which further reasons a house might adopt."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from headwater.casework.reports import json as result_json
from headwater.casework.reports.visible import visible
from headwater.cli import run
from headwater.cli.choices import EngineName, megabytes
from headwater.detection.profiles.mining import Candidate, Mined, mine
from headwater.detection.scene import Scene
from headwater.investigation.case import Options, open_investigation
from headwater.model.errors import CaseError

NEEDS = ("access", "relations", "people", "accounts")


def reasons(
    case: Annotated[Path, typer.Argument(help="The case folder. It is only read.", metavar="CASE")],
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Folder with the workspace.")] = None,
    workspace: Annotated[
        Path | None, typer.Option("--workspace", "-w", help="The workspace (default: OUT/workspace).")
    ] = None,
    mining: Annotated[bool, typer.Option("--mine", help="Look for further reasons, for a person to judge.")] = False,
    engine: Annotated[EngineName, typer.Option("--engine", help="What runs the queries.")] = EngineName.duckdb,
    memory: Annotated[str | None, typer.Option("--memory", help="Memory of the engine, e.g. 4GB.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print as JSON on standard output.")] = False,
) -> None:
    """Print by job how much of what was opened has a business reason. Nothing is adopted unasked (see docs/detection.md)."""
    where = run.place(case, out, workspace)
    if not (where.workspace / "manifest.sqlite").exists():
        raise CaseError("is no workspace; `headwater ingest` makes one", str(where.workspace))
    options = Options(engine.value, megabytes(memory))
    with open_investigation(where.case, where.workspace, options) as work, work.scene() as scene:
        missing = [table for table in NEEDS if not scene.has(table)]
        if missing:
            raise CaseError(f"nothing was read into {', '.join(missing)}", str(where.workspace))
        with run.busy("looking for reasons"):
            found = _mined(scene, mining)
        if json:
            sys.stdout.buffer.write(result_json.dumps(_answer(found)))
        else:
            _say(found, mining)


def _mined(scene: Scene, mining: bool) -> Mined:
    days = scene.sittings["day"]
    if not len(days):
        raise CaseError("nobody opened anything that a log names")
    return mine(scene.engine, scene.org, days.min(), days.max(), scene.settings.reasons, mining)


def _answer(found: Mined) -> dict[str, Any]:
    columns = [c for c in found.roles.columns if c not in ("department", "role")]
    roles = [
        {"department": r["department"], "role": r["role"], **{c: int(r[c]) for c in columns}}
        for r in found.roles.to_dict("records")
    ]
    return {"roles": roles, "candidates": [_plain(c) for c in found.candidates]}


def _plain(each: Candidate) -> dict[str, Any]:
    return {
        "relation": each.reason.relation,
        "of": each.reason.of,
        "days": each.reason.days,
        "explains": each.real,
        "left": each.left,
        "fakes": each.fakes,
        "faked": each.faked,
        "readers": each.readers,
        "lift": round(each.lift, 2),
        "lift_sure": round(each.sure, 2),
        "blessed": round(each.blessed, 4),
    }


def _say(found: Mined, mining: bool) -> None:
    whole = found.roles.drop(columns=["department", "role"]).sum()
    typer.echo(_share("all", whole, mining))
    for row in found.roles.to_dict("records"):
        typer.echo(_share(visible(f"{row['department']} / {row['role']}"), pd.Series(row), mining))
    if not mining:
        return
    typer.echo(f"candidates worth a person's judgement: {len(found.candidates)}")
    for each in found.candidates:
        reason = each.reason
        typer.echo(
            visible(
                f"  relation = {reason.relation!r}, of = {reason.of!r}, days = {reason.days}: {each.real:,} of {each.left:,} openings "
                f"by {each.readers:,} people; fakes {each.fakes:,} of {each.faked:,}; lift {each.lift:.1f} (surely {each.sure:.1f}); "
                f"would also excuse {each.blessed:.1%} of openings of any client of the team"
            )
        )


def _share(name: str, row: pd.Series, mining: bool) -> str:
    """One line: shares of all openings and of the first of each client, before and, with candidates, after."""

    def part(count: str, of: str) -> str:
        before = row[count] / max(1, row[of])
        after = (row[count] + row[count.replace("explained", "further")]) / max(1, row[of])
        return f"{before:.1%}" + (f" (with the candidates {after:.1%})" if mining else "")

    return (
        f"{name}: {int(row['openings']):,} openings, {part('explained', 'openings')} with a reason; "
        f"{int(row['firsts_openings']):,} first ones, {part('firsts_explained', 'firsts_openings')}"
    )
