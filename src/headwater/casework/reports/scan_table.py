"""The answer of a scan on a terminal: compact, as wide as the terminal, plain text where it is none.

Nothing of a name or reason is taken for markup or for a command to the terminal: every text is shown through
:func:`~headwater.casework.reports.visible.visible`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from headwater.casework.gaps import gaps
from headwater.casework.reports.figures import different, number, share
from headwater.casework.reports.gravity import gravest_first
from headwater.casework.reports.scan_telling import Answer, kinds, lineage, reasons, summary
from headwater.casework.reports.visible import visible
from headwater.casework.reports.why import said
from headwater.casework.reports.words import Words, words
from headwater.model.words import Lang

SHOWN = 15
"""Rows of a list; what is left out is counted below it."""

STYLES = {"critical": "bold red", "high": "red", "medium": "yellow", "low": "", "none": "dim"}


def show(answer: Answer, console: Console, lang: Lang) -> None:
    """Print the answer of a scan for people."""
    say, page = words(lang), Page(console, words(lang))
    page.title(say("scan.sum.heading"))
    for sentence in summary(answer, say):
        page.line(sentence)
    _items(answer, page, say)
    _groups(answer, page, say)
    _datasets(answer, page, say)
    _holders(answer, page, say)
    _files(answer, page, say)
    _same(answer, page, say)
    _not_read(answer, page, say)
    for limit in answer["limits"]:
        page.line(said(limit, lang), "dim")


class Page:
    """A console on which every text is only text."""

    def __init__(self, console: Console, say: Words, more: str = "scan.more") -> None:
        self.console, self.say, self.more = console, say, more

    def title(self, text: str) -> None:
        """A heading, after an empty line."""
        self.console.print()
        self.console.print(Text(visible(text), "bold"))

    def line(self, text: str, style: str = "") -> None:
        """One sentence."""
        self.console.print(Text(visible(text), style), soft_wrap=not self.console.is_terminal)

    def table(self, columns: Sequence[str], rows: Iterable[Sequence[object]], key: str, shown: int = SHOWN) -> None:
        """A table; a column whose name ends in ``#`` holds numbers, in ``/`` paths.

        What is cut off is counted below it, with where it is.
        """
        told = list(rows)
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
        for name in columns:
            figure, path = name.endswith("#"), name.endswith("/")
            table.add_column(
                Text(visible(name.rstrip("#/"))),
                justify="right" if figure else "left",
                no_wrap=figure or path,
                overflow="ellipsis" if path else "fold",
            )
        for row in told[:shown]:
            table.add_row(*(c if isinstance(c, Text) else Text(visible(str(c))) for c in row))
        self.console.print(table)
        if len(told) > shown:
            self.line(self.say(self.more, n=number(len(told) - shown), key=key), "dim")

    def path(self, path: str, part: float = 0.5) -> Text:
        """A path, cut in its middle to a share of the width; a name's end tells most."""
        return Text(shortened(visible(path), max(16, int(self.console.width * part))))


