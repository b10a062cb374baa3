"""The contract of the market in ``result.json``."""

from __future__ import annotations

from headwater.casework.reports.checks import (
    LINE,
    STATEMENTS,
    TEXTS,
    anything,
    chance,
    count,
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

_ALIASES = either(TEXTS, listed(record({"value": text})))
_ITEMS = either(record({"sold": mapped(count), "bought": mapped(count)}), mapped(anything))
_LINES = listed(LINE)

PERSON = record(
    {"id": text, "aliases": _ALIASES, "role": text},
    {
        "alias_details": listed(record({"value": text, "kind": text}, {"account": text, "evidence": _LINES})),
        **{"roles": TEXTS, "grade": text, "trade": text, "place": text, "holder": text, "facts": STATEMENTS},
        "links": listed(record({"first": text, "second": text, "statements": STATEMENTS, "verdict": text})),
        **{name: maybe(number) for name in ("tier", "tier_low", "tier_high")},
        **{
            f"{name}{side}": maybe(number)
            for name in ("gains", "paid", "refunded", "returned", "kept")
            for side in ("", "_low", "_high")
        },
        **{
            "items": _ITEMS,
            "rows_sold": count,
            "rows_bought": count,
            "confidence": chance,
            "seized": flag,
            "bills": flag,
        },
    },
)

HOP = record(
    {"from": text, "to": text, "outcome": text, "confidence": chance},
    {
        **{"asked": maybe(moment), "answered": maybe(moment), "inferred": flag},
        **{name: maybe(number) for name in ("price", "paid", "refunded")},
        **{"statements": STATEMENTS, "evidence": _LINES},
        "steps": listed(record({"act": text, "from": text, "to": text}, {"time": maybe(moment), "text": text})),
    },
)

ORDER = record(
    {"subject": record({}, {"token": text, "name": text, "phone": text, "number": text}), "path": TEXTS},
    {
        **{"id": text, "category": text, "outcome": text, "asked": maybe(moment), "answered": maybe(moment)},
        **{"confidence": chance, "price_at_each_hop": listed(maybe(number)), "hops": listed(HOP)},
        "others": listed(record({"path": TEXTS, "confidence": chance})),
        "lookups": listed(record({"account": text, "employee": text, "time": moment, "dataset": text})),
        **{"resale_of": text, "batch": text},
    },
)

FLOW = record({"from": text, "to": text, "month": text, "amount": number}, {"matched": number, "payments": count})
SALE = record({"from": text, "to": text}, {"time": maybe(moment), "rows": maybe(count), "price": maybe(number)})
KEY_PLAYER = record({"id": text}, {"rank": count, "cut": count, "items": count, "rank_low": count, "rank_high": count})
PRICE = record(
    {"category": text, "month": text}, {"tier": maybe(count), **dict.fromkeys(("low", "median", "high"), maybe(number))}
)

NETWORK = record(
    {"people": listed(PERSON), "orders": listed(ORDER)},
    {
        **{"key_players": listed(either(text, KEY_PLAYER)), "flows": listed(FLOW), "sales": listed(SALE)},
        "tally": listed(record({"suspect": text, "grade": text}, {"articles": TEXTS, "arithmetic": TEXTS})),
        **{"prices": listed(PRICE), "notes": TEXTS, "verdicts": TEXTS, "counts": mapped(count)},
    },
)
