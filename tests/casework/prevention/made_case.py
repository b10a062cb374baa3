"""Small houses with a hand-made incident: findings that name sittings, as detectors make them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from tests.detection.lakes import DATASET, House, Row, moment, opened, working_day

from headwater.casework.prevention.case_acts import CaseActs, case_acts
from headwater.casework.prevention.house import House as Innocent
from headwater.casework.prevention.replay import CasePrevention, Prevention, prevention
from headwater.detection.moments import reading
from headwater.detection.scene import Scene
from headwater.model.attribution import Attribution
from headwater.model.evidence import Citation, Finding, PersonOdds, Statement
from headwater.model.incident import Incident
from headwater.model.words import Text

SAID = Text("said", "说")


@dataclass
class Small(House):
    """Handlers E01 … who open a few records on each working day at their own desks; E01 is the thief of most tests."""

    staff: int = 6
    days: int = 10
    each: int = 4
    clients: int = 2000
    at: dict[str, str] = field(default_factory=dict)

    def seat(self, at: str) -> Row:
        return {"device": f"PC-{at[1:]}", "ip": f"10.0.0.{int(at[1:])}"} if at[0] == "E" else {"device": None, "ip": at}

    def organise(self, **first: Any) -> Small:
        for i in range(1, self.staff + 1):
            employee, more = f"E{i:02}", first if i == 1 else {}
            self.add(
                "people", employee=employee, name="王*", department="claims", role="handler", site="North",
                hired=date(2019, 4, 1), workstation=f"PC-{i:02}", ip=f"10.0.0.{i}", **more,
            )  # fmt: skip
            self.add("accounts", account=f"u{i:02}", system="crm", owner=employee, kind="person")
        for number in range(self.clients):
            self.add(
                "records", dataset=DATASET, subject=f"c{number}", ordinal=number, version=0, segment="s",
                source="clients/clients.csv",
            )  # fmt: skip
        return self

    def work(self) -> Small:
        """Everybody opens the same few records at ten in the morning of each working day."""
        for n in range(self.days):
            for i in range(1, self.staff + 1):
                self.look(f"u{i:02}", working_day(n), range(self.each), f"E{i:02}", 10.0)
        return self

    def look(self, account: str, day: date, numbers: Sequence[int], at: str, hour: float = 14.0, **more: Any) -> None:
        for i, number in enumerate(numbers):
            told = {"action": "lookup", "subject": f"c{number}", "ordinal": int(number), "outcome": "success", **more}
            self.event(
                "access", moment(day, hour, i * 20.0), account=account, application="crm", dataset=DATASET,
                **self.seat(at), **told,
            )  # fmt: skip

    def draw(self, account: str, day: date, rows: int, at: str, hour: float = 14.0) -> None:
        """An export of which the log tells the number of rows alone."""
        self.event(
            "access", moment(day, hour), account=account, application="crm", dataset=DATASET, action="export",
            rows=rows, outcome="success", **self.seat(at),
        )  # fmt: skip

    def post(self, account: str, day: date, size: int, hour: float) -> None:
        self.event(
            "web", moment(day, hour), account=account, host="drop.example.com", path="/p", method="POST", status=200,
            bytes_out=size, bytes_in=1, **self.seat(f"E{account[1:]}"),
        )  # fmt: skip


def small(**values: Any) -> Small:
    first = {k: values.pop(k) for k in ("left", "resigned") if k in values}
    return Small(**values).organise(**first).work()


def finding(
    scene: Scene,
    account: str,
    days: Sequence[date],
    detector: str = "bulk-read",
    who: str = "E01",
    cites: Sequence[Row] = (),
) -> Finding:
    """What a detector would say of an account's sittings after noon on some days."""
    rows = scene.sittings
    rows = rows[(rows["account"] == account) & rows["day"].isin(list(days)) & (rows["first"].dt.hour >= 12)]
    lines = [Citation(r["source"], r["line"]) for r in cites]
    told = Statement(SAID, 9.0, (Citation("logs/application.log", 2), *lines))
    return Finding(
        detector=detector, key=account, title=SAID, severity="high", accounts=(account,),
        people=(PersonOdds(who, 0.9, 9.0),) if who else (), devices=tuple(sorted(set(rows["seat"]))),
        starts=rows["first"].min().to_pydatetime(), ends=rows["last"].max().to_pydatetime(),
        subjects=1, statements=(told,), moments=reading(scene, rows),
    )  # fmt: skip


def incident(*found: Finding, channel: tuple[tuple[str, int, int], ...] = ()) -> Incident:
    return Incident(
        rank=1, title=SAID, accounts=tuple(dict.fromkeys(a for f in found for a in f.accounts)),
        people=found[0].people, devices=(), findings=tuple(found), statements=(), bits=9.0,
        starts=min(f.starts for f in found), ends=max(f.ends for f in found), subjects=1, story=(), timeline=(),
        clears=(), against=(), channel=channel,
    )  # fmt: skip


@dataclass(frozen=True)
class Played:
    """A house with its incident, and the case that is replayed."""

    scene: Scene
    told: Incident
    case: CaseActs
    house: Innocent

    def replay(self, *controls: Any) -> Prevention:
        return prevention(self.scene, [self.told], Attribution(), controls or None)

    def one(self, control: Any) -> Any:
        """The replay of a single control; fails where it could not be replayed."""
        (found,) = self.replay(control).cases
        assert not found.cannot, [why.en for _c, why in found.cannot]
        (done,) = found.replayed
        return done

    def whole(self) -> CasePrevention:
        (found,) = self.replay().cases
        return found


@contextmanager
def played(
    house: House, root: Path, account: str = "u01", days: Sequence[date] = (), engine: str = "duckdb", **more: Any
) -> Iterator[Played]:
    """Open a house and make an incident of what an account read after noon on some days."""
    channel = more.pop("channel", ())
    with opened(house, root, engine) as scene:
        told = incident(finding(scene, account, days, **more), channel=channel)
        (case,) = case_acts(scene, [told], Attribution())
        persons = case.frame.loc[case.taken, "person"]
        suspects = frozenset({*told.employees, *persons})
        taken = frozenset(case.frame.loc[case.taken, ["account", "day"]].itertuples(index=False, name=None))
        yield Played(scene, told, case, Innocent(scene, suspects, taken))


def numbers(first: int, count: int) -> list[int]:
    """Records that nobody else reads."""
    return [int(n) for n in np.arange(first, first + count)]
