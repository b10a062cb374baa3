"""Brings a casebook's tables to the form that this version knows (Alembic, revisions in ``migrations/versions``)."""

from __future__ import annotations

import threading
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from headwater.model.errors import StoreError
from headwater.store.casebook.tables import METADATA

_ALONE = threading.Lock()  # Alembic's ``op`` is one for the whole process


def scripts() -> ScriptDirectory:
    """The revisions that this version knows."""
    with as_file(files("headwater.store.casebook") / "migrations") as folder:
        config = Config()
        config.set_main_option("script_location", str(Path(folder)).replace("%", "%%"))
        config.set_main_option("path_separator", "os")
        return ScriptDirectory.from_config(config)


def revision(connection: sa.Connection) -> str | None:
    """The revision of a database, ``None`` where it has no tables of ours."""
    return MigrationContext.configure(connection).get_current_revision()


def newest() -> str:
    """The revision to which this version brings a casebook."""
    return str(scripts().get_current_head())


def insist_on_known(connection: sa.Connection) -> None:
    """Insist that a database was not made by a later version.

    :raises StoreError: when it was
    """
    found = revision(connection)
    if found is not None and found not in {s.revision for s in scripts().walk_revisions()}:
        raise StoreError(
            f"the casebook was made by a later version of Headwater (revision {found}); this one knows up to {newest()}. "
            "Use the later version"
        )


def upgrade(connection: sa.Connection, to: str = "head") -> None:
    """Bring a database to a revision, within the caller's transaction.

    :raises StoreError: when it was made by a later version
    """
    insist_on_known(connection)
    known = scripts()

    def steps(current: Any, _context: MigrationContext) -> Any:
        return known._upgrade_revs(to, current)

    with _ALONE, EnvironmentContext(Config(), known, fn=steps) as environment:
        environment.configure(connection=connection, target_metadata=METADATA, render_as_batch=True)
        environment.run_migrations()
