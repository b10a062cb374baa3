"""Decoys that were found name accounts: bits for each, with a sentence, to be added to other evidence.

A unique decoy that a leak shows came from one of those who were shown it: its account, and whoever a log names beside
it. Against the A accounts at large this weighs −log2((v − 1)/(A − 1) + b) bits for each of its v viewers; b is the
chance that it came out by a way that no log knows. That is small (:data:`ASIDE`) for a decoy that one account alone is
shown, and not small (:data:`OPEN`) for one that stands in the table for everybody: a dump below the log holds it as well.
Where decoys of several accounts are in one leak, such a dump is the likelier the more they are (:data:`POOLED`).
All that says whose copy leaked. That the copy went on through another hand than its account's bounds what is laid to the account
itself (:func:`of_account`).
One such way would explain all decoys of an account, so the strongest counts and the others do not add to it. That a large
leak lacks an account's decoys speaks for the account, within bounds (:data:`REMOVED`). Shared decoys are weighed
together (:mod:`.sharing`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from headwater.model.evidence import Citation, Statement
from headwater.model.settings import ANOTHER_HAND
from headwater.model.words import Text
from headwater.planting.canaries.registry import Book, Decoy, PlanEntry, sharing
from headwater.planting.canaries.sharing import threshold, weights
from headwater.planting.canaries.viewing import Seen, of, seen
from headwater.store.tokens import Tokeniser

ASIDE = 1e-6
"""The chance that what one account alone is shown leaves by a way that no log knows, by nobody's copy (assumed)."""
OPEN = 0.1
"""The chance that what stands in a table for everybody leaves by a way that no log knows: a dump, a backup, lost logs (assumed)."""
POOLED = 0.1
"""The chance that a leak with one taker's rows holds those of another one as well (assumed)."""
REMOVED = 0.1
"""The chance that a leak lacks decoys because they were sorted out, or because it is no part like any other (assumed)."""
SURE = 0.99
"""A unique decoy names an account that is as likely as this to have taken it, where all were as likely before."""
ALPHA = 1e-3
"""The chance that any innocent account is named by shared decoys."""
_LINES = 5


@dataclass(frozen=True, slots=True)
class Weight:
    """What decoys say of one account (or of a period or place, for decoys that are for one), with its sentence.

    ``of_copy`` are the bits that the leak was made of what this account was shown; those of the statement are laid to the account.
    ``named`` says that ``of_copy`` is beyond what an innocent account is let reach, and, for unique decoys, that nobody
    else was shown them: whoever merely read a decoy that others can read is never named by it.
    """

    account: str
    plan: str
    decoys: tuple[str, ...]
    statement: Statement
    named: bool
    of_copy: float

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
    received: date | None = None,
    hand: float = ANOTHER_HAND,
) -> tuple[Weight, ...]:
    """Weigh accounts by the decoys that a leak shows, the heaviest first.

    ``found`` gives the decoys that were found, each with the lines that show it; ``accounts`` are all that could have
    taken something (a label that is none of them, nor of the plan's, is a period or a place, and is not named); ``ours``
    is how many records of the leak are of the data set, and ``received`` when it was received, where that is known. ``hand`` is
    the chance that a copy went on through another hand.
    """
    told: list[Weight] = []
    shown = seen(book, received)
    for plan in book.planted:
        present = {d.id: found[d.id] for d in plan.decoys if d.id in found}
        if plan.shared and (present or ours):
            told += _shared(plan, present, tokeniser, ours, alpha, hand)
        elif not plan.shared:
            told += _Unique(plan, present, shown, frozenset(accounts) | frozenset(plan.accounts), hand).weights(ours)
    return tuple(sorted(told, key=lambda w: (-w.bits, w.account, w.plan)))


def viewers(book: Book, decoy: Decoy, received: date | None = None) -> tuple[str, ...]:
    """The accounts that a decoy which is found can have come from: its own, and those that were shown it since it was planted."""
    return tuple(sorted(of(book, decoy, received).accounts))


