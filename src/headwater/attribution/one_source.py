"""One source that holds everybody's decoys: a dump, a backup, an export of the whole table explain decoys without their account.

A unique decoy says that its account took it, unless the leak was taken where all decoys stand. Such a leak shows decoys of
all accounts alike, as many as its share of the table lets expect; a leak of one account shows that account's alone. So the few
decoys of one account among many that are lacking speak for the account, and decoys of many accounts together speak
against all of them: several takers at once are as rare as their priors have it, one source is not. One data set is looked at: its
decoys, and the share of its records that leaked; rows that stand twice make no larger share.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping

import numpy as np
from scipy.special import logsumexp

from headwater.planting.canaries.sharing import TAKEN

BELOW = 0.05
"""The chance, before any evidence, that a leak was taken where everybody's decoys stand (assumed)."""


def other_ways(
    seen: Mapping[str, Collection[str]], found: Collection[str], share: float, accounts: int
) -> dict[str, float]:
    """For each account whose decoys a leak shows, how much likelier these are there by another way than by that account.

    Against the chance that it took them, before its prior of one in so many ``accounts``: at most 1, which makes the
    decoys say nothing of it. ``seen`` gives for each unique decoy the accounts that were shown it; ``found`` are those that the leak
    shows; ``share`` of the table's records leaked. Explanations are compared by their likelihood: that share of all decoys for one source;
    for accounts any share, as likely as any other of :data:`~headwater.planting.canaries.sharing.TAKEN`; and the fewest
    accounts that cover all decoys found (taken in order of how many each covers).
    """
    shown, held = _by_account(seen, found)
    many = sum(d in found for d in seen)
    share = float(np.clip(share, 1e-6, 0.999))
    below = np.log(BELOW) + many * np.log(share) + (len(seen) - many) * np.log1p(-share)
    cover = _cover(shown)
    likely = {key: _likelihood(*key) for key in {(len(shown[a]), held[a]) for a in shown}}
    weight = {a: likely[len(shown[a]), held[a]] for a in shown}
    adder = {decoy: a for a, added in cover.items() for decoy in added}
    whole, told = sum(weight[a] for a in cover), {}
    for account, own in shown.items():
        spared = _spared(own, adder, cover) | ({account} & cover.keys())
        others = len(cover) - len(spared)
        of_accounts = whole - sum(weight[a] for a in spared) + weight[account]
        ways = [below - of_accounts + others * np.log(accounts)]
        if others + 1 > len(cover):  # fewer accounts explain them all without this one
            ways.append((others - len(cover)) * np.log(accounts))
        told[account] = float(np.exp(min(0.0, logsumexp(ways))))
    return told


def _spared(own: Collection[str], adder: Mapping[str, str], cover: Mapping[str, Collection[str]]) -> set[str]:
    """Accounts of the cover that are not needed where an account took decoys of its own: it has all that they add."""
    added = Counter(adder[decoy] for decoy in own)
    return {a for a, many in added.items() if many == len(cover[a])}


def _by_account(
    seen: Mapping[str, Collection[str]], found: Collection[str]
) -> tuple[dict[str, frozenset[str]], dict[str, int]]:
    """The decoys that are found, and the number of all, by the account that was shown them."""
    shown, held = defaultdict(set), defaultdict[str, int](int)
    for decoy, whose in seen.items():
        for account in whose:
            held[account] += 1
            if decoy in found:
                shown[account].add(decoy)
    return {a: frozenset(shown[a]) for a in sorted(shown)}, held


def _cover(shown: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    """Accounts that cover all decoys found, each with those that it adds, the one with most first."""
    cover: dict[str, frozenset[str]] = {}
    done: set[str] = set()
    for account in sorted(shown, key=lambda a: (-len(shown[a]), a)):
        if more := shown[account] - done:
            cover[account] = frozenset(more)
            done |= more
    return cover


def _likelihood(found: int, held: int) -> float:
    """The logarithm of the chance that a leak of an account shows just these of its decoys, whatever share of its rows it is."""
    share = np.array(TAKEN)
    return float(logsumexp(found * np.log(share) + (held - found) * np.log1p(-share)) - np.log(len(share)))
