"""Passwords in lists without a header, as people trade them: ``li@example.com----Hunter22!``.

A password has no form. A column of them stands right behind accounts, and its cells are of many lengths, of letters and figures,
without spaces; some are chosen by several people, or hold signs that no name of a user, code or model has.

>>> are_passwords(pa.array(["abc" + "x1" * n + "!" for n in range(1, 13)]))
True
>>> are_passwords(pa.array([f"AB-{n:06}" for n in range(12)]))
False
"""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from headwater.identifiers import normal
from headwater.identifiers.columns import filled
from headwater.identifiers.secret import password, password_hash

ACCOUNTS = frozenset({"email", "mobile", "phone", "qq", "wechat", "handle"})
_FEWEST, _MANY = 10, 50
_VALID, _MIXED, _ODD = 0.95, 0.3, 0.05
_LENGTHS, _ONE_LENGTH = 3, 0.7
_DIFFERENT, _CHOSEN_AGAIN, _SIGNED = 0.5, 0.02, 0.02
_LETTER_AND_FIGURE = "[A-Za-z].*[0-9]|[0-9].*[A-Za-z]"
_SIGN = r"""[!#$%^&*?+=~<>|;`'"(){}\[\]]"""
_OTHER = r"@[A-Za-z0-9-]+\.|://|^[A-Za-z_]+=|^[0-9]+[-/:.][0-9]+|^[#{\[<(]"


def behind_accounts(kinds: Sequence[str | None], place: int) -> bool:
    """Tell whether a column that nobody knows stands right behind accounts."""
    return place > 0 and kinds[place] is None and kinds[place - 1] in ACCOUNTS


def are_passwords(values: pa.Array) -> bool:
    """Tell whether the cells of a column without a header are passwords."""
    texts = pc.utf8_trim_whitespace(values)
    texts = texts.filter(filled(texts))
    count = len(texts)
    if count < _FEWEST or password.compact_array(texts).null_count > (1 - _VALID) * count:
        return False
    if normal.matching(texts, _LETTER_AND_FIGURE).mean() < _MIXED or normal.matching(texts, _OTHER).mean() > _ODD:
        return False
    lengths = pc.value_counts(pc.utf8_length(texts)).field("counts")
    if len(lengths) < _LENGTHS or pc.max(lengths).as_py() > _ONE_LENGTH * count:
        return False
    different = len(texts.unique()) / count
    again = count >= _MANY and different <= 1 - _CHOSEN_AGAIN
    return different >= _DIFFERENT and (again or bool(normal.matching(texts, _SIGN).mean() >= _SIGNED))


def are_hashes(values: pa.Array) -> bool:
    """Tell whether a column of passwords holds their hashes, as tables of users do."""
    count = len(values) - values.null_count
    return bool(count and len(values) - password_hash.compact_array(values).null_count >= _VALID * count)
