"""The verbs ``canary …``: plan decoys, approve, plant and withdraw them, say who was shown them, look for them."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from headwater.casework.reports import json as result_json
from headwater.casework.reports.visible import visible
from headwater.cli import run
from headwater.cli.choices import Language
from headwater.exhibits.folder import open_case
from headwater.model.errors import CaseError
from headwater.model.evidence import Citation
from headwater.model.words import Lang
from headwater.planting.canaries.calls import Calls, read_calls
from headwater.planting.canaries.dealing import Dealing, dealing, shuffled
from headwater.planting.canaries.naming import Weight, weigh
from headwater.planting.canaries.planning import Planned, plan
from headwater.planting.canaries.readings import readings
from headwater.planting.canaries.registry import Book, PlanEntry, Registry, Showing
from headwater.planting.canaries.table import find_table, read_table
from headwater.planting.canaries.trips import Checked, check_files
from headwater.planting.canaries.writing import outputs, write
from headwater.store.workspace import Workspace, open_workspace

app = typer.Typer(
    name="canary", help="Plant decoy people who give a leak away (docs/planting.md).", no_args_is_help=True
)

Space = Annotated[Path, typer.Option("--workspace", "-w", help="The workspace with the registry and its key.")]
Lang_ = Annotated[Language, typer.Option("--lang", help="Language of the sentences.")]
Json = Annotated[bool, typer.Option("--json", help="Print as JSON on standard output.")]
By = Annotated[str, typer.Option(help="Who does so.")]
Because = Annotated[str, typer.Option(help="Why.")]
PlanName = Annotated[str, typer.Argument(help="The plan's name, as `headwater canary list` says it.", metavar="PLAN")]


@app.command(
    "plan",
    epilog="Example: `headwater canary plan CASE --dataset clients --count 40 --for u1 --for u2 --out d.csv -w W`",
)
def plan_canaries(
    place: Annotated[Path, typer.Argument(help="The case folder, or the table itself.", metavar="CASE_OR_TABLE")],
    count: Annotated[int, typer.Option(min=1, help="How many decoys.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Where raw decoys are written, once (.csv or .parquet).")],
    workspace: Space,
    by: By,
    dataset: Annotated[str | None, typer.Option(help="Which data set of the case.")] = None,
    key: Annotated[str | None, typer.Option(help="The key's column, where a table is given.")] = None,
    settings: Annotated[Path | None, typer.Option(help="A headwater.toml, where a table is given.")] = None,
    labels: Annotated[
        list[str] | None, typer.Option("--for", help="An account, period or place; may be repeated.")
    ] = None,
    accounts: Annotated[
        Path | None, typer.Option(help="A table with the column account (账号), or one account a line.")
    ] = None,
    per_account: Annotated[
        bool, typer.Option("--per-account", help="For every account that the workspace knows.")
    ] = False,
    shared: Annotated[
        bool, typer.Option("--shared", help="Each decoy is shown to several accounts, by chance.")
    ] = False,
    rows: Annotated[int | None, typer.Option(min=1, help="Rows that one account can take (default: all).")] = None,
    blank: Annotated[
        list[str] | None, typer.Option(help="A column that stays empty in decoys; may be repeated.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, help="For trials only: the same seed gives the same decoys.")
    ] = None,
    lang: Lang_ = Language.en,
    json: Json = False,
) -> None:
    """Make decoys like the rows of a table, measure whether they can be told, and propose them."""
    to = outputs(out)
    if place.is_dir() and place.resolve() in out.resolve().parents:
        raise CaseError("lies inside the case folder, which is only read", str(out))
    case, known = find_table(place, dataset, key, settings)
    with open_workspace(workspace) as space, run.busy("planning canaries"):
        table = read_table(case, known)
        lake, house = space.lake, space.lake.rows("accounts")
        whom = dealing(labels or (), accounts, lake if per_account else None, shared, count, rows or table.rows, house)
        planned = plan(table, case.settings.owned, count, space.tokeniser, seed, tuple(blank or ()))
        registry = Registry(space)
        entry = registry.propose(
            table, planned, shuffled(whom.labels, seed), whom.accounts, whom.chances, by, datetime.now(UTC)
        )
        write(to, planned, entry, registry.sharing(entry) if entry.shared else None)
    _say_plan(entry, planned, whom, to.rows, lang.value, json)


@app.command("list", epilog="Example: `headwater canary list -w WORKSPACE`")
def list_canaries(workspace: Space, json: Json = False) -> None:
    """List the plans: their states, by whom, and how many decoys for whom. No raw value is in the registry."""
    with _kept(workspace) as space:
        book = Registry(space).book()
    if json:
        _print_json({"plans": [_plain(p) for p in book.plans]})
        return
    for each in book.plans:
        label = (
            f"{len(each.accounts)} accounts, shared" if each.shared else f"for {len({d.label for d in each.decoys})}"
        )
        area = each.figures["area"]["value"]
        typer.echo(
            visible(f"{each.id} {each.state:<9} {each.dataset}: {len(each.decoys)} decoys ({label}), area {area:.3f}")
        )
        for step in each.steps:
            more = "; ".join(part for part in (step.because, step.although and f"although {step.although}") if part)
            both = f"{step.by}, {step.second}" if step.second else step.by
            typer.echo(visible(f"  {step.at:%Y-%m-%d %H:%M} {step.state} by {both}{f': {more}' if more else ''}"))


@app.command(
    epilog="Example: `headwater canary approve P-1f2e3d4c -w W --by Li --second Wang --because 'board of May'`"
)
def approve(
    name: PlanName,
    workspace: Space,
    by: By,
    second: Annotated[str, typer.Option(help="Who agrees: somebody else, and not who proposed it.")],
    because: Because,
    although: Annotated[str, typer.Option(help="Why all the same, where a plan does not reach its figures.")] = "",
    json: Json = False,
) -> None:
    """Approve a plan: two people, with a reason. Have made identity numbers checked by counsel first."""
    with _kept(workspace) as space:
        entry = Registry(space).step(
            name, "approved", by, datetime.now(UTC), second=second, because=because, although=although
        )
    _say_step(entry, json)


@app.command(epilog="Example: `headwater canary plant P-1f2e3d4c -w W --by Li`")
def plant(name: PlanName, workspace: Space, by: By, json: Json = False) -> None:
    """Say that the decoys of an approved plan stand in the data set from now on."""
    with _kept(workspace) as space:
        entry = Registry(space).step(name, "planted", by, datetime.now(UTC))
    _say_step(entry, json)


@app.command(epilog="Example: `headwater canary withdraw P-1f2e3d4c -w W --by Li --because 'the period is over'`")
def withdraw(name: PlanName, workspace: Space, by: By, because: Because, json: Json = False) -> None:
    """Say that the decoys of a plan do not stand in the data set any more. They are still looked for."""
    with _kept(workspace) as space:
        entry = Registry(space).step(name, "withdrawn", by, datetime.now(UTC), because=because)
    _say_step(entry, json)


@app.command(epilog="Example: `headwater canary showings -w WORKSPACE --from-lake`")
def showings(
    workspace: Space,
    from_lake: Annotated[
        bool, typer.Option("--from-lake", help="Write down the readings that the lake knows.")
    ] = False,
    decoy: Annotated[str | None, typer.Option(help="A decoy that somebody was shown.")] = None,
    account: Annotated[str | None, typer.Option(help="Who was shown it.")] = None,
    at: Annotated[str, typer.Option(help="When, as far as it is known.")] = "",
    json: Json = False,
) -> None:
    """Say who was shown decoys: readings that logs know of, and what somebody adds. They are the suspect list."""
    if (decoy is None) != (account is None):
        raise typer.BadParameter("a showing needs --decoy and --account")
    with _kept(workspace) as space:
        registry = Registry(space)
        fresh = list(readings(space.lake, registry.book())) if from_lake else []
        fresh += [Showing(decoy, account, at)] if decoy and account else []
        registry.show(fresh, datetime.now(UTC))
        told = sorted(registry.book().showings)
    if json:
        _print_json({"showings": [_showing(s) for s in told]})
        return
    for each in told:
        where = f" ({each.source}:{each.line})" if each.source else ""
        typer.echo(visible(f"{each.decoy} {each.account} {each.at}{where}"))


@app.command(epilog="Example: `headwater canary check leaked.xlsx -w WORKSPACE`")
def check(
    workspace: Space,
    files: Annotated[list[Path] | None, typer.Argument(help="Leaked or seized files.", metavar="[FILES]…")] = None,
    case: Annotated[Path | None, typer.Option(help="Look through leaks/ and seized/ of a case.")] = None,
    contacts: Annotated[Path | None, typer.Option(help="Contacts received: a table with contact and received.")] = None,
    ours: Annotated[int | None, typer.Option(min=1, help="How many rows of the files are of the data set.")] = None,
    received: Annotated[
        str | None, typer.Option(help="When the leak was received: who was shown a decoy later is not its source.")
    ] = None,
    lang: Lang_ = Language.en,
    json: Json = False,
) -> None:
    """Look for decoys in files, and among contacts that were received at owned numbers and mail addresses."""
    if not files and not case and not contacts:
        raise typer.BadParameter("give FILES, --case or --contacts")
    day = _day(received)
    with _kept(workspace) as space, run.busy("looking for canaries"):
        book = Registry(space).book()
        named = list(files or ())
        named += [e.file for e in open_case(case).part("leaks", "seized")] if case else []
        checked = check_files(named, book, space.tokeniser)
        known = set(space.lake.read("accounts").column("account").to_pylist()) if space.lake.rows("accounts") else set()
        weights = weigh(book, checked.found, known, space.tokeniser, ours, received=day) if named else ()
        calls = read_calls(contacts, book, space.tokeniser, known) if contacts else None
    if json:
        _print_json(_checked(checked, weights, calls, lang.value))
        return
    _say_checked(checked, weights, calls, book, lang.value)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise typer.BadParameter(
            f"{text!r} is no day; write for example 2026-12-31", param_hint="--received"
        ) from error


@contextmanager
def _kept(workspace: Path) -> Iterator[Workspace]:
    """A workspace that is there."""
    run.must_be_kept(workspace, "canary plan", "ingest")
    with open_workspace(workspace) as space:
        yield space


def _say_plan(entry: PlanEntry, planned: Planned, whom: Dealing, rows: Path, lang: Lang, json: bool) -> None:
    if json:
        _print_json(_plain(entry) | {"density": whom.plain(), "names_nobody": whom.too_many, "rows": str(rows)})
        return
    typer.echo(f"{entry.id} proposed: {len(entry.decoys)} decoys for {entry.dataset}, in {rows}")
    for text in (*planned.figures.sentences(), *whom.sentences()):
        typer.echo(visible(f"  {text.said(lang)}"))


def _say_step(entry: PlanEntry, json: bool) -> None:
    if json:
        _print_json(_plain(entry))
        return
    typer.echo(visible(f"{entry.id} is {entry.state}"))


def _say_checked(checked: Checked, weights: Sequence[Weight], calls: Calls | None, book: Book, lang: Lang) -> None:
    labels = {d.id: d.label for p in book.plans for d in p.decoys}
    typer.echo(f"{len(checked.trips)} decoy(s) in {checked.rows:,} rows")
    for trip in checked.trips:
        where = ", ".join(_cited(c) for c in trip.lines[:5])
        only = " alone, which weighs nothing" if trip.slight else ""
        typer.echo(visible(f"  {trip.decoy} for {labels[trip.decoy] or '?'} by {', '.join(trip.kinds)}{only}: {where}"))
    for each in (w for w in weights if w.decoys and w.bits > 0):
        sure = "named" if each.named else "not named"
        typer.echo(visible(f"{each.bits:+6.1f} bits {each.account} ({sure}): {each.statement.text.said(lang)}"))
    for reached in calls.reached if calls else ():
        sure = "named" if reached.named else "not named"
        said = reached.statement
        typer.echo(visible(f"{said.bits:+6.1f} bits {reached.account or '?'} ({sure}): {said.text.said(lang)}"))
    if calls:
        typer.echo(
            f"contacts: {calls.at_decoys:,} at decoys, {calls.at_controls:,} at controls, {calls.other:,} elsewhere"
        )
    for bad in (*checked.not_read, *(calls.not_read if calls else ())):
        typer.echo(visible(f"not read: {bad.path}: {bad.reason}"), err=True)
    for source, line, reason in calls.rejected if calls else ():
        typer.echo(visible(f"set aside: {source}:{line}: {reason}"), err=True)


def _checked(checked: Checked, weights: Sequence[Weight], calls: Calls | None, lang: Lang) -> dict[str, Any]:
    told: dict[str, Any] = {
        "rows": checked.rows,
        "trips": [
            {"decoy": t.decoy, "plan": t.plan, "kinds": list(t.kinds), "slight": t.slight, "lines": [_cited(c) for c in t.lines]}
            for t in checked.trips
        ],
        "accounts": [
            {"account": w.account, "plan": w.plan, "bits": round(w.bits, 3), "named": w.named, "decoys": list(w.decoys),
             "sentence": w.statement.text.said(lang), "lines": [_cited(c) for c in w.statement.evidence]}
            for w in weights
        ],
        "not_read": [{"path": n.path, "reason": n.reason} for n in checked.not_read],
    }  # fmt: skip
    if calls is None:
        return told
    reached = [
        {"account": r.account, "plan": r.plan, "bits": round(r.statement.bits, 3), "named": r.named, "decoys": list(r.decoys),
         "first": r.first, "sentence": r.statement.text.said(lang)}
        for r in calls.reached
    ]  # fmt: skip
    aside = [{"source": s, "line": n, "reason": why} for s, n, why in calls.rejected]
    counts = {"at_decoys": calls.at_decoys, "at_controls": calls.at_controls, "elsewhere": calls.other}
    return told | {"contacts": {"reached": reached, **counts, "rejected": aside}}


def _plain(entry: PlanEntry) -> dict[str, Any]:
    steps = [
        {
            "state": s.state,
            "at": s.at.isoformat(),
            "by": s.by,
            "second": s.second,
            "because": s.because,
            "although": s.although,
        }
        for s in entry.steps
    ]
    decoys = [{"id": d.id, "for": d.label, "chance": d.chance} for d in entry.decoys]
    told = {
        "plan": entry.id,
        "dataset": entry.dataset,
        "state": entry.state,
        "shared": entry.shared,
        "reaches": entry.reaches,
    }
    return told | {"figures": dict(entry.figures), "steps": steps, "decoys": decoys}


def _showing(showing: Showing) -> dict[str, Any]:
    told = {"decoy": showing.decoy, "account": showing.account, "at": showing.at}
    return told | {"source": showing.source, "line": showing.line}


def _cited(citation: Citation) -> str:
    return f"{citation.source}:{citation.line}"


def _print_json(value: dict[str, Any]) -> None:
    sys.stdout.buffer.write(result_json.dumps(value))
    sys.stdout.buffer.flush()
