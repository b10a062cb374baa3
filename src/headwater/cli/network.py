"""The verbs ``headwater network …``: who sold it to whom, why, and what people say of it."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from headwater.casework import market_telling as telling
from headwater.casework.market_book import Book, open_book
from headwater.casework.reports import json as result_json
from headwater.casework.reports.graphs.formats import FORMATS
from headwater.casework.reports.market.people import strongest
from headwater.casework.reports.visible import visible
from headwater.casework.reports.words import words
from headwater.cli import run
from headwater.cli.case_options import Case, Json, OutFolder, Space
from headwater.cli.choices import Language
from headwater.model.errors import CaseError
from headwater.model.network import Verdict
from headwater.network import verdicts
from headwater.store.workspace import Workspace, open_workspace

app = typer.Typer(
    help="The market of a case: people, orders, reasons, verdicts, exports. Reads the result.json of `investigate`.",
    no_args_is_help=True,
)

Lang_ = Annotated[Language, typer.Option("--lang", help="Language of labels (sentences are as in result.json).")]
Most = Annotated[int, typer.Option("--limit", min=1, help="At most so many rows; how many more there are is said.")]
Reason = Annotated[str, typer.Option("--reason", help="Why.")]
By = Annotated[str, typer.Option("--by", help="Who says so.")]


class Role(StrEnum):
    """Roles in a market."""

    customer = "customer"
    shop = "shop"
    middleman = "middleman"
    source = "source"
    escrow = "escrow"
    mule = "mule"
    head = "head"
    unknown = "unknown"


class Outcome(StrEnum):
    """What became of an order."""

    answered = "answered"
    failed = "failed"
    open = "open"


class Format(StrEnum):
    """Formats of exports."""

    graphml = "graphml"
    gexf = "gexf"
    stix = "stix"
    ftm = "ftm"
    csv = "csv"


@app.command(epilog="Example: `headwater network people CASE --role source`")
def people(
    case: Case,
    role: Annotated[Role | None, typer.Option("--role", help="Only people of this role.")] = None,
    limit: Most = 50,
    out: OutFolder = None,
    workspace: Space = None,
    lang: Lang_ = Language.en,
    json: Json = False,
) -> None:
    """List people, those through whom most money passed first."""
    book = _book(case, out, workspace)
    found = [p for p in strongest(book.people) if role is None or p.role == role.value]
    if json:
        _print_json({"people": [p.known for p in found]})
        return
    say = words(lang.value)
    if found:
        _print(telling.people_lines(book, found[:limit], say))
        typer.echo(f"a / b: {say('network.low_high')}", err=True)
    _say_more(len(found), limit, lang, "network.no_people")


@app.command(epilog="Example: `headwater network orders CASE --person N3 --category location`")
def orders(
    case: Case,
    person: Annotated[str | None, typer.Option("--person", help="Only orders with this person in the path.")] = None,
    category: Annotated[str | None, typer.Option("--category", help="Only orders of this category.")] = None,
    outcome: Annotated[Outcome | None, typer.Option("--outcome", help="Only orders that ended so.")] = None,
    limit: Most = 50,
    out: OutFolder = None,
    workspace: Space = None,
    lang: Lang_ = Language.en,
    json: Json = False,
) -> None:
    """List orders in the order of result.json, with paths from the customer to the source."""
    book = _book(case, out, workspace)
    who = book.person(person).id if person else None
    _must_be_known(category, {str(o.get("category")) for o in book.orders})
    found = [
        o
        for o in book.orders
        if (who is None or who in (o.get("path") or ()))
        and (category is None or o.get("category") == category)
        and (outcome is None or o.get("outcome") == outcome.value)
    ]
    if json:
        _print_json({"orders": found})
        return
    if found:
        _print(telling.order_lines(book, found[:limit], words(lang.value)))
    _say_more(len(found), limit, lang, "network.no_orders")


@app.command(epilog="Example: `headwater network path CASE O000017`")
def path(
    case: Case,
    order: Annotated[str, typer.Argument(help="The order's id.", metavar="ORDER")],
    out: OutFolder = None,
    workspace: Space = None,
    lang: Lang_ = Language.en,
    json: Json = False,
) -> None:
    """Tell an order as a story: who asked whom, what came back, what was paid, and the lines that it rests on."""
    book = _book(case, out, workspace)
    found = book.order(order)
    if json:
        _print_json(dict(found))
        return
    _print(telling.path_lines(book, found, words(lang.value)))


@app.command(epilog="Example: `headwater network why CASE N3` or `headwater network why CASE wxid_a wxid_b`")
def why(
    case: Case,
    person: Annotated[str, typer.Argument(help="An id, an account or another alias.", metavar="PERSON")],
    other: Annotated[str | None, typer.Argument(help="A second one: what connects the two.", metavar="OTHER")] = None,
    out: OutFolder = None,
    workspace: Space = None,
    lang: Lang_ = Language.en,
    json: Json = False,
) -> None:
    """Say why somebody has this role, tier, these accounts and these figures; or what connects two."""
    book, say = _book(case, out, workspace), words(lang.value)
    one = book.person(person)
    if other is None:
        if json:
            _print_json(dict(one.known))
            return
        _print(telling.why_lines(book, one, say))
        return
    two = book.person(other)
    if json:
        _print_json({"people": [dict(p.known) for p in dict.fromkeys([one, two])]})
    elif one is two:
        typer.echo(visible(say("network.same_person", person=one.id)))
        _print(line for link in one.known.get("links") or () for line in telling.link_lines(link, say))
    else:
        _print(telling.between_lines(book, one, two, say))


@app.command(epilog="Example: `headwater network merge CASE N3 N9 --reason 'one card' --by Li`")
def merge(
    case: Case,
    one: Annotated[str, typer.Argument(help="A person or an account.", metavar="A")],
    other: Annotated[str, typer.Argument(help="Another one.", metavar="B")],
    reason: Reason,
    by: By,
    out: OutFolder = None,
    workspace: Space = None,
    lang: Lang_ = Language.en,
    json: Json = False,
) -> None:
    """Say that two are one person. The next run of `investigate` builds on it; `undo` takes it back."""
    book = _book(case, out, workspace)
    first, second = book.person(one), book.person(other)
    ends = book.accounts(one), book.accounts(other)
    if set(ends[0]) & set(ends[1]):
        raise CaseError(f"both are {first.id} already; to lay that down name two accounts")
    with _kept(case, out, workspace) as space:
        said = verdicts.say(space, "merge", *ends, reason, by, datetime.now(UTC))
    _say_verdict(said, lang, json)
    if first is not second:
        for line in telling.against_lines(book, first, second, words(lang.value)):
            typer.echo(line, err=True)


@app.command(epilog="Example: `headwater network split CASE N3 wxid_b --reason 'two voices' --by Li`")
def split(
    case: Case,
    person: Annotated[str, typer.Argument(help="The person.", metavar="PERSON")],
    accounts: Annotated[list[str], typer.Argument(help="Accounts that are somebody else's.", metavar="ACCOUNT…")],
    reason: Reason,
    by: By,
    out: OutFolder = None,
    workspace: Space = None,
    lang: Lang_ = Language.en,
    json: Json = False,
) -> None:
    """Say that accounts of a person are somebody else's. The next run of `investigate` builds on it; `undo` takes it back."""
    book = _book(case, out, workspace)
    whole = book.accounts(book.person(person).id)
    apart = tuple(account for name in accounts for account in book.accounts(name))
    strangers = sorted(set(apart) - set(whole))
    if strangers:
        raise CaseError(f"no account of {book.person(person).id}: {', '.join(strangers)}")
    rest = tuple(a for a in whole if a not in apart)
    if not rest:
        raise CaseError("nothing would be left of the person; name the accounts of the other one alone")
    with _kept(case, out, workspace) as space:
        said = verdicts.say(space, "split", apart, rest, reason, by, datetime.now(UTC))
    _say_verdict(said, lang, json)


