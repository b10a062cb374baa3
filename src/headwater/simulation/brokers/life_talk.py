"""Chats of ordinary life: sessions by day and hour, heavy-tailed, with money in them now and then."""

from __future__ import annotations

import numpy as np

from headwater.simulation.brokers.lines import (
    ACCEPTED,
    EMOJI,
    IMAGE,
    LIFE,
    NO_PAYMENT,
    PACKET,
    TEXT,
    TRANSFER,
    VOICE,
    Line,
)
from headwater.simulation.brokers.outsiders import Acquaintance
from headwater.simulation.brokers.sayings import Sayings
from headwater.simulation.brokers.span import HOUR, Span, local
from headwater.simulation.events import Column, Whole

_SESSION = 5.0  # messages, on average; assumed as all shares below
_KINDS = np.array([TEXT, EMOJI, VOICE, IMAGE], dtype=object)
_USE = (0.87, 0.06, 0.04, 0.03)
_SHOWN = {EMOJI: "[表情]", VOICE: "[语音]", IMAGE: "[图片]"}
_MONEY = {"family": 0.06, "friend": 0.07, "work": 0.03, "delivery": 0.01, "shop_talk": 0.12}
_SUMS = {"family": (100, 3_000), "friend": (20, 600), "work": (20, 400), "delivery": (5, 40), "shop_talk": (15, 500)}


def life_talk(known: Acquaintance, wanted: float, sayings: Sayings, days: Span, rng: np.random.Generator) -> list[Line]:
    """About ``wanted`` lines of one chat of ordinary life."""
    sessions = int(rng.poisson(wanted / _SESSION))
    if not sessions:
        return []
    size = rng.geometric(1 / _SESSION, sessions)
    start = _starts(days, sessions, rng)
    time = _times(start, size, rng)
    count = len(time)
    parties = len(known.wxids) + 1
    who = rng.integers(parties, size=count) if parties > 2 else (np.arange(count) + rng.integers(2, size=count)) % 2
    kind = _KINDS[rng.choice(len(_KINDS), count, p=_USE)]
    text = sayings.draw(known.kind, count, rng)
    lines = [
        Line(t, w, k, _SHOWN.get(k) or s)
        for t, w, k, s in zip(time.tolist(), who.tolist(), kind.tolist(), text.tolist(), strict=True)
    ]
    if parties == 2:
        lines += _gifts(known.kind, start[rng.random(sessions) < _MONEY[known.kind]], rng)
    return sorted((line for line in lines if line.time < days.end), key=lambda line: line.time)


def _starts(days: Span, sessions: int, rng: np.random.Generator) -> Whole:
    """More at weekends and in the evening."""
    weight = np.where(days.weekday(np.arange(days.days)) >= 5, 1.4, 1.0)
    day = rng.choice(days.days, sessions, p=weight / weight.sum())
    hour = rng.choice([8.5, 12.5, 17.5, 20.5], sessions, p=[0.2, 0.25, 0.2, 0.35]) + rng.normal(0, 1.5, sessions)
    return np.sort(days.at(day, (np.clip(hour, 6.0, 23.4) * HOUR).astype(np.int64)))


def _times(start: Whole, size: Whole, rng: np.random.Generator) -> Whole:
    gap = (3 + rng.exponential(40, int(size.sum()))).astype(np.int64)
    opener = np.cumsum(size) - size
    run = np.cumsum(gap)
    return np.repeat(start - run[opener], size) + run


def _gifts(kind: str, start: Column, rng: np.random.Generator) -> list[Line]:
    """Transfers and red packets between people who owe each other a meal."""
    low, high = _SUMS[kind]
    lines = []
    for time in start.tolist():
        who, amount = int(rng.integers(2)), float(rng.integers(low, high + 1))
        amount = round(amount / 10) * 10.0 if amount > 100 else amount
        number = f"10001{local(time)[:10].replace('-', '')}{rng.integers(10**14):014d}"
        packet = amount <= 200 and rng.random() < 0.3
        lines.append(
            Line(
                time + 90,
                who,
                PACKET if packet else TRANSFER,
                "恭喜发财，大吉大利" if packet else "",
                amount,
                number,
                LIFE,
            )
        )
        if not packet:
            lines.append(Line(time + 140, 1 - who, ACCEPTED, "", amount, number, NO_PAYMENT))
    return lines
