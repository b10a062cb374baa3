"""The sentences that say why somebody has a role, in both languages."""

from __future__ import annotations

from headwater.model.evidence import Citation, Statement
from headwater.model.words import Text

Cited = tuple[Citation, ...]


def bought_only(bought: float, sold: float, cited: Cited) -> Statement:
    """A customer."""
    en = f"Asked for {bought:.0f} orders and sold {sold:.0f}"
    return Statement(Text(en, f"下单{bought:.0f}单，卖出{sold:.0f}单"), 4.0, cited)


def upstream_unseen(tier: float, cited: Cited) -> Statement:
    """Somebody who only buys, among those whom middlemen buy from."""
    en = f"Buys where middlemen buy, at tier {tier:.1f}: those who buy from them were probably not seen"
    return Statement(Text(en, f"进货位置与中间商相同（第{tier:.1f}层），其买家很可能未被看到"), -2.0, cited)


def passed_on(sold: float, passed: float, cited: Cited) -> Statement:
    """A middleman."""
    en = f"Asked others for the same person's data in {passed:.0f} of {sold:.0f} orders that they sold"
    return Statement(
        Text(en, f"所卖{sold:.0f}单中有{passed:.0f}单就同一人的信息向他人购买"), min(10.0, 1 + passed), cited
    )


def lists_prices(lists: int, customers: int, cited: Cited) -> Statement:
    """A shop."""
    en = f"Posted {lists} price lists and sold to {customers} customers"
    return Statement(Text(en, f"发布价目表{lists}次，卖给{customers}名买家"), min(6.0, 1.0 + lists / 2), cited)


def trade_told(said: Text, share: float, cited: Cited) -> Statement:
    """What kind of source."""
    en = f"{share:.0%} of what they answered themselves is of one kind of work: {said.en}"
    zh = f"其自行应答的信息中{share:.0%}属于同一行业：{said.zh}"
    if share < 0.8:
        en = "What they answered themselves is of several unrelated kinds of work: no single insider can look that up"
        zh = "其自行应答的信息分属互不相关的行业，单一内部人员无法查到"
    return Statement(Text(en, zh), 0.0, cited)


def escrow_said(holds: int, gives: int, cited: Cited) -> Statement:
    """An escrow."""
    en = (
        f"Said in groups of the trade {holds} times that money had come in, {gives} times that it was given out or back"
    )
    return Statement(
        Text(en, f"在交易群中{holds}次称款已到，{gives}次称已放款或退款"), min(10.0, float(holds + gives)), cited
    )


def money_between(payers: int, received: float, payees: int, on: float, returned: float, cited: Cited) -> Statement:
    """Somebody between buyers and sellers."""
    en = f"Received {received:,.0f} CNY from {payers} buyers, paid {on:,.0f} to {payees} sellers and {returned:,.0f} back"
    zh = f"收{payers}名买家{received:,.0f}元，付{payees}名卖家{on:,.0f}元，退回{returned:,.0f}元"
    return Statement(Text(en, zh), min(8.0, float(payers)), cited)


def took_for(payments: int, cited: Cited) -> Statement:
    """A mule whom nobody was seen to be paid by."""
    en = f"{payments} payments to them followed requests of the payer to somebody else, far more often than chance"
    zh = f"向其所付{payments}笔款项紧随付款人向他人的查询请求，远多于偶然"
    return Statement(Text(en, zh), 4.0, cited)


def handed_on(share: float, cited: Cited) -> Statement:
    """A mule."""
    return Statement(Text(f"Passed on {share:.0%} of what came in", f"转出所收款项的{share:.0%}"), 3.0, cited)


def only_paid(payers: int, payments: int, cited: Cited) -> Statement:
    """A silent head."""
    en = f"Takes part in no order, and {payers} sellers paid them {payments} times"
    return Statement(Text(en, f"不参与任何订单，却有{payers}名卖家向其付款{payments}次"), min(6.0, payments / 3), cited)
