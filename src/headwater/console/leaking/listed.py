"""What a list says of a dropped file that was matched: answers are large, and read once for as long as they stay as they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from headwater.casework.reports.words import Words
from headwater.store.drops import Drop

SOME = 3
"""So many takers are named in a list."""
REMEMBERED = 2000


@dataclass(frozen=True, slots=True)
class Listed:
    """What came of a dropped file: how it may be called, rows of ours, and accounts with how many others are alike."""

    name: str
    ours: int
    takers: tuple[tuple[str, int], ...]


def listed(drop: Drop) -> Listed | None:
    """What came of a dropped file, or ``None`` where it was not matched."""
    stamp = drop.answer_stamp
    return None if stamp is None else _listed(drop, stamp)


@lru_cache(maxsize=REMEMBERED)
def _listed(drop: Drop, _stamp: tuple[int, int, int]) -> Listed | None:
    answer = drop.answer
    if answer is None:
        return None
    found = list(answer.get("leaks", {}).get("en") or ())
    takers = alike(t for each in found for t in each["takers"])
    return Listed(str(answer["name"]), sum(int(each["ours"]) for each in found), takers)


def alike(takers: Iterable[Mapping[str, Any]]) -> tuple[tuple[str, int], ...]:
    """Accounts, each once, with how many others explain the same rows as well."""
    told: dict[str, int] = {}
    for taker in takers:
        account = str(taker["account"])
        told[account] = max(told.get(account, 0), len(taker.get("alike") or ()))
    return tuple(told.items())


def named(takers: Iterable[tuple[str, int]], say: Words) -> str:
    """The first few accounts in a line: none stands alone that is not told apart from others."""
    shown = [say("leaks.or_alike", account=account, n=n) if n else account for account, n in takers]
    more = [say("leaks.more_takers", n=len(shown) - SOME)] if len(shown) > SOME else []
    return ", ".join([*shown[:SOME], *more]) or say("leaks.nobody")
