"""A case in three minutes: the answer, how sure each story is, the way of the data, what to do now, what is not known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from headwater.casework.reports import figures
from headwater.casework.reports.first_page import Glance, Way, glances, unknowns, way
from headwater.casework.reports.overview import key_figures
from headwater.casework.reports.words import words as report_words
from headwater.console.desk import detectors
from headwater.console.desk.glimpse import first_page
from headwater.console.here import CaseHere, InCase
from headwater.console.models import Cell, Chart, Column, Link, Shown, Table
from headwater.console.twin import Page, View

ANCHORS = {"limits": "#limits", "read": "files/not-read", "incidents": "incidents", "attribution": "leaks"}


class Figure(Shown):
    """A number, what it counts, and a remark."""

    value: str
    label: str
    remark: str


class Named(Shown):
    """Somebody who is thought to have acted, and how sure that is."""

    person: Link
    probability: float | None


class Story(Shown):
    """An incident in one row."""

    number: int
    incident: Link
    strength: str
    """How strong the evidence is, in a word."""
    bits: float | None
    people: list[Named]
    stands: list[str]
    """Innocent explanations that stand: nobody should be acted against until they are settled."""
    tested: bool
    """Whether innocent explanations were tested."""
    verdict: str


class Step(Shown):
    """A link of the chain from the person to where the data was found again."""

    what: str
    lines: list[str]
    seen: bool


class Overview(Shown):
    """The whole of a case in short."""

    name: str
    organisation: str
    timezone: str
    answer: list[str]
    """The whole in a few sentences."""
    figures: list[Figure]
    stories: list[Story]
    """The first stories, the most telling first; what people explained or refuted comes last."""
    incidents: int
    way: list[Step]
    """The way of the data in the most telling story; empty where there is none."""
    now: list[Link]
    """What to do now."""
    unknown: list[Link]
    """What is not known; an empty address leads nowhere."""
    limits: list[str]
    """What could not be done, and for want of which input."""
    by_detector: Chart | None
    """How many findings each detector gave."""
    about: Table
    """From what the answer was made."""


def overview(here: CaseHere) -> Overview:
    """The case in three minutes."""
    told, result = report_words(here.lang), first_page(here.desk)
    case: Mapping[str, Any] = result["case"] or {}
    stories = glances(result)
    found = way(result)
    return Overview(
        name=here.case.name,
        organisation=str(case.get("organisation") or ""),
        timezone=str(case.get("timezone") or ""),
        answer=list(result["answer"]),
        figures=[Figure(value=f.value, label=f.label, remark=f.remark) for f in key_figures(result, told)],
        stories=[_story(here, glance) for glance in stories],
        incidents=len(result["incidents"]),
        way=_way(here, found) if found else [],
        now=_now(here, stories),
        unknown=_unknown(here, result),
        limits=[str(limit) for limit in result["limits"]],
        by_detector=_by_detector(here),
        about=_about(here, case),
    )


def _story(here: InCase, glance: Glance) -> Story:
    told, incident = report_words(here.lang), glance.incident
    state = (incident.get("verdict") or {}).get("state")
    people = [
        Named(person=_staff(here, str(p.get("employee"))), probability=p.get("probability")) for p in glance.people[:3]
    ]
    return Story(
        number=glance.number,
        incident=Link(text=str(incident.get("title")), href=f"{here.root}/incidents/{incident.get('rank')}"),
        strength=told(f"strength.{glance.strength}"),
        bits=incident.get("bits"),
        people=people,
        stands=[str(a.get("title")) for a in glance.stands],
        tested=bool(incident.get("alternatives")),
        verdict=told.name("casebook.judgement", state) if state else "",
    )


def _staff(here: InCase, pseudonym: str) -> Link:
    return Link(text=pseudonym, href=f"{here.root}/staff/{quote(pseudonym, safe='')}")


def _way(here: InCase, found: Way) -> list[Step]:
    """The chain of the report, link by link, with what was not seen said."""
    say, first = report_words(here.lang), found.incident
    people = [f"{p.get('employee')} {figures.percent(p.get('probability'))}".strip() for p in found.people]
    accounts = [str(a) for a in list(first.get("accounts") or ())[:1]]
    devices = list(first.get("devices") or ())[:3]
    read = [
        say("way.people", n=figures.number(first.get("subjects"))),
        figures.days(first.get("from"), first.get("to")).striptags(),
    ]
    out = [f"{c.get('host')} {figures.size(c.get('bytes'))}" for c in found.channel]
    again = [
        f"{leak.get('leak')}: "
        + say(
            "way.rows",
            n=figures.number(taker.get("rows_explained")),
            account=taker.get("account"),
            p=figures.percent(taker.get("probability")),
        )
        for leak, taker in found.leaks
    ]
    return [
        Step(what=say("way.who"), lines=people or [say("way.nobody")], seen=bool(people)),
        Step(
            what=say("way.account"),
            lines=[*accounts, *([say("way.at", devices=", ".join(devices))] if devices else [])],
            seen=bool(accounts),
        ),
        Step(what=say("way.read"), lines=read, seen=True),
        Step(what=say("way.out"), lines=out or [say("way.unseen")], seen=bool(out)),
        Step(what=say("way.found"), lines=again or [say("way.lost")], seen=bool(again)),
    ]


def _now(here: InCase, stories: tuple[Glance, ...]) -> list[Link]:
    say, root = report_words(here.lang), here.root
    made = []
    if any(glance.stands for glance in stories):
        made.append(Link(text=say("now.stands"), href=f"{root}/incidents"))
    if stories:
        made += [Link(text=say("now.hear"), href=""), Link(text=say("now.clears"), href=f"{root}/incidents")]
    return [*made, Link(text=here.say("overview.now_duties"), href=f"{root}/law/duties")]


def _unknown(here: InCase, result: Mapping[str, Any]) -> list[Link]:
    say = report_words(here.lang)
    made = []
    for unknown in unknowns(result):
        text = say(f"unknown.{unknown.key}", n=unknown.count) if unknown.count else say(f"unknown.{unknown.key}")
        to = ANCHORS.get(unknown.anchor, "")
        made.append(Link(text=text, href=to if to.startswith("#") or not to else f"{here.root}/{to}"))
    return made


def _by_detector(here: InCase) -> Chart | None:
    counts = here.desk.facets("findings", "detector")
    if not counts:
        return None
    say = here.say
    titles = {detector: detectors.title(detector, here.lang) for detector in counts}
    rows: list[dict[str, Cell]] = [
        {"detector": Link(text=titles[d], href=f"{here.root}/findings?detector={quote(d, safe='')}"), "findings": n}
        for d, n in counts.items()
    ]
    columns = [
        Column(key="detector", title=say("overview.detector")),
        Column(key="findings", title=say("overview.findings"), kind="number"),
    ]
    table = Table(name="by-detector", title=say("overview.by_detector"), columns=columns, rows=rows, total=len(rows))
    bars = [
        {"value": n, "name": titles[d], "href": f"{here.root}/findings?detector={quote(d, safe='')}"}
        for d, n in counts.items()
    ]
    option = {
        "grid": {"left": 8, "right": 40, "top": 8, "bottom": 8, "containLabel": True},
        "tooltip": {"trigger": "item"},
        "xAxis": {"type": "value", "minInterval": 1},
        "yAxis": {"type": "category", "inverse": True, "data": [titles[d] for d in counts]},
        "series": [
            {
                "type": "bar",
                "barMaxWidth": 18,
                "data": bars,
                "label": {"show": True, "position": "right"},
                "itemStyle": {"color": "#4477aa"},
            }
        ],
    }
    words = say(
        "overview.by_detector_words", n=sum(counts.values()), detectors=len(counts), most=titles[next(iter(counts))]
    )
    size = "high" if len(counts) > 12 else "middle" if len(counts) > 5 else "low"
    return Chart.model_validate(
        {"name": "by-detector", "title": table.title, "words": words, "option": option, "table": table, "height": size}
    )


def _about(here: InCase, case: Mapping[str, Any]) -> Table:
    say = here.say
    told: list[tuple[str, Cell]] = [
        ("case", str(case.get("name") or "")),
        ("program", str(case.get("program") or "")),
        ("zone", str(case.get("timezone") or "")),
        ("manifest", str(case.get("manifest") or "")),
        ("answer_digest", here.desk.version),
    ]
    sets = case.get("rule_sets")
    if isinstance(sets, list):
        told += [("rule_set", f"{r.get('id')} {r.get('version')} {str(r.get('digest'))[:12]}") for r in sets]
    rows: list[dict[str, Cell]] = [{"what": say(f"overview.{name}"), "value": value} for name, value in told]
    columns = [Column(key="what", title=say("overview.what")), Column(key="value", title=say("overview.value"))]
    return Table(name="about", title=say("overview.about"), columns=columns, rows=rows, total=len(rows))


PAGE = Page(
    "overview",
    views=(View("/cases/{case}", overview, "overview.html.j2", "A case in three minutes"),),
)
