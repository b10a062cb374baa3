"""Options that verbs over the workspace of a case share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from headwater.cli.choices import EngineName

Case = Annotated[Path, typer.Argument(help="The case folder. It is only read.", metavar="CASE")]
OutFolder = Annotated[Path | None, typer.Option("--out", "-o", help="Folder with the workspace.")]
Space = Annotated[Path | None, typer.Option("--workspace", "-w", help="The workspace (default: OUT/workspace).")]
Engine = Annotated[EngineName, typer.Option("--engine", help="What runs the queries.")]
Memory = Annotated[str | None, typer.Option("--memory", help="Memory of the engine, e.g. 4GB.")]
Json = Annotated[bool, typer.Option("--json", help="Print as JSON on standard output.")]
