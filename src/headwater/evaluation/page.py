"""The merged table as one self-contained page: it fetches nothing, runs nothing, and treats every name as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from jinja2 import Environment, PackageLoader, StrictUndefined

from headwater.evaluation.drawings import Drawing, drawings
from headwater.evaluation.merging import Table
from headwater.evaluation.sheets import Sheet
from headwater.evaluation.tables import sheets
from headwater.evaluation.words import Lang, word


@dataclass(frozen=True, slots=True)
class Topic:
    """A chapter of the page: its plots, the table that is shown, and the further ones that unfold."""

    key: str
    drawings: tuple[Drawing, ...]
    first: Sheet
    others: tuple[Sheet, ...]


def page(table: Table, lang: Lang = "en") -> str:
    """The page in one language. Same table, same bytes."""
    environment = Environment(
        loader=PackageLoader("headwater.evaluation"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    topics = list(_topics(sheets(table, lang), list(drawings(table, lang))))
    return environment.get_template("page.html.j2").render(
        lang=lang, topics=topics, even=table.even, word=lambda key: word(key, lang)
    )


def _topics(found: Sequence[Sheet], drawn: Sequence[Drawing]) -> Iterator[Topic]:
    by_key: dict[str, list[Sheet]] = {}
    for each in found:
        by_key.setdefault(each.key.partition("-")[0], []).append(each)
    for key, (first, *others) in by_key.items():
        yield Topic(key, tuple(d for d in drawn if d.key == key), first, tuple(others))
