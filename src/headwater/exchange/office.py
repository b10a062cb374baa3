"""The folder of one side: its secret, the rules that it keeps, its purpose log, and what it must remember of each exchange."""

from __future__ import annotations

import json
import os
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, BinaryIO, cast

from headwater.exchange import parcel
from headwater.exchange.errors import ExchangeError, RefusedError, TamperedError
from headwater.exchange.identity import Card, Identity, check_name, is_hex
from headwater.store.keys import file_key

SETTINGS = "side.toml"
_SIGNING, _ASKED = "signing.key", "function.key"


@dataclass(frozen=True, slots=True)
class Policy:
    """Rules against abuse: an identifier has little entropy, so whoever may ask without end can test every number there is.

    ``fewest``: identifiers that a list must hold (a list of one is a look-up); ``cap``: the most that a side may ask in one
    exchange, all requests together; ``daily``: the most in one day (UTC) over all exchanges; ``second_over``: above this a
    second person must agree.
    """

    fewest: int = 100
    cap: int = 20_000_000
    daily: int = 10_000_000
    second_over: int = 1_000_000

    def __post_init__(self) -> None:
        if not 1 < self.fewest <= self.cap or self.daily < self.fewest or self.second_over < 0:
            raise RefusedError("the rules must hold 1 < fewest <= cap, fewest <= daily, and second_over from 0")


@dataclass(frozen=True, slots=True)
class Office:
    """One side at work in its folder."""

    folder: Path
    identity: Identity
    policy: Policy

    @property
    def card(self) -> Card:
        """What others know of this side."""
        return self.identity.card

    def function_key(self) -> bytes:
        """The secret of which the keys of all exchanges are derived that this side holds; made at the first call."""
        return file_key(self.folder / "keys" / _ASKED)

    def place(self, exchange: str) -> Path:
        """Where lies what this side alone must know of an exchange, if it knows anything.

        :raises TamperedError: when what others called an exchange is no number of one
        """
        if not is_hex(exchange, 32):
            raise TamperedError("names no exchange")
        return self.folder / "exchanges" / exchange

    def remembered(self, exchange: str) -> Path:
        """The folder of what this side alone must know of an exchange; of mode 0700."""
        return _made(self.place(exchange))

    def served(self) -> Path:
        """The folder of what this side must know of the requests that it answered with a list of its own; of mode 0700."""
        return _made(self.folder / "psi")


def _made(place: Path) -> Path:
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    return place


def make_office(folder: Path, name: str, policy: Policy | None = None) -> Office:
    """Make the folder of a side: keys of mode 0600 and ``side.toml``, where the rules can be changed later.

    :raises ExchangeError: when there is one already
    """
    check_name(name)
    if (folder / SETTINGS).exists():
        raise ExchangeError("is the folder of a side already", str(folder))
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    seed = file_key(folder / "keys" / _SIGNING)
    rules = policy or Policy()
    lines = [f"name = {json.dumps(name, ensure_ascii=False)}", "", "[policy]"]
    lines += [f"{rule.name} = {getattr(rules, rule.name)}" for rule in fields(Policy)]
    (folder / SETTINGS).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return Office(folder, Identity(name, seed), rules)


def open_office(folder: Path) -> Office:
    """Open the folder of a side.

    :raises ExchangeError: when it is none, or its ``side.toml`` cannot be understood
    """
    file = folder / SETTINGS
    if not file.is_file() or not (folder / "keys" / _SIGNING).is_file():
        raise ExchangeError("is no folder of a side; `headwater match init` makes one", str(folder))
    try:
        told = tomllib.loads(file.read_text("utf-8"))
        rules = told.get("policy", {})
        policy = Policy(**{name: _whole(value) for name, value in rules.items()})
        return Office(folder, Identity(str(told["name"]), file_key(folder / "keys" / _SIGNING)), policy)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError, AttributeError) as error:
        raise ExchangeError(
            "cannot be understood: it needs a name and, below [policy], whole numbers", str(file)
        ) from error


def _whole(value: Any) -> int:
    if type(value) is not int:
        raise TypeError
    return value


def write_card(office: Office, path: Path) -> Card:
    """Write the card that the other sides need. It holds public keys only."""
    parcel.write(path, "card", office.card.as_json(), (), office.identity)
    return office.card


def read_card(path: Path) -> Card:
    """Read the card of another side.

    :raises TamperedError: when it is none, or not signed by whom it names
    """
    opened = parcel.open_parcel(path, "card")
    card = card_of(opened.fields, str(path))
    if opened.by != card.signing:
        raise TamperedError("the card is not signed by whom it names", str(path))
    return card


def card_of(value: Any, place: str) -> Card:
    """A card as it stands in the fields of a file."""
    try:
        return Card(*(value[name] if isinstance(value[name], str) else "" for name in ("name", "signing", "agreement")))
    except (KeyError, TypeError, ExchangeError) as error:
        raise TamperedError("holds no card", place) from error


def private(path: Path) -> BinaryIO:
    """Open a file for writing that nobody else can read (mode 0600); what was there is replaced."""
    path.unlink(missing_ok=True)
    return cast(BinaryIO, os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb"))
