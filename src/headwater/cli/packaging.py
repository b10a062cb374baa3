"""The verbs ``headwater package …``: pack what stands in court, make keys, check, and open exhibits again."""

from __future__ import annotations

import sys
from argparse import ArgumentTypeError
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

import headwater_verify
from headwater.casework.package.clocks import clocks
from headwater.casework.package.keys import fingerprint, new_recipient, new_signer, recipient_of, recipient_public
from headwater.casework.package.making import Order, Packed, make_package
from headwater.casework.package.opening import open_exhibits
from headwater.casework.package.record import NOTHING_SAID, Record, read_record
from headwater.casework.reports import json as result_json
from headwater.casework.reports.visible import visible
from headwater.cli import run
from headwater.cli.case_options import Case, Json, OutFolder, Space
from headwater.cli.choices import Language
from headwater.cli.package_keys import signing_key, unlocked
from headwater.cli.package_stamps import Stamping
from headwater.cli.package_words import told
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

Passphrase = Annotated[
    Path | None, typer.Option("--passphrase-file", help="First line: the key's passphrase (or HEADWATER_PASSPHRASE).")
]
Lang_ = Annotated[Language, typer.Option("--lang", help="Language of what is printed.")]


@app.command(epilog="Example: `headwater package CASE --out OUT --key me.key --record package.toml`")
def make(
    case: Case,
    out: OutFolder = None,
    workspace: Space = None,
    to: Annotated[Path | None, typer.Option("--to", help="The package (default: OUT/evidence.hwpkg.zip).")] = None,
    key: Annotated[Path | None, typer.Option("--key", help="Who signs (default: WORKSPACE/keys/package.key).")] = None,
    passphrase: Passphrase = None,
    at: Annotated[str | None, typer.Option("--at", help="The time to be told, ISO 8601 with zone (now).")] = None,
    record: Annotated[
        Path | None, typer.Option("--record", help="Who, where and how, as TOML (docs/evidence.md).")
    ] = None,
    authority: Annotated[str | None, typer.Option(help="For which authority.")] = None,
    collector: Annotated[str | None, typer.Option(help="Who collected.")] = None,
    second: Annotated[str | None, typer.Option(help="The second person: somebody else.")] = None,
    holder: Annotated[str | None, typer.Option(help="Who held the data.")] = None,
    witness: Annotated[str | None, typer.Option(help="Who saw it.")] = None,
    include: Annotated[
        list[Path] | None, typer.Option(help="A file or folder of OUT to be packed too; may be repeated.")
    ] = None,
    timestamp: Annotated[str | None, typer.Option(help="Address of a time-stamp server (RFC 3161).")] = None,
    request: Annotated[
        Path | None, typer.Option("--timestamp-request", help="Write the request for a stamp here.")
    ] = None,
    response: Annotated[Path | None, typer.Option("--timestamp-response", help="The server's answer to it.")] = None,
    authority_ca: Annotated[
        Path | None, typer.Option("--timestamp-ca", help="Root of the time-stamp server (PEM).")
    ] = None,
    recipient: Annotated[
        Path | None, typer.Option("--with-exhibits", help="Pack the case's files too, encrypted to this public key.")
    ] = None,
    machine: Annotated[
        bool, typer.Option("--machine", help="Tell host and system: other machines, other bytes.")
    ] = False,
    again: Annotated[bool, typer.Option("--replace", help="A package of this name may be overwritten.")] = False,
    lang: Lang_ = Language.en,
    json: Json = False,
) -> None:
    """Pack what was written, with digests of all that was read, signed: same input, key and --at give the same bytes.

    Ends with 3 when files of the case are not as they were when they were read: the package says which.
    """
    people = {"authority": authority, "collector": collector, "second": second, "holder": holder, "witness": witness}
    where = run.place(case, out, workspace)
    run.must_be_kept(where.workspace, "investigate")
    order = Order(
        where.out,
        _free(to or where.out / PACKAGE, again, where.case),
        _moment(at),
        _record(record, people),
        tuple(include or ()),
        command=("headwater", "package", "CASE", "--out", "OUT"),
        with_machine=machine,
        recipient=recipient_public(recipient) if recipient else None,
    )
    stamping = Stamping(timestamp, request, response, authority_ca)
    signer, made = signing_key(key, where.workspace, passphrase)
    with open_investigation(where.case, where.workspace) as work:
        with work.scene() as scene, run.busy("reading clocks"):
            order = replace(order, clocks=clocks(scene, work.case.settings.timezone))
        with run.watching(work.case, "digesting") as watch:
            packed = make_package(work.case, work.workspace, order, signer, stamping, watch)
    _say(packed, signer.fingerprint, made, lang, json)
    if packed.different:
        sys.exit(3)


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
    for line in told(packed, key, digest(packed.file), made):
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
    file: Annotated[Path, typer.Argument(help="Where the key is written; FILE.pub gets its public half.")],
    passphrase: Passphrase = None,
) -> None:
    """Make a key that signs packages, and print the fingerprint by which others know it."""
    signer = new_signer(file, unlocked(passphrase))
    typer.echo(f"{file} (0600)\n{file}.pub\nfingerprint: {signer.fingerprint}")


@keys.command("recipient", epilog="Example: `headwater package key recipient court.key`")
def recipient_key(
    file: Annotated[Path, typer.Argument(help="Where the key is written; FILE.pub gets its public half.")],
    passphrase: Passphrase = None,
) -> None:
    """Make a key that exhibits can be encrypted to. Whoever is to read them makes it, and gives FILE.pub away."""
    key = new_recipient(file, unlocked(passphrase))
    typer.echo(f"{file} (0600)\n{file}.pub\nfingerprint: {fingerprint(key.public_key().public_bytes_raw())}")


@app.command(epilog="Example: `headwater package check evidence.hwpkg.zip --key FINGERPRINT --case CASE`")
def check(
    package: Annotated[Path, typer.Argument(help="The package.")],
    key: Annotated[
        str | None, typer.Option(help="Public key or fingerprint of the signer, got by another way.")
    ] = None,
    case: Annotated[Path | None, typer.Option(help="The case folder, to be compared with what was read.")] = None,
    authority_ca: Annotated[
        Path | None, typer.Option("--timestamp-ca", help="Root of the time-stamp server (PEM).")
    ] = None,
    lang: Lang_ = Language.en,
) -> None:
    """Do what `headwater_verify.py` does: say whether a package is as it was signed, and by whom."""
    asked = (("--key", key), ("--case", case), ("--timestamp-ca", authority_ca), ("--lang", lang.value))
    options = [part for name, value in asked if value is not None for part in (name, str(value))]
    sys.exit(headwater_verify.main([str(package), *options]))


@app.command("open", epilog="Example: `headwater package open evidence.hwpkg.zip --recipient court.key --to FOLDER`")
def open_files(
    package: Annotated[Path, typer.Argument(help="A package made with --with-exhibits.")],
    recipient: Annotated[Path, typer.Option("--recipient", help="The recipient's key (see `key recipient`).")],
    to: Annotated[Path, typer.Option("--to", help="A new folder for the case's own files: RAW PERSONAL DATA.")],
    key: Annotated[
        str | None, typer.Option(help="Public key or fingerprint of the signer: a package by others is refused.")
    ] = None,
    passphrase: Passphrase = None,
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
