"""Sums, currencies, directions and times as bills write them, a column at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import tzinfo

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from headwater.identifiers.normal import narrow, narrow_array
from headwater.ingestion.clock import parse_any

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

_FORMS = ("auto", "%Y%m%d", "%Y%m%d %H:%M:%S", "%Y%m%d %H%M%S", "%Y-%m-%d %H%M%S", "%Y-%m-%d %H:%M:%S")
_CLOCK = r"^(?:\d{1,2}:\d{1,2}(?::\d{1,2}(?:\.\d+)?)?|\d{1,2}时\d{1,2}分(?:\d{1,2}秒)?|\d{6})$"
_SIX = r"^(\d{2})(\d{2})(\d{2})$"
_SYMBOLS: Mapping[str, str] = {
    "": "", "+": "", "¥": "CNY", "￥": "CNY", "元": "CNY", "人民币": "CNY", "人民币元": "CNY", "CNY": "CNY", "RMB": "CNY", "CNH": "CNY",
    "RMB¥": "CNY", "CNY¥": "CNY", "156": "CNY", "CN¥": "CNY", "$": "USD", "US$": "USD", "USD$": "USD", "美元": "USD", "美金": "USD", "840": "USD",
    "HK$": "HKD", "HKD$": "HKD", "港币": "HKD", "港元": "HKD", "344": "HKD", "€": "EUR", "欧元": "EUR", "978": "EUR", "£": "GBP", "英镑": "GBP",
    "826": "GBP", "JP¥": "JPY", "円": "JPY", "日元": "JPY", "日圆": "JPY", "392": "JPY", "NT$": "TWD", "新台币": "TWD", "台币": "TWD", "901": "TWD",
    "₩": "KRW", "韩元": "KRW", "韩币": "KRW", "410": "KRW", "MOP$": "MOP", "澳门元": "MOP", "澳门币": "MOP", "446": "MOP", "A$": "AUD", "澳元": "AUD",
    "C$": "CAD", "加元": "CAD", "加拿大元": "CAD", "澳大利亚元": "AUD", "S$": "SGD", "新加坡元": "SGD", "新币": "SGD", "702": "SGD", "฿": "THB",
    "泰铢": "THB", "₽": "RUB", "卢布": "RUB", "₫": "VND", "越南盾": "VND", "₱": "PHP", "菲律宾比索": "PHP", "RM": "MYR", "林吉特": "MYR",
    "马来西亚林吉特": "MYR", "₹": "INR", "印度卢比": "INR", "瑞士法郎": "CHF", "瑞郎": "CHF", "USDT": "USDT", "泰达币": "USDT",
}  # fmt: skip
_CODES = frozenset(
    [
        "USD",
        "HKD",
        "EUR",
        "GBP",
        "JPY",
        "TWD",
        "KRW",
        "MOP",
        "AUD",
        "CAD",
        "SGD",
        "THB",
        "RUB",
        "VND",
        "PHP",
        "MYR",
        "INR",
        "CHF",
        "IDR",
        "MMK",
        "KHR",
        "LAK",
        "AED",
        "NZD",
    ]
)
UNKNOWN = "XXX"
"""ISO 4217 for a currency that cannot be told: it is never taken for another."""

_IN = frozenset(
    [
        "收入",
        "收",
        "入",
        "进",
        "贷",
        "贷方",
        "贷记",
        "来账",
        "入账",
        "转入",
        "存入",
        "存",
        "存款",
        "收款",
        "已收入",
        "进账",
        "贷cr",
        "贷c",
        "cr",
        "c",
        "credit",
        "in",
        "i",
        "deposit",
        "income",
        "+",
        "cr贷",
        "贷(收入)",
        "收方",
        "流入",
        "收入(贷)",
        "贷(入)",
        "入金",
        "received",
    ]
)
_OUT = frozenset(
    [
        "支出",
        "支",
        "出",
        "付",
        "借",
        "借方",
        "借记",
        "往账",
        "出账",
        "转出",
        "支取",
        "取",
        "取款",
        "付款",
        "已支出",
        "借dr",
        "借d",
        "dr",
        "d",
        "debit",
        "out",
        "o",
        "withdrawal",
        "outgo",
        "expense",
        "-",
        "dr借",
        "借(支出)",
        "付方",
        "流出",
        "支出(借)",
        "借(出)",
        "付出",
        "出金",
        "paid",
    ]
)
_NEUTRAL = frozenset(["/", "不计收支", "中性交易", "中性", "其他", "其它", "资金转移", "neutral", "none", "不计"])


def money(texts: pa.Array) -> tuple[Floats, pa.Array]:
    """Give sums with their sign, NaN where a text is none, and the currency that a symbol tells (null without one).

    ``(12.00)`` is less than nothing, as ``-12.00`` is; commas part thousands.
    """
    plain = pc.replace_substring_regex(narrow_array(texts), r"[,\s'\"]+", "")
    plain = pc.replace_substring_regex(plain, "[−–－]", "-")
    wrapped = pc.match_substring_regex(plain, r"^\(.*\)$")
    plain = pc.if_else(pc.fill_null(wrapped, False), pc.replace_substring_regex(plain, r"^\((.*)\)$", r"-\1"), plain)
    digits = pc.replace_substring_regex(plain, r"^[^\d.]*", "")
    digits = pc.replace_substring_regex(digits, r"[^\d.]*$", "")
    good = pc.fill_null(pc.match_substring_regex(digits, r"^(?:\d{1,15}(?:\.\d{0,8})?|\.\d{1,8})$"), False)
    rest = pc.replace_substring_regex(plain, r"[\d.]+", "")
    minus = pc.fill_null(pc.match_substring(rest, "-"), False)
    symbols = mapped(pc.replace_substring_regex(rest, "[-+]+", ""), _symbol)
    known = pc.fill_null(pc.is_in(symbols, value_set=pa.array(["", *sorted({*_SYMBOLS.values(), *_CODES})])), False)
    good = pc.and_(good, known)
    values = pc.cast(pc.if_else(good, digits, pa.scalar(None, pa.string())), pa.float64())
    signed = values.to_numpy(zero_copy_only=False).copy()
    signed[minus.to_numpy(zero_copy_only=False)] *= -1
    found = pc.if_else(pc.and_(good, pc.not_equal(symbols, "")), symbols, pa.scalar(None, pa.string()))
    return signed, found


def _symbol(text: str) -> str:
    told = text.upper()
    told = told if told in _SYMBOLS else told.removesuffix("元")
    return _SYMBOLS.get(told, told)


def currencies(texts: pa.Array) -> pa.Array:
    """Give the ISO code of a column of currencies; what is none known is ``XXX``, an empty cell null."""

    def code(text: str) -> str:
        found = _SYMBOLS.get(text, text)
        return found if found in _CODES or found in _SYMBOLS.values() else UNKNOWN

    return mapped(texts, lambda text: code(narrow(text).strip().upper()) or None)


def directions(texts: pa.Array) -> pa.Array:
    """Give ``in``, ``out`` or ``neutral`` for every word that says so, null for others."""

    def way(text: str) -> str | None:
        word = "".join(narrow(text).lower().split())
        word = word if len(word) == 1 else word.rstrip(".")
        return "in" if word in _IN else "out" if word in _OUT else "neutral" if word in _NEUTRAL else None

    return mapped(texts, way)


def mapped(texts: pa.Array, meaning: Callable[[str], str | None]) -> pa.Array:
    """Give what each text means; each distinct text is asked once, and a null means nothing."""
    coded = texts.dictionary_encode()
    told = pa.array([meaning(text) for text in coded.dictionary.to_pylist()], pa.string())
    return told.take(coded.indices)


def moments(days: pa.Array | None, times: pa.Array | None, zone: tzinfo) -> pa.Array:
    """Give the moments that a column of days and one of times tell; either may hold both, or be missing.

    A day without a time of day is its first moment.
    """
    texts = _joined(days, times)
    texts = pc.replace_substring_regex(narrow_array(texts), r"\s+", " ")
    texts = pc.replace_substring_regex(texts, r"(\d)\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日?\s*", r"\1-\2-\3 ")
    texts = pc.replace_substring_regex(texts, r"(\d{1,2})时(\d{1,2})分(\d{1,2})秒", r"\1:\2:\3")
    texts = pc.replace_substring_regex(texts, r"^(\d{4}-\d{2}-\d{2})-(\d{2})\.(\d{2})\.(\d{2})", r"\1 \2:\3:\4")
    return parse_any(pc.utf8_trim_whitespace(texts), _FORMS, zone)


def _joined(days: pa.Array | None, times: pa.Array | None) -> pa.Array:
    if days is None or times is None:
        only = times if days is None else days
        assert only is not None  # a bill has one of them
        return only
    clock = pc.fill_null(pc.match_substring_regex(times, _CLOCK), False)
    spelt = pc.replace_substring_regex(times, _SIX, r"\1:\2:\3")
    dated = pc.replace_substring_regex(days, r"[ T]00:00(?::00)?(?:\.0+)?$", "")
    both = pc.binary_join_element_wise(dated, spelt, " ")
    return pc.coalesce(pc.if_else(clock, both, times), days)
