"""What people said of who is who and the answer does not show yet: told wherever one of its people stands, with how it is built in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from headwater.casework.covered import cover_account
from headwater.casework.market_book import accounts_of
from headwater.casework.reports.market.people import Person
from headwater.console.here import InCase
from headwater.console.jobs import known as kinds
from headwater.console.markets.market import Market
from headwater.console.markets.sayings import Entry, Said, entries, told
from headwater.console.markets.upon import upon
from headwater.console.models import Link, Shown
from headwater.model.errors import StoreError
from headwater.store.casebook.permissions import Permission

MOST = 5
"""So many of them are told one by one."""
ACCOUNTS = 3
"""So many accounts of a side are named."""
REBUILDS = frozenset({"network", "report", "investigate", "detect", "attribute"})
"""Kinds of work that end with an answer made by the verdicts that stand."""


class Waiting(Shown):
    """What people said of who is who and this answer does not show yet."""

    number: int
    """How many verdicts, and verdicts that were taken back."""
    said: list[Link]
    """Each with its address, the newest first; the first of them, where there are many."""
    may_rebuild: bool
    """Whether the one who asks may begin the work that builds on them."""
    at_work: Link | None
    """Work that waits or runs, and ends with a new answer."""


def heard(here: InCase) -> tuple[Said, ...] | None:
    """Everything that was said; ``None`` where the list cannot be read, which hides nothing else of the market."""
    try:
        return told(here.served.workspace)
    except StoreError:
        return None


def seen(here: InCase, said: Sequence[Said] | None) -> str:
    """What a page is made upon, to be sent along with what is said of it; empty where nothing can be said."""
    return "" if said is None else str(upon(here.desk, said))


def known(here: InCase, market: Market, said: Sequence[Said] | None) -> list[Entry]:
    """Verdicts, the newest first, each with whether this answer was made by it."""
    built = here.desk.part("network.verdicts")
    return entries(market, said or (), frozenset(map(str, built)))


def waiting(here: InCase, market: Market, found: Iterable[Entry], people: Sequence[Person] | None = None) -> Waiting:
    """What the answer does not show yet: of these people, or all of it."""
    several = [e for e in found if e.waits]
    if people is not None:
        own = {account for person in people for account in accounts_of(person)}
        several = [e for e in several if e.accounts & own]
    return Waiting(
        number=len(several),
        said=[_link(here, market, e) for e in several[:MOST]],
        may_rebuild=here.user.may(Permission.write) and here.served.case_folder is not None,
        at_work=_at_work(here) if several else None,
    )


def _link(here: InCase, market: Market, entry: Entry) -> Link:
    verdict = entry.verdict
    how = "undone" if entry.undone else verdict.said
    one, other = (_some(market, side) for side in (verdict.accounts, verdict.others))
    by = entry.undone.by if entry.undone else verdict.by
    words = here.say(f"network.pending_{how}", one=one, other=other, by=by, id=verdict.id)
    return Link(text=words, href=f"{here.root}/network/verdicts#{verdict.id}")


def _some(market: Market, accounts: Sequence[str]) -> str:
    more = f" … ({len(accounts)})" if len(accounts) > ACCOUNTS else ""
    return ", ".join(market.written(cover_account(a)) for a in accounts[:ACCOUNTS]) + more


def _at_work(here: InCase) -> Link | None:
    """The youngest: it is the likeliest to know what was said last."""
    open_ = (j for j in here.house.jobs.jobs(here.served.slug) if not j.is_over and j.kind in REBUILDS)
    job = next(open_, None)
    if job is None:
        return None
    return Link(text=kinds.kind(job.kind).title.said(here.lang), href=f"{here.root}/jobs/{job.id}")
