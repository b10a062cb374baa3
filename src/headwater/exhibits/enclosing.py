"""Opens files that lie within documents: attachments, pictures, embedded workbooks, and archives among them, however deep."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence

from headwater.exhibits.limits import LimitError, Meter
from headwater.exhibits.member import Member
from headwater.exhibits.names import shown
from headwater.exhibits.opening import Packed, expanded
from headwater.model.exhibit import NotRead


def enclosed(
    parent: Member, name: str, data: bytes, depth: int = 1, passwords: Sequence[str] = ()
) -> Iterator[Member | NotRead]:
    """Give every file that a file within a document holds: itself, or what is packed in it.

    It is cited ``mail.eml!name``, and counts against what the exhibit of the document may unpack to. ``depth`` says how many
    documents and archives it lies in already.
    """
    path = f"{parent.path}!{shown(name.encode('utf-8', 'backslashreplace')) or 'unnamed'}"
    meter = Meter(parent.meter.budget)
    try:
        meter.reach(len(data))
    except LimitError as error:
        yield NotRead(path, str(error))
        return
    if depth > parent.meter.budget.limits.depth:
        yield NotRead(
            path, f"lies in more than {parent.meter.budget.limits.depth} documents and archives inside each other"
        )
        return
    packed = Packed(path, parent.exhibit, len(data), None, lambda: io.BytesIO(data), meter, tuple(passwords))
    yield from expanded(packed, depth)
