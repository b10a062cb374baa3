"""The command line: one verb per stage, ``investigate`` for all of them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from headwater import __version__
from headwater.casework.reports.visible import visible
from headwater.cli import (
    audit,
    calibrating,
    canary,
    casebook,
    demonstrating,
    duty,
    evaluating,
    exporting,
    inventorying,
    judging,
    law,
    mark,
    match,
    network,
    packaging,
    preventing,
    reasons,
    revealing,
    run,
    scanning,
    serving,
    sigma_rules,
    watching,
    worlds,
)
from headwater.cli.choices import EngineName, Language, megabytes
from headwater.cli.talking import talk
from headwater.investigation.case import Options
from headwater.model.errors import HeadwaterError

app = typer.Typer(
    name="headwater",
    help="Follow leaked personal data upstream: who holds it, who took it, how it got out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)
_err = Console(stderr=True)

Case = Annotated[
    Path, typer.Argument(help="The case folder (see docs/case-folder.md). It is only read.", metavar="CASE")
]
Out = Annotated[Path | None, typer.Option("--out", "-o", help="Folder for report.html, result.json and the workspace.")]
Space = Annotated[Path | None, typer.Option("--workspace", "-w", help="The workspace (default: OUT/workspace).")]
Engine = Annotated[EngineName, typer.Option("--engine", help="What runs the queries over the lake.")]
Lang = Annotated[Language, typer.Option("--lang", help="Language of report and result.")]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON on standard output.")]
Verbose = Annotated[
    int, typer.Option("--verbose", "-v", count=True, help="Say more (-vv: everything) on standard error.")
]
Memory = Annotated[
    str | None, typer.Option("--memory", help="Memory of the engine, e.g. 4GB (default: half of this machine's).")
]
Threads = Annotated[int | None, typer.Option("--threads", min=1, help="Threads of the engine (default: all cores).")]


@app.command(epilog="Example: `headwater investigate CASE --out OUT --lang zh`")
def investigate(
    case: Case,
    out: Out = None,
    workspace: Space = None,
    engine: Engine = EngineName.duckdb,
    lang: Lang = Language.en,
    json: Json = False,
    memory: Memory = None,
    threads: Threads = None,
    verbose: Verbose = 0,
) -> None:
    """Do everything: read the case folder, find, attribute, and write report.html and result.json."""
    talk(verbose)
    place = run.place(case, out, workspace)
    run.investigate(place, Options(engine.value, megabytes(memory), threads), lang.value, json)


@app.command(epilog="Example: `headwater ingest CASE -w WORKSPACE`")
def ingest(case: Case, out: Out = None, workspace: Space = None, json: Json = False, verbose: Verbose = 0) -> None:
    """Read tables and logs into the workspace. What was read before is not read again."""
    talk(verbose)
    run.ingest(run.place(case, out, workspace), json)


@app.command(epilog="Example: `headwater detect CASE -w WORKSPACE --json`")
def detect(
    case: Case,
    out: Out = None,
    workspace: Space = None,
    engine: Engine = EngineName.duckdb,
    lang: Lang = Language.en,
    json: Json = False,
    memory: Memory = None,
    threads: Threads = None,
    verbose: Verbose = 0,
) -> None:
    """Run the detectors over the workspace and print the findings."""
    talk(verbose)
    place = run.place(case, out, workspace)
    run.detect(place, Options(engine.value, megabytes(memory), threads), lang.value, json)


@app.command(epilog="Example: `headwater attribute CASE -w WORKSPACE`")
def attribute(
    case: Case,
    out: Out = None,
    workspace: Space = None,
    engine: Engine = EngineName.duckdb,
    lang: Lang = Language.en,
    json: Json = False,
    memory: Memory = None,
    threads: Threads = None,
    verbose: Verbose = 0,
) -> None:
    """Explain leaked and seized files by who read what, and print the takers."""
    talk(verbose)
    place = run.place(case, out, workspace)
    run.attribute(place, Options(engine.value, megabytes(memory), threads), lang.value, json)


@app.command(epilog="Example: `headwater report CASE -w WORKSPACE --out OUT --lang zh`")
def report(
    case: Case,
    out: Out = None,
    workspace: Space = None,
    engine: Engine = EngineName.duckdb,
    lang: Lang = Language.en,
    json: Json = False,
    memory: Memory = None,
    threads: Threads = None,
    verbose: Verbose = 0,
) -> None:
    """Write report.html and result.json from a workspace that has been filled."""
    talk(verbose)
    place = run.place(case, out, workspace)
    run.report(place, Options(engine.value, megabytes(memory), threads), lang.value, json)


@app.command(epilog="Example: `headwater demo --out /tmp/demo`")
def demo(
    out: Out = None,
    lang: Lang = Language.en,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same case.")] = 7,
    json: Json = False,
    verbose: Verbose = 0,
) -> None:
    """Make a small case with a known truth, investigate it, and print the answer and where everything is."""
    talk(verbose)
    demonstrating.demo(out or Path("out/demo"), lang.value, seed, json)


@app.command(epilog="Example: `headwater simulate insurer --out made/case --seed 7 --crime bulk:weak --events 1e6`")
def simulate(
    world: Annotated[str | None, typer.Argument(help="Which world (see --list).", metavar="WORLD")] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="The case folder to be written.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same bytes.")] = 7,
    events: Annotated[str | None, typer.Option(help="About how many events of ordinary life, e.g. 1e6.")] = None,
    staff: Annotated[int | None, typer.Option(help="How many people work there.")] = None,
    clients: Annotated[int | None, typer.Option(help="Of how many people data is kept.")] = None,
    days: Annotated[int | None, typer.Option(help="How many days the logs cover.")] = None,
    start: Annotated[str | None, typer.Option(help="The first day, e.g. 2024-03-04.")] = None,
    crime: Annotated[list[str] | None, typer.Option(help="KIND[:STRENGTH[:PEOPLE[:WAYOUT]]]; may be repeated.")] = None,
    no_crime: Annotated[bool, typer.Option("--no-crime", help="Nobody takes anything.")] = False,
    leak: Annotated[list[str] | None, typer.Option(help="A form of leaked file; may be repeated.")] = None,
    no_leak: Annotated[bool, typer.Option("--no-leak", help="No leaked file is found.")] = False,
    format: Annotated[worlds.LogFormat, typer.Option(help="How the logs are written.")] = worlds.LogFormat.text,
    until: Annotated[str | None, typer.Option(help="Cut the world after this day.")] = None,
    listing: Annotated[bool, typer.Option("--list", help="Say which worlds, crimes and leaks there are.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the truth as JSON on standard output.")] = False,
    verbose: Verbose = 0,
) -> None:
    """Make a world: a case folder of made people with truth.json beside it."""
    talk(verbose)
    if listing:
        worlds.listing(json)
        return
    crimes, leaks = crime or (), leak or ()
    worlds.make(
        worlds.Wanted(
            world, out, seed, events, staff, clients, days, start, crimes, no_crime, leaks, no_leak, format, until
        ),
        json,
    )


app.command(epilog=scanning.EXAMPLE)(scanning.scan)
app.command(epilog=inventorying.EXAMPLE)(inventorying.inventory)
app.command(epilog=evaluating.EXAMPLE)(evaluating.evaluate)
app.command("watch", epilog="Example: `headwater watch CASE -w WORKSPACE --every 300 --notify mailto://…`")(
    watching.watch_case
)
app.command(epilog="Example: `headwater preview CASE -w WORKSPACE --alerts-per-day 2`")(watching.preview)
app.command(epilog="Example: `headwater alerts CASE -w WORKSPACE`")(watching.alerts)
app.command(
    epilog="Example: `headwater verdict CASE A-1f2e3d4c5b6a explained --because 'audit of May' --until 2026-06-30 --by Li`"
)(judging.verdict)


app.command(epilog=duty.EXAMPLE)(duty.duty)
app.command("calibrate", epilog="Example: `headwater calibrate CASE -w WORKSPACE --leaks 2000`")(calibrating.calibrate)
app.command("reasons", epilog="Example: `headwater reasons CASE -w WORKSPACE --mine`")(reasons.reasons)
app.command("export", epilog=exporting.EXAMPLE)(exporting.export)
app.command("prevent", epilog=preventing.EXAMPLE)(preventing.prevent)
app.command("serve", epilog=serving.EXAMPLE)(serving.serve)
app.add_typer(sigma_rules.app, name="sigma")
app.add_typer(mark.app, name="mark")
app.add_typer(match.app, name="match")
app.add_typer(network.app, name="network")
app.add_typer(canary.app, name="canary")
app.add_typer(law.app, name="law")
app.add_typer(revealing.app, name="reveal")
app.add_typer(casebook.app, name="casebook")
app.add_typer(audit.app, name="audit")
app.add_typer(packaging.app, name="package")


@app.command()
def version() -> None:
    """Print the version."""
    typer.echo(f"headwater {__version__}")


def main() -> None:
    """Run the command line.

    Exit code 0: done; 1: it could not be done (the message says why); 2: wrong usage; 3: a condition of ``--fail-on``
    holds.
    """
    try:
        app()
    except HeadwaterError as error:
        _err.print(
            "\n".join(map(visible, f"headwater: {error}".split("\n"))),
            style="bold red",
            markup=False,
            highlight=False,
            soft_wrap=True,
        )
        sys.exit(1)


if __name__ == "__main__":
    main()
