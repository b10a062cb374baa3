"""Token files: what a party hands over in the end, the secret side of it that stays at home, and the check of the other's."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext
from cryptography.hazmat.primitives.ciphers.algorithms import ChaCha20

from headwater.exchange import keyed, parcel
from headwater.exchange.errors import ExchangeError, TamperedError
from headwater.exchange.identity import Card
from headwater.exchange.office import Office, private
from headwater.exchange.overlap import Mine, Sealed, as_tokens
from headwater.exchange.parcel import Bytes, Parcel, Part
from headwater.exchange.people import People
from headwater.exchange.reading import KINDS
from headwater.exchange.terms import Terms

Ints = npt.NDArray[np.int64]
_BLOCK = 1 << 16


@dataclass(frozen=True, slots=True)
class Arranged:
    """A list as tokens in their order: ``order`` leads back to the inputs."""

    people: People = field(repr=False)
    tokens: Bytes = field(repr=False)
    order: Ints = field(repr=False)


def arranged(people: People, values: Iterable[bytes], width: int) -> Arranged:
    """Sort values (as long as the inputs, in their order, each cut to ``width`` bytes), so that their order says nothing."""
    flat = np.frombuffer(b"".join(_cut(values, width)), np.uint8).reshape(-1, width)
    order = pc.sort_indices(as_tokens(flat)).to_numpy().astype(np.int64)
    return Arranged(people, flat[order], order)


def _cut(values: Iterable[bytes], width: int) -> Iterator[bytes]:
    stream = iter(values)
    while block := [value[:width] for value in islice(stream, _BLOCK)]:
        yield b"".join(block)


def sealed(office: Office, terms: Terms, values: Iterable[bytes]) -> Iterator[bytes]:
    """Hash values with the key that the two parties share, so that a holder who gets hold of the tokens can test nothing."""
    key = office.identity.shared_key(terms.other(office.card.signing), f"seal {terms.exchange}")
    stream = iter(values)
    while block := list(islice(stream, _BLOCK)):
        yield from keyed.sealed(block, key, terms.token_bytes)


def write_tokens(mine: Arranged, fields: Mapping[str, Any], out: Path, office: Office, terms: Terms) -> Parcel:
    """Write the file that is handed over: tokens in their order.

    Where the holder counts, their kinds and people come with them, and all is encrypted for the holder: the other party, who
    could compare the tokens with its own, cannot read them on the way.
    """
    parts = [Part("tokens", mine.tokens.shape[1], _blocks(mine.tokens))]
    if terms.reveal == "rows":
        return parcel.write(out, "tokens", fields, parts, office.identity)
    kinds = mine.people.kinds[mine.order].astype(np.uint8).reshape(-1, 1)
    mixed = np.random.default_rng(secrets.randbits(128)).permutation(mine.people.count).astype("<u4")
    whose = mixed[mine.people.persons[mine.order]].view(np.uint8).reshape(-1, 4)
    parts += [Part("kinds", 1, _blocks(kinds)), Part("persons", 4, _blocks(whose))]
    nonce = secrets.token_hex(16)
    veiled = [
        Part(p.name, p.width, map(_veil(office, terms.holder, terms, nonce, p.name).update, p.blocks)) for p in parts
    ]
    return parcel.write(out, "tokens", {**fields, "nonce": nonce}, veiled, office.identity)


def _veil(office: Office, other: Card, terms: Terms, nonce: str, section: str) -> CipherContext:
    """ChaCha20 (RFC 8439) under a key of the two sides that is used once; the file's signature covers what it gives."""
    key = office.identity.shared_key(other, f"hand {terms.exchange} {nonce} {section}")
    return Cipher(ChaCha20(key, bytes(16)), None).encryptor()


def _blocks(items: Bytes) -> Iterator[bytes]:
    for first in range(0, len(items), _BLOCK):
        yield items[first : first + _BLOCK].tobytes()


def write_commitment(tokens: Parcel, out: Path, office: Office) -> Parcel:
    """Write what binds this side to its token file before anybody sees it: its digest, signed."""
    told = {"exchange": tokens.text("exchange"), "party": tokens.text("party"), "tokens": tokens.digest}
    return parcel.write(out, "commitment", told, (), office.identity)


def check_commitment(tokens: Parcel, path: Path) -> None:
    """Hold a token file against the commitment that came before it.

    :raises TamperedError: when it is not the one its side was bound to
    """
    bound = parcel.open_parcel(path, "commitment")
    if bound.by != tokens.by or bound.text("tokens") != tokens.digest:
        raise TamperedError("is not the list that its side was bound to", str(tokens.file))


