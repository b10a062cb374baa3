"""An answer read piece by piece: the rows of long lists one at a time, everything else whole."""

from __future__ import annotations

from collections.abc import Iterator, Set
from pathlib import Path
from typing import Any

import ijson

from headwater.model.errors import StoreError

NEVER_WHOLE = frozenset({"", "network", "read"})
"""Mappings that are opened up: what stands in them comes out by itself."""


def pieces(file: Path, lists: Set[str]) -> Iterator[tuple[str, Any]]:
    """Every row of the lists (``findings.item``), and every other part (``case``, ``network.counts``) whole.

    :param lists: prefixes of rows, as ijson writes them
    :raises StoreError: where the file is no answer
    """
    try:
        with file.open("rb") as opened:
            yield from _pieces(ijson.parse(opened, use_float=True), lists)
    except (ijson.JSONError, UnicodeDecodeError, OSError) as error:
        raise StoreError(f"is no answer that can be read ({type(error).__name__})", str(file)) from error


def _pieces(events: Iterator[tuple[str, str, Any]], lists: Set[str]) -> Iterator[tuple[str, Any]]:
    open_lists = {prefix.removesuffix(".item") for prefix in lists}
    for prefix, event, value in events:
        if prefix in NEVER_WHOLE or event in ("map_key", "end_map", "end_array"):
            continue
        if event == "start_array" and prefix in open_lists:
            continue
        yield prefix, _whole(events, event, value)


def _whole(events: Iterator[tuple[str, str, Any]], event: str, value: Any) -> Any:
    """The value that begins with this event; takes the events that belong to it."""
    if event not in ("start_map", "start_array"):
        return value
    built, depth = ijson.ObjectBuilder(), 1
    built.event(event, value)
    while depth:
        _, event, value = next(events)
        depth += (event in ("start_map", "start_array")) - (event in ("end_map", "end_array"))
        built.event(event, value)
    return built.value
