"""What a result says of the facts on which duties depend. What it does not say stays unknown.

Counts are of what the case shows: more may have left than was found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from headwater.law.duties.facts import Facts
from headwater.law.duties.ranges import Range
from headwater.law.grade import Grade
from headwater.law.labels import load_labels
from headwater.model.words import Text
from headwater.scanning.categories import categories

Record = Mapping[str, Any]

SETTLED = ("explained", "refuted")
"""States of a verdict by which an incident is none."""


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


@dataclass(frozen=True, slots=True)
class _Seen:
    """What of a result matters here."""

    persons: tuple[Range, ...]  # of ours, of each leaked file and each holder
    together: int | None  # distinct records of ours in all of them, and rows that may be ours
    rows: tuple[Range, ...]
    kinds: frozenset[str]
    outside: bool
    seized: bool
    read: int  # people whose records an incident touched
    incidents: int
    confirmed: int  # of them, by people
    sent: int  # of them, with data leaving the house
    complaints: bool
    sold: int  # people whose record was looked up here for an order that was answered
    grade: str

    def outside_found(self) -> bool:
        """Whether something of ours was found, or sold."""
        return bool(self.persons) or self.sold > 0


def derive(result: Record, kinds_complete: bool = False) -> Derived:
    """The facts that follow from a result.

    ``kinds_complete``: somebody has said that the kinds of data which the scan named are all there are; only then does the absence of one
    say anything.
    """
    seen = _seen(result)
    flags, grounds = _flags(seen)
    counts = _counts(seen)
    if "persons" in counts:
        grounds.append(Ground("persons", _persons_said(seen, counts["persons"])))
    absent = _absent(seen) if kinds_complete and seen.outside_found() else {}
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
    kinds = tuple(sorted(seen.kinds))
    sensitive = tuple(k for k in kinds if k in _sensitive_kinds())
    outside = seen.outside_found()
    read = seen.read if outside else 0
    return Derived(Facts({**absent, **flags}, counts), tuple(grounds), kinds, sensitive, read, outside)


@cache
def _sensitive_kinds() -> frozenset[str]:
    """Categories of the scanner in which the table of labels calls something sensitive by the law of 2021."""
    labels = load_labels()
    return frozenset(c.category for c in categories().values() if c.law and labels.say(c.law)["pipl"].says == "yes")


def _seen(result: Record) -> _Seen:
    holdings = {_named(h): h for h in _records(result.get("holdings"))}
    leaks = {str(e.get("leak")): e for e in _records(result.get("attribution"))}
    persons, rows, kinds, outside, seized, doubtful = [], [], set(), False, False, 0
    for name in sorted({*holdings, *leaks}):
        held, leak = holdings.get(name, {}), leaks.get(name, {})
        ours = _ours(held, leak)
        if not ours.high:
            continue
        persons.append(ours)
        low = _whole(leak.get("ours"))
        rows.append(Range(low, max(low + _whole(leak.get("perhaps")), ours.high)))
        doubtful += max(0, ours.high - sum(map(_whole, _table(held.get("overlap")).values())))
        kinds |= {str(k) for k, n in _table(held.get("items")).items() if n}
        outside, seized = outside or held.get("role") == "leak", seized or held.get("role") == "seized"
    incidents = [i for i in _records(result.get("incidents")) if not settled(i)]
    together = sum(map(_whole, _table(_table(result.get("duties")).get("together")).values()))
    complaints = _table(result.get("complaints"))
    return _Seen(
        persons=tuple(persons),
        together=together + doubtful if together else None,
        rows=tuple(rows),
        kinds=frozenset(kinds),
        outside=outside,
        seized=seized,
        read=sum(_whole(i.get("subjects")) for i in incidents),
        incidents=len(incidents),
        confirmed=sum(_state(i) == "confirmed" for i in incidents),
        sent=sum(bool(i.get("channel")) for i in incidents),
        complaints=complaints.get("verdict") == "source",
        sold=_sold(_table(result.get("network"))),
        grade=_grade(_records(result.get("tally"))),
    )


def settled(incident: Record) -> bool:
    """Whether people have explained or refuted an incident: then it speaks for no leak."""
    return _state(incident) in SETTLED


def _state(incident: Record) -> str:
    return str(_table(incident.get("verdict")).get("state"))


def _named(holding: Record) -> str:
    """A holding by the name that the attribution has for it."""
    holder = str(holding.get("holder"))
    return holder if holding.get("role") == "leak" else f"seized/{holder}"


def _ours(held: Record, leak: Record) -> Range:
    """People of ours in one leaked file or with one holder: surely so many, at most so many."""
    shared = [_whole(n) for n in _table(held.get("overlap")).values()]
    persons, rows = (
        _whole(held.get("persons", leak.get("persons"))),
        _whole(leak.get("ours")) + _whole(leak.get("perhaps")),
    )
    low = min([max(shared, default=0), *([persons] if persons else [])])
    if not low and leak.get("ours"):
        low = 1
    high = max(low, sum(shared), min(rows, persons) if persons else rows)
    return Range(low, high)


def _sold(network: Record) -> int:
    """People whose record was looked up here for an order that was answered, each once."""
    orders = [o for o in _records(network.get("orders")) if o.get("outcome") == "answered" and o.get("lookups")]
    return len({str(_table(o.get("subject")).get("token") or o.get("id")) for o in orders})


def _grade(tally: Sequence[Record]) -> str:
    return next((str(t.get("grade")) for t in tally if t.get("suspect") is None), "")


def _flags(seen: _Seen) -> tuple[dict[str, bool], list[Ground]]:
    flags: dict[str, bool] = {}
    grounds: list[Ground] = []

    def say(fact: str, value: bool, en: str, zh: str) -> None:
        flags[fact] = value
        grounds.append(Ground(fact, Text(en, zh)))

    outside = seen.outside_found()
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
    if seen.outside:
        say("inside_only", False, "a leaked file holds data of ours.", "泄露文件中有我方数据。")
    if outside and (seen.seized or seen.sold or seen.incidents):
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
        _kinds_say(seen.kinds, say)
    return flags, grounds


def _kinds_say(kinds: frozenset[str], say: Callable[[str, bool, str, str], None]) -> None:
    if "health" in kinds:
        en, zh = "health or biometric data were found among them.", "其中发现健康或者生物识别信息。"
        say("sensitive", True, en, zh)
        say("phi", True, en, zh)
    if "name" in kinds and kinds & {"id", "health"}:
        en, zh = "names stand beside identification numbers or health data.", "姓名与证件号码或者健康信息同时出现。"
        say("ca_information", True, en, zh)


def _absent(seen: _Seen) -> dict[str, bool]:
    """What the absence of kinds rules out, once their list is known to be complete."""
    out = {}
    if not seen.kinds & {"health", "other"}:
        out["sensitive"] = False
    if "health" not in seen.kinds:
        out["phi"] = False
    if "id" not in seen.kinds:
        out["unique_id"] = False
    if not seen.kinds & {"account", "property", "credit", "transaction"}:
        out["financial_harm"] = False
    if not seen.kinds & {"id", "health", "account", "vehicle", "other"}:
        out["ca_information"] = False
    return out


def _counts(seen: _Seen) -> dict[str, Range]:
    if not (seen.outside_found() or seen.confirmed):
        return {}
    files = max((p.low for p in seen.persons), default=0)
    low = max(seen.sold, files, min(1, seen.confirmed))
    high = max(low, max(files, _found(seen)) + seen.sold + seen.read)
    rows = Range(max((r.low for r in seen.rows), default=0), max(sum(r.high or 0 for r in seen.rows), high))
    return {"persons": Range(low, high), "records": rows}


def _found(seen: _Seen) -> int:
    """At most so many people of ours in all files: each file's added up, or, where it is less, all files' records."""
    apart = sum(p.high or 0 for p in seen.persons)
    return apart if seen.together is None else min(apart, seen.together)


def _persons_said(seen: _Seen, persons: Range) -> Text:
    """How low and high came about."""
    found = _found(seen)
    low, high, read, sold = (f"{n:,}" for n in (persons.low, persons.high or 0, seen.read, seen.sold))
    return Text(
        f"at least {low}: the largest list of people of ours alone; at most {high}: {found:,} in all files and with all "
        f"holders, {sold} of answered orders, {read} whose records an incident touched; who is in several counts again.",
        f"至少 {low} 人：仅最大一份名单中我方人员；至多 {high} 人：全部文件及持有人处 {found:,} 人次，"
        f"已答复订单 {sold} 人，事件所涉记录 {read} 人次；重复者重复计入。",
    )


def _records(value: Any) -> list[Record]:
    if isinstance(value, str) or not isinstance(value, Iterable):
        return []
    return [v for v in value if isinstance(v, Mapping)]


def _table(value: Any) -> Record:
    return value if isinstance(value, Mapping) else {}


def _whole(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0
