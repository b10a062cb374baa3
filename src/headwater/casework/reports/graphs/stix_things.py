"""Objects of STIX 2.1 with ids that follow from what they are made of."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from headwater.casework.reports.visible import visible

OBSERVABLES = UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")
"""The namespace of the standard for ids of observables."""

OURS = UUID("6b1f6c56-3c0e-5d2b-9a53-6d6f3d1b8f10")
"""The namespace of everything else here; made up once."""

NEVER = "1970-01-01T00:00:00.000Z"

Thing = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes objects of one case.

    ``seed`` tells the case from others, ``made`` is the time that all objects bear (taken from the case), ``author`` the id
    of who made them, ``marks`` the ids of what restricts their use.
    """

    seed: str
    made: str
    author: str
    marks: tuple[str, ...] = ()

    def thing(self, kind: str, name: str, /, **properties: object) -> Thing:
        """An object of the domain or a relationship, without what is empty."""
        own = {key: value for key, value in properties.items() if value not in ("", None, [], ())}
        times = {"created": self.made, "modified": self.made}
        head = {"type": kind, "spec_version": "2.1", "id": self.id(kind, name), "created_by_ref": self.author}
        return {**head, **times, **({"object_marking_refs": list(self.marks)} if self.marks else {}), **own}

    def relation(self, name: str, kind: str, one: str, other: str, **more: object) -> Thing:
        """A relationship from one object to another."""
        return self.thing(
            "relationship", f"{kind}|{name}", relationship_type=kind, source_ref=one, target_ref=other, **more
        )

    def id(self, kind: str, name: str) -> str:
        """The id of an object that is no observable."""
        return stix_id(self.seed, kind, name)


def stix_id(seed: str, kind: str, name: str) -> str:
    """The id of an object by its case, kind and name."""
    return f"{kind}--{uuid5(OURS, visible(f'{seed}|{kind}|{name}'))}"


def observable(kind: str, **own: Any) -> Thing:
    """An observable: its id follows from what it says (all of which must be properties that make the id in the standard),
    so every bundle of every case calls the same thing the same.
    """
    name = json.dumps(own, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return {"type": kind, "spec_version": "2.1", "id": f"{kind}--{uuid5(OBSERVABLES, name)}", **own}


def bundle(name: str, objects: list[Thing]) -> bytes:
    """A bundle as the text of a file."""
    told = {"type": "bundle", "id": name, "objects": objects}
    return (json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode("utf-8")


def stamp(when: datetime) -> str:
    """A time in UTC to the millisecond.

    >>> stamp(datetime(2026, 3, 4, 1, 2, 3, 4000, UTC))
    '2026-03-04T01:02:03.004Z'
    """
    return f"{when.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{when.microsecond // 1000:03d}Z"
