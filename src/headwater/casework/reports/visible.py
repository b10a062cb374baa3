"""Makes characters visible that would otherwise hide, reorder or break text: log fields are hostile."""

from __future__ import annotations

import unicodedata

# categories whose characters have no glyph of their own: control, format (bidi overrides, zero width, tags),
# surrogate, private use, line and paragraph separators
INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


def visible(text: str) -> str:
    """The text with every invisible character spelled out.

    >>> visible("a\\u202egpj.exe")
    'a‹U+202E›gpj.exe'
    >>> visible("two\\nlines")
    'two‹U+000A›lines'
    """
    if text.isprintable():
        return text
    return "".join(_shown(c) for c in text)


def _shown(character: str) -> str:
    return f"‹U+{ord(character):04X}›" if unicodedata.category(character) in INVISIBLE else character
