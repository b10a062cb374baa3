"""Marks of exports in leaked files: whose copy a leak was made of, as evidence about that recipient's account.

A mark names a copy. What it weighs for its recipient's account is the e-value of :mod:`headwater.planting.marks.detecting`, bounded by
the chance that the copy went on through another hand (:func:`~headwater.planting.canaries.naming.of_account`, as with decoys).
A leak of several tables, and a recipient of several exports, have the mean of their e-values, which is one again
whatever they depend on each other (Vovk and Wang, "E-values: calibration, combination and applications", 2021).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from headwater.attribution.accused import Names, Piece
from headwater.model.errors import HeadwaterError
from headwater.model.evidence import Citation, Statement
from headwater.model.exhibit import Exhibit, NotRead
from headwater.model.organisation import Organisation
from headwater.model.settings import ANOTHER_HAND
from headwater.model.words import Text
from headwater.planting.canaries.naming import of_account
from headwater.planting.marks.detecting import Answer, Leaked, Suspect, detect, leaked
from headwater.planting.marks.registry import Handed, Registry
from headwater.planting.marks.sentences import said, statements
from headwater.store.places import Places

KIND = "mark"
FALSE_RATE = 1e-3
"""The chance, at most and for each leak, that marks name anybody who has nothing to do with it."""


@dataclass(frozen=True, slots=True)
class _Told:
    """What marks say of one table: its path with its sheet, and an answer for each export that it holds rows of."""

    path: str
    answers: tuple[Answer, ...]


class Marks:
    """The marked exports of a registry, and the leaked and seized files of a case. A file is read at the first question.

    Paths and holders of the exhibits are those that ``places`` shows.
    """

    def __init__(self, registry: Registry, exhibits: Iterable[Exhibit], places: Places) -> None:
        self._registry, self._exhibits, self._places = registry, tuple(exhibits), places
        self._told: dict[str, tuple[_Told, ...]] = {}
        self._given: tuple[Handed, ...] | None = None

    def pieces(
        self,
        leak: str,
        lines: Sequence[Citation],
        accounts: Collection[str],
        org: Organisation,
        hand: float = ANOTHER_HAND,
    ) -> tuple[list[Piece], list[Text]]:
        """What marks in a leaked file, or a holder's files (``seized/HOLDER``), say of accounts, and what names nobody.

        ``lines`` of the leak are our records: the first of them are cited. ``hand`` is the chance that a copy went on through
        another hand than its recipient's.
        """
        files = [e for e in self._exhibits if _of(e, leak)]
        try:
            told = [t for e in files for t in self._read(e, len(files)) if _inside(t.path, leak)]
            handed = self._handed()
        except HeadwaterError as error:
            return [], [_unread(error)]
        found = [a for t in told for a in t.answers]
        pieces, notes = [], []
        named: dict[str, list[tuple[Answer, Suspect]]] = defaultdict(list)
        for answer in found:
            for suspect in answer.suspects:
                named[suspect.recipient].append((answer, suspect))
        names, many = Names(accounts, org), max(2, len(accounts))
        for recipient, each in sorted(named.items()):
            account = names.account(recipient)
            if account is None:
                notes.append(_no_account(recipient, sum(a.known for a, _ in each)))
            else:
                exports = len({h.export for h in handed if h.recipient == recipient})
                of_copy = _of_copy(each, len(told) * exports)
                bits = max(0.0, of_account(of_copy, many, hand))
                text = _said(account, each, handed, bits, hand)
                cited = tuple(lines[:5]) or (Citation(told[0].path, 1),)
                rows = sum(round(s.share * a.known) for a, s in each)
                pieces.append(Piece(account, Statement(text, bits, cited, KIND), bits > 0, rows))
        if found and not named:
            best = max(found, key=lambda a: (a.known, a.export))
            notes.append(Text(f"Marks of exports: {said(best).en}.", f"导出标记：{said(best).zh}。"))
        return pieces, notes

    def _handed(self) -> tuple[Handed, ...]:
        if self._given is None:
            self._given = self._registry.handed()
        return self._given

    def _read(self, exhibit: Exhibit, files: int) -> tuple[_Told, ...]:
        """What marks say of each table of a file, each with its share of the rate of false names."""
        if exhibit.path not in self._told:
            tables = [t for t in leaked(exhibit.file) if not isinstance(t, NotRead)]
            rate = FALSE_RATE / max(1, len(tables) * files)
            self._told[exhibit.path] = tuple(
                _Told(self._places.shown(_placed(t, exhibit)), tuple(detect(t, self._registry, rate)))
                for t in tables
                if t.rows
            )
        return self._told[exhibit.path]


def _placed(table: Leaked, exhibit: Exhibit) -> str:
    """The path of a table below the case folder: readers of single files know the file's own name only."""
    return exhibit.path + table.path.removeprefix(exhibit.file.name)


def _of(exhibit: Exhibit, leak: str) -> bool:
    if exhibit.part == "seized":
        return leak == f"seized/{exhibit.holder}"
    return exhibit.part == "leaks" and (leak == exhibit.path or leak.startswith(f"{exhibit.path}!"))


def _inside(path: str, leak: str) -> bool:
    return path == leak or path.startswith((f"{leak}#", f"{leak}/"))


def _of_copy(each: Sequence[tuple[Answer, Suspect]], tried: int) -> float:
    """The bits of all tables and exports whose marks name a recipient: the mean of so many e-values as were tried."""
    return float(np.logaddexp2.reduce([s.bits for _, s in each])) - float(np.log2(max(tried, 1)))


def _said(
    account: str, each: Sequence[tuple[Answer, Suspect]], handed: Sequence[Handed], bits: float, hand: float
) -> Text:
    answer, suspect = max(each, key=lambda one: (one[1].bits, one[0].export, one[0].leak))
    told = next(s for s in statements([answer]) if s.recipient == suspect.recipient).sentence
    given = min(h.at for h in handed if (h.export, h.recipient) == (answer.export, suspect.recipient))
    day = datetime.fromisoformat(given).date()
    return Text(
        f"{told.en[:1].upper()}{told.en[1:]}. That copy was made on {day}; that it went on through another hand is taken to be "
        f"{hand:.2g} likely, so {bits:.1f} bits are laid to {account}.",
        f"{told.zh}。该副本制作于 {day}；其经他人之手流出的概率取 {hand:.2g}，故计入 {account} 的为 {bits:.1f} 比特。",
    )


def _no_account(recipient: str, rows: int) -> Text:
    return Text(
        f"The marks of {rows:,} rows speak for the copy that was made for {recipient}: that is not one account, "
        "so they are laid to nobody. Ask who had that copy.",
        f"有 {rows:,} 行的标记指向为 {recipient} 制作的副本：它不对应单一账号，故不归于任何人。请查明该副本由谁持有。",
    )


def _unread(error: HeadwaterError) -> Text:
    return Text(f"Marks of exports were not looked for: {error}.", f"未检查导出标记：{error}。")
