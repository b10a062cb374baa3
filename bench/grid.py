"""Takers named on a grid of made leaks, beside six simpler methods: ``python -m bench.grid``.

A house of 1,000 accounts in teams of ten, 500,000 records and 1.5 million readings in sixty days: a team shares a book of
5,000 records, of which seven in ten readings are; the others are of popular records of everybody (one over the rank). With
``--spread`` some read more than others (log-normal; the design's grid has none). Thirty accounts have an evening of 1,000 to 10,000
records (``bulk``), and thirty one of as many from all books (``outside``); most of them took nothing. Every turn makes a new
house. Takers give rows of their evening, or of thirty days' work (``work``); padding is a foreign theft of popular records.
Leaks that nobody took: popular records, records of one book, any records, and a month's work of one whom the log does not
know (``absent``).

The simpler methods only rank; they are told how many takers there are, and the share of takers among so many first ones is
kept. Headwater is not told: what it names is counted, and whether that is exactly those who took. For each simpler method it is
also kept how many takers score higher than anybody on any leak that nobody took: what it could name without a false name.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from bench.machine import machine
from headwater.attribution.histories import Histories, popularity
from headwater.attribution.ordering import ordered
from headwater.attribution.scan import Scan
from headwater.attribution.search import House, Options, Search, posterior
from headwater.attribution.windows import Windows

RESULTS = Path(__file__).with_name("grid.json")
PEOPLE, TEAM, BOOK, DAYS, READS = 1_000, 10, 5_000, 60, 1_500_000
SIZE = PEOPLE // TEAM * BOOK
OWN, EVENINGS, LEAST, MOST, MONTH = 0.7, 30, 1_000, 10_000, 30
DESIGN = (
    ("bulk", 1, 20, 0.0), ("bulk", 1, 100, 0.8), ("bulk", 1, 1_000, 0.97), ("bulk", 5, 1_000, 0.8),
    ("work", 1, 20, 0.0), ("work", 1, 100, 0.8), ("work", 1, 1_000, 0.97), ("work", 5, 1_000, 0.8),
    ("work", 10, 3_000, 0.5),
)  # fmt: skip
"""How it was read, how many took, rows in all, the share of padding."""
WANTED = (
    ("bulk", 1, 160, 0.75), ("work", 1, 160, 0.75), ("outside", 1, 60, 0.75),
    *((way, k, round(300 * k / (1 - padding)), padding) for way in ("bulk", "work") for k in (2, 3, 5, 10) for padding in (0.0, 0.5)),
)  # fmt: skip
NULLS = (("popular", 3_000), ("book", 500), ("random", 1_000), ("absent", 300))
PRIOR = (0.1, 1.0)
ROUNDS = 50
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Cell = tuple[str, int, int, float]


@dataclass(frozen=True, slots=True)
class Leak:
    """Its records, and of each taker on which days he read them. ``absent``: an account that the log does not know."""

    records: Ints
    takers: dict[int, tuple[int, int]] = field(default_factory=dict)
    absent: int | None = None


@dataclass(slots=True)
class Told:
    """What came out for the leaks of a cell.

    ``ranked``: by method, the sum of the shares of takers among so many first ones. ``scores``: by method, those of takers; of
    leaks that nobody took, the largest of all.
    """

    leaks: int = 0
    takers: int = 0
    named: int = 0
    exact: int = 0
    false: int = 0
    overlap: list[float] = field(default_factory=list)
    claims: list[tuple[float, bool]] = field(default_factory=list)
    ranked: dict[str, float] = field(default_factory=dict)
    scores: dict[str, list[float]] = field(default_factory=dict)
    seconds: float = 0.0


class Made:
    """A house: histories, its popular records, and the evenings of those who had one."""

    def __init__(self, seed: int, spread: float = 0.0) -> None:
        self.rng = rng = np.random.default_rng(seed)
        weight = 1 / (1 + rng.permutation(SIZE))
        self.popular: Floats = weight / weight.sum()
        activity = rng.lognormal(0, spread, PEOPLE)
        counts = np.round(activity / activity.sum() * READS).astype(np.int64)
        account = np.repeat(np.arange(PEOPLE), counts)
        own = rng.random(len(account)) < OWN
        record = np.where(
            own, account // TEAM * BOOK + rng.integers(BOOK, size=len(account)), self._popular(len(account))
        )
        parts: list[tuple[Ints, Ints, Ints]] = [(account, rng.integers(DAYS, size=len(account)), record)]
        self.evenings: dict[str, dict[int, int]] = {"bulk": {}, "outside": {}}
        for way, who in zip(self.evenings, rng.choice(PEOPLE, (2, EVENINGS), replace=False), strict=True):
            for one in who.tolist():
                day, opened = int(rng.integers(DAYS)), self._evening(one, way)
                self.evenings[way][one] = day
                parts.append((np.full(len(opened), one), np.full(len(opened), day), opened))
        account, day_, record = (np.concatenate(columns) for columns in zip(*parts, strict=True))
        read = ordered((account * SIZE + record) * DAYS + day_, SIZE, DAYS, PEOPLE)
        segment = np.arange(SIZE) // BOOK
        self.h = Histories(
            "clients", SIZE, tuple(f"a{i:04d}" for i in range(PEOPLE)), 0, DAYS, read.bounds, read.record, read.day, (),
            segment, tuple(map(str, range(PEOPLE // TEAM))), popularity=popularity(read, SIZE),
        )  # fmt: skip
        self.windows = Windows(self.h)

    def _popular(self, rows: int) -> Ints:
        return np.asarray(np.searchsorted(np.cumsum(self.popular), self.rng.random(rows)).clip(max=SIZE - 1))

    def _evening(self, account: int, way: str) -> Ints:
        """What somebody read in one evening: as his team does, or from all books alike."""
        rows = int(np.exp(self.rng.uniform(np.log(LEAST), np.log(MOST))))
        if way == "outside":
            return self.rng.choice(SIZE, rows, replace=False)
        own = self.rng.choice(BOOK, min(BOOK, round(OWN * rows)), replace=False) + account // TEAM * BOOK
        return np.union1d(own, self._popular(rows - len(own)))

    def leak(self, way: str, takers: int, rows: int, padding: float) -> Leak:
        """Rows of so many takers, alike many of each, and padding."""
        among = list(self.evenings.get(way, range(PEOPLE)))
        given, days = list[Ints](), dict[int, tuple[int, int]]()
        each = round(rows * (1 - padding) / takers)
        for account in self.rng.permutation(among).tolist():
            start = self.evenings[way][account] if way in self.evenings else int(self.rng.integers(DAYS - MONTH + 1))
            end = start if way in self.evenings else start + MONTH - 1
            read = self.windows.read_in(account, start, end - start + 1)
            if len(read) >= each and len(days) < takers:
                given.append(self.rng.choice(read, each, replace=False))
                days[account] = (start, end)
        foreign = self.rng.choice(SIZE, rows - each * takers, replace=False, p=self.popular)
        return Leak(np.unique(np.concatenate([*given, foreign])), days)

    def null(self, kind: str, rows: int) -> Leak:
        """A leak that nobody took whom the log knows."""
        if kind == "absent":
            one = self.leak("work", 1, rows, 0.0)
            return Leak(one.records, absent=next(iter(one.takers)))
        chance = self.popular if kind == "popular" else None
        among = np.arange(BOOK) + BOOK * self.rng.integers(PEOPLE // TEAM) if kind == "book" else np.arange(SIZE)
        return Leak(np.sort(self.rng.choice(among, rows, replace=False, p=chance)))


def main(arguments: list[str] | None = None) -> None:
    """Make every leak, search it, keep the figures, and print them as Markdown."""
    asked = argparse.ArgumentParser(prog="python -m bench.grid", description=__doc__)
    asked.add_argument("--leaks", type=int, default=10, help="leaks of each kind (default: 10)")
    asked.add_argument("--nulls", type=int, default=25, help="leaks that nobody took, of each kind (default: 25)")
    asked.add_argument(
        "--draws", type=int, default=Options().draws, help="random leaks of the null (default: the method's)"
    )
    asked.add_argument(
        "--spread", type=float, default=0.0, help="of the logarithm of what each reads (default: all alike)"
    )
    asked.add_argument("--seed", type=int, default=307)
    asked.add_argument("--out", type=Path, default=RESULTS)
    options = asked.parse_args(arguments)
    told: dict[str, Told] = {}
    for turn in range(max(options.leaks, options.nulls)):
        made = Made(options.seed + turn, options.spread)
        leaks = _leaks(made, turn < options.leaks, turn < options.nulls)
        for name, leak in leaks:
            _try(made, leak, told.setdefault(name, Told()), Options(draws=options.draws, seed=options.seed + turn))
            print(".", end="", file=sys.stderr, flush=True)
        given = {name: getattr(options, name) for name in ("leaks", "nulls", "draws", "spread", "seed")}
        kept = {"date": datetime.now(UTC).date().isoformat(), "machine": machine(), "asked": given, **figures(told)}
        options.out.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    print(table(told))


def _leaks(made: Made, taken: bool, by_nobody: bool) -> Iterator[tuple[str, Leak]]:
    for way, takers, rows, padding in (*DESIGN, *WANTED) if taken else ():
        yield f"{way} k={takers} m={rows:,} pad {padding:g}", made.leak(way, takers, rows, padding)
    for kind, rows in NULLS if by_nobody else ():
        yield f"null: {kind} m={rows:,}", made.null(kind, rows)


def _try(made: Made, leak: Leak, told: Told, options: Options) -> None:
    h, begun = made.h, time.process_time()
    absent = frozenset() if leak.absent is None else frozenset({h.accounts[leak.absent]})
    search = Search(House(absent=absent), made.windows, leak.records, options=options)
    named = search.takers()
    told.seconds += time.process_time() - begun
    names = {c.account for c in named if not c.alike}
    joint = [{c.account, *(p.account for p in c.likely)} for c in named if c.alike]
    told.leaks += 1
    told.takers += len(leak.takers)
    told.named += len(leak.takers.keys() & (names.union(*joint) if joint else names))
    told.false += len(names - leak.takers.keys()) + sum(not one & leak.takers.keys() for one in joint)
    told.exact += names == leak.takers.keys() and not joint
    for c in named:
        one_of = {c.account, *(p.account for p in c.likely)}
        told.claims.append((posterior(c, search.prior(), options) * len(one_of), bool(one_of & leak.takers.keys())))
        if c.account in leak.takers:
            told.overlap.append(
                _overlap([(w.start, w.start + w.length - 1) for w in c.windows], leak.takers[c.account])
            )
    ranks = {name: method(made, leak.records) for name, method in RANKED.items()}
    for name, score in ranks.items():
        if leak.absent is not None:
            score[leak.absent] = -np.inf
        whose = list(leak.takers) if leak.takers else [int(np.argmax(score))]
        told.scores.setdefault(name, []).extend(float(x) for x in score[whose])
    if leak.takers:
        first = {name: np.argsort(-score, kind="stable")[: len(leak.takers)].tolist() for name, score in ranks.items()}
        own = [c.account for c in named]
        own += [p.account for p in Scan(search.weighing(np.ones(SIZE, bool)), search.allowed).peaks()]
        first["headwater"] = list(dict.fromkeys(own))[: len(leak.takers)]
        for name, some in first.items():
            share = len(leak.takers.keys() & set(some)) / len(leak.takers)
            told.ranked[name] = told.ranked.get(name, 0.0) + share


def _overlap(said: list[tuple[int, int]], true: tuple[int, int]) -> float:
    days = {day for start, end in said for day in range(start, end + 1)}
    really = set(range(true[0], true[1] + 1))
    return len(days & really) / len(days | really)


def _read(made: Made) -> csr_array:
    """Accounts by records: who ever read what."""
    h = made.h
    read = csr_array((np.ones(len(h.record), np.float32), (h.account, h.record)), (PEOPLE, SIZE))
    read.data[:] = 1
    return read


def _within(made: Made, leaked: Ints) -> tuple[csr_array, Floats]:
    """Who read which of the leaked records, and how many records each account read in all."""
    read = _read(made)
    return csr_array(read[:, leaked]), np.asarray(read.sum(axis=1), float)


def overlap(made: Made, leaked: Ints) -> Floats:
    """Leaked records that each account read."""
    return np.asarray(_within(made, leaked)[0].sum(axis=1), float)


def guilt(made: Made, leaked: Ints) -> Floats:
    """Papadimitriou and Garcia-Molina (IEEE TKDE 2011), p = 0.5: minus the log of the chance of innocence."""
    read, _all = _within(made, leaked)
    readers = np.maximum(np.asarray(read.sum(axis=0), float), 1)
    return np.asarray(read @ -np.log1p(-0.5 / readers), float)


def uniform(made: Made, leaked: Ints) -> Floats:
    """A one-sided likelihood ratio of hits against the share of all records that leaked (Dunning 1993)."""
    read, every = _within(made, leaked)
    return _ratio(np.asarray(read.sum(axis=1), float), every, every * len(leaked) / SIZE)


def popular(made: Made, leaked: Ints) -> Floats:
    """The same against what records of each popularity leak."""
    read, every = _within(made, leaked)
    return _ratio(np.asarray(read.sum(axis=1), float), every, np.asarray(_read(made) @ _chance(made, leaked), float))


def breach_radar(made: Made, leaked: Ints) -> Floats:
    """As BreachRadar (Araujo et al., SDM 2017) shares blame among places: iterated, each place's share of what it saw."""
    read, every = _within(made, leaked)
    share, transposed = np.full(PEOPLE, 0.5), csr_array(read.T)
    for _round in range(ROUNDS):
        blamed = share * (read @ (1 / np.maximum(transposed @ share, 1e-300)))
        share = (blamed + PRIOR[0]) / (every + sum(PRIOR))
    return np.asarray(share, float)