def shortened(text: str, width: int) -> str:
    """A text of at most so many cells: the middle goes first.

    >>> shortened("seized/P00012/deep/below/clients.xlsx", 20)
    'seized…/clients.xlsx'
    """
    if cell_len(text) <= width:
        return text
    head, tail = _fitting(text, (width - 1) // 3), _fitting(text[::-1], width - 1 - (width - 1) // 3)[::-1]
    return f"{head}…{tail}"


def _fitting(text: str, width: int) -> str:
    taken, cells = [], 0
    for character in text:
        cells += cell_len(character)
        if cells > width:
            break
        taken.append(character)
    return "".join(taken)


def _items(answer: Answer, page: Page, say: Words) -> None:
    page.title(say("scan.items.heading"))
    if not answer["items"]:
        page.line(say("scan.items.none"))
        return
    columns = (
        say("scan.items.kind"),
        say("scan.items.category"),
        say("scan.items.group"),
        say("scan.items.found") + "#",
        say("scan.items.distinct") + "#",
    )
    ordered = sorted(answer["items"], key=lambda i: (i.get("group") or "z", -i["found"], i["kind"]))
    rows = [
        (
            say.name("category", i["kind"]),
            say.name("category", i["category"]),
            i.get("group") or "",
            number(i["found"]),
            different(i["found"], i["distinct"]),
        )
        for i in ordered
    ]
    page.table(columns, rows, "items", 40)


def _groups(answer: Answer, page: Page, say: Words) -> None:
    if not answer["groups"]:
        return
    page.title(say("scan.items.groups"))
    columns = (say("scan.items.group"), say("scan.items.low") + "#", say("scan.items.high") + "#")
    rows = [(say.name("group", g["group"]), number(g["low"]), number(g["high"])) for g in answer["groups"]]
    page.table(columns, rows, "groups")


def _datasets(answer: Answer, page: Page, say: Words) -> None:
    if not answer["datasets"]:
        return
    page.title(say("scan.datasets.heading"))
    columns = (
        say("scan.datasets.dataset"),
        say("scan.datasets.persons") + "#",
        say("scan.datasets.found") + "#",
        say("scan.datasets.share") + "#",
    )
    rows = [
        (d["dataset"], number(d["persons"]), number(d["found"]), share(d["found"], d["persons"]))
        for d in answer["datasets"]
    ]
    page.table(columns, rows, "datasets")


def _holders(answer: Answer, page: Page, say: Words) -> None:
    if not any(h["holder"] is not None for h in answer["holders"]):
        return
    page.title(say("scan.holders.heading"))
    columns = (
        say("scan.holders.holder"),
        say("scan.holders.files") + "#",
        say("scan.holders.persons") + "#",
        say("scan.holders.named") + "#",
        say("scan.holders.kinds"),
    )
    ordered = sorted(answer["holders"], key=lambda h: (-h["persons"], h["holder"] or ""))
    rows = [
        (
            say("scan.unknown_holder") if h["holder"] is None else h["holder"],
            number(h["files"]),
            number(h["persons"]),
            number(h["named"]),
            kinds(h["items"], say),
        )
        for h in ordered
    ]
    page.table(columns, rows, "holders")


def _files(answer: Answer, page: Page, say: Words) -> None:
    ordered = gravest_first(answer)
    page.title(say("scan.files.gravest"))
    if not ordered:
        page.line(say("scan.files.none"))
        return
    columns = (
        say("scan.files.level"),
        say("scan.files.persons") + "#",
        say("scan.items.group"),
        say("scan.files.path") + "/",
        say("scan.files.kinds"),
    )
    rows = [
        (
            Text(say.name("level", weight.level), STYLES[weight.level]),
            number(file["persons"]),
            weight.group,
            page.path(file["path"], 0.4),
            kinds(file["items"], say),
        )
        for weight, file in ordered
    ]
    page.table(columns, rows, "files")


def _same(answer: Answer, page: Page, say: Words) -> None:
    if answer["duplicates"]:
        page.title(say("scan.duplicates.heading"))
        rows = [
            (say.name("duplicate_how", d["how"]), number(len(d["files"])), _joined(d["files"], page))
            for d in answer["duplicates"]
        ]
        columns = (say("scan.duplicates.how"), say("scan.duplicates.count") + "#", say("scan.duplicates.files"))
        page.table(columns, rows, "duplicates")
    if answer["lineage"]:
        page.title(say("scan.lineage.heading"))
        _lines(answer["lineage"], lambda row: lineage(row, say), page, "lineage")


def _joined(files: Sequence[str], page: Page) -> str:
    shown = [page.path(f, 0.3).plain for f in files[:4]]
    return " = ".join(shown) + (f" = … ({number(len(files))})" if len(files) > 4 else "")


def _lines(rows: Sequence[Mapping[str, Any]], told: Callable[[Mapping[str, Any]], str], page: Page, key: str) -> None:
    for row in rows[:SHOWN]:
        page.line(told(row))
    if len(rows) > SHOWN:
        page.line(page.say("scan.more", n=number(len(rows) - SHOWN), key=key), "dim")


def _not_read(answer: Answer, page: Page, say: Words) -> None:
    told = reasons(gaps(answer), say)
    if not told:
        return
    page.title(say("scan.not_read.heading"))
    columns = (
        say("scan.not_read.files") + "#",
        say("scan.files.status"),
        say("scan.not_read.reason"),
        say("scan.not_read.example") + "/",
    )
    rows = [
        (number(r.files), say.name("scan_status", r.status), visible(r.reason), page.path(r.example, 0.4)) for r in told
    ]
    page.table(columns, rows, "not_read")
