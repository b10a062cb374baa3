"""What a person's wallets and card took in and gave out: the trade, gifts among friends, and the daily shopping.

Money that a wallet takes from the card stands in the bank statement as well, under the payment firm's name: with the
payer's bill, the payee's bill and the bubble in the chat that is the fourth place of one transfer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from headwater.simulation.brokers.bills.alipay import masked_login, masked_name
from headwater.simulation.brokers.bills.row import Row
from headwater.simulation.brokers.exports.chat import Chat
from headwater.simulation.brokers.ledger import Payment
from headwater.simulation.brokers.lines import LIFE, PACKET
from headwater.simulation.brokers.paying_talk import accepted
from headwater.simulation.brokers.span import DAY, HOUR, local
from headwater.simulation.brokers.words import PHRASES
from headwater.simulation.brokers.world import World

_SHOPPING = {"wechat": 1.6, "alipay": 0.6, "bank": 0.25}  # a day; assumed
_SENT = {
    "transfer": ("转账", "转账备注:微信转账", "对方已收钱"),
    "packet": ("微信红包", "/", "支付成功"),
    "code": ("扫二维码付款", "收款方备注:二维码收款", "支付成功"),
}
_GOT = {
    "transfer": ("转账", "转账备注:微信转账", "已存入零钱"),
    "packet": ("微信红包", "/", "已存入零钱"),
    "code": ("二维码收款", "收款方备注:二维码收款", "已收钱"),
}


def wallet(made: World, account: int, places: Iterable[int], chats: list[Chat], rng: np.random.Generator) -> list[Row]:
    """The rows of the WeChat wallet of one account."""
    row = made.accounts.rows[account]
    rows: list[Row] = []
    for place in places:
        payment = made.ledger.payments[place]
        out = payment.payer == row.person
        if (
            payment.channel in _SENT
            and account == (made.ledger.payer_account if out else made.ledger.payee_account)[place]
        ):
            rows += _trade_row(made, place, payment, out, rng)
    for chat in chats:
        rows += _gift_rows(chat, made, rng)
    if account == made.accounts.main[row.person]:
        rows += _shopping(made, row.person, "wechat", rng)
        rows += _withdrawals(made, row.person, rng)
    return rows


def alipay_rows(made: World, person: int, places: Iterable[int], rng: np.random.Generator) -> list[Row]:
    """The rows of a person's Alipay account."""
    rows = list(_shopping(made, person, "alipay", rng))
    for place in places:
        payment = made.ledger.payments[place]
        if payment.channel == "alipay":
            other = payment.payee if payment.payer == person else payment.payer
            sign = -1 if payment.payer == person else 1
            name, login = masked_name(str(made.people.name[other])), masked_login(str(made.accounts.alipay[other]))
            number = f"{local(payment.time)[:10].replace('-', '')}20004001{made.ledger.number[place][5:]}"
            method = _method(made, person, rng, "余额") if sign < 0 else "余额"
            rows.append(
                Row(
                    payment.time,
                    sign,
                    float(payment.amount),
                    "转账红包",
                    name,
                    login,
                    "转账",
                    method,
                    "交易成功",
                    number,
                    person=other,
                    payment=place,
                )
            )
    return rows


def bank_rows(
    made: World, person: int, places: Iterable[int], wallets: list[Row], rng: np.random.Generator
) -> list[Row]:
    """The rows of a person's card: transfers, wages, shopping, and what the wallets drew from it."""
    rows = list(_shopping(made, person, "bank", rng))
    for place in places:
        payment = made.ledger.payments[place]
        if payment.channel == "bank":
            other = payment.payee if payment.payer == person else payment.payer
            sign = -1 if payment.payer == person else 1
            kind = str(rng.choice(["转账", "手机银行转账", "跨行转账"]))
            note = str(rng.choice(PHRASES["head_note"])) if payment.what in ("share", "mule") else ""
            rows.append(
                Row(
                    payment.time,
                    sign,
                    float(payment.amount),
                    kind,
                    str(made.people.name[other]),
                    str(made.accounts.card[other]),
                    "",
                    "",
                    "",
                    made.ledger.number[place],
                    note=note,
                    person=other,
                    payment=place,
                )
            )
    for row in wallets:
        if row.method.startswith(str(made.accounts.bank[person])) and row.sign <= 0:
            firm = "财付通-微信支付" if row.number.startswith(("1", "4")) else "支付宝（中国）网络技术有限公司"
            taken = 1 if row.kind == "零钱提现" else -1
            rows.append(
                Row(
                    row.time + 1,
                    taken,
                    row.amount,
                    "快捷支付",
                    firm,
                    "",
                    "",
                    "",
                    "",
                    f"8{row.number[-12:]}",
                    payment=row.payment,
                )
            )
    rows += _wages(made, person, rng)
    return rows


