"""Which acts a case is about: those in the sittings that its findings name, or those of an account to which a leak is laid."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
from ibis import _

from headwater.casework.families import TOGETHER, family_of
from headwater.casework.prevention.acts import one_by_one
from headwater.detection.profiles.business import left_over
from headwater.detection.profiles.paths import AGAIN
from headwater.detection.scene import Scene
from headwater.model.attribution import Attribution, Taker
from headwater.model.evidence import Finding
from headwater.model.incident import Incident

BY_REASON = frozenset({"unexplained-access", "personal-interest", "acquaintances"})
"""Detectors whose findings are about records without a business reason, and about nothing else that was read beside them."""
LIKELY = 0.5
"""Takers less probable than this are not replayed: nothing that they read is laid to them."""
_SITTING = ["account", "place", "sitting"]


@dataclass(frozen=True)
class CaseActs:
    """The acts of a case's accounts in order, and which of them are the case: ``frame`` with ``taken``, ``rows`` and ``new`` persons.

    ``new``: persons whom no earlier act of the case had named. ``reasonless``: the record is nobody's business who owns the
    account; missing where the house has no relations. What the same accounts read beside is kept: limits count it too.
    """

    name: str
    accounts: tuple[str, ...]
    employees: tuple[str, ...]
    frame: pd.DataFrame = field(repr=False)
    incident: Incident | None = field(default=None, repr=False)
    leak: str | None = None
    taker: Taker | None = field(default=None, repr=False)

    @cached_property
    def taken(self) -> npt.NDArray[np.bool_]:
        """Which rows of the frame are acts of the case."""
        return np.asarray(self.frame["taken"].to_numpy(bool))

    @cached_property
    def rows(self) -> npt.NDArray[np.int64]:
        """Rows that each act of the case read; nothing for acts beside it."""
        return np.where(self.taken, self.frame["rows"].to_numpy(np.int64), 0)

    @property
    def total(self) -> int:
        """Rows that the case read in all."""
        return int(self.rows.sum())

    @property
    def unsized(self) -> int:
        """How many acts of the case read nobody knows how many rows: they count nothing."""
        return int(self.frame["unsized"].sum())

    @cached_property
    def days(self) -> tuple[date, ...]:
        """The local days on which the case read anything, in order."""
        return tuple(sorted(set(self.frame.loc[self.taken, "day"])))


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A case before its acts are known: accounts with spans of days, and sittings of which all (or the reasonless) acts count."""

    name: str
    accounts: tuple[str, ...]
    employees: tuple[str, ...]
    sittings: pd.DataFrame
    incident: Incident | None = None
    leak: str | None = None
    taker: Taker | None = None


def case_acts(scene: Scene, incidents: Sequence[Incident], attribution: Attribution) -> tuple[CaseActs, ...]:
    """The acts of each incident, then of each taker whose reading no incident holds; cases without any are left out."""
    if not scene.has("access"):
        return ()
    wanted = [
        w for w in [*_of_incidents(scene, incidents), *_of_takers(scene, incidents, attribution)] if len(w.sittings)
    ]
    if not wanted:
        return ()
    frame = one_by_one(scene, _spans(wanted, scene))
    frame["reasonless"] = _reasonless(scene, frame, wanted)
    made = [_made(w, frame) for w in wanted]
    return _with_new(scene, [c for c in made if c.total])


def _of_incidents(scene: Scene, incidents: Iterable[Incident]) -> Iterator[_Wanted]:
    for incident in incidents:
        parts = [_sittings(scene, f) for f in incident.findings if _reads(f)]
        sittings = pd.concat(parts) if parts else _none()
        sittings = sittings.groupby([*_SITTING, "day", "ends"], as_index=False)["whole"].max()
        yield _Wanted(f"incident {incident.rank}", incident.accounts, incident.employees, sittings, incident)


def _reads(finding: Finding) -> bool:
    """Whether a finding says that its accounts read something, of themselves and not as company of others."""
    about = finding.details.get("about")
    return (
        bool(finding.accounts)
        and about is None
        and family_of(finding) != TOGETHER
        and any(m.lane == "reading" for m in finding.moments)
    )


def _sittings(scene: Scene, finding: Finding) -> pd.DataFrame:
    """The sittings that a finding tells of, by account, place and the moment at which each began."""
    begun = {m.time for m in finding.moments if m.lane == "reading"}
    rows = scene.sittings[scene.sittings["account"].isin(finding.accounts)]
    rows = rows[rows["first"].isin(begun) & (rows["seat"].isin(finding.devices) if finding.devices else True)]
    return _cut(rows).assign(whole=finding.detector not in BY_REASON)


def _of_takers(scene: Scene, incidents: Sequence[Incident], attribution: Attribution) -> Iterator[_Wanted]:
    """Takers of leaks: what the account read of days that explain the leak, where no incident is about that account then."""
    seen: set[tuple[str, date, date]] = set()
    for leak in attribution.leaks:
        for taker in leak.takers:
            if taker.starts is None or taker.ends is None or taker.probability < LIKELY:
                continue
            span = (taker.account, taker.starts, taker.ends)
            if span in seen or any(_tells(i, taker) for i in incidents):
                continue
            seen.add(span)
            rows = scene.sittings
            rows = rows[
                (rows["account"] == taker.account) & (rows["day"] >= taker.starts) & (rows["day"] <= taker.ends)
            ]
            people = tuple(p.employee for p in taker.people if p.probability > LIKELY and p.employee != "?")
            told = _cut(rows).assign(whole=True)
            yield _Wanted(f"{leak.leak}: {taker.account}", (taker.account,), people, told, None, leak.leak, taker)


