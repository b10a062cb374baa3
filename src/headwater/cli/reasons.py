"""The verb ``reasons``: how much of what was opened has a business reason, and which further reasons a house might adopt."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import pandas as pd
import typer

from headwater.casework.reports import json as result_json
from headwater.casework.reports.visible import visible
from headwater.cli import run
from headwater.cli.case_options import Case, Engine, Json, Memory, OutFolder, Space
from headwater.cli.choices import EngineName
from headwater.detection.profiles.mining import Candidate, Mined, mine
from headwater.detection.scene import Scene
from headwater.model.errors import CaseError

NEEDS = ("access", "relations", "people", "accounts")


def reasons(
    case: Case,
    out: OutFolder = None,
    workspace: Space = None,
    mining: Annotated[bool, typer.Option("--mine", help="Look for further reasons, for a person to judge.")] = False,
    engine: Engine = EngineName.duckdb,
    memory: Memory = None,
    json: Json = False,
) -> None:
    """Print by job how much of what was opened has a business reason. Nothing is adopted unasked (see docs/detection.md)."""
    with run.known_scene(case, out, workspace, engine, memory) as known:
        missing = [table for table in NEEDS if not known.scene.has(table)]
        if missing:
            raise CaseError(f"nothing was read into {', '.join(missing)}", str(known.where.workspace))
        with run.busy("looking for reasons"):
            found = _mined(known.scene, mining)
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
