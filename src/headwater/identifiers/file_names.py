"""File names that name people: what in them is a person's is covered, so that a cited path gives nobody away.

The name of a bank's statement may hold the card, that of an exported chat whom it was with, that of a seized file whose policy it is.
"""

from __future__ import annotations

import re
from functools import lru_cache

import pyarrow as pa

from headwater.identifiers.kinds import KINDS
from headwater.identifiers.naming.persons import cell_odds
from headwater.identifiers.text import find

LIKELY = 1.0
"""Log-odds from which characters that stand by themselves are a name. Words that files are called by (``明细``) lie below zero."""

OPEN = frozenset(
    {"wechat", "qq", "handle", "ip_address", "mac_address", "uscc", "site_address", "site_phone", "role_email"}
)
"""What accounts, machines and firms are called by is shown."""

_MAY_HOLD = re.compile(
    "[0-9０-９]{7}|[0-9０-９]{2}[ -][0-9０-９]{3,4}[ -]?[0-9０-９]|@|＠|[\u3400-\u9fff][A-Za-zＡ-Ｚ][ ·]?[0-9A-Za-z０-９]{5}"
)
"""What a name must hold for a number of a person, an address of mail or a plate to be in it: so much is looked for first."""
_RUN = re.compile("(?<![\u3400-\u9fff*])[\u3400-\u9fff]{2,4}(?![\u3400-\u9fff*])")
_MOBILE = re.compile(r"(?<![0-9A-Za-z])1[3-9][0-9]{9}(?![0-9])")
_LONG = re.compile(r"(?<![0-9A-Za-z])[0-9]{14,18}[0-9Xx](?![0-9A-Za-z])")
_MOMENT = re.compile(r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])(?:[01][0-9]|2[0-3])[0-5][0-9]")
"""A time as programs write it into the names of their files: neither a card nor an identity number begins with such a year."""


def covered(name: str, *, people: bool = True) -> str:
    """Give a file's name with every number of a person in it masked, and (``people``) every name.

    >>> covered("银行_6217000010001234561.csv"), covered("张晓明(abc123).csv"), covered("导出_20240301120000123.csv")
    ('银行_6217***********4561.csv', '张**(abc123).csv', '导出_20240301120000123.csv')
    """
    hidden = _numbers(name)
    return _people(hidden) if people else hidden


def _numbers(name: str) -> str:
    """Numbers of people; what has only the length of one is covered too, as a wrong check digit makes it nobody's less."""
    if not _MAY_HOLD.search(name):
        return name
    for match in reversed(find(name)):
        told = name[match.start : match.end]
        if match.kind not in OPEN and not _MOMENT.match(told):
            name = name[: match.start] + KINDS[match.kind].identifier.mask(match.compact) + name[match.end :]
    name = _MOBILE.sub(lambda hit: f"{hit[0][:3]}****{hit[0][-4:]}", name)
    return _LONG.sub(_ends, name)


def _ends(hit: re.Match[str]) -> str:
    told = hit[0]
    return told if _MOMENT.match(told) else f"{told[:4]}{'*' * (len(told) - 8)}{told[-4:]}"


def _people(name: str) -> str:
    return _RUN.sub(lambda hit: hit[0][0] + "*" * (len(hit[0]) - 1) if _is_name(hit[0]) else hit[0], name)


@lru_cache(maxsize=1 << 16)
def _is_name(run: str) -> bool:
    return bool(cell_odds(pa.array([run], pa.string()))[0] >= LIKELY)
