"""Every order of a case: its path, its outcome, whose data it was about, and what else the evidence leaves possible."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from headwater.network.frames import NONE, Acts, Hops, People, Traffic
from headwater.network.orders.bridging import bridges
from headwater.network.orders.chains import Chains, chains
from headwater.network.orders.next_hop import Steps, next_hops
from headwater.network.orders.requests import Requests, requests

Ints = npt.NDArray[np.int64]
EVEN = 0.5
RIVAL = 0.05
"""Steps that are likelier than this are told beside the one that was chosen."""
NUMBERS = ("resident_id", "plate", "bank_card", "passport")
PHONES = ("mobile", "phone", "landline")


def orders(traffic: Traffic, people: People, acts: Acts) -> Hops:
    """Rebuild the orders of a case."""
    asked = requests(acts, people)
    steps = next_hops(asked)
    seen = seen_people(traffic, people)
    made = chains(asked, steps, bridges(asked, steps, seen))
    hops = _hops(asked, made)
    subjects = _subjects(hops, asked, acts, traffic)
    told = _orders(hops, made, subjects)
    return Hops(_direct(hops, seen), told, subjects.drop(columns="order"), _rivals(asked, steps))


def seen_people(traffic: Traffic, people: People) -> npt.NDArray[np.bool_]:
    """Tell of each person whether a device of theirs was read (one more at the end, for nobody)."""
    seen = np.zeros(people.count + 1, bool)
    seen[people.of[(traffic.accounts["owner"] != "").to_numpy()]] = True
    return seen


def _hops(asked: Requests, made: Chains) -> pd.DataFrame:
    """All requests in rows, and between rows that were joined unseen a step that was inferred."""
    hops = asked.hops.assign(
        order=made.order,
        level=made.level,
        on_path=made.on_path,
        inferred=False,
        confidence=asked.hops["confidence"].to_numpy() * made.sure,
        price=np.nan,
        paid=0.0,
        refunded=0.0,
        row=np.arange(len(asked.hops)),
    )
    places = np.flatnonzero(made.bridged)
    upper, lower = hops.iloc[made.above[places]], hops.iloc[places]
    between = lower.assign(
        buyer=upper["seller"].to_numpy(),
        seller=lower["buyer"].to_numpy(),
        buyer_account=upper["seller_account"].to_numpy(),
        seller_account=lower["buyer_account"].to_numpy(),
        asked=NONE,
        answered=NONE,
        outcome="open",
        request=NONE,
        answer=NONE,
        message=NONE,
        implied=False,
        confidence=made.sure[places],
        inferred=True,
        row=NONE,
    )
    shift = _steps_between(made)
    hops["level"] = hops["level"] + shift
    between["level"] = hops["level"].to_numpy()[places] - 1
    whole = pd.concat([hops, between], ignore_index=True)
    return whole.sort_values(["order", "level", "on_path", "asked"], ascending=[True, True, False, True]).reset_index(
        drop=True
    )


def _direct(hops: pd.DataFrame, seen: npt.NDArray[np.bool_]) -> pd.DataFrame:
    """Of every step how sure it is that nobody stood between the two: of steps that were inferred it is not.

    Where neither's device was read nothing tells: even odds. Else the dealings that were seen of the two tell, with half a one
    more for each answer.
    """
    inferred = hops["inferred"].to_numpy(bool)
    direct = hops[~inferred].groupby(["buyer", "seller"]).size()
    pairs = pd.MultiIndex.from_frame(hops[["buyer", "seller"]])
    count = direct.reindex(pairs).fillna(0.0).to_numpy(float)
    read = seen[hops["buyer"].to_numpy(np.int64)] | seen[hops["seller"].to_numpy(np.int64)]
    alone = np.where(read, (count + EVEN) / (count + 2), EVEN)
    return hops.assign(direct=np.where(inferred, alone, 1.0))


def _steps_between(made: Chains) -> Ints:
    """How many inferred steps lie above each request."""
    count = made.bridged.astype(np.int64)
    place = made.above.copy()
    while (place >= 0).any():
        there = place >= 0
        count[there] += made.bridged[place[there]]
        place = np.where(there, made.above[place], NONE)
    return count


def _orders(hops: pd.DataFrame, made: Chains, subjects: pd.DataFrame) -> pd.DataFrame:
    path = hops[hops["on_path"]]
    first = path[~path["inferred"]].drop_duplicates("order").set_index("order").sort_index()
    told = path[path["category"] != ""].drop_duplicates("order").set_index("order")["category"]
    sure = path.groupby("order")["confidence"].prod()
    place = pd.Series(np.arange(len(subjects)), index=subjects["order"].to_numpy())
    return pd.DataFrame(
        {
            "category": told.reindex(first.index).fillna(""),
            "asked": first["asked"],
            "answered": first["answered"],
            "outcome": first["outcome"],
            "confidence": sure.reindex(first.index),
            "subject": place.reindex(first.index).fillna(NONE).astype(np.int64),
            "resale_of": made.resale_of[first.index.to_numpy()],
            "batch": _batches(path).reindex(first.index).fillna(NONE).astype(np.int64),
        }
    ).reset_index(drop=True)


def _batches(path: pd.DataFrame) -> pd.Series:
    """The message that asked for several at once, of the first step."""
    first = path[~path["inferred"]].drop_duplicates("order")
    first = first[first["message"] >= 0]
    several = first[first.duplicated("message", keep=False)]
    return several.set_index("order")["message"]


def _subjects(hops: pd.DataFrame, asked: Requests, acts: Acts, traffic: Traffic) -> pd.DataFrame:
    """Whose data each order is about: of every kind the identifier that was written first."""
    seen = hops[~hops["inferred"]][["order", "level", "asked", "request", "answer"]]
    own = seen[seen["request"] >= 0].rename(columns={"request": "act"}).assign(late=0)
    lent = seen[seen["answer"] >= 0].rename(columns={"answer": "act"}).assign(late=1)
    keys = acts.keys[acts.keys["kind"].isin([*NUMBERS, *PHONES, "name", *(f"{k}~" for k in (*NUMBERS, *PHONES))])]
    rows = pd.concat([own, lent])[["order", "late", "level", "act"]].merge(keys, on="act")
    rows = rows.astype({"kind": object, "token": object})
    asks = rows[rows["late"] == 0]["order"].unique()
    by_name = rows[(rows["late"] == 0) & ~rows["kind"].isin([*NUMBERS, *(f"{k}~" for k in NUMBERS)])]["order"].unique()
    told = rows["told"].to_numpy(bool) if "told" in rows else np.zeros(len(rows), bool)
    alone = ~rows.duplicated(["act", "kind"], keep=False)
    own_words = (rows["late"] == 0) | (~rows["order"].isin(asks) & ~told)
    answered = (
        (rows["late"] == 1) & ~rows["order"].isin(by_name) & alone
    )  # asked by a number: the answer tells who it is
    rows = rows[own_words | answered]
    rows = rows.assign(spoilt=rows["kind"].astype(str).str.endswith("~"))
    rows = rows.sort_values(["order", "late", "spoilt", "level", "act"], kind="stable")
    masks = traffic.named.drop_duplicates("token").set_index("token")["mask"].astype(object)
    made = pd.DataFrame({"order": np.sort(hops["order"].unique())})
    kind = rows["kind"].astype(str).str.removesuffix("~")
    for column, kinds in (("name", ("name",)), ("phone", PHONES), ("number", NUMBERS)):
        first = rows[kind.isin(kinds)].drop_duplicates("order").set_index("order")["token"]
        made[column] = first.map(masks).reindex(made["order"]).fillna("").astype(str).to_numpy()
    strong = rows.assign(weak=kind == "name").sort_values(["order", "weak"], kind="stable").drop_duplicates("order")
    made.insert(1, "token", strong.set_index("order")["token"].reindex(made["order"]).fillna("").astype(str).to_numpy())
    return made


def _rivals(asked: Requests, steps: Steps) -> pd.DataFrame:
    """What each request may have gone on as, beside what was chosen."""
    places = np.flatnonzero(~steps.done.chosen & (steps.done.confidence >= RIVAL))
    left, right = (steps.pairs[side].to_numpy()[places] for side in ("left", "right"))
    return pd.DataFrame(
        {
            "request": asked.hops["request"].to_numpy()[left],
            "rival": asked.hops["request"].to_numpy()[right],
            "confidence": steps.done.confidence[places],
        }
    )