class _Unique:
    """The unique decoys of a plan beside a leak: which are ``present``, who saw which, and which accounts there are."""

    def __init__(
        self,
        plan: PlanEntry,
        present: Mapping[str, Sequence[Citation]],
        seen: Mapping[str, Seen],
        accounts: frozenset[str],
        hand: float,
    ) -> None:
        self.plan, self.present, self.seen, self.accounts, self.hand = plan, present, seen, accounts, hand
        self._mine: dict[str, list[Decoy]] = defaultdict(list)
        for decoy in plan.decoys:
            for account in seen[decoy.id].accounts:
                self._mine[account].append(decoy)
        self._many = max(len(accounts | self._mine.keys()), 2)
        """How many accounts there are, those that only the plan or a showing knows among them."""
        self._labels = len({d.label for d in plan.decoys if d.id in present})

    def weights(self, ours: int | None) -> list[Weight]:
        """What they say of each label and of each viewer."""
        told = []
        for account, mine in sorted(self._mine.items()):
            if shown := [d for d in mine if d.id in self.present]:
                told.append(self._present(account, shown))
            elif ours and (weight := self._absent(account, sum(d.label == account for d in mine), ours)):
                told.append(weight)
        return told

    def _absent(self, account: str, own: int, ours: int) -> Weight | None:
        bits = _absence(self.plan, own, ours)
        text = Text(
            f"None of the {own} decoys for {account} is among the {ours:,} rows of {self.plan.dataset}.",
            f"{self.plan.dataset} 的 {ours:,} 行中没有为 {account} 设置的 {own} 条诱饵中的任何一条。",
        )
        return Weight(account, self.plan.id, (), Statement(text, bits), False, bits) if bits < -0.01 else None

    def _aside(self, account: str, decoy: Decoy) -> float:
        return aside(account, decoy.label, self.accounts, self._labels)

    def _others(self, account: str, decoy: Decoy) -> int:
        return others(account, decoy.label, self.accounts, self.seen[decoy.id])

    def _present(self, account: str, shown: Sequence[Decoy]) -> Weight:
        shares = {d.id: self._others(account, d) / (self._many - 1) + self._aside(account, d) for d in shown}
        best = min(shown, key=lambda d: (shares[d.id], d.id))
        of_copy = float(-np.log2(min(1.0, shares[best.id])))
        beside = self._others(account, best)
        alone = best.label == account and account in self.accounts and not beside
        lines = tuple(sorted({c for d in shown for c in self.present[d.id]}))[:_LINES]
        text = handed_on(self._said(account, shown, beside, self._aside(account, best)), self.hand)
        return Weight(
            account,
            self.plan.id,
            tuple(sorted(d.id for d in shown)),
            Statement(text, of_account(of_copy, self._many, self.hand), lines),
            bool(alone and of_copy >= named_from(self._many)),
            of_copy,
        )

    def _said(self, account: str, shown: Sequence[Decoy], beside: int, way: float) -> Text:
        since, gone = self.plan.day("planted"), self.plan.day("withdrawn")
        until = (f" to {gone}", f"至 {gone}") if gone else ("", "")
        return Text(
            f"{len(shown)} decoy(s) of {self.plan.dataset} that were planted for {account} or shown to it (from {since}{until[0]}) "
            f"are there; {beside} other account(s) of {self._many} are known to have been shown the same, and a way that no log "
            f"knows is taken to be {way:.2g} likely.",
            f"出现 {len(shown)} 条为 {account} 设置或曾向其显示的 {self.plan.dataset} 诱饵（自 {since}{until[1]}）；"
            f"已知 {self._many} 个账号中另有 {beside} 个看到过相同诱饵，经日志未记录途径流出的概率取 {way:.2g}。",
        )


def of_account(of_copy: float, accounts: int, hand: float) -> float:
    """The bits that are laid to an account if so many say that the leak was made of its copy.

    Whoever else had that copy is one of the other accounts, each as likely: with equal odds before, the account is never
    likelier than 1 − ``hand``. Several things that rest on one copy are bounded together, by their sum.
    """
    if of_copy <= 0:
        return of_copy
    aside = np.log2(hand / (1 - hand) / max(1, accounts - 1))
    return max(0.0, -float(np.logaddexp2(-of_copy, aside)))


def handed_on(text: Text, hand: float) -> Text:
    """A sentence on a copy, with the chance that it went on through another hand."""
    return Text(
        f"{text.en} That the copy went on through another hand is taken to be {hand:.2g} likely.",
        f"{text.zh}该副本经他人之手流出的概率取 {hand:.2g}。",
    )


def aside(account: str, label: str, accounts: Collection[str], labels: int) -> float:
    """The chance that a decoy came out though neither this account nor another viewer took it.

    :param labels: how many accounts' decoys are there
    """
    return OPEN if label != account and label not in accounts else ASIDE / (ASIDE + POOLED ** max(0, labels - 1))


def others(account: str, label: str, accounts: Collection[str], shown: Seen) -> int:
    """How many other accounts knew of a decoy. A period or a place is none, and accounts are not weighed against it."""
    if account == label and account not in accounts:
        return 0
    return shown.others(account) - int(label not in accounts and label not in ("", account))


def named_from(accounts: int) -> float:
    """The bits that make one of so many accounts as likely as :data:`SURE`, all having been alike before."""
    return float(np.log2(SURE / (1 - SURE) * (accounts - 1)))


def _absence(plan: PlanEntry, own: int, ours: int) -> float:
    """Bits against an account whose decoys a leak lacks, if its rows are as likely in it as the data set's at large.

    Never more than log2 of :data:`REMOVED` speaks for it: whoever sorts decoys out is not cleared by that.
    """
    part = min(0.999, ours / max(1, plan.rows))
    return _doubted(own * float(np.log2(1 - part)))


def _doubted(bits: float) -> float:
    """The weight of what was seen, if it may have been made to be so with the chance :data:`REMOVED`, and weighs nothing then."""
    return float(np.logaddexp2(np.log2(1 - REMOVED) + bits, np.log2(REMOVED)))


def _shared(
    plan: PlanEntry,
    present: Mapping[str, Sequence[Citation]],
    tokeniser: Tokeniser,
    ours: int | None,
    alpha: float,
    hand: float,
) -> list[Weight]:
    """Every account of a plan with shared decoys, by what it holds and the leak shows; heavy ones are said."""
    drawn = sharing(plan, tokeniser)
    held = drawn.held(plan.accounts)
    there = np.array([d.id in present for d in plan.decoys])
    told_of = weights(held, drawn.chances, there, min(1.0, ours / max(1, plan.rows)) if ours else None)
    bits = np.array([_doubted(each) for each in told_of])
    bound, many = threshold(len(plan.accounts), alpha), max(2, len(plan.accounts))
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
        of_copy, said = float(bits[at]), handed_on(text, hand) if shown else text
        statement = Statement(said, of_account(of_copy, many, hand), lines[:_LINES])
        told.append(Weight(account, plan.id, shown, statement, of_copy >= bound, of_copy))
    return told
