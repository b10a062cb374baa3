"""The people on a phone who are outside of the trade: family, friends, colleagues, couriers, shops, neighbours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from headwater.simulation import made_people
from headwater.simulation.brokers.words import PHRASES
from headwater.simulation.brokers.world import World
from headwater.simulation.events import dice

_KINDS = ("family", "friend", "work", "delivery", "shop_talk")
_SHARES = (0.22, 0.36, 0.2, 0.12, 0.1)  # assumed
_LIVELY = {
    "family": 3.0,
    "friend": 1.5,
    "work": 1.2,
    "delivery": 0.4,
    "shop_talk": 0.4,
    "family_group": 2.5,
    "property_group": 2.0,
}
_LETTERS = np.array(list("abcdefghijklmnopqrstuvwxyz0123456789"))


@dataclass(frozen=True, slots=True)
class Acquaintance:
    """One chat of ordinary life: with one person, or a group (``room``) of several.

    ``lively`` is its part of the owner's ordinary messages; ``topic`` names its randomness, so that two phones that
    hold the same chat hold the same words; ``side`` is which of the two the owner is.
    """

    kind: str
    wxids: tuple[str, ...]
    nicknames: tuple[str, ...]
    remark: str
    phone: str
    lively: float
    topic: str
    side: int = 0
    room: str = ""
    place: int = -1  # account of a bystander


def outsiders(made: World, person: int) -> list[Acquaintance]:
    """Whom a person knows apart from the trade, the same at every call; bystanders are known to one member each."""
    rng = made.dice(f"outsiders/{person}")
    count = max(4, int(rng.poisson(made.habits.outside_contacts)))
    names, phones = made_people.names(rng, count), made_people.phones(rng, count, made.habits.unassigned_phones)
    kinds = rng.choice(len(_KINDS), count, p=_SHARES)
    kinds[0] = 0
    lively = rng.pareto(1.6, count) + 0.15  # heavy-tailed: a few people take most of the talk
    found = [
        _someone(rng, person, n, (_KINDS[kinds[n]], str(names[n]), str(phones[n]), float(lively[n])))
        for n in range(count)
    ]
    found += [_group(rng, person, kind, found) for kind in ("family_group", "property_group")]
    return _with_bystander(made, person, found)


def _someone(rng: np.random.Generator, person: int, number: int, who: tuple[str, str, str, float]) -> Acquaintance:
    kind, name, phone, lively = who
    wxid = f"wxid_{''.join(_LETTERS[rng.integers(len(_LETTERS), size=12)])}22"
    nickname = (
        name if rng.random() < 0.45 else f"{rng.choice(PHRASES['nick_bases'])}{rng.choice(PHRASES['nick_marks'])}"
    )
    if kind == "family":
        remark = f"{rng.choice(PHRASES['family_titles'])}{rng.choice(['', '', '(家)'])}"
    elif kind in ("delivery", "shop_talk"):
        remark = f"{rng.choice(PHRASES['merchants'])}-{name[0]}{'师傅' if kind == 'delivery' else '店'}"
    else:
        remark = name if rng.random() < 0.7 else ""
    shown = phone if rng.random() < 0.25 else ""
    return Acquaintance(kind, (wxid,), (nickname,), remark, shown, lively * _LIVELY[kind], f"life/{person}/{number}")


def _group(rng: np.random.Generator, person: int, kind: str, known: list[Acquaintance]) -> Acquaintance:
    """A group of acquaintances and of neighbours whom nobody has in his address book."""
    size = int(rng.integers(3, 9))
    familiar = [a for a in known if (a.kind == "family") == (kind == "family_group")][:size]
    strangers = [f"wxid_{''.join(_LETTERS[rng.integers(len(_LETTERS), size=12)])}22" for _ in range(size)]
    names = made_people.names(rng, size).tolist()
    title = (
        f"家族群{names[0][0]}" if kind == "family_group" else f"{rng.choice(['家园', '阳光城', '锦绣', '滨江'])}业主群"
    )
    return Acquaintance(
        kind,
        (*(a.wxids[0] for a in familiar), *strangers),
        (*(a.nicknames[0] for a in familiar), *names),
        title,
        "",
        _LIVELY[kind],
        f"life/{person}/{kind}",
        room=f"{rng.integers(10**9, 10**10)}@chatroom",
    )


def friend_of(made: World, bystander: int) -> int:
    """The member of the trade whom a bystander knows."""
    seized = np.flatnonzero(made.people.seized[: made.people.members])
    group = seized if len(seized) else np.arange(made.people.members)
    return int(group[dice(made.seed, f"brokers/bystander/{bystander}").integers(len(group))])


def _with_bystander(made: World, person: int, found: list[Acquaintance]) -> list[Acquaintance]:
    """The first of the family is a bystander whose phone was taken too, seen from either side."""
    members = made.people.members
    others = [(p, friend_of(made, p)) for p in range(members, len(made.people))]
    pairs = [(b, m, m) for b, m in others if b == person] + [(b, m, b) for b, m in others if m == person]
    for bystander, member, other in pairs:
        account = made.accounts.rows[other]
        shared = Acquaintance(
            "family",
            (account.wxid,),
            (account.nickname(made.span.end),),
            "老公" if other == member else "老婆",
            str(made.people.phone[other]),
            6.0,
            f"life/{member}/with/{bystander}",
            side=int(person == bystander),
            place=other,
        )
        found = [shared, *found]
    return found
