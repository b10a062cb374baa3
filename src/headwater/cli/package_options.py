"""Options of ``headwater package``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from headwater.cli.choices import Language

To = Annotated[Path | None, typer.Option("--to", help="The package (default: OUT/evidence.hwpkg.zip).")]
Key = Annotated[Path | None, typer.Option("--key", help="Who signs (default: WORKSPACE/keys/package.key).")]
Passphrase = Annotated[
    Path | None, typer.Option("--passphrase-file", help="First line: the key's passphrase (or HEADWATER_PASSPHRASE).")
]
At = Annotated[str | None, typer.Option("--at", help="The time to be told, ISO 8601 with zone (default: now).")]
RecordFile = Annotated[Path | None, typer.Option("--record", help="Who, where and how, as TOML (docs/evidence.md).")]
Authority = Annotated[str | None, typer.Option("--authority", help="For which authority.")]
Collector = Annotated[str | None, typer.Option("--collector", help="Who collected.")]
Second = Annotated[str | None, typer.Option("--second", help="The second person: somebody else.")]
Holder = Annotated[str | None, typer.Option("--holder", help="Who held the data.")]
Witness = Annotated[str | None, typer.Option("--witness", help="Who saw it.")]
Include = Annotated[
    list[Path] | None, typer.Option("--include", help="A file or folder of OUT to be packed too; may be repeated.")
]
Server = Annotated[str | None, typer.Option("--timestamp", help="Address of a time-stamp server (RFC 3161).")]
Request = Annotated[Path | None, typer.Option("--timestamp-request", help="Write the request for a stamp here.")]
Response = Annotated[Path | None, typer.Option("--timestamp-response", help="The server's answer to it.")]
Root = Annotated[Path | None, typer.Option("--timestamp-ca", help="Root of the time-stamp server (PEM).")]
Recipient = Annotated[
    Path | None, typer.Option("--with-exhibits", help="Pack the case's files too, encrypted to this public key.")
]
Machine = Annotated[
    bool, typer.Option("--machine", help="Tell host, system and times of files: other machines, other bytes.")
]
Replace = Annotated[bool, typer.Option("--replace", help="A package of this name may be overwritten.")]
Packer = Annotated[
    str | None, typer.Option("--by", help="Your name in the casebook: its chain of custody is packed too.")
]
Lang_ = Annotated[Language, typer.Option("--lang", help="Language of what is printed.")]
Package = Annotated[Path, typer.Argument(help="The package.", metavar="PACKAGE")]
KeyFile = Annotated[
    Path, typer.Argument(help="Where the key is written; FILE.pub gets its public half.", metavar="FILE")
]
Signer = Annotated[
    str | None, typer.Option("--key", help="Public key or fingerprint of the signer, got by another way.")
]
