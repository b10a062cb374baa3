"""What people said of who is who in a market, and how it is said: a merge, a split, and taking either back."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from headwater.casework.covered import cover_account
from headwater.casework.market_book import accounts_of
from headwater.casework.reports.visible import visible
from headwater.console.clocks import zone
from headwater.console.errors import ConflictError, GoneError
from headwater.console.here import InCase
from headwater.console.markets.chosen import who
from headwater.console.markets.market import Market
from headwater.console.markets.upon import read, upon
from headwater.model.errors import CaseError
from headwater.model.network import Verdict
from headwater.network.verdicts import Listed, Undone, history, open_list, say, undo
from headwater.store.casebook.cases import insist
from headwater.store.casebook.entering import reason, unnamed
from headwater.store.casebook.permissions import Permission
from headwater.store.casebook.transaction import Transaction

Said = Verdict | Undone


@dataclass(frozen=True, slots=True)
class Entry:
    """A verdict, who took it back, whether the answer that is shown was made by it, and whether that has all its accounts."""

    verdict: Verdict
    undone: Undone | None
    built: bool
    whole: bool

    @property
    def waits(self) -> bool:
        """Whether the answer does not show yet what stands: a verdict that it was not made by, or one taken back that it was."""
        return self.built == (self.undone is not None)

    @property
    def accounts(self) -> frozenset[str]:
        """The accounts that it is on, as the answer writes them."""
        return frozenset(map(cover_account, (*self.verdict.accounts, *self.verdict.others)))


def told(workspace: Path) -> tuple[Said, ...]:
    """Everything that was said, the oldest first; nothing where there is no workspace."""
    if not (workspace / "manifest.sqlite").exists():
        return ()
    with open_list(workspace) as listed:
        return history(listed)


def entries(market: Market, said: Sequence[Said], built: Collection[str]) -> list[Entry]:
    """Verdicts, the newest first. ``built``: ids of those that the answer was made by."""
    gone = {entry.of: entry for entry in said if isinstance(entry, Undone)}
    verdicts = [entry for entry in said if isinstance(entry, Verdict)]
    return [Entry(v, gone.get(v.id), v.id in built, _whole(market, v)) for v in reversed(verdicts)]


def _whole(market: Market, verdict: Verdict) -> bool:
    return all(cover_account(account) in market.owners for account in (*verdict.accounts, *verdict.others))


def merge(here: InCase, market: Market, one: str, other: str, because: str, seen: str | None) -> Verdict:
    """Say that two are one person.

    :raises ConflictError: when somebody was quicker, the answer is another by now, or what stands says the contrary
    """
    with _of_the_answer_seen(here, seen):
        first, second = _ends(market, one), _ends(market, other)
        if set(first) & set(second):
            raise CaseError(here.say("network.one_already"))
    return _said(here, market, "merge", first, second, because, seen)


def split(
    here: InCase, market: Market, person: str, accounts: Sequence[str], because: str, seen: str | None
) -> Verdict:
    """Say that accounts of a person are somebody else's.

    :raises ConflictError: as :func:`merge` does
    """
    with _of_the_answer_seen(here, seen):
        whole = accounts_of(who(market, person))
        apart = tuple(dict.fromkeys(accounts))
        if not apart or set(apart) - set(whole):
            raise CaseError(here.say("network.choose_accounts"))
        rest = tuple(a for a in whole if a not in apart)
        if not rest:
            raise CaseError(here.say("network.nothing_left"))
    return _said(here, market, "split", apart, rest, because, seen)


def take_back(here: InCase, verdict: str, because: str) -> Verdict:
    """Take a verdict back; the evidence stands again.

    :raises ConflictError: when somebody took it back before
    """
    why = _why(because)
    with _judging(here) as (tx, listed):
        known = history(listed)
        if verdict not in {e.id for e in known if isinstance(e, Verdict)}:
            raise GoneError(here.say("network.no_such_verdict"))
        gone = next((e for e in known if isinstance(e, Undone) and e.of == verdict), None)
        if gone is not None:
            raise ConflictError(here.say("network.undone_before"), _words(here, gone))
        tx.log(here.user.id, "network.undone", here.case.id, details={"verdict": verdict})
        return undo(listed, verdict, why, here.user.name, here.now)


def _said(
    here: InCase, market: Market, what: str, one: Sequence[str], other: Sequence[str], because: str, seen: str | None
) -> Verdict:
    why = _why(because)
    with _judging(here) as (tx, listed):
        _insist_nothing_changed(here, market, history(listed), (one, other), seen)
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


@contextmanager
def _of_the_answer_seen(here: InCase, seen: str | None) -> Iterator[None]:
    """What cannot be said of this answer could be of the one that was looked at: whoever looked at that one is told so first."""
    try:
        yield
    except (CaseError, GoneError) as error:
        if seen is None or read(seen).answer == upon(here.desk, ()).answer:
            raise
        raise ConflictError(here.say("network.other_answer"), str(error)) from None


def _insist_nothing_changed(
    here: InCase, market: Market, known: Sequence[Said], sides: tuple[Sequence[str], Sequence[str]], seen: str | None
) -> None:
    """``seen``: what the page was made upon. Another answer, or later words on the same accounts, are told first."""
    if seen is None:
        return
    before, now = read(seen), upon(here.desk, known)
    newer = [_words(here, e) for e in _on(known[before.said :], known, {*sides[0], *sides[1]})]
    if before.answer != now.answer:
        ends = " | ".join(_end(market, side) for side in sides)
        raise ConflictError(here.say("network.other_answer"), "; ".join([ends, *newer]), str(now))
    if newer:
        raise ConflictError(here.say("network.quicker"), "; ".join(newer), str(now))


def _on(newer: Sequence[Said], known: Sequence[Said], accounts: set[str]) -> Iterator[Said]:
    """Those that are on one of these accounts."""
    by_id = {e.id: e for e in known if isinstance(e, Verdict)}
    for entry in newer:
        of = by_id.get(entry.of) if isinstance(entry, Undone) else entry
        if of is not None and accounts & {*of.accounts, *of.others}:
            yield entry


def _end(market: Market, accounts: Sequence[str]) -> str:
    """Accounts of one side with whose they are in this answer."""
    owners = sorted({n for account in accounts for n in market.owners.get(account, ())})
    names = [f"{visible(market.people[n].label)} ({market.people[n].id})" for n in owners]
    return f"{', '.join(names)}: {', '.join(map(market.written, accounts))}"


def _words(here: InCase, entry: Said) -> str:
    """An entry in one line, with its time in the case's zone."""
    of_case = zone(here)
    at = f"{entry.at.astimezone(of_case):%Y-%m-%d %H:%M} ({of_case.key})"
    if isinstance(entry, Undone):
        return f"{entry.of} {here.say('network.state_undone')} – {at} {entry.by}: {entry.because}"
    ends = f"{', '.join(entry.accounts)} | {', '.join(entry.others)}"
    return f"{entry.id} {here.say(f'network.words_{entry.said}')}: {ends} – {at} {entry.by}: {entry.because}"


def _ends(market: Market, name: str) -> tuple[str, ...]:
    """One account where that is what the name is, else all accounts of the person of that id or alias."""
    who(market, name)  # told as the other pages tell it, where there is nobody, or several
    return market.book.accounts(name)
