"""Whether what a side asked and handed over was made of the list that it was bound to: the side shows it, an auditor sees it.

A commitment alone binds words. With the secret that the side keeps, its request is made again from the list and must be the same to the
byte, so must the tokens from the holder's answer, and so the answer of a server of PSI. The blinds of a request are drawn from one
secret, so that nobody can choose them afterwards such that another list gives the same request. PSI's keys, one for each kind, are the
library's own: there it takes a discrete logarithm to find another key that does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np

from headwater.exchange import holder, parcel, party, psi, tokens
from headwater.exchange.errors import ExchangeError, TamperedError
from headwater.exchange.office import Office
from headwater.exchange.overlap import as_tokens
from headwater.exchange.parcel import Parcel, Part
from headwater.exchange.people import People, read_people
from headwater.exchange.terms import Terms, read_terms
from headwater.exchange.tokens import Arranged

_BLOCK = 1 << 16


def check_list(
    office: Office, files: Sequence[Path], lists: Sequence[Path], columns: Mapping[str, str] | None = None
) -> None:
    """Show that this side's requests, answers and token files among these were made of a list, and of nothing else.

    Beside a request lie the terms of its exchange, beside a token file the terms and the holder's answer, beside an answer of
    PSI its request.

    :raises TamperedError: when one is bound to another list, or was made of another than it is bound to
    :raises ExchangeError: when none of them is bound to a list, a file is missing, or this side remembers nothing of it
    """
    opened = [parcel.open_parcel(file) for file in files]
    bound = [each for each in opened if "inputs" in each.fields and each.by == office.card.signing]
    if not bound:
        raise ExchangeError("none of these files binds this side to a list", str(files[0]))
    audit = _Audit(office, read_people(lists, columns), opened)
    for each in bound:
        kept = _kept(office, each)
        if audit.people.commitment(bytes.fromhex(kept["nonce"])) != each.text("inputs"):
            raise TamperedError("is not the list that this side was bound to", str(lists[0]))
        if not audit.is_made_of_list(each, kept):
            raise TamperedError("was not made of the list that it is bound to", str(each.file))


def _kept(office: Office, bound: Parcel) -> Mapping[str, Any]:
    inputs = bound.text("inputs")
    place = office.served() if bound.kind == "psi-answer" else office.place(bound.text("exchange"))
    for kept in tokens.secrets_kept(place):
        if kept.get("inputs") == inputs:
            return kept
    raise ExchangeError("this side remembers nothing of it", str(bound.file))


@dataclass(frozen=True, slots=True)
class _Audit:
    office: Office
    people: People = field(repr=False)
    opened: Sequence[Parcel]

    def is_made_of_list(self, bound: Parcel, kept: Mapping[str, Any]) -> bool:
        """Make the file again and compare."""
        if bound.kind == "psi-request":
            return _are_same(bound, psi.elements(self.people, kept["keys"], bound.text("reveal")))
        if bound.kind == "psi-answer":
            return _are_same(bound, psi.answered(self._beside(bound, bound.text("request")), self.people, kept)[0])
        terms = self._terms(bound)
        if bound.kind == "request":
            return _are_same(bound, [party.elements(self.office, terms, self.people, bytes.fromhex(kept["seed"]))])
        return _holds(bound, self._arranged(bound, terms, kept), self.office, terms)

    def _arranged(self, bound: Parcel, terms: Terms, kept: Mapping[str, Any]) -> Arranged:
        if "seed" not in kept:
            return holder.arranged(self.office, terms, self.people)
        receipt = parcel.from_head(bound.fields.get("receipt"), "answer", str(bound.file))
        answer = self._beside(bound, receipt.digest)
        return party.arranged(self.office, terms, self.people, answer, bytes.fromhex(kept["seed"]))

    def _terms(self, bound: Parcel) -> Terms:
        digest = bound.text("terms")
        return read_terms(self._beside(bound, digest).file)

    def _beside(self, bound: Parcel, digest: str) -> Parcel:
        for each in self.opened:
            if each.digest == digest:
                return each
        raise ExchangeError(
            "give the terms too, the request that it answers, or the answer that it was made of", str(bound.file)
        )


def _are_same(bound: Parcel, made: Sequence[Part]) -> bool:
    if {part.name for part in made} != set(bound.sections):
        return False
    return all(_digest(part.blocks) == _digest(map(b"".join, bound.blocks(part.name, _BLOCK))) for part in made)


def _digest(blocks: Iterable[bytes]) -> bytes:
    digest = blake2b()
    for block in blocks:
        digest.update(block)
    return digest.digest()


def _holds(bound: Parcel, mine: Arranged, office: Office, terms: Terms) -> bool:
    """Tell whether a token file holds these tokens, with their kinds and people where the holder counts."""
    if terms.reveal == "rows":
        return np.array_equal(bound.array("tokens"), mine.tokens)
    sealed = tokens.sealed_of(bound, office, terms)
    persons = mine.people.persons[mine.order]
    if not (
        sealed.tokens.equals(as_tokens(mine.tokens)) and np.array_equal(sealed.kinds, mine.people.kinds[mine.order])
    ):
        return False
    pairs = np.unique(np.stack([sealed.persons, persons]), axis=1).shape[1]
    return bool(pairs == len(np.unique(sealed.persons)) == mine.people.count)  # numbered otherwise, and the same people
