"""What people write freely is masked as it comes in: numbers, cards, addresses and the like stand nowhere whole."""

from __future__ import annotations

import pyarrow as pa

from headwater.identifiers.kinds import KINDS
from headwater.identifiers.shapes import cover_shapes
from headwater.identifiers.text import Names, find_array, mask_line
from headwater.model.errors import CaseError

LONGEST = 20_000


def masked(text: str, what: str = "a text") -> str:
    """A text as the casebook keeps it.

    :param what: how a message calls the text
    :raises CaseError: when it is longer than any note

    >>> masked("call 15400000000 about 6200000000000005")
    'call 154****0000 about 6200********0005'
    """
    if len(text) > LONGEST:
        raise CaseError(f"{what} has {LONGEST:,} characters at most")
    return "\n".join(_line(line) for line in text.strip().splitlines())


def reason(text: str, what: str = "a reason") -> str:
    """A text that must say something.

    :raises CaseError: when it is blank
    """
    told = masked(text, what)
    if not any(c.isalnum() for c in told):
        raise CaseError(f"{what} is needed")
    return told


def _line(line: str) -> str:
    return cover_shapes(mask_line(_without("address", line)))


def unnamed(text: str) -> str:
    """A text that leaves the casebook for a report: names of people in it are masked too.

    >>> unnamed("complaint 17 of 张三丰")
    'complaint 17 of 张**'
    """
    return "\n".join(_without("name", line) for line in text.split("\n"))


def _without(kind: str, line: str) -> str:
    """A line with what is of a kind masked, also where no label stands before it."""
    found = find_array(pa.array([line]), Names.ALL).to_pylist()
    for match in sorted((m for m in found if m["kind"] == kind), key=lambda m: -m["start"]):
        covered = KINDS[match["kind"]].identifier.mask(match["compact"])
        line = line[: match["start"]] + covered + line[match["end"] :]
    return line
