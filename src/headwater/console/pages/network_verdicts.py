"""Who is who in a market, as people say: merges and splits with reasons, and taking them back. Every later run builds on them."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from pydantic import Field

from headwater.casework.covered import cover_account
from headwater.console.clocks import zone
from headwater.console.here import CaseHere
from headwater.console.markets.market import Market
from headwater.console.markets.opening import market_of
from headwater.console.markets.pending import Waiting, known, waiting
from headwater.console.markets.sayings import Entry, merge, split, take_back, told
from headwater.console.markets.upon import PATTERN
from headwater.console.markets.ways import Ways
from headwater.console.models import Badge, Body, Done, Link, Shown
from headwater.console.twin import Act, Page, View
from headwater.store.casebook.permissions import Permission


class Side(Shown):
    """An account on one side of a verdict, and whose it is in the answer that is shown."""

    account: str
    text: str
    """The account with what else it is called."""
    people: list[Link]


class Saying(Shown):
    """A verdict on who is who: what was said, by whom, why, and whether it was taken back."""

    id: str
    said: str
    """`merge` or `split`."""
    words: str
    one: list[Side]
    other: list[Side]
    because: str
    by: str
    at: str
    undone: str
    """Who took it back, when and why; empty where it stands."""
    state: Badge


class Sayings(Shown):
    """Everything that people said of who is who, the newest first; what was taken back is listed too."""

    waiting: Waiting
    sayings: list[Saying]
    may_judge: bool
    zone: str
    """The time zone of the times shown: the case's."""


class Merge(Body):
    """Two people, or accounts, that are one person."""

    one: str = Field(min_length=1, max_length=200, examples=["N00003"])
    other: str = Field(min_length=1, max_length=200, examples=["N00009"])
    because: str = Field(max_length=20_000, examples=["one bank card, exhibit 12"])
    seen: str | None = Field(default=None, pattern=PATTERN, examples=["3.0f5d897b0f5d897b"])
    """What the page gave as `seen`. Without it nobody notices that an id is somebody else's in a newer answer."""


class Split(Body):
    """Accounts of a person that are somebody else's."""

    person: str = Field(min_length=1, max_length=200, examples=["N00003"])
    accounts: list[str] = Field(max_length=500, examples=[["wxid_b"]])
    because: str = Field(max_length=20_000, examples=["two voices in exhibit 7"])
    seen: str | None = Field(default=None, pattern=PATTERN, examples=["3.0f5d897b0f5d897b"])
    """As of a merge."""


class Undo(Body):
    """A verdict that is taken back."""

    verdict: str = Field(max_length=40, examples=["V-1f2e3d4c5b"])
    because: str = Field(max_length=20_000, examples=["wrong card"])


def sayings(here: CaseHere) -> Sayings:
    """What people said of who is who: merges, splits, and what was taken back."""
    market = market_of(here.desk, here.served.workspace)
    found = known(here, market, told(here.served.workspace))
    return Sayings(
        waiting=waiting(here, market, found),
        sayings=[_shown(here, market, entry, zone(here)) for entry in found],
        may_judge=here.user.may(Permission.judge),
        zone=zone(here).key,
    )


def merge_people(here: CaseHere, body: Merge) -> Done:
    """Say that two are one person: kept with your name, reason and time; every later run builds on it."""
    market = market_of(here.desk, here.served.workspace)
    made = merge(here, market, body.one, body.other, body.because, body.seen)
    return _done(here, "merged", made.id)


def split_person(here: CaseHere, body: Split) -> Done:
    """Say that accounts of a person are somebody else's; every later run builds on it."""
    market = market_of(here.desk, here.served.workspace)
    made = split(here, market, body.person, body.accounts, body.because, body.seen)
    return _done(here, "split", made.id)


def undo(here: CaseHere, body: Undo) -> Done:
    """Take a verdict back: what it joined or parted stands again as the evidence has it, from the next run on."""
    made = take_back(here, body.verdict, body.because)
    return _done(here, "undone", made.id)


def _done(here: CaseHere, what: str, verdict: str) -> Done:
    to = f"{here.root}/network/verdicts?said=network_{what}#{verdict}"
    return Done(to=to, said=here.say(f"said.network_{what}"), id=verdict)


def _shown(here: CaseHere, market: Market, entry: Entry, of_case: ZoneInfo) -> Saying:
    verdict, gone, say = entry.verdict, entry.undone, here.say
    return Saying(
        id=verdict.id,
        said=verdict.said,
        words=say("network.words_merge" if verdict.said == "merge" else "network.words_split"),
        one=[_side(here, market, account) for account in verdict.accounts],
        other=[_side(here, market, account) for account in verdict.others],
        because=verdict.because,
        by=verdict.by,
        at=verdict.at.astimezone(of_case).isoformat(timespec="seconds"),
        undone=say(
            "network.undone_by", by=gone.by, at=f"{gone.at.astimezone(of_case):%Y-%m-%d %H:%M}", why=gone.because
        )
        if gone
        else "",
        state=_state(here, entry),
    )


def _state(here: CaseHere, entry: Entry) -> Badge:
    """Whether the answer that is shown was made by it."""
    if entry.undone:
        key, tone = ("undone_waiting", "warn") if entry.waits else ("undone", "soft")
    elif entry.waits:
        key, tone = "waiting", "warn"
    else:
        key, tone = ("built", "good") if entry.whole else ("unknown", "warn")
    return Badge.model_validate({"text": here.say(f"network.state_{key}"), "tone": tone})


def _side(here: CaseHere, market: Market, account: str) -> Side:
    ways = Ways(here.root)
    owners = [market.people[n].id for n in sorted(market.owners.get(cover_account(account), ()))]
    text = market.written(cover_account(account))
    return Side(account=account, text=text, people=[Link(text=name, href=ways.person(name)) for name in owners])


PAGE = Page(
    "network",
    views=(View("/cases/{case}/network/verdicts", sayings, "network_verdicts.html.j2", "Verdicts on who is who"),),
    acts=(
        Act("/cases/{case}/network/merge", merge_people, "Say that two are one person", permission=Permission.judge),
        Act("/cases/{case}/network/split", split_person, "Part accounts from a person", permission=Permission.judge),
        Act("/cases/{case}/network/undo", undo, "Take a verdict on who is who back", permission=Permission.judge),
    ),
)
