"""The verb ``serve``: the console on one case, or on all cases of a house."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from headwater.casework.reports.visible import visible
from headwater.cli import run
from headwater.cli.talking import talk
from headwater.model.errors import CaseError

if TYPE_CHECKING:
    from headwater.console.house import House

EXAMPLE = "Example: `headwater serve CASE --out OUT`, or `headwater serve --house house.toml`"


def serve(
    case: Annotated[
        Path | None,
        typer.Argument(help="The case folder; its answer and workspace as `investigate` left them.", metavar="CASE"),
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="The folder of the answer.")] = None,
    workspace: Annotated[
        Path | None, typer.Option("--workspace", "-w", help="The workspace (default: OUT/workspace).")
    ] = None,
    house: Annotated[
        Path | None, typer.Option("--house", help="A file that names several cases (docs/console.md).")
    ] = None,
    casebook: Annotated[
        str | None, typer.Option("--casebook", envvar="HEADWATER_CASEBOOK", help="The casebook's address.")
    ] = None,
    host: Annotated[
        str, typer.Option(help="The address to listen on; another than loopback needs TLS or a proxy.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port.")] = 8080,
    certificate: Annotated[Path | None, typer.Option(help="TLS: the certificate, PEM.")] = None,
    key: Annotated[Path | None, typer.Option(help="TLS: its key, PEM.")] = None,
    proxy: Annotated[list[str] | None, typer.Option(help="A proxy that ends TLS; may be repeated.")] = None,
    name: Annotated[
        list[str] | None, typer.Option(help="A name by which browsers call the server; may be repeated.")
    ] = None,
    oidc_issuer: Annotated[
        str | None, typer.Option(help="The house's own provider of OpenID Connect, by its issuer's address.")
    ] = None,
    oidc_client: Annotated[
        str, typer.Option(help="As whom it knows the console; the secret comes from HEADWATER_OIDC_SECRET.")
    ] = "headwater",
    verbose: Annotated[int, typer.Option("--verbose", "-v", count=True, help="Say more.")] = 0,
) -> None:
    """Open the console: pages and REST on a case that was investigated."""
    talk(verbose)
    from headwater.console.app import make_app  # loads a web server, which no other verb needs
    from headwater.console.first import invitation
    from headwater.console.house import demands_factor
    from headwater.console.serving import Address, provided
    from headwater.console.serving import serve as serve_app

    address = Address(host, port, certificate, key, tuple(proxy or ()), tuple(name or ()))
    address.insist_safe()
    provider = provided(oidc_issuer, oidc_client, os.environ.get("HEADWATER_OIDC_SECRET", ""))
    rules = address.rules(provider, second_factor=house is not None and demands_factor(house))
    served = _house(case, out, workspace, house, casebook)
    first = invitation(served, datetime.now(UTC))
    if first:
        typer.echo(
            f"Nobody has an account yet. Make the first by this link, once, within an hour:\n  {address.shown}{first}"
        )
    typer.echo(visible(f"Headwater's console: {address.shown}"))
    serve_app(make_app(served, rules), address)


def _house(
    case: Path | None, out: Path | None, workspace: Path | None, house: Path | None, casebook: str | None
) -> House:
    """What is served: one case, or those that a file names."""
    from headwater.console.house import FOLDER, House, from_file, one
    from headwater.store.casebook.opening import open_casebook
    from headwater.store.casebook.place import place

    if (case is None) == (house is None):
        raise CaseError("name one case, or a house of several with --house")
    if house is not None:
        cases, told = from_file(house)
        folder = house.resolve().parent / FOLDER
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return House(cases, open_casebook(place(folder, casebook or told), make=True), folder)
    assert case is not None
    where = run.place(case, out, workspace)
    run.must_be_kept(where.workspace, "investigate", "demo")
    served, book = one(where.case, where.out, where.workspace, casebook)
    return House((served,), book, where.workspace / FOLDER)
