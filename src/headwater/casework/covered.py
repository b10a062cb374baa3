"""Masks once more what a market calls people, at the door to the answer.

Whoever builds the market masks already. An account may itself be a telephone number, a card or an address of mail, and a
nickname may hold one: what slipped through stops here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pyarrow as pa

from headwater.identifiers import bank_card, email, mobile, resident_id
from headwater.identifiers.shapes import cover_shapes
from headwater.identifiers.text import mask_text
from headwater.model.network import PART, Market

ACCOUNTS = frozenset({"account", "wxid"})
_WHOLE = (mobile, resident_id, bank_card, email)


def cover(market: Market) -> Mapping[str, str]:
    """What is shown for each alias, account, holder and file of a market: an account's own name stays unless it is a person's number."""
    accounts = {text: cover_account(text) for text in _accounts(market)}
    others = sorted({text for text in _others(market) if text not in accounts})
    masked = map(cover_shapes, mask_text(pa.array(others, pa.string())).to_pylist())
    return dict(zip(others, masked, strict=True)) | accounts


def _accounts(market: Market) -> Iterator[str]:
    for member in market.people:
        for alias in member.aliases:
            yield alias.account
            if alias.kind in ACCOUNTS:
                yield alias.value
        for link in member.links:
            yield from (link.first, link.second)


def _others(market: Market) -> Iterator[str]:
    for member in market.people:
        yield member.holder
        yield from (alias.value for alias in member.aliases)
    yield from (sale.file for sale in market.sales)


def cover_account(text: str) -> str:
    """An account's name; its mask where the name is itself a telephone number, a card, an identity number or an address of mail."""
    whole, mark, number = text.rpartition(PART)
    if whole and number.isdecimal():  # a part of an account that passed to somebody else
        return f"{cover_account(whole)}{mark}{number}"
    for kind in _WHOLE:
        if kind.is_valid(text):
            return str(kind.mask(text))
    return cover_shapes(text)
