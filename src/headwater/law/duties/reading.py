"""Reads the duties of a place from its file and refuses one that cites badly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from headwater.law.duties.conditions import Condition
from headwater.law.duties.conditions import parse as condition
from headwater.law.duties.delays import Delay
from headwater.law.duties.duty import MOMENTS, RECIPIENTS, STANDINGS, Duty, Level, Place
from headwater.law.reading import RuleSetError, basis, citation_problems, day, made, sources, text, twice
from headwater.model.words import Text

PARTS = (
    *(
        "organisation",
        "nature",
        "kinds",
        "persons",
        "records",
        "when",
        "discovered",
        "cause",
        "harm",
        "measures",
        "steps",
    ),
    *(
        "advice",
        "contact",
        "level",
        "investigation",
        "telling",
        "publication",
        "recurrence",
        "rights",
        "later",
        "other",
    ),
)
"""What a notice may have to contain."""


def known_places() -> tuple[str, ...]:
    """Every jurisdiction that has a file, in order of its code."""
    folder = files("headwater.law.duties") / "places"
    return tuple(sorted(f.name.removesuffix(".toml") for f in folder.iterdir() if f.name.endswith(".toml")))


@cache
def place(name: str) -> Place:
    """The duties of one jurisdiction (``eu``, ``us-ca``).

    :raises RuleSetError: for one that has no file
    """
    if name not in known_places():
        raise RuleSetError(f"no duties of {name!r} are known; there are {', '.join(known_places())}")
    return parse((files("headwater.law.duties") / "places" / f"{name}.toml").read_bytes(), f"{name}.toml")


def parse(content: bytes, where: str = "duties") -> Place:
    """Read the duties of a place from the bytes of its TOML file and check them.

    Each must name article, date in force, a listed source, certainty and whether it is verified; what is known from memory or by
    inference only cannot be verified. Raises :class:`RuleSetError`.
    """
    return made(content, where, _place, _problems)


def _place(data: Mapping[str, Any], digest: str) -> Place:
    head = data["place"]
    return Place(
        id=head["id"],
        version=head["version"],
        digest=digest,
        name=text(head["name"]),
        zone=ZoneInfo(head["zone"]),
        languages=tuple(head["languages"]),
        as_of=day(head["as_of"]),
        counting=text(head["counting"]),
        sources=sources(data),
        levels=tuple(Level(v["of"], text(v["name"]), condition(v["when"]), basis(v)) for v in data.get("level", ())),
        duties=tuple(_duty(d) for d in data["duty"]),
        note=_maybe_text(head, "note"),
    )


def _duty(entry: Mapping[str, Any]) -> Duty:
    return Duty(
        id=entry["id"],
        to=entry["to"],
        names=MappingProxyType(dict(entry["who"])),
        cited=MappingProxyType(dict(entry["article"])),
        titles=MappingProxyType(dict(entry["title"])),
        when=condition(entry["when"]),
        unless=_maybe_condition(entry.get("unless")),
        delay=_delay(entry),
        moment=entry.get("counted", "known"),
        otherwise=Delay(entry["otherwise"]) if "otherwise" in entry else None,
        manner=text(entry["manner"]),
        standing=entry["standing"],
        basis=basis(entry),
        contains=tuple(entry["contains"]),
        headings=MappingProxyType(dict(entry.get("headings", {}))),
        graded=entry.get("graded", ""),
        doubtful=tuple(entry.get("doubtful", ())),
        earlier=_maybe_text(entry, "earlier"),
        note=_maybe_text(entry, "note"),
    )


def _delay(entry: Mapping[str, Any]) -> Delay | None:
    if "within" not in entry:
        return None
    start = entry.get("start", "moment")
    if start not in ("moment", "year end"):
        raise ValueError(f"{entry['id']}: no such start: {start}")
    return Delay(entry["within"], start, entry.get("first_day", False), entry.get("binding", True))


def _maybe_condition(written: str | None) -> Condition | None:
    return condition(written) if written is not None else None


def _maybe_text(entry: Mapping[str, Any], key: str) -> Text | None:
    return text(entry[key]) if key in entry else None


def _problems(found: Place) -> Iterator[str]:
    yield from twice([d.id for d in found.duties])
    if not found.languages:
        yield "no language of its notices is named"
    known = {s.id for s in found.sources}
    for duty in found.duties:
        yield from _duty_problems(duty, found.id)
        yield from citation_problems(duty.id, duty.basis, known)
    for level in found.levels:
        yield from citation_problems(f"level {level.name.en}", level.basis, known)


def _duty_problems(duty: Duty, place_id: str) -> Iterator[str]:
    if not duty.id.startswith(f"{place_id}."):
        yield f"{duty.id} belongs to another place"
    for value, allowed, what in (
        (duty.to, RECIPIENTS, "recipient"),
        (duty.moment, MOMENTS, "moment"),
        (duty.standing, STANDINGS, "standing"),
    ):
        if value not in allowed:
            yield f"{duty.id} has no such {what}: {value}"
    if not {"en", "zh"} <= set(duty.names) & set(duty.titles):
        yield f"{duty.id} must say who is told what in English and Chinese"
    yield from (f"{duty.id} has no such part: {p}" for p in (*duty.contains, *duty.headings) if p not in PARTS)
