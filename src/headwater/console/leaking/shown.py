"""One leak, of the answer or of a dropped file, as a page shows it. The names of staff are pseudonyms already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from headwater.casework.reports.charts.share import leak_parts
from headwater.casework.reports.figures import share
from headwater.casework.reports.sides import Point, of_taker
from headwater.casework.reports.words import Words
from headwater.casework.reports.words import words as report_words
from headwater.console.desk.citing import Stated, cited, stated
from headwater.console.models import Cell, Chart, Column, Link, Shown, Table
from headwater.console.triage.drawing import evidence

COLOURS: Mapping[str, str] = {
    "explained": "#4477aa", "unexplained": "#cc6633", "perhaps": "#aa8a00", "not_ours": "#808590", "not_compared": "#b5b8be",
}  # fmt: skip
VALUES = {"show": True, "position": "right"}
SHOWN = 10
"""So many takers are shown with all their reasons."""
SURE = 0.5
"""From this probability on somebody is thought to have acted."""


class Accused(Shown):
    """An account to which rows of a leak are laid, with all that speaks for and against it."""

    account: Link
    probability: float
    said: str
    """What is thought of it, in a sentence."""
    alike: list[Link]
    """Accounts that explain the same rows as well: none of them is told apart."""
    people: Table
    devices: list[str]
    evidence: Chart | None
    """How its evidence adds up, in bits."""
    what_if: Chart | None
    """What would be left of the probability without each piece."""
    against: list[str]
    speaks_for: list[str]
    statements: list[Stated]
    lines: Table


class Leak(Shown):
    """Whose rows a leaked file holds, who is thought to have taken them, and when."""

    name: str
    said: list[str]
    """What this says, in sentences."""
    dated: str
    """Between which days the rows were taken, by versions of records."""
    sources: Chart
    """Rows by where they came from."""
    takers: Table
    accused: list[Accused]
    items: Table
    """What it holds of people, by category."""
    note: str


def shown(leak: Mapping[str, Any], root: str, say: Words) -> Leak:
    """A leak of an answer."""
    takers = list(leak.get("takers") or ())
    return Leak(
        name=str(leak["leak"]),
        said=_said(leak, takers, say),
        dated=_dated(leak, say),
        sources=_sources(leak, takers, say),
        takers=_takers(takers, root, say),
        accused=[_accused(leak, taker, n, root, say) for n, taker in enumerate(takers[:SHOWN])],
        items=_items(leak, say),
        note=str(leak.get("note") or ""),
    )


def _said(leak: Mapping[str, Any], takers: Sequence[Mapping[str, Any]], say: Words) -> list[str]:
    persons = leak.get("persons")
    counts = {k: f"{int(leak.get(k) or 0):,}" for k in ("rows", "ours", "perhaps", "not_ours")}
    made = [
        say("leaks.counted", persons=f"{persons:,}" if isinstance(persons, int) else say("leaks.unknown"), **counts)
    ]
    if leak.get("dataset"):
        made.append(say("leaks.of_dataset", dataset=leak["dataset"]))
    told = report_words(say.lang)
    if not takers:
        return [*made, told("attribution.nobody_means")]
    first = takers[0]
    values = {"account": first["account"], "probability": _percent(first.get("probability"))}
    rows = f"{int(first.get('rows_explained') or 0):,}"
    made.append(say("leaks.several" if len(takers) > 1 else "leaks.single", n=len(takers), rows=rows, **values))
    alike = list(first.get("alike") or ())
    return [*made, *([say("leaks.alike", n=len(alike))] if alike else ()), say("leaks.conditional")]


def _dated(leak: Mapping[str, Any], say: Words) -> str:
    told, dated = report_words(say.lang), leak.get("dated") or {}
    start, end = dated.get("not_before"), dated.get("not_after")
    if start and end:
        return told("attribution.dated", start=start, end=end)
    if start:
        return told("attribution.not_before", start=start)
    return told("attribution.not_after", end=end) if end else say("leaks.undated")


def _sources(leak: Mapping[str, Any], takers: Sequence[Mapping[str, Any]], say: Words) -> Chart:
    """Every taker's rows, then those that nobody explains, those that are perhaps and those that are not ours."""
    told, whole = report_words(say.lang), max(1, int(leak.get("rows") or 0))
    parts = [("explained", str(t["account"]), int(t.get("rows_explained") or 0)) for t in takers[:SHOWN]]
    parts += [
        (p.kind, told(f"attribution.{p.kind}"), p.rows) for p in leak_parts(leak) if p.kind != "explained" or not takers
    ]
    rows: list[dict[str, Cell]] = [{"source": name, "rows": n, "share": share(n, whole)} for _kind, name, n in parts]
    heads = [
        Column(key="source", title=say("leaks.source")),
        Column(key="rows", title=say("leaks.rows"), kind="number"),
        Column(key="share", title=say("leaks.share_of_file")),
    ]
    bars = [{"value": n, "itemStyle": {"color": COLOURS[kind]}} for kind, _name, n in parts]
    option = {
        "tooltip": {},
        "grid": {"left": 8, "right": 40, "top": 8, "bottom": 24, "containLabel": True},
        "xAxis": {"type": "value", "minInterval": 1},
        "yAxis": {"type": "category", "inverse": True, "data": [name for _kind, name, _n in parts]},
        "series": [{"type": "bar", "name": say("leaks.rows"), "data": bars, "barMaxWidth": 22, "label": VALUES}],
    }  # fmt: skip
    table = Table(name="sources", title=say("leaks.sources"), columns=heads, rows=rows, total=len(rows))
    words = say("leaks.sources_words" if len(takers) < 2 else "leaks.sources_words_several", n=f"{whole:,}")
    return Chart(name="sources", title=say("leaks.sources"), words=words, option=option, table=table, height="low")


