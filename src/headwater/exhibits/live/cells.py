"""A value that a database's driver gives, as the text of a cell."""

from __future__ import annotations

import datetime
import json

from headwater.exhibits.batches import text_of


def text_of_value(value: object) -> str | None:
    """The text of a value; ``None`` for what is empty, and for bytes that are no text.

    >>> text_of_value(datetime.datetime(2024, 1, 2, 3, 4)), text_of_value(5.0), text_of_value(["王芳"])
    ('2024-01-02 03:04:00', '5', '["王芳"]')
    """
    if value is None or isinstance(value, str):
        return value or None
    if isinstance(value, bytes | bytearray | memoryview):
        return text_of(bytes(value))
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    if isinstance(value, datetime.datetime):
        return value.isoformat(" ")
    if isinstance(value, dict | list | tuple):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)
