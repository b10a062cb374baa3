"""Whether carried files are what they say, and belong together: for a court, an auditor, or the other party.

Signatures and digests of every file; which request an answer is for, and which answer tokens were made of; whether the purpose log
still holds the lines that the answers name. Whether a list is the one that was bound, its owner shows
by :mod:`headwater.exchange.auditing`.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from pathlib import Path

from headwater.exchange import ledger, parcel
from headwater.exchange.errors import ExchangeError, TamperedError
from headwater.exchange.ledger import Entry
from headwater.exchange.office import read_card
from headwater.exchange.parcel import Parcel
from headwater.exchange.terms import Terms, read_terms

_ANSWERS = ("answer", "psi-answer")
_REQUESTS = ("request", "psi-request")
_DONE = {"answer": "answered", "psi-answer": "answered", "count": "counted", "tokens": "own"}
"""What the purpose log says was done where such a file was given."""
_TOLD = {
    "answer": ("exchange", "party", "request", "items"),
    "psi-answer": ("request", "items", "inputs"),
    "count": ("exchange", "of", "tokens"),
    "tokens": ("exchange", "party", "inputs"),
}
"""Fields of the file that its line of the purpose log holds too."""


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
    terms = _terms_of(each, opened)
    if terms is not None:
        _check_signer(each, terms)
    if each.kind == "tokens" and "receipt" in each.fields:
        _check_receipt(each, _receipt_of(each), terms, opened)
    if each.kind in _ANSWERS:
        _check_answer(each, opened)
    if each.kind == "count" and (given := {p.digest for p in opened if p.kind == "tokens"}):
        counted = each.fields.get("tokens")
        if not isinstance(counted, list) or not given <= set(map(str, counted)):
            raise TamperedError("counts other token files than these", str(each.file))
    if each.kind == "commitment":
        bound = _found(opened, ("tokens",), each.text("tokens"))
        if bound is None and any(p.kind == "tokens" and p.by == each.by for p in opened):
            raise TamperedError("is bound to another list than the token file of its side", str(each.file))


def _terms_of(each: Parcel, opened: Sequence[Parcel]) -> Terms | None:
    found = (read_terms(p.file) for p in opened if p.kind == "terms")
    return next((terms for terms in found if each.fields.get("exchange") == terms.exchange), None)


def _receipt_of(made: Parcel) -> Parcel:
    """The head of the holder's answer that a token file was made of; its signature is checked."""
    return parcel.from_head(made.fields.get("receipt"), "answer", str(made.file))


def _check_receipt(made: Parcel, receipt: Parcel, terms: Terms | None, opened: Sequence[Parcel]) -> None:
    place = str(made.file)
    if terms is not None and receipt.by != terms.holder.signing:
        raise TamperedError("holds a receipt that the holder did not sign", place)
    if any(receipt.text(name) != made.text(name) for name in ("exchange", "party")):
        raise TamperedError("holds the receipt of another exchange or another party", place)
    tokens = made.sections.get("tokens")
    if tokens is None or receipt.number("items") != tokens.items:
        raise TamperedError("holds more or fewer tokens than the holder answered", place)
    given = [p for p in opened if p.kind == "answer" and p.fields.get("request") == receipt.text("request")]
    if given and all(p.digest != receipt.digest for p in given):
        raise TamperedError("was made of another answer than these", place)
    asked = _found(opened, _REQUESTS, receipt.text("request"))
    if asked is not None and (asked.by != made.by or asked.text("inputs") != made.text("inputs")):
        raise TamperedError("was not made of the list that was asked about", place)


def _check_answer(each: Parcel, opened: Sequence[Parcel]) -> None:
    place = str(each.file)
    asked = _found(opened, _REQUESTS, each.text("request"))
    if asked is None:
        if any(p.kind in _REQUESTS for p in opened):
            raise TamperedError("answers none of these requests", place)
        return
    if each.number("items") != sum(section.items for section in asked.sections.values()):
        raise TamperedError("says that more or less was asked than the request holds", place)
    if each.text("exchange") != asked.text("exchange") or each.fields.get("party") != asked.fields.get("party"):
        raise TamperedError("answers in another exchange, or another party, than was asked", place)
    server = asked.fields.get("server")
    if each.kind == "psi-answer" and (not isinstance(server, dict) or server.get("signing") != each.by):
        raise TamperedError("is not signed by the server that was asked", place)


def _check_signer(each: Parcel, terms: Terms) -> None:
    held = each.kind in ("terms", "answer", "count")
    party = next((card for card in terms.parties if card.signing == each.by), None)
    if (each.by != terms.holder.signing) if held else party is None:
        raise TamperedError("is signed by nobody who takes this part in the exchange", str(each.file))
    if party is not None and not held and each.text("party") != party.name:
        raise TamperedError("names another party than the one that signed it", str(each.file))


def _found(opened: Sequence[Parcel], kinds: Sequence[str], digest: str) -> Parcel | None:
    return next((p for p in opened if p.kind in kinds and p.digest == digest), None)


def _check_log(opened: Sequence[Parcel], log: Path) -> None:
    """Every answer, also one of which a token file holds the receipt, has a line of its own that is about it."""
    if not log.is_file():
        raise ExchangeError("does not exist", str(log))
    receipts = [(p.by, _receipt_of(p)) for p in opened if p.kind == "tokens" and "receipt" in p.fields]
    given = [*opened, *(receipt for _, receipt in receipts)]
    keepers = {p.by for p in given if p.kind in (*_ANSWERS, "count", "terms")}
    if len(keepers) != 1:
        raise ExchangeError("give the answers or terms of whoever keeps this purpose log, and of nobody else", str(log))
    lines = {entry.number: entry for entry in ledger.read(log, keepers.pop())}
    answered: dict[int, str] = {}
    for each in given:
        named = each.fields.get("log")
        if each.kind not in _DONE or not isinstance(named, dict):
            continue
        number = named.get("number")
        entry = lines.get(number) if type(number) is int else None
        if entry is None or entry.digest != named.get("digest"):
            raise TamperedError(
                "names a line that the purpose log does not hold: the log was cut or written anew", str(each.file)
            )
        askers = {by for by, receipt in receipts if receipt.digest == each.digest}
        askers |= {p.by for p in opened if p.kind in _REQUESTS and p.digest == each.fields.get("request")}
        _check_line(each, entry, askers)
        if answered.setdefault(entry.number, each.digest) != each.digest:
            raise TamperedError("names the line of another answer: the log does not hold this one", str(each.file))


def _check_line(each: Parcel, entry: Entry, askers: Set[str]) -> None:
    told = {name: each.fields.get(name) for name in _TOLD[each.kind]}
    if each.kind == "tokens":
        section = each.sections.get("tokens")
        told["items"] = section.items if section else None
    about = {name: entry.fields.get(name) for name in told}
    if entry.done != _DONE[each.kind] or told != about or not askers <= {entry.fields.get("party_key")}:
        raise TamperedError(
            f"names line {entry.number} of the purpose log, which is about something else", str(each.file)
        )
