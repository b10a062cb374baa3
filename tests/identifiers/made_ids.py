"""Resident ids that were never issued: retired county codes with births after the codes were gone."""

from __future__ import annotations

import json
from importlib.resources import files

from headwater.identifiers import bank_card, resident_id

_DATA = files("headwater.identifiers") / "data" / "retired_county_codes.json"
RETIRED: tuple[str, ...] = tuple(json.loads(_DATA.read_text("utf-8"))["never_after_1983"])


def made_id(number: int) -> str:
    """The resident id of a made person; every number below 300,000 gives another."""
    area = RETIRED[number % 500]
    birth = f"{1990 + number // 500 % 15}{1 + number // 7 % 12:02}{1 + number // 84 % 28:02}"
    first = f"{area}{birth}{number // 500 % 1000:03}"
    return first + resident_id.check_character(first)


def made_mobile(number: int) -> str:
    """A number with a prefix that was never assigned."""
    return f"154{number:08}"


def made_card(number: int) -> str:
    """A card number of sixteen digits under the prefix of test cards."""
    first = f"620000{number:09}"
    return next(first + d for d in "0123456789" if bank_card.is_valid(first + d))
