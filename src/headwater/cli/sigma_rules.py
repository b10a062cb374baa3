"""The verb ``sigma check``: whether Sigma rules can be used over the lake, and why not."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from headwater.casework.reports import json as result_json
from headwater.casework.reports.visible import visible
from headwater.detection.sigma.plan import plan
from headwater.detection.sigma.rules import Head
from headwater.detection.sigma.usable import Plan
from headwater.exhibits.rule_files import rule_file
from headwater.model.settings import RuleFile, SigmaSettings

app = typer.Typer(help="Sigma rules (see docs/sigma.md).", no_args_is_help=True)


@app.callback()
def sigma() -> None:
    """Sigma rules (see docs/sigma.md)."""


@app.command(epilog="Example: `headwater sigma check rules/ other.yml --json`")
def check(
    rules: Annotated[list[Path], typer.Argument(help="Files of Sigma rules, or folders of them.", metavar="RULES…")],
    json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON on standard output.")] = False,
) -> None:
    """Say of every rule whether the lake has what it asks for. Ends with 1 when a rule would be set aside."""
    told = [(str(path), rule_file(str(path), path)) for path in _files(rules)]
    files = tuple(file for _path, file in told if isinstance(file, RuleFile))
    faults = tuple((path, file) for path, file in told if isinstance(file, str))
    made = plan(SigmaSettings(files=files, faults=faults))
    if json:
        sys.stdout.buffer.write(result_json.dumps(_answer(made)))
    else:
        _say(made)
    raise typer.Exit(1 if made.aside else 0)


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    """The files named, and those of the folders named, in order.

    :raises typer.BadParameter: when there is no such file, or a folder holds none
    """
    for path in paths:
        within = [path]
        if path.is_dir():
            within = sorted(p for p in path.rglob("*") if p.suffix in (".yml", ".yaml") and p.is_file())
            if not within:
                raise typer.BadParameter(f"{path} holds no .yml or .yaml file")
        elif not path.exists():
            raise typer.BadParameter(f"{path} does not exist")
        yield from within


def _answer(made: Plan) -> dict[str, Any]:
    single = [
        {**_head(u.rule.head), "kind": "rule", "tables": sorted({s.table for s in u.sources})} for u in made.rules
    ]
    several = [
        {
            **_head(u.rule.head),
            "kind": u.rule.kind,
            "tables": sorted({s.table for part in u.parts for s in part.sources}),
            "of": [part.rule.head.title for part in u.parts],
        }
        for u in made.correlations
    ]
    aside = [{"source": a.source, "line": a.line, "reason": a.reason} for a in made.aside]
    return {"usable": [*single, *several], "set_aside": aside}


def _head(head: Head) -> dict[str, Any]:
    return {
        "source": head.source,
        "line": head.line,
        "id": head.id,
        "title": head.title,
        "level": head.level,
        "techniques": list(head.techniques),
    }


def _say(made: Plan) -> None:
    told = _answer(made)
    for rule in told["usable"]:
        over = f"{rule['kind']} over {', '.join(rule['tables'])}"
        typer.echo(visible(f"{rule['source']}:{rule['line']}: {over}: {rule['title']} ({rule['level']})"))
    for rule in told["set_aside"]:
        typer.echo(visible(f"{rule['source']}:{rule['line']}: set aside: {rule['reason']}"))
    typer.echo(f"{len(told['usable'])} usable, {len(told['set_aside'])} set aside")
