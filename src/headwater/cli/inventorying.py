"""The verb ``inventory``: a data map of an organisation, and what has changed since the last one."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from headwater.casework.failing import INVENTORY, inventory_figures, needs_earlier
from headwater.casework.inventory import inventory as mapped
from headwater.casework.reports import inventory_csv, inventory_html, inventory_schema, inventory_table, scan_schema
from headwater.casework.reports import json as answer_json
from headwater.cli import run
from headwater.cli import scan_options as options
from headwater.cli.choices import EngineName, Language
from headwater.cli.scanning import answered, console, end, read_answer
from headwater.cli.talking import talk
from headwater.investigation.survey_options import Options
from headwater.model.words import Lang

EXAMPLE = """
Examples:

- `headwater inventory /mnt/share --out OUT --lang zh`
- `headwater inventory /mnt/share --out OUT --against last/inventory.json --fail-on 'opened>0, new>0'`
- `headwater inventory --from OUT/scan.json --format csv > holdings.csv`
- `headwater inventory 'mysql://user@host/crm' --out OUT`
"""


class Form(StrEnum):
    """Forms of the map."""

    table = "table"
    json = "json"
    html = "html"
    csv = "csv"


Paths = Annotated[
    list[str] | None,
    typer.Argument(
        help="Shares, folders, files, addresses of databases and stores; they are only read.",
        metavar="PATH...",
    ),
]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out",
        "-o",
        help="Folder for inventory.json, inventory.html, the tables (CSV) and the state.",
        metavar="FOLDER",
        rich_help_panel=options.TOLD,
    ),
]
From = Annotated[
    Path | None,
    typer.Option(
        "--from",
        help="Map the scan.json of a scan that was made already; nothing is read then.",
        metavar="FILE",
        rich_help_panel=options.READ,
    ),
]
Against = Annotated[
    Path | None,
    typer.Option(
        "--against",
        help="The inventory.json of another day: what has changed since?",
        metavar="FILE",
        rich_help_panel=options.TOLD,
    ),
]
Format = Annotated[
    Form,
    typer.Option(
        "--format", help="What is printed on standard output (csv: the holdings).", rich_help_panel=options.TOLD
    ),
]


def inventory(
    paths: Paths = None,
    out: Out = None,
    of: From = None,
    against: Against = None,
    settings: options.Settings = None,
    password_file: options.Passwords = None,
    no_pictures: options.NoPictures = False,
    jobs: options.Jobs = None,
    memory: options.Memory = None,
    timeout: options.Timeout = None,
    state: options.State = None,
    format: Format = Form.table,
    json: options.Json = False,
    lang: options.Lang = Language.en,
    fail_on: options.FailOn = None,
    engine: options.Engine = EngineName.duckdb,
    verbose: options.Verbose = 0,
) -> None:
    """Map where personal data lies: which shares, tables and files hold what, who can read it, since when."""
    talk(verbose)
    if bool(paths) == (of is not None):
        raise typer.BadParameter("name what to look at: either PATH... or --from")
    given = tuple(paths or ())
    options.must_exist(given)
    options.must_lie_outside(given, out=out, state=state)
    options.must_be_folders(out, state)
    asked = options.asked(fail_on, INVENTORY, options.kinds(None, settings))
    if against is None and needs_earlier(asked):
        raise typer.BadParameter("this condition compares: name the earlier inventory", param_hint="--against")
    earlier = None if against is None else read_answer(against, inventory_schema.check)
    if of is not None:
        answer = read_answer(of, scan_schema.check)
    else:
        chosen = Options(
            passwords=options.passwords(password_file),
            pictures=not no_pictures,
            jobs=jobs,
            memory_mb=options.memory_mb(memory),
            seconds_per_file=timeout,
            state=state or (out / "state" if out else None),
            samples=0,
            engine=engine.value,
            settings=settings,
            today=datetime.now(UTC).date(),
        )
        answer = answered(given, chosen, lang.value)
    found = mapped(answer, datetime.now(UTC), earlier, lang.value)
    _give(found, out, Form.json if json else format, lang.value)
    end(asked, inventory_figures(found), lang.value)


def _give(found: Mapping[str, Any], out: Path | None, form: Form, lang: Lang) -> None:
    """Write and print a map."""
    files = {
        "inventory.json": answer_json.dumps(found),
        "inventory.html": inventory_html.render(found, lang).encode("utf-8"),
        **inventory_csv.tables(found),
    }
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            run.put(out / name, data)
    if form is Form.table:
        inventory_table.show(found, console(), lang)
        if out is not None:
            typer.echo(f"\n{out / 'inventory.json'}\n{out / 'inventory.html'}")
        return
    sys.stdout.buffer.write(files["holdings.csv" if form is Form.csv else f"inventory.{form.value}"])
    sys.stdout.flush()
