"""Surname of a person, from the name's normal form: what relatives have in common and namesakes too.

>>> surname("欧阳小明"), surname("张三"), surname("ZHANG SAN"), surname("MARIA SANTOS")
('欧阳', '张', 'ZHANG', 'SANTOS')

Names of other traditions have none, and of two Latin words that could both be a Chinese surname neither is taken.

>>> surname("阿卜杜拉·买买提"), surname("WU LIN")
(None, None)
"""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc

from headwater.identifiers import normal
from headwater.identifiers.name import surnames

_LATIN = "^[A-Z]"
_DOT = "·"
_SPELT = re.compile(
    "BAI|CAI|CAO|CHANG|CHEN|CHENG|CUI|DAI|DENG|DING|DONG|DU|DUAN|FAN|FANG|FENG|FU|GAO|GONG|GU|GUO|HAN|HAO|HE|"
    "HONG|HOU|HU|HUANG|JIA|JIANG|JIN|KANG|KONG|LAI|LEI|LI|LIANG|LIAO|LIN|LIU|LONG|LU|LUO|LYU|MA|MAO|MENG|MO|"
    "NI|NIE|NIU|OUYANG|PAN|PENG|QI|QIAN|QIAO|QIN|QIU|REN|SHAO|SHEN|SHI|SITU|SONG|SU|SUN|TAN|TANG|TAO|TIAN|WAN|"
    "WANG|WEI|WEN|WU|XIA|XIANG|XIAO|XIE|XIONG|XU|XUE|YAN|YANG|YAO|YE|YI|YIN|YU|YUAN|ZENG|ZHANG|ZHAO|ZHENG|"
    "ZHONG|ZHOU|ZHU|ZHUANG|ZOU"
)
"""Frequent Chinese surnames as they are spelt in Latin letters: they stand first or last."""


def surname(compact: str) -> str | None:
    """Give the surname of a name in its normal form, or nothing where it cannot be told."""
    words = compact.split(" ")
    if len(words) > 1:
        spelt = [word for word in (words[0], words[-1]) if _SPELT.fullmatch(word)]
        return words[-1] if not spelt else spelt[0] if len(spelt) == 1 else None
    if _DOT in compact or len(compact) < 2:
        return None
    return compact[:2] if len(compact) > 2 and compact[:2] in surnames().compound else compact[:1]


def surname_array(compact: pa.Array) -> pa.Array:
    """Give :func:`surname` of every value of a string array; a null has none. Each Latin name is looked at once."""
    long = pc.greater(pc.utf8_length(compact), 2)
    two = pc.utf8_slice_codeunits(compact, 0, 2)
    compound = pc.and_(long, pc.is_in(two, value_set=pa.array(sorted(surnames().compound))))
    made = pc.if_else(compound, two, pc.utf8_slice_codeunits(compact, 0, 1))
    odd = normal.matching(compact, _LATIN) | normal.matching(compact, f"{_DOT}|^.?$")
    if not odd.any():
        return made
    coded = compact.filter(pa.array(odd)).dictionary_encode()
    found = pa.array([surname(text) for text in coded.dictionary.to_pylist()], pa.string())
    return pc.replace_with_mask(made, pa.array(odd), found.take(coded.indices))