@app.command(epilog="Example: `headwater network undo CASE V-1f2e3d4c5b --reason 'wrong card' --by Li`")
def undo(
    case: Case,
    verdict: Annotated[str, typer.Argument(help="The verdict's id.", metavar="VERDICT")],
    reason: Reason,
    by: By,
    out: OutFolder = None,
    workspace: Space = None,
    lang: Lang_ = Language.en,
) -> None:
    """Take a verdict back. The parts that it joined or parted stand again as the evidence has them."""
    with _kept(case, out, workspace) as space:
        verdicts.undo(space, verdict, reason, by, datetime.now(UTC))
    typer.echo(words(lang.value)("network.undone", verdict=verdict))


@app.command("verdicts", epilog="Example: `headwater network verdicts CASE`")
def listing(
    case: Case, out: OutFolder = None, workspace: Space = None, lang: Lang_ = Language.en, json: Json = False
) -> None:
    """List what people said of who is who, the oldest first; what was taken back is listed too."""
    with _kept(case, out, workspace) as space:
        told, standing = verdicts.history(space), {v.id for v in verdicts.standing(space)}
    if json:
        _print_json({"verdicts": [_plain(entry, standing) for entry in told]})
        return
    say = words(lang.value)
    for entry in told:
        at = f"{entry.at.isoformat(timespec='minutes')} {entry.by}"
        if isinstance(entry, Verdict):
            gone = "" if entry.id in standing else f" ({say('network.taken_back')})"
            ends = f"{', '.join(entry.accounts)} | {', '.join(entry.others)}"
            typer.echo(visible(f"{entry.id} {entry.said}{gone}: {ends} – {at}: {entry.because}"))
        else:
            typer.echo(visible(f"{entry.of} undo – {at}: {entry.because}"))


