"""The verbs ``watch``, ``preview``, ``alerts``, ``verdict`` and ``reveal``: alerts day by day, under a budget."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from headwater.casework import ledgers
from headwater.casework.alerting import Evening, subjects
from headwater.casework.budget import PER_10000, Budget
from headwater.casework.reports import json as result_json
from headwater.casework.veil import Veil, reveal
from headwater.cli import run
from headwater.cli.choices import Language
from headwater.detection.organisation import organisation
from headwater.investigation.case import Investigation, open_investigation
from headwater.investigation.notifying import Bell, line
from headwater.investigation.watching import replay, staff, watch
from headwater.model.alert import Alert, Verdict
from headwater.model.errors import CaseError
from headwater.model.words import Lang

Case = Annotated[Path, typer.Argument(help="The case folder. It is only read.", metavar="CASE")]
Out = Annotated[Path | None, typer.Option("--out", "-o", help="Folder with the workspace.")]
Space = Annotated[Path | None, typer.Option("--workspace", "-w", help="The workspace (default: OUT/workspace).")]
PerDay = Annotated[
    float, typer.Option("--alerts-per-day", min=0.0, help="Alerts a day for each 10,000 members of staff.")
]
Lang_ = Annotated[Language, typer.Option("--lang", help="Language of the sentences.")]
Json = Annotated[bool, typer.Option("--json", help="Print as JSON on standard output.")]


class Said(StrEnum):
    """Verdicts."""

    confirmed = "confirmed"
    explained = "explained"
    unsure = "unsure"


def watch_case(
    case: Case,
    out: Out = None,
    workspace: Space = None,
    per_day: PerDay = PER_10000,
    every: Annotated[float | None, typer.Option(help="Look again after so many seconds; once when left out.")] = None,
    notify: Annotated[list[str] | None, typer.Option(help="Apprise address to tell; may be repeated.")] = None,
    lang: Lang_ = Language.en,
    json: Json = False,
) -> None:
    """Read what has grown, ask every detector about the days that are new, and raise what the budget lets through."""
    where = run.place(case, out, workspace)
    bell = Bell(notify or ())
    while True:
        with open_investigation(where.case, where.workspace) as work:
            work.ingest()
            with work.scene() as scene:
                veil = _veil(work)
                for told in watch(work, scene, per_day):
                    bell.ring([veil.alert(a) for a in told.released], lang.value)
                    _say(told, veil, lang.value, json)
        if every is None:
            return
        time.sleep(every)


def preview(
    case: Case,
    out: Out = None,
    workspace: Space = None,
    days: Annotated[int, typer.Option(min=1, help="So many evenings, counted back from the last.")] = 28,
    step: Annotated[int, typer.Option(min=1, help="Look at every so manieth evening only.")] = 1,
    per_day: PerDay = PER_10000,
    lang: Lang_ = Language.en,
    json: Json = False,
) -> None:
    """Say what the last weeks would have raised with this budget. Needs a workspace that has been filled; keeps nothing."""
    where = run.place(case, out, workspace)
    with open_investigation(where.case, where.workspace) as work, work.scene() as scene:
        veil, last, released = _veil(work), None, 0
        with run.busy("looking at evenings"):
            for told in replay(work, scene, days, per_day, step):
                last, released = told, released + len(told.released)
                _say(told, veil, lang.value, json)
        if json or last is None:
            return
        daily = Budget(per_day, staff(scene)).daily
        typer.echo(f"{released} released in {days} days; the budget was {daily * days:.1f}. Below the line:")
        for alert in last.waiting:
            typer.echo(f"  {line(veil.alert(alert), lang.value)}")


def alerts(case: Case, out: Out = None, workspace: Space = None, lang: Lang_ = Language.en, json: Json = False) -> None:
    """List what `watch` has raised, released alerts first, with verdicts. Nobody is named (see `reveal`)."""
    where = run.place(case, out, workspace)
    with open_investigation(where.case, where.workspace) as work:
        veil, (ledger, _evening) = _veil(work), ledgers.load(work.workspace.root, Budget(PER_10000, 1))
        said = {v.alert: v for v in ledgers.verdicts(work.workspace.root)}
        if json:
            shown = [ledgers.plain(veil.alert(a)) for a in (*ledger.released(), *ledger.waiting())]
            _print_json({"alerts": shown, "forgiven": ledger.forgiven})
            return
        for title, several in (("released", ledger.released()), ("below the line", ledger.waiting())):
            typer.echo(f"{title}: {len(several)}")
            for alert in several:
                verdict = said.get(alert.id)
                typer.echo(
                    f"  {line(veil.alert(alert), lang.value)}{f' — {verdict.said} by {verdict.by}' if verdict else ''}"
                )
        typer.echo(f"forgiven by explanations: {ledger.forgiven}")


def verdict(
    case: Case,
    alert: Annotated[str, typer.Argument(help="The alert's id.", metavar="ALERT")],
    said: Annotated[Said, typer.Argument(help="What is said of it.")],
    by: Annotated[str, typer.Option(help="Who says so.")],
    because: Annotated[str, typer.Option(help="Why.")] = "",
    until: Annotated[str | None, typer.Option(help="An explanation holds until this day, e.g. 2026-12-31.")] = None,
    out: Out = None,
    workspace: Space = None,
) -> None:
    """Say of an alert that it is confirmed, explained (because … until …), or unsure.

    An explanation forgives further stories of the same account or person by the same detectors, until its day.
    """
    if said is Said.explained and not (because.strip() and until):
        raise typer.BadParameter("an explanation needs --because and --until")
    where = run.place(case, out, workspace)
    with open_investigation(where.case, where.workspace) as work:
        known = _alert(work, alert)
        ledgers.add_verdict(
            work.workspace.root,
            Verdict(
                known.id, said.value, by, datetime.now(UTC).date(), because, _day(until),
                tuple(sorted(subjects(known))), known.detectors,
            ),
        )  # fmt: skip


def reveal_alert(
    case: Case,
    alert: Annotated[str, typer.Argument(help="The alert's id.", metavar="ALERT")],
    reason: Annotated[str, typer.Option(help="Why the names are needed.")],
    by: Annotated[str, typer.Option(help="Who asks.")],
    second: Annotated[str, typer.Option(help="Who agrees: somebody else.")],
    out: Out = None,
    workspace: Space = None,
    lang: Lang_ = Language.en,
    json: Json = False,
) -> None:
    """Show an alert with its names. Who asked, who agreed, when and why is written down."""
    where = run.place(case, out, workspace)
    with open_investigation(where.case, where.workspace) as work:
        shown = reveal(work.workspace.root, _alert(work, alert), reason, by, second, datetime.now(UTC))
        if json:
            _print_json(ledgers.plain(shown))
            return
        typer.echo(line(shown, lang.value))
        for statement in shown.statements:
            typer.echo(f"  {statement.bits:+6.1f}  {statement.text.said(lang.value)}")
        for person in shown.people:
            typer.echo(f"  {person.probability:.0%} {person.employee}")


def _veil(work: Investigation) -> Veil:
    return Veil(organisation(work.workspace.lake), work.workspace.tokeniser)


def _alert(work: Investigation, name: str) -> Alert:
    ledger, _evening = ledgers.load(work.workspace.root, Budget(PER_10000, 1))
    found = next((a for a in ledger.alerts if a.id == name), None)
    if found is None:
        raise CaseError(f"there is no alert {name}; see `headwater alerts`")
    return found


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no day; write for example 2026-12-31", param_hint="--until") from error


def _say(told: Evening, veil: Veil, lang: Lang, json: bool) -> None:
    """One evening: what was released, and what was known and has grown."""
    kinds: Sequence[tuple[str, tuple[Alert, ...]]] = (("released", told.released), ("updated", told.updated))
    if json:
        shown = {kind: [ledgers.plain(veil.alert(a)) for a in several] for kind, several in kinds}
        waiting = [ledgers.plain(veil.alert(a)) for a in told.waiting]
        _print_json({"evening": told.day.isoformat(), **shown, "waiting": waiting})
        return
    for kind, several in kinds:
        for alert in several:
            typer.echo(f"{told.day} {kind:<8} {line(veil.alert(alert), lang)}")


def _print_json(value: dict[str, Any]) -> None:
    sys.stdout.buffer.write(result_json.dumps(value))
    sys.stdout.buffer.flush()
