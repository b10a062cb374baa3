"""What a suite's scores say together: one table, as JSON and as a page."""

from __future__ import annotations

from pathlib import Path

from headwater.evaluation.merging import Table, merge, write_table
from headwater.evaluation.page import page
from headwater.evaluation.words import Lang
from headwater.trials.errors import TrialsError
from headwater.trials.shelf import Shelf
from headwater.trials.suite import Suite

SCORES = "scores.json"
PAGE = "page.html"


def summarise(suite: Suite, shelf: Shelf, lang: Lang = "en") -> Table:
    """Merge what there is, and write ``scores.json`` and ``page.html``."""
    found = shelf.scores(suite)
    if not found:
        raise TrialsError("no trial has a score", suite.name)
    table = merge(found)
    write_table(table, aside := shelf.root / f".{SCORES}.new")
    aside.replace(shelf.root / SCORES)
    write_page(table, shelf.root / PAGE, lang)
    return table


def write_page(table: Table, file: Path, lang: Lang = "en") -> None:
    """Write the page aside and rename it."""
    aside = file.with_name(f".{file.name}.new")
    aside.write_text(page(table, lang), "utf-8")
    aside.replace(file)
