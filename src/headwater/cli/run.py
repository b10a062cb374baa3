"""What the verbs do: open the investigation, run stages under a progress bar, write and print."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from headwater.casework.reports import json as result_json
from headwater.casework.reports.visible import visible
from headwater.cli.choices import EngineName, megabytes
from headwater.detection.scene import Scene
from headwater.exhibits.folder import CaseFolder
from headwater.investigation.answering import REPORT, RESULT, put, write_answer
from headwater.investigation.case import Findings, Investigation, Options, open_investigation
from headwater.model.attribution import Attribution
from headwater.model.errors import CaseError, StoreError
from headwater.model.words import Lang

__all__ = ["put"]

Watch = Callable[[str, int], None]
SHOWN = "desk"
"""Of a workspace that a console has shown."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the case lies, where the answer goes, and where the work is kept."""

    case: Path
    out: Path
    workspace: Path


def place(case: Path, out: Path | None, workspace: Path | None) -> Place:
    """Default: ``out/NAME`` below the current folder, its ``workspace`` inside. Never inside the case folder."""
    named = case.resolve()
    name = named.parent.name if named.name == "case" else named.name
    where = (out or Path("out") / (name or "case")).resolve()
    space = (workspace or where / "workspace").resolve()
    for folder, option in ((where, "--out"), (space, "--workspace")):
        if folder == named or named in folder.parents:
            raise CaseError(f"{option} lies inside the case folder, which is only read", str(folder))
    return Place(case, where, space)


def must_be_kept(workspace: Path, *makers: str) -> None:
    """Insist that a workspace is there: one that is asked about must not be made by a slip of the keys.

    :param makers: the verbs that make one
    :raises CaseError: where there is none
    """
    if not (workspace / "manifest.sqlite").exists():
        verbs = " or ".join(f"`headwater {verb}`" for verb in makers)
        raise CaseError(f"is no workspace; {verbs} makes one", str(workspace))


@dataclass(frozen=True, slots=True)
class Known:
    """A case whose workspace was there already, opened: where it lies, the work on it, and its scene."""

    where: Place
    work: Investigation
    scene: Scene


@contextmanager
def known_scene(
    case: Path, out: Path | None, workspace: Path | None, engine: EngineName, memory: str | None
) -> Iterator[Known]:
    """Open the scene of a case that was ingested before.

    :raises CaseError: where it was not
    """
    where = place(case, out, workspace)
    must_be_kept(where.workspace, "ingest")
    options = Options(engine.value, megabytes(memory))
    with open_investigation(where.case, where.workspace, options) as work, work.scene() as scene:
        yield Known(where, work, scene)


@contextmanager
def watching(case: CaseFolder, what: str) -> Iterator[Watch]:
    """A progress bar over the bytes of the case on standard error; nothing when that is no terminal."""
    total = sum(e.size for e in case.exhibits)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty(), transient=True) as progress:
        task = progress.add_task(what, total=max(total, 1))

        def watch(path: str, size: int) -> None:
            progress.update(task, advance=size, description=f"{what} {path[-40:]}")

        yield watch


@contextmanager
def busy(what: str) -> Iterator[None]:
    """A moving line on standard error while something of unknown length runs."""
    if not sys.stderr.isatty():
        yield
        return
    with Console(stderr=True).status(what):
        yield


def ingest(where: Place, json: bool) -> None:
    """The verb ``ingest``."""
    with open_investigation(where.case, where.workspace) as work:
        with watching(work.case, "reading") as watch:
            work.ingest(watch)
        _say_read(work, json)


def scan(where: Place, json: bool) -> None:
    """The verb ``scan``."""
    with open_investigation(where.case, where.workspace) as work:
        with watching(work.case, "scanning") as watch:
            work.scan(watch, datetime.now(UTC).date())
        _say_read(work, json)


