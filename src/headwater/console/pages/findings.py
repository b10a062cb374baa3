"""Everything that detectors found: a list to be narrowed and ordered, and each finding with its evidence."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import Query

from headwater.casework.reports.words import words as report_words
from headwater.console.desk import detectors
from headwater.console.desk.asking import Between
from headwater.console.desk.citing import Stated, cited, stated
from headwater.console.desk.narrowing import Filter, chosen, narrowing
from headwater.console.errors import GoneError
from headwater.console.here import CaseHere, InCase
from headwater.console.models import After, Badge, Cell, Chart, Column, Limit, Link, Shown, Sought, Table
from headwater.console.triage.drawing import evidence
from headwater.console.twin import Page, View

Code = Annotated[str, Query(max_length=200)]
Sort = Literal[
    "",
    "bits",
    "-bits",
    "gravity",
    "-gravity",
    "from",
    "-from",
    "to",
    "-to",
    "subjects",
    "-subjects",
    "p_value",
    "-p_value",
]
TONES = {"critical": "bad", "high": "warn", "medium": "plain", "low": "soft"}


class Findings(Shown):
    """What detectors found. A finding is no accusation: it says what is unusual, and how much."""

    findings: Table
    """One row per finding; by default in the order of the answer, the heaviest first."""
    filters: list[Filter]
    since: date | None
    until: date | None


class Finding(Shown):
    """One finding with all that it rests on."""

    id: str
    title: str
    severity: Badge
    fact: bool
    """Whether it is a rule that was broken, and not a rarity."""
    bits: float | None
    """The weight of its evidence."""
    p_value: float | None
    """How often chance alone would show as much."""
    subjects: int
    """Distinct people's records that were read."""
    starts: str
    ends: str
    accounts: list[Link]
    people: list[Link]
    devices: list[str]
    techniques: list[str]
    """ATT&CK and Insider Threat Matrix."""
    detector: detectors.About | None
    waterfall: Chart | None
    """How its evidence adds up, in bits."""
    statements: list[Stated]
    clears: list[str]
    """What would clear it."""
    verdict: str
    """What people said of it; empty where nobody said anything."""
    incidents: list[Link]
    """The stories that it is part of."""
    lines: Table


def findings(
    here: CaseHere,
    q: Sought = "",
    detector: Code = "",
    severity: Code = "",
    verdict: Code = "",
    account: Code = "",
    employee: Code = "",
    device: Code = "",
    fact: bool | None = None,
    since: date | None = None,
    until: date | None = None,
    sort: Sort = "",
    after: After = None,
    limit: Limit = 50,
) -> Findings:
    """Findings of the case, narrowed by words, detector, severity, account, person, device and days."""
    desk, say = here.desk, here.say
    where = dict(
        chosen(
            detector=detector,
            severity=severity,
            verdict=verdict,
            account=account,
            employee=employee,
            device=device,
            fact=fact,
        )
    )
    if since:
        where["to"] = Between(low=since.isoformat())
    if until:
        where["from"] = Between(high=f"{until.isoformat()}~")  # behind every time of that day
    found = desk.rows("findings", q, where, sort, after, limit)
    table = Table(
        name="findings",
        title=say("findings.title"),
        columns=_columns(here),
        rows=[_row(here, row) for row in found.rows],
        next=found.next,
        total=found.total,
        more=found.more,
        short=list(found.short),
    )
    return Findings(findings=table, filters=_filters(here, detector, severity, verdict), since=since, until=until)


def _filters(here: InCase, detector: str, severity: str, verdict: str) -> list[Filter]:
    desk, say, told = here.desk, here.say, report_words(here.lang)
    made = [
        narrowing(
            desk, "findings", "detector", detector, say("findings.detector"), lambda d: detectors.title(d, here.lang)
        ),
        narrowing(desk, "findings", "severity", severity, say("findings.severity"), lambda s: told.name("severity", s)),
        narrowing(
            desk, "findings", "verdict", verdict, say("findings.verdict"), lambda v: told.name("casebook.judgement", v)
        ),
    ]
    return [each for each in made if each.choices]


