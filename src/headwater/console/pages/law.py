"""What the law makes of the counts: a tally for each suspect with its sum, and what may be argued."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import Query

from headwater.casework.reports import figures
from headwater.casework.reports.words import words as report_words
from headwater.console.desk.asking import Slice
from headwater.console.desk.desk import PSEUDONYM
from headwater.console.desk.layout import CASE
from headwater.console.desk.narrowing import Filter, chosen, narrowing
from headwater.console.errors import GoneError
from headwater.console.here import CaseHere, InCase
from headwater.console.models import After, Badge, Cell, Column, Kind, Limit, Link, Shown, Sought, Table
from headwater.console.pages import duties
from headwater.console.twin import Page, View
from headwater.law.rule_set import Question
from headwater.law.rules import JURISDICTIONS, load

Grade = Annotated[str, Query(max_length=100)]
Sort = Literal["", "gravity", "-gravity", "suspect", "-suspect", "gains_high", "-gains_high"]
TONES = {"none": "soft", "serious": "warn", "especially serious": "bad"}


class Law(Shown):
    """What is counted for whom. Grades are indications from counts: no judgment, and no legal advice."""

    caution: str
    tallies: Table
    """Holders of seized files, employees whom only the attribution names, and the case as a whole."""
    market: Table
    """People of the market, the gravest first."""
    filters: list[Filter]


class Rule(Shown):
    """A rule and what it says."""

    article: str
    text: str


class Asked(Shown):
    """A fact that nobody has given, and what it would change."""

    asks: str
    would: str


class Beside(Shown):
    """Another offence for which facts are given."""

    law: str
    low: str
    high: str
    articles: list[str]


class Tally(Shown):
    """What is counted for one suspect, low and high, and what follows."""

    suspect: Link
    measured: str
    """As an insider, at the full figures, or at different ones on either side."""
    low: Badge
    high: Badge
    since: str
    """The day of the first act, where it is known."""
    counts: Table
    """Items by legal group, persons, gains and the proportional sum."""
    arithmetic: list[str]
    """The sum, written out."""
    articles: list[str]
    law: list[Rule]
    given: Table
    """Facts that were known."""
    changes: list[str]
    """What would move the grade."""
    open: list[Asked]
    against: list[Rule]
    """What may be said against the grade."""
    lenient: str
    fine: str
    neighbours: list[Beside]
    notes: list[str]
    counting: list[str]
    verified: bool | None
    """Whether a lawyer has confirmed everything that this rests on."""
    cited: Table
    rule_set: str


def law(
    here: CaseHere, q: Sought = "", grade: Grade = "", sort: Sort = "-gravity", after: After = None, limit: Limit = 50
) -> Law:
    """The tallies of the case, and those of the market's people."""
    say, desk = here.say, here.desk
    several = list(desk.every("tallies"))
    own = Slice(several, None, len(several))  # all of them: a cursor of this page is the market's
    key = sort.lstrip("-")
    market = desk.rows("market_tallies", q, chosen(grade=grade), sort if key else "", after, limit, whole=True)
    told = report_words(here.lang)
    filters = [narrowing(desk, "market_tallies", "grade", grade, say("law.grade"), lambda g: told.name("grade", g))]
    return Law(
        caution=told("tally.caution"),
        tallies=_table(here, "tallies", say("law.tallies"), own, sortable=False),
        market=_table(here, "market", say("law.market"), market, sortable=True),
        filters=[each for each in filters if each.choices],
    )


def _table(here: InCase, name: str, title: str, found: Slice, *, sortable: bool) -> Table:
    say = here.say
    columns = [
        Column(key="suspect", title=say("law.suspect"), sort="suspect" if sortable else ""),
        Column(key="measured", title=say("law.measured")),
        Column(key="low", title=say("law.low"), sort="gravity" if sortable else ""),
        Column(key="high", title=say("law.high")),
        Column(key="persons", title=say("law.persons")),
        Column(key="items", title=say("law.items")),
        Column(key="gains", title=say("law.gains"), sort="gains_high" if sortable else ""),
        Column(key="since", title=say("law.since"), kind="day"),
    ]
    rows = [_row(here, tally) for tally in found.rows]
    return Table(
        name=name,
        title=title,
        columns=columns,
        rows=rows,
        next=found.next,
        total=found.total,
        more=found.more,
        short=list(found.short),
    )