def _trade_row(made: World, place: int, payment: Payment, out: bool, rng: np.random.Generator) -> Iterator[Row]:
    other = payment.payee if out else payment.payer
    account = int((made.ledger.payee_account if out else made.ledger.payer_account)[place])
    nickname = made.accounts.rows[account].nickname(payment.time)
    number, amount = str(made.ledger.number[place]), float(payment.amount)
    if out:
        kind, goods, status = _SENT[payment.channel]
        status = f"已全额退款 ¥{amount:.2f}" if payment.returned else status
        shown = f"发给{nickname}" if payment.channel == "packet" else nickname
        yield Row(
            payment.time,
            -1,
            amount,
            kind,
            shown,
            "",
            goods,
            _method(made, payment.payer, rng),
            status,
            number,
            person=other,
            payment=place,
        )
        if payment.returned:
            yield Row(
                payment.time + DAY,
                1,
                amount,
                "转账-退款",
                nickname,
                "",
                "转账退款",
                "零钱",
                "已全额退款",
                f"5{number[1:]}",
                person=other,
            )
    elif not payment.returned:
        kind, goods, status = _GOT[payment.channel]
        time = (
            accepted(payment.time, place)
            if payment.channel == "transfer"
            else payment.time + 20 * (payment.channel == "packet")
        )
        number = (
            f"{number[:-3]}{(int(number[-3:]) + 7) % 1000:03d}" if payment.channel == "packet" else number
        )  # a packet has two numbers
        yield Row(time, 1, amount, kind, nickname, "", goods, "/", status, number, person=other, payment=place)


def _gift_rows(chat: Chat, made: World, rng: np.random.Generator) -> Iterator[Row]:
    for line in chat.lines:
        if line.payment == LIFE:
            kind, goods, status = (_SENT if line.who == 0 else _GOT)["packet" if line.kind == PACKET else "transfer"]
            other, sign = chat.parties[1], -1 if line.who == 0 else 1
            method = _method(made, chat.owner.person, rng) if sign < 0 else "/"
            time = line.time if sign < 0 else line.time + 50
            yield Row(
                time, sign, line.amount, kind, other.nickname, "", goods, method, status, line.ref, person=other.person
            )


def _shopping(made: World, person: int, where: str, rng: np.random.Generator) -> Iterator[Row]:
    count = int(rng.poisson(_SHOPPING[where] * made.span.days * rng.gamma(3, 1 / 3)))
    time = made.span.at(rng.integers(made.span.days, size=count), rng.integers(7 * HOUR, 23 * HOUR, count))
    amount = np.round(rng.lognormal(3.3, 1.0, count), 2)
    names = PHRASES["merchants"]
    shop = rng.zipf(1.3, count) % len(names)
    for at, paid, place, digits in zip(
        time.tolist(), amount.tolist(), shop.tolist(), rng.integers(10**13, size=count).tolist(), strict=True
    ):
        day = local(at)[:10].replace("-", "")
        number = f"42000{day}{digits:014d}" if where == "wechat" else f"{day}22001{digits:014d}"
        merchant = f"{digits % 10**12:012d}"
        method = _method(made, person, rng, "余额" if where == "alipay" else "零钱") if where != "bank" else ""
        kind = {"wechat": "商户消费", "alipay": "日用百货", "bank": "消费"}[where]
        status = {"wechat": "支付成功", "alipay": "交易成功", "bank": ""}[where]
        refunded = where != "bank" and digits % 60 == 0
        word = (f"已全额退款 ¥{paid:.2f}" if where == "wechat" else "交易关闭") if refunded else status
        yield Row(
            at,
            -1 if not refunded or where == "wechat" else 0,
            paid,
            kind,
            names[place],
            "",
            "消费订单",
            method,
            word,
            number,
            merchant,
        )
        if refunded:
            again = ("商户消费-退款", 1, "已全额退款") if where == "wechat" else ("退款", 0, "退款成功")
            yield Row(
                at + HOUR,
                again[1],
                paid,
                again[0],
                names[place],
                "",
                "退款-消费订单",
                "零钱",
                again[2],
                f"{number}_{digits % 997}",
                merchant,
            )


def _withdrawals(made: World, person: int, rng: np.random.Generator) -> Iterator[Row]:
    for day in np.flatnonzero(rng.random(made.span.days) < 0.06).tolist():
        at, amount = (
            made.span.start + day * DAY + int(rng.integers(9 * HOUR, 22 * HOUR)),
            float(rng.integers(2, 60) * 100),
        )
        number = f"20700{rng.integers(10**14):014d}"
        bank = f"{made.accounts.bank[person]}({made.accounts.card[person][-4:]})"
        yield Row(
            at,
            0,
            amount,
            "零钱提现",
            str(made.accounts.bank[person]),
            "",
            "/",
            bank,
            "提现已到账",
            f"4{number[1:]}",
            note=f"服务费¥{amount / 1000:.2f}",
        )


def _wages(made: World, person: int, rng: np.random.Generator) -> Iterator[Row]:
    amount = float(rng.integers(38, 140) * 100)
    for day in range(9, made.span.days, 30):
        at = made.span.start + day * DAY + 9 * HOUR + int(rng.integers(HOUR))
        yield Row(at, 1, amount, "代发工资", "某某劳务有限公司", "", "", "", "", f"6{rng.integers(10**14):014d}")


def _method(made: World, person: int, rng: np.random.Generator, purse: str = "零钱") -> str:
    """The purse, or the card."""
    if rng.random() < 0.65:
        return purse
    return f"{made.accounts.bank[person]}({made.accounts.card[person][-4:]})"
