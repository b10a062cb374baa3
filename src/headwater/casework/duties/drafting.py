"""Draft notices to authorities and persons, filled from counts and kinds alone: no name, no value, no suspect ever enters one."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from headwater.casework.duties.clocks import Watched
from headwater.casework.duties.story import Story
from headwater.casework.reports.visible import visible
from headwater.law.duties.assessing import Assessed
from headwater.law.duties.ranges import Range

CHINESE = {"zh-CN": "zh", "zh-TW": "zh-TW"}
"""Which name of an authority stands in a notice of a language, where it is not called like the language."""

NATIONAL = ("eu", "in")
"""Places whose notices may have to be in a language that is not among those of the drafts."""

DRAFTED = ("due", "due if", "recommended")


@dataclass(frozen=True, slots=True)
class Draft:
    """One notice: its duty, its language, and its text part by part (``parts``: key, heading, body)."""

    duty: str
    lang: str
    title: str
    warning: str
    head: tuple[tuple[str, str], ...]
    parts: tuple[tuple[str, str, str], ...]
    signature: str


@cache
def notice_words(lang: str) -> Mapping[str, Any]:
    """The words of notices in a language (``en``, ``zh-CN``, ``zh-TW``, ``ja``, ``ko``, ``pt``)."""
    file = files("headwater.casework.duties") / "notices" / f"{lang}.toml"
    return MappingProxyType(tomllib.loads(file.read_text("utf-8")))


def drafts(watched: Watched, story: Story, everything: bool = False) -> tuple[Draft, ...]:
    """A draft for every duty that is due or may be by its counts, in each language of its place.

    ``everything``: also for those of which nothing can be said yet.
    """
    wanted = (*DRAFTED, "cannot be said") if everything else DRAFTED
    return tuple(
        _draft(found, watched, story, lang)
        for found in watched.duties
        if found.status in wanted
        for lang in found.place.languages
    )


def _draft(found: Assessed, watched: Watched, story: Story, lang: str) -> Draft:
    words, duty = notice_words(lang), found.duty
    fills = _fills(found, watched, story, lang)
    head = [(words["to"], _named(duty.names, lang)), (words["from"], fills["organisation"])]
    head += [(words["basis"], _named(duty.cited, lang))]
    note = [words["national"]] if words["national"] and found.place.id in NATIONAL else []
    if found.clock is not None:
        ends = f"{found.clock.ends:%Y-%m-%d %H:%M:%S} ({found.place.zone})"
        note.append(words["deadline"].format(when=ends))
    return Draft(
        duty=duty.id,
        lang=lang,
        title=_named(duty.titles, lang),
        warning=" ".join([words["draft"], *note]),
        head=tuple(head),
        parts=tuple(_parts(found, words, fills, watched.derived.outside)),
        signature=words["signature"],
    )


def _parts(
    found: Assessed, words: Mapping[str, Any], fills: Mapping[str, str], proven: bool
) -> Iterator[tuple[str, str, str]]:
    for key in found.duty.contains:
        part = words["part"][key]
        body = part["maybe"] if "maybe" in part and not proven else part["body"]
        yield key, found.duty.headings.get(key, part["heading"]), body.format_map(fills)


def _named(names: Mapping[str, str], lang: str) -> str:
    return names.get(CHINESE.get(lang, lang)) or names["en"]


def _fills(found: Assessed, watched: Watched, story: Story, lang: str) -> dict[str, str]:
    words = notice_words(lang)
    facts = watched.facts.at(found.place.id)
    period = words["period"].format(first=story.first, last=story.last) if story.first else words["no_period"]
    return {
        "organisation": visible(story.organisation) or "【…】",
        "kinds": _kinds(found, watched, lang),
        "persons": _persons(facts.count("persons"), watched, words),
        "records": _counted(facts.count("records"), words),
        "period": period,
        "known": f"{watched.known.astimezone(found.place.zone):%Y-%m-%d %H:%M} ({found.place.zone})",
        "cause": words["cause"][story.cause],
        "level": _level(found, lang),
    }


def _kinds(found: Assessed, watched: Watched, lang: str) -> str:
    words, derived = notice_words(lang), watched.derived
    if not derived.kinds:
        return str(words["no_kinds"])
    special = derived.sensitive if found.place.id == "cn" else tuple(k for k in derived.kinds if k == "health")
    told = words["sensitive"].format(kinds=_listed(special, lang)) if special else ""
    return f"{_listed(derived.kinds, lang)}{told}{words['and_others']}"


def _listed(kinds: tuple[str, ...], lang: str) -> str:
    names = notice_words(lang)["kinds"]
    return ("、" if lang in ("zh-CN", "zh-TW", "ja") else ", ").join(names.get(k, names["other"]) for k in kinds)


def _persons(number: Range, watched: Watched, words: Mapping[str, Any]) -> str:
    """How many; those whose records were only touched are told apart from those of whom something was found outside."""
    read = watched.derived.read
    if not read or number.high is None or number != watched.derived.facts.counts.get("persons"):
        return _counted(number, words)
    outside = Range(number.low, max(number.low, number.high - read))
    return _counted(outside, words) + str(words["touched"].format(n=f"{read:,}"))


def _counted(number: Range, words: Mapping[str, Any]) -> str:
    if not number.high or not number.low:
        return str(words["unknown"])
    form = words["exactly"] if number.exact() else words["between"]
    return str(form.format(low=f"{number.low:,}", high=f"{number.high:,}"))


def _level(found: Assessed, lang: str) -> str:
    told = [v.name.said("zh" if lang.startswith("zh") else "en") for v in found.levels]
    return (told[-1] if len(told) == 1 else " – ".join((told[0], told[-1])) if told else "") + "【…】"
