"""The appendix of cited lines: every file and line that the report rests on, and what rests on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from headwater.casework.reports.market.bands import carded, cast, foremost
from headwater.casework.reports.market.people import people
from headwater.casework.reports.market.stories import stories
from headwater.casework.reports.records import records

SHOWN_RUNS = 300
"""Runs of lines listed per file; the rest are in result.json, and the appendix says how many."""

SHOWN_CITES = 6
"""Runs of lines named beside a sentence; a link leads to the rest."""


@dataclass(frozen=True, slots=True)
class Citer:
    """A part of the report that cites: what it is, its number and anchor.

    It is an incident, a finding, a leak, a case of prevention, complaints, a person, an order, or sales.
    """

    kind: str
    number: int
    anchor: str


@dataclass(frozen=True, slots=True)
class Run:
    """Consecutive lines of one file that the same parts of the report cite."""

    first: int
    last: int
    anchor: str
    citers: tuple[Citer, ...]
    text: str

    @property
    def lines(self) -> str:
        """``412`` or ``412–430``."""
        return _range(self.first, self.last)


@dataclass(frozen=True, slots=True)
class CitedFile:
    """A cited file with what is known of it, and the cited runs of its lines; ``hidden`` lines are not listed."""

    source: str
    anchor: str
    format: str
    sha256: str
    lines: int
    runs: tuple[Run, ...]
    hidden: int


@dataclass(frozen=True, slots=True)
class Cite:
    """A reference beside a sentence, and the anchor that it leads to.

    The first of a file is ``logs/access.log:412–430``, those after it only ``512``.
    """

    label: str
    anchor: str
    first: bool


@dataclass(frozen=True, slots=True)
class Appendix:
    """All cited files, and where each cited line is listed."""

    files: tuple[CitedFile, ...]
    places: Mapping[tuple[str, int], str]

    def cites(self, evidence: Iterable[Mapping[str, Any]]) -> tuple[Cite, ...]:
        """The references for some evidence, consecutive lines of a file in one."""
        found = []
        for source, lines in _by_source(evidence).items():
            head = f"{source}:"
            for first, last in _spans(sorted(lines)):
                place = self.places.get((source, first), "")
                found.append(Cite(f"{head}{_range(first, last)}", place, bool(head)))
                head = ""
        return tuple(found)


def appendix(result: Mapping[str, Any], shown: int) -> Appendix:
    """Gather what the first ``shown`` incidents, findings and leaks of a result cite.

    Anchors are numbered: nothing of an input becomes part of one.
    """
    citers: dict[str, dict[int, dict[Citer, None]]] = {}
    texts: dict[tuple[str, int], str] = {}
    for citer, evidence in _citations(result, shown):
        for source, line, text in _lines(evidence):
            citers.setdefault(source, {}).setdefault(line, {})[citer] = None
            texts.setdefault((source, line), text)
    known = {str(f.get("path")): f for f in (result.get("read") or {}).get("files") or ()}
    places: dict[tuple[str, int], str] = {}
    files = tuple(
        _file(n, source, citers[source], known.get(source, {}), texts, places)
        for n, source in enumerate(sorted(citers), start=1)
    )
    return Appendix(files, places)


def _file(
    number: int,
    source: str,
    lines: Mapping[int, Mapping[Citer, None]],
    known: Mapping[str, Any],
    texts: Mapping[tuple[str, int], str],
    places: dict[tuple[str, int], str],
) -> CitedFile:
    runs = []
    anchor = f"cited-{number}"
    for i, (first, last) in enumerate(_runs(lines, source, texts), start=1):
        shown = i <= SHOWN_RUNS
        place = f"{anchor}-{i}" if shown else anchor
        places.update({(source, line): place for line in range(first, last + 1)})
        if shown:
            runs.append(Run(first, last, place, tuple(lines[first]), texts[source, first]))
    listed = sum(r.last - r.first + 1 for r in runs)
    form, digest = str(known.get("format") or ""), str(known.get("sha256") or "")
    return CitedFile(source, anchor, form, digest, len(lines), tuple(runs), len(lines) - listed)


def _runs(
    lines: Mapping[int, Mapping[Citer, None]], source: str, texts: Mapping[tuple[str, int], str]
) -> Iterator[tuple[int, int]]:
    """Spans of consecutive lines with the same citers; a line that is quoted stands alone."""
    for first, last in _spans(sorted(lines)):
        start = first
        for line in range(first + 1, last + 1):
            if lines[line] != lines[start] or texts[source, line] or texts[source, start]:
                yield start, line - 1
                start = line
        yield start, last


def _citations(result: Mapping[str, Any], shown: int) -> Iterator[tuple[Citer, Sequence[Mapping[str, Any]]]]:
    for n, incident in enumerate((result.get("incidents") or ())[:shown], start=1):
        citer = Citer("incident", n, f"incident-{n}")
        for statement in (
            *_statements(incident),
            *_of_people(incident.get("people")),
            *records(incident.get("alternatives")),
        ):
            yield citer, records(statement.get("evidence"))
    for n, finding in enumerate((result.get("findings") or ())[:shown], start=1):
        citer = Citer("finding", n, f"finding-{n}")
        yield citer, finding.get("evidence") or ()
        for statement in _statements(finding):
            yield citer, statement.get("evidence") or ()
    for n, leak in enumerate((result.get("attribution") or ())[:shown], start=1):
        citer = Citer("leak", n, f"leak-{n}")
        for statement in _of_people(leak.get("takers")):
            yield citer, statement.get("evidence") or ()
    for n, case in enumerate((result.get("prevention") or ())[:shown], start=1):
        citer = Citer("prevention", n, f"prevention-{n}")
        for control in case.get("controls") or ():
            yield citer, control.get("evidence") or ()
    yield from _of_market(result, shown)
    complaints = result.get("complaints") or {}
    citer = Citer("complaints", 1, "complaints")
    for statement in (*_statements(complaints), *_of_people((complaints.get("common") or ())[:shown])):
        yield citer, statement.get("evidence") or ()


def _of_market(result: Mapping[str, Any], shown: int) -> Iterator[tuple[Citer, Sequence[Mapping[str, Any]]]]:
    """What the cards of people, the orders that are told, and the sold lists cite."""
    network = result.get("network")
    if not isinstance(network, Mapping):
        return
    everybody, first = people(network), foremost(network)
    for person in carded(everybody, cast(everybody, first), first, shown):
        number = int(person.anchor.rpartition("-")[2])
        for evidence in _of_card(person.known):
            yield Citer("person", number, person.anchor), evidence
    for story in stories(network):
        citer = Citer("order", story.number, f"order-{story.number}")
        for event in story.events:
            yield citer, event.evidence
        for hop in records(story.order.get("hops")):
            for statement in records(hop.get("statements")):
                yield citer, records(statement.get("evidence"))
    for sale in records(network.get("sales")):
        yield Citer("sales", 1, "network-sales"), records(sale.get("evidence"))


def _of_card(known: Mapping[str, Any]) -> Iterator[Sequence[Mapping[str, Any]]]:
    linked = [s for link in records(known.get("links")) for s in records(link.get("statements"))]
    for entry in (*records(known.get("facts")), *records(known.get("alias_details")), *linked):
        yield records(entry.get("evidence"))


def _statements(entry: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [s for s in entry.get("statements") or () if isinstance(s, Mapping)]


def _of_people(people: Any) -> list[Mapping[str, Any]]:
    return [s for p in people or () for s in _statements(p)]


def _lines(evidence: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, int, str]]:
    for e in evidence:
        line = e.get("line")
        if isinstance(line, int):
            yield str(e.get("source", "")), line, str(e.get("text") or "")


def _by_source(evidence: Iterable[Mapping[str, Any]]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for source, line, _ in _lines(evidence):
        found.setdefault(source, set()).add(line)
    return found


def _spans(lines: Sequence[int]) -> Iterator[tuple[int, int]]:
    first = last = None
    for line in lines:
        if first is None or last is None:
            first = last = line
        elif line == last + 1:
            last = line
        else:
            yield first, last
            first = last = line
    if first is not None and last is not None:
        yield first, last


def _range(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}–{last}"
