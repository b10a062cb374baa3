"""The verbs ``watch``, ``preview``, ``alerts``, ``verdict`` and ``reveal``: alerts day by day, under a budget."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from headwater.casework import ledgers
from headwater.casework.alerting import Evening, Ledger
from headwater.casework.budget import PER_10000, Budget
from headwater.casework.reports import json as result_json
from headwater.casework.reports.visible import visible
from headwater.casework.reveals import reveal, reveals
from headwater.casework.veil import Veil
from headwater.cli import run
from headwater.cli.case_options import Case, Json, OutFolder, Space
from headwater.cli.choices import Language
from headwater.detection.scene import Scene
from headwater.investigation.case import Investigation, open_investigation
from headwater.investigation.days import span
from headwater.investigation.notifying import Bell, line, troubles
from headwater.investigation.veiling import veil as veil_of
from headwater.investigation.watching import replay, staff, watch
from headwater.model.alert import Alert, Verdict
from headwater.model.errors import CaseError, HeadwaterError
from headwater.model.words import Lang

PerDay = Annotated[
    float, typer.Option("--alerts-per-day", min=0.0, help="Alerts a day for each 10,000 members of staff.")
]
Lang_ = Annotated[Language, typer.Option("--lang", help="Language of the sentences.")]


class Said(StrEnum):
    """Verdicts."""

    confirmed = "confirmed"
    explained = "explained"
    unsure = "unsure"


def watch_case(
    case: Case,
    out: OutFolder = None,
    workspace: Space = None,
    per_day: PerDay = PER_10000,
    every: Annotated[
        float | None, typer.Option(min=1.0, help="Look again after so many seconds; once when left out.")
    ] = None,
    notify: Annotated[
        list[str] | None, typer.Option(envvar="HEADWATER_NOTIFY", help="Apprise address to tell; may be repeated.")
    ] = None,
    lang: Lang_ = Language.en,
    json: Json = False,
) -> None:
    """Read what has grown, ask every detector about the days that are new, and raise what the budget lets through."""
    where = run.place(case, out, workspace)
    bell = Bell(notify or ())
    if every is None:
        _watch_once(where, per_day, bell, lang.value, json)
        return
    _again(lambda: _watch_once(where, per_day, bell, lang.value, json), lambda: time.sleep(every))


def _again(look: Callable[[], None], rest: Callable[[], None]) -> None:
    """Look again and again. What goes wrong in one round is said; only a case folder that never was there ends it."""
    seen = False
    while True:
        try:
            look()
        except (HeadwaterError, OSError) as error:
            if isinstance(error, CaseError) and not seen:
                raise
            _warn(f"headwater: {error}; looking again")
        seen = True
        rest()


def _watch_once(where: run.Place, per_day: float, bell: Bell, lang: Lang, json: bool) -> None:
    with open_investigation(where.case, where.workspace) as work:
        work.ingest()
        with work.scene() as scene:
            veil = veil_of(work, scene)

            def tell(told: Evening, other: bool) -> bool:
                """Print the evening, then ring: what is not heard is said again next time."""
                _say(told, veil, lang, json)
                failing = troubles(told.blind, told.broken) if other else ()
                for trouble in failing:
                    _warn(trouble.said(lang))
                rung = bell.ring([veil.alert(a) for a in (*told.released, *told.updated)], lang)
                return bell.warn(failing, lang) and rung

            _say_apart(scene)
            for _told in watch(work, scene, per_day, tell):
                pass


def preview(
    case: Case,
    out: OutFolder = None,
    workspace: Space = None,
    days: Annotated[int, typer.Option(min=1, help="So many evenings, counted back from the last.")] = 28,
    step: Annotated[int, typer.Option(min=1, help="Look at every so manieth evening only.")] = 1,
    per_day: PerDay = PER_10000,
    lang: Lang_ = Language.en,
    json: Json = False,
) -> None:
    """Say what the last weeks would have raised with this budget. Needs a workspace that has been filled; keeps nothing."""
    with _kept(case, out, workspace) as work, work.scene() as scene:
        veil, seen, failing = veil_of(work, scene), list[Evening](), set[str]()
        _say_apart(scene)
        with run.busy("looking at evenings"):
            for told in replay(work, scene, days, per_day, step):
                seen.append(told)
                _say(told, veil, lang.value, json)
                failing |= {t.said(lang.value) for t in troubles(told.blind, told.broken)}
        for trouble in sorted(failing):
            _warn(trouble)
        if not json and seen:
            typer.echo(_account(scene, seen, per_day))
            for alert in seen[-1].waiting:
                typer.echo(f"  {line(veil.alert(alert), lang.value)}")


def _account(scene: Scene, seen: Sequence[Evening], per_day: float) -> str:
    """How many were released, and how many the budget allowed on the days that there were."""
    last, days = seen[-1].day, (seen[-1].day - seen[0].day).days + 1
    released = [a for told in seen for a in told.released]
    facts = sum(a.lane == "fact" for a in released)
    allowed = Budget(per_day, staff(scene.at(last), last)).daily * days
    return (
        f"{days} days: {len(released) - facts} released of the {allowed:.1f} that the budget gives, and the first one; {facts} "
        "that rest on a broken rule. Below the line:"
    )


def alerts(
    case: Case, out: OutFolder = None, workspace: Space = None, lang: Lang_ = Language.en, json: Json = False
) -> None:
    """List what `watch` has raised, released alerts first, with verdicts. Nobody is named (see `reveal`)."""
    with _kept(case, out, workspace) as work, work.scene() as scene:
        veil, ledger = veil_of(work, scene), _ledger(work)
        said = {v.alert: v for v in ledgers.verdicts(work.workspace.root)}
        if json:
            shown = [
                ledgers.plain(veil.alert(a)) | {"verdict": _verdict(said.get(a.id), veil)}
                for a in (*ledger.released(), *ledger.waiting())
            ]
            _print_json({"alerts": shown, "forgiven": len(ledger.forgiven)})
            return
        for title, several in (("released", ledger.released()), ("below the line", ledger.waiting())):
            typer.echo(f"{title}: {len(several)}")
            for alert in several:
                verdict = said.get(alert.id)
                by = f" — {verdict.said} by {visible(verdict.by)}" if verdict else ""
                typer.echo(f"  {line(veil.alert(alert), lang.value)}{by}")
        typer.echo(f"stories forgiven by explanations: {len(ledger.forgiven)}")


def _verdict(verdict: Verdict | None, veil: Veil) -> dict[str, Any] | None:
    """A verdict as JSON values. Its reason was written by somebody who may have known the name."""
    if verdict is None:
        return None
    until = verdict.until.isoformat() if verdict.until else None
    told = {"said": verdict.said, "by": verdict.by, "on": verdict.on.isoformat(), "until": until}
    return told | {"because": veil.text(verdict.because)}


def verdict(
    case: Case,
    alert: Annotated[str, typer.Argument(help="The alert's id.", metavar="ALERT")],
    said: Annotated[Said, typer.Argument(help="What is said of it.")],
    by: Annotated[str, typer.Option(help="Who says so.")],
    because: Annotated[str, typer.Option(help="Why.")] = "",
    until: Annotated[str | None, typer.Option(help="An explanation holds until this day, e.g. 2026-12-31.")] = None,
    out: OutFolder = None,
    workspace: Space = None,
) -> None:
    """Say of an alert that it is confirmed, explained (because … until …), or unsure.

    An explanation forgives further stories of nobody else than these accounts and people, by no other detectors, until its
    day; a later `confirmed` about one of them ends it.
    """
    if said is Said.explained and not (because.strip() and until):
        raise typer.BadParameter("an explanation needs --because and --until")
    with _kept(case, out, workspace) as work:
        known = _alert(work, alert)
        ledgers.add_verdict(
            work.workspace.root,
            Verdict(
                known.id, said.value, by, datetime.now(UTC).date(), because, _day(until), known.about, known.detectors
            ),
        )


def reveal_alert(
    case: Case,
    alert: Annotated[str | None, typer.Argument(help="The alert's id.", metavar="ALERT")] = None,
    reason: Annotated[str | None, typer.Option(help="Why the names are needed.")] = None,
    by: Annotated[str | None, typer.Option(help="Who asks.")] = None,
    second: Annotated[str | None, typer.Option(help="Who agrees: somebody else.")] = None,
    listing: Annotated[bool, typer.Option("--list", help="Say who had which alert revealed, and why.")] = False,
    out: OutFolder = None,
    workspace: Space = None,
    lang: Lang_ = Language.en,
    json: Json = False,
) -> None:
    """Show an alert with its names. Who asked, who agreed, when and why is written down; `--list` shows that."""
    if not listing and (alert is None or reason is None or by is None or second is None):
        raise typer.BadParameter("a reveal needs ALERT, --reason, --by and --second (or --list alone)")
    with _kept(case, out, workspace) as work:
        if listing or alert is None:
            _say_reveals(work, json)
            return
        shown = reveal(work.workspace, _alert(work, alert), reason or "", by or "", second or "", datetime.now(UTC))
        if json:
            _print_json(ledgers.plain(shown))
            return
        typer.echo(line(shown, lang.value))
        for statement in shown.statements:
            typer.echo(f"  {statement.bits:+6.1f}  {visible(statement.text.said(lang.value))}")
        for person in shown.people:
            typer.echo(f"  {person.probability:.0%} {visible(person.employee)}")


def _say_reveals(work: Investigation, json: bool) -> None:
    told = reveals(work.workspace)
    if json:
        _print_json({"reveals": [{k: v for k, v in e.items() if k not in ("before", "digest")} for e in told]})
        return
    for entry in told:
        because = visible(entry["because"])
        typer.echo(f"{entry['at']} {entry['alert']} by {visible(entry['by'])}, {visible(entry['second'])}: {because}")


@contextmanager
def _kept(case: Path, out: Path | None, workspace: Path | None) -> Iterator[Investigation]:
    """A case with a workspace that is there."""
    where = run.place(case, out, workspace)
    run.must_be_kept(where.workspace, "watch", "ingest")
    with open_investigation(where.case, where.workspace) as work:
        yield work


def _ledger(work: Investigation) -> Ledger:
    return ledgers.load(work.workspace.root, Budget(PER_10000, 1), work.workspace.tokeniser)[0]


def _alert(work: Investigation, name: str) -> Alert:
    found = next((a for a in _ledger(work).alerts if a.id == name), None)
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
        failing = {
            kind: [{"detector": name, "reason": veil.text(why)} for name, why in several]
            for kind, several in (("blind", told.blind), ("broken", told.broken))
        }
        _print_json({"evening": told.day.isoformat(), **shown, "waiting": waiting, **failing})
        return
    for kind, several in kinds:
        for alert in several:
            typer.echo(f"{told.day} {kind:<8} {line(veil.alert(alert), lang)}")


def _say_apart(scene: Scene) -> None:
    """Days that lie apart from all others are not looked at; that is said."""
    whole = span(scene)
    for apart in whole.apart if whole else ():
        days = f"{apart.first}" if apart.first == apart.last else f"{apart.first} to {apart.last}"
        _warn(f"not looked at: {apart.events:,} event(s) of {days}, far from all others: is a clock or a year wrong?")


def _warn(said: str) -> None:
    typer.echo(visible(said), err=True)


def _print_json(value: dict[str, Any]) -> None:
    sys.stdout.buffer.write(result_json.dumps(value))
    sys.stdout.buffer.flush()
