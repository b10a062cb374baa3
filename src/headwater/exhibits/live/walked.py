"""The files of a remote store, folder by folder: one that cannot be listed is said, and the others are gone on with."""

from __future__ import annotations

import errno
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from headwater.exhibits.live.known_hosts import UnknownHostError
from headwater.model.exhibit import NotRead

DEEPEST = 100
"""Folders inside each other: more are a circle of links."""
_REFUSED = frozenset({"LogonFailure", "SMBAuthenticationError", "AuthenticationException"})
_ACCESS_DENIED, _IN_USE = 0xC0000022, 0xC0000043  # what SMB calls it


def files(store: Any, root: str) -> Iterator[tuple[str, Mapping[str, Any] | NotRead]]:
    """Every file below a path with what the store tells of it, by its path; and the file that is the path: some stores have both.

    A :class:`NotRead` bears the path as the store has it. The store's own errors come through where nothing can be listed.
    """
    store.invalidate_cache()
    itself = None
    with suppress(Exception):
        told = store.info(root)
        itself = told if told.get("type") == "file" else None
    if itself is not None:
        yield root, itself
    try:
        # stores of objects have no folders, and list all at once
        below = list(store.find(root, detail=True).items()) if store.async_impl else list(_walked(store, root))
    except Exception:
        if itself is None:
            raise
        below = []
    if not below and itself is None and not store.exists(root):
        raise FileNotFoundError
    yield from ((path, told) for path, told in below if path != root or itself is None)


def kind(error: Exception) -> str:
    """What sort of error it is: its message may name accounts."""
    number, status = getattr(error, "errno", None), getattr(error, "ntstatus", None)
    if not _REFUSED.isdisjoint(each.__name__ for each in type(error).__mro__):
        return "the account or its password is refused"
    if isinstance(error, UnknownHostError):
        return "the server's key is not among those of ~/.ssh/known_hosts"
    if status == _IN_USE:
        return "another program holds it"
    if isinstance(error, PermissionError) or number in (errno.EACCES, errno.EPERM) or status == _ACCESS_DENIED:
        return "the account may not"
    if isinstance(error, FileNotFoundError) or number == errno.ENOENT:
        return "it is not there"
    return type(error).__name__


def _walked(store: Any, root: str) -> Iterator[tuple[str, Mapping[str, Any] | NotRead]]:
    if not store.isdir(root):
        return
    pending = [(root, 0)]
    while pending:
        folder, depth = pending.pop()
        try:
            listed = _listed(store, folder)
        except Exception as error:
            if depth == 0:
                raise
            yield folder, NotRead(folder, f"the folder cannot be opened ({kind(error)})")
            continue
        for path, told in listed:
            if isinstance(told, NotRead) or told.get("type") != "directory":
                yield path, told
            elif depth == DEEPEST:
                yield path, NotRead(path, f"lies in more than {DEEPEST} folders inside each other")
            else:
                pending.append((path, depth + 1))


def _listed(store: Any, folder: str) -> list[tuple[str, Mapping[str, Any] | NotRead]]:
    """What lies in a folder; one by one, where the store cannot tell of all of it at once."""
    try:
        told = store.ls(folder, detail=True)
    except Exception as error:
        names = [str(name).rstrip("/") for name in store.ls(folder, detail=False)]
        if not names:
            raise error from None
        return [(name, _told(store, name)) for name in names]
    found = [(str(each["name"]).rstrip("/"), each) for each in told]
    return [(path, each) for path, each in found if path != folder.rstrip("/")]


def _told(store: Any, path: str) -> Mapping[str, Any] | NotRead:
    try:
        told: Mapping[str, Any] = store.info(path)
    except Exception as error:
        return NotRead(path, f"the store refused the file ({kind(error)})")
    return told
