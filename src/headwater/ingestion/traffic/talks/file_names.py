"""What the name of an export says: the conversation, the other side's account, and the account whose chat it was."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ACCOUNT = (
    r"(?:wxid_[\w-]{4,}|gh_\w{6,}|[A-Za-z][A-Za-z0-9_-]{5,29}|[1-9]\d{4,11}|\d{5,20}@chatroom|[\w-]+@(?:im|open)?chatroom"
    r"|[\w.+-]+@s\.whatsapp\.net|[\w-]+@g\.us|@[0-9a-f]{32,})"
)
_IN_BRACKETS = re.compile(rf"^(?P<name>.*?)[(（\[【](?P<id>{_ACCOUNT})[)）\]】](?P<rest>.*)$", re.S)
_BEHIND = re.compile(
    r"^(?P<name>.+?)[_ -](?P<id>wxid_[\w-]{4,}|\d{5,20}@chatroom|[\w-]+@chatroom)(?P<rest>(?:_\d{1,3})?)$", re.S
)
_ALONE = re.compile(r"^(?P<id>wxid_[\w-]{4,}|[\w-]+@(?:im|open)?chatroom|[\w-]+@g\.us)(?P<rest>(?:_\d{1,3})?)$")
_AGAIN = re.compile(r"^(?P<name>.+?)(?:_\d{1,3}|\s?\(\d{1,2}\)|（\d{1,2}）)$", re.S)
_SECOND = re.compile(rf"^_(?P<id>{_ACCOUNT})$")
_GROUP = re.compile(r"@(?:\w*chatroom|g\.us)$", re.I)
_FOLDED = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class FileName:
    """What a name tells: ``name`` of the conversation, ``peer`` or ``own`` account, null where it says none."""

    name: str
    peer: str | None = None
    own: str | None = None

    @property
    def group(self) -> bool:
        """Whether the account is that of a group."""
        return self.peer is not None and is_group(self.peer)


def is_group(account: str) -> bool:
    """Whether an account is the id of a group, as WeChat and WhatsApp write it."""
    return _GROUP.search(account) is not None


def file_name(path: str) -> FileName:
    """Read the name of an export.

    >>> file_name("chats/x/老王(wxid_ab12cd34).csv")
    FileName(name='老王', peer='wxid_ab12cd34', own=None)
    >>> file_name("chats/x/老王(wxid_ab12cd34)_wxid_me123456.csv").own, file_name("妈(家)_2.txt").name
    ('wxid_me123456', '妈(家)')
    """
    stem = re.split(r"[/\\!]", path)[-1]
    stem = stem.rsplit(".", 1)[0] if "." in stem[1:] else stem
    if alone := _ALONE.match(stem):
        return FileName("", alone["id"])
    if found := _IN_BRACKETS.match(stem):
        second = _SECOND.match(found["rest"])
        return FileName(_once(found["name"]), found["id"], second["id"] if second else None)
    if found := _BEHIND.match(stem):
        return FileName(_once(found["name"]), found["id"])
    return FileName(_once(stem))


def _once(name: str) -> str:
    """A name without the number that keeps two files of one name apart."""
    again = _AGAIN.match(name)
    return again["name"] if again else name


def alike(first: str, second: str) -> bool:
    """Whether two names are the same but for what a file's name cannot hold."""
    return bool(first) and (first == second or (_FOLDED.sub("", first) == _FOLDED.sub("", second) != ""))
