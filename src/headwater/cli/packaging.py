"""The verbs ``headwater package …``: pack what stands in court, make keys, check, and open exhibits again."""

from __future__ import annotations

import sys
from argparse import ArgumentTypeError
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

import headwater_verify
from headwater.casework.package.clocks import clocks
from headwater.casework.package.keys import (
    Signer,
    fingerprint,
    new_recipient,
    new_signer,
    recipient_of,
    recipient_public,
)
from headwater.casework.package.making import Order, Packed, make_package
from headwater.casework.package.opening import open_exhibits
from headwater.casework.package.record import NOTHING_SAID, Record, read_record
from headwater.casework.reports import json as result_json
from headwater.casework.reports.visible import visible
from headwater.cli import package_options as options
from headwater.cli import run
from headwater.cli.case_options import Case, Json, OutFolder, Space
from headwater.cli.choices import Language
from headwater.cli.package_book import kept
from headwater.cli.package_keys import signing_key, unlocked
from headwater.cli.package_stamps import Stamping
from headwater.cli.package_words import told as lines
from headwater.cli.signing_in import Book, Descriptor
from headwater.exhibits.digest import digest
from headwater.investigation.case import open_investigation
from headwater.model.errors import CaseError

PACKAGE = "evidence.hwpkg.zip"


class _PackFirst(TyperGroup):
    """What is no other verb is the case to be packed: `headwater package CASE`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] != "--help":
            args = ["make", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(cls=_PackFirst, no_args_is_help=True, help="An evidence package that nobody alters unnoticed.")
keys = typer.Typer(no_args_is_help=True, help="Keys that sign packages, and keys that exhibits are encrypted to.")
app.add_typer(keys, name="key")


@app.command(epilog="Example: `headwater package CASE --out OUT --key me.key --record package.toml`")
def make(
    case: Case,
    out: OutFolder = None,
    workspace: Space = None,
    to: options.To = None,
    key: options.Key = None,
    passphrase: options.Passphrase = None,
    at: options.At = None,
    record: options.RecordFile = None,
    authority: options.Authority = None,
    collector: options.Collector = None,
    second: options.Second = None,
    holder: options.Holder = None,
    witness: options.Witness = None,
    include: options.Include = None,
    timestamp: options.Server = None,
    request: options.Request = None,
    response: options.Response = None,
    root: options.Root = None,
    recipient: options.Recipient = None,
    machine: options.Machine = False,
    again: options.Replace = False,
    casebook: Book = None,
    by: options.Packer = None,
    descriptor: Descriptor = None,
    lang: options.Lang_ = Language.en,
    json: Json = False,
) -> None:
    """Pack what was written, with digests of all that was read, signed: same input, key and --at give the same bytes.

    Ends with 3 when files of the case are not as they were when they were read: the package says which.
    """
    people = {"authority": authority, "collector": collector, "second": second, "holder": holder, "witness": witness}
    where = run.place(case, out, workspace)
    run.must_be_kept(where.workspace, "investigate")
    said, moment = _record(record, people), _moment(at)
    free = _free(to or where.out / PACKAGE, again, where.case)
    links, chains = kept(where, casebook, by, descriptor)
    to_whom = recipient_public(recipient) if recipient else None
    further = tuple(include or ())
    told = _command(further, where.out, machine, to_whom is not None)
    order = Order(where.out, free, moment, said.with_custody(links), further, chains, None, told, machine, to_whom)
    signer, made = signing_key(key, where.workspace, passphrase)
    packed = _packed(where, order, signer, Stamping(timestamp, request, response, root))
    _say(packed, signer.fingerprint, made, lang, json)
    if packed.different:
        sys.exit(3)


def _packed(where: run.Place, order: Order, signer: Signer, stamping: Stamping) -> Packed:
    with open_investigation(where.case, where.workspace) as work:
        with work.scene() as scene, run.busy("reading clocks"):
            order = replace(order, clocks=clocks(scene, work.case.settings.timezone))
        with run.watching(work.case, "digesting") as watch:
            return make_package(work.case, work.workspace, order, signer, stamping, watch)


def _command(further: Sequence[Path], out: Path, machine: bool, exhibits: bool) -> tuple[str, ...]:
    """The command as anybody would type it who has the same folders: without the names of this machine's."""
    included = (p.resolve().relative_to(out) if out in p.resolve().parents else p for p in further)
    parts = [part for path in included for part in ("--include", f"OUT/{path}")]
    parts += [*(("--with-exhibits", "KEY.pub") if exhibits else ()), *(("--machine",) if machine else ())]
    return ("headwater", "package", "CASE", "--out", "OUT", *parts)