def _tells(incident: Incident, taker: Taker) -> bool:
    starts, ends = incident.starts.date(), incident.ends.date()
    return bool(
        taker.account in incident.accounts
        and taker.starts
        and taker.ends
        and starts <= taker.ends
        and taker.starts <= ends
    )


def _cut(rows: pd.DataFrame) -> pd.DataFrame:
    ends = np.maximum(rows["day"], rows["last"].dt.date) if len(rows) else rows["day"]
    return rows[[*_SITTING, "day"]].assign(ends=ends)


def _none() -> pd.DataFrame:
    return pd.DataFrame(columns=[*_SITTING, "day", "ends", "whole"])


def _spans(wanted: Iterable[_Wanted], scene: Scene) -> dict[str, tuple[date, date]]:
    """For each account from the Monday before its first act on, other accounts of the same owner included."""
    spans: dict[str, tuple[date, date]] = {}
    listed = scene.listed
    for case in wanted:
        for account, rows in case.sittings.groupby("account", sort=True):
            first, last = rows["day"].min(), max(rows["ends"])
            first -= timedelta(days=first.weekday())
            owner = listed.owner(str(account))
            own = {a for a in listed.accounts if owner and listed.owner(a) is owner and listed.kind(a) != "shared"}
            for name in sorted({str(account), *own}):
                low, high = spans.get(name, (first, last))
                spans[name] = (min(low, first), max(high, last) + timedelta(days=1))
    return spans


def _reasonless(scene: Scene, frame: pd.DataFrame, wanted: Iterable[_Wanted]) -> Any:
    """Whether a record that was opened is no business of the account's owner; ``None`` where nobody can say."""
    if not scene.has("relations") or frame.empty:
        return pd.Series([None] * len(frame), frame.index, dtype=object)
    accounts = {a for w in wanted for a in w.sittings["account"]}
    opened = frame[frame["subject"].notna() & frame["account"].isin(accounts)]
    keys = ["account", "day", "dataset", "subject"]
    told = pa.table(
        {k: pa.array(c.tolist(), pa.date32() if k == "day" else pa.string()) for k, c in _distinct(opened, keys)}
    )
    asked = scene.engine.memory("prevented_openings", told)
    first, last = frame["day"].min(), frame["day"].max()
    rest = left_over(scene.engine, scene.org, asked, first, last, (AGAIN, *scene.settings.reasons))
    left = set(scene.engine.arrow(rest.select(*keys)).to_pandas().itertuples(index=False, name=None))
    own = {a for a in accounts if scene.org.owner(a) and scene.org.kind(a) == "person"}
    named = frame["subject"].notna().to_numpy()
    rows = zip(*(frame[k] for k in keys), named, strict=True)
    return pd.Series([(r[:4] in left) if r[4] and r[0] in own else None for r in rows], frame.index, dtype=object)


def _distinct(frame: pd.DataFrame, keys: list[str]) -> Iterator[tuple[str, Any]]:
    rows = frame[keys].drop_duplicates().sort_values(keys)
    return ((k, rows[k]) for k in keys)


def _made(wanted: _Wanted, frame: pd.DataFrame) -> CaseActs:
    told = frame.merge(wanted.sittings[[*_SITTING, "whole"]], on=_SITTING, how="left", indicator="met")
    whole = told["whole"].map(lambda v: v is True or v == 1).to_numpy(bool)
    about = (told["met"] == "both").to_numpy() & (whole | (told["reasonless"].map(lambda v: v is True)).to_numpy(bool))
    people = set(told.loc[about, "person"])
    about_unsized = about & told["unsized"].to_numpy(bool)
    told = told.assign(taken=about & (told["rows"] > 0).to_numpy(), unsized=about_unsized).drop(
        columns=["whole", "met"]
    )
    told = told[told["person"].isin(people)].reset_index(drop=True)
    return CaseActs(wanted.name, wanted.accounts, wanted.employees, told, wanted.incident, wanted.leak, wanted.taker)


def _with_new(scene: Scene, cases: Sequence[CaseActs]) -> tuple[CaseActs, ...]:
    """Each case with the persons whom its acts are the first to name. Costs a group-by over what they named."""
    if not cases:
        return ()
    engine = scene.engine
    parts = [c.frame[c.taken].assign(case=i).reset_index(names="at") for i, c in enumerate(cases)]
    frame = pd.concat(parts)
    named, drawn = frame[frame["subject"].notna()], frame[frame["returned"].notna() & (frame["exact"] != False)]  # noqa: E712
    met = engine.memory("prevented_named", _table(named, "subject"))
    if engine.holds("returned"):
        sets = engine.memory("prevented_sets", _table(drawn, "returned").drop_columns(["dataset"]))
        held = engine.table("returned").select("returned", "dataset", "subject").rename(r_id="returned")
        met = met.union(sets.join(held, sets.returned == held.r_id).select("case", "at", "dataset", "subject"))
    firsts = met.filter(_.subject.notnull()).group_by(["case", "dataset", "subject"]).agg(at=_.at.min())
    counted = engine.arrow(firsts.group_by(["case", "at"]).agg(new=_.count())).to_pandas()
    made = []
    for i, case in enumerate(cases):
        new = np.zeros(len(case.frame), np.int64)
        mine = counted[counted["case"] == i]
        new[mine["at"].to_numpy(np.int64)] = mine["new"].to_numpy(np.int64)
        made.append(
            CaseActs(
                case.name,
                case.accounts,
                case.employees,
                case.frame.assign(new=new),
                case.incident,
                case.leak,
                case.taker,
            )
        )
    return tuple(made)


def _table(frame: pd.DataFrame, what: str) -> pa.Table:
    columns = {"case": pa.int64(), "at": pa.int64(), "dataset": pa.string(), what: pa.string()}
    return pa.table({k: pa.array(frame[k].tolist(), kind) for k, kind in columns.items()})