def _takers(takers: Sequence[Mapping[str, Any]], root: str, say: Words) -> Table:
    heads = [
        Column(key="account", title=say("leaks.account")),
        Column(key="alike", title=say("leaks.alike_column"), kind="number"),
        Column(key="people", title=say("leaks.people")),
        Column(key="from", title=say("leaks.from"), kind="day"),
        Column(key="to", title=say("leaks.to"), kind="day"),
        Column(key="rows", title=say("leaks.rows_explained"), kind="number"),
        Column(key="share", title=say("leaks.share")),
        Column(key="probability", title=say("leaks.probability"), kind="percent"),
        Column(key="bits", title=say("leaks.bits"), kind="bits"),
    ]
    rows: list[dict[str, Cell]] = [
        {
            "account": _leads(root, str(t["account"])),
            "alike": len(t.get("alike") or ()) or None,
            "people": ", ".join(map(str, t.get("employees") or ([t["employee"]] if t.get("employee") else []))) or None,
            "from": t.get("from"),
            "to": t.get("to"),
            "rows": t.get("rows_explained"),
            "share": share(t["share"], 1) if t.get("share") is not None else None,
            "probability": t.get("probability"),
            "bits": t.get("bits"),
        }
        for t in takers
    ]
    return Table(name="takers", title=say("leaks.takers"), columns=heads, rows=rows, total=len(rows))


def _accused(leak: Mapping[str, Any], taker: Mapping[str, Any], n: int, root: str, say: Words) -> Accused:
    account, statements = str(taker["account"]), [s for s in taker.get("statements") or () if isinstance(s, Mapping)]
    alike, sides = (
        list(taker.get("alike") or ()),
        of_taker(leak, {**taker, "statements": [s for s in statements if s.get("kind") != "prior"]}),
    )
    return Accused(
        account=_leads(root, account),
        probability=float(taker.get("probability") or 0.0),
        said=_of(taker, alike, say),
        alike=[_leads(root, str(name)) for name in alike],
        people=_people(taker, n, root, say),
        devices=list(map(str, taker.get("devices") or ())),
        evidence=evidence(statements, float(taker.get("bits") or 0.0), None, say, f"evidence-{n}", lambda _line: None),
        what_if=_what_if(taker, statements, n, say),
        against=[point.text for point in sides.against],
        speaks_for=[_point(point, say) for point in sides.speaks_for],
        statements=stated(statements),
        lines=cited(taker, f"lines-{n}", say("leaks.lines"), (say("leaks.file"), say("leaks.line"))),
    )


def _of(taker: Mapping[str, Any], alike: Sequence[str], say: Words) -> str:
    told = {
        "account": taker["account"],
        "probability": _percent(taker.get("probability")),
        "rows": f"{int(taker.get('rows_explained') or 0):,}",
    }
    said = say("leaks.of_account", **told)
    if alike:
        return f"{said} {say('leaks.alike', n=len(alike))}"
    likely = [p for p in taker.get("people") or () if float(p.get("probability") or 0.0) > SURE]
    return said if likely else f"{said} {say('leaks.nobody_sat')}"


