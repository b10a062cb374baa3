"""What was agreed about one exchange: who, why, by which method, what is shown, and the public half of the key. The holder signs it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal, cast, get_args

from headwater.exchange import parcel
from headwater.exchange.errors import ExchangeError, RefusedError, TamperedError
from headwater.exchange.identity import Card, Identity, is_hex
from headwater.exchange.ledger import check_reasons
from headwater.exchange.office import card_of
from headwater.exchange.oprf import Mode

Method = Literal["voprf", "oprf", "keyed"]
Reveal = Literal["rows", "size"]
METHODS: tuple[Method, ...] = get_args(Method)
REVEALS: tuple[Reveal, ...] = get_args(Reveal)
LEAST_BITS, MOST_BITS = 96, 128


@dataclass(frozen=True, slots=True)
class Terms:
    """One exchange between two parties.

    ``method`` is ``voprf`` (blinded, the holder proves its key; the default), ``oprf`` (blinded, without proof) or ``keyed`` (not
    blinded: faster). ``reveal`` is ``rows`` (each party learns which of its own rows the other has too) or ``size`` (the holder
    counts, and all learn numbers only). ``bits`` is the length of the tokens that the parties swap. ``key`` is the public half of the
    holder's key for this exchange (empty for ``keyed``). ``until`` is the last day on which the holder answers.
    """

    exchange: str
    case: str
    purpose: str
    method: Method
    reveal: Reveal
    bits: int
    key: str
    holder: Card
    parties: tuple[Card, Card]
    fewest: int
    cap: int
    until: date
    digest: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        check_reasons({"case": self.case, "purpose": self.purpose})
        if self.method not in METHODS or self.reveal not in REVEALS:
            raise ExchangeError(f"a method is {', '.join(METHODS)}; what is shown is {' or '.join(REVEALS)}")
        if not LEAST_BITS <= self.bits <= MOST_BITS or self.bits % 8:
            raise ExchangeError(f"tokens have {LEAST_BITS} to {MOST_BITS} bits, in steps of eight")
        if len({card.signing for card in self.parties}) != 2 or len({card.name for card in self.parties}) != 2:
            raise ExchangeError("an exchange has two parties, of different names and keys")
        if self.holder_takes_part and (self.method == "keyed" or self.reveal == "size"):
            raise RefusedError(
                "a holder who is a party could count or guess alone here: let it hold the key of a blinded method and show "
                "rows, take a third side as the holder, or use `headwater match psi`"
            )

    @property
    def holder_takes_part(self) -> bool:
        """Whether the holder of the key is one of the two whose lists are compared."""
        return any(card.signing == self.holder.signing for card in self.parties)

    @property
    def mode(self) -> Mode:
        """The mode of the oblivious function."""
        return "oprf" if self.method == "oprf" else "voprf"

    @property
    def token_bytes(self) -> int:
        """How long a token is."""
        return self.bits // 8

    def party(self, signing: str, place: str | None = None) -> Card:
        """The party with that public key.

        :raises RefusedError: when nobody in the exchange has it
        """
        for card in self.parties:
            if card.signing == signing:
                return card
        raise RefusedError("is signed by nobody who takes part in this exchange", place)

    def other(self, signing: str) -> Card:
        """The party that has not that public key."""
        return self.parties[1 - self.parties.index(self.party(signing))]


def write_terms(terms: Terms, path: Path, holder: Identity) -> Terms:
    """Write the agreement, signed by the holder, and give it with its digest."""
    told = {
        "exchange": terms.exchange,
        "case": terms.case,
        "purpose": terms.purpose,
        "method": terms.method,
        "reveal": terms.reveal,
        "bits": terms.bits,
        "key": terms.key,
        "holder": terms.holder.as_json(),
        "parties": [card.as_json() for card in terms.parties],
        "fewest": terms.fewest,
        "cap": terms.cap,
        "until": terms.until.isoformat(),
    }
    parcel.write(path, "terms", told, (), holder)
    return read_terms(path)


def read_terms(path: Path) -> Terms:
    """Read an agreement.

    :raises TamperedError: when it was changed, or is signed by another than its holder
    """
    opened, place = parcel.open_parcel(path, "terms"), str(path)
    try:
        parties = opened.fields.get("parties")
        if not isinstance(parties, list) or len(parties) != 2:
            raise TamperedError("an exchange has two parties", place)
        terms = Terms(
            opened.text("exchange"),
            opened.text("case"),
            opened.text("purpose"),
            cast(Method, opened.text("method")),
            cast(Reveal, opened.text("reveal")),
            opened.number("bits"),
            opened.text("key"),
            card_of(opened.fields.get("holder"), place),
            (card_of(parties[0], place), card_of(parties[1], place)),
            opened.number("fewest"),
            opened.number("cap"),
            date.fromisoformat(opened.text("until")),
            opened.digest,
        )
    except ValueError as error:
        raise TamperedError("its last day is none", place) from error
    if opened.by != terms.holder.signing or not is_hex(terms.exchange, 32):
        raise TamperedError("is not signed by the holder whom it names", place)
    if terms.method != "keyed" and not is_hex(terms.key, 64):
        raise TamperedError("holds no public key", place)
    return terms


def check_cards(terms: Terms, own: Card, known: Sequence[Card]) -> None:
    """Hold the cards of an agreement against the own one, and against those that came another way.

    Whoever slips in a key to agree with can read what the two parties hide from the holder, hence the other party's must be known.

    :raises RefusedError: when the own side is no party, or the other party's card did not come another way
    :raises TamperedError: when a side is not in it with its own keys
    """
    check_own(terms, own)
    for card in known:
        if card not in (terms.holder, *terms.parties):
            raise TamperedError(f"{card.name} is not in this exchange with the keys of that card")
    other = terms.other(own.signing)
    if other not in known:
        raise RefusedError(f"the card of {other.name} must be known from elsewhere than from the terms", "terms")


def check_own(terms: Terms, own: Card) -> None:
    """Hold the own card against the one in an agreement.

    :raises RefusedError: when this side is no party
    :raises TamperedError: when it is one under another name or with another key to agree with
    """
    if terms.party(own.signing, "terms") != own:
        raise TamperedError(f"{own.name} is not in this exchange with its own name and keys", "terms")
