"""The verb ``demo``: a small made case is investigated, and the truth lies beside it."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import typer

from headwater.cli import run
from headwater.investigation.case import Options
from headwater.model.words import Lang
from headwater.simulation.outside.leak_spec import LeakSpec
from headwater.simulation.simulate import simulate
from headwater.simulation.trades.trade import Crime

STAFF, CLIENTS, DAYS = 30, 10_000, 36
CRIMES = (Crime("borrowed-account", "medium", people=2, way_out="shop-chat"),)
LEAKS = (LeakSpec("sample", rows=400),)


def demo(out: Path, lang: Lang, seed: int, json: bool) -> None:
    """Make an insurer where two people use the account of a colleague who has left, investigate it, and say what is
    where."""
    made = out.resolve()
    world = made / f"demo-{seed}"
    with run.busy("making a case"):
        _make(world, seed)
    run.investigate(run.Place(world / "case", made, made / "workspace"), Options(), lang, json, console=True)
    if not json:
        typer.echo(f"case:   {world / 'case'}")
        typer.echo(f"truth:  {world / 'truth.json'}")
        typer.echo(f"Work on it in a browser: {_called()} serve {world / 'case'} --out {made}")
        typer.echo(f"How good is it? headwater evaluate {made / 'result.json'} {world / 'truth.json'}")


def _called() -> str:
    """What was typed to run this program."""
    return sys.argv[0] if Path(sys.argv[0]).name == "headwater" else "headwater"


def _make(world: Path, seed: int) -> None:
    """Make the world unless it is there. It is made aside and renamed, so that a killed run leaves no half of one."""
    if world.exists():
        return
    aside = world.with_name(f".{world.name}.new")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    simulate(
        "insurer",
        aside / "case",
        seed=seed,
        staff=STAFF,
        clients=CLIENTS,
        days=DAYS,
        crimes=CRIMES,
        leaks=LEAKS,
    )
    aside.replace(world)