def _row(here: InCase, tally: Mapping[str, Any]) -> dict[str, Cell]:
    items = [v for v in (tally.get("items") or {}).values() if v]
    return {
        "suspect": _suspect(here, tally),
        "measured": _measured(here, tally),
        "low": _grade(here, tally, "low"),
        "high": _grade(here, tally, "high"),
        "persons": _span(tally.get("persons")),
        "items": _span({side: sum(_side(v, side) for v in items) for side in ("low", "high")}),
        "gains": _span(tally.get("gains")),
        "since": tally.get("since"),
    }


def _suspect(here: InCase, tally: Mapping[str, Any]) -> Link:
    name = tally.get("suspect")
    text = str(name) if name else here.say("law.whole_case")
    return Link(text=text, href=f"{here.root}/law/tally?suspect={quote(str(name or CASE), safe='')}")


def _grade(here: InCase, tally: Mapping[str, Any], side: str) -> Badge:
    found = tally.get(side)
    grade = str(found.get("grade") if isinstance(found, Mapping) else found or tally.get("grade"))
    text = report_words(here.lang).name("grade", grade)
    return Badge.model_validate({"text": text, "tone": TONES.get(grade, "plain")})


def _measured(here: InCase, tally: Mapping[str, Any]) -> str:
    told, half = report_words(here.lang), tally.get("half")
    if tally.get("insider"):
        return told("tally.insider")
    return told("law.half_high") if isinstance(half, Mapping) and half.get("high") else told("tally.outsider")


def _side(value: Any, side: str) -> Any:
    return (value.get(side) or 0) if isinstance(value, Mapping) else value or 0


def _span(value: Any) -> str:
    """Low and high as one writes them; one figure where they are the same.

    >>> _span({"low": 3, "high": 1200}), _span({"low": 4, "high": 4}), _span(7)
    ('3 – 1,200', '4', '7')
    """
    low, high = _side(value, "low"), _side(value, "high")
    return figures.number(low) if low == high else f"{figures.number(low)} – {figures.number(high)}"


def tally(
    here: CaseHere,
    suspect: Annotated[str, Query(max_length=500, description="Who; `case` for the case as a whole.")] = CASE,
) -> Tally:
    """One tally with its sum written out, what would change it, and what may be said against it."""
    found = here.desk.one("tallies", suspect) or here.desk.one("market_tallies", suspect)
    if found is None:
        raise GoneError("there is no such tally in this answer")
    say = here.say
    sets = found.get("rule_set")
    return Tally(
        suspect=_person(here, found),
        measured=_measured(here, found),
        low=_grade(here, found, "low"),
        high=_grade(here, found, "high"),
        since=str(found.get("since") or ""),
        counts=_counts(here, found),
        arithmetic=_texts(found, "arithmetic"),
        articles=_texts(found, "articles"),
        law=_rules(found, "law"),
        given=_given(here, found),
        changes=_texts(found, "changes"),
        open=[Asked(asks=str(o.get("asks")), would=str(o.get("would") or "")) for o in found.get("open") or ()],
        against=_rules(found, "against"),
        lenient=say.name("law.lenient", found.get("lenient") or "no"),
        fine=_span(found["fine"]) if found.get("fine") else "",
        neighbours=_beside(here, found),
        notes=_texts(found, "notes"),
        counting=_texts(found, "counting"),
        verified=found.get("verified"),
        cited=_cited(here, found),
        rule_set=" ".join(str(sets.get(k)) for k in ("id", "version")) if isinstance(sets, Mapping) else "",
    )


