"""The verb ``match``: which people stand in two sides' lists, or only how many, without showing the lists."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from headwater.cli import match_holder, match_psi
from headwater.cli.choices import Language
from headwater.cli.match_options import (
    Columns,
    Json,
    Lang,
    Lists,
    Out,
    Side,
    counting,
    named,
    say,
    say_list,
    say_overlap,
)
from headwater.exchange import auditing, party, verifying
from headwater.exchange.holder import read_count
from headwater.exchange.office import Policy, make_office, open_office, read_card, write_card
from headwater.exchange.telling import explained
from headwater.exchange.terms import read_terms
from headwater.model.words import Text

app = typer.Typer(help="Private matching of two lists of people (see docs/private-matching.md).", no_args_is_help=False)
app.add_typer(match_holder.app, name="holder")
app.add_typer(match_psi.app, name="psi")

Agreed = Annotated[Path, typer.Argument(help="What was agreed: the holder's file of terms.", metavar="TERMS")]
_RULES = Policy()


@app.callback(invoke_without_command=True)
def match(
    context: typer.Context,
    explain: Annotated[bool, typer.Option("--explain", help="Say what each side learns by each method.")] = False,
    json: Json = False,
    lang: Lang = Language.en,
) -> None:
    """Private matching: two sides learn who is in both lists, or only how many (see docs/private-matching.md)."""
    if context.invoked_subcommand is None:
        if not explain:
            typer.echo(context.get_help())
            raise typer.Exit(2)
        _explain(json, lang)


def _explain(json: bool, lang: Language) -> None:
    told = explained(lang.value)
    lines = []
    for method in told["methods"]:
        first, *rest = method["cells"]
        lines += [first, *(f"  {column}: {cell}" for column, cell in zip(told["columns"][1:], rest, strict=True)), ""]
    lines += told["notes"]
    say(told, [Text(line, line) for line in lines], json, lang)


@app.command(epilog="Example: `headwater match init police --name 'City Police' --card police.card`")
def init(
    folder: Annotated[Path, typer.Argument(help="The folder to be made.", metavar="FOLDER")],
    name: Annotated[str, typer.Option("--name", help="The side's name, as the others will read it.")],
    card: Annotated[Path | None, typer.Option("--card", help="Write the card that the others need.")] = None,
    fewest: Annotated[int, typer.Option(help="Identifiers that a list must hold.")] = _RULES.fewest,
    cap: Annotated[int, typer.Option(help="The most that a side may ask in one exchange.")] = _RULES.cap,
    daily: Annotated[int, typer.Option(help="The most that a side may ask in one day.")] = _RULES.daily,
    second_over: Annotated[int, typer.Option(help="Above this a second person must agree.")] = _RULES.second_over,
    json: Json = False,
    lang: Lang = Language.en,
) -> None:
    """Make the folder of a side: its keys (mode 0600), its rules, its purpose log."""
    office = make_office(folder, name, Policy(fewest, cap, daily, second_over))
    if card is not None:
        write_card(office, card)
    print_ = office.card.fingerprint
    said = Text(f"{name}: read this fingerprint to the others: {print_}", f"{name}：请向其他各方念出此指纹：{print_}")
    say({**office.card.as_json(), "fingerprint": print_}, [said], json, lang)


@app.command(epilog="Example: `headwater match terms exchange.terms --lang zh`")
def terms(agreed: Agreed, json: Json = False, lang: Lang = Language.en) -> None:
    """Show what was agreed about an exchange, with the fingerprint of every side."""
    found = read_terms(agreed)
    sides = [("holder", "密钥持有方", found.holder), *(("party", "参与方", card) for card in found.parties)]
    lines = [
        Text(f"case {found.case}: {found.purpose}", f"案件 {found.case}：{found.purpose}"),
        Text(
            f"method {found.method}, {found.reveal}, {found.bits} bits, until {found.until.isoformat()}, at least {found.fewest:,}",
            f"方法 {found.method}，{found.reveal}，{found.bits} 位，截至 {found.until.isoformat()}，至少 {found.fewest:,}",
        ),
        *(
            Text(f"{en} {card.name}: {card.fingerprint}", f"{zh} {card.name}：{card.fingerprint}")
            for en, zh, card in sides
        ),
    ]
    told = {
        "exchange": found.exchange,
        "case": found.case,
        "purpose": found.purpose,
        "method": found.method,
        "reveal": found.reveal,
        "bits": found.bits,
        "until": found.until.isoformat(),
        "fewest": found.fewest,
        "cap": found.cap,
        "holder": {**found.holder.as_json(), "fingerprint": found.holder.fingerprint},
        "parties": [{**card.as_json(), "fingerprint": card.fingerprint} for card in found.parties],
    }
    say(told, lines, json, lang)


@app.command(
    epilog="Example: `headwater match request exchange.terms clients.csv --as us --known them.card --why 'case 17' --out us.request`"
)
def request(
    agreed: Agreed,
    lists: Lists,
    side: Side,
    out: Out,
    why: Annotated[str, typer.Option("--why", help="Why this side asks: the holder logs it.")],
    known: Annotated[
        list[Path],
        typer.Option(
            "--known", help="A card that came another way than in TERMS: the other party's, and any that must fit."
        ),
    ],
    column: Columns = None,
    json: Json = False,
    lang: Lang = Language.en,
) -> None:
    """Ask the holder about the own list: the file holds blinded points, no identifier."""
    found = read_terms(agreed)
    cards, now = [read_card(path) for path in known], datetime.now(UTC)
    with counting("blinding") as watch:
        made = party.request(open_office(side), found, lists, out, why, now, named(column), watch, known=cards)
    say_list(made.people, out, json, lang, request=made.digest)


@app.command(epilog="Example: `headwater match tokens exchange.terms us.answer clients.csv --as us --out us.tokens`")
def tokens(
    agreed: Agreed,
    answer: Annotated[Path, typer.Argument(help="The holder's answer.", metavar="ANSWER")],
    lists: Lists,
    side: Side,
    out: Out,
    column: Columns = None,
    json: Json = False,
    lang: Lang = Language.en,
) -> None:
    """Make tokens of the holder's answer, after checking its proofs. Swap OUT.commitment first, then OUT."""
    with counting("unblinding") as watch:
        made = party.make_tokens(open_office(side), read_terms(agreed), answer, lists, out, named(column), watch)
    if made is None:
        said = Text(
            "the holder is the other party: the tokens stay here, and this side alone compares",
            "密钥持有方即另一方：令牌留在本方，仅由本方比较",
        )
        say({"file": None}, [said], json, lang)
        return
    bound = f"{out}.commitment"
    said = Text(f"written: {out}; hand over {bound} first", f"已写入：{out}；请先交出 {bound}")
    say({"file": str(out), "commitment": bound, "digest": made.digest}, [said], json, lang)


