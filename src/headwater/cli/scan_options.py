"""Options of the verbs that scan any files, and what they mean for the work."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Annotated

import typer

from headwater.casework.failing import Condition, ConditionError, conditions
from headwater.cli.choices import EngineName, Language, megabytes
from headwater.exhibits.blocks import SETTINGS_FILE
from headwater.exhibits.folder import open_case
from headwater.exhibits.live.doors import Door, door_of, is_address, local_path
from headwater.exhibits.member import Member
from headwater.exhibits.opening import members
from headwater.exhibits.sheets import Sheet, sheets
from headwater.identifiers.kinds import KINDS
from headwater.ingestion.tables.snapshots import datasets_of
from headwater.investigation.survey_options import DatasetFile
from headwater.model.errors import CaseError
from headwater.model.exhibit import Exhibit
from headwater.scanning.categories import categories

READ, TOLD, HOW = "What is read", "What comes of it", "How it is read"
"""The headings of the options in the help."""

Case = Annotated[
    Path | None,
    typer.Option(
        "--case",
        help="A case folder, for its data sets and its settings; it is not scanned.",
        metavar="FOLDER",
        rich_help_panel=READ,
    ),
]
Settings = Annotated[
    Path | None,
    typer.Option(
        "--settings",
        help="A headwater.toml with the house's own kinds (default: the case's).",
        metavar="FILE",
        rich_help_panel=READ,
    ),
]
Datasets = Annotated[
    list[str] | None,
    typer.Option(
        "--dataset",
        help="A protected data set to compare with, and its key column (default: the first); may be repeated.",
        metavar="NAME=FILE:KEY",
        rich_help_panel=READ,
    ),
]
Holder = Annotated[
    str | None,
    typer.Option(
        "--holder",
        help="With whom everything below the paths was found (default: HOLDER of …/seized/HOLDER/…).",
        metavar="NAME",
        rich_help_panel=READ,
    ),
]
Passwords = Annotated[
    Path | None,
    typer.Option(
        "--password-file",
        help="Passwords to try on locked files, one a line, in UTF-8.",
        dir_okay=False,
        metavar="FILE",
        rich_help_panel=READ,
    ),
]
NoPictures = Annotated[
    bool, typer.Option("--no-pictures", help="Do not read the text of pictures.", rich_help_panel=READ)
]
Deleted = Annotated[
    bool,
    typer.Option("--deleted", help="Look for deleted rows of SQLite and dBase files as well.", rich_help_panel=READ),
]
Jobs = Annotated[
    int | None,
    typer.Option("--jobs", min=1, help="Files at once (default: all cores).", metavar="N", rich_help_panel=HOW),
]
Memory = Annotated[
    str | None,
    typer.Option(
        "--memory",
        help="What one worker process may take, e.g. 2GB (default: 4GB). A file that needs more is given up and listed.",
        metavar="SIZE",
        rich_help_panel=HOW,
    ),
]
Timeout = Annotated[
    float | None,
    typer.Option(
        "--timeout",
        min=0.1,
        help="How long one file may take (default: 120), and some for its size. One that takes longer is given up and listed.",
        metavar="SECONDS",
        rich_help_panel=HOW,
    ),
]
State = Annotated[
    Path | None,
    typer.Option(
        "--state",
        help="Folder that remembers what was read, so that it is not read again (default: OUT/state).",
        metavar="FOLDER",
        rich_help_panel=HOW,
    ),
]
Finds = Annotated[
    Path | None,
    typer.Option(
        "--finds", help="Write every single find, masked, as JSON lines.", metavar="FILE", rich_help_panel=TOLD
    ),
]
Samples = Annotated[
    bool,
    typer.Option("--samples/--no-samples", help="Show masked samples of what was found.", rich_help_panel=TOLD),
]
Engine = Annotated[
    EngineName,
    typer.Option(
        "--engine", help="What reads the files: workers of this machine (duckdb), or Spark.", rich_help_panel=HOW
    ),
]
Lang = Annotated[Language, typer.Option("--lang", help="Language of tables and pages.", rich_help_panel=TOLD)]
Json = Annotated[bool, typer.Option("--json", help="The same as --format json.", rich_help_panel=TOLD)]
FailOn = Annotated[
    str | None,
    typer.Option(
        "--fail-on",
        help="End with exit code 3 if one of these holds, e.g. 'persons>0, group:n3>=50, unread>0'.",
        metavar="CONDITIONS",
        rich_help_panel=TOLD,
    ),
]
Verbose = Annotated[int, typer.Option("--verbose", "-v", count=True, help="Say more on standard error.")]

SAMPLES = 5
"""Masked samples of each kind beside a file."""


def sources(
    case: Path | None, settings: Path | None, datasets: Sequence[str]
) -> tuple[tuple[DatasetFile, ...], Path | None]:
    """The data sets to compare with, and the settings: those of a case, and those named.

    :raises CaseError: for a case folder that is none
    """
    given = tuple(dataset_file(text) for text in datasets)
    if case is None:
        return given, settings
    folder = open_case(case)
    named = {each.name for each in given}
    own = (
        DatasetFile(d.name, folder.root / d.snapshot, d.key or first_column(folder.root / d.snapshot))
        for d in datasets_of(folder)
        if d.snapshot is not None and d.name not in named
    )
    file = folder.root / SETTINGS_FILE
    return (*given, *own), settings or (file if file.exists() else None)


def kinds(case: Path | None, settings: Path | None) -> Collection[str] | None:
    """The kinds that there are; ``None`` where a house may have added its own."""
    return frozenset(categories()) | frozenset(KINDS) if case is None and settings is None else None


def asked(text: str | None, names: Sequence[str], there: Collection[str] | None) -> tuple[Condition, ...]:
    """The conditions of ``--fail-on``; a wrong one is wrong usage."""
    try:
        return conditions(text, names, there) if text is not None else ()
    except ConditionError as error:
        raise typer.BadParameter(error.told, param_hint="--fail-on") from None


def dataset_file(text: str) -> DatasetFile:
    """Read ``NAME=FILE:KEY``; without a key it is the first column."""
    name, equals, rest = text.partition("=")
    if not (name and equals and rest):
        raise typer.BadParameter(f"{text!r} is not NAME=FILE:KEY", param_hint="--dataset")
    if Path(rest).is_file():
        return DatasetFile(name, Path(rest), first_column(Path(rest)))
    file, _, key = rest.rpartition(":")
    if not Path(file).is_file() or not key:
        raise typer.BadParameter(f"there is no file {file or rest!r}", param_hint="--dataset")
    return DatasetFile(name, Path(file), key)


def first_column(file: Path) -> str:
    """The header of a table's first column.

    :raises CaseError: for a file that holds no table
    """
    for member in members(Exhibit(file.name, file, "", None, file.stat().st_size)):
        for sheet in sheets(member) if isinstance(member, Member) else ():
            if isinstance(sheet, Sheet) and sheet.columns:
                return str(sheet.columns[0])
    raise CaseError("holds no table: name its key, NAME=FILE:KEY", str(file))


def passwords(file: Path | None) -> tuple[str, ...]:
    """The passwords of a file, one a line, as they stand there; each once."""
    if file is None:
        return ()
    try:
        lines = file.read_bytes().decode("utf-8-sig").splitlines()
    except OSError as error:
        raise CaseError(f"cannot be read: {error.strerror}", str(file)) from None
    except UnicodeDecodeError:  # its message shows bytes of the file
        raise CaseError("is no text in UTF-8", str(file)) from None
    return tuple(dict.fromkeys(line for line in lines if line))


def memory_mb(text: str | None) -> int | None:
    """Megabytes from ``2GB``."""
    found = megabytes(text)
    return None if found is None else max(1, found // 2**20)


def must_exist(paths: Sequence[str]) -> None:
    """Insist on every path; whether an address leads anywhere is seen when it is opened.

    :raises CaseError: naming the first that is missing
    """
    for path in paths:
        if not is_address(path) and not Path(path).exists():
            raise CaseError("does not exist", path)


def given(paths: Sequence[str]) -> list[Path | Door]:
    """The paths and addresses; the password of an address that has none is asked for here, before anything is shown.

    :raises CaseError: for an address that is none, of which only the scheme is told: it may hold a password
    """
    return [door_of(path) if is_address(path) else Path(path) for path in paths]


def must_be_folders(*wanted: Path | None) -> None:
    """Insist on folders that something will be written into, before hours of reading; they are made where they are missing.

    :raises CaseError: naming the first that cannot be
    """
    for folder in wanted:
        try:
            if folder is not None:
                folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CaseError(f"cannot be made: {error.strerror}", str(folder)) from None


def must_lie_outside(paths: Sequence[str], **written: Path | None) -> None:
    """Insist that nothing is written into what is scanned.

    :raises CaseError: naming the option
    """
    for option, file in written.items():
        for path in paths:
            place = local_path(path) if is_address(path) else Path(path)
            if file is None or place is None:
                continue
            named, where = place.resolve(), file.resolve()
            if where == named or named in where.parents:
                raise CaseError(f"--{option} lies inside {place}, which is only read", str(file))
