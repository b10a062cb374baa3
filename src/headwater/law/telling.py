"""A weighing as lines of text, for a person at a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from headwater.law.grade import Grade
from headwater.model.words import Lang, Text

CAUTION = Text(
    en="An indication from figures and facts as given, to inform those who decide; no judgment and no legal advice.",
    zh="以上仅根据所给数字和事实作出提示，供有权机关参考，不是认定结论，亦非法律意见。",
)
WHOLE = Text(en="The case as a whole", zh="全案")
GRADE = Text(en="Grade", zh="档次")
LOW_HIGH = Text(en="low / high", zh="低计 / 高计")
ARTICLES = Text(en="Articles", zh="适用条款")
NO_ARTICLE = Text(en="none is met", zh="均未达到")
UNVERIFIED = Text(
    en="Rests on entries of the rule set that a lawyer has not confirmed.",
    zh="所依据的规则中有尚未经法律人士确认的条目。",
)
FINE = Text(en="Usual fine (one to five times the gains)", zh="罚金通常幅度（违法所得一至五倍）")
HEADS: Mapping[str, Text] = {
    "law": Text(en="Offence", zh="罪名条款"),
    "arithmetic": Text(en="The sum, written out", zh="算式"),
    "notes": Text(en="Notes", zh="说明"),
    "changes": Text(en="What would change the grade", zh="何种情形会改变档次"),
    "open": Text(en="What nobody has said", zh="尚未查明的事实"),
    "against": Text(en="What may be said against it", zh="可提出的抗辩"),
    "neighbours": Text(en="Other offences, by the facts given", zh="按所给事实涉及的其他罪名"),
    "counting": Text(en="How items are counted", zh="条数计算规则"),
}
"""The parts of an entry that are told as lists, in order."""


def lines(told: Mapping[str, Any], currency: str, lang: Lang) -> Iterator[str]:
    """The lines of one entry of ``tally``, as :func:`headwater.law.entry.entry` makes it."""
    if told["suspect"]:
        yield str(told["suspect"])
    low, high = (grade_text(told[side]["grade"], lang) for side in ("low", "high"))
    yield f"{GRADE.said(lang)}: {low if low == high else f'{low} / {high} ({LOW_HIGH.said(lang)})'}"
    yield f"{ARTICLES.said(lang)}: {'; '.join(told['articles']) or NO_ARTICLE.said(lang)}"
    if told["fine"]:
        low_fine, high_fine = (f"{float(told['fine'][side]):,.2f}" for side in ("low", "high"))
        yield f"{FINE.said(lang)}: {low_fine} – {high_fine} {currency}"
    for key, head in HEADS.items():
        found = list(_listed(key, told[key], lang))
        if found:
            yield f"{head.said(lang)}:"
            yield from (f"  {line}" for line in found)
    if not told["verified"]:
        yield UNVERIFIED.said(lang)
    yield CAUTION.said(lang)


def grade_text(grade: str, lang: Lang) -> str:
    """A grade in words."""
    return Grade(grade).text.said(lang)


def _listed(key: str, entries: Iterable[Any], lang: Lang) -> Iterator[str]:
    for entry in entries:
        if key in ("law", "against"):
            yield f"{entry['article']}: {entry['text']}"
        elif key == "open":
            yield " ".join(filter(None, (f"{entry['fact']}: {entry['asks']}", entry["would"])))
        elif key == "neighbours":
            yield from _beside(entry, lang)
        else:
            yield str(entry)


def _beside(entry: Mapping[str, Any], lang: Lang) -> Iterator[str]:
    low, high = (grade_text(entry[side], lang) for side in ("low", "high"))
    yield f"{entry['law']}: {low if low == high else f'{low} / {high}'}"
    if entry["articles"]:
        yield f"  {ARTICLES.said(lang)}: {'; '.join(entry['articles'])}"
    yield from (f"  {line}" for line in entry["arithmetic"])
