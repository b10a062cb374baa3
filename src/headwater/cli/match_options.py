"""Options and output that the verbs of ``match`` share."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from headwater.casework.reports import json as result_json
from headwater.casework.reports.visible import visible
from headwater.cli.choices import Language
from headwater.exchange.ledger import Entry
from headwater.exchange.overlap import Overlap
from headwater.exchange.people import People
from headwater.exchange.telling import of_list, of_overlap
from headwater.model.words import Text

Side = Annotated[Path, typer.Option("--as", help="The folder of this side (`headwater match init` makes one).")]
Out = Annotated[Path, typer.Option("--out", "-o", help="The file to be written, to be carried to the other side.")]
By = Annotated[str, typer.Option("--by", help="Who does this: it is logged.")]
Second = Annotated[str, typer.Option("--second", help="Who agrees as well, where the rules ask for a second person.")]
Lists = Annotated[
    list[Path], typer.Argument(help="The list: CSV, XLSX, Parquet or text, one file or several.", metavar="LIST…")
]
Columns = Annotated[
    list[str] | None,
    typer.Option("--column", help="HEADER=KIND, where a column is not recognised: mobile, resident_id, name, birth …"),
]
Json = Annotated[bool, typer.Option("--json", help="Print as JSON on standard output.")]
Lang = Annotated[Language, typer.Option("--lang", help="Language of what is printed.")]


def named(columns: list[str] | None) -> dict[str, str]:
    """Columns by what they hold, from ``HEADER=KIND``."""
    pairs = [each.rpartition("=") for each in columns or ()]
    if wrong := next(
        (each for (header, _, kind), each in zip(pairs, columns or (), strict=True) if not (header and kind)), None
    ):
        raise typer.BadParameter(f"{wrong!r}: write HEADER=KIND", param_hint="--column")
    return {header: kind for header, _, kind in pairs}


def say(told: dict[str, Any], sentences: Iterable[Text], json: bool, lang: Language) -> None:
    """Print as JSON, or in sentences."""
    if json:
        sys.stdout.buffer.write(result_json.dumps(told))
        return
    for sentence in sentences:
        typer.echo(visible(sentence.said(lang.value)))


def say_overlap(found: Overlap, json: bool, lang: Language) -> None:
    """Print what two lists have in common."""
    say(found.as_json(), of_overlap(found), json, lang)


def of_people(people: People) -> dict[str, Any]:
    """A list as JSON: counts, and where rows were set aside."""
    return {
        "people": people.count,
        "identifiers": len(people.inputs),
        "kinds": people.by_kind(),
        "set_aside": people.aside.to_pylist(),
    }


def say_list(people: People, out: Path, json: bool, lang: Language, **more: str) -> None:
    """Print what was read and where the file lies."""
    written = Text(f"written: {out}", f"已写入：{out}")
    say({**of_people(people), "file": str(out), **more}, [*of_list(people), written], json, lang)


def say_logged(entry: Entry, out: Path, json: bool, lang: Language) -> None:
    """Print what was answered: the line of the purpose log, and where the file lies."""
    items = int(entry.fields["items"])
    told = Text(
        f"{items:,} identifiers, line {entry.number} of the purpose log; written: {out}",
        f"{items:,} 个标识，用途日志第 {entry.number} 行；已写入：{out}",
    )
    say({**entry.as_json(), "file": str(out)}, [told], json, lang)


@contextmanager
def counting(what: str) -> Iterator[Callable[[int, int], None]]:
    """A bar over identifiers on standard error; nothing when that is no terminal."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty(), transient=True) as progress:
        task = progress.add_task(what, total=None)
        yield lambda done, of: progress.update(task, completed=done, total=of)