def _say(packed: Packed, key: str, made: Path | None, lang: Language, json: bool) -> None:
    different = [{"path": f.shown, "state": f.state} for f in packed.different]
    if json:
        answer = {
            "package": str(packed.file),
            "sha256": digest(packed.file),
            "key": key,
            "stamped": packed.stamped,
            "read": len(packed.read),
            "packed": len(packed.members),
            "different": different,
        }
        sys.stdout.buffer.write(result_json.dumps(answer))
        return
    for line in lines(packed, key, digest(packed.file), made):
        typer.echo(visible(line.said(lang.value)), err=line.loud)


def _moment(text: str | None) -> datetime:
    if text is None:
        return datetime.now(UTC).replace(microsecond=0)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise typer.BadParameter(f"{text!r} is no time with zone; write 2026-11-23T09:00:00+08:00", param_hint="--at")
    return moment


def _record(file: Path | None, people: dict[str, str | None]) -> Record:
    record = read_record(file) if file else NOTHING_SAID
    record = record.with_people({name: value for name, value in people.items() if value})
    if record.second and record.second.strip().casefold() == record.collector.strip().casefold():
        raise CaseError("the second person must be somebody else than the collector")
    return record


def _free(file: Path, again: bool, case: Path) -> Path:
    if case.resolve() in file.resolve().parents:
        raise CaseError("--to lies inside the case folder, which is only read", str(file))
    if file.exists() and not again:
        raise CaseError("is there already; --replace overwrites it, --to writes elsewhere", str(file))
    return file


@keys.command("new", epilog="Example: `headwater package key new me.key`")
def new_key(
    file: options.KeyFile,
    passphrase: options.Passphrase = None,
) -> None:
    """Make a key that signs packages, and print the fingerprint by which others know it."""
    signer = new_signer(file, unlocked(passphrase))
    typer.echo(f"{file} (0600)\n{file}.pub\nfingerprint: {signer.fingerprint}")


@keys.command("recipient", epilog="Example: `headwater package key recipient court.key`")
def recipient_key(
    file: options.KeyFile,
    passphrase: options.Passphrase = None,
) -> None:
    """Make a key that exhibits can be encrypted to. Whoever is to read them makes it, and gives FILE.pub away."""
    key = new_recipient(file, unlocked(passphrase))
    typer.echo(f"{file} (0600)\n{file}.pub\nfingerprint: {fingerprint(key.public_key().public_bytes_raw())}")


@app.command(epilog="Example: `headwater package check evidence.hwpkg.zip --key FINGERPRINT --case CASE`")
def check(
    package: options.Package,
    key: options.Signer = None,
    case: Annotated[Path | None, typer.Option(help="The case folder, to be compared with what was read.")] = None,
    root: options.Root = None,
    lang: options.Lang_ = Language.en,
) -> None:
    """Do what `headwater_verify.py` does: say whether a package is as it was signed, and by whom."""
    asked = (("--key", key), ("--case", case), ("--timestamp-ca", root), ("--lang", lang.value))
    arguments = [part for name, value in asked if value is not None for part in (name, str(value))]
    sys.exit(headwater_verify.main([str(package), *arguments]))


@app.command("open", epilog="Example: `headwater package open evidence.hwpkg.zip --recipient court.key --to FOLDER`")
def open_files(
    package: options.Package,
    recipient: Annotated[Path, typer.Option("--recipient", help="The recipient's key (see `key recipient`).")],
    to: Annotated[Path, typer.Option("--to", help="A new folder for the case's own files: RAW PERSONAL DATA.")],
    key: options.Signer = None,
    passphrase: options.Passphrase = None,
) -> None:
    """Check a package, and write the case's files that it holds encrypted, each held against its digest."""
    try:
        signer = headwater_verify.public_key(key) if key else None
    except (ArgumentTypeError, OSError, ValueError) as error:
        raise typer.BadParameter(str(error), param_hint="--key") from None
    opened = open_exhibits(package, recipient_of(recipient, unlocked(passphrase)), to, signer)
    typer.echo(f"{len(opened)} files: {to} (raw personal data: keep it as such)")
    if signer is None:
        typer.echo("!! whose signature it is was not checked: give --key", err=True)
