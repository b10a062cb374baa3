"""What one server serves: its cases with their folders, the casebook, and a folder for work in progress."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from headwater.console.jobs.handing import environment
from headwater.console.jobs.jobs import Jobs
from headwater.console.looks import Looks
from headwater.model.errors import CaseError, SettingsError
from headwater.model.words import Lang
from headwater.store.casebook.cases import CaseEntry, add_case, find_case
from headwater.store.casebook.opening import Casebook, open_casebook
from headwater.store.casebook.place import place
from headwater.store.casebook.transaction import Transaction

if TYPE_CHECKING:
    from headwater.console.desk.desk import Desk

REQUIRED, OPTIONAL = "required", "optional"
_KNOWN = {"case", "casebook", "second_factor"}
FOLDER = "console"
"""Below the workspace of a single case, or beside ``house.toml``: jobs, outboxes and what else is in progress."""


@dataclass(frozen=True, slots=True)
class Served:
    """A case that is served: its name, the slug of its addresses, and where everything lies.

    ``case_folder`` may be unknown: then the answer can be read and no stage be run.
    """

    name: str
    slug: str
    case_folder: Path | None
    out: Path
    workspace: Path


@dataclass
class House:
    """The cases of one server. Thread-safe."""

    cases: tuple[Served, ...]
    book: Casebook
    folder: Path
    looks: Looks = field(default_factory=Looks, repr=False)

    def served(self, slug: str) -> Served | None:
        """The case of an address."""
        return next((case for case in self.cases if case.slug == slug), None)

    def entry(self, tx: Transaction, served: Served) -> CaseEntry | None:
        """The casebook's entry of a case: by its name, unless the casebook is that of the case's own workspace."""
        return find_case(tx, served.name, alone=self.book.where.keys.parent == served.workspace.resolve())

    def desk(self, served: Served, lang: Lang = "en") -> Desk:
        """The read model of a case's newest answer in a language, built when it is missing or stale."""
        from headwater.console.desk.opening import open_desk  # loads engines, which signing in need not

        return open_desk(served.out, served.workspace, served.case_folder, lang)

    def make_ready(self) -> None:
        """Begin to make the answers of all cases ready, so that the first who looks need not wait."""
        from headwater.console.desk.opening import make_ready

        for served in self.cases:
            make_ready(served.out, served.workspace)

    @cached_property
    def jobs(self) -> Jobs:
        """Long work of this house; looked after from :meth:`Jobs.adopt` on."""
        return Jobs(self.folder / "jobs", environment(self.book))

    def enter(self, tx: Transaction) -> None:
        """Enter every case that the casebook does not have yet."""
        for served in self.cases:
            if self.entry(tx, served) is None:
                add_case(tx, None, served.name)

    def close(self) -> None:
        """Close the casebook. Jobs run on: the next server finds them."""
        if "jobs" in self.__dict__:
            self.jobs.close()
        self.book.close()


def one(case_folder: Path | None, out: Path, workspace: Path, casebook: str | None = None) -> tuple[Served, Casebook]:
    """One case with the casebook of its workspace, or a given one; the casebook is made where there is none."""
    name = _name(case_folder) if case_folder else out.name
    served = Served(name, slug(name), case_folder, out, workspace)
    return served, open_casebook(place(workspace, casebook), make=True)


def from_file(file: Path) -> tuple[tuple[Served, ...], str | None]:
    """The cases of a ``house.toml``: ``casebook`` (an address), and ``[[case]]`` with ``folder``, ``out``, ``workspace``, ``name``.

    :raises SettingsError: where the file says something that cannot be
    """
    told = _told(file)
    blocks = told.get("case", [])
    if not isinstance(blocks, list) or not blocks:
        raise SettingsError("names no [[case]]", str(file))
    cases = tuple(_from_block(file, number, block) for number, block in enumerate(blocks, 1))
    for served in cases:
        if sum(other.slug == served.slug for other in cases) > 1:
            raise SettingsError(f"two cases are called {served.name}: give one another `name`", str(file))
    return cases, told.get("casebook")


def demands_factor(file: Path) -> bool:
    """Whether a ``house.toml`` demands a second factor of everybody (``second_factor = "required"``).

    :raises SettingsError: where the file says something that cannot be
    """
    said = _told(file).get("second_factor", OPTIONAL)
    if said not in (REQUIRED, OPTIONAL):
        raise SettingsError(f'`second_factor` is "{REQUIRED}" or "{OPTIONAL}"', str(file))
    return bool(said == REQUIRED)


def _told(file: Path) -> dict[str, Any]:
    """What the file says; a word that nobody knows is refused, so that none that is misspelt is passed over."""
    try:
        told = tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"cannot be read: {type(error).__name__}", str(file)) from error
    for name in sorted(told.keys() - _KNOWN):
        raise SettingsError(f"knows no `{name}`; there are {', '.join(sorted(_KNOWN))}", str(file))
    return told


def _from_block(file: Path, number: int, block: object) -> Served:
    where = f"{file}, case {number}"
    if not isinstance(block, dict) or not isinstance(block.get("out"), str):
        raise SettingsError("needs `out`, the folder of its answer", where)
    base = file.parent
    out = (base / block["out"]).resolve()
    folder = (base / block["folder"]).resolve() if block.get("folder") else None
    workspace = (base / block["workspace"]).resolve() if block.get("workspace") else out / "workspace"
    name = block.get("name") or (_name(folder) if folder else out.name)
    return Served(str(name), slug(str(name)), folder, out, workspace)


def _name(case_folder: Path) -> str:
    """As :attr:`headwater.investigation.case.Investigation.name` has it."""
    root = case_folder.resolve()
    return root.parent.name if root.name == "case" else root.name


def slug(name: str) -> str:
    """A name as a part of an address.

    >>> slug("Insurer 2018 (east)"), slug("保险 一")
    ('insurer-2018-east', '保险-一')
    """
    made = re.sub(r"[^\w]+", "-", name.casefold()).strip("-_")
    if not made:
        raise CaseError("a case needs a name with a letter or digit in it")
    return made[:60]
