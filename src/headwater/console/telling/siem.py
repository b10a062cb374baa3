"""Messages for a house's security monitoring: events of the Open Cybersecurity Schema Framework, one on a line.

An alert is a Detection Finding; a new answer is all of its events, in parts, as :mod:`headwater.casework.reports.exports` makes them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, time
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from headwater import __version__
from headwater.casework.reports.exports.ocsf import event as ocsf
from headwater.casework.reports.exports.ocsf.event import Event
from headwater.casework.reports.json_lines import lines
from headwater.console.telling.hooks import ANSWERED, TRIED, UPDATED, Hook, Message
from headwater.model.words import Lang

PART = 500
"""So many events are sent at once."""
KIND = "application/x-ndjson"

_BESIDE = ("bits", "lane", "subjects", "detectors", "raised", "released", "odds")
"""What is told of an alert beside what the schema has a place for."""

Answers = Callable[[str, str, Lang], Iterable[Event] | None]
"""The events of an answer, veiled, by the case's slug, the answer's digest and a language, always in the same order;
``None`` where the case has a newer answer, of which there is a message of its own."""


def events(hook: Hook, message: Message, answers: Answers) -> Iterable[Event] | None:
    """What a message tells, as events; ``None`` where it is overtaken."""
    if message.kind == ANSWERED:
        return answers(message.case, str(message.told["answer"]), hook.lang)
    return [of_message(hook, message)]


def parts(told: Iterable[Event]) -> Iterator[bytes]:
    """Events as they are sent, part by part: JSON lines."""
    left = iter(told)
    while part := list(islice(left, PART)):
        yield lines(part)


def of_message(hook: Hook, message: Message) -> Event:
    """An alert, or a trial, as a Detection Finding (2004)."""
    told, case = message.told, _case(hook, message)
    if message.kind == TRIED:
        said = str(told["said"][hook.lang])
        return case.event(2004, message.id, said, (None, None), is_alert=False, **ocsf.severity("none"))
    made = case.event(
        2004,
        case.uid("alert", told["id"]),
        str(told["title"][hook.lang]),
        _span(told),
        count=1,
        evidences=[{"actor": {"user": ocsf.user(a)}, "name": a} for a in told["accounts"]]
        + [{"actor": {"user": ocsf.employee(e)}, "name": e} for e in told["employees"]],
        finding_info={
            "analytic": {"name": told["detectors"][0], "type": "Behavioral", "type_id": 2},
            "desc": " ".join(s[hook.lang] for s in told["statements"]),
            "src_url": told["href"],
            "uid_alt": told["id"],
        },
        is_alert=True,
        observables=[
            *ocsf.observables("evidences[].actor.user.name", told["accounts"]),
            *ocsf.observables("evidences[].actor.user.uid", told["employees"]),
        ],
        unmapped=ocsf.filled(
            {k: told.get(k) for k in _BESIDE} | {"clears": [c[hook.lang] for c in told.get("clears", ())]}
        ),
        **ocsf.severity("high" if told["lane"] == "fact" else "medium"),
        **ocsf.confidence(float(told["bits"]), told["lane"] == "fact"),
        **ocsf.status({}),
    )
    if message.kind == UPDATED:
        made |= {
            "activity_id": 2,
            "activity_name": "Update",
            "type_uid": 200402,
            "type_name": "Detection Finding: Update",
        }
    return made


def _case(hook: Hook, message: Message) -> ocsf.Case:
    return ocsf.Case(message.case, __version__, hook.lang, "UTC", int(message.at.timestamp() * 1000), {})


def _span(told: Mapping[str, Any]) -> tuple[str, str]:
    """From the first moment of an alert's first day to the last of its last one, where the case is."""
    zone = ZoneInfo(str(told.get("zone", "UTC")))
    first, last = (date.fromisoformat(told[name]) for name in ("from", "to"))
    return datetime.combine(first, time(), zone).isoformat(), datetime.combine(last, time(23, 59, 59), zone).isoformat()
