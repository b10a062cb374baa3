"""What every data file of the law has in common: texts, days, sources, and what each entry rests on."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from importlib.resources import files
from typing import Any, TypeVar

from headwater.law.rule_set import CERTAINTIES, Basis, Source
from headwater.model.errors import HeadwaterError
from headwater.model.words import Text

Made = TypeVar("Made")


class RuleSetError(HeadwaterError):
    """A rule set cannot be used: the message names the entry."""


def content(name: str) -> bytes:
    """The bytes of the data file ``rules/NAME.toml`` that comes with Headwater."""
    return (files("headwater.law") / "rules" / f"{name}.toml").read_bytes()


def made(
    raw: bytes,
    place: str,
    make: Callable[[Mapping[str, Any], str], Made],
    problems: Callable[[Made], Iterator[str]],
) -> Made:
    """Make something of a TOML file's bytes and their digest, and refuse it where it has problems.

    Raises :class:`RuleSetError`.
    """
    try:
        found = make(tomllib.loads(raw.decode("utf-8")), hashlib.sha256(raw).hexdigest())
    except KeyError as missing:
        raise RuleSetError(f"an entry lacks {missing}", place) from missing
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, TypeError, ValueError) as wrong:
        raise RuleSetError(str(wrong), place) from wrong
    wrongs = tuple(problems(found))
    if wrongs:
        raise RuleSetError("; ".join(wrongs), place)
    return found


def text(entry: Mapping[str, str]) -> Text:
    """A sentence in both languages."""
    return Text(en=entry["en"], zh=entry["zh"])


def day(value: object) -> date:
    """A day as TOML writes it."""
    if not isinstance(value, date):
        raise TypeError(f"not a date: {value!r}")
    return value


def sources(data: Mapping[str, Any]) -> tuple[Source, ...]:
    """The copies that were read."""
    return tuple(Source(s["id"], s["where"], day(s["as_of"])) for s in data["source"])


def basis(entry: Mapping[str, Any]) -> Basis:
    """What an entry rests on."""
    return Basis(
        article=text(entry["article"]),
        in_force=day(entry["in_force"]),
        source=entry["source"],
        as_of=day(entry["as_of"]),
        certainty=entry["certainty"],
        verified=entry["verified"],
    )


def twice(ids: list[str]) -> Iterator[str]:
    """What is named more than once."""
    yield from (f"{i} is there twice" for i in sorted({i for i in ids if ids.count(i) > 1}))


def citation_problems(identity: str, rests: Basis, known: set[str]) -> Iterator[str]:
    """What is wrong with a citation."""
    if not (rests.article.en.strip() and rests.article.zh.strip()):
        yield f"{identity} cites no article"
    if rests.source not in known:
        yield f"{identity} cites a source that is not listed: {rests.source}"
    yield from certainty_problems(identity, rests.certainty, rests.verified)


def certainty_problems(identity: str, certainty: str, verified: bool) -> Iterator[str]:
    """What is known from memory or by inference only cannot be verified."""
    if certainty not in CERTAINTIES:
        yield f"{identity} has no such certainty: {certainty}"
    if verified not in (True, False):
        yield f"{identity} must say verified = true or false"
    if verified and certainty in ("from memory", "inference"):
        yield f"{identity} is known {certainty} only and cannot be verified"
