"""A file of facts to begin with: everything that can be given, empty or filled from an entry of ``tally``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from headwater.law.rule_set import GROUPS, RuleSet
from headwater.model.words import Lang, Text

TITLE = Text(
    en="Facts of one suspect. What is left out is not known; nothing is guessed.",
    zh="某一嫌疑人的事实。未写明的即为不明；不作推测。",
)
TRI = Text(en='true, false or "disputed"', zh='true（是）、false（否）或 "disputed"（有争议）')
BESIDE = Text(
    en="Other offences: take the marks away where the facts are known.", zh="其他罪名：事实已知时去掉行首 #。"
)
SAID = {"yes": "true", "no": "false", "disputed": '"disputed"'}


def facts_file(rules: RuleSet, lang: Lang, told: Mapping[str, Any] | None = None) -> str:
    """A TOML file for ``headwater law weigh``; ``told`` is an entry of ``tally``, whose counts and facts are filled in.

    Weighing the file as it is gives the grades of the entry.
    """
    return "\n".join(_lines(rules, lang, told or {})) + "\n"


def _lines(rules: RuleSet, lang: Lang, told: Mapping[str, Any]) -> Iterator[str]:
    yield f"# {TITLE.said(lang)}"
    if told.get("suspect"):
        yield f"suspect = {_quoted(str(told['suspect']))}"
    if told.get("since"):
        yield f"since = {_quoted(str(told['since']))}"
    for key in ("groups_open", "groups_unconfirmed"):
        if told.get(key):
            yield f"{key} = [{', '.join(_quoted(str(name)) for name in told[key])}]"
    given = _mapping(told.get("given"))
    yield ""
    for question in rules.questions:
        said = SAID.get(str(given.get(question.fact)))
        yield f"# {question.asks.said(lang)} ({TRI.said(lang)})"
        yield f"{question.fact} = {said}" if said else f"# {question.fact} ="
    yield ""
    yield f"gains = {_pair(told.get('gains'))}"
    yield f"{'' if told.get('profit') else '# '}profit = {_pair(told.get('profit'))}"
    yield from _groups("items", told.get("items"))
    if told.get("sold_items"):
        yield from _groups("sold_items", told["sold_items"])
    yield from _beside(rules, lang)


def _groups(name: str, counts: object) -> Iterator[str]:
    known = _mapping(counts)
    yield f"\n[{name}]"
    yield from (f"{g} = {_pair(known.get(g))}" for g in GROUPS)


def _beside(rules: RuleSet, lang: Lang) -> Iterator[str]:
    yield f"\n# {BESIDE.said(lang)}"
    for offence in rules.offences:
        yield f"# [{offence.table}]  # {offence.basis.article.said(lang)}"
        yield f"# {offence.fact} = true"
        for measure in rules.measured(offence.id):
            if measure.fact:
                yield f"# {measure.fact} = 0  # {measure.covers.said(lang)}"


def _pair(value: object) -> str:
    """Low and high as TOML; zero where nothing is known."""
    known = _mapping(value)
    low, high = known.get("low", 0), known.get("high", 0)
    return f"{{ low = {_plain(low)}, high = {_plain(high)} }}"


def _plain(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return "0"
    return str(int(value)) if float(value).is_integer() else f"{value:.2f}"


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _quoted(text: str) -> str:
    """A TOML string: quotes, backslashes and controls are written as escapes."""
    shown = "".join(c if c.isprintable() and c not in '"\\' else f"\\U{ord(c):08X}" for c in text)
    return f'"{shown}"'
