"""Text that any XML parser takes: what has no glyph or no place in XML is spelled out."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape

from headwater.casework.reports.graphs.graph import Value
from headwater.casework.reports.visible import visible

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def attribute(value: Value) -> str:
    """A value as the text of an attribute or element.

    >>> attribute('a<b "c"'), attribute(True), attribute(1.5)
    ('a&lt;b &quot;c&quot;', 'true', '1.5')
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        plain = _FORBIDDEN.sub(lambda hit: f"‹U+{ord(hit[0]):04X}›", visible(value))
        return escape(plain, {'"': "&quot;"})
    return str(int(value)) if value == int(value) else repr(round(float(value), 4))


def kind_of(values: list[Value]) -> str:
    """The type of a column of values, as GraphML and GEXF call it."""
    if all(isinstance(v, bool) for v in values):
        return "boolean"
    return "double" if all(isinstance(v, int | float) and not isinstance(v, bool) for v in values) else "string"
