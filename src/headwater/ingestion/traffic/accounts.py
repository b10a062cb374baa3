"""Accounts as the lake names them: as the export does, unless the name is itself a personal number or a real name.

``wxid_…`` and the like stay as they are. A number of QQ, a telephone, a card, a log-on by mail become ``qq:TOKEN``,
``phone:TOKEN``, ``card:TOKEN``, ``wallet:TOKEN``; who is known by a nickname alone is ``name:TOKEN``, of this device only; a
number that the bill itself masks is ``masked:`` and the mask. What stands in a column of accounts and is none (a real name, a
sentence), or holds a personal number, is ``account:TOKEN``.
"""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc

from headwater.identifiers import bank_card, careful, email, mobile, normal, qq, resident_id
from headwater.identifiers import name as person_name
from headwater.identifiers.text import mask_line, mask_text
from headwater.ingestion.traffic.arrays import each, each_pair
from headwater.ingestion.traffic.spans import is_person
from headwater.store.tokens import Tokeniser

_KINDS = (
    ("phone", re.compile(r"(?:\+|00)?(?:86)?1[3-9][0-9]{9}|\+[0-9]{8,15}")),
    ("wallet", re.compile(r"[^@\s]+@(?!\w*chatroom$|g\.us$)[^@\s]+\.[^@\s]+")),
    ("card", re.compile(r"[0-9]{12,22}")),
    ("qq", re.compile(r"[1-9][0-9]{4,11}")),
)
_STARRED = re.compile(r".*[*＊]{2,}.*")
_BETWEEN = "\x1f"
_JID = re.compile(r"([0-9]{8,15})@(?:s\.whatsapp\.net|c\.us)")
_BESIDE = re.compile(r"[^()\[\]<>]*[^\s()\[\]<>0-9][^()\[\]<>]*[(\[<]([\x21-\x7e]{5,64})[)\]>]")
_AHEAD = re.compile(r"([\x21-\x7e]{5,64})\s*[(\[<][^()\[\]<>]*[^\x00-\x7f()\[\]<>][^()\[\]<>]*[)\]>]")
_MASK = re.compile(r"[0-9A-Za-z@._+*＊-]+")
_PLAIN = re.compile(r"[\x21-\x7e]{2,128}")
_DRAWN = re.compile(r"(?:wxid|gh)_[0-9A-Za-z_-]+|[0-9A-Za-z_-]+@(?:\w*chatroom|g\.us)")
"""Names that messengers draw at random, and those of groups: what looks like a telephone in one is none."""
_CHINA = re.compile(r"(?:\+|00)?86(?=1[3-9][0-9]{9}$)")


def account_ids(accounts: pa.Array, names: pa.Array, owners: pa.Array, tokeniser: Tokeniser) -> pa.Array:
    """Give the lake's names of accounts; null where neither an account nor a name is known."""
    known = each(accounts, lambda text: account_id(text, tokeniser))
    if not known.null_count or names.null_count == len(names):
        return known
    left = pc.if_else(known.is_valid(), pa.scalar(None, pa.string()), names)
    return pc.coalesce(known, each_pair(left, owners, lambda name, owner: named_id(name, owner, tokeniser)))


def account_id(text: str, tokeniser: Tokeniser) -> str | None:
    """Give the lake's name of one account; ``None`` for an empty one."""
    plain = normal.narrow(text).strip()
    if not plain or plain in ("/", "-", "--"):
        return None
    if beside := _BESIDE.fullmatch(plain) or _AHEAD.fullmatch(plain):
        plain = beside[1]
    if _STARRED.fullmatch(plain):
        return f"masked:{plain}" if _MASK.fullmatch(plain) else _hidden(plain, tokeniser)
    packed = _packed(plain)
    if resident_id.is_valid(packed):
        return f"id:{tokeniser.token('resident_id', resident_id.compact(packed))}"
    for kind, pattern in _KINDS:
        if pattern.fullmatch(packed):
            return f"{kind}:{tokeniser.token(_TOKEN_KIND[kind], compact(kind, packed))}"
    shown = _PLAIN.fullmatch(plain) and (_DRAWN.fullmatch(plain) or not any(careful.covers(plain)))
    return plain if shown else _hidden(plain, tokeniser)


def _packed(plain: str) -> str:
    """A number without what stands between its figures; of a name at WhatsApp its number."""
    if jid := _JID.fullmatch(plain):
        return f"+{jid[1]}"
    packed = re.sub(r"(?<=[0-9])[ -](?=[0-9])", "", plain)
    return mobile.compact(plain) if mobile.is_valid(plain) else packed


def _hidden(plain: str, tokeniser: Tokeniser) -> str:
    return f"account:{tokeniser.token('account', plain.casefold())}"


_TOKEN_KIND = {"phone": "mobile", "wallet": "email", "card": "bank_card", "qq": "qq"}
"""The kind of identifier of which an account's token is: the one that a text would name it by."""


def compact(kind: str, packed: str) -> str:
    """Give the normal form of an account that is a number or an address."""
    return _CHINA.sub("", packed) if kind == "phone" else packed.lower() if kind == "wallet" else packed


_MASKS = {"phone": mobile.mask, "card": bank_card.mask, "wallet": email.mask, "qq": qq.mask}


def masked_number(account: str, text: str) -> str:
    """Show of a number that is an account what its own mask shows."""
    kind = account.partition(":")[0]
    plain = normal.narrow(text).strip()
    beside = _BESIDE.fullmatch(plain) or _AHEAD.fullmatch(plain)
    packed = _packed(beside[1] if beside else plain)
    return _MASKS[kind](compact(kind, packed)) if kind in _MASKS else mask_line(packed)


def named_id(name: str, owner: str, tokeniser: Tokeniser) -> str | None:
    """Give the lake's name of who is known to one device by a nickname alone."""
    plain = normal.narrow(name).strip()
    return f"name:{tokeniser.token('nickname', owner + _BETWEEN + plain)}" if plain else None


def shown(labels: pa.Array) -> pa.Array:
    """Give what people are called as it may be shown: nicknames as they are, real names and numbers masked."""
    coded = pc.dictionary_encode(labels.cast(pa.string()))
    plain = pc.utf8_trim_whitespace(coded.dictionary)
    told = [person_name.mask(text) if is_person(text) else None for text in plain.to_pylist()]
    return pc.coalesce(pa.array(told, pa.string()), mask_text(plain)).take(coded.indices)


def labels_of(labels: pa.Array, tokeniser: Tokeniser) -> pa.Array:
    """Give tokens of what people are called: of kind ``name`` for real names, of kind ``nickname`` for all else."""
    return each(labels, lambda label: label_token(label, tokeniser))


def label_token(label: str, tokeniser: Tokeniser) -> str | None:
    """Give the token of one label, in its normal form."""
    plain = normal.narrow(label).strip()
    if not plain:
        return None
    if is_person(plain):
        return tokeniser.token("name", person_name.compact(plain))
    return tokeniser.token("nickname", plain.casefold())
