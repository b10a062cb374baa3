"""Accounts that people name in passing, without the label and the colon that other texts have; plates of letters alone beside a word."""
# 加我wxid_abc    新微信 laowang_2019    扣扣123456789

from __future__ import annotations

import re
from collections.abc import Iterator

from headwater.identifiers import plate
from headwater.identifiers.account_name import wechat
from headwater.ingestion.traffic.straight import PROVINCES

PREFILTER = (
    r"(?i)wxid_|微信|威信|薇信|维信|绿泡泡|[vw]信|wx|vx|we?i?xin|wechat|[加家佳+]我?\s?[vw薇]|qq|(?:^|[^a-z])q[^a-z]"
    "|扣扣|企鹅|车|牌"
)
"""What a narrowed text must hold for anything to be found (RE2)."""
_LINK = r"[号帐账户]{0,2}(?:[\s:为是改换成了叫的]|[-=]>?){0,4}"
_FORMS = (
    ("wechat", re.compile(r"(?<![0-9A-Za-z_])(?P<id>wxid_[0-9A-Za-z_-]{2,24})", re.IGNORECASE | re.ASCII)),
    (
        "wechat",
        re.compile(
            r"(?i)(?:[微威薇维vw]信|绿泡泡|(?<![a-z])(?:wx(?!id_)|vx|wechat|weixin)|[加家佳+]我?\s?(?:[vw]x?|薇))"
            rf"{_LINK}(?P<id>[a-z](?=[a-z_-]*[0-9_])[a-z0-9_-]{{5,19}})(?![a-z0-9_@.-])"
        ),
    ),
    (
        "plate",
        re.compile(
            rf"(?:车牌?号?码?|牌照|[车号]牌|牌号)[:：\s是]{{0,3}}(?P<id>[{PROVINCES}][A-HJ-NP-Z][A-HJ-NP-Z]{{5,6}})(?![0-9A-Za-z])"
        ),
    ),
    ("qq", re.compile(rf"(?i)(?:(?<![a-z0-9])qq?|扣扣|企鹅){_LINK}(?P<id>[1-9][0-9]{{4,10}})(?![0-9.]|[元块万条])")),
)


def announced(text: str) -> Iterator[tuple[str, int, int, str]]:
    """Give kind, start, end and normal form of each account that a narrowed text names.

    >>> list(announced("我换号了,新微信 laowang_2019"))
    [('wechat', 9, 21, 'laowang_2019')]
    >>> [each[3] for each in announced("加q123456789 或者wxid_abc")]
    ['wxid_abc', '123456789']
    """
    for kind, pattern in _FORMS:
        for found in pattern.finditer(text):
            start, end = found.span("id")
            yield kind, start, end, plate.compact(found["id"]) if kind == "plate" else wechat.compact(found["id"])
