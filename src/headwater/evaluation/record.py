"""Reading a JSON object with care: each value by its key, and errors that name file and key."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from headwater.evaluation.errors import EvaluationError

END_OF_DAY = time(23, 59, 59, 999_999)


@dataclass(frozen=True, slots=True)
class Record:
    """One object of a file, with the way to it (``doings[3]``). Keys that nobody asks for are ignored."""

    values: Mapping[str, Any]
    file: str
    way: str = ""
    zone: tzinfo = UTC

    def __contains__(self, key: str) -> bool:
        return self.values.get(key) is not None

    def wrong(self, key: str, message: str) -> EvaluationError:
        """The error to raise about a key of this object."""
        return EvaluationError(f"{_joined(self.way, key)}: {message}", self.file)

    def get(self, key: str, default: Any = None) -> Any:
        """The value as it is; the default where it is missing or null."""
        value = self.values.get(key)
        return default if value is None else value

    def text(self, key: str, default: str | None = None) -> str:
        """A text; without a default it must be there."""
        value = self.get(key, default)
        if not isinstance(value, str):
            raise self.wrong(key, "should be a text" if key in self else "is missing")
        return value

    def number(self, key: str, default: float | None = None) -> float:
        """A finite number; without a default it must be there."""
        value = self.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise self.wrong(key, "should be a number" if key in self else "is missing")
        return float(value)

    def count(self, key: str, default: int | None = None) -> int:
        """A whole number that is not negative; without a default it must be there."""
        value = self.number(key, default)
        if value < 0 or value != int(value):
            raise self.wrong(key, "should be a whole number, zero or more")
        return int(value)

    def flag(self, key: str, default: bool = False) -> bool:
        """True or false."""
        value = self.get(key, default)
        if not isinstance(value, bool):
            raise self.wrong(key, "should be true or false")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; empty where the key is missing. Nulls in it are left out."""
        values = [v for v in self._list(key) if v is not None]
        if not all(isinstance(v, str) for v in values):
            raise self.wrong(key, "should be a list of texts")
        return tuple(values)

    def each(self, key: str) -> Iterator[Record]:
        """The objects of a list; none where the key is missing."""
        for number, value in enumerate(self._list(key)):
            yield self._below(f"{key}[{number}]", value)

    def at(self, key: str) -> Record:
        """The object under a key; an empty one where it is missing."""
        return self._below(key, self.get(key, {}))

    def moment(self, key: str, *, last: bool = False) -> datetime:
        """A moment; a day alone means its first moment, or with ``last`` its last one."""
        found = self.moment_or_none(key, last=last)
        if found is None:
            raise self.wrong(key, "is missing")
        return found

    def moment_or_none(self, key: str, *, last: bool = False) -> datetime | None:
        """A moment as in :meth:`moment`, or nothing where the key is missing or null."""
        return self._moment(key, self.text(key), last) if key in self else None

    def day(self, key: str) -> date:
        """A day, in the zone of the file."""
        return self.moment(key).astimezone(self.zone).date()

    def in_zone(self, name: str) -> Record:
        """The same object, with its days meant in a zone."""
        try:
            zone = ZoneInfo(name)
        except (ValueError, OSError, KeyError) as error:
            raise EvaluationError("the time zone is not known", self.file) from error
        return Record(self.values, self.file, self.way, zone)

    def _moment(self, key: str, text: str, last: bool) -> datetime:
        try:
            if len(text) == 10:
                return datetime.combine(date.fromisoformat(text), END_OF_DAY if last else time(), self.zone)
            found = datetime.fromisoformat(text)
        except ValueError as error:
            raise self.wrong(key, "should be a day or a moment in ISO 8601") from error
        return found if found.tzinfo else found.replace(tzinfo=self.zone)

    def _list(self, key: str) -> list[Any]:
        value = self.get(key, [])
        if not isinstance(value, list):
            raise self.wrong(key, "should be a list")
        return value

    def _below(self, way: str, value: Any) -> Record:
        if not isinstance(value, dict):
            raise self.wrong(way, "should be an object")
        return Record(value, self.file, _joined(self.way, way), self.zone)


def read_record(path: Path) -> Record:
    """The object that a JSON file holds. The file is named in errors by its last part alone."""
    try:
        value = json.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        raise EvaluationError("cannot be opened", path.name) from error
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise EvaluationError("is not JSON in UTF-8", path.name) from error
    if not isinstance(value, dict):
        raise EvaluationError("should hold one JSON object", path.name)
    return Record(value, path.name)


def next_day(moment: datetime) -> datetime:
    """The same hour a day later."""
    return moment + timedelta(days=1)


def _joined(way: str, key: str) -> str:
    return f"{way}.{key}" if way else key
