"""What an office document holds without showing it: its author and company, and the data that its fields are bound to."""

from __future__ import annotations

import re
from collections.abc import Iterator

from headwater.exhibits.contents import Passage
from headwater.exhibits.markup import parsed
from headwater.exhibits.office_parts import Parts
from headwater.exhibits.passages import passages
from headwater.model.errors import UnreadableError

_ITEM = re.compile(r"customXml/item\d+\.xml|docProps/(?:core|custom|app)\.xml")


def unseen_parts(parts: Parts, *, described: bool = True) -> Iterator[Passage]:
    """Give each of these parts as hidden text; what only describes the document, as its author does, if ``described``."""
    for name in parts.names:
        if _ITEM.fullmatch(name) and (described or not name.startswith("docProps/")):
            try:
                root = parsed(parts.read(name))
            except UnreadableError:
                continue  # nobody sees these parts, and a damaged archive has been told by its body
            texts = (text for text in root.itertext() if text.strip())
            yield from passages(name.rpartition("/")[2], texts, hidden=True)
