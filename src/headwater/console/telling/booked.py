"""Hooks as the casebook has them, and as they are told."""

from __future__ import annotations

from collections.abc import Iterable
from typing import get_args

from headwater.console.house import House
from headwater.console.telling.hooks import EVENTS, TRIED, Hook, HookKind
from headwater.model.words import Lang
from headwater.store.casebook import hooks as kept
from headwater.store.casebook.transaction import Transaction

IN_CHINESE = "in-chinese"
"""Stands among what a hook is told of where it wants sentences in Chinese."""
KINDS: tuple[HookKind, ...] = get_args(HookKind)


def hook(case: str, known: kept.Hook) -> Hook | None:
    """A hook of the casebook; ``None`` for one of a kind that another version brought."""
    kind = next((k for k in KINDS if k == known.kind), None)
    if kind is None:
        return None
    lang: Lang = "zh" if IN_CHINESE in known.events else "en"
    told = (known.events & set(EVENTS)) | {TRIED}
    return Hook(known.id, case, kind, known.address, known.secret or "", known.at, told, lang)


def words(events: Iterable[str], lang: Lang) -> list[str]:
    """What a hook is told of, and in which language, as the casebook keeps it."""
    return sorted({*events, *([IN_CHINESE] if lang == "zh" else [])})


def all_hooks(house: House, tx: Transaction) -> dict[str, Hook]:
    """Every open hook of every case, by its id."""
    found: dict[str, Hook] = {}
    for served in house.cases:
        entry = house.entry(tx, served)
        told = kept.hooks(tx, entry) if entry is not None else ()
        found |= {h.id: h for h in (hook(served.slug, each) for each in told) if h is not None}
    return found
