"""A party: asks the holder about its list, makes tokens of the answer, and compares them with the other party's."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from headwater.exchange import keyed, oprf, overlap, parcel, tokens
from headwater.exchange.errors import RefusedError, TamperedError
from headwater.exchange.identity import Card
from headwater.exchange.ledger import check_reasons, open_ledger
from headwater.exchange.office import Office
from headwater.exchange.oprf import BATCH
from headwater.exchange.overlap import Overlap
from headwater.exchange.parcel import Parcel, Part
from headwater.exchange.people import People, read_people
from headwater.exchange.terms import Terms, check_cards, check_own
from headwater.exchange.tokens import Arranged

Watch = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Requested:
    """A request that was written: the list it is about, and the number that tells it from any other."""

    people: People = field(repr=False)
    digest: str


def request(
    office: Office,
    terms: Terms,
    lists: Sequence[Path],
    out: Path,
    why: str,
    now: datetime,
    columns: Mapping[str, str] | None = None,
    watch: Watch | None = None,
    *,
    known: Sequence[Card],
) -> Requested:
    """Write what the holder is asked, blinded or hashed, and bind this side to its list.

    :param known: cards that came another way than in the terms; the other party's must be among them
    :raises RefusedError: when the list holds too little, this side is no party, or the other party's card is not known
    :raises TamperedError: when a side is in the terms with other keys than its own
    """
    check_cards(terms, office.card, known)
    check_reasons({"why": why})
    if office.card == terms.holder:
        raise RefusedError("the holder asks nothing of itself: `headwater match holder own` makes its tokens", "terms")
    people = read_people(lists, columns)
    if len(people.inputs) < terms.fewest:
        raise RefusedError(
            f"the list holds {len(people.inputs):,} identifiers; at least {terms.fewest:,} were agreed, fewer are a look-up",
            str(lists[0]),
        )
    seed, nonce = secrets.token_bytes(32), secrets.token_bytes(32)
    bound = people.commitment(nonce)
    fields = {"exchange": terms.exchange, "terms": terms.digest, "party": office.card.name, "why": why, "inputs": bound}
    made = parcel.write(out, "request", fields, [elements(office, terms, people, seed, watch)], office.identity)
    told = {"request": made.digest, "terms": terms.digest, "seed": seed.hex(), "nonce": nonce.hex(), "inputs": bound}
    with open_ledger(office.folder, office.identity) as ledger:
        tokens.keep_secret(office.remembered(terms.exchange), told, made.digest[:16])
        shutil.copyfile(out, office.remembered(terms.exchange) / f"{made.digest[:16]}.request")
        ledger.add(
            "asked", {"exchange": terms.exchange, "case": terms.case, "purpose": why, "request": made.digest}, now
        )
    return Requested(people, made.digest)


def elements(office: Office, terms: Terms, people: People, seed: bytes, watch: Watch | None = None) -> Part:
    """What the holder is asked about a list: the same list and seed give the same again."""
    if terms.method == "keyed":
        return Part("elements", keyed.WIDTH, [_paired(office, terms, people)[0].tobytes()])
    return Part("elements", 32, _blinded(terms, people, seed, watch))


def _paired(office: Office, terms: Terms, people: People) -> tuple[parcel.Bytes, tokens.Ints]:
    """The inputs hashed with the key of both parties, in their own order, and the way back to the inputs."""
    key = office.identity.shared_key(terms.other(office.card.signing), f"pair {terms.exchange}")
    made = tokens.arranged(people, chain.from_iterable(keyed.paired(b, key) for b in people.blocks(BATCH)), keyed.WIDTH)
    return made.tokens, made.order


def _blinded(terms: Terms, people: People, seed: bytes, watch: Watch | None) -> Iterator[bytes]:
    done = 0
    for block in people.blocks(BATCH):
        yield b"".join(oprf.blind(block, oprf.blinds(seed, done, len(block)), terms.mode))
        done += len(block)
        if watch is not None:
            watch(done, len(people.inputs))


def make_tokens(
    office: Office,
    terms: Terms,
    answer: Path,
    lists: Sequence[Path],
    out: Path,
    columns: Mapping[str, str] | None = None,
    watch: Watch | None = None,
) -> Parcel | None:
    """Turn the holder's answer into tokens: check who answered what, check the proofs, take the blinds off.

    Writes the token file and, beside it, ``OUT.commitment``: swap these first, then the tokens. Where the holder is the other
    party nothing is written and ``None`` given: only this side compares, and its tokens stay at home.

    :raises TamperedError: when the answer is another's, an old one, or made with another key; when the list has changed
    """
    check_own(terms, office.card)
    opened = parcel.open_parcel(answer, "answer")
    kept = _asked(office, terms, opened)
    people = read_people(lists, columns)
    if people.commitment(bytes.fromhex(kept["nonce"])) != kept["inputs"]:
        raise TamperedError("the list is not the one that was asked about", str(lists[0]))
    width = keyed.WIDTH if terms.method == "keyed" else 32
    if opened.section("elements", width).items != len(people.inputs):
        raise TamperedError("answers more or fewer identifiers than were asked", str(answer))
    mine = arranged(office, terms, people, opened, bytes.fromhex(kept["seed"]), watch)
    tokens.keep_mine(mine, office, terms.exchange)
    if terms.holder_takes_part:
        return None
    fields = {
        "exchange": terms.exchange,
        "terms": terms.digest,
        "party": office.card.name,
        "inputs": kept["inputs"],
        "receipt": dict(opened.head),
    }
    written = tokens.write_tokens(mine, fields, out, office, terms)
    tokens.write_commitment(written, out.with_name(out.name + ".commitment"), office)
    return written


def _asked(office: Office, terms: Terms, answer: Parcel) -> dict[str, Any]:
    """What this side remembers of the request that an answer is for."""
    place = str(answer.file)
    if answer.by != terms.holder.signing or answer.text("exchange") != terms.exchange:
        raise TamperedError("is not signed by the holder, or belongs to another exchange", place)
    for kept in tokens.secrets_kept(office.place(terms.exchange)):
        if kept.get("request") == answer.text("request"):
            if kept.get("terms") != terms.digest:
                raise TamperedError("was asked under other terms, whose cards were checked", place)
            return kept
    raise TamperedError("answers no request that this side made: it is another's, or an old one", place)


def arranged(
    office: Office, terms: Terms, people: People, answer: Parcel, seed: bytes, watch: Watch | None = None
) -> Arranged:
    """The tokens of a list in their order, made of an answer to what was asked with that seed."""
    asked = parcel.open_parcel(office.remembered(terms.exchange) / f"{answer.text('request')[:16]}.request", "request")
    values = _values(office, terms, people, answer, asked, seed, watch)
    return tokens.arranged(people, tokens.sealed(office, terms, values), terms.token_bytes)


def _values(
    office: Office, terms: Terms, people: People, answer: Parcel, asked: Parcel, seed: bytes, watch: Watch | None
) -> Iterator[bytes]:
    """The finished values in the order of the inputs."""
    if terms.method == "keyed":
        _, order = _paired(office, terms, people)
        back = np.empty_like(order)
        back[order] = np.arange(len(order))
        return iter(overlap.as_tokens(answer.array("elements")).take(back).to_pylist())
    return chain.from_iterable(_unblinded(terms, people, answer, asked, seed, watch))


def _unblinded(
    terms: Terms, people: People, answer: Parcel, asked: Parcel, seed: bytes, watch: Watch | None
) -> Iterator[list[bytes]]:
    proofs = _proofs(terms, answer)
    blocks = zip(people.blocks(BATCH), answer.blocks("elements", BATCH), asked.blocks("elements", BATCH), strict=True)
    done = 0
    for place, (inputs, evaluated, blinded) in enumerate(blocks):
        if proofs:
            oprf.verify(bytes.fromhex(terms.key), blinded, evaluated, proofs[place])
        yield oprf.finalize(inputs, oprf.blinds(seed, done, len(inputs)), evaluated)
        done += len(inputs)
        if watch is not None:
            watch(done, len(people.inputs))


def _proofs(terms: Terms, answer: Parcel) -> list[bytes]:
    if terms.method != "voprf":
        return []
    due = -(-answer.sections["elements"].items // BATCH)
    if answer.section("proofs", oprf.PROOF_BYTES).items != due:
        raise TamperedError(f"holds not the {due:,} proofs that are due", str(answer.file))
    return [proof for block in answer.blocks("proofs", due) for proof in block]


def intersect(office: Office, terms: Terms, theirs: Path, commitment: Path | None = None) -> Overlap:
    """Compare the own tokens with the other party's.

    :param commitment: what the other side was bound to before it saw this side's tokens: without it, it could have copied them.
        Where the holder is the other party it never sees any, and there is none.
    :raises RefusedError: when the parties agreed to learn the size only, or the commitment is missing
    :raises TamperedError: when these are not the terms under which this side asked
    """
    check_own(terms, office.card)
    if all(kept.get("terms") != terms.digest for kept in tokens.secrets_kept(office.place(terms.exchange))):
        raise TamperedError("this side asked under other terms, whose cards were checked, or not at all", "terms")
    if terms.reveal != "rows":
        raise RefusedError(
            "the parties agreed on the size only: hand the token files to the holder, who counts", str(theirs)
        )
    opened = tokens.open_tokens(theirs, terms)
    if opened.by == office.card.signing:
        raise TamperedError("is this side's own file", str(theirs))
    if commitment is not None:
        tokens.check_commitment(opened, commitment)
    elif not terms.holder_takes_part:
        raise RefusedError(
            "is not bound: without the commitment that came before this side handed over its tokens, these may be copies of them",
            str(theirs),
        )
    other = tokens.tokens_of(opened)
    return overlap.by_rows(tokens.mine_kept(office, terms.exchange), other, terms.method, terms.bits)
