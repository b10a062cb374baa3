"""The verb ``headwater duty``: who must be told, by when, with a calendar and draft notices."""

from __future__ import annotations

import json as plain_json
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from headwater.casework.duties import draft_pages, telling
from headwater.casework.duties.clocks import Watched, as_entries, watch
from headwater.casework.duties.deadlines import calendar
from headwater.casework.duties.drafting import Draft, drafts
from headwater.casework.duties.story import story
from headwater.casework.duties.told import Told, read
from headwater.casework.reports import json as result_json
from headwater.casework.reports.visible import visible
from headwater.casework.reports.words import Words, words
from headwater.cli import run
from headwater.cli.case_options import Case, Json, OutFolder, Space
from headwater.cli.choices import Language
from headwater.law.duties.reading import known_places
from headwater.model.errors import CaseError

EXAMPLE = "Example: `headwater duty CASE --known 2026-11-20T09:00+08:00 --jurisdiction sg --draft NOTICES`"

Known = Annotated[
    str | None, typer.Option("--known", help="When the organisation knew, with zone: 2026-11-20T09:00+08:00.")
]
Jurisdictions = Annotated[
    list[str] | None,
    typer.Option("--jurisdiction", "-j", help="Also this jurisdiction (eu, uk, sg …); may be repeated."),
]
Facts = Annotated[Path | None, typer.Option("--facts", help="A duty.toml with what no log can show (docs/duty.md).")]
Now = Annotated[str | None, typer.Option("--now", help="The present moment, with zone (default: this one).")]
DraftFolder = Annotated[Path | None, typer.Option("--draft", help="Write draft notices and a calendar to this folder.")]
AllDrafts = Annotated[
    bool, typer.Option("--all-drafts", help="Also draft where it cannot be said yet whether the duty applies.")
]
Lang_ = Annotated[Language, typer.Option("--lang", help="Language of the table; drafts are in that of the place.")]


def duty(
    case: Case,
    known: Known = None,
    jurisdiction: Jurisdictions = None,
    facts: Facts = None,
    now: Now = None,
    draft: DraftFolder = None,
    all_drafts: AllDrafts = False,
    out: OutFolder = None,
    workspace: Space = None,
    lang: Lang_ = Language.en,
    json: Json = False,
) -> None:
    """Say who must be told of the leak, by when, and draft the notices. Reads the result.json of `investigate`."""
    where = run.place(case, out, workspace)
    result, say = _result(where.out / "result.json"), words(lang.value)
    wanted = [_place(name) for name in jurisdiction or ()]
    present = _moment(now, "--now") or datetime.now(UTC).replace(microsecond=0)
    told = read(facts) if facts else Told()
    watched = watch(result, told, wanted, _moment(known, "--known"), present)
    made = drafts(watched, story(result), all_drafts) if draft else ()
    if draft:
        _write(_outside(draft, case), watched, made, lang)
    if json:
        sys.stdout.buffer.write(result_json.dumps(as_entries(watched, lang.value)))
        sys.stdout.buffer.flush()
        return
    _show(watched, say)
    if draft:
        typer.echo(say("duties.drafted", n=len(made), folder=visible(str(draft))))
        if not all_drafts:
            typer.echo(say("duties.undrafted"))


def _result(file: Path) -> Mapping[str, Any]:
    try:
        found = plain_json.loads(file.read_text("utf-8"))
    except FileNotFoundError as error:
        raise CaseError("is not there; `headwater investigate CASE --out OUT` makes it", str(file)) from error
    except (OSError, ValueError) as error:
        raise CaseError("is no result that could be read", str(file)) from error
    if not isinstance(found, dict) or "case" not in found:
        raise CaseError("is no result", str(file))
    return found


def _place(name: str) -> str:
    known = (*known_places(), "us", "gb")
    if name.lower() not in known:
        raise typer.BadParameter(f"{name!r} is not known; choose from {', '.join(known)}", param_hint="--jurisdiction")
    return name.lower()


def _moment(text: str | None, option: str) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise typer.BadParameter(f"{text!r} is no time with a zone; write 2026-11-20T09:00+08:00", param_hint=option)
    return moment


def _outside(folder: Path, case: Path) -> Path:
    named, inner = case.resolve(), folder.resolve()
    if inner == named or named in inner.parents:
        raise CaseError("--draft lies inside the case folder, which is only read", str(folder))
    inner.mkdir(parents=True, exist_ok=True)
    return inner


def _write(folder: Path, watched: Watched, made: tuple[Draft, ...], lang: Language) -> None:
    """Write calendar and drafts; a draft that is there and says something else was filled in by somebody, and is kept."""
    for each in made:
        for ending, page in (("md", draft_pages.markdown(each)), ("html", draft_pages.html(each))):
            file = folder / f"{each.duty}.{each.lang}.{ending}"
            if file.exists() and file.read_bytes() != page:
                typer.echo(words(lang.value)("duties.kept", name=file.name), err=True)
            else:
                run.put(file, page)
    run.put(folder / "deadlines.ics", calendar(watched, lang.value))


def _show(watched: Watched, say: Words) -> None:
    console = Console(highlight=False)
    console.print(Text(say("duties.caution")))
    now = watched.now.astimezone(watched.known.tzinfo)
    console.print(Text(say("duties.known", known=watched.known.isoformat(), now=now.isoformat())))
    heads = ("duties.who", "duties.status", "duties.within", "duties.article")
    table = Table(*(Column(say(h), overflow="fold") for h in heads), show_lines=True)
    for row in telling.rows(watched, say):
        table.add_row(*(Text("\n".join(map(visible, cell.split("\n")))) for cell in row))
    console.print(table)
    for line in (*telling.rest(watched, say), *telling.notes(watched, say)):
        console.print(Text(visible(line)), soft_wrap=True)
