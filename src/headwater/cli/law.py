"""The verbs ``headwater law …``: which law is applied, how well it is known, and weighing facts by hand."""

from __future__ import annotations

import json as plain_json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from headwater.casework.exact_money import exact_money
from headwater.casework.reports import json as result_json
from headwater.casework.reports.visible import visible
from headwater.cli.case_options import Json
from headwater.cli.choices import Language
from headwater.law import showing, telling
from headwater.law.entry import entry
from headwater.law.facts_read import read_facts, read_table
from headwater.law.facts_written import facts_file
from headwater.law.labels import load_labels
from headwater.law.rule_set import RuleSet
from headwater.law.rules import JURISDICTIONS, for_jurisdiction
from headwater.law.said import anew
from headwater.law.weighing import weigh_facts
from headwater.model.errors import CaseError

app = typer.Typer(
    help="The law as data: rule sets with their certainty, labels, and weighing facts by hand. It informs; it is no judgment.",
    no_args_is_help=True,
)

Lang_ = Annotated[Language, typer.Option("--lang", help="Language of the sentences.")]
Place = Annotated[str, typer.Option("--jurisdiction", help="Whose law weighs.")]


@app.command("list", epilog="Example: `headwater law list`")
def listing(lang: Lang_ = Language.en, json: Json = False) -> None:
    """List the rule sets: version, day, how many entries, and how many of them no lawyer should rely on yet."""
    heads = [showing.head(b, lang.value) for b in showing.bodies()]
    if json:
        _print_json({"rule_sets": heads})
        return
    _print(
        f"{h['id']} {h['version']} ({h['as_of']}): {h['name']}; {h['entries']} / {h['unverified']} ?  {h['digest'][:12]}"
        for h in heads
    )
    typer.echo("… / … ?: entries / not verified", err=True)


@app.command(epilog="Example: `headwater law show cn.criminal --unverified`")
def show(
    rule_set: Annotated[str, typer.Argument(help="Its id, as `law list` gives it.", metavar="RULE_SET")],
    unverified: Annotated[bool, typer.Option("--unverified", help="Only what is not verified.")] = False,
    kind: Annotated[str | None, typer.Option("--kind", help="Only entries of this kind, e.g. threshold.")] = None,
    lang: Lang_ = Language.en,
    json: Json = False,
) -> None:
    """Show a rule set entry by entry: O opened, X excerpt, M from memory, I inference; ? where it is not verified."""
    found = showing.body(rule_set)
    if found is None:
        raise CaseError(f"no such rule set: {visible(rule_set)}; there are {', '.join(b.id for b in showing.bodies())}")
    every = list(showing.entries(found, lang.value))
    if kind is not None and kind not in (kinds := sorted({e["kind"] for e in every})):
        raise CaseError(f"no entries of the kind {visible(kind)}; there are {', '.join(kinds)}")
    shown = [e for e in every if not (unverified and e["verified"]) and kind in (None, e["kind"])]
    if json:
        _print_json({"rule_set": showing.head(found, lang.value), "entries": shown})
        return
    _print(_line(e) for e in shown)


@app.command(epilog="Example: `headwater law facts --from OUT/result.json --suspect E1021 > facts.toml`")
def facts(
    source: Annotated[Path | None, typer.Option("--from", help="A result.json whose tally fills the file.")] = None,
    suspect: Annotated[
        str | None, typer.Option("--suspect", help="Whose entry; the case as a whole if left out.")
    ] = None,
    jurisdiction: Place = "cn",
    lang: Lang_ = Language.en,
) -> None:
    """Write a file of facts to begin with: everything that can be given, with the questions that only people can answer."""
    told = _told(source, suspect) if source else None
    typer.echo(facts_file(_rules(jurisdiction), lang.value, told), nl=False)


@app.command(epilog="Example: `headwater law weigh facts.toml --lang zh`")
def weigh(
    given: Annotated[Path, typer.Argument(help="A file of facts, TOML or JSON (see `law facts`).", metavar="FACTS")],
    jurisdiction: Place = "cn",
    lang: Lang_ = Language.en,
    json: Json = False,
) -> None:
    """Weigh facts: the grade low and high, the articles, the sum written out, what is open, what may be said against it."""
    rules = _rules(jurisdiction)
    known = read_facts(given, rules)
    try:
        told = entry(weigh_facts(known, rules), known.suspect, lang.value)
    except ValueError as wrong:
        raise CaseError(str(wrong), str(given)) from wrong
    if json:
        _print_json(exact_money(told))
        return
    _print(visible(line) for line in telling.lines(told, rules.currency, lang.value))


