"""The verbs ``headwater audit …``: whether the casebook's log is whole, and what it says."""

from __future__ import annotations

import json as json_lines
import re
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from headwater.casework.reports import json as result_json
from headwater.casework.reports.visible import visible
from headwater.casework.reports.words import words
from headwater.cli import run
from headwater.cli.case_options import Case, Json, OutFolder, Space
from headwater.cli.choices import Language
from headwater.cli.signing_in import Book, By, Descriptor, at_desk, now, password
from headwater.store.casebook import verifying
from headwater.store.casebook.head import Head
from headwater.store.casebook.log import Entry, plain
from headwater.store.casebook.opening import opened
from headwater.store.casebook.place import place
from headwater.store.casebook.signing_in import sign_in, who

app = typer.Typer(help="The casebook's log: verify, list, export.", no_args_is_help=True)
Lang_ = Annotated[Language, typer.Option("--lang", help="Language of the answer.")]


@app.command(epilog="Example: `headwater audit verify CASE -w WORKSPACE`")
def verify(
    case: Case,
    head: Annotated[
        str | None, typer.Option("--head", help="A head that was written down elsewhere (NUMBER:DIGEST).")
    ] = None,
    casebook: Book = None,
    out: OutFolder = None,
    workspace: Space = None,
    lang: Lang_ = Language.en,
    json: Json = False,
) -> None:
    """Say whether the log and every row of the casebook are as they were written; exit code 1 and the place where not."""
    kept = _head(head)
    with opened(place(run.place(case, out, workspace).workspace, casebook)) as book:
        found = verifying.verify(book, kept)
    if json:
        told = asdict(found) | {"whole": found.whole}
        sys.stdout.buffer.write(result_json.dumps(told))
    else:
        say = words(lang.value)
        for fault in found.faults:
            typer.echo(visible(f"{fault.place}: {fault.what}"))
        if found.whole:
            typer.echo(say("casebook.whole", entries=f"{found.head.count:,}", rows=f"{found.rows:,}"))
        if found.ahead:
            typer.echo(say("casebook.ahead", n=found.ahead), err=True)
        typer.echo(say("casebook.head", head=str(found.head)))
    if not found.whole:
        raise typer.Exit(1)


@app.command("list", epilog="Example: `headwater audit list CASE --by wang`")
def listing(
    case: Case,
    by: By,
    after: Annotated[int, typer.Option(help="Only entries after this number.", min=0)] = 0,
    descriptor: Descriptor = None,
    casebook: Book = None,
    out: OutFolder = None,
    workspace: Space = None,
    json: Json = False,
) -> None:
    """List who did what, when. That somebody read the log is an entry too."""
    where = run.place(case, out, workspace)
    with at_desk(where, casebook, by, descriptor) as desk, desk.transaction() as (tx, reader):
        found = verifying.read_log(tx, reader, after=after)
    if json:
        sys.stdout.buffer.write(result_json.dumps({"entries": [plain(e) for e in found]}))
        return
    for entry in found:
        row = f" {entry.kind}/{entry.row_id}" if entry.kind else ""
        details = "" if entry.details == "{}" else f" {entry.details}"
        typer.echo(visible(f"{entry.seq:>6} {entry.at[:19]}Z {entry.actor} {entry.act}{row}{details}"))


@app.command(epilog="Example: `headwater audit export CASE --to log.jsonl --by wang`")
def export(
    case: Case,
    to: Annotated[Path, typer.Option("--to", help="File to write, one entry a line.")],
    by: By,
    descriptor: Descriptor = None,
    casebook: Book = None,
    out: OutFolder = None,
    workspace: Space = None,
    lang: Lang_ = Language.en,
) -> None:
    """Write the log as JSON lines. It names nobody: people are ids, what they wrote is sealed elsewhere."""
    where = run.place(
        case, to.parent, workspace or run.place(case, out, None).workspace
    )  # nothing goes into the case folder
    with at_desk(where, casebook, by, descriptor) as desk, desk.transaction() as (tx, reader):
        found = verifying.read_log(tx, reader, export=True)
    run.put(to, "".join(map(_line, found)).encode())
    typer.echo(words(lang.value)("casebook.exported", entries=f"{len(found):,}", file=str(to)))


@app.command(epilog="Example: `headwater audit adopt CASE --by wang`")
def adopt(
    case: Case,
    by: By,
    descriptor: Descriptor = None,
    casebook: Book = None,
    out: OutFolder = None,
    workspace: Space = None,
    lang: Lang_ = Language.en,
) -> None:
    """Begin to remember a log's head on a machine that has none: a new colleague's, or after the file was lost."""
    where = place(run.place(case, out, workspace).workspace, casebook)
    with opened(where) as book:
        ticket = sign_in(book, by, password(by, descriptor), now(), adopting=True)
        with book.transaction(now(), adopting=True) as tx:
            head = verifying.adopt(tx, who(tx, ticket))
    typer.echo(words(lang.value)("casebook.head", head=str(head)))


def _head(text: str | None) -> Head | None:
    if text is None:
        return None
    found = re.fullmatch(r"(\d{1,15}):([0-9a-f]{64})", text.strip())
    if not found:
        raise typer.BadParameter("a head is NUMBER:DIGEST, as `audit verify` prints it", param_hint="--head")
    return Head(int(found[1]), found[2])


def _line(entry: Entry) -> str:
    return json_lines.dumps(plain(entry), ensure_ascii=False, sort_keys=True) + "\n"
