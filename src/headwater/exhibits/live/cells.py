"""A value that a database's driver gives, as the text of a cell."""

from __future__ import annotations

import datetime
import json
import re

from headwater.exhibits.batches import text_of
from headwater.exhibits.encodings import plausible_chinese

_WESTERN = re.compile("[\0-\xff€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]+")
_GB2312 = re.compile(rb"[\0-\x7f]*(?:(?:[\xa1-\xa9\xb0-\xf7][\xa1-\xfe]){2,}[\0-\x7f]*)+")


def text_of_value(value: object) -> str | None:
    """The text of a value; ``None`` for what is empty, and for bytes that are no text.

    >>> text_of_value(datetime.datetime(2024, 1, 2, 3, 4)), text_of_value(5.0), text_of_value(["王芳"])
    ('2024-01-02 03:04:00', '5', '["王芳"]')
    """
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return value if value.isascii() or not _WESTERN.fullmatch(value) else _meant(value)
    if isinstance(value, bytes | bytearray | memoryview):
        data = bytes(value)
        return text_of(data) or text_of(data.rstrip(b"\0")) or None  # a column of fixed width is filled up with zeros
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    if isinstance(value, datetime.datetime):
        return value.isoformat(" ")
    if isinstance(value, dict | list | tuple):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def _meant(western: str) -> str:
    """Chinese that was stored in a column declared as Western, as old programs do; anything else as it is.

    >>> _meant("ÍõCO, Ärzte, café"), _meant("ÍõÃô"), _meant("çŽ‹èŠ³")
    ('ÍõCO, Ärzte, café', '王敏', '王芳')
    """
    data = b"".join(bytes([ord(each)]) if each <= "\xff" else each.encode("cp1252") for each in western)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        if not _GB2312.fullmatch(data) or not plausible_chinese(data):
            return western
    return data.decode("gb18030", "replace")
