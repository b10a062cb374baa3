"""The verbs ``match psi …``: private set intersection between two sides without a holder (extra ``psi``)."""

from __future__ import annotations

from datetime import UTC, datetime
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
    say_list,
    say_logged,
    say_overlap,
)
from headwater.exchange import psi
from headwater.exchange.office import open_office, read_card
from headwater.exchange.rules import Approval
from headwater.exchange.terms import REVEALS, Reveal

app = typer.Typer(help="Matching between two sides without a holder (extra psi).", no_args_is_help=True)

Other = Annotated[Path, typer.Option("--other", help="The card of the other side.")]


def _reveal(text: str, option: str) -> Reveal:
    if text not in REVEALS:
        raise typer.BadParameter(f"{text!r}: {' or '.join(REVEALS)}", param_hint=option)
    return text


@app.command(
    epilog="Example: `headwater match psi request clients.csv --as us --other them.card --case 17 --why … --out us.request`"
)
def request(
    lists: Lists,
    side: Side,
    other: Other,
    out: Out,
    case: Annotated[str, typer.Option("--case", help="The number of the case.")],
    why: Annotated[str, typer.Option("--why", help="Why this side asks: the other logs it.")],
    reveal: Annotated[str, typer.Option(help="size or rows: what this side wants to learn.")] = "size",
    column: Columns = None,
    json: Json = False,
    lang: Lang = Language.en,
) -> None:
    """Write the client's request: its identifiers, encrypted."""
    matter = psi.Matter(case, why, _reveal(reveal, "--reveal"))
    with counting("encrypting"):
        people = psi.request(open_office(side), read_card(other), lists, out, matter, datetime.now(UTC), named(column))
    say_list(people, out, json, lang)


@app.command(
    epilog="Example: `headwater match psi answer us.request seized.csv --as them --other us.card --by Li --out us.answer`"
)
def answer(
    asked: Annotated[Path, typer.Argument(help="The client's request.", metavar="REQUEST")],
    lists: Lists,
    side: Side,
    other: Other,
    out: Out,
    by: By,
    second: Second = "",
    allow: Annotated[str, typer.Option(help="size or rows: what the client may learn at most.")] = "size",
    structure: Annotated[str, typer.Option(help=f"{', '.join(psi.STRUCTURES)}: how the own list is packed.")] = "gcs",
    false_rate: Annotated[
        float, typer.Option(help="Chance of one false match in the client's whole list.")
    ] = psi.FALSE_RATE,
    column: Columns = None,
    json: Json = False,
    lang: Lang = Language.en,
) -> None:
    """Answer with the server's own list, within the server's rules, and log it."""
    if structure not in psi.STRUCTURES:
        raise typer.BadParameter(f"{structure!r}: {', '.join(psi.STRUCTURES)}", param_hint="--structure")
    serving = psi.Serving(Approval(by, second), _reveal(allow, "--allow"), structure, false_rate, named(column))
    with counting("answering"):
        entry = psi.answer(open_office(side), read_card(other), asked, lists, out, serving, datetime.now(UTC))
    say_logged(entry, out, json, lang)


@app.command(epilog="Example: `headwater match psi result us.answer clients.csv --as us --other them.card`")
def result(
    answered: Annotated[Path, typer.Argument(help="The server's answer.", metavar="ANSWER")],
    lists: Lists,
    side: Side,
    other: Other,
    column: Columns = None,
    json: Json = False,
    lang: Lang = Language.en,
) -> None:
    """Work out what the answer says: the overlap, or only its size."""
    with counting("comparing"):
        found = psi.result(open_office(side), read_card(other), answered, lists, named(column))
    say_overlap(found, json, lang)
