"""What a scan found, in sentences and in the few figures that stand at the head of its reports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from headwater.casework.gaps import UNREAD, Gap
from headwater.casework.reports.figures import cut, number, share, size
from headwater.casework.reports.gravity import GRAVEST_FIRST
from headwater.casework.reports.overview import Figure
from headwater.casework.reports.why import general, said
from headwater.casework.reports.words import Words

Answer = Mapping[str, Any]


def summary(answer: Answer, say: Words) -> tuple[str, ...]:
    """The answer in a few sentences, the most important first."""
    return (
        *_persons(answer, say),
        *_gravest(answer, say),
        *_datasets(answer, say),
        *_holders(answer, say),
        *_doubles(answer, say),
        *_gaps(answer, say),
    )


def with_data(answer: Answer) -> int:
    """How many files hold personal data."""
    return sum(bool(f.get("items") or f.get("persons")) for f in answer["files"])


def _persons(answer: Answer, say: Words) -> list[str]:
    totals, files = answer["totals"], with_data(answer)
    if not files:
        return [say("scan.sum.nobody", all=number(totals["files"]))]
    counts = {"persons": number(totals["persons"]), "named": number(totals["named"])}
    return [say("scan.sum.persons", **counts, files=number(files), all=number(totals["files"]))]


def _gravest(answer: Answer, say: Words) -> list[str]:
    counted = {g["group"]: g for g in answer["groups"] if g["high"]}
    row = next((counted[g] for g in GRAVEST_FIRST if g in counted), None)
    if row is None:
        return []
    values = {"group": say.name("group", row["group"]), "low": number(row["low"]), "high": number(row["high"])}
    return [say("scan.sum.gravest_exact", **values) if row["low"] == row["high"] else say("scan.sum.gravest", **values)]


def _datasets(answer: Answer, say: Words) -> list[str]:
    told = []
    for d in answer["datasets"]:
        counts = {
            "found": number(d["found"]),
            "persons": number(d["persons"]),
            "share": share(d["found"], d["persons"]),
        }
        if d["found"]:
            told.append(say("scan.sum.dataset", dataset=d["dataset"], **counts))
    return told


def _holders(answer: Answer, say: Words) -> list[str]:
    known = [h for h in answer["holders"] if h["holder"] is not None and h["persons"]]
    if len(known) < 2:
        return []
    most = min(known, key=lambda h: (-h["persons"], h["holder"]))
    names = {h["holder"] for h in known}
    told = [say("scan.sum.holder", holder=most["holder"], persons=number(most["persons"]), n=number(most["files"]))]
    between = [o for o in answer["overlaps"] if o["a"] in names and o["b"] in names]
    if between:
        pair = min(between, key=lambda o: (-o["persons"], o["a"], o["b"]))
        told.append(say("scan.sum.shared", a=pair["a"], b=pair["b"], n=number(pair["persons"])))
    return told


def _doubles(answer: Answer, say: Words) -> list[str]:
    doubled = {path for d in answer["duplicates"] for path in d["files"][1:]}
    return [say("scan.sum.duplicates", n=number(len(doubled)))] if doubled else []


def _gaps(answer: Answer, say: Words) -> list[str]:
    totals = answer["totals"]
    expired = sum(bool(a.get("expired")) for a in answer["allowed"])
    return [
        *([say("scan.sum.not_read", n=number(totals["unread"]))] if totals["unread"] else ()),
        *([say("scan.sum.partly", n=number(totals["partly_read"]))] if totals["partly_read"] else ()),
        *([say("scan.sum.expired", n=number(expired))] if expired else ()),
    ]


def key_figures(answer: Answer, say: Words) -> tuple[Figure, ...]:
    """Persons, files, rows, holders and what was not read."""
    totals = answer["totals"]
    partly, same = totals["partly_read"], totals["unchanged"]
    holders = sum(h["holder"] is not None for h in answer["holders"])
    held = say("scan.figure.files_of", all=number(totals["files"]), size=size(totals["bytes"]))
    unchanged = say("scan.figure.unchanged", n=number(same)) if same else ""
    return (
        Figure(
            number(totals["persons"]),
            say("scan.figure.persons"),
            say("scan.figure.named", named=number(totals["named"])),
        ),
        Figure(number(with_data(answer)), say("scan.figure.files"), held),
        Figure(
            number(totals["rows"]), say("scan.figure.rows"), say("scan.figure.items", n=number(len(answer["items"])))
        ),
        *([Figure(number(holders), say("scan.figure.holders"))] if holders else ()),
        Figure(
            number(totals["unread"]),
            say("scan.figure.not_read"),
            say("scan.figure.partly", n=number(partly)) if partly else unchanged,
        ),
    )


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason why files were not read, or only partly: how many, and one of them."""

    reason: str
    status: str
    files: int
    example: str


def reasons(found: Iterable[Gap], say: Words) -> tuple[Reason, ...]:
    """Why files were not read or only partly: what was not read at all first, then the most frequent reason.

    Reasons that differ in their figures only are one: the figures are left out then.
    """
    alike: dict[tuple[str, str], list[Gap]] = {}
    for gap in found:
        alike.setdefault((gap.status, general(gap.reason, say.lang)), []).append(gap)
    rows = []
    for (status, told), those in alike.items():
        exact = {gap.reason for gap in those}
        reason = said(those[0].reason, say.lang) if len(exact) == 1 else told
        paths = {gap.path for gap in those}
        rows.append(Reason(reason, status, len(paths), min(paths)))
    return tuple(sorted(rows, key=lambda r: (r.status != UNREAD, -r.files, r.reason)))


def lineage(row: Mapping[str, Any], say: Words) -> str:
    """Which file was made of which, as a sentence."""
    how = row["how"] if f"lineage_how.{row['how']}" in say.texts else "other"
    return say(f"lineage_how.{how}", file=cut(row["file"]), of=cut(row["of"]))


def because(row: Mapping[str, Any], say: Words) -> str:
    """What speaks for it: how many persons they share, in the language of the report where it is known."""
    key, shared, part = f"lineage_because.{row['how']}", row.get("shared"), row.get("share")
    if key not in say.texts or not shared or not part:
        return cut(row.get("sentence") or "", 1000)
    return say(key, shared=number(shared), size=number(round(shared / part)))


def kinds(items: Sequence[Mapping[str, Any]], say: Words) -> str:
    """The kinds of some items in one line, the most frequent first."""
    ordered = sorted(items, key=lambda i: (-int(i.get("found") or 0), str(i["kind"])))
    return listed((f"{say.name('category', i['kind'])} {number(i['found'])}" for i in ordered), say)


def listed(texts: Iterable[str], say: Words) -> str:
    """Several texts in one line."""
    return ("、" if say.lang == "zh" else ", ").join(texts)


def filter_name(name: str, say: Words) -> str:
    """What a filter that lets candidates go is called; one without a name by its own, read as words."""
    known = say.name("filter", name)
    return known if known != name else name.removeprefix("is_").replace("_", " ")
