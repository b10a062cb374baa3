"""The answer of a scan as SARIF 2.1.0, which CI systems show beside the code: one result per file and kind, masked."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from headwater.casework.gaps import UNREAD, Gap, gaps
from headwater.casework.reports.gravity import gravity, groups_of
from headwater.casework.reports.json import plain
from headwater.casework.reports.scan_telling import Answer
from headwater.casework.reports.visible import visible
from headwater.casework.reports.why import code_of, said
from headwater.casework.reports.words import Words, words
from headwater.model.words import Lang

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"

LEVELS: Mapping[str, str] = MappingProxyType(
    {"none": "note", "low": "note", "medium": "warning", "high": "error", "critical": "error"}
)


def dumps(answer: Answer, now: datetime, lang: Lang = "en") -> bytes:
    """The log as UTF-8 JSON; ``now`` is when the scan ended, with its zone."""
    return (json.dumps(plain(log(answer, now, lang)), indent=1, sort_keys=True, allow_nan=False) + "\n").encode("ascii")


def log(answer: Answer, now: datetime, lang: Lang = "en") -> dict[str, Any]:
    """One run with its rules (kinds), results, and a notice for each file that was not read."""
    say = words(lang)
    kinds = sorted({str(i["kind"]) for f in answer["files"] for i in f["items"]})
    missing = gaps(answer)
    driver = {
        "name": "Headwater",
        "version": answer["version"],
        "language": "zh-CN" if lang == "zh" else "en-US",
        "rules": [_rule(kind, answer, say) for kind in kinds],
        "notifications": [{"id": code} for code in sorted({code_of(gap.reason) for gap in missing})],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": True,
                "endTimeUtc": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
                "toolExecutionNotifications": [_notice(gap, lang) for gap in missing],
            }
        ],
        "results": list(_results(answer, kinds, say)),
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(kind: str, answer: Answer, say: Words) -> dict[str, Any]:
    row: Mapping[str, Any] = next((i for i in answer["items"] if i["kind"] == kind), {})
    name = visible(say.name("category", kind))
    tags = [t for t in dict.fromkeys(("personal-data", row.get("category"), row.get("group"))) if t]
    return {"id": kind, "shortDescription": {"text": name}, "properties": {"tags": tags}}


def _results(answer: Answer, kinds: Sequence[str], say: Words) -> Iterator[dict[str, Any]]:
    groups, place = groups_of(answer), {kind: n for n, kind in enumerate(kinds)}
    for file in answer["files"]:
        for item in file["items"]:
            weight = gravity({**file, "items": [item]}, groups)
            samples = [s for s in file.get("samples") or () if s["kind"] == item["kind"]]
            told = {"kind": say.name("category", item["kind"]), "found": item["found"], "persons": file["persons"]}
            masks = ", ".join(dict.fromkeys(str(s["mask"]) for s in samples))
            text = say("scan.sarif", **told) + (f" ({masks})" if masks else "")
            yield {
                "ruleId": item["kind"],
                "ruleIndex": place[item["kind"]],
                "level": LEVELS[weight.level],
                "message": {"text": visible(text)},
                "locations": [_location(str(file["path"]), samples)],
                "occurrenceCount": max(1, item["found"]),
                "partialFingerprints": {"headwaterFileAndKind/v1": _fingerprint(file["path"], item["kind"])},
                "properties": {"distinct": item["distinct"], "group": weight.group, "weight": weight.level},
            }


def _location(path: str, samples: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Where: the file; the line of the first sample where lines are lines of the file itself; the columns."""
    first = next((s["line"] for s in samples if s.get("line") and not s["part"]), None)
    region = {"region": {"startLine": first}} if first else {}
    columns = sorted({(str(s["part"]), str(s["column"])) for s in samples if s.get("column")})
    logical = [{"name": c, "fullyQualifiedName": f"{part}/{c}" if part else c, "kind": "member"} for part, c in columns]
    return {
        "physicalLocation": {"artifactLocation": {"uri": uri(path)}, **region},
        **({"logicalLocations": logical} if logical else {}),
    }


def uri(path: str) -> str:
    """A path as a URI; what has no place in one is percent-encoded.

    >>> uri("a b/客.csv"), uri("/srv/x.csv"), uri("a.zip!b.csv")
    ('a%20b/%E5%AE%A2.csv', 'file:///srv/x.csv', 'a.zip!b.csv')
    """
    quoted = quote(path.encode("utf-8", "surrogatepass"), safe="/!~*'()")
    return f"file://{quoted}" if path.startswith("/") else quoted


def _notice(gap: Gap, lang: Lang) -> dict[str, Any]:
    return {
        "descriptor": {"id": code_of(gap.reason)},
        "level": "warning" if gap.status == UNREAD else "note",
        "message": {"text": visible(said(gap.reason, lang))},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": uri(gap.path)}}}],
    }


def _fingerprint(path: str, kind: str) -> str:
    return hashlib.sha256(f"{path}\0{kind}".encode("utf-8", "surrogatepass")).hexdigest()[:32]
