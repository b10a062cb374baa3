"""Cited lines as a page shows them: read from the case folder, covered, with the reason where one cannot be shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import Query

from headwater.console.models import Link, Shown
from headwater.console.triage.covering import covered
from headwater.console.triage.desktop import Desktop
from headwater.console.triage.quoting import MOST, Quoted, quoted
from headwater.model.evidence import Citation
from headwater.store.places import Places

Start = Annotated[int, Query(ge=0, le=10_000_000, description="The place of the first line that is wanted, from 0.")]


class Cited(Shown):
    """A cited line."""

    source: str
    """The file, below the case folder; people in its name are masked."""
    line: int
    text: str | None
    """Covered; `null` where it cannot be shown."""
    why: str
    """Why it cannot be shown."""


class Lines(Shown):
    """Cited lines, covered."""

    sentence: str
    """What rests on them."""
    lines: list[Cited]
    total: int
    """How many are cited."""
    start: int
    """The place of the first of these among them, from 0."""
    next: int | None
    """Where the lines after these begin; `null` where there are none."""
    back: Link
    """Where they are cited."""


def lines_of(desktop: Desktop, sentence: str, evidence: Sequence[Citation], start: int, back: Link) -> Lines:
    """Some of the lines that are cited, from a place on; that somebody looked is written to the log."""
    here, some = desktop.here, evidence[start : start + MOST]
    told = {"page": back.href, "start": start, "lines": len(some)}
    with here.writing() as tx:
        tx.log(here.user.id, "lines.looked", here.case.id, None, told)
    following = start + MOST if start + MOST < len(evidence) else None
    lines = cited(desktop, some)
    return Lines(sentence=sentence, lines=lines, total=len(evidence), start=start, next=following, back=back)


def cited(desktop: Desktop, evidence: Sequence[Citation]) -> list[Cited]:
    """These lines; no more than :data:`MOST`."""
    here, veil = desktop.here, desktop.veil
    folder = here.served.case_folder
    if folder is None or not folder.is_dir():
        return [_shown(Quoted(e.source, e.line, why="no-folder"), desktop) for e in evidence[:MOST]]
    places = Places(veil.tokeniser)
    found = quoted(
        folder,
        evidence,
        lambda path: veil.path(places.shown(path), here.lang),
        lambda line, part: covered(line, part, veil, here.lang),
    )
    return [_shown(each, desktop) for each in found]


def _shown(quote: Quoted, desktop: Desktop) -> Cited:
    why = desktop.here.say(f"incidents.why_{quote.why.replace('-', '_')}") if quote.why else ""
    return Cited(source=quote.source, line=quote.line, text=quote.text, why=why)
