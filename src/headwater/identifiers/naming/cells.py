"""The odds that the cells of a column are names of persons."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from headwater.identifiers import name, normal
from headwater.identifiers.naming import latin, persons

_LATIN, _TRIBAL = "^[A-Za-z]", "^[\u3400-\u9fff]{1,10}(?:[·•・‧∙][\u3400-\u9fff]{1,10}){1,4}$"
_DOTTED_ODDS = 6.0
_TITLES = "先生|女士|小姐|太太|老师|同学|师傅|经理|主任|医生|大夫|律师|总监|教授|老板|阿姨|叔叔|总|工|哥|姐|某|某某"
_TITLED = f"^[\u3400-\u9fff]{{1,2}}(?:{_TITLES})$"
_TITLED_ODDS = -2.0  # a person, but no name: let be where a header says names


def score_array(values: pa.Array) -> npt.NDArray[np.float32]:
    """Give for each cell the log-odds (natural logarithm) that it is a person's name; -20 where it cannot be one.

    >>> [float(odds) > 0 for odds in score_array(pa.array(["王小明", "健康险", "上海", "阿卜杜拉·买买提", "Chan Tai Man", None]))]
    [True, False, False, True, True, False]
    """
    plain = name.plain_array(values)
    odds = persons.cell_odds(plain)
    spelt = normal.matching(plain, _LATIN)
    if spelt.any():
        odds[spelt] = latin.cell_odds(values.filter(pa.array(spelt)))
    odds[normal.matching(plain, _TRIBAL)] = _DOTTED_ODDS
    titled = normal.matching(plain, _TITLED)
    odds[titled] = np.minimum(odds[titled], _TITLED_ODDS)
    return odds
