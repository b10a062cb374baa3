"""Replies of Tenpay (WeChat's wallet) to the police: sums in hundredths, accounts on both sides, what the other side received.

``wxid_…@wx.tenpay.com,…,张三,出,转账,50000,120000,2018-04-07 18:26:27,wxid_…,李四,50000,…``
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headwater.ingestion.traffic.bills.amounts import sums
from headwater.ingestion.traffic.bills.banking import banked
from headwater.ingestion.traffic.bills.cells import Cells, Columns
from headwater.ingestion.traffic.bills.table import BillReader, Layout
from headwater.ingestion.traffic.headings import Header

_COLUMNS = ("用户id", "用户侧账号名称", "借贷类型", "对手方id", "对手侧账户名称", "对手方接收金额", "大单号")
_SUFFIX = r"@wx\.tenpay\.com$"


def _sure(header: Header) -> float:
    return 1.0 if header.named(*_COLUMNS) >= 4 and header.has("amount", "direction") else 0.0


def _meaning(cells: Cells, columns: Columns) -> Columns:
    """Of a packet for many each takes a part: what this one received is told in the text."""
    received, _ = sums(cells, "received")
    amount = columns["amount"].to_numpy(zero_copy_only=False)
    less = ~np.isnan(received) & (np.abs(received - amount) > 0.004)
    text = columns["text"]
    if less.any():
        part = pa.array([f"对方接收 {value:.2f}" for value in received[less].tolist()], pa.string())
        told = pc.binary_join_element_wise(pc.fill_null(text.filter(pa.array(less)), ""), part, " ")
        text = pc.replace_with_mask(text, pa.array(less), pc.utf8_trim_whitespace(told))
    plain = {name: pc.replace_substring_regex(columns[name], _SUFFIX, "") for name in ("account", "other")}
    return banked(cells, columns | plain | {"text": text})


READER = BillReader(Layout("tenpay-reply", "wechat", _sure, _meaning))
