"""Suspicious sittings of people who may have acted with others: what a ticket or the whole job explains is left out."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from headwater.model.organisation import Organisation

CROWD = 3
"""A day on which so many of one job stand out at once is the job's: a backlog, a round of calls."""
LIKELY = 0.5
"""Only whoever is likelier than this to have read is asked with whom."""


def parties(anchors: pd.DataFrame, org: Organisation) -> pd.DataFrame:
    """Rows of :attr:`Scene.anchors` of people of the roster, in order of time."""
    rows = anchors[(anchors["probability"] > LIKELY) & anchors["person"].isin(set(org.people))]
    if rows.empty:
        return rows
    allowed = [_ticket(org, r.account, r.day) for r in rows.itertuples(index=False)]
    rows = rows[[not a for a in allowed]]
    jobs = jobs_of(org)
    job = rows["person"].map(jobs)
    crowd = rows.assign(job=job).groupby(["job", "day"])["person"].transform("nunique")
    return rows[crowd < CROWD].sort_values(["first", "account", "place", "sitting"])


def jobs_of(org: Organisation) -> Mapping[str, str]:
    """Department, role and site of each person, as one word."""
    return {e: f"{p.department}\n{p.role}\n{p.site}" for e, p in org.people.items()}


def _ticket(org: Organisation, account: str, day: object) -> bool:
    row = org.account(account)
    names = {account, row.owner if row else None} - {None}
    return any(t.who in names and t.covers(day) for t in org.tickets)  # type: ignore[arg-type]
