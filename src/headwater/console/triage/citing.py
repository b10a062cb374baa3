"""Cited lines as a page shows them: read from the case folder, covered, with the reason where one cannot be shown."""

from __future__ import annotations

from collections.abc import Sequence

from headwater.console.models import Link, Shown
from headwater.console.triage.covering import covered
from headwater.console.triage.desktop import Desktop
from headwater.console.triage.quoting import MOST, Quoted, quoted
from headwater.model.evidence import Citation
from headwater.store.places import Places


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
    """How many are cited; the first are shown."""
    back: Link
    """Where they are cited."""


def lines_of(desktop: Desktop, sentence: str, evidence: Sequence[Citation], back: Link) -> Lines:
    """The first lines of those that are cited; that somebody looked is written to the log."""
    here = desktop.here
    told = {"page": back.href, "lines": len(evidence)}
    with here.writing() as tx:
        tx.log(here.user.id, "lines.looked", here.case.id, None, told)
    return Lines(sentence=sentence, lines=cited(desktop, evidence), total=len(evidence), back=back)


def cited(desktop: Desktop, evidence: Sequence[Citation]) -> list[Cited]:
    """The first lines of those that are cited."""
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
