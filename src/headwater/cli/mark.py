"""The verb ``mark``: marked copies of an export, one for each recipient, and whose copy a leak was made of."""

from __future__ import annotations

import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from headwater.casework.reports import json as result_json
from headwater.casework.reports.visible import visible
from headwater.cli import run
from headwater.cli.choices import Language
from headwater.model.errors import CaseError
from headwater.model.exhibit import NotRead
from headwater.planting.marks import sentences
from headwater.planting.marks.channels import CHANNELS
from headwater.planting.marks.detecting import Answer, Leaked, detect, leaked
from headwater.planting.marks.marking import Copies, Wanted, mark
from headwater.planting.marks.registry import Registry
from headwater.store.workspace import open_workspace

DEFAULT = Path("out/workspace")


class _Marking(TyperGroup):
    """``headwater mark FILE …`` is short for ``headwater mark export FILE …``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Take what is no verb for a file."""
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args = ["export", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(cls=_Marking, help="Marks of exports (see docs/planting.md).", no_args_is_help=True)

Space = Annotated[
    Path, typer.Option("--workspace", "-w", "--registry", help="The workspace with the registry and its key.")
]
Json = Annotated[bool, typer.Option("--json", help="Print the answer as JSON on standard output.")]
Lang = Annotated[Language, typer.Option("--lang", help="Language of the sentences.")]


@app.callback()
def marks() -> None:
    """Marks of exports (see docs/planting.md)."""


@app.command(
    "export", epilog="Example: `headwater mark clients.csv --for branch-7 --for branch-9 --out copies -w WORKSPACE`"
)
def export(
    file: Annotated[Path, typer.Argument(help="The export: CSV, XLSX, Parquet or SQL dump.", metavar="FILE")],
    out: Annotated[Path, typer.Option("--out", "-o", help="The folder for the copies.")],
    recipient: Annotated[list[str] | None, typer.Option("--for", help="Who gets a copy; may be repeated.")] = None,
    recipients: Annotated[Path | None, typer.Option("--recipients", help="A file of recipients, one a line.")] = None,
    workspace: Space = DEFAULT,
    columns: Annotated[
        list[str] | None,
        typer.Option("--columns", help="COLUMN or COLUMN:CHANNEL to mark; may be repeated, or joined by commas."),
    ] = None,
    dataset: Annotated[str, typer.Option("--dataset", help="The name of the data set, for the registry.")] = "",
    colluders: Annotated[int, typer.Option("--against", min=1, help="How many may lay their copies together.")] = 3,
    left_out: Annotated[float, typer.Option("--leave-out", help="The share of rows a recipient need not get.")] = 0.0,
    order: Annotated[str, typer.Option("--order", help="A column within whose ties the order is free, or `*`.")] = "",
    lang: Lang = Language.en,
    json: Json = False,
) -> None:
    """Write a marked copy of an export for each recipient. Identity, contact and money columns are never touched."""
    names = [*(recipient or ()), *_listed(recipients)]
    if not names:
        raise typer.BadParameter("say who gets a copy", param_hint="--for")
    named = tuple(part.strip() for each in columns or () for part in each.split(",") if part.strip())
    wanted = Wanted(named, colluders, left_out, order, dataset)
    with open_workspace(workspace) as space, run.busy("marking"):
        made = mark(file, names, out, Registry(space), wanted, datetime.now(UTC))
    if json:
        sys.stdout.buffer.write(result_json.dumps(_copies(made)))
        return
    for line in _told(made, lang.value == "zh"):
        typer.echo(visible(line))


@app.command("detect", epilog="Example: `headwater mark detect leak.xlsx -w WORKSPACE --lang zh`")
def detected(
    leak: Annotated[list[Path], typer.Argument(help="Leaked files, packed or not.", metavar="LEAK…")],
    workspace: Space = DEFAULT,
    false_rate: Annotated[
        float,
        typer.Option(
            "--false-rate", help="The chance, at most and over all tables of this run, that anybody is named wrongly."
        ),
    ] = 1e-3,
    lang: Lang = Language.en,
    json: Json = False,
) -> None:
    """Say of whose copy a leaked file was made, or that its marks name nobody."""
    if not 0 < false_rate < 1:
        raise typer.BadParameter("is a chance between 0 and 1", param_hint="--false-rate")
    if not (workspace / "keys" / "mark.key").exists():
        raise CaseError("no export was marked here; `headwater mark` does that", str(workspace))
    with open_workspace(workspace) as space, run.busy("reading marks"):
        registry = Registry(space)
        parts = [part for path in leak for part in leaked(path)]
        rate = false_rate / max(1, sum(not isinstance(p, NotRead) for p in parts))
        found = [(p, [] if isinstance(p, NotRead) else detect(p, registry, rate)) for p in parts]
    if json:
        sys.stdout.buffer.write(result_json.dumps({"leaks": [_leak(part, answers) for part, answers in found]}))
        return
    for part, answers in found:
        _say(part, answers, lang)


@app.command("channels", epilog="Example: `headwater mark channels`")
def channels(json: Json = False) -> None:
    """List the ways to write one value in two forms, and by which normal form the two are one."""
    rows = [{"name": c.name, "same": c.meaning.said, "asked": c.asked} for c in CHANNELS.values()]
    if json:
        sys.stdout.buffer.write(result_json.dumps({"channels": rows}))
        return
    for row in rows:
        typer.echo(f"{row['name']:<14} {row['same']}{' (only where it is named)' if row['asked'] else ''}")


def _listed(file: Path | None) -> list[str]:
    if file is None:
        return []
    try:
        return [line.strip() for line in file.read_text("utf-8-sig").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise CaseError("cannot be read as a list of recipients in UTF-8", str(file)) from error


def _copies(made: Copies) -> dict[str, Any]:
    return {
        "export": made.layout.base,
        "columns": [{"column": s.name, "channel": s.channel} for s in made.layout.slots],
        "places": made.places,
        "colluders": made.colluders,
        "visible": list(made.pure),
        "copies": [
            {"recipient": c.recipient, "file": str(made.files[c.recipient]), "rows": c.rows, "sha256": c.sha256}
            for c in made.handed
        ],
    }


def _told(made: Copies, chinese: bool) -> list[str]:
    slots = ", ".join(f"{s.name}:{s.channel}" for s in made.layout.slots)
    lines = [f"{c.recipient}: {made.files[c.recipient]}" for c in made.handed]
    if chinese:
        lines.append(f"导出{made.layout.base}：{made.layout.rows:,}行，{made.places:,}处标记（{slots}）")
        lines.append(f"全部行泄露时，足以查出至多{made.colluders}人合谋")
        return [*lines, f"原本只有一种写法的列，标记可被看出：{', '.join(made.pure)}"] if made.pure else lines
    lines.append(f"export {made.layout.base}: {made.layout.rows:,} rows, {made.places:,} marks in each ({slots})")
    lines.append(f"enough against {made.colluders} who lay their copies together, when all rows leak")
    if made.pure:
        lines.append(
            f"these columns showed one form only, so that whoever looks can see the marks: {', '.join(made.pure)}"
        )
    return lines


def _leak(part: Leaked | NotRead, answers: list[Answer]) -> dict[str, Any]:
    if isinstance(part, NotRead):
        return {"leak": part.path, "not_read": part.reason}
    told = [
        {**asdict(each), "suspects": [asdict(s) for s in each.suspects], "sentence": asdict(sentences.said(each))}
        for each in answers
    ]
    return {"leak": part.path, "rows": part.rows, "set_aside": part.aside, "exports": told}


def _say(part: Leaked | NotRead, answers: list[Answer], lang: Language) -> None:
    if isinstance(part, NotRead):
        typer.echo(visible(f"not read: {part.path}: {part.reason}"))
        return
    if part.aside:
        typer.echo(visible(f"{part.path}: {part.aside:,} lines set aside"))
    if not answers:
        typer.echo(visible(sentences.unknown(part.path, part.rows).said(lang.value)))
    for each in answers:
        typer.echo(visible(f"{part.path}: {each.export}: {sentences.said(each).said(lang.value)}"))
