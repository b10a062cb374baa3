"""Name of a person: Chinese (surname and one to three characters) or in Latin letters (two words or more).

A name has no check: it is known by its surname, its length, and the header or label beside it.

>>> validate("张 三")
'张三'
>>> validate("張 三豐")
'张三丰'
>>> validate("Zhang  San")
'ZHANG SAN'
>>> mask("欧阳小明"), mask("张三"), mask("Zhang San")
('欧阳**', '张*', 'Z*** S***')
>>> is_valid("健康险")
False
"""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from headwater.identifiers import normal
from headwater.identifiers.errors import InvalidIdentifierError, WrongShapeError
from headwater.identifiers.simplified import simplified, simplified_array

_CJK = "\u3400-\u9fff"
_CHINESE = f"^[{_CJK}]{{2,4}}$"
_TRIBAL = f"^[{_CJK}]{{1,10}}(?:·[{_CJK}]{{1,10}}){{1,4}}$"
_LATIN = r"^[A-Z][A-Z'.-]{0,30}(?: [A-Z][A-Z'.-]{0,30}){1,4}$"
ENDINGS = "险部店市县省区路街镇村司厂院校行所处科局室组品费款"
"""Characters in which no name ends, but words do."""
_ENDINGS = f"[{ENDINGS}]$"
_WORDS = ("测试", "未知", "无名", "匿名", "先生", "女士", "经理", "全部", "其他", "其它", "合计", "小计", "总计")
_NO_NAMES = f"^(?:{'|'.join(_WORDS)})"
DOUBTED = "".join(sorted({word[0] for word in _WORDS}))
"""First characters of words that are no names."""
_DOTS = "[•・‧∙]"
_BETWEEN_CHINESE = f"(?<=[{_CJK}·])[ \t]+(?=[{_CJK}·])"


class Surnames(NamedTuple):
    """The surname table: regular expressions for the frequent ones and for all, from the start of a name."""

    common: str
    known: str
    compound: frozenset[str]


@cache
def surnames() -> Surnames:
    """The surname table."""
    data = json.loads((files(__package__) / "data" / "surnames.json").read_text("utf-8"))
    compound = "|".join(data["compound"])
    common, every = data["common"], "".join(sorted({*data["common"], *data["other"]}))
    return Surnames(
        f"^(?:[{common}]|(?:{compound})[{_CJK}])",
        f"^(?:[{every}]|(?:{compound})[{_CJK}])",
        frozenset(data["compound"]),
    )


def single_surnames() -> str:
    """Every surname of one character that the table knows."""
    data = json.loads((files(__package__) / "data" / "surnames.json").read_text("utf-8"))
    return "".join(sorted({*data["common"], *data["other"]}))


def compact(text: str) -> str:
    """Give the name simplified and without spaces (Chinese) or in capitals with single spaces (Latin)."""
    plain = re.sub(_DOTS, "·", _upper(simplified(normal.narrow(text)))).strip(" \t\r\n\f\v")
    return re.sub(r"[ \t\r\n\f\v]+", " ", re.sub(_BETWEEN_CHINESE, "", plain))


def _upper(text: str) -> str:
    return re.sub("[a-z]+", lambda found: found[0].upper(), text)


def validate(text: str) -> str:
    """Give the normal form, or raise an error that says what is wrong."""
    name = compact(text)
    if re.fullmatch(_TRIBAL, name) or re.fullmatch(_LATIN, name):
        return name
    if not re.fullmatch(_CHINESE, name):
        raise WrongShapeError("a name has two to four Chinese characters or two to five Latin words")
    if not re.match(surnames().known, name):
        raise WrongShapeError("the name begins with no surname that the table knows")
    if re.search(_ENDINGS, name) or re.match(_NO_NAMES, name):
        raise WrongShapeError("the text is a word, not a name")
    return name


def is_valid(text: str) -> bool:
    """Tell whether the text can be a person's name."""
    try:
        validate(text)
    except InvalidIdentifierError:
        return False
    return True


def mask(text: str) -> str:
    """Show the surname, or the first letter of each Latin word, only."""
    name = compact(text)
    if re.fullmatch(_LATIN, name):
        return " ".join(f"{word[0]}***" for word in name.split(" "))
    if len(name) < 2:
        return "*" * len(name)
    shown = 2 if len(name) > 2 and name[:2] in surnames().compound else 1
    return name[:shown] + "*" * (len(name) - shown)


def compact_array(values: pa.Array) -> pa.Array:
    """Give the normal form of every value of a string array, null where it is not valid."""
    plain = plain_array(values)
    chinese = normal.matching(plain, _CHINESE) & normal.matching(plain, surnames().known)
    chinese &= ~normal.matching(plain, _ENDINGS) & ~normal.matching(plain, _NO_NAMES)
    return normal.keep(plain, chinese | normal.matching(plain, _TRIBAL) | normal.matching(plain, _LATIN))


def plain_array(values: pa.Array) -> pa.Array:
    """Do :func:`compact` for every value of a string array, valid or not."""
    plain = pc.ascii_upper(simplified_array(normal.narrow_array(values)))
    plain = pc.replace_substring_regex(plain, pattern=_DOTS, replacement="·")
    plain = pc.utf8_trim(plain, characters=" \t\r\n\f\v")
    spaced = normal.matching(plain, "[ \t\r\n\f\v]")
    if not spaced.any():
        return plain
    again = pa.array([compact(text) for text in plain.filter(pa.array(spaced)).to_pylist()], pa.string())
    return pc.replace_with_mask(plain, pa.array(spaced), again)


def has_common_surname(values: pa.Array) -> pa.Array:
    """Tell for each value whether it begins with one of the surnames that most people have; a null does not."""
    return pa.array(normal.matching(values, surnames().common) & normal.matching(values, _CHINESE))
