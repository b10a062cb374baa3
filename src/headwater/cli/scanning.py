"""The verb ``scan``: whose data lies in any files, how much, and what it is worth to the law."""

from __future__ import annotations

import json as standard_json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any

import typer
from rich.console import Console

from headwater.casework.failing import SCAN, Condition, held, needs_earlier, scan_figures, unheard
from headwater.casework.reports import json as answer_json
from headwater.casework.reports import scan_html, scan_lines, scan_ocsf, scan_sarif, scan_schema, scan_table
from headwater.casework.reports.visible import visible
from headwater.cli import run
from headwater.cli import scan_options as options
from headwater.cli.choices import EngineName, Language
from headwater.cli.scan_progress import bar
from headwater.cli.talking import talk
from headwater.exhibits.live.doors import is_address
from headwater.investigation.survey_options import Options
from headwater.investigation.surveying import survey
from headwater.model.errors import CaseError
from headwater.model.words import Lang, Text

EXAMPLE = """
Examples:

- `headwater scan /mnt/share --out OUT --lang zh`
- `headwater scan . --no-pictures --format sarif --fail-on 'persons>0' > scan.sarif`
- `headwater scan OUTBOX --dataset clients=clients.csv:client_no --out OUT`
- `headwater scan 'postgresql://user@host/crm?schema=public' s3://bucket/exports --out OUT`
- `headwater scan CASE --workspace WORK`
"""

FAILED = 3
"""Exit code where a condition of ``--fail-on`` holds."""

PLAIN_WIDTH = 140
"""Columns of a table that goes into a file or a pipe."""

STAGE = frozenset({"paths", "workspace", "out", "json", "lang", "verbose"})
"""What goes with ``--workspace``."""

_FAILED = Text("failed on {condition}", "条件成立，以失败结束：{condition}")


class Form(StrEnum):
    """Forms of the answer."""

    table = "table"
    json = "json"
    jsonl = "jsonl"
    ocsf = "ocsf"
    sarif = "sarif"
    html = "html"


Paths = Annotated[
    list[str],
    typer.Argument(
        help="Files, folders, addresses (postgresql://user@host/db); they are only read. With --workspace: a case folder.",
        metavar="PATH...",
    ),
]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out",
        "-o",
        help="Folder for scan.json, scan.html and the state; not inside of what is scanned.",
        metavar="FOLDER",
        rich_help_panel=options.TOLD,
    ),
]
Against = Annotated[
    Path | None,
    typer.Option(
        "--against",
        help="The scan.json of another day, for new-persons in --fail-on.",
        metavar="FILE",
        rich_help_panel=options.TOLD,
    ),
]
Format = Annotated[
    Form,
    typer.Option("--format", help="What is printed on standard output.", rich_help_panel=options.TOLD),
]
Space = Annotated[
    Path | None,
    typer.Option(
        "--workspace",
        "-w",
        help="The stage of an investigation: scan seized/ and leaks/ of the case PATH into this workspace, after ingest. "
        "Only --out and --json go with it.",
        metavar="FOLDER",
    ),
]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What shall come of an answer: where it is written, how it is printed, when it counts as failed."""

    out: Path | None
    form: Form
    lang: Lang
    asked: tuple[Condition, ...] = ()
    earlier: Mapping[str, Any] | None = None


def scan(
    context: typer.Context,
    paths: Paths,
    out: Out = None,
    workspace: Space = None,
    case: options.Case = None,
    settings: options.Settings = None,
    dataset: options.Datasets = None,
    holder: options.Holder = None,
    password_file: options.Passwords = None,
    no_pictures: options.NoPictures = False,
    deleted: options.Deleted = False,
    jobs: options.Jobs = None,
    memory: options.Memory = None,
    timeout: options.Timeout = None,
    state: options.State = None,
    finds: options.Finds = None,
    format: Format = Form.table,
    json: options.Json = False,
    lang: options.Lang = Language.en,
    fail_on: options.FailOn = None,
    against: Against = None,
    samples: options.Samples = True,
    engine: options.Engine = EngineName.duckdb,
    verbose: options.Verbose = 0,
) -> None:
    """Find personal data in any files: whose, how much, of which legal group, and what could not be read."""
    talk(verbose)
    if workspace is not None:
        _stage(paths, out, workspace, json, _idle(context))
        return
    options.must_exist(paths)
    options.must_lie_outside(paths, out=out, state=state, finds=finds)
    options.must_be_folders(out, state, finds.parent if finds else None)
    asked = options.asked(fail_on, SCAN, options.kinds(case, settings))
    wanted = Wanted(out, Form.json if json else format, lang.value, asked, read_earlier(against, asked))
    found, toml = options.sources(case, settings, dataset or ())
    chosen = Options(
        holder=holder,
        datasets=found,
        passwords=options.passwords(password_file),
        pictures=not no_pictures,
        deleted=deleted,
        jobs=jobs,
        memory_mb=options.memory_mb(memory),
        seconds_per_file=timeout,
        state=state or (out / "state" if out else None),
        finds=finds,
        samples=options.SAMPLES if samples else 0,
        engine=engine.value,
        settings=toml,
        today=datetime.now(UTC).date(),
    )
    give(answered(paths, chosen, lang.value), wanted)


def _idle(context: typer.Context) -> list[str]:
    """The options of the command line that the stage of an investigation knows nothing of."""
    given = [
        name for name in context.params if getattr(context.get_parameter_source(name), "name", "") == "COMMANDLINE"
    ]
    return [f"--{name.replace('_', '-')}" for name in given if name not in STAGE]


def _stage(paths: Sequence[str], out: Path | None, workspace: Path, json: bool, idle: Sequence[str]) -> None:
    """The stage of an investigation: the case's own files, into its workspace. ``idle`` options would do nothing: they are refused."""
    if idle:
        raise typer.BadParameter("has no meaning with --workspace", param_hint=idle[0])
    if len(paths) != 1 or is_address(paths[0]):
        raise typer.BadParameter("with --workspace there is one PATH, the case folder")
    run.scan(run.place(Path(paths[0]), out, workspace), json)


