"""Whether carried files are what they say, and belong together: for a court, an auditor, or the other party.

Signatures and digests of every file; which request an answer is for, and which answer tokens were made of; whether the purpose log
still holds the lines that the answers name. Whether a list is the one that was bound, its owner shows
by :mod:`headwater.exchange.auditing`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from headwater.exchange import ledger, parcel
from headwater.exchange.errors import ExchangeError, TamperedError
from headwater.exchange.office import read_card
from headwater.exchange.parcel import Parcel
from headwater.exchange.terms import Terms, read_terms

_ANSWERS = ("answer", "psi-answer")
_REQUESTS = ("request", "psi-request")


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that holds: its kind, who signed it (a name where a card or the terms were given too), and its digest."""

    file: str
    kind: str
    by: str
    digest: str


def verify(files: Sequence[Path], log: Path | None = None) -> list[Checked]:
    """Check files one by one and against each other, and the purpose log against the answers among them.

    :raises TamperedError: at the first that does not hold, or does not belong to the others
    """
    opened = [parcel.open_parcel(file) for file in files]
    names = _names(opened)
    for each in opened:
        _check_links(each, opened)
    if log is not None:
        _check_log(opened, log)
    return [Checked(str(p.file), p.kind, names.get(p.by, f"key {p.by[:16]}…"), p.digest) for p in opened]


def _names(opened: Sequence[Parcel]) -> dict[str, str]:
    names: dict[str, str] = {}
    for each in opened:
        if each.kind == "card":
            card = read_card(each.file)
            names[card.signing] = card.name
        elif each.kind == "terms":
            terms = read_terms(each.file)
            names |= {card.signing: card.name for card in (terms.holder, *terms.parties)}
    return names


def _check_links(each: Parcel, opened: Sequence[Parcel]) -> None:
    for terms in (read_terms(p.file) for p in opened if p.kind == "terms"):
        if each.fields.get("exchange") == terms.exchange:
            _check_signer(each, terms)
    if each.kind == "tokens" and "receipt" in each.fields:
        receipt = parcel.from_head(each.fields["receipt"], "answer", str(each.file))
        asked = _found(opened, _REQUESTS, receipt.text("request"))
        if asked is not None and (asked.by != each.by or asked.text("inputs") != each.text("inputs")):
            raise TamperedError("was not made of the list that was asked about", str(each.file))
    if each.kind in _ANSWERS:
        asked = _found(opened, _REQUESTS, each.text("request"))
        if asked is None and any(p.kind in _REQUESTS for p in opened):
            raise TamperedError("answers none of these requests", str(each.file))
    if each.kind == "count" and (given := {p.digest for p in opened if p.kind == "tokens"}):
        counted = each.fields.get("tokens")
        if not isinstance(counted, list) or not given <= set(map(str, counted)):
            raise TamperedError("counts other token files than these", str(each.file))
    if each.kind == "commitment":
        bound = _found(opened, ("tokens",), each.text("tokens"))
        if bound is None and any(p.kind == "tokens" and p.by == each.by for p in opened):
            raise TamperedError("is bound to another list than the token file of its side", str(each.file))


def _check_signer(each: Parcel, terms: Terms) -> None:
    held = each.kind in ("terms", "answer", "count")
    if (each.by != terms.holder.signing) if held else all(each.by != card.signing for card in terms.parties):
        raise TamperedError("is signed by nobody who takes this part in the exchange", str(each.file))


def _found(opened: Sequence[Parcel], kinds: Sequence[str], digest: str) -> Parcel | None:
    return next((p for p in opened if p.kind in kinds and p.digest == digest), None)


def _check_log(opened: Sequence[Parcel], log: Path) -> None:
    if not log.is_file():
        raise ExchangeError("does not exist", str(log))
    keepers = {p.by for p in opened if p.kind in (*_ANSWERS, "count", "terms")}
    if len(keepers) != 1:
        raise ExchangeError("give the answers or terms of whoever keeps this purpose log, and of nobody else", str(log))
    lines = {entry.number: entry for entry in ledger.read(log, keepers.pop())}
    for each in opened:
        named = each.fields.get("log")
        if not isinstance(named, dict):
            continue
        entry = lines.get(named.get("number", 0))
        if entry is None or entry.digest != named.get("digest"):
            raise TamperedError(
                "names a line that the purpose log does not hold: the log was cut or written anew", str(each.file)
            )
