"""How many marked rows name those who leaked them, and how many marks a code needs against collusion.

Real code words of 5,000 recipients (SHAKE-128 of a key), made leaks: rows of one colluder each (``rows``), or marks chosen
cell by cell (``attacks``), or of somebody who is no recipient (``nobody``). The asymmetric score of published code is
measured beside the symmetric one (``wrong-score``).

    python -m bench.marking rows attacks nobody wrong-score [--out FILE] [--trials 40]
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from headwater.planting.marks import scores
from headwater.planting.marks.code import Code, needed
from headwater.planting.marks.emission import Reading, reading
from headwater.planting.marks.naming import Naming, name

KEY = bytes(range(32))
FALSE_RATE = 1e-3
TO_BEAT = {
    (1, 0.0): 30, (2, 0.0): 200, (3, 0.0): 500, (5, 0.0): 1500, (10, 0.0): 5000,
    (1, 0.1): 75, (2, 0.1): 300, (3, 0.1): 750, (5, 0.1): 2000, (10, 0.1): 7500,
    (1, 0.25): 200, (2, 0.25): 750, (3, 0.25): 2000, (5, 0.25): 5000, (10, 0.25): 20000,
}  # fmt: skip
"""Rows to name 95 % of k takers where a share e of marks reads wrong, one mark a row, by matches alone."""

Words = np.ndarray


class Book:
    """An export of one size with the words of all its recipients."""

    def __init__(self, rows: int, slots: int, colluders: int, recipients: int) -> None:
        code = Code(KEY, f"bench {rows} {slots} {colluders}", slots, colluders)
        records = np.arange(rows)
        self.bias = code.bias(records, np.full((rows, slots), 0.5))
        self.words = np.stack([code.word(f"A{n:05}", records, self.bias) for n in range(recipients)])
        self.stranger = np.stack([code.word(f"nobody {n}", records, self.bias) for n in range(64)])

    def read(self, forms: np.ndarray, rows: np.ndarray) -> tuple[Reading, Callable[[np.ndarray], Words]]:
        made = reading(forms.astype(np.int8), self.bias[rows], np.zeros(len(rows), np.int64))
        return made, lambda which: self.words[which][:, rows]


def by_rows(book: Book, takers: np.ndarray, rows: np.ndarray, wrong: float, dice: np.random.Generator) -> np.ndarray:
    forms = book.words[takers[dice.integers(len(takers), size=len(rows))], rows]
    return forms ^ (dice.random(forms.shape) < wrong)


def attacked(words: Words, attack: str, dice: np.random.Generator) -> np.ndarray:
    count, of = words.sum(axis=0), len(words)
    ties = dice.random(count.shape) < 0.5
    if attack == "interleave":
        return np.asarray(dice.random(count.shape) < count / of)
    if attack == "majority":
        return np.where(2 * count == of, ties, 2 * count > of)
    if attack == "minority":
        alike = (count == 0) | (count == of)
        return np.where(alike, count == of, np.where(2 * count == of, ties, 2 * count < of))
    return count > 0


def measured(book: Book, k: int, n: int, wrong: float, trials: int) -> dict[str, Any]:
    """Share of takers named and false names over some leaks of n rows."""
    right = false = 0
    start = time.process_time()
    for trial in range(trials):
        dice = np.random.default_rng((k, n, int(100 * wrong), trial))
        takers = dice.choice(len(book.words), k, replace=False)
        rows = np.sort(dice.choice(len(book.bias), n, replace=False))
        made, words = book.read(by_rows(book, takers, rows, wrong, dice), rows)
        found = {each.recipient for each in name(made, len(book.words), words, FALSE_RATE).named}
        right += len(found & set(takers.tolist()))
        false += len(found - set(takers.tolist()))
    return {
        "k": k, "rows": n, "wrong": wrong, "slots": book.bias.shape[1], "trials": trials, "named": round(right / k / trials, 3),
        "false": false, "cpu_s": round((time.process_time() - start) / trials, 2),
    }  # fmt: skip


def rows_to_name(trials: int, slots: int, most: int) -> Iterator[dict[str, Any]]:
    """The fewest rows, in steps, that name 95 % of takers without a false name."""
    book = Book(20_000, slots, 1 if slots == 1 else 3, 5000)
    for (k, wrong), target in TO_BEAT.items():
        if k > most:
            continue
        often = max(6, trials // max(1, k // 3))
        start = target if slots == 1 else target // 3
        last = None
        for share in (1.0, 0.8, 0.65, 0.5, 0.4, 0.3):
            told = measured(book, k, max(4, int(start * share)), wrong, often)
            yield {"what": "rows", "to_beat": target, **told}
            if told["named"] < 0.95 or told["false"] or last == told["rows"]:
                break
            last = told["rows"]


def attacks(trials: int) -> Iterator[dict[str, Any]]:
    """Pirates named at the formula's length and at 1.4 times it, cell-by-cell attacks."""
    for c, recipients in ((2, 5000), (3, 5000), (5, 5000), (10, 2000)):
        length = needed(c, recipients, FALSE_RATE)
        for places in (int(length / 1.4), length):
            book = Book(places, 1, c, recipients)
            for attack in ("interleave", "majority", "minority", "all-1"):
                right = false = 0
                often = max(2, trials // (2 * c))
                for trial in range(often):
                    dice = np.random.default_rng((c, places, trial))
                    takers = dice.choice(recipients, c, replace=False)
                    made, words = book.read(attacked(book.words[takers], attack, dice), np.arange(places))
                    found = {each.recipient for each in name(made, recipients, words, FALSE_RATE).named}
                    right += len(found & set(takers.tolist()))
                    false += len(found - set(takers.tolist()))
                told = {"c": c, "places": places, "attack": attack, "trials": often}
                yield {"what": "attack", **told, "named": round(right / c / often, 3), "false": false}


def nobody(trials: int) -> Iterator[dict[str, Any]]:
    """Leaks made of copies that nobody on the list got: how often anybody is named at a rate, and how strong the strongest was."""
    book = Book(400, 4, 3, 2000)
    for wanted in (FALSE_RATE, 0.1):
        made_names, strongest = 0, 0.0
        for trial in range(trials * 8):
            dice = np.random.default_rng(trial)
            rows = np.sort(dice.choice(400, 300, replace=False))
            forms = book.stranger[dice.integers(64, size=300), rows]
            made, words = book.read(forms, rows)
            found: Naming = name(made, len(book.words), words, wanted)
            made_names += bool(found.named)
            strongest = max(strongest, found.next_nats)
        told = {"leaks": trials * 8, "rate": wanted, "leaks_with_a_name": made_names}
        yield {"what": "nobody", **told, "strongest_bits": round(strongest / np.log(2), 1)}


def asymmetric(made: Reading) -> tuple[np.ndarray, np.ndarray]:
    """The score of published code: agreement weighs ln((1-p)/p) for both symbols, which is negative where p > ½."""
    weight = np.log((1 - made.bias) / made.bias)
    agrees = made.forms == 1
    return np.where(agrees, -weight, weight) / 2, np.where(agrees, weight, -weight) / 2


def wrong_score(trials: int) -> Iterator[dict[str, Any]]:
    """Pirates among the c best, by the symmetric score and by the asymmetric one."""
    for c, places in ((3, 900), (5, 2500)):
        book = Book(places, 1, c, 2000)
        for attack in ("interleave", "majority", "minority", "all-1"):
            share = {"symmetric": 0.0, "asymmetric": 0.0}
            for trial in range(trials):
                dice = np.random.default_rng((c, trial))
                takers = dice.choice(2000, c, replace=False)
                made, words = book.read(attacked(book.words[takers], attack, dice), np.arange(places))
                for kind, score in (("symmetric", scores.symmetric), ("asymmetric", asymmetric)):
                    zero, one = score(made)
                    reached = np.where(words(np.arange(2000)), one, zero).sum(axis=(1, 2))
                    share[kind] += len(set(np.argsort(-reached)[:c].tolist()) & set(takers.tolist())) / c / trials
            yield {
                "what": "score",
                "c": c,
                "places": places,
                "attack": attack,
                **{k: round(v, 3) for k, v in share.items()},
            }


def main() -> None:
    """Measure what is asked for, one JSON line each."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("what", nargs="+", choices=("rows", "rows4", "attacks", "nobody", "wrong-score"))
    parser.add_argument("--trials", type=int, default=40)
    parser.add_argument("--most", type=int, default=10, help="The most takers of `rows`.")
    parser.add_argument("--out", type=Path, help="Add the lines to this file too.")
    asked = parser.parse_args()
    parts: dict[str, Callable[[], Iterator[dict[str, Any]]]] = {
        "rows": lambda: rows_to_name(asked.trials, 1, asked.most),
        "rows4": lambda: rows_to_name(asked.trials, 4, asked.most),
        "attacks": lambda: attacks(asked.trials),
        "nobody": lambda: nobody(asked.trials),
        "wrong-score": lambda: wrong_score(max(4, asked.trials // 4)),
    }
    for what in asked.what:
        for told in parts[what]():
            line = json.dumps(told, ensure_ascii=False)
            sys.stdout.write(line + "\n")
            sys.stdout.flush()
            if asked.out:
                with asked.out.open("a", encoding="utf-8") as out:
                    out.write(line + "\n")


if __name__ == "__main__":
    main()