@app.command(epilog="Example: `headwater network export CASE --format graphml --to FOLDER`")
def export(
    case: Case,
    format: Annotated[list[Format], typer.Option("--format", "-f", help="May be repeated.")],
    to: Annotated[Path | None, typer.Option("--to", help="Folder to write to (default: OUT/network).")] = None,
    out: OutFolder = None,
    workspace: Space = None,
) -> None:
    """Write the market for other programs: GraphML, GEXF, STIX 2.1, FollowTheMoney, CSV. Masks stay masks."""
    book, where = _book(case, out, workspace), run.place(case, out, workspace)
    folder = (to or where.out / "network").resolve()
    if folder == case.resolve() or case.resolve() in folder.parents:
        raise CaseError("--to lies inside the case folder, which is only read", str(folder))
    folder.mkdir(parents=True, exist_ok=True)
    for chosen in dict.fromkeys(format):
        for name, data in FORMATS[chosen.value](book.result).items():
            run.put(folder / name, data)
            typer.echo(str(folder / name))


def _book(case: Path, out: Path | None, workspace: Path | None) -> Book:
    return open_book(run.place(case, out, workspace).out / "result.json")


@contextmanager
def _kept(case: Path, out: Path | None, workspace: Path | None) -> Iterator[Workspace]:
    """The workspace of a case, which must be there."""
    where = run.place(case, out, workspace)
    run.must_be_kept(where.workspace, "investigate", "ingest")
    with open_workspace(where.workspace) as space:
        yield space


def _plain(entry: Verdict | verdicts.Undone, standing: set[str]) -> dict[str, Any]:
    common = {"because": entry.because, "by": entry.by, "at": entry.at.isoformat()}
    if isinstance(entry, verdicts.Undone):
        return {"said": "undo", "of": entry.of, **common}
    ends = {"accounts": list(entry.accounts), "others": list(entry.others)}
    return {"id": entry.id, "said": entry.said, "stands": entry.id in standing, **ends, **common}


def _say_verdict(said: Verdict, lang: Language, json: bool) -> None:
    if json:
        _print_json(_plain(said, {said.id}))
        return
    typer.echo(words(lang.value)("network.noted", verdict=said.id))


def _must_be_known(category: str | None, known: set[str]) -> None:
    if category is not None and category not in known:
        raise CaseError(
            f"no order is of the category {visible(category)}; there are {visible(', '.join(sorted(known - {''})))}"
        )


def _say_more(found: int, limit: int, lang: Language, none: str) -> None:
    if not found:
        typer.echo(words(lang.value)(none), err=True)
    if found > limit:
        typer.echo(words(lang.value)("network.more_rows", n=found - limit), err=True)


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        typer.echo(line)


def _print_json(value: dict[str, Any]) -> None:
    sys.stdout.buffer.write(result_json.dumps(value))
    sys.stdout.buffer.flush()
