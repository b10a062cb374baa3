"""What a row of a bill is and what became of it, by the words that wallets and banks use."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from headwater.identifiers import name
from headwater.ingestion.traffic.arrays import each

Mask = npt.NDArray[np.bool_]

_KINDS: Sequence[tuple[str, str]] = (
    ("refund", "退款|退还|退回|退货|冲正|冲账|撤销|退汇|[Rr]efund|[Rr]eversal"),
    ("packet", "红包|[Rr]ed ?[Pp]acket"),
    ("withdrawal", "提现|取现|取款|支取现金|[Ww]ithdraw|ATM取"),
    ("other", "零钱通|余额宝|理财|基金"),
    ("purchase", "话费|手机充值|流量充值"),
    ("topup", "充值|转入零钱|现金存|存现|存款|[Tt]op ?-?up"),
    ("fee", "手续费|服务费|工本费|短信费|年费|管理费|账户费|[Ff]ee\\b"),
    ("code", "二维码|扫码|收钱码|收款码|付款码|面对面|赞赏码|QR ?[Cc]ode"),
    (
        "transfer",
        "转账|转帐|汇款|转出|转入|跨行|汇入|汇出|网银互联|代付|群收款|亲属|来账|往账|转存|电汇|[Tt]ransfer|[Rr]emit",
    ),
    ("purchase", "消费|购物|商户|付款|缴费|支付|快捷|[Pp]urchase|[Pp]ayment|POS"),
)
_STATES: Sequence[tuple[str, str]] = (
    ("returned", "对方已退还|已退还|过期.*退|退还.*过期|[Rr]eturned"),
    ("refunded", "已全额退款|全额退款|已退款$|[Rr]efunded"),
    ("partly_refunded", "已退款|部分退款"),
    ("failed", "失败|不成功|未成功|关闭|取消|撤销|作废|冲正|^否$|^[Nn]$|^[Nn]o$|[Ff]ail|[Cc]lose|[Cc]ancel|[Ff]alse"),
    (
        "done",
        "成功|已收|已转账|已到账|已存入|完成|已支付|已领取|退款|^是$|^[Yy]$|^[Yy]es$|[Dd]one|[Ss]uccess|[Cc]omplet|[Tt]rue",
    ),
    ("pending", "待|等待|处理中|进行中|未领取|未收|申请|[Pp]ending|[Ww]ait"),
)
FIRMS = (
    r"财付通|微信支付|微信零钱|支付宝|余额宝|网商银行|蚂蚁|花呗|备付金|网银在线|京东支付|京东金融|银联商务|银联在线|中国银联|网联|拉卡拉|快钱|易宝支付|通联支付"
    r"|百付宝|度小满|翼支付|美团支付|钱袋宝|抖音支付|合众易宝|平安付|连连支付|连连银通|宝付|富友支付|随行付|汇付|汇付天下|易付宝|壹钱包|联动优势|智付|首信易|和包"
    r"|嘉联支付|现代金控|合利宝|新生支付|天翼电子商务|开联通|第三方支付|[Tt]enpay|[Aa]lipay|[Pp]ay[Pp]al|[Ss]tripe|[Uu]nion[Pp]ay"
)
_COMPANY = (
    r"公司|集团|商行|商店|超市|便利|饭店|酒店|餐厅|大药房|加油站|工作室|经营部|服务部|事务所|中心|医院|学校|银行|平台"
    r"|\b(?:Ltd|Inc|Co)\b"
)
_MASKED = r"[*＊×●]|某"


def kinds(*texts: pa.Array | None) -> pa.Array:
    """What each row is, by the first of several columns that says so; ``other`` where none does."""
    found: pa.Array | None = None
    for column in texts:
        if column is not None:
            told = each(column, lambda text: None) if column.null_count == len(column) else _first(column, _KINDS)
            found = told if found is None else pc.coalesce(found, told)
    assert found is not None  # a bill has a column of words, or the caller gives an empty one
    return pc.fill_null(found, "other")


def states(texts: pa.Array) -> pa.Array:
    """What became of each payment; ``done`` where nothing is said."""
    return pc.fill_null(_first(texts, _STATES), "done")


def _first(texts: pa.Array, rules: Sequence[tuple[str, str]]) -> pa.Array:
    """The first rule whose pattern each text holds; each distinct text is looked at once."""
    coded = texts.dictionary_encode()
    words = coded.dictionary
    found = pa.nulls(len(words), pa.string())
    for word, pattern in rules:
        if not found.null_count:
            break
        found = pc.if_else(pc.and_(pc.is_null(found), pc.match_substring_regex(words, pattern)), word, found)
    return found.take(coded.indices)


def others(names: pa.Array, people: Mask) -> pa.Array:
    """What kind of name the other side has: a payment firm's, a masked one, a person's where ``people``, else a merchant's."""
    firm, masked, company = (_holds(names, each) for each in (FIRMS, _MASKED, _COMPANY))
    coded = names.dictionary_encode()
    person = name.compact_array(coded.dictionary).take(coded.indices).is_valid().to_numpy(zero_copy_only=False)
    kind = pc.if_else(pa.array(people & person & ~company), "name", "merchant")
    kind = pc.if_else(pa.array(masked & ~company), "masked_name", kind)
    kind = pc.if_else(pa.array(firm), "firm", kind)
    return pc.if_else(names.is_valid(), kind, pa.scalar(None, pa.string()))


def _holds(texts: pa.Array, pattern: str) -> Mask:
    coded = texts.dictionary_encode()
    found = pc.match_substring_regex(coded.dictionary, pattern)
    told: Mask = pc.fill_null(found.take(coded.indices), False).to_numpy(zero_copy_only=False).astype(bool)
    return told