def detect(where: Place, options: Options, lang: Lang, json: bool) -> None:
    """The verb ``detect``."""
    with open_investigation(where.case, where.workspace, options) as work, work.scene() as scene:
        with busy("detecting"):
            found = work.conclude(scene, work.detect(scene), Attribution())
            result = work.result(found, lang)
        if json:
            _print_json({"findings": result["findings"], "incidents": result["incidents"]})
            return
        for finding in result["findings"]:
            typer.echo(visible(f"{finding['bits']:6.1f} bits  {finding['detector']:<20} {finding['title']}"))


def attribute(where: Place, options: Options, lang: Lang, json: bool) -> None:
    """The verb ``attribute``."""
    with open_investigation(where.case, where.workspace, options) as work, work.scene() as scene:
        with busy("attributing"):
            found = work.conclude(scene, work.detect(scene), work.attribute(scene))
            result = work.result(found, lang)
        if json:
            _print_json({"attribution": result["attribution"], "complaints": result["complaints"]})
            return
        for leak in result["attribution"]:
            rows = f"{leak['rows']:,} rows, {leak['ours']:,} ours, {leak['not_ours']:,} not ours"
            doubtful = f", {leak['perhaps']:,} perhaps ours" if leak["perhaps"] else ""
            typer.echo(visible(f"{leak['leak']}: {rows}{doubtful}"))
            for taker in leak["takers"]:
                who = ", ".join(taker["employees"]) or "?"
                told = f"{taker['probability']:.0%} {taker['account']} ({who}): {taker['rows_explained']:,} rows"
                typer.echo(f"  {visible(told)}")
            if not leak["takers"] and leak["note"]:
                typer.echo(f"  {visible(leak['note'])}")


def report(where: Place, options: Options, lang: Lang, json: bool) -> None:
    """The verb ``report``."""
    with open_investigation(where.case, where.workspace, options) as work:
        _conclude(work, where, lang, json)


def investigate(where: Place, options: Options, lang: Lang, json: bool, console: bool = False) -> None:
    """The verb ``investigate``. ``console``: what a console adds up for its pages is added up at once."""
    with open_investigation(where.case, where.workspace, options) as work:
        with watching(work.case, "reading") as watch:
            work.ingest(watch)
            work.scan(watch, datetime.now(UTC).date())
        _conclude(work, where, lang, json, console)


def _conclude(work: Investigation, where: Place, lang: Lang, json: bool, console: bool = False) -> None:
    with work.scene() as scene:
        with busy("detecting"):
            detected = work.detect(scene)
        with busy("attributing"):
            taken = work.attribute(scene)
        with busy("following the trade"):
            found: Findings = work.conclude(scene, detected, taken, work.network(scene))
        with busy("replaying the case with controls in place"):
            prevented = work.prevent(found)
        with busy("writing"):
            result, data = write_answer(where.out, lang, partial(work.result, prevented))
        if console or (where.workspace / SHOWN).is_dir():
            _add_up(work, scene, result)
    if json:
        sys.stdout.buffer.write(data)
        return
    for sentence in result["answer"]:
        typer.echo(visible(sentence))
    typer.echo("")
    typer.echo(f"result: {where.out / RESULT}")
    typer.echo(f"report: {where.out / REPORT}")


def _add_up(work: Investigation, scene: Scene, result: Mapping[str, Any]) -> None:
    """Add up what everybody read, for the pages of staff: the run knows nearly all of it already."""
    from headwater.console.staff.making import make_beside  # nobody else needs it

    with busy("adding up what everybody read"), suppress(StoreError):  # pages say what is lacking
        make_beside(work, scene, result["case"]["manifest"])


def _say_read(work: Investigation, json: bool) -> None:
    read = work.read()
    if json:
        _print_json(read)
        return
    for file in read["files"]:
        aside = f", {file['rejected']:,} set aside" if file["rejected"] else ""
        typer.echo(visible(f"{file['path']}: {file['format']}, {file['rows']:,} rows{aside}"))
    for item in read["not_read"]:
        typer.echo(visible(f"not read: {item['path']}: {item['reason']}"))


def _print_json(value: dict[str, Any]) -> None:
    sys.stdout.buffer.write(result_json.dumps(value))
