"""The verbs ``watch``, ``preview`` and ``alerts``: alerts day by day, under a budget."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from headwater.casework import ledgers
from headwater.casework.alerting import Evening, Ledger
from headwater.casework.budget import PER_10000, Budget
from headwater.casework.judging.combining import Judgement
from headwater.casework.judging.results import plain
from headwater.casework.judging.watched import judgements_of
from headwater.casework.reports import json as result_json
from headwater.casework.reports.visible import visible
from headwater.casework.reports.words import words
from headwater.casework.veil import Veil
from headwater.cli import run
from headwater.cli.case_options import Case, Json, OutFolder, Space
from headwater.cli.choices import Language
from headwater.cli.signing_in import Book
from headwater.detection.scene import Scene
from headwater.investigation.case import Investigation, open_investigation
from headwater.investigation.days import span
from headwater.investigation.notifying import Bell, line, troubles
from headwater.investigation.veiling import veil as veil_of
from headwater.investigation.watching import replay, staff, watch
from headwater.model.alert import Alert
from headwater.model.errors import CaseError, HeadwaterError
from headwater.model.words import Lang

PerDay = Annotated[
    float, typer.Option("--alerts-per-day", min=0.0, help="Alerts a day for each 10,000 members of staff.")
]
Lang_ = Annotated[Language, typer.Option("--lang", help="Language of the sentences.")]


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
    case: Case,
    casebook: Book = None,
    out: OutFolder = None,
    workspace: Space = None,
    lang: Lang_ = Language.en,
    json: Json = False,
) -> None:
    """List what `watch` has raised, released alerts first, with verdicts. Nobody is named (see `reveal`)."""
    with _kept(case, out, workspace) as work, work.scene() as scene:
        veil, ledger = veil_of(work, scene), _ledger(work)
        said = judgements_of(work.workspace.root, work.name, casebook, ledger.alerts)
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
                typer.echo(f"  {line(veil.alert(alert), lang.value)}{_said(said.get(alert.id), lang.value)}")
        typer.echo(f"stories forgiven by explanations: {len(ledger.forgiven)}")


def _verdict(judged: Judgement | None, veil: Veil) -> dict[str, Any] | None:
    """A judgement as JSON values. Its reasons were written by people who may have known the name."""
    if judged is None:
        return None
    told = plain(judged)
    return told | {"words": [w | {"because": veil.text(w["because"])} for w in told["words"]]}


def _said(judged: Judgement | None, lang: Lang) -> str:
    """What people said of an alert, in a few words."""
    if judged is None:
        return ""
    say = words(lang)
    by = [visible(w.by) if w.attested else say("casebook.unattested", name=visible(w.by)) for w in judged.words]
    return f" — {say.name('casebook.judgement', judged.state.value)}: {', '.join(by)}"


@contextmanager
def _kept(case: Path, out: Path | None, workspace: Path | None) -> Iterator[Investigation]:
    """A case with a workspace that is there."""
    where = run.place(case, out, workspace)
    run.must_be_kept(where.workspace, "watch", "ingest")
    with open_investigation(where.case, where.workspace) as work:
        yield work


def _ledger(work: Investigation) -> Ledger:
    return ledgers.load(work.workspace.root, Budget(PER_10000, 1), work.workspace.tokeniser)[0]


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
