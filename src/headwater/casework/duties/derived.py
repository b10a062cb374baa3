"""What a result says of the facts on which duties depend. What it does not say stays unknown.

Counts are of what the case shows: more may have left than was found.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from headwater.casework.duties.seen import Record, Seen, look
from headwater.law.duties.facts import Facts
from headwater.law.duties.ranges import Range
from headwater.law.grade import Grade
from headwater.law.labels import load_labels
from headwater.model.words import Text
from headwater.scanning.categories import categories

PERHAPS_SENSITIVE = frozenset({"health", "other", "credit", "communication", "lodging", "transaction"})
"""Categories of the scanner in which something may be sensitive by the law of some place."""


@dataclass(frozen=True, slots=True)
class Ground:
    """One fact that follows from the case, and why."""

    fact: str
    because: Text


@dataclass(frozen=True, slots=True)
class Derived:
    """The facts of a case, why each holds, and which kinds of data leaked (categories of ``holdings``).

    ``sensitive`` are those kinds of which some are sensitive by Art. 28 of China's law; ``read`` counts those people in the high
    count of ``persons`` whose records were touched, and of whom nothing was found. ``outside``: something was found.
    """

    facts: Facts
    grounds: tuple[Ground, ...]
    kinds: tuple[str, ...]
    sensitive: tuple[str, ...] = ()
    read: int = 0
    outside: bool = False


def derive(result: Record, kinds_complete: bool = False) -> Derived:
    """The facts that follow from a result.

    ``kinds_complete``: somebody has said that the kinds of data which the scan named are all there are; only then does the absence of one
    say anything.
    """
    seen = look(result)
    flags, grounds = _flags(seen)
    counts = _counts(seen)
    if "persons" in counts:
        grounds.append(Ground("persons", _persons_said(seen, counts["persons"])))
    absent = _absent(seen) if kinds_complete and seen.outside() else {}
    for name in absent:
        grounds.append(
            Ground(
                name,
                Text(
                    "no such kind of data was named, and the list of kinds is complete.",
                    "未见此类数据，且已确认数据种类完整。",
                ),
            )
        )
    kinds = tuple(sorted(seen.kinds()))
    sensitive = tuple(k for k in kinds if k in _sensitive_kinds())
    outside = seen.outside()
    read = seen.read if outside else 0
    return Derived(Facts({**absent, **flags}, counts), tuple(grounds), kinds, sensitive, read, outside)


@cache
def _sensitive_kinds() -> frozenset[str]:
    """Categories of the scanner in which the table of labels calls something sensitive by the law of 2021."""
    labels = load_labels()
    return frozenset(c.category for c in categories().values() if c.law and labels.say(c.law)["pipl"].says == "yes")


def _flags(seen: Seen) -> tuple[dict[str, bool], list[Ground]]:
    flags: dict[str, bool] = {}
    grounds: list[Ground] = []

    def say(fact: str, value: bool, en: str, zh: str) -> None:
        flags[fact] = value
        grounds.append(Ground(fact, Text(en, zh)))

    outside = seen.outside()
    if outside:
        en, zh = (
            "data of ours were found in leaked or seized files, or sold.",
            "我方数据已在泄露或者查获的文件中发现，或者已被出售。",
        )
        say("suspected", True, en, zh)
        say("breach", True, en, zh)
        say("encrypted", False, "they could be read as they were found.", "发现时即可读取。")
    elif seen.confirmed:
        say("suspected", True, "people confirmed an incident.", "已有人确认事件。")
        say("breach", True, "people confirmed an incident.", "已有人确认事件。")
    elif seen.complaints:
        say("suspected", True, "complaints go back to a common source.", "投诉指向共同来源。")
    elif seen.sent:
        say("suspected", True, "an incident shows data leaving the house.", "有事件显示数据外传。")
    elif seen.files:
        en, zh = "people of ours stand in lists that may be somebody else's.", "他人可能持有的名单中有我方人员。"
        say("suspected", True, en, zh)
    if "leak" in seen.roles():
        say("inside_only", False, "a leaked file holds data of ours.", "泄露文件中有我方数据。")
    if outside and ("seized" in seen.roles() or seen.sold or seen.incidents):
        say("improper_purpose", True, "it looks as if somebody took them on purpose.", "从现有情况看，系有人有意取走。")
    if seen.sold:
        say(
            "third_party_trade",
            True,
            "orders of a market were answered by look-ups of ours.",
            "市场订单系由我方查询答复。",
        )
    if seen.grade in (Grade.SERIOUS, Grade.ESPECIALLY):
        say(
            "crime",
            True,
            "the low count alone reaches a threshold of the criminal law.",
            "仅低数即已达到刑事追诉标准。",
        )
    if outside:
        _kinds_say(seen.kinds(), say)
    return flags, grounds


def _kinds_say(kinds: frozenset[str], say: Callable[[str, bool, str, str], None]) -> None:
    if "health" in kinds:
        en, zh = "health or biometric data were found among them.", "其中发现健康或者生物识别信息。"
        say("sensitive", True, en, zh)
        say("phi", True, en, zh)
    if "name" in kinds and kinds & {"id", "health"}:
        en, zh = "names stand beside identification numbers or health data.", "姓名与证件号码或者健康信息同时出现。"
        say("ca_information", True, en, zh)


def _absent(seen: Seen) -> dict[str, bool]:
    """What the absence of kinds rules out, once their list is known to be complete.

    One flag stands for the law of every place: what any law calls sensitive, or may, keeps the question open.
    """
    kinds, out = seen.kinds(), {}
    if not kinds & (_sensitive_kinds() | PERHAPS_SENSITIVE):
        out["sensitive"] = False
    if "health" not in kinds:
        out["phi"] = False
    if "id" not in kinds:
        out["unique_id"] = False
    if not kinds & {"account", "property", "credit", "transaction", "other"}:
        out["financial_harm"] = False
    if not kinds & {"id", "health", "account", "vehicle", "other"}:
        out["ca_information"] = False
    return out


def _counts(seen: Seen) -> dict[str, Range]:
    if not (seen.outside() or seen.confirmed):
        return {}
    low = max(seen.sold, seen.least(), min(1, seen.confirmed))
    high = max(low, seen.most() + seen.sold + seen.read)
    rows = [f.rows for f in seen.files]
    most = max(sum(r.high or 0 for r in rows), high)
    return {"persons": Range(low, high), "records": Range(max((r.low for r in rows), default=0), most)}


def _persons_said(seen: Seen, persons: Range) -> Text:
    """How low and high came about."""
    found = seen.most()
    low, high, read, sold = (f"{n:,}" for n in (persons.low, persons.high or 0, seen.read, seen.sold))
    return Text(
        f"at least {low}: the largest list of people of ours alone; at most {high}: {found:,} in all files and with all "
        f"holders, {sold} of answered orders, {read} whose records an incident touched; who is in several counts again.",
        f"至少 {low} 人：仅最大一份名单中我方人员；至多 {high} 人：全部文件及持有人处 {found:,} 人次，"
        f"已答复订单 {sold} 人，事件所涉记录 {read} 人次；重复者重复计入。",
    )
