"""Keeping alerts between runs: sealed with the workspace's key, since they name people; written aside and renamed.

Verdicts are in the casebook.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from headwater.casework.alerting import Ledger
from headwater.casework.budget import PER_10000, Bucket, Budget
from headwater.model.alert import Alert
from headwater.model.errors import CaseError, StoreError
from headwater.model.evidence import Citation, PersonOdds, Statement
from headwater.model.words import Text
from headwater.store.casebook.sealing import Sealer
from headwater.store.tokens import Tokeniser

FOLDER = "watch"
SEALED = "ledger.sealed"
CLEAR = "ledger.json"
"""As earlier versions kept it; the next evening seals it."""
SCHEMA = "headwater/watch/2"
EARLIER = "headwater/watch/1"
"""Its alerts did not say whom they are about, and their names could be tried out by whoever has the roster."""


def save(root: Path, ledger: Ledger, evening: date | None) -> None:
    """Write what has been raised up to an evening into a workspace."""
    state = {
        "schema": SCHEMA,
        "evening": _day(evening),
        "forgiven": sorted(ledger.forgiven),
        "troubles": list(ledger.troubles),
        "bucket": {
            "day": _day(ledger.bucket.day),
            "tokens": ledger.bucket.tokens,
            "released_today": ledger.bucket.released_today,
        },
        "alerts": [plain(a) for a in ledger.alerts],
    }
    text = json.dumps(state, ensure_ascii=False, sort_keys=True)
    _write(root / FOLDER / SEALED, _sealer(ledger.tokeniser).seal(text, FOLDER, SEALED))
    (root / FOLDER / CLEAR).unlink(missing_ok=True)


def load(root: Path, budget: Budget, tokeniser: Tokeniser) -> tuple[Ledger, date | None]:
    """What was raised up to which evening; an empty ledger where nothing was kept.

    :raises StoreError: when the file is no ledger, was changed, or is one of an earlier version
    """
    file = root / FOLDER / SEALED
    if not file.exists():
        file = root / FOLDER / CLEAR
    if not file.exists():
        return Ledger(Bucket(budget), tokeniser), None
    try:
        state = json.loads(_read(file, tokeniser))
        if state["schema"] == EARLIER:
            raise StoreError(
                "was written by an earlier version; move it aside, and run `headwater watch` again: "
                "it begins two weeks before the last day",
                str(file),
            )
        if state["schema"] != SCHEMA:
            raise KeyError(state["schema"])
        return _ledger(state, budget, tokeniser), _date(state["evening"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise StoreError(f"is no ledger that this program wrote ({type(error).__name__})", str(file)) from error


def _ledger(state: Mapping[str, Any], budget: Budget, tokeniser: Tokeniser) -> Ledger:
    kept = state["bucket"]
    bucket = Bucket(budget, _date(kept["day"]), dict(kept["tokens"]), int(kept["released_today"]))
    alerts = [_alert(a) for a in state["alerts"]]
    return Ledger(bucket, tokeniser, alerts, set(state["forgiven"]), tuple(state["troubles"]))


def known_alert(root: Path, tokeniser: Tokeniser, name: str) -> Alert:
    """The alert of that id, with its names: for the program, not for anybody's eyes (:mod:`headwater.casework.reveals`).

    :raises CaseError: when there is none
    """
    ledger = load(root, Budget(PER_10000, 1), tokeniser)[0]
    found = next((alert for alert in ledger.alerts if alert.id == name), None)
    if found is None:
        raise CaseError("there is no such alert; see `headwater alerts`")
    return found


def plain(alert: Alert) -> dict[str, Any]:
    """An alert as JSON values, in both languages."""
    return asdict(alert) | {
        name: _day(getattr(alert, name)) for name in ("raised", "released", "updated", "starts", "ends")
    }


def _alert(told: Mapping[str, Any]) -> Alert:
    days = {name: _date(told[name]) for name in ("raised", "released", "updated", "starts", "ends")}
    # ledgers of before names were kept: whoever was thought to have acted has been said
    named = [p["employee"] for p in told["people"] if p["probability"] > 0.5 and p["employee"] != "?"]
    made = {
        "title": Text(**told["title"]),
        "accounts": tuple(told["accounts"]),
        "about": tuple(told["about"]),
        "detectors": tuple(told["detectors"]),
        "said_names": tuple(told.get("said_names", named)),
        "people": tuple(_person(p) for p in told["people"]),
        "statements": _statements(told["statements"]),
        "clears": tuple(Text(**t) for t in told["clears"]),
    }
    return Alert(**{**told, **days, **made})


def _person(told: Mapping[str, Any]) -> PersonOdds:
    return PersonOdds(**{**told, "statements": _statements(told["statements"])})


def _statements(told: Iterable[Mapping[str, Any]]) -> tuple[Statement, ...]:
    return tuple(Statement(Text(**s["text"]), s["bits"], tuple(Citation(**c) for c in s["evidence"])) for s in told)


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _sealer(tokeniser: Tokeniser) -> Sealer:
    return Sealer(tokeniser.derived("ledger of alerts"))


def _read(file: Path, tokeniser: Tokeniser) -> str:
    if file.name == CLEAR:
        return file.read_text("utf-8")
    try:
        return _sealer(tokeniser).unseal(file.read_bytes(), FOLDER, SEALED)
    except StoreError as error:
        raise StoreError("the ledger of alerts was changed, or another key sealed it", str(file)) from error


def _write(file: Path, data: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    aside = file.with_name(f".{file.name}.new")
    aside.write_bytes(data)
    aside.replace(file)
