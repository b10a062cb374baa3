"""What holds for the whole market: clocks that were wrong, words that were learned, what lies unseen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from headwater.model.network import Verdict
from headwater.model.words import Text
from headwater.network.frames import NONE, Acts, Hops, People, Traffic
from headwater.network.handovers.parts import bare_ids
from headwater.network.money.payments import denied


def notes(traffic: Traffic, acts: Acts, hops: Hops) -> Iterator[Text]:
    """What a reader of any part of the answer should know."""
    yield from _clocks(traffic.clocks)
    yield from _words(acts.words)
    inferred = int(hops.hops["inferred"].sum()) if len(hops.hops) else 0
    if inferred:
        yield Text(
            f"{inferred:,} step(s) of orders lie between people whose phones were not read: they are inferred, and marked.",
            f"有 {inferred:,} 个订单环节发生在未查获手机的人之间：系推断，已标明。",
        )


def unheard(verdicts: Sequence[Verdict], traffic: Traffic) -> Iterator[Text]:
    """Verdicts of people that bear on less than they say, because the case does not show all of their accounts."""
    known = {*traffic.accounts["id"].astype(str), *bare_ids(traffic)}
    for verdict in verdicts:
        several = (*verdict.accounts, *verdict.others)
        if missing := sum(account not in known for account in several):
            yield Text(
                f"Verdict {verdict.id}: {missing:,} of its {len(several):,} accounts do not occur here.",
                f"认定 {verdict.id}：所涉 {len(several):,} 个账号中有 {missing:,} 个不见于本案材料。",
            )


def read_otherwise(traffic: Traffic, people: People, payments: pd.DataFrame) -> Iterator[Text]:
    """Payments of bills that are laid to somebody else than the name on the bill was first read as, or to nobody."""
    billed = payments[payments["transfer"] >= 0]
    payee = traffic.transfers["payee"].to_numpy(np.int64)[billed["transfer"].to_numpy(np.int64)]
    if other := int((np.append(people.of, NONE)[payee] != billed["payee"].to_numpy(np.int64)).sum()):
        yield Text(
            f"{other:,} payment(s) name a payee by a nickname that another bears too: they are taken for the other's, "
            "since they follow requests to him, or to whom he pays on.",
            f"有 {other:,} 笔付款的收款人昵称另有他人使用：因其紧随对该人（或其转付对象）的请求，归于该人。",
        )
    if lacking := int(denied(traffic.transfers).sum()):
        yield Text(
            f"{lacking:,} row(s) of bills were left out: the bill of the one whom they were read to name covers that time and "
            "does not have them.",
            f"有 {lacking:,} 条账单记录未采用：所指对方的账单涵盖该时段却无此记录。",
        )


def _clocks(clocks: pd.DataFrame) -> Iterator[Text]:
    wrong = clocks[clocks["offset"] != 0]
    for row in wrong.sort_values("owner").itertuples(index=False):
        minutes = abs(row.offset) / 60e6
        late, zh = ("behind", "慢") if row.offset > 0 else ("ahead", "快")
        yield Text(
            f"The device found with {row.owner} is {minutes:,.0f} minute(s) {late} by {row.shared:,} messages that others show too; "
            "its times were put right.",
            f"在 {row.owner} 处查获的设备时钟{zh} {minutes:,.0f} 分钟（依据其他设备同有的 {row.shared:,} 条消息），时间已校正。",
        )


def _words(words: pd.DataFrame) -> Iterator[Text]:
    if len(words):
        listed = "; ".join(f"{w} = {c}" for w, c in zip(words["word"], words["category"], strict=True))
        yield Text(f"Words of the trade that were learned from this case: {listed}.", f"从本案学得的行话：{listed}。")
