"""WeChat Pay bills: names that people gave themselves, no accounts; refunds stand in the status, the fee in the note.

``2018-04-07 18:26:27,转账,贺雨刚,转账备注:微信转账,支出,¥887.00,零钱,对方已收钱,2018040739285353509747\t,/\t,/``
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from headwater.ingestion.traffic.bills.cells import Cells, Columns
from headwater.ingestion.traffic.bills.kinds import kinds, states
from headwater.ingestion.traffic.bills.table import BillReader, Layout
from headwater.ingestion.traffic.bills.values import money
from headwater.ingestion.traffic.headings import Header

_COLUMNS = ("交易时间", "交易类型", "交易对方", "收/支", "金额", "支付方式", "当前状态", "交易单号", "商户单号")
_BACK = r"已退款[(（]?\s*[¥￥]?\s*(?P<sum>[\d,]+(?:\.\d+)?)"
_FEE = r"服务费[:：]?\s*[¥￥]?\s*(?P<sum>[\d,]+(?:\.\d+)?)"


def _sure(header: Header) -> float:
    named = header.named(*_COLUMNS)
    return 1.0 if named >= 7 and header.named("当前状态", "支付方式") else 0.0


def _meaning(cells: Cells, columns: Columns) -> Columns:
    kind = kinds(cells.joined("kind"))
    is_refund = pc.equal(kind, "refund")  # both rows of a refund say that it was refunded
    said = pc.if_else(is_refund, pa.scalar(None, pa.string()), cells.get("status"))
    status = states(said)
    back = _sums(said, _BACK)
    amount = columns["amount"].to_numpy(zero_copy_only=False)
    whole = pc.fill_null(pc.is_in(status, value_set=pa.array(["refunded", "returned"])), False)
    back = np.where(whole.to_numpy(zero_copy_only=False), amount, back)
    partly = ~np.isnan(back) & (back < amount)
    status = pc.if_else(pa.array(partly), "partly_refunded", status)
    status = pc.if_else(pa.array(~np.isnan(back) & ~partly & (amount > 0)), _whole(status), status)
    fee = _sums(columns["text"], _FEE)
    between_people = pc.is_in(kind, value_set=pa.array(["transfer", "packet", "code"]))
    named = columns["other_name"].is_valid()
    other = pc.if_else(named, pc.if_else(between_people, "nickname", "merchant"), pa.scalar(None, pa.string()))
    other = pc.if_else(pc.and_(is_refund, _between(cells)), pc.if_else(named, "nickname", other), other)
    return columns | {
        "kind": kind,
        "status": status,
        "refunded": pa.array(back, mask=np.isnan(back)),
        "fee": pa.array(fee, mask=np.isnan(fee)),
        "other_kind": other,
    }


def _whole(status: pa.Array) -> pa.Array:
    return pc.if_else(pc.equal(status, "returned"), "returned", "refunded")


def _between(cells: Cells) -> pa.Array:
    """Refunds of what people sent each other, as 转账-退款 and 微信红包-退款."""
    return pc.fill_null(pc.match_substring_regex(cells.joined("kind"), "转账|红包|二维码|扫"), False)


def _sums(texts: pa.Array, pattern: str) -> npt.NDArray[np.float64]:
    coded = texts.dictionary_encode()
    values, _ = money(pc.struct_field(pc.extract_regex(coded.dictionary, pattern), "sum"))
    told = np.append(values, np.nan)
    found: npt.NDArray[np.float64] = told[pc.fill_null(coded.indices, len(values)).to_numpy(zero_copy_only=False)]
    return found


READER = BillReader(Layout("wechat-pay", "wechat", _sure, _meaning, wallet=True))