def answered(paths: Sequence[str], chosen: Options, lang: Lang) -> dict[str, Any]:
    """Scan under a progress bar."""
    given = options.given(paths)
    with bar(paths, lang) as watch:
        return survey(given, chosen, watch)


def read_earlier(file: Path | None, asked: Sequence[Condition]) -> Mapping[str, Any] | None:
    """The answer of another day.

    :raises CaseError: where it is needed and missing, or is none
    """
    if file is None:
        if needs_earlier(asked):
            raise typer.BadParameter("this condition compares: name the earlier answer", param_hint="--against")
        return None
    return read_answer(file, scan_schema.check)


def read_answer(file: Path, check: Callable[[Mapping[str, Any]], Sequence[str]]) -> Mapping[str, Any]:
    """Read an answer that was written before, and hold it against its contract.

    :raises CaseError: for a file that is none
    """
    try:
        found = standard_json.loads(file.read_bytes())
    except OSError as error:
        raise CaseError(f"cannot be read: {error.strerror}", str(file)) from error
    except ValueError:
        raise CaseError("is not JSON", str(file)) from None
    problems = check(found)
    if problems:
        raise CaseError(f"is no answer that can be compared: {problems[0]}", str(file))
    return dict(found)


def give(answer: Mapping[str, Any], wanted: Wanted) -> None:
    """Write and print an answer; end with :data:`FAILED` where a condition holds."""
    now = datetime.now(UTC)
    if wanted.out is not None:
        wanted.out.mkdir(parents=True, exist_ok=True)
        forms = {Form.json, Form.html, wanted.form} - {Form.table}
        for form in sorted(forms):
            run.put(wanted.out / FILES[form], written(answer, form, now, wanted.lang))
    if wanted.form is Form.table:
        scan_table.show(answer, console(), wanted.lang)
        if wanted.out is not None:
            typer.echo(f"\n{wanted.out / FILES[Form.json]}\n{wanted.out / FILES[Form.html]}")
    else:
        sys.stdout.buffer.write(written(answer, wanted.form, now, wanted.lang))
        sys.stdout.flush()
    end(wanted.asked, scan_figures(answer, wanted.earlier), wanted.lang)


FILES: Mapping[Form, str] = MappingProxyType(
    {
        Form.json: "scan.json",
        Form.html: "scan.html",
        Form.jsonl: "scan.jsonl",
        Form.ocsf: "scan.ocsf.jsonl",
        Form.sarif: "scan.sarif",
    }
)


def written(answer: Mapping[str, Any], form: Form, now: datetime, lang: Lang) -> bytes:
    """The answer in one form."""
    if form is Form.html:
        return scan_html.render(answer, lang, now).encode("utf-8")
    if form is Form.jsonl:
        return scan_lines.dumps(answer)
    if form is Form.ocsf:
        return scan_ocsf.dumps(answer, now)
    if form is Form.sarif:
        return scan_sarif.dumps(answer, now, lang)
    return answer_json.dumps(answer)


def console() -> Console:
    """Standard output: as wide as the terminal, or wide and plain where it is none."""
    return Console(width=None if sys.stdout.isatty() else PLAIN_WIDTH, highlight=False)


def end(asked: Sequence[Condition], figures: Mapping[str, int], lang: Lang) -> None:
    """Say which conditions hold, and end with :data:`FAILED` if one does."""
    unknown = unheard(asked, figures)
    if unknown is not None:
        raise typer.BadParameter(f"nothing here is of {unknown.figure}", param_hint="--fail-on")
    found = held(asked, figures)
    for each in found:
        typer.echo(visible(_FAILED.said(lang).format(condition=each)), err=True)
    if found:
        raise typer.Exit(FAILED)
