"""Checks a result against its contract, key by key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from headwater.casework.reports.checks import (
    ITEMS,
    LINE,
    SPAN,
    STATEMENT,
    STATEMENTS,
    TEXTS,
    anything,
    chance,
    check_schema,
    count,
    day,
    either,
    flag,
    listed,
    mapped,
    maybe,
    moment,
    number,
    record,
    text,
)
from headwater.casework.reports.duties_schema import DUTIES
from headwater.casework.reports.network_schema import NETWORK
from headwater.casework.reports.prevention_schema import PREVENTION

SCHEMA = "headwater/result/1"


def check(result: Mapping[str, Any]) -> tuple[str, ...]:
    """What is wrong with a result, one sentence per place (``result.incidents[0].rank: not a whole number``).

    Keys that the contract does not name are allowed: a newer program may say more.
    """
    return tuple(RESULT(result, "result"))


CASE = record({"name": text}, {"organisation": text, "jurisdiction": text, "timezone": text, "program": text})

READ = record(
    {
        "files": listed(
            record({"path": text}, {"format": maybe(text), "bytes": count, "rows": count, "rejected": count})
        ),
        "not_read": listed(record({"path": text, "reason": text}, {"code": text, "first_line": maybe(text)})),
    },
    {"totals": mapped(count)},
)

VERDICT = record(
    {
        "state": text,
        "words": listed(record({"by": text, "said": text, "at": moment, "attested": flag, "counts": flag})),
    },
    {"until": maybe(day), "grown": TEXTS},
)

FINDING = record(
    {
        **{"id": text, "detector": text, "title": text, "severity": text},
        **{"accounts": TEXTS, "employees": TEXTS, "devices": TEXTS},
        **{"subjects": count, "bits": number, "statements": STATEMENTS, "evidence": listed(LINE)},
        **SPAN,
    },
    {"p_value": maybe(chance), "techniques": TEXTS, "clears": TEXTS, "verdict": VERDICT},
)

PERSON = record(
    {"employee": text, "probability": chance},
    {"name": maybe(text), "department": maybe(text), "bits": number, "statements": STATEMENTS},
)

ALTERNATIVE = record(
    {"id": text, "title": text, "outcome": text, "text": text},
    {"how": text, "numbers": mapped(number), "evidence": listed(LINE)},
)

YEAR = record(
    {"account": text, "from": day, "to": day, "read": listed(maybe(count))},
    {
        **{"owner": maybe(text), "left": maybe(day), "usual": maybe(number), "colleagues": count},
        **{"peers": listed(maybe(number)), "incident": listed(day)},
        "absences": listed(record({"employee": text, "from": day, "to": day})),
    },
)

INCIDENT = record(
    {
        **{"rank": count, "title": text, "accounts": TEXTS, "employees": TEXTS, "findings": TEXTS},
        **{"bits": number, "subjects": count, "story": TEXTS},
        **SPAN,
    },
    {
        **{"devices": TEXTS, "departed": TEXTS, "notes": TEXTS, "clears": TEXTS, "against": TEXTS},
        **{"people": listed(PERSON), "statements": listed(STATEMENT), "prior": number},
        "timeline": listed(record({"time": moment, "lane": text}, {"text": text, "count": count, "to": maybe(moment)})),
        "channel": listed(record({"host": text}, {"bytes": maybe(count), "posts": maybe(count)})),
        "tickets": listed(anything),
        "alternatives": listed(ALTERNATIVE),
        "year": listed(YEAR),
        "verdict": VERDICT,
    },
)

TAKER = record(
    {"rows_explained": count, "probability": chance},
    {
        **{"account": maybe(text), "employee": maybe(text), "devices": TEXTS, "share": chance, "bits": number},
        **{"statements": STATEMENTS, "from": maybe(either(moment, day)), "to": maybe(either(moment, day))},
    },
)

LEAK = record(
    {"leak": text, "rows": count, "ours": count, "not_ours": count, "takers": listed(TAKER), "unexplained": count},
    {
        **{"persons": count, "perhaps": count, "note": maybe(text)},
        "dated": maybe(
            record({}, {"not_before": maybe(either(moment, day)), "not_after": maybe(either(moment, day))}),
        ),
    },
)

SUSPECT = record(
    {"account": text, "complaints": count},
    {
        **{"expected": number, "p_value": maybe(chance), "employees": TEXTS, "from": maybe(day), "to": maybe(day)},
        **{"share": chance, "share_low": chance, "share_high": chance, "probability": chance, "bits": number},
        **{"silent": count, "to_come": maybe(number), "delay": count, "statements": STATEMENTS, "alike": TEXTS},
    },
)

COMPLAINTS = record(
    {"received": count, "ours": count, "common": listed(SUSPECT)},
    {
        **{"persons": count, "verdict": text, "p_value": maybe(chance), "p_always": maybe(chance)},
        **{"by_chance": maybe(number), "chance_low": maybe(number), "chance_high": maybe(number)},
        "statements": STATEMENTS,
    },
)

HOLDING = record(
    {"holder": text, "rows": count, "persons": count},
    {
        "files": either(count, TEXTS, listed(mapped(anything))),
        "items": ITEMS,
        "datasets": anything,
        "overlap": anything,
    },
)

SIDE = record({"grade": text}, {"ratio": number, "items": count, "articles": TEXTS})
SAID = record({"article": text, "text": text})
TALLY = record(
    {"grade": text, "articles": TEXTS},
    {
        **{"suspect": maybe(text), "insider": flag, "rule_set": either(text, mapped(text)), "items": ITEMS},
        **{"gains": either(number, mapped(number)), "low": either(text, SIDE), "high": either(text, SIDE)},
        **{"notes": TEXTS, "arithmetic": TEXTS, "changes": TEXTS, "counting": TEXTS, "verified": flag},
        **{
            "half": mapped(flag),
            "persons": mapped(count),
            "law": listed(SAID),
            "against": listed(SAID),
            "lenient": text,
        },
        "open": listed(record({"fact": text, "asks": text}, {"would": maybe(text)})),
        "fine": maybe(mapped(number)),
        "neighbours": listed(record({"offence": text, "law": text, "low": text, "high": text, "articles": TEXTS})),
    },
)

RESULT = record(
    {
        **{"schema": check_schema(SCHEMA), "case": CASE, "read": READ, "findings": listed(FINDING)},
        **{"incidents": listed(INCIDENT), "attribution": listed(LEAK), "complaints": COMPLAINTS},
        **{"holdings": listed(HOLDING), "network": NETWORK, "tally": listed(TALLY)},
        "limits": listed(either(text, mapped(anything))),
    },
    {"answer": TEXTS, "duties": DUTIES, "prevention": PREVENTION},
)
