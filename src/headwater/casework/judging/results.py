"""Verdicts beside what they are about, in a result: ``incidents[].verdict`` and ``findings[].verdict``.

The same input and the same casebook give the same bytes: explanations are looked at from the last day of what is judged,
never from today.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from headwater.casework.judging.combining import SETTLED, Judgement, State, combined
from headwater.casework.judging.extents import Extent, known_again, of_finding, of_incident, read
from headwater.model.words import Lang, Text
from headwater.store.casebook.cases import CaseEntry
from headwater.store.casebook.entering import unnamed
from headwater.store.casebook.transaction import Transaction
from headwater.store.casebook.verdicts import Word, words

Anew = Callable[[frozenset[int], frozenset[int]], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Said:
    """Every word on incidents and findings of a case. ``two``: whether the case asks for two people; ``trouble``: why the
    casebook could not be read.
    """

    incidents: Sequence[Word] = ()
    findings: Sequence[Word] = ()
    two: bool = False
    trouble: str = ""


NOTHING = Said()
SAID_ZH = {"confirmed": "确认", "explained": "已有解释", "refuted": "否定", "unsure": "不确定", "withdrawn": "收回"}


def said(tx: Transaction, case: CaseEntry) -> Said:
    """What was said in a case."""
    return Said(words(tx, case, "incident"), words(tx, case, "finding"), case.two_person)


def with_verdicts(
    result: Mapping[str, Any],
    told: Said,
    lang: Lang = "en",
    anew: Anew | None = None,
) -> dict[str, Any]:
    """The result with what people said of its incidents and findings; where nobody said anything, the same result.

    What people explained, refuted or dispute is said before the answer, which is the program's alone; so is that the
    casebook could not be read, and what they said is missing. ``anew`` gives the answer without the incidents that people settled,
    and without acting on those that they dispute (ranks): asked where there are such.
    """
    findings = {f["id"]: f for f in result["findings"]}
    incidents = [_judged(i, of_incident(i, findings), told.incidents, told.two) for i in result["incidents"]]
    before = [_sentence(i) for i in incidents if _goes_before(i)]
    if told.trouble:
        before.append(_missing(told.trouble))
    settled, disputed = _ranks(incidents, SETTLED), _ranks(incidents, (State.disputed,))
    answer = anew(settled, disputed) if anew and (settled or disputed) else result["answer"]
    return {
        **result,
        "answer": [*(sentence.said(lang) for sentence in before), *answer],
        "incidents": incidents,
        "findings": [_judged(f, of_finding(f), told.findings, told.two) for f in result["findings"]],
    }


def _ranks(incidents: Sequence[Mapping[str, Any]], states: Container[State]) -> frozenset[int]:
    return frozenset(i["rank"] for i in incidents if "verdict" in i and State(i["verdict"]["state"]) in states)


def judgement(extent: Extent, every: Sequence[Word], two: bool = False) -> Judgement | None:
    """The judgement of a thing of that extent, by the words on things that are known again in it."""
    about = [w for w in every if (judged := read(w.about)) is not None and known_again(judged, extent)]
    return combined(about, now=extent, two=two)


def _judged(thing: Mapping[str, Any], extent: Extent, every: Sequence[Word], two: bool) -> dict[str, Any]:
    found = judgement(extent, every, two) if every else None
    return dict(thing) if found is None else {**thing, "verdict": plain(found)}


def _goes_before(incident: Mapping[str, Any]) -> bool:
    return "verdict" in incident and State(incident["verdict"]["state"]) in (*SETTLED, State.disputed)


def _missing(trouble: str) -> Text:
    return Text(
        f"The casebook could not be read, and what people judged is missing here: an incident may have been explained. {trouble}",
        f"无法读取案卷簿，此处缺少人员评判：某一事件可能已有解释。{trouble}",
    )


def _sentence(incident: Mapping[str, Any]) -> Text:
    verdict, rank = incident["verdict"], incident["rank"]
    spoken = list(dict.fromkeys((w["by"], w["said"]) for w in verdict["words"] if w["counts"]))
    if verdict["state"] == State.disputed.value:
        each = ", ".join(f"{by}: {said}" for by, said in spoken)
        each_zh = "，".join(f"{by}：{SAID_ZH[said]}" for by, said in spoken)
        return Text(
            f"Incident {rank} is disputed ({each}): what follows of it is what the program found, and nothing is settled.",
            f"对事件 {rank} 评判意见不一（{each_zh}）：下文关于它的内容是程序所见，尚无定论。",
        )
    by = ", ".join(dict.fromkeys(by for by, _said in spoken))
    until, until_zh = (f" until {verdict['until']}", f"（至 {verdict['until']}）") if verdict["until"] else ("", "")
    en = {"explained": "is explained", "refuted": "is refuted"}[verdict["state"]]
    zh = {"explained": "已有解释", "refuted": "已被否定"}[verdict["state"]]
    return Text(
        f"Incident {rank} {en}{until}, say {by}: what is told of it is what the program found, not what stands.",
        f"据 {by} 评判，事件 {rank} {zh}{until_zh}：关于它的内容是程序所见，并非定论。",
    )


def plain(found: Judgement) -> dict[str, Any]:
    """A judgement as JSON values."""
    return {
        "state": found.state.value,
        "until": found.until.isoformat() if found.until else None,
        "grown": list(found.grown),
        "words": [_word(word, word.id in found.counted) for word in found.words],
    }


def _word(word: Word, counts: bool) -> dict[str, Any]:
    return {
        "by": word.by,
        "attested": word.attested,
        "said": word.said.value,
        "at": word.at.isoformat(timespec="seconds"),
        "because": unnamed(word.because),
        "until": word.until.isoformat() if word.until else None,
        "counts": counts,
    }
