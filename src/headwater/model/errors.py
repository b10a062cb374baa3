"""What can go wrong, and where: every error knows its place."""

from __future__ import annotations


class HeadwaterError(Exception):
    """The root of every error that Headwater raises on purpose.

    ``place`` is a file, a file with a line (``access.log:412``) or a block of the settings, as the reader knows it.
    The message never holds a raw personal value.
    """

    def __init__(self, message: str, place: str | None = None) -> None:
        super().__init__(f"{place}: {message}" if place else message)
        self.place = place


class CaseError(HeadwaterError):
    """The case folder cannot be used: it does not exist, or is no folder."""


class SettingsError(HeadwaterError):
    """``headwater.toml`` says something that cannot be: the message names the block."""


class UnreadableError(HeadwaterError):
    """A file that cannot be read as what it claims to be; it is listed with this reason, never passed over."""


class StoreError(HeadwaterError):
    """The workspace is damaged, locked, or was made with another key."""
