"""Replies of banks to the police: one long table of some thirty columns, often of many accounts, with rows that failed.

``6228480000000000001\t,,张三,20180407182627,500.00,1200.00,进,6217…,李四,…,成功``
"""

from __future__ import annotations

from headwater.ingestion.traffic.bills.banking import banked
from headwater.ingestion.traffic.bills.table import BillReader, Layout
from headwater.ingestion.traffic.headings import Header

_OWN = ("交易卡号", "交易账号", "交易帐号", "查询卡号", "查询账号", "交易账卡号", "本方账号", "本方卡号")
_POLICE = (
    *(
        "交易对手账卡号",
        "对手账卡号",
        "对手卡号",
        "对手账号",
        "对手户名",
        "对手身份证号",
        "对手证件号码",
        "对手开户银行",
    ),
    *(
        "收付标志",
        "交易卡号",
        "交易是否成功",
        "交易余额",
        "对手交易余额",
        "摘要说明",
        "传票号",
        "ip地址",
        "mac地址",
        "交易网点名称",
    ),
    *("交易发生地",),
)


def _sure(header: Header) -> float:
    return 0.97 if header.named(*_OWN) and header.named(*_POLICE) >= 3 else 0.0


READER = BillReader(Layout("bank-reply", "bank", _sure, banked))