def _person(here: InCase, found: Mapping[str, Any]) -> Link:
    name = found.get("suspect")
    if not name:
        return Link(text=here.say("law.whole_case"), href=here.root)
    if PSEUDONYM.fullmatch(str(name)):
        return Link(text=str(name), href=f"{here.root}/staff/{name}")
    if here.desk.one("people", str(name)):
        return Link(text=str(name), href=f"{here.root}/network/people/{quote(str(name), safe='')}")
    return Link(text=str(name), href=f"{here.root}/holdings")


def _texts(found: Mapping[str, Any], key: str) -> list[str]:
    return [str(text) for text in found.get(key) or ()]


def _rules(found: Mapping[str, Any], key: str) -> list[Rule]:
    return [Rule(article=str(r.get("article")), text=str(r.get("text"))) for r in found.get(key) or ()]


def _beside(here: InCase, found: Mapping[str, Any]) -> list[Beside]:
    told = report_words(here.lang)
    return [
        Beside(
            law=str(n.get("law")),
            low=told.name("grade", n.get("low")),
            high=told.name("grade", n.get("high")),
            articles=[str(a) for a in n.get("articles") or ()],
        )
        for n in found.get("neighbours") or ()
    ]


def _counts(here: InCase, found: Mapping[str, Any]) -> Table:
    told = report_words(here.lang)
    rows = [(told.name("group", group), value) for group, value in (found.get("items") or {}).items()]
    rows += [(told("law.persons"), found.get("persons")), (told("tally.gains"), found.get("gains"))]
    ratio = {side: found[side].get("ratio") for side in ("low", "high") if isinstance(found.get(side), Mapping)}
    if ratio.get("low") is not None:
        rows.append((told("tally.ratio"), ratio))
    cells: list[dict[str, Cell]] = [
        {"what": what, "low": _side(value, "low"), "high": _side(value, "high")} for what, value in rows
    ]
    return _plain(here, "counts", cells, ("what", "text"), ("low", "number"), ("high", "number"))


def _given(here: InCase, found: Mapping[str, Any]) -> Table:
    say = here.say
    given: Mapping[str, Any] = found.get("given") or {}
    asks = {q.fact: q.asks.said(here.lang) for q in _questions(here)}
    cells: list[dict[str, Cell]] = [
        {"fact": asks.get(fact, fact.replace("_", " ")), "known": say.name("law.said", value)}
        for fact, value in given.items()
    ]
    return _plain(here, "given", cells, ("fact", "text"), ("known", "text"))


def _questions(here: InCase) -> tuple[Question, ...]:
    """What the rule set of the case asks people; nothing where this program has it no more."""
    name = JURISDICTIONS.get(str((here.desk.part("case") or {}).get("jurisdiction")))
    return load(name).questions if name else ()


def _cited(here: InCase, found: Mapping[str, Any]) -> Table:
    told = report_words(here.lang)
    cells: list[dict[str, Cell]] = [
        {
            "rule": str(c.get("id")),
            "source": str(c.get("source")),
            "as_of": c.get("as_of"),
            "certainty": told.name("duty_certainty", c.get("certainty")),
            "verified": bool(c.get("verified")),
        }
        for c in found.get("cited") or ()
    ]
    kinds: Sequence[tuple[str, Kind]] = (("rule", "code"), ("source", "text"), ("as_of", "day"))
    return _plain(here, "cited", cells, *kinds, ("certainty", "text"), ("verified", "text"))


def _plain(here: InCase, name: str, rows: list[dict[str, Cell]], *columns: tuple[str, Kind]) -> Table:
    made = [Column(key=key, title=here.say(f"law.column_{key}"), kind=kind) for key, kind in columns]
    return Table(name=name, title=here.say(f"law.{name}"), columns=made, rows=rows, total=len(rows))


PAGE = Page(
    "law",
    views=(
        View("/cases/{case}/law", law, "law.html.j2", "What the law counts, for whom"),
        View("/cases/{case}/law/tally", tally, "tally.html.j2", "One tally with its sum"),
        *duties.VIEWS,
    ),
    acts=duties.ACTS,
    more=duties.more,
)
