"""Keeping alerts and verdicts between runs: plain JSON beside the lake, written aside and renamed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from headwater.casework.alerting import Ledger
from headwater.casework.budget import Bucket, Budget
from headwater.model.alert import Alert, Verdict
from headwater.model.errors import StoreError
from headwater.model.evidence import Citation, PersonOdds, Statement
from headwater.model.words import Text

FOLDER = "watch"
SCHEMA = "headwater/watch/1"


def save(root: Path, ledger: Ledger, evening: date | None) -> None:
    """Write what has been raised up to an evening into a workspace."""
    state = {
        "schema": SCHEMA,
        "evening": _day(evening),
        "forgiven": ledger.forgiven,
        "bucket": {"day": _day(ledger.bucket.day), "tokens": ledger.bucket.tokens},
        "alerts": [plain(a) for a in ledger.alerts],
    }
    _write(root / FOLDER / "ledger.json", json.dumps(state, ensure_ascii=False, indent=1, sort_keys=True))


def load(root: Path, budget: Budget) -> tuple[Ledger, date | None]:
    """What was raised up to which evening; an empty ledger where nothing was kept."""
    file = root / FOLDER / "ledger.json"
    if not file.exists():
        return Ledger(Bucket(budget)), None
    try:
        state = json.loads(file.read_text("utf-8"))
        if state["schema"] != SCHEMA:
            raise KeyError(state["schema"])
        bucket = Bucket(budget, _date(state["bucket"]["day"]), dict(state["bucket"]["tokens"]))
        alerts = [_alert(a) for a in state["alerts"]]
        return Ledger(bucket, alerts, int(state["forgiven"])), _date(state["evening"])
    except (ValueError, KeyError, TypeError) as error:
        raise StoreError(f"is no ledger that this program wrote ({type(error).__name__})", str(file)) from error


def verdicts(root: Path) -> tuple[Verdict, ...]:
    """What people said about alerts, the oldest first; the last word on an alert counts."""
    file = root / FOLDER / "verdicts.jsonl"
    if not file.exists():
        return ()
    last: dict[str, Verdict] = {}
    for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        try:
            said = _verdict(json.loads(line))
        except (ValueError, KeyError, TypeError) as error:
            raise StoreError(f"is no verdict ({type(error).__name__})", f"{file}:{number}") from error
        last[said.alert] = said
    return tuple(last.values())


def add_verdict(root: Path, verdict: Verdict) -> None:
    """Append a verdict. Nothing is ever taken back: a later one overrules."""
    file = root / FOLDER / "verdicts.jsonl"
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with file.open("a", encoding="utf-8") as out:
        out.write(json.dumps(asdict(verdict), ensure_ascii=False, sort_keys=True, default=str) + "\n")


def plain(alert: Alert) -> dict[str, Any]:
    """An alert as JSON values, in both languages."""
    return asdict(alert) | {
        name: _day(getattr(alert, name)) for name in ("raised", "released", "updated", "starts", "ends")
    }


def _alert(told: Mapping[str, Any]) -> Alert:
    days = {name: _date(told[name]) for name in ("raised", "released", "updated", "starts", "ends")}
    made = {
        "title": Text(**told["title"]),
        "accounts": tuple(told["accounts"]),
        "detectors": tuple(told["detectors"]),
        "people": tuple(_person(p) for p in told["people"]),
        "statements": _statements(told["statements"]),
        "clears": tuple(Text(**t) for t in told["clears"]),
    }
    return Alert(**{**told, **days, **made})


def _person(told: Mapping[str, Any]) -> PersonOdds:
    return PersonOdds(**{**told, "statements": _statements(told["statements"])})


def _statements(told: Iterable[Mapping[str, Any]]) -> tuple[Statement, ...]:
    return tuple(Statement(Text(**s["text"]), s["bits"], tuple(Citation(**c) for c in s["evidence"])) for s in told)


def _verdict(told: Mapping[str, Any]) -> Verdict:
    on = date.fromisoformat(told["on"])
    lists = {name: tuple(told[name]) for name in ("subjects", "detectors")}
    return Verdict(**{**told, "on": on, "until": _date(told["until"]), **lists})


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    aside = file.with_name(f".{file.name}.new")
    aside.write_text(text, "utf-8")
    aside.replace(file)