def mixture(made: Made, leaked: Ints) -> Floats:
    """Expectation maximisation of a mixture of what each read, each record of it alike, and of chance (size principle)."""
    read, every = _within(made, leaked)
    transposed, chance = csr_array(read.T), _chance(made, leaked)
    background = chance[leaked] / chance.sum()
    part, rest = np.full(PEOPLE, 0.5 / PEOPLE), 0.5
    for _round in range(ROUNDS):
        density = part / np.maximum(every, 1)
        whole = np.maximum(transposed @ density + rest * background, 1e-300)
        part, rest = density * (read @ (1 / whole)) / len(leaked), float((rest * background / whole).mean())
    return np.asarray(part, float)


def _chance(made: Made, leaked: Ints) -> Floats:
    """The chance of each record to leak, by popularity."""
    kinds = made.h.popularity
    inside, size = np.bincount(kinds[leaked], minlength=kinds.max() + 1), np.bincount(kinds)
    return np.asarray((inside + 0.5 * len(leaked) / SIZE) / (size + 0.5), float)[kinds]


def _ratio(hits: Floats, read: Floats, expected: Floats) -> Floats:
    share, chance = hits / np.maximum(read, 1), np.clip(expected / np.maximum(read, 1), 1e-12, 1 - 1e-12)
    with np.errstate(divide="ignore", invalid="ignore"):
        told = hits * np.log(share / chance) + (read - hits) * np.log((1 - share) / (1 - chance))
    return np.where(share > chance, np.nan_to_num(told), 0.0)


