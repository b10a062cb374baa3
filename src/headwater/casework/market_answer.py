"""What the market comes to, in three sentences at most: who is in it, where it meets the house, on whom it hangs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from headwater.casework.covered import cover
from headwater.casework.reports.visible import visible
from headwater.model.network import Market, Member
from headwater.model.words import Text

ROLES = {
    "customer": Text("customers", "客户"),
    "shop": Text("shops", "店铺"),
    "middleman": Text("middlemen", "中间人"),
    "source": Text("sources", "源头"),
    "escrow": Text("escrows", "担保"),
    "mule": Text("mules", "过账人"),
    "head": Text("silent heads", "幕后人"),
}
NAMED = 3
CALLED = ("nickname", "name", "remark")
"""Kinds of aliases that a reader of the chats knows somebody by, the best first."""


def market_answer(market: Market) -> list[Text]:
    """The sentences; none where there is no market."""
    return [*_who(market), *_to_the_source(market), *_hangs_on(market)] if market.people else []


def _who(market: Market) -> Iterator[Text]:
    roles = Counter("head" if "head" in m.roles else m.role for m in market.people)
    told = [(name, roles[role]) for role, name in ROLES.items() if roles[role]]
    unknown = len(market.people) - sum(count for _, count in told)
    parts = Text(
        ", ".join(f"{name.en} {count:,}" for name, count in told)
        + (f", without a role {unknown:,}" if unknown else ""),
        "、".join(f"{name.zh} {count:,} 人" for name, count in told)
        + (f"、角色不明 {unknown:,} 人" if unknown else ""),
    )
    answered = sum(order.outcome == "answered" for order in market.orders)
    yield Text(
        f"From chats and bills {len(market.people):,} people of a market were put together ({parts.en.lstrip(', ')}) and "
        f"{len(market.orders):,} orders, of which {answered:,} were answered.",
        f"据聊天与账单拼合出一个买卖网络：{len(market.people):,} 人（{parts.zh.lstrip('、')}），{len(market.orders):,} 个订单，"
        f"其中 {answered:,} 个已答复。",
    )


def _to_the_source(market: Market) -> Iterator[Text]:
    accounts = Counter((look.account, look.employee) for o in market.orders for look in o.lookups)
    if not accounts:
        return
    orders = sum(bool(o.lookups) for o in market.orders)
    (account, employee), most = min(accounts.items(), key=lambda pair: (-pair[1], pair[0]))
    who = f" ({employee})" if employee and employee != "?" else ""
    yield Text(
        f"In {orders:,} orders the subject was looked up in the house's own systems between question and answer, most often "
        f"({most:,}) through account {account}{who}.",
        f"其中 {orders:,} 个订单的对象在询问与答复之间曾在本单位系统中被查询，最多（{most:,} 次）经账号 {account}{who}。",
    )


def _hangs_on(market: Market) -> Iterator[Text]:
    first = market.key_players[:NAMED]
    if not first:
        return
    names = _names(market, [p.id for p in first])
    told = [(f"{names[p.id]}{p.id}", p.cut, p.rank_low, p.rank_high) for p in first]
    yield Text(
        "Most answered orders hang on "
        + ", ".join(f"{name} ({cut:,} alone; rank {low} to {high})" for name, cut, low, high in told)
        + ".",
        "最多已答复订单所依赖的人："
        + "、".join(f"{name}（单独 {cut:,} 个；名次 {low} 至 {high}）" for name, cut, low, high in told)
        + "。",
    )


def _names(market: Market, several: Sequence[str]) -> dict[str, str]:
    """What people are called, before their id; nothing where no nickname, name or remark is known."""
    members = [m for m in market.people if m.id in several]
    shown = cover(replace(market, people=tuple(members), sales=()))
    named = {m.id: shown[name] for m in members if (name := _name(m))}
    return {each: visible(f"{named[each]} ") if each in named else "" for each in several}


def _name(member: Member) -> str:
    by_kind = {a.kind: a.value for a in reversed(member.aliases)}
    return next((by_kind[kind] for kind in CALLED if by_kind.get(kind)), "")
