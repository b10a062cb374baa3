"""What people of many hands say to each other: requests and answers of the trade are found, and nothing in ordinary chats."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from functools import cache

import pytest
from tests.network.acts.made_dialogues import MAIN, Line, chats_of, dialogues, told

BROKERS = tuple(dialogues("brokers") + dialogues("brokers_abroad", 40))
SECOND = tuple(dialogues("brokers_second", 100) + dialogues("brokers_third", 130))
ORDINARY = tuple(dialogues("ordinary", 60) + dialogues("ordinary_second", 120) + dialogues("ordinary_third", 150))
Found = list[Counter[str]]


@cache
def together() -> Found:
    """What was found in all the chats as one case."""
    return found([*BROKERS, *SECOND, *ORDINARY])


def found(lines: list[Line]) -> Found:
    """What each message was found to do."""
    return told(chats_of(lines).acts(), lines)


def measured(lines: tuple[Line, ...], got: Found) -> dict[str, tuple[float, float]]:
    """Recall and precision of each act and of each writer's requests, answers and failures."""
    right: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    for line, acts in zip(lines, got, strict=True):
        have = by_act(acts)
        allowed = {act for wanted in line.wanted for act in by_act(wanted)}
        must = by_act(line.wanted[0]) if len(line.wanted) == 1 else Counter[str]()
        for act in have.keys() | must.keys():
            for name in (act, *([line.writer] if act in MAIN else [])):
                right[name] += min(have[act], must[act])
                missed[name] += max(0, must[act] - have[act])
                wrong[name] += max(0, have[act] - must[act]) if must or act not in allowed else 0
    return {
        name: (share(right[name], missed[name]), share(right[name], wrong[name]))
        for name in right.keys() | missed.keys() | wrong.keys()
    }


def share(part: int, rest: int) -> float:
    return part / max(part + rest, 1)


def by_act(acts: Counter[str]) -> Counter[str]:
    """Counts without the categories."""
    made: Counter[str] = Counter()
    for act, times in acts.items():
        made[act.split(":")[0]] += times
    return made


def acts_in(lines: tuple[Line, ...], got: Found) -> dict[str, list[str]]:
    """The acts that were found, by writer."""
    made: dict[str, list[str]] = defaultdict(list)
    for line, acts in zip(lines, got, strict=True):
        if acts:
            made[line.writer].append(f"{dict(acts)} {line.text}")
    return dict(made)


def test_what_each_message_does_is_found() -> None:
    figures = measured(BROKERS, together()[: len(BROKERS)])
    for act, least in (("order", 0.95), ("result", 0.95), ("failure", 0.9), ("pay_notice", 0.9), ("urge", 0.8)):
        assert figures[act][0] >= least, (act, figures[act])
    for act, least in (("order", 0.97), ("result", 0.85), ("failure", 0.9), ("pay_notice", 0.95), ("urge", 0.95)):
        assert figures[act][1] >= least, (act, figures[act])
    for writer in {line.writer for line in BROKERS}:
        assert figures[writer][0] >= 0.85, (writer, figures[writer])


def test_most_of_what_those_say_who_were_not_looked_at_is_found() -> None:
    figures = measured(SECOND, together()[len(BROKERS) : len(BROKERS) + len(SECOND)])
    assert figures["order"][0] >= 0.7
    assert figures["result"][0] >= 0.7
    assert figures["order"][1] >= 0.9


def test_what_is_asked_for_and_told_is_told_apart() -> None:
    pairs = [
        (line.wanted[0], acts)
        for line, acts in zip(BROKERS, together()[: len(BROKERS)], strict=True)
        if len(line.wanted) == 1 and by_act(line.wanted[0]).keys() == by_act(acts).keys() & set(MAIN)
    ]
    for act, least in (("order", 0.9), ("result", 0.7)):
        wanted = [(w, have) for w, have in pairs if any(k.startswith(f"{act}:") for k in w)]
        right = sum(all(have[k] >= n for k, n in w.items() if k.startswith(f"{act}:")) for w, have in wanted)
        assert right >= least * len(wanted), (act, right, len(wanted))


def test_nothing_is_done_in_ordinary_chats() -> None:
    assert acts_in(ORDINARY, together()[len(BROKERS) + len(SECOND) :]) == {}


def test_nothing_is_done_where_nobody_trades() -> None:
    assert acts_in(ORDINARY, found(list(ORDINARY))) == {}


@pytest.mark.parametrize("writer", sorted({line.writer for line in (*BROKERS, *SECOND)}))
def test_nothing_is_done_in_ordinary_chats_beside_one_who_trades(writer: str) -> None:
    mine = [line for line in (*BROKERS, *SECOND) if line.writer == writer]
    assert acts_in(ORDINARY, found([*mine, *ORDINARY])[len(mine) :]) == {}


@pytest.mark.parametrize("same", [True, False])
def test_ordinary_chats_that_are_many_or_long_stay_ordinary(same: bool) -> None:
    """The same people talk so about others for weeks, or others talk so too."""
    lines = []
    for n in range(8):
        told = (
            dialogues("ordinary", 200 + 40 * n)
            + dialogues("ordinary_second", 400 + 40 * n)
            + dialogues("ordinary_third", 600 + 40 * n)
        )
        less = 80 * n if same else 0
        lines += [
            replace(line, sender=line.sender - less, to=line.to - less, minute=line.minute + 20_000 * n)
            for line in told
        ]
    assert acts_in(tuple(lines), found(lines)) == {}
