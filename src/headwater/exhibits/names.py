"""File names as they were meant: found in whatever script and encoding, shown as text, and never followed blindly."""

from __future__ import annotations

import re
from collections.abc import Sequence

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_DRIVE = re.compile(r"^[A-Za-z]:")


def shown(raw: bytes) -> str:
    """Give a file name as text: UTF-8, else GB18030 (what Chinese Windows writes), else with escapes.

    Control characters, and those that turn the direction of writing, become visible escapes: a name is hostile text.

    >>> shown("客户.csv".encode("gbk")), shown(bytes([0x61, 0xff]))
    ('客户.csv', 'a\\\\xff')
    """
    return _visible(_decoded(raw, ("utf-8", "gb18030")))


def shown_all(raws: Sequence[bytes]) -> list[str]:
    """Give names that come from one hand, as those of an archive do: they share an encoding if they can."""
    encodings = ("utf-8", "gb18030") if _all_decode(raws, "utf-8") else ("gb18030", "utf-8")
    return [_visible(_decoded(raw, encodings)) for raw in raws]


def _all_decode(raws: Sequence[bytes], encoding: str) -> bool:
    try:
        b"/".join(raws).decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _decoded(raw: bytes, encodings: Sequence[str]) -> str:
    for encoding in encodings:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("ascii", errors="backslashreplace")


def _visible(name: str) -> str:
    return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", name)


def leads_out(name: str) -> bool:
    """Tell whether a name inside an archive is absolute or climbs out of the archive.

    >>> leads_out("a/../../b"), leads_out("/etc/passwd"), leads_out("C:\\\\x"), leads_out("a/..b/c")
    (True, True, True, False)
    """
    parts = name.replace("\\", "/").split("/")
    return parts[0] == "" or ".." in parts or bool(_DRIVE.match(name))