@app.command(
    epilog="Example: `headwater match intersect exchange.terms them.tokens --as us --commitment them.tokens.commitment`"
)
def intersect(
    agreed: Agreed,
    theirs: Annotated[Path, typer.Argument(help="The other party's tokens.", metavar="THEIRS")],
    side: Side,
    commitment: Annotated[
        Path | None,
        typer.Option(help="What the other side was bound to before; needed unless the holder is the other party."),
    ] = None,
    json: Json = False,
    lang: Lang = Language.en,
) -> None:
    """Compare the own tokens with the other party's: counts, and which own lines match."""
    say_overlap(party.intersect(open_office(side), read_terms(agreed), theirs, commitment), json, lang)


@app.command(epilog="Example: `headwater match counted exchange.terms exchange.count`")
def counted(
    agreed: Agreed,
    count: Annotated[Path, typer.Argument(help="What the holder counted.", metavar="COUNT")],
    json: Json = False,
    lang: Lang = Language.en,
) -> None:
    """Show what the holder counted, after checking its signature."""
    say_overlap(read_count(count, read_terms(agreed)), json, lang)


@app.command(
    epilog="Example: `headwater match verify exchange.terms us.request us.answer us.tokens --log police/purpose.log`"
)
def verify(
    files: Annotated[list[Path], typer.Argument(help="Carried files.", metavar="FILE…")],
    log: Annotated[Path | None, typer.Option("--log", help="The purpose log of whoever answered.")] = None,
    side: Annotated[
        Path | None, typer.Option("--as", help="This side's folder, to show that LIST was the list.")
    ] = None,
    lists: Annotated[list[Path] | None, typer.Option("--list", help="The list that FILE was bound to.")] = None,
    column: Columns = None,
    json: Json = False,
    lang: Lang = Language.en,
) -> None:
    """Check signatures, digests, and that files belong together; ends with 1 when something does not hold."""
    found = verifying.verify(files, log)
    if (side is None) != (not lists):
        raise typer.BadParameter("--as and --list belong together")
    if side is not None and lists:
        auditing.check_list(open_office(side), files, lists, named(column))
    lines = [Text(f"{c.file}: {c.kind} of {c.by} holds", f"{c.file}：{c.by} 的 {c.kind} 属实") for c in found]
    told = [{"file": c.file, "kind": c.kind, "by": c.by, "digest": c.digest} for c in found]
    say({"files": told, "log": log is not None, "list": bool(lists)}, lines, json, lang)
