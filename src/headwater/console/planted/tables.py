"""What was planted as tables of a page: plans, their steps and decoys, who was shown them, marked copies, what leaks show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Literal
from urllib.parse import quote
from zoneinfo import ZoneInfo

from headwater.casework.veil import HIDDEN_FILE
from headwater.console.desk.citing import place
from headwater.console.here import InCase
from headwater.console.models import Badge, Cell, Column, Link, Table
from headwater.console.planted.registries import Planted, area
from headwater.identifiers.file_names import covered
from headwater.planting.canaries.figures import MOST
from headwater.planting.canaries.registry import PlanEntry, Showing

LISTED = 1000
KINDS = ("canary", "mark")
TONES: Mapping[str, Literal["plain", "good", "warn", "soft"]] = {
    "proposed": "warn",
    "approved": "plain",
    "planted": "good",
    "withdrawn": "soft",
}


def state(here: InCase, entry: PlanEntry) -> Badge:
    """How far a plan is, in a word."""
    return Badge(text=here.say.name("canaries.states", entry.state), tone=TONES.get(entry.state, "plain"))


def said(here: InCase, entry: PlanEntry) -> str:
    """How well decoys of a plan can be told from people, in a sentence."""
    told = area(entry)
    figures = {k: f"{float(told.get(k) or 0.0):.3f}" for k in ("value", "low", "high")}
    return here.say("canaries.reaches" if entry.reaches else "canaries.misses", most=MOST, **figures)


def when(here: InCase, at: datetime) -> str:
    """A moment in the case's zone."""
    case = here.desk.part("case")
    zone = str(case.get("timezone") or "UTC") if isinstance(case, Mapping) else "UTC"
    return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} {zone}"


def written(here: InCase, at: str) -> str:
    """A moment as a registry writes it, in the case's zone; a day, and what people wrote without a zone, as it is."""
    with suppress(ValueError):
        moment = datetime.fromisoformat(at)
        return when(here, moment) if moment.tzinfo else at
    return at


def steps(here: InCase, entry: PlanEntry) -> Table:
    """What became of a plan."""
    say = here.say
    rows: list[dict[str, Cell]] = [
        {
            "state": say.name("canaries.states", s.state), "at": when(here, s.at), "by": s.by, "second": s.second or None,
            "because": "; ".join(part for part in (s.because, s.although) if part) or None,
        }
        for s in entry.steps
    ]  # fmt: skip
    heads = [Column(key=k, title=say(f"canaries.{k}")) for k in ("state", "at", "by", "second", "because")]
    return Table(name="steps", title=say("canaries.steps"), columns=heads, rows=rows, total=len(rows))


def decoys(here: InCase, known: Planted, entry: PlanEntry) -> Table:
    """Its decoys with for whom they are."""
    say, times = here.say, Counter(s.decoy for s in known.book.showings)
    rows: list[dict[str, Cell]] = [
        {
            "decoy": d.id,
            "whom": whom(here, known, d.label, entry.accounts) if d.label else None,
            "chance": d.chance,
            "showings": times[d.id],
        }
        for d in entry.decoys[:LISTED]
    ]
    heads = [
        Column(key="decoy", title=say("canaries.decoy"), kind="code"), Column(key="whom", title=say("canaries.whom")),
        Column(key="chance", title=say("canaries.chance"), kind="percent"),
        Column(key="showings", title=say("canaries.showings"), kind="number"),
    ]  # fmt: skip
    return Table(name="decoys", title=say("canaries.decoys"), columns=heads, rows=rows, total=len(entry.decoys))


def whom(here: InCase, known: Planted, name: str, accounts: Collection[str] = ()) -> Cell:
    """For whom a decoy is: somebody of the house by a pseudonym, a period or a place as it was written, names in it masked."""
    return _of_the_house(here, known, name, accounts) or covered(name)


def _of_the_house(here: InCase, known: Planted, name: str, accounts: Collection[str] = ()) -> Link | None:
    account, person = known.account(name), known.person(name)
    is_account = name in accounts or here.desk.one("accounts", account) is not None
    found = account if is_account else person if here.desk.one("staff", person) is not None else None
    return Link(text=found, href=f"{here.root}/staff/{found}") if found else None


def showings(here: InCase, known: Planted, entry: PlanEntry) -> Table:
    """Who was shown its decoys."""
    say, own = here.say, {d.id for d in entry.decoys}
    found = sorted(s for s in known.book.showings if s.decoy in own)
    rows: list[dict[str, Cell]] = []
    for each in found[:LISTED]:
        account = known.account(each.account)
        told = {
            "account": Link(text=account, href=f"{here.root}/staff/{account}"),
            "at": written(here, each.at) or None,
            "where": _line(here, each) if each.source else None,
        }
        rows.append({"decoy": each.decoy, **told})
    heads = [Column(key=k, title=say(f"canaries.{k}")) for k in ("decoy", "account", "at", "where")]
    return Table(name="showings", title=say("canaries.table_showings"), columns=heads, rows=rows, total=len(found))


def _line(here: InCase, showing: Showing) -> str:
    """The line of a log that says so; a file that the answer does not call so bears somebody's name, and is not named."""
    is_plain = here.desk.one("files", showing.source) is not None
    return place({"source": showing.source if is_plain else HIDDEN_FILE.said(here.lang), "line": showing.line})


def copies(here: InCase, known: Planted | None) -> Table:
    """Marked copies that were handed out."""
    say = here.say
    rows: list[dict[str, Cell]] = (
        [
            {
                "export": copy.export,
                "recipient": _of_the_house(here, known, copy.recipient) or known.account(copy.recipient),
                "at": written(here, copy.at),
                "rows": copy.rows,
                "sha256": copy.sha256[:16],
            }
            for copy in known.copies[-LISTED:]
        ]
        if known
        else []
    )
    heads = [
        Column(key="export", title=say("canaries.export"), kind="code"), Column(key="recipient", title=say("canaries.recipient")),
        Column(key="at", title=say("canaries.at")), Column(key="rows", title=say("canaries.rows"), kind="number"),
        Column(key="sha256", title="SHA-256", kind="code"),
    ]  # fmt: skip
    total = len(known.copies) if known else 0
    return Table(name="copies", title=say("canaries.copies"), columns=heads, rows=rows, total=total)


def found(here: InCase) -> Table:
    """Statements on decoys and marks in the waterfalls of takers."""
    say = here.say
    rows: list[dict[str, Cell]] = []
    for leak in here.desk.rows("leaks", limit=500, whole=True).rows:
        href = f"{here.root}/leaks/one?leak={quote(str(leak['leak']), safe='')}"
        for taker in leak.get("takers") or ():
            for said in taker.get("statements") or ():
                if isinstance(said, Mapping) and said.get("kind") in KINDS:
                    account = str(taker["account"])
                    rows.append(
                        {
                            "leak": Link(text=str(leak["leak"]), href=href), "text": said.get("text"), "bits": said.get("bits"),
                            "account": Link(text=account, href=f"{here.root}/staff/{account}"),
                        }
                    )  # fmt: skip
    heads = [
        Column(key="leak", title=say("canaries.leak")), Column(key="account", title=say("canaries.account")),
        Column(key="text", title=say("canaries.text")), Column(key="bits", title=say("canaries.bits"), kind="bits"),
    ]  # fmt: skip
    return Table(name="found", title=say("canaries.found"), columns=heads, rows=rows[:LISTED], total=len(rows))
