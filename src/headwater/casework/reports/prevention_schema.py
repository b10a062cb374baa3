"""The contract of what would have stopped each case: the key ``prevention`` of a result."""

from __future__ import annotations

from headwater.casework.reports.checks import (
    LINE,
    TEXTS,
    anything,
    chance,
    count,
    flag,
    listed,
    mapped,
    maybe,
    moment,
    number,
    record,
    text,
)

COST = record(
    {"acts": number, "persons": number, "days": number, "per_person_week": number, "days_per_person_week": number}
)
STEP = record({"setting": number, "limit": maybe(number), "row": maybe(count), "saved": count, "days": number})
CONTROL = record(
    {
        **{"control": text, "title": text, "does": text, "stopped": flag, "at": maybe(moment)},
        **{"day": maybe(count), "row": maybe(count), "rows_before": maybe(count), "persons_before": maybe(count)},
        **{"saved": count, "share_saved": chance, "saved_if_followed": count, "persons_if_followed": count},
        "adaptive": maybe(record({"unit": text, "least": maybe(count), "took": count})),
        **{"innocent_denied": COST, "parameters": mapped(anything), "limits": mapped(number)},
        **{"trade_off": listed(STEP), "assumptions": TEXTS, "statements": TEXTS, "evidence": listed(LINE)},
    }
)
SET = record(
    {"allowed": count, "share": chance, "controls": TEXTS, "through": maybe(count), "innocent_days": maybe(number)}
)
PREVENTION = listed(
    record(
        {
            **{"incident": maybe(count), "leak": maybe(text), "accounts": TEXTS, "employees": TEXTS},
            **{"from": moment, "to": moment, "days": count, "days_read": count},
            **{"acts": count, "rows": count, "persons": count},
            "ladder": listed(record({"time": moment, "number": count, "rows": count, "persons": count})),
            **{"controls": listed(CONTROL), "combined": listed(SET), "assumptions": TEXTS},
            "cannot": listed(record({"control": text, "title": text, "text": text})),
            "others": record({"persons": count, "person_weeks": count}),
        }
    )
)
