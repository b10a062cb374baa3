"""The verb ``prevent``: replay a case with controls in place, as they are or with other parameters."""

from __future__ import annotations

import inspect
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from headwater.casework.prevention.control import Control
from headwater.casework.prevention.loading import load
from headwater.casework.prevention.setting import parameters, with_parameters
from headwater.casework.reports import json as result_json
from headwater.casework.reports.visible import visible
from headwater.casework.reports.words import words
from headwater.cli import run
from headwater.cli.case_options import Engine, Json, Memory, OutFolder, Space
from headwater.cli.choices import EngineName, Language
from headwater.model.errors import CaseError
from headwater.model.words import Lang

EXAMPLE = "Example: `headwater prevent CASE -w WORKSPACE --control lookups-per-day --set limit=80`"


def prevent(
    case: Annotated[Path | None, typer.Argument(help="The case folder. It is only read.", metavar="CASE")] = None,
    out: OutFolder = None,
    workspace: Space = None,
    control: Annotated[
        list[str] | None, typer.Option("--control", "-c", help="Only this control (see --list); may be repeated.")
    ] = None,
    setting: Annotated[
        list[str] | None,
        typer.Option("--set", help="NAME=VALUE for the one control, CONTROL.NAME=VALUE for several; may be repeated."),
    ] = None,
    listing: Annotated[
        bool, typer.Option("--list", help="Say which controls there are, with their parameters.")
    ] = False,
    lang: Annotated[Language, typer.Option("--lang", help="Language of sentences.")] = Language.en,
    engine: Engine = EngineName.duckdb,
    memory: Memory = None,
    json: Json = False,
) -> None:
    """Say which controls would have stopped a case, from which day and row on, and what they would have cost everybody else."""
    chosen = _chosen(control or (), setting or ())
    if listing:
        _list(chosen, lang.value, json)
        return
    if case is None:
        raise typer.BadParameter("name the case folder, or ask for --list", param_hint="CASE")
    with run.known_scene(case, out, workspace, engine, memory) as known:
        with run.busy("finding the case again"):
            detected, taken = known.work.detect(known.scene), known.work.attribute(known.scene)
        with run.busy("replaying the case with controls in place"):
            found = known.work.prevent(known.work.conclude(known.scene, detected, taken), chosen)
            told = known.work.prevention_part(found, lang.value)
    if json:
        _print_json({"prevention": told})
        return
    for line in lines(told, lang.value):
        typer.echo(visible(line))


def _chosen(names: Sequence[str], settings: Sequence[str]) -> tuple[Control, ...]:
    """The controls that were named (all without a name), with what was set."""
    known = {c.id: c for c in load().controls}
    for name in names:
        if name not in known:
            raise CaseError(f"there is no control {visible(name)}; there are {', '.join(known)}")
    wanted = tuple(dict.fromkeys(names)) or tuple(known)
    texts: dict[str, dict[str, str]] = defaultdict(dict)
    for text in settings:
        path, equals, value = text.partition("=")
        owner, dot, name = path.rpartition(".")
        if not equals or (not dot and len(wanted) != 1):
            raise CaseError(f"--set {visible(text)}: write NAME=VALUE with one --control, else CONTROL.NAME=VALUE")
        owner = owner or wanted[0]
        if owner not in wanted:
            raise CaseError(f"--set {visible(text)}: {visible(owner)} is not among {', '.join(wanted)}")
        texts[owner][name] = value
    return tuple(with_parameters(known[name], texts[name]) for name in wanted)


def lines(told: Sequence[Mapping[str, Any]], lang: Lang) -> Iterator[str]:
    """What was found, as text: one block per case."""
    say = words(lang)
    if not told:
        yield say("prevention.nothing")
    for n, case in enumerate(told):
        if n:
            yield ""
        yield _head(case, lang)
        for done in case["controls"]:
            yield f"  {done['title']} [{done['control']}]"
            yield from (f"    {sentence}" for sentence in done["statements"])
        yield from (f"  {without['text']}" for without in case["cannot"])


def _head(case: Mapping[str, Any], lang: Lang) -> str:
    say = words(lang)
    name = (
        say("prevention.incident", n=case["incident"])
        if case["incident"]
        else say("prevention.leak", leak=case["leak"])
    )
    read = say("prevention.read", rows=f"{case['rows']:,}", persons=f"{case['persons']:,}", n=case["days"])
    return f"{name}: {', '.join(case['accounts'])}: {read}"


def _list(chosen: Sequence[Control], lang: Lang, json: bool) -> None:
    if json:
        _print_json({"controls": [_plain(c, lang) for c in chosen]})
        return
    for each in chosen:
        told = _plain(each, lang)
        typer.echo(f"{told['control']}: {told['title']}. {told['about']}")
        for name, value in told["parameters"].items():
            typer.echo(f"  {name} = {value}")


def _plain(control: Control, lang: Lang) -> dict[str, Any]:
    about = inspect.cleandoc(type(control).__doc__ or "") if lang == "en" else control.does.zh
    return {
        "control": control.id,
        "title": control.title.said(lang),
        "about": " ".join(about.split()),
        "needs": list(control.needs),
        "parameters": dict(parameters(control)),
    }


def _print_json(value: dict[str, Any]) -> None:
    sys.stdout.buffer.write(result_json.dumps(value))
    sys.stdout.buffer.flush()
