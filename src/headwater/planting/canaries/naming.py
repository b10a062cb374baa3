"""Decoys that were found name accounts: bits for each, with a sentence, to be added to other evidence.

A unique decoy that a leak shows came from one of those who were shown it: its account, and whoever a log names beside
it. Against the A accounts at large this weighs −log2((v − 1)/(A − 1) + b) bits for each of its v viewers; b is the
chance that it is there for another reason: a showing that no log knows, or a number that a row has by chance. One such
reason would explain all decoys of an account, so the strongest counts and the others do not add to it. That a large
leak lacks an account's decoys speaks for the account. Shared decoys are weighed together (:mod:`.sharing`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from headwater.model.evidence import Citation, Statement
from headwater.model.words import Text
from headwater.planting.canaries.registry import Book, Decoy, PlanEntry, sharing
from headwater.planting.canaries.sharing import threshold, weights
from headwater.store.tokens import Tokeniser

ASIDE = 1e-6
"""The chance that a decoy is in a leak for another reason than that somebody took it who was shown it (assumed)."""
SURE = 0.99
"""A unique decoy names an account that is as likely as this to have taken it, where all were as likely before."""
ALPHA = 1e-3
"""The chance that any innocent account is named by shared decoys."""
_LINES = 5


@dataclass(frozen=True, slots=True)
class Weight:
    """What decoys say of one account (or of a period or place, for decoys that are for one), with its sentence.

    ``named`` says that the weight is beyond what an innocent account is let reach.
    """

    account: str
    plan: str
    decoys: tuple[str, ...]
    statement: Statement
    named: bool

    @property
    def bits(self) -> float:
        """The weight in bits."""
        return self.statement.bits


def weigh(
    book: Book,
    found: Mapping[str, Sequence[Citation]],
    accounts: Collection[str],
    tokeniser: Tokeniser,
    ours: int | None = None,
    alpha: float = ALPHA,
) -> tuple[Weight, ...]:
    """Weigh accounts by the decoys that a leak shows, the heaviest first.

    ``found`` gives the decoys that were found, each with the lines that show it; ``accounts`` are all that could have
    taken something; ``ours`` is how many rows of the leak are of the data set, where that is known.
    """
    told: list[Weight] = []
    for plan in book.planted:
        present = {d.id: found[d.id] for d in plan.decoys if d.id in found}
        if plan.shared and (present or ours):
            told += _shared(plan, present, tokeniser, ours, alpha)
        elif not plan.shared:
            told += _unique(plan, present, book, accounts, ours)
    return tuple(sorted(told, key=lambda w: (-w.bits, w.account, w.plan)))


def viewers(book: Book, decoy: Decoy) -> tuple[str, ...]:
    """The accounts that were shown a decoy: its own, and those that a log or somebody names."""
    return tuple(sorted({decoy.label, *(s.account for s in book.showings if s.decoy == decoy.id)} - {""}))


def _unique(
    plan: PlanEntry,
    present: Mapping[str, Sequence[Citation]],
    book: Book,
    accounts: Collection[str],
    ours: int | None,
) -> list[Weight]:
    seen = {d.id: viewers(book, d) for d in plan.decoys}
    many = max(len({*accounts, *(v for each in seen.values() for v in each)}), 2)
    told = []
    for account in sorted({v for each in seen.values() for v in each}):
        own = [d for d in plan.decoys if account in seen[d.id]]
        shown = sorted((d for d in own if d.id in present), key=lambda d: (len(seen[d.id]), d.id))
        if shown:
            others = len(seen[shown[0].id]) - 1
            bits = float(-np.log2(min(1.0, others / (many - 1) + ASIDE)))
            told.append(_present(plan, account, shown, others, many, bits, present))
        elif ours and (bits := _absence(plan, len([d for d in own if d.label == account]), ours)) < -0.01:
            text = Text(
                f"None of the {len(own)} decoys for {account} is among the {ours:,} rows of {plan.dataset}.",
                f"{plan.dataset} 的 {ours:,} 行中没有为 {account} 设置的 {len(own)} 条诱饵中的任何一条。",
            )
            told.append(Weight(account, plan.id, (), Statement(text, bits), False))
    return told


def _absence(plan: PlanEntry, own: int, ours: int) -> float:
    """Bits against an account whose decoys a leak lacks, if its rows are as likely in it as the data set's at large."""
    part = min(0.999, ours / max(1, plan.rows))
    return float(own * np.log2(1 - part)) if own else 0.0


def _present(
    plan: PlanEntry, account: str, shown: Sequence[Decoy], others: int, many: int, bits: float,
    present: Mapping[str, Sequence[Citation]],
) -> Weight:  # fmt: skip
    since, gone = plan.since("planted"), plan.since("withdrawn")
    days = (f"{since:%Y-%m-%d}" if since else "?", f"{gone:%Y-%m-%d}" if gone else "")
    until = (f" to {days[1]}", f"至 {days[1]}") if gone else ("", "")
    text = Text(
        f"{len(shown)} decoy(s) of {plan.dataset} that were planted for {account} or shown to it (from {days[0]}{until[0]}) "
        f"are there; {others} other account(s) of {many} are known to have been shown the same.",
        f"出现 {len(shown)} 条为 {account} 设置或曾向其显示的 {plan.dataset} 诱饵（自 {days[0]}{until[1]}）；"
        f"已知 {many} 个账号中另有 {others} 个看到过相同诱饵。",
    )
    lines = tuple(sorted({c for d in shown for c in present[d.id]}))[:_LINES]
    return Weight(
        account,
        plan.id,
        tuple(d.id for d in shown),
        Statement(text, bits, lines),
        bool(bits >= np.log2(SURE / (1 - SURE) * (many - 1))),
    )


def _shared(
    plan: PlanEntry, present: Mapping[str, Sequence[Citation]], tokeniser: Tokeniser, ours: int | None, alpha: float
) -> list[Weight]:
    """Every account of a plan with shared decoys, by what it holds and the leak shows; heavy ones are said."""
    drawn = sharing(plan, tokeniser)
    held = drawn.held(plan.accounts)
    there = np.array([d.id in present for d in plan.decoys])
    bits = weights(held, drawn.chances, there, min(1.0, ours / max(1, plan.rows)) if ours else None)
    bound = threshold(len(plan.accounts), alpha)
    told = []
    for at in np.argsort(-bits, kind="stable"):
        account, both = plan.accounts[at], int((held[at] & there).sum())
        text = Text(
            f"{account} was shown {both} of the {int(there.sum())} shared decoys that are there, and {int(held[at].sum())} of all "
            f"{len(plan.decoys)}; {bound:.1f} bits are asked so that any of {len(plan.accounts)} innocent accounts reaches them "
            f"with a chance of {alpha:g} at most.",
            f"{account} 看到过出现的 {int(there.sum())} 条共享诱饵中的 {both} 条"
            f"（全部 {len(plan.decoys)} 条中的 {int(held[at].sum())} 条）；"
            f"要求达到 {bound:.1f} 比特，使 {len(plan.accounts)} 个无辜账号中任何一个达到的概率不超过 {alpha:g}。",
        )
        lines = tuple(sorted({c for i, d in enumerate(plan.decoys) if there[i] and held[at, i] for c in present[d.id]}))
        shown = tuple(d.id for i, d in enumerate(plan.decoys) if there[i] and held[at, i])
        told.append(
            Weight(account, plan.id, shown, Statement(text, float(bits[at]), lines[:_LINES]), bool(bits[at] >= bound))
        )
    return told
