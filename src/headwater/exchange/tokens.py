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

from headwater.exchange import keyed, parcel
from headwater.exchange.errors import ExchangeError, TamperedError
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


def write_tokens(mine: Arranged, fields: Mapping[str, Any], out: Path, office: Office, counted: bool = False) -> Parcel:
    """Write the file that is handed over: tokens in order and, for whoever counts, their kinds and people."""
    parts = [Part("tokens", mine.tokens.shape[1], _blocks(mine.tokens))]
    if counted:
        kinds = mine.people.kinds[mine.order].astype(np.uint8).reshape(-1, 1)
        mixed = np.random.default_rng(secrets.randbits(128)).permutation(mine.people.count).astype("<u4")
        whose = mixed[mine.people.persons[mine.order]].view(np.uint8).reshape(-1, 4)
        parts += [Part("kinds", 1, _blocks(kinds)), Part("persons", 4, _blocks(whose))]
    return parcel.write(out, "tokens", fields, parts, office.identity)


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
    if terms.reveal == "size":
        same = {opened.section("kinds", 1).items, opened.section("persons", 4).items} == {items}
        if not same or int(opened.array("kinds").max()) >= len(KINDS):
            raise TamperedError("its kinds and people do not fit its tokens", place)
    return opened


def tokens_of(opened: Parcel) -> pa.Array:
    """The tokens of a file."""
    return as_tokens(opened.array("tokens"))


def sealed_of(opened: Parcel) -> Sealed:
    """The sealed list of a file that :func:`open_tokens` has checked."""
    persons = opened.array("persons").reshape(-1).view("<u4").astype(np.int64)
    return Sealed(tokens_of(opened), opened.array("kinds").reshape(-1).astype(np.int64), persons)


def keep_secret(office: Office, exchange: str, told: Mapping[str, Any], name: str) -> None:
    """Remember what only this side may know of an exchange (mode 0600)."""
    with private(office.remembered(exchange) / f"{name}.json") as out:
        out.write(json.dumps(told, sort_keys=True).encode() + b"\n")


def secrets_kept(office: Office, exchange: str) -> list[dict[str, Any]]:
    """What this side remembers of an exchange: one entry for each request that it made."""
    found = []
    for file in sorted((office.folder / "exchanges" / exchange).glob("*.json")):
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
    folder = office.folder / "exchanges" / exchange
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
