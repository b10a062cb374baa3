"""What each body of law calls a category of data: labels that disagree, kept apart, with what is unknown kept unknown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from headwater.law.reading import basis, certainty_problems, citation_problems, content, day, made, sources, text, twice
from headwater.law.rule_set import GROUPS, Basis, Source
from headwater.model.words import Text

UNKNOWN = "?"
BY_CONTENT = "by content"
SAYS = {
    "criminal": (*GROUPS, "out", BY_CONTENT),
    "pipl": ("yes", "no", UNKNOWN, BY_CONTENT),
    "gbt45574": ("yes", "no", "no (many together may be)", UNKNOWN, BY_CONTENT),
    "gbt35273": ("yes", "no", UNKNOWN, BY_CONTENT),
    "jrt0171": ("C3", "C2", "C1", "C3 or C2", UNKNOWN, BY_CONTENT),
}
"""The labels, and what each may say."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What one label says of one category; ``high`` is set where the criminal law's high count says something else."""

    says: str
    high: str
    certainty: str
    verified: bool

    @property
    def known(self) -> bool:
        """Whether the label says anything that is known."""
        return self.says != UNKNOWN


NOT_KNOWN = Cell(UNKNOWN, "", "inference", False)


@dataclass(frozen=True, slots=True)
class Label:
    """A body of law that labels data."""

    id: str
    says: Text
    basis: Basis


@dataclass(frozen=True, slots=True)
class Item:
    """A row of the table: categories that are labelled alike."""

    id: str
    names: tuple[str, ...]
    title: Text
    cells: Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class Labels:
    """The table of labels: known by its version and the digest of its file."""

    id: str
    version: str
    digest: str
    name: Text
    as_of: date
    sources: tuple[Source, ...]
    labels: tuple[Label, ...]
    levels: tuple[Mapping[str, int], Basis]
    items: tuple[Item, ...]

    def of(self, category: str) -> Item | None:
        """The row of a category or of an item, by any of its names; ``None`` where the table does not know it."""
        return next((i for i in self.items if category == i.id or category in i.names), None)

    def say(self, category: str) -> dict[str, Cell]:
        """What every label says of a category; unknown stays unknown, of a category never heard of too."""
        found = self.of(category)
        return {label.id: found.cells[label.id] if found else NOT_KNOWN for label in self.labels}


@cache
def load_labels(name: str = "cn_labels") -> Labels:
    """Load the table ``rules/NAME.toml`` that comes with Headwater."""
    return parse_labels(content(name), f"{name}.toml")


def parse_labels(raw: bytes, place: str = "table of labels") -> Labels:
    """Read a table of labels from the bytes of its TOML file and check it. Raises :class:`RuleSetError`."""
    return made(raw, place, _labels, _problems)


def _labels(data: Mapping[str, Any], digest: str) -> Labels:
    head, levels = data["rule_set"], data["levels"]
    return Labels(
        id=head["id"],
        version=head["version"],
        digest=digest,
        name=text(head["name"]),
        as_of=day(head["as_of"]),
        sources=sources(data),
        labels=tuple(Label(x["id"], text(x["says"]), basis(x)) for x in data["label"]),
        levels=({k: int(levels[k]) for k in ("C3", "C2", "C1")}, basis(levels)),
        items=tuple(_item(i) for i in data["item"]),
    )


def _item(entry: Mapping[str, Any]) -> Item:
    cells = {label: _cell(entry[label]) for label in SAYS}
    return Item(entry["id"], tuple(entry["names"]), text(entry["title"]), cells)


def _cell(entry: Mapping[str, Any]) -> Cell:
    return Cell(entry["says"], entry.get("high", ""), entry["certainty"], entry["verified"])


def _problems(found: Labels) -> Iterator[str]:
    known = {s.id for s in found.sources}
    if [x.id for x in found.labels] != list(SAYS):
        yield f"the labels must be {', '.join(SAYS)}"
    for label in found.labels:
        yield from citation_problems(label.id, label.basis, known)
    yield from citation_problems("levels", found.levels[1], known)
    yield from twice([i.id for i in found.items])
    yield from twice([n for i in found.items for n in i.names])
    for item in found.items:
        for name, cell in item.cells.items():
            yield from _cell_problems(f"{item.id}, {name}", cell, SAYS[name])


def _cell_problems(name: str, cell: Cell, may: tuple[str, ...]) -> Iterator[str]:
    yield from (f"{name}: cannot say {said}" for said in (cell.says, cell.high) if said and said not in may)
    yield from certainty_problems(name, cell.certainty, cell.verified)
    if cell.says == UNKNOWN and cell.verified:
        yield f"{name}: what is unknown cannot be verified"
