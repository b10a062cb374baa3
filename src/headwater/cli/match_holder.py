"""The verbs ``match holder …``: open an exchange, answer within the rules, count, show the purpose log."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from headwater.cli.choices import Language
from headwater.cli.match_options import (
    By,
    Columns,
    Json,
    Lang,
    Lists,
    Out,
    Second,
    Side,
    counting,
    named,
    say,
    say_list,
    say_logged,
    say_overlap,
)
from headwater.exchange import holder, ledger
from headwater.exchange.office import open_office, read_card
from headwater.exchange.rules import Approval
from headwater.exchange.terms import METHODS, REVEALS, read_terms
from headwater.model.words import Text

app = typer.Typer(help="What the holder of the key does.", no_args_is_help=True)

Terms = Annotated[Path, typer.Argument(help="The terms of the exchange.", metavar="TERMS")]


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no day; write for example 2026-12-31", param_hint="--until") from error


@app.command(
    "open", epilog="Example: `headwater match holder open --as police --party a.card --party b.card --case 17 …`"
)
def open_exchange(
    side: Side,
    out: Out,
    party: Annotated[list[Path], typer.Option("--party", help="The card of a party; twice.")],
    case: Annotated[str, typer.Option("--case", help="The number of the case.")],
    purpose: Annotated[str, typer.Option("--purpose", help="What the exchange is for.")],
    until: Annotated[str, typer.Option("--until", help="The last day on which requests are answered.")],
    by: By,
    method: Annotated[str, typer.Option(help=f"{', '.join(METHODS)} (keyed is faster and not blinded).")] = "voprf",
    reveal: Annotated[str, typer.Option(help=f"{' or '.join(REVEALS)}: what the parties learn.")] = "rows",
    bits: Annotated[int, typer.Option(help="Length of the tokens: 96 to 128.")] = 128,
    json: Json = False,
    lang: Lang = Language.en,
) -> None:
    """Open an exchange between two parties, and write its terms for both."""
    cards = [read_card(path) for path in party]
    if len(cards) != 2 or method not in METHODS or reveal not in REVEALS:
        raise typer.BadParameter(f"give --party twice, --method {'|'.join(METHODS)}, --reveal {'|'.join(REVEALS)}")
    opening = holder.Opening(case, purpose, _day(until), method, reveal, bits)
    made = holder.open_exchange(open_office(side), (cards[0], cards[1]), opening, Approval(by), out, datetime.now(UTC))
    names = ", ".join(card.name for card in made.parties)
    said = Text(
        f"exchange {made.exchange} of {names}; written: {out}", f"交换 {made.exchange}（{names}）；已写入：{out}"
    )
    say({"exchange": made.exchange, "file": str(out)}, [said], json, lang)


@app.command(
    epilog="Example: `headwater match holder answer us.request --as police --by Li --second Wang --out us.answer`"
)
def answer(
    request: Annotated[Path, typer.Argument(help="A party's request.", metavar="REQUEST")],
    side: Side,
    out: Out,
    by: By,
    second: Second = "",
    json: Json = False,
    lang: Lang = Language.en,
) -> None:
    """Answer a request within the rules, and log it."""
    with counting("answering") as watch:
        entry = holder.answer(open_office(side), request, out, Approval(by, second), datetime.now(UTC), watch)
    say_logged(entry, out, json, lang)


@app.command(
    epilog="Example: `headwater match holder own exchange.terms seized.xlsx --as police --by Li --out police.tokens`"
)
def own(
    terms: Terms,
    lists: Lists,
    side: Side,
    out: Out,
    by: By,
    second: Second = "",
    column: Columns = None,
    json: Json = False,
    lang: Lang = Language.en,
) -> None:
    """Make the tokens of the holder's own list, where the holder is one of the two parties."""
    office = open_office(side)
    people = holder.own(office, read_terms(terms), lists, out, Approval(by, second), datetime.now(UTC), named(column))
    say_list(people, out, json, lang)


@app.command(
    epilog="Example: `headwater match holder count exchange.terms a.tokens b.tokens --as police --out exchange.count`"
)
def count(
    terms: Terms,
    first: Annotated[Path, typer.Argument(help="One party's tokens.", metavar="FIRST")],
    second: Annotated[Path, typer.Argument(help="The other party's tokens.", metavar="SECOND")],
    side: Side,
    out: Out,
    json: Json = False,
    lang: Lang = Language.en,
) -> None:
    """Count what two sealed lists have in common, where the parties agreed on the size only."""
    found = holder.count(open_office(side), read_terms(terms), first, second, out, datetime.now(UTC))
    say_overlap(found, json, lang)


@app.command(epilog="Example: `headwater match holder log --as police`")
def log(side: Side, json: Json = False, lang: Lang = Language.en) -> None:
    """Show the purpose log, after checking its chain and signatures."""
    office = open_office(side)
    entries = list(ledger.read(side / ledger.FILE, office.card.signing))
    lines = [
        f"{e.number} {e.at.isoformat()} {e.done}: "
        + ", ".join(f"{name} {_short(value)}" for name, value in e.fields.items())
        for e in entries
    ]
    say({"entries": [e.as_json() for e in entries]}, [Text(line, line) for line in lines], json, lang)


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 32 else f"{text[:16]}…"
