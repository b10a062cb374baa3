"""Numbers and words that look like identifiers and are none: what people complain that scanners report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random
from types import MappingProxyType

from bench.scan_people import check_character, luhn_digit, resident_id

Decoy = tuple[tuple[str, ...], Callable[[Random], str], str]
"""What may stand before, what makes the decoy, what stands behind."""
_MOBILE_LIKE = "1@#########"


def _filled(*patterns: str) -> Callable[[Random], str]:
    """Make text of a pattern: # is a digit, @ one of 3 to 9, ~ a hexadecimal digit, & a capital; {} a day as 20260131."""

    def made(rng: Random) -> str:
        pattern = rng.choice(patterns).replace("{}", f"2026{rng.randint(1, 12):02}{rng.randint(1, 28):02}")
        return "".join(rng.choice(_LETTERS[c]) if c in _LETTERS else c for c in pattern)

    return made


_LETTERS = {"#": "0123456789", "@": "3456789", "~": "0123456789abcdef", "&": "ABCDEFGHJKLMNPQRSTUVWXYZ"}


def _number(low: int, high: int) -> Callable[[Random], str]:
    return lambda rng: str(rng.randint(low, high))


def _chosen(*words: str) -> Callable[[Random], str]:
    return lambda rng: rng.choice(words)


def _wrong(right: str, rng: Random) -> str:
    return right[:-1] + rng.choice([c for c in "0123456789" if c != right[-1]])


def _wrong_id(rng: Random) -> str:
    return _wrong(resident_id(rng.getrandbits(24)), rng)


def _wrong_card(rng: Random) -> str:
    first = _filled("62#############", "62################")(rng)
    return _wrong(first + luhn_digit(first), rng)


def _wrong_day(rng: Random) -> str:
    first = f"{rng.randint(110101, 659000)}{rng.randint(1950, 2005)}{rng.randint(13, 99)}{_filled('#####')(rng)}"
    return first + check_character(first)


def _luhn_not_id(rng: Random) -> str:
    while True:
        first = _filled("62###############")(rng)
        whole = first + luhn_digit(first)
        if check_character(first) != whole[17]:
            return whole


def _listed(rng: Random) -> str:
    return ", ".join(str(rng.getrandbits(rng.choice((31, 34, 37, 40)))) for _ in range(5))


def _clock(rng: Random) -> str:
    return _filled("{}")(rng) + f"{rng.randint(0, 23):02}{rng.randint(0, 59):02}{rng.randint(0, 59):02}"


def _amount(rng: Random) -> str:
    whole = rng.choice((rng.randint(1, 9_999_999), rng.randint(10**10, 10**11 - 1)))
    return rng.choice((f"{whole:,}.{rng.randint(0, 99):02}", f"{whole}.00"))


DECOYS: Mapping[str, Decoy] = MappingProxyType(
    {
        "order number": (
            ("订单号", "订单：", "order_id=", "单号 "),
            _filled("{}######", "{}########", "{}##########", "{}############"),
            "已发货",
        ),
        "order like a mobile": (("订单号", "流水号", "运单号", "工单编号"), _filled(_MOBILE_LIKE), "查不到"),
        "order, word behind": (("", "查"), _filled(_MOBILE_LIKE), "这个订单号查不到"),
        "list of numbers": (("[", "ids=(", "剩余编号 "), _listed, "]"),
        "seconds": (("ts=", "时间戳", "at ", '"time":'), _number(1_300_000_000, 1_999_999_999), " ok"),
        "milliseconds": (("ts=", "时间戳", "[", '"t":'), _number(1_300_000_000_000, 1_999_999_999_999), "]"),
        "compact time": (("", "备份", "file_"), _clock, ".csv"),
        "serial": (("SN", "序列号：", "s/n ", "设备号"), _filled("#########", "&&########", "SN###########"), ""),
        "hash": (("md5 ", "sha1:", "commit ", "etag="), _filled("~" * 32, "~" * 40), ""),
        "guid": (("id=", "traceId ", "{", ""), _filled("-".join("~" * n for n in (8, 4, 4, 4, 12))), ""),
        "decimal": (("经度", "value=", "x: ", ""), _filled(*(f"##.@{'#' * n}" for n in (10, 11, 14))), ","),
        "sku": (("型号", "sku:", "SKU "), _filled("SKU" + _MOBILE_LIKE, "A####-########", "TX-0##-########"), "缺货"),
        "id with a wrong check": (("身份证", "证件号：", ""), _wrong_id, ""),
        "id with a wrong day": (("编号", ""), _wrong_day, ""),
        "card with a wrong check": (("卡号", "", "号码 "), _wrong_card, ""),
        "18 digits right by Luhn": (("流水", "", "交易号"), _luhn_not_id, ""),
        "amount": (("金额", "¥", "保费 ", "total "), _amount, "元"),
        "tax number, wrong letters": (("税号",), _filled("91######MA######O", "91######MA######I"), ""),
        "version": (("v", "D:/备份/", "lib-"), _filled("##.##.1@#########"), ""),
        "picture with an at sign": (("", "img/"), _chosen("logo@2x.png", "icon@3x.jpg", "bg@1.5x.webp"), ""),
        "package with an at sign": (("npm i ", ""), _chosen("core@1.2.3", "left-pad@10.0.1"), ""),
        "product": (("产品名称：", "险种 "), _chosen("健康险", "年金险", "学平险", "王者之星", "高端医疗"), "多少钱"),
        "company": (("姓名：", "客户："), _chosen("某某保险公司", "本部财务处", "无", "张江分公司"), "，稍后"),
        "service line": (("客服", "热线", "打"), _chosen("95588", "400-820-8820", "12345", "10086"), ""),
    }
)
"""Every kind of decoy by its name."""


def written(name: str, rng: Random) -> tuple[str, str, str]:
    """Give the text before, the decoy, and the text behind."""
    before, make, after = DECOYS[name]
    return rng.choice(before), make(rng), after