def _point(point: Point, say: Words) -> str:
    """What speaks for the account, in words."""
    values = point.values or {}
    if point.kind == "alike":
        return say("leaks.for_alike", accounts=", ".join(map(str, values["accounts"])))
    if point.kind == "other_taker":
        return say("leaks.for_other", account=values.get("account"), probability=_percent(values.get("probability")))
    if point.kind == "elsewhere":
        return say("leaks.for_elsewhere", foreign=f"{values['foreign']:,}", unexplained=f"{values['unexplained']:,}")
    return point.text


def _people(taker: Mapping[str, Any], n: int, root: str, say: Words) -> Table:
    heads = [
        Column(key="person", title=say("leaks.person")),
        Column(key="probability", title=say("leaks.probability"), kind="percent"),
        Column(key="bits", title=say("leaks.bits"), kind="bits"),
        Column(key="why", title=say("leaks.why")),
    ]
    rows: list[dict[str, Cell]] = []
    for person in taker.get("people") or ():
        who = str(person.get("employee"))
        why = " ".join(str(s.get("text")) for s in person.get("statements") or () if isinstance(s, Mapping))
        told = {"probability": person.get("probability"), "bits": person.get("bits"), "why": why or None}
        rows.append({"person": say("leaks.outsider") if who == "?" else _leads(root, who), **told})
    return Table(name=f"people-{n}", title=say("leaks.who_sat"), columns=heads, rows=rows, total=len(rows))


def _what_if(taker: Mapping[str, Any], statements: Sequence[Mapping[str, Any]], n: int, say: Words) -> Chart | None:
    asked = [s for s in statements if isinstance(s.get("without"), int | float)]
    if not asked:
        return None
    now = float(taker.get("probability") or 0.0)
    rows: list[dict[str, Cell]] = [{"what": say("leaks.with_all"), "without": now, "bits": None}]
    rows += [{"what": str(s.get("text")), "without": float(s["without"]), "bits": s.get("bits")} for s in asked]
    heads = [
        Column(key="what", title=say("leaks.left_out")),
        Column(key="bits", title=say("leaks.bits"), kind="bits"),
        Column(key="without", title=say("leaks.without"), kind="percent"),
    ]
    least = min(asked, key=lambda s: float(s["without"]))
    bars = [round(float(row["without"]) * 100, 1) for row in rows]  # type: ignore[arg-type]
    option = {
        "tooltip": {},
        "grid": {"left": 330, "right": 50, "top": 8, "bottom": 24},
        "xAxis": {"type": "value", "min": 0, "max": 100, "axisLabel": {"formatter": "{value} %"}},
        "yAxis": {
            "type": "category", "inverse": True, "data": [str(r["what"]) for r in rows],
            "axisLabel": {"width": 310, "overflow": "truncate"},
        },
        "series": [{
            "type": "bar", "name": say("leaks.without"), "data": bars, "barMaxWidth": 22, "itemStyle": {"color": "#4477aa"},
            "label": {"show": True, "position": "right", "formatter": "{c} %"},
        }],
    }  # fmt: skip
    words = say("leaks.what_if_words", now=_percent(now), least=_percent(least.get("without")))
    table = Table(name=f"what-if-{n}", title=say("leaks.what_if"), columns=heads, rows=rows, total=len(rows))
    return Chart(name=f"what-if-{n}", title=say("leaks.what_if"), words=words, option=option, table=table, height="low")


def _items(leak: Mapping[str, Any], say: Words) -> Table:
    told = report_words(say.lang)
    rows: list[dict[str, Cell]] = [
        {"item": told.name("category", name), "values": count}
        for name, count in sorted((leak.get("items") or {}).items())
    ]
    heads = [
        Column(key="item", title=say("leaks.item")),
        Column(key="values", title=say("leaks.values"), kind="number"),
    ]
    return Table(name="items", title=say("leaks.items"), columns=heads, rows=rows, total=len(rows))


def _leads(root: str, pseudonym: str) -> Link:
    return Link(text=pseudonym, href=f"{root}/staff/{pseudonym}")


def _percent(value: Any) -> str:
    return f"{float(value or 0.0):.0%}" if float(value or 0.0) < 0.995 else f"{float(value):.1%}"
