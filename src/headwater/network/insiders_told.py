"""Sentences on the accounts of the house that stand behind a source."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from headwater.model.evidence import Citation, Statement
from headwater.model.organisation import Organisation
from headwater.model.words import Text
from headwater.network.upstream import Upstream


def insiders_told(upstream: Upstream, owners: Organisation) -> dict[int, list[Statement]]:
    """Accounts of the house whose look-ups agree with a source's orders, by the person behind the source."""
    made: dict[int, list[Statement]] = defaultdict(list)
    for row in upstream.insiders.itertuples(index=False):
        owner = owners.owner(str(row.account))
        who = f"{row.account} ({owner.employee})" if owner else str(row.account)
        text = Text(
            f"The house's account {who} looked up the very person between question and answer in {row.matched} of the "
            f"{row.orders} orders about people of {row.dataset} that ended here; {row.expected:.1f} by chance.",
            f"在止于此人的、涉及 {row.dataset} 中人员的 {row.orders} 个订单里，有 {row.matched} 个在询问与答复之间，"
            f"本机构账号 {who} 查询了同一人；随机约 {row.expected:.1f} 个。",
        )
        found = upstream.lookups
        lines = found[found["account"] == row.account].head(10)
        cited = tuple(Citation(str(s), int(n)) for s, n in zip(lines["source"], lines["line"], strict=True))
        made[int(row.person)].append(Statement(text, float(-np.log2(max(row.p, 1e-30))), cited, "insider"))
    return made
