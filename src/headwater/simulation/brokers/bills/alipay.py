"""An Alipay bill in GB18030: today's twelve columns or the sixteen padded ones of before; the other side is masked."""

from __future__ import annotations

from headwater.simulation.brokers.bills.row import Row, total
from headwater.simulation.brokers.span import Span, local

TWELVE = "交易时间,交易分类,交易对方,对方账号,商品说明,收/支,金额,收/付款方式,交易状态,交易订单号,商家订单号,备注"
SIXTEEN = (
    "交易号,商家订单号,交易创建时间,付款时间,最近修改时间,交易来源地,类型,交易对方,商品名称,金额（元）,收/支,交易状态,"
    "服务费（元）,成功退款（元）,备注,资金状态"
)
_SIGNS = {1: "收入", -1: "支出", 0: "不计收支"}


def alipay(login: str, name: str, rows: list[Row], days: Span, twelve: bool) -> str:
    """The text of the file, latest row first."""
    latest = sorted(rows, key=lambda r: (-r.time, r.number))
    return _twelve(login, name, latest, days) if twelve else _sixteen(login, latest, days)


def masked_login(login: str) -> str:
    """An account as the other side sees it."""
    head, _, domain = login.partition("@")
    return f"{head[:3]}***@{domain}" if domain else f"{login[:3]}****{login[-4:]}"


def masked_name(name: str) -> str:
    """A name as the other side sees it: all but the first character."""
    return f"*{name[1:]}"


def _twelve(login: str, name: str, rows: list[Row], days: Span) -> str:
    counts = {sign: total(rows, sign) for sign in _SIGNS}
    head = [
        "-" * 84,
        "导出信息：",
        f"姓名：{name}",
        f"支付宝账户：{login}",
        f"起始时间：[{local(days.start)}]    终止时间：[{local(days.end)}]",
        "导出交易类型：[全部]",
        f"导出时间：[{local(days.end + 3_600)}]",
        f"共{len(rows)}笔记录",
        *(f"{word}：{counts[sign][0]}笔 {counts[sign][1]:.2f}元" for sign, word in _SIGNS.items()),
        "",
        "------------------------支付宝支付科技有限公司  电子客户回单------------------------",
        f"{TWELVE},",
    ]
    body = [
        f"{local(r.time)},{r.kind},{r.other},{r.account or '/'},{r.goods},{_SIGNS[r.sign]},{r.amount:.2f},{r.method},{r.status},"
        f"{r.number}\t,{r.merchant}\t,{r.note},"
        for r in rows
    ]
    return "\r\n".join([*head, *body, ""])


def _sixteen(login: str, rows: list[Row], days: Span) -> str:
    head = [
        "支付宝交易记录明细查询",
        f"账号:[{login}]",
        f"起始日期:[{local(days.start)}]    终止日期:[{local(days.end)}]",
        "---------------------------------交易记录明细列表------------------------------------",
        ",".join(f"{column:<16}" for column in SIXTEEN.split(",")) + ",",
    ]
    body = [",".join(_padded(row)) + "," for row in rows]
    (taken, gained), (given, spent) = total(rows, 1), total(rows, -1)
    tail = [
        "-" * 84,
        f"共{len(rows)}笔记录",
        f"已收入:{taken}笔,{gained:.2f}元",
        f"已支出:{given}笔,{spent:.2f}元",
        f"导出时间:[{local(days.end + 3_600)}]",
    ]
    return "\r\n".join([*head, *body, *tail, ""])


def _padded(row: Row) -> list[str]:
    state = {1: "已收入", -1: "已支出", 0: "资金转移"}[row.sign]
    back = row.amount if row.status.startswith("退款") else 0.0
    return [
        f"{row.number}\t",
        f"{row.merchant:<20}\t",
        local(row.time),
        local(row.time + 3),
        local(row.time + 5),
        "其他（包括阿里巴巴和外部商家）",
        f"{'即时到账交易':<10}",
        f"{row.other:<16}",
        f"{row.goods or '转账':<16}",
        f"{row.amount:<10.2f}",
        f"{_SIGNS[row.sign]:<8}",
        f"{row.status:<8}",
        f"{0:<10.2f}",
        f"{back:<10.2f}",
        f"{row.note:<12}",
        f"{state:<8}",
    ]
