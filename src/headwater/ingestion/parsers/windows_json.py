# {"@timestamp": "2018-05-07T07:55:40+08:00", "event": {"code": "4624"}, "user": {"name": "u1128"}, "host": {"name": "PC-2128"}, "source": {"ip": "10.20.0.130"}, "winlog": {"event_data": {"LogonType": "2"}}}  # noqa: E501
"""Windows events as JSON lines: Elastic's winlogbeat, Wazuh, nxlog, or the event's own tree."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from headwater.ingestion.parsing import Context, Lines, Parsed
from headwater.ingestion.records import texts
from headwater.ingestion.windows import WindowsEvents


class WindowsJson:
    """Reads one event a line; a line that is no JSON object is set aside alone."""

    name: ClassVar[str] = "windows_json"
    ceiling: ClassVar[float] = 0.95

    def __init__(self, context: Context) -> None:
        self._events = WindowsEvents(context.zone)

    @classmethod
    def sniff(cls, head: Sequence[str]) -> float:
        """Look for objects that have the number of a Windows event and something that only Windows says."""
        lines = [line for line in head if line.strip()]
        return cls.ceiling if lines and sum(_is_event(line) for line in lines) * 2 > len(lines) else 0.0

    def feed(self, lines: Lines) -> Parsed:
        """Read the next lines; nothing waits."""
        numbers = np.arange(lines.first, lines.first + len(lines.text), dtype=np.int64)
        column = texts(lines.text)
        filled = np.array([bool(line) and not line.isspace() for line in lines.text], dtype=np.bool_)
        parsed = self._events.take(column.filter(filled), numbers[filled])
        return Parsed(parsed.rows, parsed.rejected, parsed.passed + int((~filled).sum()))

    def finish(self) -> Parsed:
        """Nothing was kept."""
        return Parsed()

    def state(self) -> str:
        """Nothing needs to be known."""
        return ""

    def resume(self, state: str) -> None:
        """Nothing needs to be known."""


_WINDOWS_WORDS = (
    '"winlog',
    '"eventdata"',
    "Microsoft-Windows-",
    '"EventID"',
    '"EventId"',
    '"TargetUserName"',
    '"LogonType"',
    '"SubjectUserName"',
)


def _is_event(line: str) -> bool:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict) and "class_uid" not in value and any(word in line for word in _WINDOWS_WORDS)