RANKED: dict[str, Callable[[Made, Ints], Floats]] = {
    "overlap": overlap, "guilt": guilt, "LLR uniform": uniform, "LLR popular": popular, "BreachRadar": breach_radar,
    "mixture": mixture,
}  # fmt: skip


def figures(told: dict[str, Told]) -> dict[str, Any]:
    """All cells, and all claims together."""
    claims = [c for one in told.values() for c in one.claims]
    cells = {
        name: {k: v for k, v in asdict(one).items() if k not in ("claims", "scores")} for name, one in told.items()
    }
    for name, one in told.items():
        cells[name]["overlap"] = round(float(np.mean(one.overlap)), 3) if one.overlap else None
        cells[name]["ranked"] = {method: round(share / one.leaks, 3) for method, share in one.ranked.items()}
        cells[name]["above_nulls"] = _above(told, one) if one.takers else {}
        cells[name]["seconds"] = round(one.seconds, 1)
    brier = float(np.mean([(p - right) ** 2 for p, right in claims])) if claims else None
    return {"claims": len(claims), "right": sum(right for _p, right in claims), "brier": brier, "cells": cells}


def _above(told: dict[str, Told], one: Told) -> dict[str, int]:
    """By method, how many takers score higher than anybody on any leak that nobody took."""
    nulls = [null for null in told.values() if not null.takers]
    most = {method: max((max(null.scores[method]) for null in nulls), default=np.inf) for method in one.scores}
    return {method: sum(x > most[method] for x in scores) for method, scores in one.scores.items()}


def table(told: dict[str, Told]) -> str:
    """The cells as Markdown."""
    heads = ("leaks", "takers named", "exact", "false names", "days", *RANKED, "headwater")
    lines = ["| leak | " + " | ".join(heads) + " |", "| --- " * (len(heads) + 1) + "|"]
    for name, one in told.items():
        named = f"{one.named} of {one.takers}" if one.takers else "–"
        days = f"{np.mean(one.overlap):.2f}" if one.overlap else "–"
        ranks = [f"{one.ranked[m] / one.leaks:.2f}" if one.ranked else "–" for m in (*RANKED, "headwater")]
        exact = f"{one.exact} of {one.leaks}"
        lines.append(f"| {name} | " + " | ".join([str(one.leaks), named, exact, str(one.false), days, *ranks]) + " |")
    lines += ["", "Takers who score higher than anybody on a leak that nobody took:", ""]
    lines += ["| leak | " + " | ".join((*RANKED, "headwater names")) + " |", "| --- " * (len(RANKED) + 2) + "|"]
    for name, one in told.items():
        if one.takers:
            above = [str(x) for x in _above(told, one).values()]
            lines.append(f"| {name} | " + " | ".join([*above, f"{one.named} of {one.takers}"]) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
