"""How people write identifiers: each kind in the forms that are met, with the words around them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random
from types import MappingProxyType

from bench.scan_people import Person, luhn_digit, organisation

Written = tuple[str, str, str]
"""Text before, the identifier as it is written, text after."""
Form = Callable[[Person, Random], Written]
_WIDE = {ord(c): chr(ord(c) + 0xFEE0) for c in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz@."}
_ENDINGS = ("", "。", "，收到请回", " 谢谢", "号", "！", "麻烦查一下", "；", ")")


def _group(digits: str, gap: str, *sizes: int) -> str:
    parts, at = [], 0
    for size in sizes:
        parts.append(digits[at : at + size])
        at += size
    return gap.join([*parts, digits[at:]] if at < len(digits) else parts)


def _said(labels: tuple[str, ...], value: Callable[[Person], str]) -> Form:
    def written(someone: Person, rng: Random) -> Written:
        return rng.choice(labels), value(someone), rng.choice(_ENDINGS[:-1])

    return written


def _old(number: str) -> str:
    return number[:6] + number[8:17]


def _imei(number: int) -> str:
    first = f"00{number * 7_919 % 10**12:012}"
    return first + luhn_digit(first)


def _titled(someone: Person, rng: Random) -> Written:
    title = rng.choice(("先生", "女士")) + rng.choice(("说", "打来", "的保单"))
    return rng.choice(("跟", "找", "刚才", "")), someone.name, title


_ID = ("身份证", "身份证号：", "证件号码 ", "我的身份证号是", "sfz:", "身份证号码为")
_ANY_ID = (*_ID, "", "查下", "客户", "@小王 ")
_MOBILE = ("手机", "电话：", "手机号", "联系电话 ", "tel:", "请致电", "打我电话", "mobile=")
_ANY_MOBILE = (*_MOBILE, "", "回拨", "客户")
_CARD = ("卡号", "银行卡号：", "打款到", "收款账号 ", "转账到这张卡", "account: ")
_MAIL = ("邮箱", "邮箱：", "发到", "mail to ", "email: ", "", "抄送", "<")
_GAP4 = (4, 4, 4, 4)

FORMS: Mapping[str, Mapping[str, Form]] = MappingProxyType(
    {
        "resident_id": {
            "plain": _said(_ANY_ID, lambda p: p.resident_id),
            "small x": _said(_ANY_ID, lambda p: p.resident_id.lower()),
            "spaced 6 8 4": _said(_ID, lambda p: _group(p.resident_id, " ", 6, 8)),
            "spaced 6 4 4 4": _said(_ID, lambda p: _group(p.resident_id, " ", 6, 4, 4)),
            "spaced by four": _said(_ID, lambda p: _group(p.resident_id, " ", *_GAP4)),
            "dashed": _said(_ID, lambda p: _group(p.resident_id, "-", 6, 8)),
            "full-width": _said(_ID, lambda p: p.resident_id.translate(_WIDE)),
            "15 digits": _said(_ID, lambda p: _old(p.resident_id)),
        },
        "mobile": {
            "plain": _said(_ANY_MOBILE, lambda p: p.mobile),
            "+86": _said(_MOBILE, lambda p: "+86" + p.mobile),
            "+86 and space": _said(_MOBILE, lambda p: "+86 " + p.mobile),
            "86-": _said(_MOBILE, lambda p: "86-" + p.mobile),
            "0086": _said(_MOBILE, lambda p: "0086" + p.mobile),
            "+86 grouped": _said(_MOBILE, lambda p: "+86 " + _group(p.mobile, " ", 3, 4)),
            "spaced 3 4 4": _said(_ANY_MOBILE, lambda p: _group(p.mobile, " ", 3, 4)),
            "dashed 3 4 4": _said(_ANY_MOBILE, lambda p: _group(p.mobile, "-", 3, 4)),
            "full-width": _said(_MOBILE, lambda p: p.mobile.translate(_WIDE)),
        },
        "bank_card": {
            "plain": _said((*_CARD, ""), lambda p: p.bank_card),
            "spaced by four": _said(_CARD, lambda p: _group(p.bank_card, " ", *_GAP4)),
            "dashed by four": _said(_CARD, lambda p: _group(p.bank_card, "-", *_GAP4)),
            "full-width": _said(_CARD, lambda p: p.bank_card.translate(_WIDE)),
        },
        "email": {
            "plain": lambda p, r: (
                r.choice(_MAIL),
                p.email,
                r.choice(("", "。", "，谢谢", "请收", "> 转发", " 收到没")),
            ),
            "full-width at": _said(_MAIL, lambda p: p.email.replace("@", "＠")),
            "capitals": _said(_MAIL, lambda p: p.email.upper()),
        },
        "landline": {
            "dashed": _said(
                ("座机", "公司电话", "电话：", "固话 "), lambda p: _group(p.landline, "-", len(p.landline) - 8)
            ),
            "brackets": _said(("座机", "电话："), lambda p: f"({p.landline[:-8]}){p.landline[-8:]}"),
            "spaced": _said(("座机", "办公室电话"), lambda p: f"{p.landline[:-8]} {p.landline[-8:]}"),
        },
        "passport": {
            "plain": _said(("护照", "护照号：", "passport no. ", "护照号码是"), lambda p: p.passport),
            "small": _said(("护照", "护照号："), lambda p: p.passport.lower()),
        },
        "plate": {
            "plain": _said(("车牌", "车牌号：", "", "开的是"), lambda p: p.plate),
            "dotted": _said(("车牌", "车牌号：", ""), lambda p: f"{p.plate[:2]}·{p.plate[2:]}"),
            "small": _said(("车牌", "车牌号："), lambda p: p.plate.lower()),
        },
        "uscc": {
            "plain": lambda p, r: (
                r.choice(("信用代码", "税号：", "开票抬头 统一社会信用代码", "")),
                organisation(r),
                "。",
            ),
            "small": lambda p, r: (r.choice(("信用代码", "税号：")), organisation(r).lower(), ""),
        },
        "name": {
            "labelled": _said(("姓名：", "联系人", "投保人：", "收件人 ", "被保险人：", "客户姓名:"), lambda p: p.name),
            "titled": _titled,
            "beside a number": lambda p, r: (r.choice(("客户 ", "", "1、")), p.name, f"，手机{p.mobile}"),
        },
        "address": {
            "labelled": _said(("地址：", "收货地址", "住址:", "家住"), lambda p: p.address),
            "bare": lambda p, r: (r.choice(("寄到", "送", "住在", "")), p.address, r.choice(("", "，谢谢", "。"))),
            "spaced": _said(("地址：", "家庭住址："), lambda p: p.address.replace("号", "号 ", 1)),
        },
        "qq": {"labelled": _said(("QQ", "QQ号：", "扣扣 ", "加我qq"), lambda p: p.qq)},
        "wechat": {"labelled": _said(("微信", "微信号：", "加微信 ", "wx:"), lambda p: p.wechat)},
        "hk_id": {
            "plain": _said(
                ("香港身份证", "香港身份证号：", "HKID "), lambda p: ("A123456(3)", "AB987654(3)")[p.number % 2]
            ),
            "no brackets": _said(("香港身份证", "HKID: "), lambda p: ("A1234563", "AB9876543")[p.number % 2]),
        },
        "taiwan_id": {
            "plain": _said(("台湾身份证", "台湾身份证字号："), lambda p: ("A123456789", "A900000016")[p.number % 2])
        },
        "vin": {"plain": _said(("车架号", "VIN: ", "车辆识别代号"), lambda p: "1M8GDM9AXKP042788")},
        "imei": {"plain": _said(("IMEI", "imei: ", "串号"), lambda p: _imei(p.number))},
        "mac_address": {
            "plain": _said(
                ("MAC ", "网卡 "), lambda p: "02:00:" + ":".join(f"{p.number >> 8 * n & 255:02x}" for n in range(4))
            )
        },
        "ip_address": {"plain": _said(("IP ", "登录IP：", "from "), lambda p: f"192.0.2.{p.number % 254 + 1}")},
        "permit_hk_macau": {"plain": _said(("回乡证", "港澳居民来往内地通行证"), lambda p: f"H{p.number % 10**8:08}")},
        "policy": {"labelled": _said(("保单号", "保单号：", "保单 ", "policy no "), lambda p: p.policy)},
    }
)
"""Every kind and its written forms. A form may carry a further identifier in what stands behind it: see :func:`further`."""


def further(kind: str, form: str, someone: Person) -> tuple[str, str] | None:
    """The kind and the text of a second identifier that a form writes behind the first."""
    return ("mobile", someone.mobile) if (kind, form) == ("name", "beside a number") else None
