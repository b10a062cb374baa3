"""A block of the settings file, read key by key: every wrong thing is an error that names the block."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from headwater.model.errors import SettingsError

SETTINGS_FILE = "headwater.toml"


@dataclass(frozen=True, slots=True)
class Block:
    """One table of ``headwater.toml``; ``name`` is how a person finds it (``[datasets.x]``, ``[[logs]] 2``)."""

    name: str
    values: Mapping[str, object]

    @property
    def place(self) -> str:
        """Where the block stands, for errors."""
        return f"{SETTINGS_FILE} {self.name}".rstrip()

    def wrong(self, message: str) -> SettingsError:
        """Make an error that names this block."""
        return SettingsError(message, self.place)

    def only(self, *known: str) -> None:
        """Insist that there are no other keys than these."""
        unknown = sorted(set(self.values) - set(known))
        if unknown:
            raise self.wrong(f"unknown key {unknown[0]!r}; known are {', '.join(known)}")

    def text(self, key: str, default: str = "") -> str:
        """Give a text."""
        value = self.values.get(key, default)
        if not isinstance(value, str):
            raise self.wrong(f"{key} must be a text, not {_kind(value)}")
        return value

    def maybe_text(self, key: str) -> str | None:
        """Give a text, or ``None`` where the key is left out."""
        return self.text(key) if key in self.values else None

    def needed_text(self, key: str) -> str:
        """Give a text that must be there and not be empty."""
        if not self.text(key):
            raise self.wrong(f"{key} is missing")
        return self.text(key)

    def texts(self, key: str) -> tuple[str, ...]:
        """Give a list of texts; empty where the key is left out."""
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.wrong(f"{key} must be a list of texts")
        return tuple(value)

    def patterns(self, key: str, group: str | None = None) -> tuple[str, ...]:
        """Give a list of regular expressions, each of them with the named group if one is asked for."""
        patterns = self.texts(key)
        for pattern in patterns:
            self._check_pattern(key, pattern, group)
        return patterns

    def _check_pattern(self, key: str, pattern: str, group: str | None) -> None:
        try:
            compiled = re.compile(pattern)
        except re.error as error:
            raise self.wrong(f"{key}: {pattern!r} is no regular expression: {error}") from error
        if group and group not in compiled.groupindex:
            raise self.wrong(f"{key}: {pattern!r} has no group (?P<{group}>…)")

    def block(self, key: str, name: str) -> Block:
        """Give a table inside this one; empty where the key is left out."""
        return as_block(self.values.get(key, {}), name, key)


def as_block(value: object, name: str, key: str) -> Block:
    """Make a block of a TOML value, which must be a table."""
    if not isinstance(value, dict):
        raise SettingsError(f"{key} must be a table, not {_kind(value)}", f"{SETTINGS_FILE} {name}")
    return Block(name, value)


def _kind(value: object) -> str:
    names = {bool: "true or false", int: "a number", float: "a number", list: "a list", dict: "a table", str: "a text"}
    return names.get(type(value), type(value).__name__)
