"""A prevention as ``result.json`` has it, in one language and zone."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from headwater.casework.prevention.case_acts import CaseActs
from headwater.casework.prevention.combining import Combined
from headwater.casework.prevention.control import Lower, Step
from headwater.casework.prevention.house import Cost
from headwater.casework.prevention.replay import CasePrevention, Prevention, Replayed
from headwater.casework.prevention.sentences import assumed, sentences
from headwater.casework.prevention.setting import parameters
from headwater.model.words import Lang, Text

POINTS = 60
"""Points of the ladder at most; of more acts as many are taken, evenly."""


class PreventionPart:
    """Puts what would have stopped a case into the form of the contract."""

    def __init__(self, lang: Lang, zone: ZoneInfo) -> None:
        self._lang, self._zone = lang, zone

    def make(self, found: Prevention) -> list[dict[str, Any]]:
        """One entry per case; none where there was no incident."""
        return [self._case(c, found) for c in found.cases]

    def of_incidents(self, found: Prevention) -> dict[int, dict[str, Any]]:
        """By the rank of each incident: the control that would have kept back most for each act denied to others, if any did."""
        return {
            told.case.incident.rank: {"prevention": self._best(number, told)}
            for number, told in enumerate(found.cases, start=1)
            if told.case.incident and any(r.stop and r.saved for r in told.replayed)
        }

    def _best(self, number: int, told: CasePrevention) -> dict[str, Any]:
        best = next(r for r in told.replayed if r.stop and r.saved)
        assert best.stop is not None
        return {
            "case": number,
            "control": best.control.id,
            "title": self._say(best.control.title),
            "day": best.stop.day_number,
            "row": best.stop.row,
            "rows": told.case.total,
            "saved": best.saved,
        }

    def _say(self, text: Text) -> str:
        return text.said(self._lang)

    def _time(self, moment: datetime) -> str:
        return moment.astimezone(self._zone).isoformat()

    def _case(self, told: CasePrevention, found: Prevention) -> dict[str, Any]:
        case = told.case
        acts = case.frame[case.taken]
        return {
            "incident": case.incident.rank if case.incident else None,
            "leak": case.leak,
            "accounts": sorted(set(acts["account"])),
            "employees": list(case.employees),
            "from": self._time(acts["time"].iloc[0].to_pydatetime()),
            "to": self._time(acts["time"].iloc[-1].to_pydatetime()),
            "days": (case.days[-1] - case.days[0]).days + 1,
            "days_read": len(case.days),
            "acts": len(acts),
            "rows": case.total,
            "persons": told.persons,
            "ladder": self._ladder(case),
            "controls": [self._control(r, told, found.person_weeks) for r in told.replayed],
            "combined": [self._combined(c, case.total) for c in told.sets],
            "cannot": [
                *(self._cannot(c.id, c.title, why) for c, why in told.cannot),
                *(
                    self._cannot(name, Text(name, name), Text(f"it failed ({error})", f"出错（{error}）"))
                    for name, error in found.broken
                ),
            ],
            "others": {"persons": found.others, "person_weeks": found.person_weeks},
            "assumptions": [self._say(t) for t in assumed(told)],
        }

    def _cannot(self, name: str, title: Text, why: Text) -> dict[str, Any]:
        said = Text(f"{title.en} cannot be replayed: {why.en}.", f"“{title.zh}”无法重放：{why.zh}。")
        return {"control": name, "title": self._say(title), "text": self._say(said)}

    def _ladder(self, case: CaseActs) -> list[dict[str, Any]]:
        """Rows so far after acts of the case: all of them, or so many that the steps can be seen."""
        acts = case.frame[case.taken]
        rows, persons = acts["rows"].cumsum().to_numpy(), acts["new"].cumsum().to_numpy()
        keep = np.unique(np.linspace(0, len(acts) - 1, min(POINTS, len(acts))).round().astype(int))
        return [
            {
                "time": self._time(acts["time"].iloc[at].to_pydatetime()),
                "number": (acts["day"].iloc[at] - case.days[0]).days + 1,
                "rows": int(rows[at]),
                "persons": int(persons[at]),
            }
            for at in keep
        ]

    def _control(self, done: Replayed, told: CasePrevention, weeks: int) -> dict[str, Any]:
        stop, ruling, total = done.stop, done.ruling, told.case.total
        return {
            "control": done.control.id,
            "title": self._say(done.control.title),
            "does": self._say(done.control.does),
            "stopped": stop is not None,
            "at": self._time(stop.time) if stop else None,
            "day": stop.day_number if stop else None,
            "row": stop.row if stop else None,
            "rows_before": stop.rows_before if stop else None,
            "persons_before": stop.persons_before if stop else None,
            "saved": done.saved,
            "share_saved": done.saved / total,
            "saved_if_followed": done.followed,
            "persons_if_followed": done.followed_persons,
            "adaptive": _adaptive(ruling.adaptive),
            "innocent_denied": _cost(done.cost, weeks),
            "parameters": dict(parameters(done.control)),
            "limits": dict(ruling.settings),
            "trade_off": [_step(s) for s in ruling.curve],
            "assumptions": [self._say(t) for t in ruling.assumptions],
            "statements": [self._say(t) for t in sentences(done, told, weeks)],
            "evidence": [{"source": c.source, "line": c.line} for c in (stop.evidence if stop else ())],
        }

    def _combined(self, one: Combined, total: int) -> dict[str, Any]:
        return {
            "allowed": one.allowed,
            "share": one.allowed / total,
            "controls": list(one.controls),
            "through": one.through if one.controls else None,
            "innocent_days": one.days if one.controls else None,
        }


def _adaptive(lower: Lower | None) -> dict[str, Any] | None:
    return {"unit": lower.unit, "least": lower.least, "took": lower.took} if lower else None


def _cost(cost: Cost, weeks: int) -> dict[str, Any]:
    held = max(weeks, 1)
    return {
        "acts": cost.acts,
        "persons": cost.persons,
        "days": cost.days,
        "per_person_week": cost.acts / held,
        "days_per_person_week": cost.days / held,
    }


def _step(step: Step) -> dict[str, Any]:
    return {f.name: getattr(step, f.name) for f in fields(step)}
