"""The settings of a case, as ``headwater.toml`` gives them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Dataset:
    """A protected data set: where its snapshot lies, and by which names logs speak of it.

    ``urls`` are patterns with a group ``subject`` that name one record; ``exports`` are patterns of paths that return
    many. Both are searched from the start of the path. ``canaries`` are keys of records that nobody has business with;
    ``canary_file`` is the path of a table that lists more of them. ``page_columns`` are the columns that a page of one
    record shows, ``export_columns`` those of an export or a list, in order; empty where nobody has said.
    """

    name: str
    snapshot: str | None = None
    key: str | None = None
    tables: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    exports: tuple[str, ...] = ()
    canaries: tuple[str, ...] = field(default=(), repr=False)
    canary_file: str | None = None
    page_columns: tuple[str, ...] = ()
    export_columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LogMapping:
    """One ``[[logs]]`` block: a log whose layout is declared instead of coded. ``block`` is its 1-based place."""

    block: int
    files: str
    table: str
    time: Mapping[str, str] = field(default_factory=dict)  # column, format (strptime, `epoch`, `epoch_ms`, `iso`)
    format: str | None = None  # csv, tsv, jsonl, parquet
    columns: Mapping[str, Mapping[str, object]] = field(default_factory=dict)  # target -> {column, map?}
    constants: Mapping[str, object] = field(default_factory=dict)
    where: str | None = None


WHOSE = ("self", "team", "department")
"""Whose business may explain a reading: the reader's, that of the same department, role and site, that of the department."""
OPENED = "opened"
"""The relation of who opened a record that declared business explained."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One ``[[reasons]]`` block: a path of business that the house lets count as a reason.

    ``relation`` is a word of ``business/*.csv`` or ``opened``; ``of`` is one of ``WHOSE``; ``days`` before it begins and
    after it ends.
    """

    relation: str
    of: str
    days: int


@dataclass(frozen=True, slots=True)
class RuleFile:
    """A file of Sigma rules: its path below the case folder, and its text."""

    path: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SigmaSettings:
    """Which Sigma rules a case names: globs below the case folder, and whether Headwater's own are used.

    ``files`` are those that were found and read; ``faults`` are paths that were not, with the reason.
    """

    rules: tuple[str, ...] = ("rules/**/*.yml", "rules/**/*.yaml")
    builtin: bool = False
    files: tuple[RuleFile, ...] = ()
    faults: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class OwnedContacts:
    """The ``[canaries]`` block: contacts that the organisation owns, the only ones that decoy people may have.

    ``mobiles`` and ``addresses`` are texts in which ``{0000-0499}`` stands for each number of a range;
    ``mail_domain`` takes any alias.
    """

    mobiles: tuple[str, ...] = field(default=(), repr=False)
    addresses: tuple[str, ...] = field(default=(), repr=False)
    mail_domain: str = ""


ANOTHER_HAND = 0.02
"""The chance that a leak of one account's copy is another one's doing: it was mailed on, lay open, was stolen (assumed)."""


@dataclass(frozen=True, slots=True)
class OwnRecogniser:
    """One ``[[recognisers]]`` block: how numbers of an organisation's own are written.

    ``pattern`` is for RE2; its group ``value``, if it has one, is the number. One of ``keywords`` must stand near, if there
    are any; numbers that match one of ``exclude`` are let go; ``headers`` are words of a column's header.
    """

    name: str
    pattern: str
    keywords: tuple[str, ...] = ()
    checksum: str = "none"
    exclude: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    category: str = "other"
    law: str = "client_row"
    group: str = "n5"
    matches: tuple[str, ...] = field(default=(), repr=False)
    ignores: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Allowed:
    """One ``[[allow]]`` block: what may lie where it lies, and why; one of value, pattern and path is set.

    After ``expires`` it counts no longer. The value is never shown.
    """

    block: int
    reason: str
    value: str | None = field(default=None, repr=False)
    pattern: str | None = None
    path: str | None = None
    expires: date | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of a case; every field has a default, so an absent file is a valid one."""

    timezone: str = "UTC"
    organisation: str = ""
    jurisdiction: str = "cn"
    datasets: tuple[Dataset, ...] = ()
    permitted_sites: tuple[str, ...] = ()
    logs: tuple[LogMapping, ...] = ()
    sigma: SigmaSettings = SigmaSettings()
    reasons: tuple[Reason, ...] = ()
    owned: OwnedContacts = OwnedContacts()
    another_hand: float = ANOTHER_HAND
    recognisers: tuple[OwnRecogniser, ...] = ()
    allowed: tuple[Allowed, ...] = ()

    def dataset(self, name: str) -> Dataset | None:
        """The data set of that name, or ``None``."""
        return next((d for d in self.datasets if d.name == name), None)
