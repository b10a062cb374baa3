"""The rules against abuse: too few, too many, too often, too late, twice, or without a second person. A refusal is logged.

Every scheme of private matching answers questions, and telephone numbers can all be asked: what stands between a party and
the whole list of the other is these rules and the purpose log, not the mathematics.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pyarrow.compute as pc

from headwater.exchange.errors import ExchangeError, RefusedError, TamperedError
from headwater.exchange.ledger import Ledger, check_reasons, same_person
from headwater.exchange.office import Policy
from headwater.exchange.overlap import as_tokens
from headwater.exchange.parcel import Parcel


@dataclass(frozen=True, slots=True)
class Approval:
    """Who answers, and who else agreed (empty: nobody)."""

    by: str
    second: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants answered: how many ``items``, and what the log will say (``told``: party, request, purpose …)."""

    told: Mapping[str, Any]
    items: int
    fewest: int
    cap: int
    until: date | None
    distinct: Callable[[], bool]


@contextmanager
def refusals(ledger: Ledger, told: Mapping[str, Any], now: datetime) -> Iterator[dict[str, Any]]:
    """Log what is refused inside, with its reason; what comes to be known meanwhile is added to what this gives."""
    known = dict(told)
    try:
        yield known
    except (RefusedError, TamperedError) as error:
        ledger.add("refused", {**known, "reason": str(error).removeprefix(f"{error.place}: ")}, now)
        raise


def said(asked: Parcel, name: str) -> str:
    """What a sender says for the log: a case, a reason.

    :raises TamperedError: when it is empty, too long for a line, or cannot be printed; it is not repeated
    """
    try:
        check_reasons({name: asked.text(name)})
    except ExchangeError as error:
        raise TamperedError(str(error), str(asked.file)) from error
    return asked.text(name)


def admit(ledger: Ledger, policy: Policy, asked: Asked, approval: Approval, now: datetime) -> None:
    """Go through the rules, inside :func:`refusals`.

    :raises RefusedError: with the reason of the first that says no
    """
    check_reasons({"purpose": asked.told["purpose"], "by": approval.by})
    if approval.second:
        check_reasons({"second": approval.second})
    reason = _too_late(ledger, asked, now) or _too_much(ledger, policy, asked, now) or _alone(policy, asked, approval)
    if not reason and not asked.distinct():
        reason = "the same identifier is asked more than once: the list is made longer than it is"
    if reason:
        raise RefusedError(reason, asked.told["party"])


def are_distinct(asked: Parcel, section: str) -> bool:
    """Tell whether no item stands twice in a section.

    That tells of identifiers only where they are not blinded. Points of one identifier differ, with PSI where they were made with several
    keys: what was asked twice blinded shows only in tokens that are handed over, which PSI has none of.
    """
    items = as_tokens(asked.array(section))
    return bool(pc.count_distinct(items).as_py() == len(items))


def _too_late(ledger: Ledger, asked: Asked, now: datetime) -> str:
    request = asked.told.get("request")
    before = ledger.answer_to(request) if request else None
    if before is not None:
        return f"the request was answered before (line {before.number} of the purpose log), and no request is answered twice"
    if asked.until is not None and now.date() > asked.until:
        return f"the exchange ended on {asked.until.isoformat()}"
    return ""


def _too_much(ledger: Ledger, policy: Policy, asked: Asked, now: datetime) -> str:
    fewest, cap = max(policy.fewest, asked.fewest), min(policy.cap, asked.cap)
    party = asked.told["party_key"]
    if asked.items < fewest:
        return f"{asked.items:,} identifiers are a look-up, not a list: at least {fewest:,} are asked together"
    spent = ledger.granted(party, exchange=asked.told["exchange"])
    if spent + asked.items > cap:
        return f"{asked.items:,} identifiers after {spent:,} are more than the {cap:,} of one exchange"
    spent = ledger.granted(party, day=now.date())
    if spent + asked.items > policy.daily:
        return f"{asked.items:,} identifiers after {spent:,} on this day are more than the {policy.daily:,} of one day"
    return ""


def _alone(policy: Policy, asked: Asked, approval: Approval) -> str:
    if asked.items <= policy.second_over:
        return ""
    if not approval.second.strip():
        return f"{asked.items:,} identifiers need a second person (above {policy.second_over:,})"
    return "the second person is the first" if same_person((approval.by, approval.second)) else ""
