"""The contract of a result's part ``duties``."""

from __future__ import annotations

from headwater.casework.reports.checks import TEXTS, count, flag, listed, mapped, maybe, record, text

ATOM = record({"fact": text, "text": text, "holds": maybe(flag)}, {"figure": count, "low": count, "high": maybe(count)})

ENTRY = record(
    {
        **{"id": text, "place": text, "to": text, "who": text, "title": text, "status": text, "manner": text},
        **{"within": maybe(text), "counted_from": text, "rests": listed(ATOM), "unless": listed(ATOM)},
        **{
            "article": text,
            "in_force": maybe(text),
            "source": text,
            "as_of": text,
            "certainty": text,
            "verified": flag,
        },
        **{"standing": text, "contains": TEXTS},
    },
    {"levels": TEXTS, "notes": TEXTS, "binding": flag, "after": text, "counted": text},
)

FACT = record({"fact": text, "text": text}, {"holds": flag, "low": count, "high": maybe(count), "because": maybe(text)})

PLACE = record(
    {"id": text, "name": text, "version": text, "digest": text, "as_of": text, "zone": text, "counting": text}
)

DUTIES = record({"places": listed(PLACE), "facts": listed(FACT), "entries": listed(ENTRY)}, {"together": mapped(count)})
