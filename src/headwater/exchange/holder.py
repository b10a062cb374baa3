"""The holder of the key: opens an exchange, answers what the parties ask under its rules, and counts where only the size is shown.

Nothing here opens a connection: requests and answers are files that somebody carries. Everything that is answered or
refused goes into the purpose log first.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from pathlib import Path

import pyarrow as pa

from headwater.exchange import keyed, overlap, parcel, tokens
from headwater.exchange.errors import RefusedError, TamperedError
from headwater.exchange.identity import Card, is_hex
from headwater.exchange.ledger import Entry, Ledger, check_reasons, open_ledger
from headwater.exchange.office import Office
from headwater.exchange.oprf import BATCH, Holder, Mode, derive_key, evaluate
from headwater.exchange.overlap import Overlap
from headwater.exchange.parcel import Parcel, Part
from headwater.exchange.people import People, read_people
from headwater.exchange.rules import Approval, Asked, admit, are_distinct, refusals, said
from headwater.exchange.terms import Method, Reveal, Terms, check_own, read_terms, write_terms
from headwater.exchange.tokens import Arranged

Watch = Callable[[int, int], None]
"""Told how many items are done, of how many."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What an exchange is opened with; see :class:`~headwater.exchange.terms.Terms`."""

    case: str
    purpose: str
    until: date
    method: Method = "voprf"
    reveal: Reveal = "rows"
    bits: int = 128


def open_exchange(
    office: Office, parties: tuple[Card, Card], opening: Opening, approval: Approval, out: Path, now: datetime
) -> Terms:
    """Agree on an exchange: draw its number, derive its key, write its terms for both parties, and log it."""
    exchange = secrets.token_hex(16)
    key = "" if opening.method == "keyed" else _holder(office, exchange, opening.method).public.hex()
    terms = Terms(
        exchange,
        opening.case,
        opening.purpose,
        opening.method,
        opening.reveal,
        opening.bits,
        key,
        office.card,
        parties,
        office.policy.fewest,
        office.policy.cap,
        opening.until,
    )
    check_reasons({"by": approval.by})
    with open_ledger(office.folder, office.identity) as ledger:
        made = write_terms(terms, office.remembered(exchange) / "terms", office.identity)
        write_terms(terms, out, office.identity)
        told = {"exchange": exchange, "case": terms.case, "purpose": terms.purpose, "by": approval.by}
        ledger.add("opened", {**told, "parties": [card.name for card in parties], "terms": made.digest}, now)
    return made


def _holder(office: Office, exchange: str, method: Method) -> Holder:
    mode: Mode = "oprf" if method == "oprf" else "voprf"
    return Holder(derive_key(office.function_key(), f"headwater match {exchange}".encode(), mode), mode)


def known_terms(office: Office, exchange: str, place: str) -> Terms:
    """The terms of an exchange that this side opened.

    :raises RefusedError: when it did not
    """
    if not is_hex(exchange, 32) or not (office.place(exchange) / "terms").is_file():
        raise RefusedError("belongs to no exchange that this side opened", place)
    return read_terms(office.place(exchange) / "terms")


def answer(
    office: Office, request: Path, out: Path, approval: Approval, now: datetime, watch: Watch | None = None
) -> Entry:
    """Answer a request within the rules, log it, and write the file that goes back.

    :raises RefusedError: when a rule says no; that is logged too
    :raises TamperedError: when the request was changed
    """
    asked = parcel.open_parcel(request, "request")
    told = {"request": asked.digest, "party_key": asked.by, "by": approval.by, "second": approval.second}
    with open_ledger(office.folder, office.identity) as ledger, refusals(ledger, told, now) as known:
        terms = _asked_under(office, asked)
        party = terms.party(asked.by, str(request))
        known |= {"exchange": terms.exchange, "case": terms.case, "party": party.name, "purpose": said(asked, "why")}
        items = asked.section("elements", keyed.WIDTH if terms.method == "keyed" else 32).items
        known["items"] = items
        question = Asked(known, items, terms.fewest, terms.cap, terms.until, lambda: are_distinct(asked, "elements"))
        admit(ledger, office.policy, question, approval, now)
        entry: list[Entry] = []

        def logged() -> dict[str, object]:
            """All is worked out and nothing given yet: now it goes into the log."""
            entry.append(ledger.add("answered", known, now))
            pointer = {"number": entry[0].number, "digest": entry[0].digest}
            return {
                "exchange": terms.exchange,
                "party": party.name,
                "request": asked.digest,
                "items": items,
                "log": pointer,
            }

        parcel.write(out, "answer", logged, _answered(office, terms, asked, watch), office.identity)
    return entry[0]


def _asked_under(office: Office, asked: Parcel) -> Terms:
    terms = known_terms(office, asked.text("exchange"), str(asked.file))
    if asked.text("terms") != terms.digest:
        raise TamperedError("was made under other terms", str(asked.file))
    return terms


def _answered(office: Office, terms: Terms, asked: Parcel, watch: Watch | None) -> Sequence[Part]:
    if terms.method == "keyed":
        key = keyed.holder_key(office.function_key(), terms.exchange)
        return [
            Part("elements", keyed.WIDTH, (b"".join(keyed.answered(b, key)) for b in asked.blocks("elements", BATCH)))
        ]
    holder = _holder(office, terms.exchange, terms.method)
    proofs: list[bytes] = []
    elements = Part("elements", 32, _evaluated(holder, asked, proofs, watch))
    return [elements, Part("proofs", 64, proofs)] if terms.method == "voprf" else [elements]