def _columns(here: InCase) -> list[Column]:
    say = here.say
    return [
        Column(key="title", title=say("findings.finding")),
        Column(key="detector", title=say("findings.detector")),
        Column(key="severity", title=say("findings.severity"), sort="gravity"),
        Column(key="who", title=say("findings.who")),
        Column(key="from", title=say("findings.from"), kind="day", sort="from"),
        Column(key="to", title=say("findings.to"), kind="day", sort="to"),
        Column(key="subjects", title=say("findings.subjects"), kind="number", sort="subjects"),
        Column(key="bits", title=say("findings.bits"), kind="bits", sort="bits"),
        Column(key="verdict", title=say("findings.verdict")),
    ]


def _row(here: InCase, row: dict[str, Any]) -> dict[str, Cell]:
    told = report_words(here.lang)
    state = (row.get("verdict") or {}).get("state")
    accounts = list(row.get("accounts") or ())
    return {
        "title": Link(text=str(row.get("title")), href=address(here, str(row.get("id")))),
        "detector": detectors.title(str(row.get("detector")), here.lang),
        "severity": _severity(here, row),
        "who": _who(here, accounts, "staff"),
        "from": row.get("from"),
        "to": row.get("to"),
        "subjects": row.get("subjects"),
        "bits": row.get("bits"),
        "verdict": told.name("casebook.judgement", state) if state else None,
    }


def address(here: InCase, id: str) -> str:
    """The page of a finding."""
    return f"{here.root}/findings/one?id={quote(id, safe='')}"


def _who(here: InCase, accounts: list[str], page: str) -> Cell:
    if not accounts:
        return None
    more = f" +{len(accounts) - 1}" if len(accounts) > 1 else ""
    return Link(text=f"{accounts[0]}{more}", href=f"{here.root}/{page}/{quote(accounts[0], safe='')}")


def _severity(here: InCase, row: dict[str, Any]) -> Badge:
    severity = str(row.get("severity"))
    return Badge.model_validate(
        {"text": report_words(here.lang).name("severity", severity), "tone": TONES.get(severity, "plain")}
    )


def finding(here: CaseHere, id: Annotated[str, Query(max_length=2000, description="The finding's id.")]) -> Finding:
    """One finding: its sentences with their weights, the lines they rest on, and what would clear it."""
    row = here.desk.one("findings", id)
    if row is None:
        raise GoneError("there is no such finding in this answer")
    say, told = here.say, report_words(here.lang)
    statements = [s for s in row.get("statements") or () if isinstance(s, dict)]
    state = (row.get("verdict") or {}).get("state")
    return Finding(
        id=id,
        title=str(row.get("title")),
        severity=_severity(here, row),
        fact=bool(row.get("fact")),
        bits=row.get("bits"),
        p_value=row.get("p_value"),
        subjects=int(row.get("subjects") or 0),
        starts=str(row.get("from")),
        ends=str(row.get("to")),
        accounts=_links(here, row.get("accounts")),
        people=_links(here, row.get("employees")),
        devices=list(row.get("devices") or ()),
        techniques=list(row.get("techniques") or ()),
        detector=detectors.about(str(row.get("detector")), here.lang),
        waterfall=evidence(statements, row.get("bits") or 0.0, None, say, "evidence", lambda _n: None),
        statements=stated(statements),
        clears=list(row.get("clears") or ()),
        verdict=told.name("casebook.judgement", state) if state else "",
        incidents=_incidents(here, id),
        lines=cited(row, "lines", say("findings.lines"), (say("findings.file"), say("findings.line"))),
    )


def _links(here: InCase, pseudonyms: Any) -> list[Link]:
    return [Link(text=str(p), href=f"{here.root}/staff/{quote(str(p), safe='')}") for p in pseudonyms or ()]


def _incidents(here: InCase, id: str) -> list[Link]:
    found = here.desk.rows("incidents", where={"finding": id}, limit=20).rows
    return [Link(text=f"{i['rank']}. {i['title']}", href=f"{here.root}/incidents/{i['rank']}") for i in found]


PAGE = Page(
    "findings",
    views=(
        View("/cases/{case}/findings", findings, "findings.html.j2", "What detectors found, a page at a time"),
        View("/cases/{case}/findings/one", finding, "finding.html.j2", "One finding with its evidence"),
    ),
)
