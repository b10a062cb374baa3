"""What stands in a model of Cellebrite's report: its fields, the models inside it, the parties."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from headwater.exhibits.markup import Element, local
from headwater.ingestion.traffic.talks.xml_text import named, words


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody in a conversation; ``owner`` says that it is whose telephone was read."""

    account: str | None
    name: str | None
    owner: bool


def fields_in(model: Element) -> dict[str, str]:
    """The simple fields of a model by their names."""
    return {named(child, "name"): text for child in model if local(child) == "field" and (text := words(child))}


def field_of(model: Element, name: str) -> str:
    """One simple field; empty where it is not there."""
    return next(
        (words(child) for child in model if local(child) == "field" and named(child, "name") == name),
        "",
    )


def models_in(model: Element, *sorts: str) -> list[Element]:
    """The models right inside of a model's fields that are of these sorts."""
    return [each for holder in model if local(holder) in _HOLDERS for each in holder if named(each, "type") in sorts]


def parties(model: Element, name: str) -> list[Party]:
    """The parties in one field of a model."""
    holders = (child for child in model if local(child) in _HOLDERS and named(child, "name") == name)
    return [_party(each) for holder in holders for each in holder if named(each, "type") == "Party"]


def party_facts(line: int, party: Party) -> Iterator[tuple[int, str | None, str, str]]:
    """What a party tells of an account."""
    if party.account and party.name:
        yield line, party.account, "nickname", party.name
    if party.account and party.owner:
        yield line, party.account, "self", party.name or party.account


def _party(model: Element) -> Party:
    values = fields_in(model)
    return Party(values.get("Identifier"), values.get("Name"), values.get("IsPhoneOwner", "").lower() == "true")


_HOLDERS = ("modelField", "multiModelField")