def _evaluated(holder: Holder, asked: Parcel, proofs: list[bytes], watch: Watch | None) -> Iterator[bytes]:
    """Evaluate block by block; the proof of each block is added to ``proofs``, which is written after the last."""
    done, of = 0, asked.sections["elements"].items
    for block in asked.blocks("elements", BATCH):
        evaluated = holder.blind_evaluate(block)
        if holder.mode == "voprf":
            proofs.append(holder.prove(block, evaluated))
        yield b"".join(evaluated)
        done += len(block)
        if watch is not None:
            watch(done, of)


def own(
    office: Office,
    terms: Terms,
    lists: Sequence[Path],
    out: Path,
    approval: Approval,
    now: datetime,
    columns: Mapping[str, str] | None = None,
) -> People:
    """Make the tokens of the holder's own list, where the holder is one of the two parties (OPRF between two sides).

    :raises RefusedError: when it is not, or a rule says no
    """
    known = known_terms(office, terms.exchange, "terms")
    if not known.holder_takes_part:
        raise RefusedError("the holder is no party to this exchange: it has no list in it", "terms")
    check_own(known, office.card)
    people = read_people(lists, columns)
    nonce = secrets.token_bytes(32)
    inputs = people.commitment(nonce)
    told = {
        "exchange": known.exchange,
        "case": known.case,
        "purpose": known.purpose,
        "party": office.card.name,
        "party_key": office.card.signing,
        "inputs": inputs,
        "by": approval.by,
        "second": approval.second,
        "items": len(people.inputs),
    }
    with open_ledger(office.folder, office.identity) as ledger, refusals(ledger, told, now):
        question = Asked(told, len(people.inputs), known.fewest, known.cap, known.until, lambda: True)
        admit(ledger, office.policy, question, approval, now)
        entry = ledger.add("own", told, now)
        mine = arranged(office, known, people)
        fields = {
            "exchange": known.exchange,
            "terms": known.digest,
            "party": office.card.name,
            "inputs": told["inputs"],
            "log": {"number": entry.number, "digest": entry.digest},
        }
        kept = {"nonce": nonce.hex(), "inputs": inputs}
        tokens.keep_secret(office.remembered(known.exchange), kept, f"own-{inputs[:16]}")
        tokens.write_tokens(mine, fields, out, office, known)
    return people


def arranged(office: Office, terms: Terms, people: People) -> Arranged:
    """The tokens of the holder's own list in their order."""
    holder = _holder(office, terms.exchange, terms.method)
    values = chain.from_iterable(evaluate(holder.secret, block, holder.mode) for block in people.blocks(BATCH))
    return tokens.arranged(people, tokens.sealed(office, terms, values), terms.token_bytes)


def count(office: Office, terms: Terms, first: Path, second: Path, out: Path, now: datetime) -> Overlap:
    """Count what two sealed lists have in common, once in an exchange, and write the numbers, signed, for both parties.

    :raises RefusedError: when the parties agreed on rows, which they compare themselves; after the last day of the exchange; and
        when other lists were counted in it before, since two counts of lists that differ by a token tell of that token
    :raises TamperedError: when a file was changed, or both are of one party
    """
    known = known_terms(office, terms.exchange, "terms")
    told = {"exchange": known.exchange, "case": known.case}
    with open_ledger(office.folder, office.identity) as ledger, refusals(ledger, told, now) as asked:
        if known.reveal != "size":
            raise RefusedError("the parties agreed to compare rows themselves; the holder counts nothing", "terms")
        opened = [tokens.open_tokens(path, known) for path in (first, second)]
        if opened[0].by == opened[1].by:
            raise TamperedError("both files are of one party", str(second))
        asked |= {"of": [known.party(p.by).name for p in opened], "tokens": [p.digest for p in opened]}
        _check_count(ledger, known, asked["tokens"], now)
        ours, theirs = (tokens.sealed_of(each, office, known) for each in opened)
        found = overlap.by_size(ours, theirs, known.method, known.bits, known.fewest)
        entry = ledger.add("counted", {**asked, "both": found.both}, now)
        pointer = {"number": entry.number, "digest": entry.digest}
        numbers = {"exchange": known.exchange, "of": asked["of"], "tokens": asked["tokens"], "overlap": found.as_json()}
        parcel.write(out, "count", {**numbers, "log": pointer}, (), office.identity)
    return found


def _check_count(ledger: Ledger, terms: Terms, digests: Sequence[str], now: datetime) -> None:
    """The same two files may be counted again, where the first count was lost: it says the same."""
    if now.date() > terms.until:
        raise RefusedError(f"the exchange ended on {terms.until.isoformat()}", "terms")
    before = ledger.count_of(terms.exchange)
    if before is not None and set(before.fields.get("tokens", ())) != set(digests):
        raise RefusedError(
            f"other lists were counted before (line {before.number} of the purpose log): an exchange counts one of each party",
            "terms",
        )


def read_count(path: Path, terms: Terms) -> Overlap:
    """What the holder counted.

    :raises TamperedError: when the file is not the holder's, or of another exchange
    """
    opened = parcel.open_parcel(path, "count")
    if opened.by != terms.holder.signing or opened.text("exchange") != terms.exchange:
        raise TamperedError("is not signed by the holder, or belongs to another exchange", str(path))
    try:
        return overlap.from_json(opened.fields["overlap"])
    except (KeyError, TypeError, ValueError, pa.ArrowException) as error:
        raise TamperedError("holds no count", str(path)) from error