def open_tokens(path: Path, terms: Terms) -> Parcel:
    """Open a token file of an exchange: signed by a party, not longer than what the holder answered, in its order.

    :raises TamperedError: when it is not
    """
    opened, place = parcel.open_parcel(path, "tokens"), str(path)
    party = terms.party(opened.by, place)
    if opened.text("exchange") != terms.exchange:
        raise TamperedError("belongs to another exchange", place)
    if opened.text("terms") != terms.digest:
        raise TamperedError("was made under other terms: the holder gave the parties different ones", place)
    items = opened.section("tokens", terms.token_bytes).items
    if party.signing != terms.holder.signing:
        receipt = parcel.from_head(opened.fields.get("receipt"), "answer", place)
        if (
            receipt.by != terms.holder.signing
            or receipt.text("exchange") != terms.exchange
            or receipt.text("party") != party.name
        ):
            raise TamperedError("holds no receipt of the holder for this party", place)
        if receipt.number("items") != items:
            raise TamperedError("holds more or fewer tokens than the holder answered", place)
    if items < terms.fewest:
        raise TamperedError(f"holds {items:,} tokens, and at least {terms.fewest:,} were agreed", place)
    if terms.reveal == "size" and {opened.section("kinds", 1).items, opened.section("persons", 4).items} != {items}:
        raise TamperedError("its kinds and people do not fit its tokens", place)
    return opened


def tokens_of(opened: Parcel) -> pa.Array:
    """The tokens of a file.

    :raises TamperedError: when one stands in it twice: counted each time, it would tell what a count must not
    """
    return _distinct(as_tokens(opened.array("tokens")), str(opened.file))


def _distinct(found: pa.Array, place: str) -> pa.Array:
    if pc.count_distinct(found).as_py() != len(found):
        raise TamperedError("holds the same token twice", place)
    return found


def sealed_of(opened: Parcel, office: Office, terms: Terms) -> Sealed:
    """The sealed list of a file that :func:`open_tokens` has checked, decrypted by the holder or by who wrote it.

    :raises TamperedError: when it was encrypted for somebody else, or a token stands in it twice
    """
    other = terms.holder if opened.by == office.card.signing else terms.party(opened.by)
    nonce = opened.text("nonce")
    plain = {}
    for name in ("tokens", "kinds", "persons"):
        data = opened.array(name)
        veil = _veil(office, other, terms, nonce, name)
        plain[name] = np.frombuffer(veil.update(data.tobytes()), np.uint8).reshape(data.shape)
    kinds = plain["kinds"].reshape(-1).astype(np.int64)
    if int(kinds.max()) >= len(KINDS):
        raise TamperedError("was encrypted for another holder, or names kinds that there are none", str(opened.file))
    found = _distinct(as_tokens(plain["tokens"]), str(opened.file))
    return Sealed(found, kinds, plain["persons"].reshape(-1).view("<u4").astype(np.int64))


def keep_secret(place: Path, told: Mapping[str, Any], name: str) -> None:
    """Remember what only this side may know of an exchange or an answer, in its folder (mode 0600)."""
    with private(place / f"{name}.json") as out:
        out.write(json.dumps(told, sort_keys=True).encode() + b"\n")


def secrets_kept(place: Path) -> list[dict[str, Any]]:
    """What this side remembers in a folder: one entry for each request that it made or answered."""
    found = []
    for file in sorted(place.glob("*.json")):
        try:
            told = json.loads(file.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise ExchangeError("what was remembered of the exchange is damaged", str(file)) from error
        if isinstance(told, dict):
            found.append(told)
    return found


def keep_mine(mine: Arranged, office: Office, exchange: str) -> None:
    """Remember which token stands in which own row: tokens and line numbers, no value (mode 0600)."""
    people, rank = mine.people, np.empty(len(mine.order), np.int64)
    rank[mine.order] = np.arange(len(mine.order))
    held, row = people.holds
    tables = {
        "tokens": pa.table(
            {"token": as_tokens(mine.tokens), "kind": people.kinds[mine.order], "person": people.persons[mine.order]}
        ),
        "holds": pa.table({"token": rank[held], "row": row}),
        "rows": people.rows,
    }
    for name, table in tables.items():
        with private(office.remembered(exchange) / f"mine-{name}.parquet") as out:
            pq.write_table(table, out)


def mine_kept(office: Office, exchange: str) -> Mine:
    """What :func:`keep_mine` remembered.

    :raises ExchangeError: when there is nothing yet
    """
    folder = office.place(exchange)
    try:
        tokens, holds, rows = (pq.read_table(folder / f"mine-{name}.parquet") for name in ("tokens", "holds", "rows"))
    except (OSError, pa.ArrowException) as error:
        raise ExchangeError("this side has no tokens of its own in this exchange yet", str(folder)) from error
    return Mine(
        tokens["token"].combine_chunks(),
        tokens["kind"].to_numpy(),
        tokens["person"].to_numpy(),
        (holds["token"].to_numpy(), holds["row"].to_numpy()),
        rows,
    )
