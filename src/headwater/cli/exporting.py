"""The verb ``headwater export``: a case in the forms that other programs, courts and files ask for."""

from __future__ import annotations

import hashlib
import json as standard_json
import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from headwater.casework.reports import json as result_json
from headwater.casework.reports.exports.formats import FORMATS, Wanted, spoken
from headwater.casework.reports.exports.paper.browser import PrintError
from headwater.casework.reports.schema import check
from headwater.casework.reports.visible import visible
from headwater.casework.reports.words import words
from headwater.cli import run
from headwater.cli.case_options import Json
from headwater.cli.choices import Language
from headwater.model.errors import CaseError

EXAMPLE = "Example: `headwater export CASE --out OUT --format ocsf --format list`"
ABROAD = frozenset({"stix", "ocsf", "case"})
"""Formats that are made to be passed on: what the law says of that is said beside them."""


class Format(StrEnum):
    """Formats of exports."""

    ocsf = "ocsf"
    stix = "stix"
    case = "case"
    list = "list"
    csv = "csv"
    pdf = "pdf"
    all = "all"


def export(
    case: Annotated[Path | None, typer.Argument(help="The case folder. It is only read.", metavar="CASE")] = None,
    format: Annotated[
        list[Format] | None, typer.Option("--format", "-f", help="May be repeated (default: all).")
    ] = None,
    result: Annotated[Path | None, typer.Option("--result", help="A result.json, instead of CASE.")] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Folder with result.json (default: out/CASE).")
    ] = None,
    to: Annotated[
        Path | None, typer.Option("--to", help="Folder to write to (default: exports beside the result).")
    ] = None,
    named: Annotated[bool, typer.Option("--named", help="STIX with people, accounts and sentences.")] = False,
    lang: Annotated[
        Language | None, typer.Option("--lang", help="Language of labels (default: that of the result's sentences).")
    ] = None,
    json: Json = False,
) -> None:
    """Write the result of `investigate` as OCSF events, STIX, CASE, CSV tables, the list of exhibits (清单), or PDF.

    Everything is made from result.json alone and holds no more than it: masks stay masks.
    """
    file, folder = _places(case, out, result, to)
    known = _opened(file)
    chosen = [f.value for f in format or [Format.all]]
    wanted = Wanted(lang.value if lang else spoken(known), named)
    names = list(FORMATS) if "all" in chosen else list(dict.fromkeys(chosen))
    written, failed = [], None
    for name in names:
        try:
            with run.busy(f"writing {name}"):
                made = FORMATS[name](known, wanted)
        except PrintError as error:
            # what can be written is written first: a machine without a browser has all but paper
            failed = error
            continue
        written += list(_put(folder, name, made))
    _say(folder, written, names, wanted, json)
    if failed is not None:
        raise failed


def _places(case: Path | None, out: Path | None, result: Path | None, to: Path | None) -> tuple[Path, Path]:
    """The result that is read, and the folder that is written to."""
    if (case is None) == (result is None):
        raise typer.BadParameter("name either a case folder or --result result.json", param_hint="CASE")
    if case is None:
        file = Path(str(result)).resolve()
        return file, (to or file.parent / "exports").resolve()
    where = run.place(case, out, None)
    folder = (to or where.out / "exports").resolve()
    if folder == where.case.resolve() or where.case.resolve() in folder.parents:
        raise CaseError("--to lies inside the case folder, which is only read", str(folder))
    return where.out / "result.json", folder


def _opened(file: Path) -> dict[str, Any]:
    """A result that keeps its contract.

    :raises CaseError: where there is none, or it is none
    """
    try:
        known = standard_json.loads(file.read_text("utf-8"))
    except FileNotFoundError as error:
        raise CaseError("is not there; `headwater investigate CASE --out OUT` makes it", str(file)) from error
    except (OSError, ValueError, RecursionError) as error:
        raise CaseError("is no result that could be read", str(file)) from error
    if not isinstance(known, dict):
        raise CaseError("is no result", str(file))
    if faults := check(known):
        more = f" and {len(faults) - 3} more" if len(faults) > 3 else ""
        raise CaseError(f"does not keep the contract of results: {'; '.join(faults[:3])}{more}", str(file))
    return known


def _put(folder: Path, format: str, made: dict[str, bytes]) -> Iterator[dict[str, Any]]:
    for name, data in made.items():
        target = folder / name
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            run.put(target, data)
        except OSError as error:
            raise CaseError(f"cannot be written: {error.strerror}", str(target)) from error
        yield {"format": format, "path": name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def _say(folder: Path, written: list[dict[str, Any]], names: list[str], wanted: Wanted, json: bool) -> None:
    say = words(wanted.lang)
    if json:
        sys.stdout.buffer.write(result_json.dumps({"folder": str(folder), "files": written}))
        sys.stdout.buffer.flush()
    else:
        for entry in written:
            typer.echo(visible(f"{entry['sha256'][:16]}  {entry['bytes']:>11,}  {folder / entry['path']}"))
    if ABROAD & set(names):
        typer.echo(say("export.abroad"), err=True)
