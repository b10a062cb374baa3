"""How people, accounts, devices and files are called in a bundle: by pseudonyms, or as the result has them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from headwater.casework.reports.records import records
from headwater.casework.reports.visible import visible


@dataclass(frozen=True, slots=True)
class Names:
    """What everything is called.

    A pseudonym is a number by the order of the result and a piece of the case's digest. It is made of no name: whoever
    knows the roster cannot try it out, and the same person has another pseudonym in another case.
    """

    named: bool
    case: str
    numbers: Mapping[tuple[str, str], int] = field(repr=False)

    def __call__(self, kind: str, value: str) -> str:
        """What a thing of a kind (``person``, ``account``, ``device``, ``file``) is called."""
        if self.named:
            return visible(value)
        return f"{kind}-{self.numbers[kind, value]:03d}.{self.case}"


def names(result: Mapping[str, Any], named: bool) -> Names:
    """The names of a result."""
    numbers: dict[tuple[str, str], int] = {}
    counts: dict[str, int] = {}
    for kind, value in _things(result):
        if (kind, value) not in numbers:
            counts[kind] = counts.get(kind, 0) + 1
            numbers[kind, value] = counts[kind]
    manifest = visible(str(result["case"].get("manifest") or ""))
    return Names(named, sha256(manifest.encode("utf-8")).hexdigest()[:8], numbers)


def _things(result: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for part in ("incidents", "findings"):
        for entry in result[part]:
            yield from _all("person", entry["employees"])
            yield from _all("person", (p["employee"] for p in records(entry.get("people"))))
            yield from _all("account", entry["accounts"])
            yield from _all("device", entry.get("devices") or ())
    for leak in result["attribution"]:
        yield "file", str(leak["leak"])
        for taker in leak["takers"]:
            yield from _all("account", filter(None, [taker.get("account")]))
            yield from _all("person", taker.get("employees") or ())
    for suspect in result["complaints"]["common"]:
        yield "account", str(suspect["account"])
    for holding in result["holdings"]:
        yield "person", str(holding["holder"])
    yield from _all("file", (file["path"] for file in records(result["read"]["files"])))


def _all(kind: str, values: Iterable[Any]) -> Iterator[tuple[str, str]]:
    return ((kind, str(value)) for value in values)
