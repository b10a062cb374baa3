"""Planted evidence of a case: what the registries of its workspace say of each leak, account by account.

Decoys that a leak shows (:mod:`headwater.attribution.decoys`) and marks that it carries (:mod:`headwater.attribution.marked`)
become statements in the waterfall of a taker. Both say whose copy leaked: one hand through which that copy went on explains them
together, so that their sum is bounded. Whoever they name beyond what chance lets them, and whose reading was not found, becomes
a taker without a statement on reading, and without days unless a log has the decoys being read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from headwater.attribution.accused import Accused, Piece
from headwater.attribution.decoys import Decoys, Lines
from headwater.attribution.histories import Histories
from headwater.attribution.marked import Marks
from headwater.attribution.people import Sat, sat
from headwater.attribution.search import Chosen, Options
from headwater.attribution.whatif import TIE, Accusation
from headwater.detection.scene import Scene
from headwater.model.attribution import Taker
from headwater.model.errors import HeadwaterError
from headwater.model.evidence import Citation, Statement
from headwater.model.exhibit import Exhibit
from headwater.model.words import Text
from headwater.planting.canaries.naming import of_account
from headwater.planting.canaries.registry import REGISTRY, Book
from headwater.planting.canaries.registry import Registry as Canaries
from headwater.planting.marks.registry import FOLDER
from headwater.planting.marks.registry import Registry as Marking
from headwater.store.places import Places
from headwater.store.tokens import Tokeniser
from headwater.store.workspace import Workspace

Ints = npt.NDArray[np.int64]
NOBODY = Sat((), (), None, None, 0, ())


@dataclass(frozen=True, slots=True)
class Registries:
    """The registries that a workspace holds, the files that may show what they know, and why one could not be read."""

    book: Book
    tokeniser: Tokeniser
    marking: Marking | None
    exhibits: tuple[Exhibit, ...] = field(repr=False)
    places: Places = field(repr=False)
    faults: tuple[Text, ...] = ()


def registries(workspace: Workspace, exhibits: Iterable[Exhibit]) -> Registries | None:
    """The registries of ``headwater canary`` and ``headwater mark`` in a workspace; ``None`` where there is neither.

    ``exhibits`` are the files of the case. A registry that was changed or is damaged is left out, and said to be.
    """
    decoys, marks = workspace.root / REGISTRY, workspace.root / FOLDER / "handed.jsonl"
    if not decoys.exists() and not marks.exists():
        return None
    book, faults = Book(), []
    if decoys.exists():
        try:
            book = Canaries(workspace).book()
        except HeadwaterError as error:
            faults.append(Text(f"Decoys were not looked for: {error}.", f"未查找诱饵：{error}。"))
    places = workspace.places
    files = tuple(
        replace(e, path=places.shown(e.path), holder=e.holder and places.holder(e.holder))
        for e in exhibits
        if e.part in ("leaks", "seized")
    )
    marking = Marking(workspace) if marks.exists() else None
    return Registries(book, workspace.tokeniser, marking, files, places, tuple(faults))


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of a leak that are of one data set (``None``: none are ours), and how many distinct records they are of.

    ``lines`` are some of them. ``sets`` are the data sets whose decoys are looked for with these rows: this one, and beside the
    most rows those of which none are there, whose decoys may all the same stand in no snapshot.
    """

    leak: str
    dataset: str | None
    rows: int
    records: int
    lines: tuple[Citation, ...]
    sets: tuple[str, ...]


class Planted:
    """What was planted in a case, beside its lake; nothing where there are no registries."""

    def __init__(self, scene: Scene, known: Registries | None, past: Iterable[Histories]) -> None:
        self._scene, self._faults = scene, known.faults if known else ()
        everything = {h.dataset: h.everything for h in past}
        book = known.book if known else Book()
        self._decoys = Decoys(scene, book, known.tokeniser, everything) if known and book.plans else None
        self._marks = Marks(known.marking, known.exhibits, known.places) if known and known.marking else None

    def bare(self, h: Histories) -> Histories:
        """Histories without the readings of decoys: what those say is not to be counted twice."""
        return self._decoys.bare(h) if self._decoys else h

    @property
    def datasets(self) -> tuple[str, ...]:
        """The data sets that decoys were made for."""
        return self._decoys.datasets if self._decoys else ()

    def decoys_of(self, dataset: str) -> Ints:
        """The records of a data set that are decoys."""
        return self._decoys.records(dataset) if self._decoys else np.zeros(0, np.int64)

    def shown(self, part: Part, accounts: Collection[str]) -> Shown:
        """What the rows of a leak show of it; ``accounts`` could have taken something."""
        pieces: list[Piece] = []
        notes = list(self._faults)
        found: Lines = {}
        if self._decoys and (found := self._decoys.found(part.leak)):
            for dataset in part.sets:
                own = dataset == part.dataset
                told, more = self._decoys.pieces(found, dataset, accounts, part.records if own else 0)
                pieces += told if own else [replace(p, records=np.zeros(0, np.int64)) for p in told]
                notes += more
        if self._marks:
            hand = self._scene.settings.another_hand
            told, more = self._marks.pieces(part.leak, part.lines, accounts, self._scene.org, hand)
            pieces, notes = [*pieces, *told], [*notes, *more]
        by_account: dict[str, list[Piece]] = {}
        for piece in pieces:
            by_account.setdefault(piece.account, []).append(piece)
        return Shown(self._scene, part.dataset, by_account, tuple(notes), self._decoys, found, max(2, len(accounts)))


