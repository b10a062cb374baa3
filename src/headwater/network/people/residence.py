"""Where somebody may be: nicknames and address books call people by their province (“湖南老王”)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from headwater.model.evidence import Statement
from headwater.model.network import Alias
from headwater.model.words import Text

_PLACES = (
    *(
        "黑龙江",
        "内蒙古",
        "吉林",
        "新疆",
        "宁夏",
        "山西",
        "北京",
        "天津",
        "辽宁",
        "青海",
        "甘肃",
        "陕西",
        "河南",
        "河北",
    ),
    *("山东", "西藏", "四川", "重庆", "湖北", "安徽", "江苏", "上海", "云南", "贵州", "湖南", "江西", "浙江", "广西"),
    *("广东", "福建", "台湾", "海南", "澳门", "香港"),
    *("缅甸", "缅北", "柬埔寨", "泰国", "老挝", "越南", "菲律宾", "马来西亚", "新加坡", "迪拜"),
)
_BEGINS = re.compile(f"^[^0-9A-Za-z\u3400-\u9fff]*({'|'.join(_PLACES)})")
_NAMES = ("nickname", "remark")


def residence(aliases: Sequence[Alias]) -> tuple[str, tuple[Statement, ...]]:
    """The place that somebody's names begin with, and what says so; nothing where they begin with several, or none.

    What one calls himself, or is called, need not be where he is: it weighs nothing.
    """
    told = [(hit[1], a) for a in aliases if a.kind in _NAMES and (hit := _BEGINS.match(a.value))]
    places = {place for place, _ in told}
    if len(places) != 1:
        return "", ()
    place, lines = told[0][0], tuple(dict.fromkeys(c for _, a in told for c in a.evidence))
    said = Text(
        f"A name that he uses or is called by begins with “{place}”: he may be there, or say so.",
        f"其自用或他人所称的名字以“{place}”开头：可能在当地，也可能只是自称。",
    )
    return place, (Statement(said, 0.0, lines, kind="place"),)
