"""The incidents of an answer as a table, each with what people say of it now."""

from __future__ import annotations

from headwater.console.models import Cell, Column, Link, Table
from headwater.console.triage.desktop import Desktop


def incidents_table(desktop: Desktop, q: str = "", sort: str = "", after: str | None = None, limit: int = 50) -> Table:
    """Ranked incidents; an empty table where there is no answer."""
    here, say = desktop.here, desktop.here.say
    columns = [
        Column(key="rank", title=say("today.place"), kind="number", sort="rank"),
        Column(key="story", title=say("today.story")),
        Column(key="bits", title=say("today.bits"), kind="bits", sort="bits"),
        Column(key="from", title=say("today.from"), kind="day", sort="from"),
        Column(key="to", title=say("today.to"), kind="day", sort="to"),
        Column(key="subjects", title=say("today.subjects"), kind="number", sort="subjects"),
        Column(key="judged", title=say("today.judged"), kind="badge"),
    ]
    made = Table(name="incidents", title=say("today.ranked"), columns=columns, rows=[], total=0)
    if not desktop.answered:
        return made
    found = here.desk.rows("incidents", q, sort=sort, after=after, limit=limit)
    rows: list[dict[str, Cell]] = [
        {
            "rank": int(each["rank"]),
            "story": Link(text=str(each["title"]), href=f"{here.root}/incidents/{each['rank']}"),
            "bits": float(each["bits"]),
            "from": str(each["from"])[:10],
            "to": str(each["to"])[:10],
            "subjects": int(each["subjects"]),
            "judged": desktop.judged(desktop.every.on_incident(desktop.extent(int(each["rank"])))).badge,
        }
        for each in found.rows
    ]
    return made.model_copy(
        update={"rows": rows, "next": found.next, "total": found.total, "more": found.more, "short": list(found.short)}
    )
