"""One phone that was taken: its chats as its owner has them, less what was deleted, by a clock that may be wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import compress

import numpy as np

from headwater.simulation.brokers.exports.chat import Chat, Party
from headwater.simulation.brokers.groups import Room
from headwater.simulation.brokers.life_talk import life_talk
from headwater.simulation.brokers.lines import SYSTEM, Line, in_order
from headwater.simulation.brokers.outsiders import Acquaintance
from headwater.simulation.brokers.sayings import Sayings
from headwater.simulation.brokers.trade_talk import trade_talk
from headwater.simulation.brokers.words import PHRASES
from headwater.simulation.brokers.world import Dealings, Pair, World

_SKEWS = (-28_800, -3_600, -300, -75, 40, 120, 600, 28_800)  # seconds; assumed


@dataclass(frozen=True, slots=True)
class Scene:
    """What every phone draws on: the world, its dealings by pair and by account, its rooms and sayings."""

    made: World
    dealings: dict[Pair, Dealings]
    peers: dict[int, list[Pair]]
    rooms: tuple[Room, ...]
    sayings: Sayings
    ordinary: float  # lines of ordinary life on an average phone


def trade_chats(scene: Scene, account: int) -> Iterator[Chat]:
    """The chats of an account with others of the trade; a peer who changed hands is one contact."""
    made = scene.made
    own = made.accounts.rows[account]
    by_peer: dict[str, list[Pair]] = {}
    for pair in scene.peers.get(account, ()):
        peer = pair[1] if pair[0] == account else pair[0]
        by_peer.setdefault(made.accounts.rows[peer].wxid, []).append(pair)
    for wxid, pairs in by_peer.items():
        lines: list[Line] = []
        for pair in pairs:
            side = int(pair[0] != account)
            talk = trade_talk(made, pair, scene.dealings[pair])
            lines += [line._replace(who=line.who ^ side) for line in talk] if side else talk
        last = [other for pair in pairs for other in pair if other != account][-1]
        other = made.accounts.rows[last]
        peer_party = Party(
            wxid,
            other.nickname(made.span.end),
            _remark(made, own.person, other.person, other.nickname(0)),
            other.person,
        )
        lines = [line for line in in_order(lines) if own.since <= line.time < made.span.end]
        yield Chat((_self(made, account), peer_party), "", peer_party.shown, lines)


def room_chats(scene: Scene, account: int) -> Iterator[Chat]:
    """The groups of the trade that an account is in; the owner is moved to the front."""
    made = scene.made
    for room in scene.rooms:
        if account in room.accounts:
            own = room.accounts.index(account)
            order = [own, *(n for n in range(len(room.accounts)) if n != own)]
            place = {who: number for number, who in enumerate(order)}
            parties = [_self(made, account)] + [
                Party(
                    made.accounts.rows[room.accounts[n]].wxid,
                    made.accounts.rows[room.accounts[n]].nickname(made.span.end),
                    "",
                    made.accounts.rows[room.accounts[n]].person,
                )
                for n in order[1:]
            ]
            lines = [line._replace(who=place[line.who]) for line in room.lines]
            yield Chat(tuple(parties), room.wxid, room.title, lines)


def life_chats(scene: Scene, account: int, known: list[Acquaintance]) -> Iterator[Chat]:
    """The chats of ordinary life; all on the main account."""
    made = scene.made
    person = made.accounts.rows[account].person
    lively = made.dice(f"lively/{person}").lognormal(-0.08, 0.4)
    whole = sum(each.lively for each in known if each.place < 0)
    for each in known:
        wanted = scene.ordinary * (0.03 if each.place >= 0 else lively * each.lively / whole)
        lines = life_talk(each, wanted, scene.sayings, made.span, made.dice(each.topic))
        lines = [line._replace(who=line.who ^ each.side) for line in lines] if each.side else lines
        parties = (_self(made, account), *_others(made, each))
        yield Chat(parties, each.room, each.remark if each.room else parties[1].shown, lines)


def surviving(chat: Chat, made: World, person: int) -> Chat:
    """The chat as the phone still holds it: some messages deleted, some chats wiped up to a day, all times shifted."""
    rng = made.dice(f"deleted/{person}/{chat.owner.wxid}/{chat.peer}")
    time = np.array([line.time for line in chat.lines], dtype=np.int64)
    kept = rng.random(len(time)) >= made.habits.deleted_messages
    if rng.random() < made.habits.wiped_conversations:
        kept &= time >= rng.integers(made.span.start, made.span.end)
    late = skew(made, person)
    lines = list(compress(chat.lines, kept.tolist()))
    if late:
        lines = [line._replace(time=line.time + late) for line in lines]
    return Chat(chat.parties, chat.room, chat.title, lines if any(line.kind != SYSTEM for line in lines) else [])


def skew(made: World, person: int) -> int:
    """By how many seconds the clock of a phone was wrong."""
    rng = made.dice(f"skew/{person}")
    return int(rng.choice(_SKEWS)) if rng.random() < made.habits.clock_skew else 0


def _self(made: World, account: int) -> Party:
    row = made.accounts.rows[account]
    return Party(row.wxid, row.nickname(made.span.end), "", row.person)


def _others(made: World, known: Acquaintance) -> tuple[Party, ...]:
    person = made.accounts.rows[known.place].person if known.place >= 0 else -1
    remark = "" if known.room else known.remark
    return tuple(Party(w, n, remark, person) for w, n in zip(known.wxids, known.nicknames, strict=True))


def _remark(made: World, owner: int, peer: int, nickname: str) -> str:
    """What the owner calls somebody of the trade: nothing, or a name of his own making."""
    rng = made.dice(f"remark/{owner}/{peer}/{nickname}")
    if rng.random() < 0.5:
        return ""
    mark = str(rng.choice([*PHRASES["remark_marks"], str(made.people.province[peer])]))
    name = nickname[: max(2, len(nickname) - int(rng.integers(3)))]
    return (
        f"{mark}{made.people.name[peer][0]}{'哥' if rng.random() < 0.5 else '总'}"
        if rng.random() < 0.25
        else f"{mark}{name}的"
    )
