"""How unusual each day's lists are: by size, and by way, program, hour and data set."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from headwater.detection.profiles.backing import Days, rare_size, strange
from headwater.detection.profiles.lists import cells, drawn
from headwater.detection.profiles.rarity import among_others
from headwater.detection.profiles.volume import peer_groups
from headwater.model.organisation import Organisation, Span
from headwater.store.engine import Engine

PAGE, HABIT = 100, 21
"""People up to whom a search has shown a page and drawn no list, and days after which what an account did is its habit."""
RARE, MANY = 0.005, 100
"""A day whose lists are rarer than this by the house's own measure, with so many new people, is odd."""
WATCH = 3
"""Hours of a day that are one thing: before breakfast is another than after lunch."""
MACHINE = 2
"""What a service did more than so many days ago it does always."""
COMMON = 0.02
"""Days rarer than this tell how much loud days gather in few accounts."""
LEAST_CLUSTER = 0.02
"""They are never taken to be more independent than this."""
REACH = 20
"""A house of so many days can tell of nothing rarer than one day in so many times that."""
TICKETS = 5
"""A purpose that fewer tickets name than this has no usual size: they authorise whatever they cover."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """``lists``: one row per question; ``days``: account, day, people, new, score, p; tickets by account and day.

    ``loud`` counts each account's days that are rarer than most.
    """

    lists: pd.DataFrame
    days: pd.DataFrame
    tickets: Mapping[tuple[str, date], Span]
    purposes: Mapping[str, str]
    worked: pd.Series[int]
    loud: pd.Series[int]

    def odd(self) -> frozenset[tuple[str, date]]:
        """Accounts and days of odd lists that no ticket covers."""
        rows = self.days[(self.days["p"] < RARE) & (self.days["new"] >= MANY) & ~self.days["allowed"].astype(bool)]
        return frozenset(zip(rows["account"], rows["day"], strict=True))

    def observed(self, account: str) -> int:
        """On how many days the account was at work."""
        return int(self.worked[account])

    def cluster(self, account: str) -> float:
        """How much loud days gather in few of the other accounts: the intra-class correlation, by moments."""
        rest = self.worked.index != account
        loud, n = self.loud.to_numpy(float)[rest], self.worked.to_numpy(float)[rest]
        share = float(loud.sum() / max(n.sum(), 1.0))
        expected = n * share * (1 - share)
        pairs = float(np.sum(expected * (n - 1)))
        found = (np.sum((loud - n * share) ** 2) - expected.sum()) / pairs if pairs > 0 else 0.0
        return float(np.clip(found, LEAST_CLUSTER, 0.5))

    def usual(self, ticket: Span, account: str) -> int | None:
        """The most people that others drew on a day under a ticket of the same purpose; nothing if there are too few."""
        purpose = self.purposes.get(ticket.label, "")
        if not purpose or Counter(self.purposes.values())[purpose] < TICKETS:
            return None
        sizes = dict(zip(zip(self.days["account"], self.days["day"], strict=True), self.days["people"], strict=True))
        others = [
            int(sizes.get(key, 0))
            for key, t in self.tickets.items()
            if key[0] != account and self.purposes.get(t.label, "") == purpose
        ]
        return max(others, default=0)


def drawing(engine: Engine, org: Organisation, worked: pd.DataFrame, page: int, habit: int) -> Drawing | None:
    """Judge the lists of every account and day; nothing where no list was drawn. ``worked``: account and day."""
    lists = drawn(engine, page)
    if lists.empty:
        return None
    worked = worked.loc[worked["account"].notna(), ["account", "day"]]
    accounts = tuple(sorted(worked["account"].unique()))
    numbers, names = peer_groups(accounts, org)
    groups = {a: names[g] for a, g in zip(accounts, numbers, strict=True)}
    lists["alone"] = lists["account"].map(groups).str.startswith("=")
    by_way = cells(engine, lists)
    tickets, purposes = _tickets(engine, org, lists)
    by_way["allowed"] = [key in tickets for key in zip(by_way["account"], by_way["day"], strict=True)]
    days = _scored(lists, by_way, worked, groups, habit)
    days["p"] = _calibrated(days, worked)
    at_work = worked["account"].value_counts().sort_index()
    loud = days.loc[days["p"] < COMMON, "account"].value_counts().reindex(at_work.index).fillna(0)
    return Drawing(lists, days, tickets, purposes, at_work, loud)


def _scored(
    lists: pd.DataFrame, by_way: pd.DataFrame, worked: pd.DataFrame, groups: dict[str, str], habit: int
) -> pd.DataFrame:
    """One row per account and day, its score: how rare the size is, and at most as much again for how strange the way is.

    Applications' lists and statements are sized apart: a monthly list of all clients is no measure for a range of keys.
    Of accounts without peers each way is: a service that draws everything each night would hide any other list.
    """
    alone = by_way["alone"]
    by_way["key"] = by_way["account"] + "\0" + by_way["way"].where(alone, by_way["channel"])
    made = by_way.groupby(["key", "account", "day", "channel", "alone", "allowed"], as_index=False).agg(
        people=("people", "sum"), new=("new", "sum")
    )
    odd = _odd(lists, Days(worked, groups, habit), by_way)
    made = made.merge(odd, on=["key", "day"], how="left")
    made["rare"] = 0.0
    for each in (made["alone"], *(~made["alone"] & (made["channel"] == c) for c in sorted(made["channel"].unique()))):
        if each.any():
            made.loc[each, "rare"] = _rare(made[each], worked, groups, habit)
    made["score"] = made["rare"] + np.minimum(made["rare"], made["odd"].fillna(0.0))
    largest = made.sort_values(["account", "day", "score"]).groupby(["account", "day"], as_index=False)
    return largest.agg(
        people=("people", "sum"), new=("new", "sum"), score=("score", "last"), allowed=("allowed", "last")
    )


def _rare(rows: pd.DataFrame, worked: pd.DataFrame, groups: dict[str, str], habit: int) -> npt.NDArray[np.float64]:
    """How rare the sizes of one channel are; services by their own ways."""
    rows = rows.reset_index(drop=True)
    if not rows["alone"].iloc[0]:
        return rare_size(rows, Days(worked, groups, habit), "new")
    keys = rows[["key", "account"]].drop_duplicates()
    at_work = keys.merge(worked, on="account")[["key", "day"]].rename(columns={"key": "account"})
    own = {key: groups[account] for key, account in keys.itertuples(index=False)}
    return rare_size(rows.assign(account=rows["key"]), Days(at_work, own, min(habit, MACHINE)), "new")


def _odd(lists: pd.DataFrame, days: Days, by_way: pd.DataFrame) -> pd.DataFrame:
    """Per key and day: what the things about its lists are worth, weighed by the people that each list gave."""
    things = {
        "way": lists["way"],
        "program": lists["application"],
        "watch": (lists["hour"] // WATCH).astype(str),
        "dataset": lists["dataset"],
    }
    total = pd.Series(0.0, index=lists.index)
    for thing in things.values():
        told = lists[["account", "day"]].assign(thing=thing)
        uses = told.drop_duplicates(ignore_index=True).copy()
        uses["worth"] = strange(uses, days)
        total += told.merge(uses, on=["account", "day", "thing"], how="left")["worth"].to_numpy(float)
    cell = ["account", "day", "way", "channel"]
    keyed = lists.merge(by_way[[*cell, "key"]], on=cell)
    weighed = keyed.assign(w=keyed["people"], x=keyed["people"] * total.to_numpy())
    summed = weighed.groupby(["key", "day"], as_index=False)[["w", "x"]].sum()
    return summed.assign(odd=summed["x"] / summed["w"])[["key", "day", "odd"]]


def _calibrated(days: pd.DataFrame, worked: pd.DataFrame) -> npt.NDArray[np.float64]:
    """p-values of the days among those of all other accounts; a day at work without a list, or with a ticket, scores 0.

    Days with a ticket are held against those as well.
    """
    accounts, calendar = sorted(worked["account"].unique()), sorted(worked["day"].unique())
    row, column = {a: i for i, a in enumerate(accounts)}, {d: i for i, d in enumerate(calendar)}
    scores = np.full((len(accounts), len(calendar)), np.nan)
    scores[worked["account"].map(row), worked["day"].map(column)] = 0.0
    at = days["account"].map(row).to_numpy(), days["day"].map(column).to_numpy()
    told, allowed = days["score"].to_numpy(float), days["allowed"].to_numpy(bool)
    everybody = np.zeros(len(accounts), np.int64)
    scores[at] = np.where(allowed, 0.0, told)
    ranked = among_others(scores, everybody)[at]
    scores[at] = told
    ranked = np.where(allowed, among_others(scores, everybody)[at], ranked)
    # where nobody draws lists any list ranks first: it is no rarer than the model itself says
    least = 1 / (REACH * max(1, len(worked)))
    return np.asarray(np.maximum(np.maximum(ranked, least), 10.0**-told))


def _tickets(
    engine: Engine, org: Organisation, lists: pd.DataFrame
) -> tuple[dict[tuple[str, date], Span], dict[str, str]]:
    """The ticket of each account and day with lists that one covers, and what each ticket is for."""
    if not org.tickets:
        return {}, {}
    told = engine.arrow(engine.table("tickets").select("ticket", "purpose")).to_pydict()
    purposes = {t: p or "" for t, p in sorted(zip(told["ticket"], told["purpose"], strict=True), key=str) if t}
    found = {}
    sets = lists.groupby(["account", "day"])["dataset"].agg(lambda s: sorted(set(s)))
    for (account, day), datasets in sets.items():
        tickets = [org.ticket(account, dataset, day) for dataset in datasets]
        if all(tickets):
            found[account, day] = next(t for t in tickets if t)
    return found, purposes
