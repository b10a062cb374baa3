"""A baseline's answer in the shape of ``result.json``, so that the same yardstick reads it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from headwater.baselines.blame import Blamed
from headwater.baselines.counters import COUNTERS, Counters
from headwater.baselines.leaks import Leak
from headwater.baselines.scores import TOGETHER, Scores, said

SCHEMA = "headwater/result/1"
Answer = dict[str, Any]
Owners = Mapping[str, str]
"""Account to employee, as the account list has it."""


@dataclass(frozen=True, slots=True)
class House:
    """What every answer needs to know of the house: who owns which account, and its time zone."""

    owners: Owners
    timezone: str

    def moment(self, day: date, at: time) -> str:
        """A moment of a day."""
        return datetime.combine(day, at, ZoneInfo(self.timezone)).isoformat()

    def owner(self, account: str) -> list[str]:
        """The employee whose account it is, if the list says so."""
        return [self.owners[account]] if account in self.owners else []


def empty(method: str, house: House) -> Answer:
    """An answer that says nothing yet."""
    return {
        "schema": SCHEMA,
        "method": method,
        "case": {"name": method, "timezone": house.timezone},
        "read": {"files": [], "not_read": []},
        "complaints": {"received": 0, "ours": 0, "common": []},
        "network": {"people": [], "orders": [], "key_players": [], "flows": []},
        **{part: [] for part in ("findings", "incidents", "attribution", "holdings", "tally", "limits")},
    }


def of_scores(scores: Scores, counters: Counters, house: House) -> Answer:
    """The answer of a method that raises days."""
    found = [_finding(scores, counters, house, account, day) for account, day in scores.alerts()]
    return empty(scores.method, house) | {"findings": found}


def _finding(scores: Scores, counters: Counters, house: House, account: int, day: int) -> Answer:
    name, by = counters.accounts[account], int(scores.by[account, day])
    ends = house.moment(counters.day(day), time(23, 59, 59))
    bits, score = float(scores.bits[account, day]), float(scores.score[account, day])
    values = "" if by == TOGETHER else f" ({counters.table[COUNTERS[by].name][account, day]:,.4g} that day)"
    sentence = f"{scores.words} {score:.4g} where {scores.limit[day]:.4g} is the limit: {said(by)}{values}"
    return {
        "id": f"{scores.method}:{name}:{counters.day(day).isoformat()}",
        "detector": scores.method,
        "title": f"{name} on {counters.day(day).isoformat()}: {said(by)}",
        "severity": "medium",
        "accounts": [name],
        "employees": house.owner(name),
        "devices": [],
        "from": house.moment(counters.day(day) - timedelta(days=scores.length - 1), time()),
        "to": ends,
        "raised": ends,
        "subjects": int(counters.table["subjects"][account, day]),
        "bits": round(bits, 4),
        "p_value": None,
        "statements": [{"text": sentence, "bits": round(bits, 4), "evidence": []}],
        "evidence": [],
        "techniques": [],
    }


def of_blame(method: str, blamed: Sequence[tuple[Leak, Sequence[Blamed]]], house: House) -> Answer:
    """The answer of a method that blames accounts for leaks."""
    return empty(method, house) | {"attribution": [_leak(leak, names, house) for leak, names in blamed]}


def _leak(leak: Leak, blamed: Sequence[Blamed], house: House) -> Answer:
    named = [leak.accounts.index(b.account) for b in blamed]
    explained = np.unique(leak.record[np.isin(leak.reader, named)])
    return {
        "leak": leak.name,
        "rows": leak.rows,
        "persons": leak.persons,
        "ours": leak.ours,
        "not_ours": max(0, leak.rows - leak.ours),
        "takers": [_taker(b, house) for b in blamed],
        "unexplained": leak.records - len(explained),
    }


def _taker(blamed: Blamed, house: House) -> Answer:
    owner = house.owner(blamed.account)
    return {
        "account": blamed.account,
        "employee": owner[0] if owner else None,
        "employees": owner,
        "people": [{"employee": who, "probability": round(blamed.probability, 6)} for who in owner],
        "rows_explained": blamed.records,
        "share": round(blamed.share, 6),
        "probability": round(blamed.probability, 6),
    }


def write(answer: Answer, file: Path) -> Path:
    """Write an answer aside and rename it, so that nobody reads half of one. Same answer, same bytes."""
    aside = file.with_name(f".{file.name}.new")
    aside.write_text(json.dumps(answer, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")
    aside.replace(file)
    return file
