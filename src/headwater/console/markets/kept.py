"""The columns of a market kept in one file beside the read model, so that a restart of the server does not read the answer again."""

from __future__ import annotations

import dataclasses
import json
import os
import zipfile
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import numpy as np

from headwater.console.markets.building import drawn_people
from headwater.console.markets.market import Market

FORMAT = 2
_ARRAYS = tuple(f.name for f in dataclasses.fields(Market) if f.name not in ("people", "months", "orders", "to_source"))


def kept(file: Path, make: Callable[[], Market]) -> Market:
    """The market of a file; made, and kept there, where there is none that can be read."""
    try:
        return read(file)
    except (OSError, EOFError, ValueError, LookupError, TypeError, zipfile.BadZipFile):
        made = make()
        with suppress(OSError):  # a full disk costs time at the next start, and no answer
            write(file, made)
        return made


def write(file: Path, market: Market) -> None:
    """Keep a market: written aside (mode 0600) and renamed."""
    told = {
        "format": FORMAT,
        "people": [p.known for p in market.people],
        "shown": [n for n, p in enumerate(market.people) if p.told],
        "months": market.months,
        "orders": market.orders,
        "to_source": market.to_source,
    }
    text = np.frombuffer(json.dumps(told, ensure_ascii=False).encode("utf-8", "surrogatepass"), np.uint8)
    out = BytesIO()
    np.savez(out, text=text, **{name: getattr(market, name) for name in _ARRAYS})
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    aside = file.with_name(f"{file.name}.{os.getpid()}.part")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as part:
            part.write(out.getbuffer())
        aside.replace(file)
    finally:
        aside.unlink(missing_ok=True)


def read(file: Path) -> Market:
    """A market that was kept.

    :raises ValueError: where the file is of another version
    """
    with file.open("rb") as opened, np.load(opened, allow_pickle=False) as parts:
        told = json.loads(parts["text"].tobytes().decode("utf-8", "surrogatepass"))
        if told["format"] != FORMAT:
            raise ValueError("kept by another version")
        arrays = {name: parts[name] for name in _ARRAYS}
    people = drawn_people(told["people"], told["shown"])
    return Market(people, tuple(told["months"]), told["orders"], tuple(told["to_source"]), **arrays)
