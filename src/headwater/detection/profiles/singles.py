"""Single people who were searched for and opened, without any business with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import ibis
import numpy as np
import pandas as pd
from ibis import _

from headwater.detection.profiles.business import left_over
from headwater.detection.profiles.paths import AGAIN
from headwater.detection.profiles.reasons import Reasons, usual_rates
from headwater.detection.reads import ORDER, acts
from headwater.model.organisation import Organisation
from headwater.model.settings import Reason
from headwater.store.engine import Engine

SOON = 90
"""Seconds within which a record opened after a search is the one that was searched for."""


@dataclass(frozen=True, slots=True)
class Singles:
    """``counted``: readings, and those searched for without a reason, by account and day, against colleagues.

    ``looked``: account, day, dataset, subject, ordinal of each; ``shared`` marks people whom several unrelated accounts looked
    up: they are well known, and are not counted.
    """

    counted: Reasons
    looked: pd.DataFrame
    reasons: Reasons


def looked_up(engine: Engine, org: Organisation, known: Reasons, more: Sequence[Reason] = ()) -> pd.DataFrame:
    """Who looked whom up without a reason: account, day, dataset, subject, ordinal.

    ``more``: reasons that the house has adopted beside declared business. Costs a window sort and a hash join of what was sought.
    """
    looked = engine.arrow(_unexplained(engine, org, known, more)).to_pandas()
    return looked[looked["account"].isin(known.accounts)]


def singles(looked: pd.DataFrame, known: Reasons, well_known: int) -> Singles | None:
    """Count them by account and day; ``None`` where nobody was looked up. A person whom so many accounts did is well known."""
    if looked.empty:
        return None
    looked = looked.sort_values(["account", "day", "dataset", "subject"], ignore_index=True)
    readers = looked.groupby(["dataset", "subject"])["account"].transform("nunique")
    looked = looked.assign(shared=readers >= well_known)
    row, at = {a: i for i, a in enumerate(known.accounts)}, {d: j for j, d in enumerate(known.days)}
    left = np.zeros(known.read.shape)
    own = looked[~looked["shared"]]
    np.add.at(left, ([row[a] for a in own["account"]], [at[d] for d in own["day"]]), 1.0)
    left = np.minimum(left, known.read)
    usual = usual_rates(known.read.sum(1), left.sum(1), known.groups)
    return Singles(replace(known, left=left, usual=usual), looked, known)


def _unexplained(engine: Engine, org: Organisation, known: Reasons, more: Sequence[Reason]) -> ibis.Table:
    """Account, day and record of what was opened right after a search and is nobody's business."""
    done = acts(engine)
    before = ibis.window(group_by=[done.account, done.place], order_by=[done[c] for c in ORDER])
    marked = done.mutate(
        b_action=done.action.lag().over(before), seconds=done["at"] - done["at"].lag().over(before)
    )  # fmt: skip
    sought = marked.filter(
        marked.subject.notnull()
        & (marked.b_action == "search")
        & (marked.seconds <= SOON)
        & (marked.action != "search")
    )
    opened = sought.group_by(["account", "day", "dataset", "subject"]).agg(ordinal=_.ordinal.max())
    return left_over(engine, org, opened, known.days[0], known.days[-1], (AGAIN, *more))
