"""XML read as hostile text: nothing outside it is fetched, no entity is unfolded, and one text in it cannot fill the memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

from lxml import etree

from headwater.exhibits.references import Mended, mended
from headwater.model.errors import UnreadableError

Element = Any
"""An element of lxml, which carries no types."""

_DAMAGED = "its XML is damaged, or nested or written beyond all measure; what stands before that was read"
_SAFE = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False, "recover": True}


def steps(stream: BinaryIO, tags: Sequence[str]) -> Iterator[tuple[str, Element]]:
    """Give the start and the end of each element of these tags (``{*}p``) while the text is read.

    :raises UnreadableError: after the last element that could be read, if the text is damaged
    """
    reader = etree.iterparse(Mended(stream), events=("start", "end"), tag=tuple(tags), **_SAFE)
    try:
        yield from reader
    except etree.XMLSyntaxError as error:
        raise UnreadableError(_DAMAGED) from error
    if any(entry.level >= etree.ErrorLevels.FATAL for entry in reader.error_log):
        raise UnreadableError(_DAMAGED)


def parsed(data: bytes) -> Element:
    """Read a small XML text as a tree, as far as it can be read.

    :raises UnreadableError: if there is no element in it
    """
    try:
        root = etree.fromstring(mended(data), etree.XMLParser(**_SAFE))
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableError("its XML cannot be read") from error
    if root is None:
        raise UnreadableError("its XML cannot be read")
    return root


def local(element: Element) -> str:
    """The name of an element without its namespace; empty for comments and entities."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: Element, name: str) -> str:
    """The value of an attribute whatever its namespace is; empty where there is none."""
    value = element.get(name)
    if value is not None:
        return str(value)
    return next((str(v) for k, v in element.attrib.items() if str(k).rpartition("}")[2] == name), "")


def released(element: Element) -> None:
    """Free an element that was read, and what stands before it under the same parent."""
    element.clear(keep_tail=True)
    while (before := element.getprevious()) is not None:
        element.getparent().remove(before)
