"""What people said of who is who in a market, and how it is said: a merge, a split, and taking either back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from headwater.casework.covered import cover_account
from headwater.casework.market_book import accounts_of
from headwater.console.errors import ConflictError, GoneError
from headwater.console.here import InCase
from headwater.console.markets.chosen import who
from headwater.console.markets.market import Market
from headwater.model.errors import CaseError
from headwater.model.network import Verdict
from headwater.network.verdicts import Listed, Undone, history, open_list, say, undo
from headwater.store.casebook.cases import insist
from headwater.store.casebook.entering import reason, unnamed
from headwater.store.casebook.permissions import Permission
from headwater.store.casebook.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Entry:
    """A verdict, who took it back, and whether the answer that is shown builds on it (``None``: it has not all its accounts)."""

    verdict: Verdict
    undone: Undone | None
    in_answer: bool | None


def told(workspace: Path) -> tuple[Verdict | Undone, ...]:
    """Everything that was said, the oldest first; nothing where there is no workspace."""
    if not (workspace / "manifest.sqlite").exists():
        return ()
    with open_list(workspace) as listed:
        return history(listed)


def entries(market: Market, said: Sequence[Verdict | Undone]) -> list[Entry]:
    """Verdicts, the newest first."""
    gone = {entry.of: entry for entry in said if isinstance(entry, Undone)}
    verdicts = [entry for entry in said if isinstance(entry, Verdict)]
    return [Entry(v, gone.get(v.id), _in_answer(market, v)) for v in reversed(verdicts)]


def waiting(several: Sequence[Entry]) -> int:
    """How many verdicts stand on which the answer does not build yet."""
    return sum(e.undone is None and e.in_answer is False for e in several)


def _in_answer(market: Market, verdict: Verdict) -> bool | None:
    one, other = ([market.owners.get(cover_account(a)) for a in side] for side in (verdict.accounts, verdict.others))
    if None in one or None in other:
        return None
    left, right = (frozenset().union(*(o for o in side if o)) for side in (one, other))
    return len(left | right) == 1 if verdict.said == "merge" else not left & right


def merge(here: InCase, market: Market, one: str, other: str, because: str, seen: int | None) -> Verdict:
    """Say that two are one person.

    :raises ConflictError: when somebody was quicker, or what stands says the contrary
    """
    first, second = _ends(market, one), _ends(market, other)
    if set(first) & set(second):
        raise CaseError(here.say("network.one_already"))
    return _said(here, "merge", first, second, because, seen)


def split(
    here: InCase, market: Market, person: str, accounts: Sequence[str], because: str, seen: int | None
) -> Verdict:
    """Say that accounts of a person are somebody else's.

    :raises ConflictError: as :func:`merge` does
    """
    whole = accounts_of(market.people[market.number[person]]) if person in market.number else ()
    if not whole:
        raise GoneError(here.say("network.nobody"))
    apart = tuple(dict.fromkeys(accounts))
    if not apart or set(apart) - set(whole):
        raise CaseError(here.say("network.choose_accounts"))
    rest = tuple(a for a in whole if a not in apart)
    if not rest:
        raise CaseError(here.say("network.nothing_left"))
    return _said(here, "split", apart, rest, because, seen)


def take_back(here: InCase, verdict: str, because: str) -> Verdict:
    """Take a verdict back; the evidence stands again.

    :raises ConflictError: when somebody took it back before
    """
    why = _why(because)
    with _judging(here) as (tx, listed):
        known = {e.id: e for e in history(listed) if isinstance(e, Verdict)}
        if verdict not in known:
            raise GoneError(here.say("network.no_such_verdict"))
        gone = next((e for e in history(listed) if isinstance(e, Undone) and e.of == verdict), None)
        if gone is not None:
            raise ConflictError(here.say("network.undone_before"), _words(gone))
        tx.log(here.user.id, "network.undone", here.case.id, details={"verdict": verdict})
        return undo(listed, verdict, why, here.user.name, here.now)


def _said(here: InCase, what: str, one: Sequence[str], other: Sequence[str], because: str, seen: int | None) -> Verdict:
    why = _why(because)
    with _judging(here) as (tx, listed):
        _insist_nobody_was_quicker(here, history(listed), {*one, *other}, seen)
        try:
            verdict = say(listed, what, one, other, why, here.user.name, here.now)
        except CaseError as error:  # two sides, a reason and a name were seen to: what stands says the contrary
            raise ConflictError(here.say("network.contrary"), str(error)) from None
        tx.log(here.user.id, f"network.{what}", here.case.id, details={"verdict": verdict.id})
        return verdict


def _why(because: str) -> str:
    """A reason as it is kept: the list lies in the workspace unsealed, so that names of people are masked as numbers are."""
    return unnamed(reason(because))


@contextmanager
def _judging(here: InCase) -> Iterator[tuple[Transaction, Listed]]:
    """A transaction of somebody who may judge here, and the list of verdicts."""
    with here.writing() as tx:
        insist(tx, here.user, here.case, Permission.judge)
        with open_list(here.served.workspace) as listed:
            yield tx, listed


def _insist_nobody_was_quicker(
    here: InCase, known: Sequence[Verdict | Undone], accounts: set[str], seen: int | None
) -> None:
    """``seen``: how many entries there were when the page was made; later ones on the same accounts are told first."""
    if seen is None:
        return
    by_id = {e.id: e for e in known if isinstance(e, Verdict)}
    for entry in known[max(seen, 0) :]:
        of = by_id.get(entry.of) if isinstance(entry, Undone) else entry
        if of is not None and accounts & {*of.accounts, *of.others}:
            raise ConflictError(here.say("network.quicker"), _words(entry), str(len(known)))


def _words(entry: Verdict | Undone) -> str:
    at = entry.at.isoformat(timespec="minutes")
    if isinstance(entry, Undone):
        return f"{entry.of} undo – {at} {entry.by}: {entry.because}"
    ends = f"{', '.join(entry.accounts)} | {', '.join(entry.others)}"
    return f"{entry.id} {entry.said}: {ends} – {at} {entry.by}: {entry.because}"


def _ends(market: Market, name: str) -> tuple[str, ...]:
    """One account where that is what the name is, else all accounts of the person of that id or alias."""
    who(market, name)  # told as the other pages tell it, where there is nobody, or several
    return market.book.accounts(name)
