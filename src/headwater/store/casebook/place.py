"""Where a casebook lies: its database by an address, its key and the head of its log beside the workspace."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import URL

from headwater.model.errors import StoreError

ENVIRONMENT = "HEADWATER_CASEBOOK"
KEYS = "HEADWATER_CASEBOOK_KEYS"
"""The folder of key and head, where it is not the workspace's: a server tells it to the work that it starts."""
FILE = "casebook.sqlite"


@dataclass(frozen=True, slots=True)
class Place:
    """A database's address (which may hold a password and is never shown), and the folder of key and head."""

    url: URL = field(repr=False)
    keys: Path

    @property
    def shown(self) -> str:
        """The address without its password."""
        file = self.file
        return str(file) if file else self.url.render_as_string(hide_password=True)

    @property
    def file(self) -> Path | None:
        """The file of a SQLite database."""
        return Path(self.url.database or "") if self.url.get_backend_name() == "sqlite" else None

    @property
    def own(self) -> bool:
        """Whether it is the workspace's own file, and so the casebook of one case."""
        return self.file == self.keys.parent / FILE

    @property
    def key_file(self) -> Path:
        """Where the key lies unless environment or keyring give it."""
        return self.keys / "casebook.key"

    @property
    def head_file(self) -> Path:
        """Where this machine remembers the head of the log: one file for each database."""
        if self.own:
            return self.keys / "casebook.head"
        told = self.url.set(password=None, query={}).render_as_string()
        return self.keys / f"casebook-{sha256(told.encode()).hexdigest()[:12]}.head"


def place(workspace: Path, given: str | None = None) -> Place:
    """The casebook of a workspace: what is given, else ``HEADWATER_CASEBOOK``, else a file of the workspace.

    :param given: an address of SQLAlchemy, ``postgresql+pg8000://user:password@host/database`` say, or a file
    :raises StoreError: when that is no address
    """
    root = workspace.resolve()
    told = given or os.environ.get(ENVIRONMENT) or str(root / FILE)
    keys = Path(os.environ[KEYS]).resolve() if os.environ.get(KEYS) else root / "keys"
    if "://" not in told:
        return Place(URL.create("sqlite", database=str(Path(told).resolve())), keys)
    try:
        url = sa.make_url(told)
    except (sa.exc.ArgumentError, ValueError) as error:
        raise StoreError("is no address of a database", f"--casebook or {ENVIRONMENT}") from error
    if url.get_backend_name() == "postgresql" and "+" not in url.drivername:
        url = url.set(drivername="postgresql+pg8000")
    if url.get_backend_name() == "sqlite":
        if not url.database or url.database == ":memory:":
            raise StoreError("a casebook needs a file", f"--casebook or {ENVIRONMENT}")
        url = url.set(database=str(Path(url.database).resolve()))
    return Place(url, keys)