@dataclass(frozen=True, slots=True)
class Shown:
    """What one leak shows of what was planted: pieces by account (of so many ``accounts``), and what can be said but laid to nobody."""

    scene: Scene
    dataset: str | None
    pieces: Mapping[str, Sequence[Piece]]
    notes: tuple[Text, ...]
    decoys: Decoys | None
    found: Lines
    accounts: int

    def witness(self, accused: Accused) -> tuple[Statement, ...]:
        """What was planted says of an account whose reading explains the leak: for it, or by being absent against that."""
        told = self._statements(accused.account)
        if self.decoys and self.dataset and not any(s.kind == "canary" for s in told):
            return (*self.decoys.absent(self.dataset, accused, self.found), *told)
        return told

    def _statements(self, account: str) -> tuple[Statement, ...]:
        """The pieces of an account, and what is taken off where several rest on its copy."""
        told = tuple(p.statement for p in self.pieces.get(account, ()))
        copied = [s for s in told if s.bits > 0]
        whole = sum(s.bits for s in copied)
        bits = of_account(whole, self.accounts, self.scene.settings.another_hand) - whole
        if len(copied) < 2 or bits > -0.01:
            return told
        lines = tuple(sorted({c for s in copied for c in s.evidence}))[:5]
        return (*told, Statement(_tied(account, whole + bits), bits, lines, TIE))

    def records(self, account: str) -> Ints:
        """The records of the leak that are decoys which name this account."""
        return np.unique(np.concatenate([np.zeros(0, np.int64), *(p.records for p in self.pieces.get(account, ()))]))

    def marked(self, account: str) -> int:
        """How many rows of the leak come from this account's copies."""
        return sum(p.rows for p in self.pieces.get(account, ()) if p.statement.kind == "mark")

    def takers(self, known: Collection[str], prior: Statement, options: Options, ours: int) -> tuple[Taker, ...]:
        """Accounts that planted evidence alone is enough to name, but for those that are ``known`` already."""
        made = []
        for account in sorted(self.pieces):
            each = self.pieces[account]
            if account not in known and any(p.named for p in each):
                nothing = Chosen(-1, (), np.zeros(0, np.int64), 1.0, ())
                accusation = Accusation(nothing, (prior, *self._statements(account)), options)
                if accusation.stands:
                    made.append(self._taker(account, each, accusation, ours))
        return tuple(sorted(made, key=lambda t: (-t.bits, t.account)))

    def _taker(self, account: str, each: Sequence[Piece], accusation: Accusation, ours: int) -> Taker:
        where = self._sat(account, each)
        rows = max(p.rows for p in each)
        return Taker(
            account=account,
            people=where.people,
            devices=where.devices,
            starts=where.first,
            ends=where.last,
            rows_explained=rows,
            share=min(1.0, rows / max(ours, 1)),
            probability=accusation.probability,
            bits=accusation.bits,
            statements=accusation.statements,
            without=accusation.without,
        )

    def _sat(self, account: str, each: Sequence[Piece]) -> Sat:
        """Who sat at the account when it read the decoys that the leak shows, where a log has it."""
        if self.decoys and self.dataset:
            for piece in each:
                when = self.decoys.readings(account, piece, self.dataset)
                if when is not None:
                    return sat(self.scene, self.dataset, account, *when, piece.records)
        return NOBODY


def _tied(account: str, bits: float) -> Text:
    return Text(
        f"All of this rests on copies of account {account}: another hand through which one went on would explain it together, so that "
        f"{bits:.1f} bits of it are laid to the account in all.",
        f"以上均基于账号 {account} 的副本：同一他人之手即可一并解释，故合计计入该账号的为 {bits:.1f} 比特。",
    )
