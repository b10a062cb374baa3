"""What the seized material shows, noted while it is written: aliases, hops, sales, and the bills a payment lies in."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np

from headwater.simulation.brokers.exports.chat import Chat
from headwater.simulation.brokers.habits import ChatForm
from headwater.simulation.brokers.world import World


@dataclass(slots=True)
class Sightings:
    """Filled in by the writers; ``hops`` and ``deals`` are marks, ``bills`` the files that hold a payment."""

    hops: np.ndarray
    deals: np.ndarray
    aliases: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    bills: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    messages: int = 0
    trade_messages: int = 0
    payments: int = 0

    def see(self, person: int, *aliases: str) -> None:
        """Note that these aliases of a person can be read somewhere."""
        if person >= 0:
            self.aliases[person].update(alias for alias in aliases if alias)

    def read(self, chat: Chat, form: ChatForm, trade: bool) -> None:
        """Note what an exported chat shows; each form shows other names."""
        self.messages += len(chat.lines)
        self.trade_messages += len(chat.lines) * trade
        for line in chat.lines:
            for hop in line.hops:
                self.hops[hop if hop >= 0 else -1 - hop] = True
            for person, alias in line.told:
                self.see(person, alias)
        speaking = {line.who for line in chat.lines}
        for who, party in enumerate(chat.parties):
            if who in speaking or (who and not chat.room):
                self.see(party.person, *_shown(chat, form, who, who in speaking))


def _shown(chat: Chat, form: ChatForm, who: int, speaks: bool) -> list[str]:
    party = chat.parties[who]
    names = [party.nickname] if not party.remark or who == 0 else []  # a remark hides the nickname
    if form == "json-lines":
        return [party.wxid, *(names if who else [])] if not chat.room else [party.wxid]
    ids = [party.wxid] if who and not chat.room else []  # the file is called by it
    if form in ("wechat-csv", "wechat-csv-long"):
        own = form == "wechat-csv-long" and who == 0 and not chat.room
        return [*ids, *([party.nickname, *([] if own else [party.wxid])] if speaks else names)]
    return ([] if form == "txt" else ids) + (names if speaks or not chat.room else [])


def sightings(made: World) -> Sightings:
    """Nothing seen yet."""
    return Sightings(np.zeros(len(made.hops), dtype=bool), np.zeros(len(made.deals), dtype=bool))
