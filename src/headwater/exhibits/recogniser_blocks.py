"""The ``[[recognisers]]`` and ``[[allow]]`` blocks of the settings: an organisation's own numbers, and what may lie about.

Every example of a recogniser is tried as the settings are read: one that fails is an error, before any file is scanned.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime

from headwater.exhibits.blocks import Block, as_block
from headwater.identifiers import linear
from headwater.identifiers.declared import CHECKSUMS, Declared
from headwater.identifiers.errors import WrongPatternError
from headwater.model.settings import Allowed, OwnRecogniser

GROUPS = ("n3", "n4", "n5", "")
CATEGORIES = (
    *("name", "id", "contact", "address", "account", "property", "credit", "track", "communication", "lodging"),
    *("health", "transaction", "vehicle", "other"),
)
_NAME = r"[a-z][a-z0-9_]{1,40}"
_KEYS = (
    "name",
    "pattern",
    "keywords",
    "checksum",
    "exclude",
    "headers",
    "category",
    "law",
    "group",
    "matches",
    "ignores",
)


def own_recognisers(top: Block) -> tuple[OwnRecogniser, ...]:
    """Read all ``[[recognisers]]`` blocks, and try each on its own examples."""
    rows = tuple(_recogniser(block) for block in _blocks(top, "recognisers"))
    twice = {row.name for row in rows if [r.name for r in rows].count(row.name) > 1}
    if twice:
        raise top.wrong(f"recognisers: the name {min(twice)!r} is given twice")
    return rows


def _recogniser(block: Block) -> OwnRecogniser:
    block.only(*_KEYS)
    row = OwnRecogniser(
        name=block.needed_text("name"),
        pattern=block.needed_text("pattern"),
        keywords=block.texts("keywords"),
        checksum=block.text("checksum", "none"),
        exclude=block.texts("exclude"),
        headers=block.texts("headers"),
        category=block.text("category", "other"),
        law=block.text("law", "client_row"),
        group=block.text("group", "n5"),
        matches=block.texts("matches"),
        ignores=block.texts("ignores"),
    )
    if not re.fullmatch(_NAME, row.name):
        raise block.wrong("name must be small letters, digits and _, e.g. policy_no")
    for key, known in (("checksum", tuple(CHECKSUMS)), ("category", CATEGORIES), ("group", GROUPS)):
        if getattr(row, key) not in known:
            raise block.wrong(f"{key} must be one of {', '.join(filter(None, known))}")
    if not row.matches:
        raise block.wrong("matches is missing: one example at least that it finds (a made one)")
    _try(block, row)
    return row


def _try(block: Block, row: OwnRecogniser) -> None:
    """Hold a recogniser against its examples; an error names them by their place, never by their text."""
    try:
        declared = Declared.of(row)
    except WrongPatternError as error:
        raise block.wrong(str(error)) from error
    for number, text in enumerate(row.matches, start=1):
        if not declared.find(text):
            raise block.wrong(f"matches: example {number} is not found ({declared.why_not(text)})")
    for number, text in enumerate(row.ignores, start=1):
        if declared.find(text):
            raise block.wrong(f"ignores: example {number} is found")


def allowed(top: Block) -> tuple[Allowed, ...]:
    """Read all ``[[allow]]`` blocks."""
    return tuple(_allowed(number, block) for number, block in enumerate(_blocks(top, "allow"), start=1))


def _allowed(number: int, block: Block) -> Allowed:
    block.only("value", "pattern", "path", "reason", "expires")
    told = [key for key in ("value", "pattern", "path") if block.text(key)]
    if len(told) != 1:
        raise block.wrong("one of value, pattern and path is wanted")
    if not block.text("reason").strip():
        raise block.wrong("reason is missing: who allowed it, and why")
    if pattern := block.text("pattern"):
        try:
            linear.compiled(pattern)
        except WrongPatternError as error:
            raise block.wrong(f"pattern {error}") from error
    return Allowed(
        number,
        block.text("reason").strip(),
        block.maybe_text("value"),
        block.maybe_text("pattern"),
        block.maybe_text("path"),
        _expires(block),
    )


def _expires(block: Block) -> date | None:
    told = block.values.get("expires")
    if isinstance(told, str):
        try:
            told = date.fromisoformat(told)
        except ValueError:
            raise block.wrong("expires must be a day, e.g. 2027-01-31") from None
    if isinstance(told, datetime) or not isinstance(told, date | None):
        raise block.wrong("expires must be a day, e.g. 2027-01-31")
    return told


def _blocks(top: Block, key: str) -> Iterator[Block]:
    blocks = top.values.get(key, [])
    if not isinstance(blocks, list):
        raise top.wrong(f"{key} must be given as [[{key}]] blocks")
    for number, value in enumerate(blocks, start=1):
        yield as_block(value, f"[[{key}]] {number}", key)
