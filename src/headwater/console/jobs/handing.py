"""What a server hands to the processes of its jobs by their environment: where the casebook is, which may hold a password."""

from __future__ import annotations

from collections.abc import Mapping

from headwater.store.casebook.opening import Casebook
from headwater.store.casebook.place import ENVIRONMENT, KEYS


def environment(book: Casebook) -> Mapping[str, str]:
    """The environment in which a job finds this casebook, with its key and the head of its log."""
    url = book.where.url.render_as_string(hide_password=False)
    return {ENVIRONMENT: url, KEYS: str(book.where.keys)}