@app.command(epilog="Example: `headwater law tally OUT/result.json --said said.toml --lang zh`")
def tally(
    result: Annotated[Path, typer.Argument(help="A result.json with a tally.", metavar="RESULT")],
    said: Annotated[
        Path | None, typer.Option("--said", help="What people say: a table of facts for each suspect, and for `case`.")
    ] = None,
    jurisdiction: Place = "cn",
    lang: Lang_ = Language.en,
    json: Json = False,
) -> None:
    """Weigh the whole tally of a result anew, with what people say of each suspect. The result is left as it is."""
    rules = _rules(jurisdiction)
    told = list(anew(_entries(result), read_table(said) if said else {}, rules, lang.value))
    if json:
        _print_json({"tally": [exact_money(one) for one in told]})
        return
    for one in told:
        name = one["suspect"] or telling.WHOLE.said(lang.value)
        _print(
            visible(line)
            for line in telling.lines({**one, "suspect": name, "counting": []}, rules.currency, lang.value)
        )
        typer.echo()


@app.command(epilog="Example: `headwater law labels bank_card`")
def labels(
    category: Annotated[str | None, typer.Argument(help="A category; all if left out.", metavar="CATEGORY")] = None,
    lang: Lang_ = Language.en,
    json: Json = False,
) -> None:
    """Say what each body of law calls a category of data; "?" is not known, and stays so."""
    table = load_labels()
    if category is not None and table.of(category) is None:
        known = ", ".join(sorted(n for i in table.items for n in i.names))
        raise CaseError(f"no such category: {visible(category)}; there are {known}")
    wanted = [i for i in table.items if category is None or i is table.of(category)]
    if json:
        cells = {i.id: list(showing.cells(table, i.id, lang.value)) for i in wanted}
        _print_json({"rule_set": showing.head(table, lang.value), "labels": cells})
        return
    for item in wanted:
        typer.echo(f"{item.title.said(lang.value)} ({', '.join(item.names)})")
        _print(f"  {c['article']}: {c['text']}  {_mark(c)}" for c in showing.cells(table, item.id, lang.value))


def _rules(jurisdiction: str) -> RuleSet:
    found = for_jurisdiction(jurisdiction)
    if found is None:
        raise CaseError(f"no rule set for {visible(jurisdiction)}; there are {', '.join(sorted(JURISDICTIONS))}")
    return found


def _told(source: Path, suspect: str | None) -> Mapping[str, Any]:
    """The entry of a suspect in a result: of a holder, of the case, or of somebody of the market."""
    entries = _entries(source) + (_entries(source, "network") if suspect else [])
    found = next((t for t in entries if t.get("suspect") == suspect), None)
    if found is None:
        names = ", ".join(str(t["suspect"]) for t in entries if t.get("suspect"))
        raise CaseError(
            f"no tally of {visible(suspect or 'the case')}; there are {visible(names) or 'none'}", str(source)
        )
    return found


def _entries(source: Path, part: str | None = None) -> list[Mapping[str, Any]]:
    """The tally of a result, or of a part of it."""
    try:
        result = plain_json.loads(source.read_bytes())
    except OSError as wrong:
        raise CaseError(wrong.strerror or "cannot be read", str(source)) from wrong
    except (ValueError, RecursionError) as wrong:
        raise CaseError("is no result.json", str(source)) from wrong
    whole = result if isinstance(result, Mapping) else {}
    inner = whole.get(part) if part else whole
    found = inner.get("tally") if isinstance(inner, Mapping) else None
    return [t for t in found if isinstance(t, Mapping)] if isinstance(found, list) else []


def _line(shown: Mapping[str, Any]) -> str:
    parts = [shown.get("article"), shown["text"], shown.get("figures")]
    since = f" [{shown['in_force']}; {shown['source']}, {shown['as_of']}]" if "in_force" in shown else ""
    return visible(f"{_mark(shown)} {shown['id']} ({shown['kind']}): {' – '.join(p for p in parts if p)}{since}")


def _mark(shown: Mapping[str, Any]) -> str:
    return showing.MARKS[shown["certainty"]] + ("" if shown["verified"] else "?")


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        typer.echo(line)


def _print_json(value: dict[str, Any]) -> None:
    sys.stdout.buffer.write(result_json.dumps(value))
    sys.stdout.buffer.flush()
