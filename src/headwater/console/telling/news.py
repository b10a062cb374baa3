"""What there is to tell: alerts that were let through or have grown, and answers that are new.

Each has an id that follows from what it says, so that the same news enters an outbox once, however often it is looked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from headwater.console.telling.hooks import ANSWERED, RELEASED, TRIED, UPDATED, Message, message_id
from headwater.model.alert import Alert

_KEPT = 20
"""So many sentences of an alert are told; the page has them all."""


def of_alerts(
    case: str, alerts: Iterable[Alert], known: frozenset[str], now: datetime, zone: str = "UTC"
) -> list[Message]:
    """News of alerts that were let through. ``alerts`` must be veiled.

    :param zone: of which the days of alerts are
    :param known: ids of alerts that somebody was told of before: what comes of them now is that they have grown
    """
    messages = []
    for alert in alerts:
        if alert.released is None:
            continue
        grown = (f"{alert.said_bits:.6g}", *alert.detectors, *alert.said_names)
        kind = UPDATED if alert.id in known else RELEASED
        messages.append(Message(message_id(case, "alert", alert.id, *grown), case, kind, now, plain(case, alert, zone)))
    return messages


def of_answer(case: str, version: str, now: datetime) -> Message:
    """News that a case has an answer of this digest."""
    told = {"case": case, "answer": version, "href": f"/cases/{case}"}
    return Message(message_id(case, "answer", version), case, ANSWERED, now, told)


def of_trial(case: str, hook: str, now: datetime) -> Message:
    """Somebody tries a hook: it alone is told."""
    told = {"case": case, "said": {"en": "A trial from Headwater.", "zh": "Headwater 的试发消息。"}}
    return Message(message_id(case, "trial", hook, now.isoformat()), case, TRIED, now, told, hook)


def plain(case: str, alert: Alert, zone: str) -> dict[str, Any]:
    """What is told of a veiled alert, as JSON values: whom it names with which odds, what speaks for it and what would clear
    it. Lines of logs are not.
    """
    odds = {p.employee: round(p.probability, 4) for p in alert.people}
    return {
        "case": case,
        "id": alert.id,
        "href": f"/cases/{case}/today#{alert.id}",
        "title": {"en": alert.title.en, "zh": alert.title.zh},
        "raised": alert.raised.isoformat(),
        "released": alert.released.isoformat() if alert.released else None,
        "updated": alert.updated.isoformat(),
        "from": alert.starts.isoformat(),
        "to": alert.ends.isoformat(),
        "zone": zone,
        "lane": alert.lane,
        "bits": round(alert.bits, 6),
        "subjects": alert.subjects,
        "accounts": list(alert.accounts),
        "employees": list(alert.employees),
        "odds": {e: odds[e] for e in alert.employees},
        "detectors": list(alert.detectors),
        "statements": [{"en": s.text.en, "zh": s.text.zh, "bits": round(s.bits, 6)} for s in alert.statements[:_KEPT]],
        "clears": [{"en": t.en, "zh": t.zh} for t in alert.clears[:_KEPT]],
    }
