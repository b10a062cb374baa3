"""Alipay bills: today's twelve columns, and the sixteen padded ones of before; the other side's name and account are masked.

``2023-01-05 12:01:33,转账红包,*四,138******78,转账,支出,200.00,余额,交易成功,2023010522001…\t,\t,,``
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headwater.ingestion.traffic.bills.amounts import sums
from headwater.ingestion.traffic.bills.cells import Cells, Columns
from headwater.ingestion.traffic.bills.kinds import kinds, others
from headwater.ingestion.traffic.bills.table import BillReader, Layout
from headwater.ingestion.traffic.headings import Header

_TWELVE = (
    "交易时间",
    "交易分类",
    "交易对方",
    "对方账号",
    "商品说明",
    "收/支",
    "金额",
    "收/付款方式",
    "交易状态",
    "交易订单号",
    "商家订单号",
)
_SIXTEEN = (
    "交易号",
    "商家订单号",
    "交易创建时间",
    "付款时间",
    "类型",
    "交易对方",
    "商品名称",
    "金额",
    "收/支",
    "交易状态",
    "资金状态",
)
_DUE = {"已收入": "income", "待收入": "income due", "已支出": "outgo", "待支出": "outgo due"}


def _sure(header: Header) -> float:
    twelve = header.named(*_TWELVE) >= 7 and header.named("交易订单号", "商家订单号") > 0
    sixteen = header.named(*_SIXTEEN) >= 7 and header.named("交易创建时间", "资金状态") > 0
    return 1.0 if twelve or sixteen else 0.0


def _meaning(cells: Cells, columns: Columns) -> Columns:
    said = pc.fill_null(cells.get("status"), "")
    is_refund = pc.starts_with(said, "退款")
    kind = pc.if_else(is_refund, "refund", _kind(cells, columns))
    amount = columns["amount"].to_numpy(zero_copy_only=False)
    back, _ = sums(cells, "refunded")
    back = np.where(is_refund.to_numpy(zero_copy_only=False) | ~(back > 0), np.nan, back)
    whole, partly = back >= amount, back < amount
    status = pc.if_else(pa.array(whole), "refunded", pc.if_else(pa.array(partly), "partly_refunded", columns["status"]))
    status = pc.if_else(is_refund, "done", status)
    people = pc.fill_null(pc.is_in(kind, value_set=pa.array(["transfer", "packet", "code", "refund"])), False)
    return columns | {
        "kind": kind,
        "status": status,
        "refunded": pa.array(back, mask=np.isnan(back)),
        "other_kind": others(columns["other_name"], people.to_numpy(zero_copy_only=False)),
    }


def _kind(cells: Cells, columns: Columns) -> pa.Array:
    """By what was bought first: the class is the wallet's guess at it, and it calls nearly all alike."""
    kind = kinds(columns["text"], cells.joined("kind"))
    bought = pc.and_(pc.equal(kind, "other"), pc.equal(columns["direction"], "out"))
    return pc.if_else(bought, "purchase", kind)


def _sides(cells: Cells) -> pa.Array | None:
    """The older form states what has come and gone and what is due, by the state of the money."""
    state = cells.maybe("fund")
    if state is None:
        return None
    coded = state.dictionary_encode()
    told = [_DUE.get(word, "none") for word in coded.dictionary.to_pylist()]
    return pa.array(told, pa.string()).take(coded.indices)


def _with_twins(rows: pa.Table) -> pa.Table:
    """A payment that was closed may have been paid: then a refund stands beside it, whose number begins with its own."""
    refund = pc.fill_null(pc.and_(pc.equal(rows["kind"], "refund"), pc.match_substring(rows["reference"], "_")), False)
    if not pc.any(refund, min_count=0).as_py():
        return rows
    back = rows.filter(refund)
    first = pc.list_element(pc.split_pattern(back["reference"], "_", max_splits=1), 0)
    given = pa.table({"reference": first, "back": back["amount"]}).group_by("reference").aggregate([("back", "sum")])
    place = pc.index_in(rows["reference"], value_set=given["reference"].combine_chunks())
    told = given["back_sum"].take(place)
    mine = pc.and_(pc.is_valid(told), pc.invert(refund))
    whole = pc.greater_equal(pc.add(told, 0.004), rows["amount"])
    status = pc.if_else(mine, pc.if_else(whole, "refunded", "partly_refunded"), rows["status"])
    refunded = pc.if_else(mine, told, rows["refunded"])
    rows = rows.set_column(rows.schema.get_field_index("status"), rows.schema.field("status"), status)
    return rows.set_column(rows.schema.get_field_index("refunded"), rows.schema.field("refunded"), refunded)


READER = BillReader(Layout("alipay", "alipay", _sure, _meaning, _sides, _with_twins, quiet=True))
