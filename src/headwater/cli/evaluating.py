"""The verb ``evaluate``: one answer against its truth, or a whole suite of made worlds."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from headwater.casework.reports import json as result_json
from headwater.cli.choices import Language
from headwater.evaluation.merging import merge
from headwater.evaluation.scoring import score
from headwater.evaluation.tables import tables
from headwater.evaluation.words import Lang
from headwater.trials.errors import TrialsError
from headwater.trials.running import run_suite
from headwater.trials.shelf import Ended, Shelf
from headwater.trials.suite import SUITES, Suite, read_suite
from headwater.trials.summary import PAGE, SCORES, summarise, write_page

EXAMPLE = "Example: `headwater evaluate OUT/result.json truth.json` or `headwater evaluate --suite small --out trials`"


def evaluate(
    result: Annotated[
        Path | None, typer.Argument(help="result.json of an investigation.", metavar="RESULT", show_default=False)
    ] = None,
    truth: Annotated[
        Path | None, typer.Argument(help="truth.json of the made world.", metavar="TRUTH", show_default=False)
    ] = None,
    suite: Annotated[str | None, typer.Option(help=f"{', '.join(SUITES)}, or a TOML file.")] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Folder of a suite's run (default: out/SUITE).")
    ] = None,
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=1, help="So many trials at a time.")] = 1,
    only: Annotated[list[str] | None, typer.Option(help="Only trials of this world; may be repeated.")] = None,
    page: Annotated[Path | None, typer.Option(help="Write the tables and plots as a page.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON on standard output.")] = False,
    every: Annotated[bool, typer.Option("--all", help="Print every table, not the main ones alone.")] = False,
    lang: Annotated[Language, typer.Option("--lang", help="Language of tables and page.")] = Language.en,
) -> None:
    """Say how good an answer is: one result against its truth, or Headwater and baselines on many made worlds."""
    wish = Wish(page, json, every, lang.value)
    if suite is None and result and truth:
        if only or out or jobs != 1:
            raise typer.BadParameter("--out, --jobs and --only belong to a suite")
        one(result, truth, wish)
    elif suite and not (result or truth):
        chosen = read_suite(suite).only(tuple(only or ()))
        many(chosen, (out or Path("out") / chosen.name).resolve(), jobs, wish)
    else:
        raise typer.BadParameter("give RESULT and TRUTH, or --suite")


@dataclass(frozen=True, slots=True)
class Wish:
    """How figures are to be shown: as a page as well, as JSON, every table or the main ones, in which language."""

    page: Path | None
    json: bool
    every: bool
    lang: Lang


def one(result: Path, truth: Path, wish: Wish) -> None:
    """Score one answer."""
    found = score(result, truth)
    table = merge([found])
    if wish.page:
        write_page(table, wish.page, wish.lang)
    if wish.json:
        sys.stdout.buffer.write(result_json.dumps(found.as_json()))
    else:
        typer.echo(tables(table, wish.lang, "text", brief=not wish.every), nl=False)


def many(suite: Suite, out: Path, jobs: int, wish: Wish) -> None:
    """Run a suite as far as it is not done, and say what it came to. An error names the trials that failed."""
    shelf = Shelf(out)
    run_suite(suite, shelf, jobs, _say)
    failed = shelf.failures(suite)
    for ended in failed:
        typer.echo(f"{ended.trial} failed at {ended.stage}:\n{ended.error}", err=True)
    table = summarise(suite, shelf, wish.lang)
    if wish.page:
        write_page(table, wish.page, wish.lang)
    if wish.json:
        sys.stdout.buffer.write(result_json.dumps(table.as_json()))
    else:
        typer.echo(tables(table, wish.lang, "text", brief=not wish.every))
        typer.echo(f"scores: {shelf.root / SCORES}")
        typer.echo(f"page: {shelf.root / PAGE}")
    if failed:
        raise TrialsError(f"{len(failed)} of {len(suite.trials)} trials failed: {', '.join(e.trial for e in failed)}")


def _say(ended: Ended, done: int, of: int) -> None:
    well = f"{ended.events:,} events, {ended.cpu:.0f} CPU s, {ended.peak_mb:,.0f} MB"
    how = f"failed at {ended.stage}" if ended.failed else well
    typer.echo(f"{done}/{of} {ended.trial}: {how}, {ended.seconds:.0f} s", err=True)
