"""Examples that fit a JSON schema: made people and numbers only, the same on every run."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

_NAMED: Mapping[str, Any] = MappingProxyType(
    {
        "case": "insurer",
        "id": "A-1f2e3d4c5b6a",
        "text": "S-63c09127e7",
        "href": "/cases/insurer/findings",
        "to": "/cases/insurer",
        "name": "findings",
        "title": "Findings",
        "reason": "complaint 17",
        "because": "audit of May",
        "key": "title",
        "next": "WzEyLCAiYSJd",
        "after": "WzEyLCAiYSJd",
    }
)
_FORMATS: Mapping[str, str] = MappingProxyType(
    {"date": "2026-03-02", "date-time": "2026-03-02T08:00:00Z", "uri": "https://siem.example.com/headwater"}
)
DEEP = 6


def example(schema: Mapping[str, Any], known: Mapping[str, Any], name: str = "", deep: int = 0) -> Any:
    """A value of a schema; ``known`` are the schemas that it refers to, ``name`` what the value is called."""
    if "$ref" in schema:
        return example(known[schema["$ref"].rpartition("/")[2]], known, name, deep + 1)
    for word in ("example", "const", "default"):
        if word in schema:
            return schema[word]
    if schema.get("examples"):
        return schema["examples"][0]
    if "enum" in schema:
        return schema["enum"][0]
    for word in ("anyOf", "oneOf", "allOf"):
        if word in schema:
            return example(_simplest(schema[word], deep), known, name, deep + 1)
    return _of_type(schema, known, name, deep)


def _simplest(choices: list[Mapping[str, Any]], deep: int) -> Mapping[str, Any]:
    """The first that is not nothing; nothing, where it goes deep."""
    nothing = [c for c in choices if c.get("type") == "null"]
    rest = [c for c in choices if c.get("type") != "null"]
    return nothing[0] if nothing and deep > DEEP else rest[0] if rest else choices[0]


def _of_type(schema: Mapping[str, Any], known: Mapping[str, Any], name: str, deep: int) -> Any:
    kind = schema.get("type", "object" if "properties" in schema else "string")
    if kind == "object":
        return _object(schema, known, deep)
    if kind == "array" and "prefixItems" in schema:
        return [example(part, known, name, deep + 1) for part in schema["prefixItems"]]
    if kind == "array":
        several = int(schema.get("minItems", 0)) or (1 if deep <= DEEP else 0)
        return [example(schema.get("items", {}), known, name, deep + 1) for _ in range(several)]
    if kind in ("integer", "number"):
        least = schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1)
        return max(least, min(12, schema.get("maximum", 12)))
    if kind == "boolean":
        return True
    return None if kind == "null" else _text(schema, name)


def _object(schema: Mapping[str, Any], known: Mapping[str, Any], deep: int) -> dict[str, Any]:
    properties: Mapping[str, Any] = schema.get("properties", {})
    wanted = [n for n in properties if deep <= DEEP or n in schema.get("required", ())]
    made = {n: example(properties[n], known, n, deep + 1) for n in wanted}
    more = schema.get("additionalProperties")
    if not properties and isinstance(more, Mapping) and more:
        made["title"] = example(more, known, "title", deep + 1)
    return made


def _text(schema: Mapping[str, Any], name: str) -> str:
    told = _FORMATS.get(schema.get("format", "")) or str(_NAMED.get(name, "text"))
    most, least = schema.get("maxLength"), schema.get("minLength", 0)
    return told[:most] if most else told.ljust(least, "x")
