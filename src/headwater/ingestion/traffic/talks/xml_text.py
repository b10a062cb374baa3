"""The words of elements of damaged XML, in which lone surrogates and broken bytes may stand."""

from __future__ import annotations

from lxml import etree

from headwater.exhibits.markup import Element


def words(element: Element) -> str:
    """All text of an element; what is no character becomes U+FFFD."""
    try:
        return "".join(element.itertext()).strip()
    except UnicodeDecodeError:
        data: bytes = etree.tostring(element, method="text", encoding="utf-8", with_tail=False)
        return data.decode("utf-8", "replace").strip()


def named(element: Element, name: str) -> str:
    """An attribute's value; empty where it is not there or cannot be read."""
    try:
        return element.get(name) or ""
    except UnicodeDecodeError:
        return ""
