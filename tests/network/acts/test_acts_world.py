"""Acts of a made market, against what its messages are known to say; also with terms taken away."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt
import pytest
from tests.network.acts.made_talk import Chats

from headwater.network.acts.classify import acts
from headwater.network.acts.terms import Lexicon, lexicon, read_terms
from headwater.simulation.brokers.habits import BrokerHabits
from headwater.simulation.brokers.make import _scene
from headwater.simulation.brokers.outsiders import outsiders
from headwater.simulation.brokers.taking import _chats
from headwater.simulation.brokers.world import world

_KINDS = {"record": "forwarded", "accepted": "transfer", "returned": "transfer"}
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Made:
    """A market's chats as nobody deleted anything, and for each message what it is."""

    chats: Chats
    trade: Bools
    asks: Bools
    answers: Bools


@cache
def made(seed: int = 5) -> Made:
    """A small market; every chat of its phones once."""
    market = world(BrokerHabits(orders=220, members=24, days=21, chatter=2.0), seed)
    scene = _scene(market)
    rows: dict[tuple[object, ...], tuple[dict[str, object], bool, Sequence[int]]] = {}
    numbers: dict[str, int] = {}
    for person in np.flatnonzero(market.people.seized).tolist():
        for account in market.accounts.of(person):
            for chat, trade in _chats(scene, account, outsiders(market, person)):
                for line in chat.lines:
                    who = numbers.setdefault(chat.parties[line.who].wxid, len(numbers))
                    other = "" if chat.room else chat.parties[1 - line.who].wxid
                    to = numbers.setdefault(other, len(numbers)) if other else -1
                    told = {
                        "minute": line.time / 60, "sender": who, "receiver": to, "text": line.text,
                        "kind": _KINDS.get(line.kind, line.kind), "quoted": line.ref if line.kind == "quote" else None,
                        "amount": np.nan, "group": chat.room or None,
                    }  # fmt: skip
                    rows[(line.time, who, to, chat.room, line.text, line.kind)] = (told, trade, line.hops)
    kept = sorted(rows.values(), key=lambda row: row[0]["minute"])  # type: ignore[arg-type, return-value]
    chats = Chats([told for told, _, _ in kept])
    # a quoted message shows a key that was asked for before
    asks = [any(h >= 0 for h in hops) and told["kind"] != "quote" for told, _, hops in kept]
    answers = [any(h < 0 for h in hops) for _, _, hops in kept]
    return Made(chats, np.array([t for _, t, _ in kept]), np.array(asks), np.array(answers))


def shares(words: Lexicon | None) -> tuple[float, float, int]:
    """Shares of requests and of answers that were found, and how many acts ordinary chats were given."""
    market = made()
    told = acts(market.chats.traffic(), words).acts
    size = len(market.trade)
    order = np.isin(np.arange(size), told["message"][told["act"] == "order"])
    answer = np.isin(np.arange(size), told["message"][told["act"].isin(["result", "failure"])])
    wrong = int((~market.trade[told["message"]]).sum())
    return float(order[market.asks].mean()), float(answer[market.answers].mean()), wrong


@pytest.mark.slow
def test_requests_and_answers_of_a_market_are_found() -> None:
    asked, answered, wrong = shares(None)
    assert asked >= 0.98
    assert answered >= 0.98
    assert wrong == 0


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_a_third_of_the_terms_is_learned_again(seed: int) -> None:
    """Also without a word of ordinary life."""
    asked, answered, wrong = shares(_fewer(seed))
    assert asked >= 0.93
    assert answered >= 0.965
    assert wrong == 0


def _fewer(seed: int) -> Lexicon:
    dice = random.Random(seed)
    told = tomllib.loads((files("headwater.network.acts") / "terms.toml").read_text("utf-8"))
    gone = {w for row in told["item"].values() for w in (*row["words"], *row.get("daily", ())) if dice.random() < 1 / 3}
    senses = {
        word: replace(sense, item="", item_bits=0.0) if word in gone else sense
        for word, sense in lexicon().senses.items()
        if sense.says != "ordinary"
    }
    return Lexicon.of(senses)


def test_terms_say_where_they_come_from() -> None:
    told = tomllib.loads((files("headwater.network.acts") / "terms.toml").read_text("utf-8"))
    assert all(row["sure"] in ("r", "b", "p") and row["source"] for row in told["item"].values())
    assert read_terms("").senses == {}
