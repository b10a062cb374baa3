"""Forms: tables whose columns are labels and what was filled in beside them, several forms one below another.

A form becomes a row under its labels, so that each value is judged by its own label, and what one form holds is one person's.

>>> forms = unfolded([["姓名", "甲"], ["手机", "1"], ["姓名", "乙"], ["手机", "2"]], [1, 2, 3, 4])
>>> forms, forms.rows
(Forms(labels=('姓名', '手机')), ((1, ('甲', '1')), (3, ('乙', '2'))))
>>> unfolded([["姓名", "手机"], ["甲", "1"], ["乙", "2"]], [1, 2, 3]) is None
True
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from headwater.exhibits.headers import SAMPLE_ROWS, is_label, is_value
from headwater.identifiers.headers import named_kinds

_WIDEST = 8
_MOST = 0.7
_FEW = 0.3
_LONGEST = 16
_FEWEST, _ALIKE = 4, 0.8
_WORDS, _FIGURE, _FIGURES = re.compile(r"[^\W\d_]+"), re.compile("[0-9]"), re.compile("[0-9]+")
_SPARSEST = 100  # cells of the table for each value: forms that have hardly a label in common are none
Row = Sequence[str]


@dataclass(frozen=True, slots=True)
class Forms:
    """The labels of all forms, and of each form the number of its first row and its values; what was not filled in is empty."""

    labels: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...] = field(repr=False)


def unfolded(rows: Sequence[Row], numbers: Sequence[int]) -> Forms | None:
    """Give the forms that a table is made of, with the numbers of its rows; ``None`` where it is another table.

    A label that comes again begins the next form. Cost: linear in the table.
    """
    if not is_form([row for row in rows[:SAMPLE_ROWS] if any(row)]):
        return None
    labels: dict[str, None] = {}
    forms: list[tuple[int, dict[str, str]]] = []
    for number, row in zip(numbers, rows, strict=True):
        for label, value in _pairs(row):
            labels[label] = None
            if not forms or label in forms[-1][1]:
                forms.append((number, {}))
            forms[-1][1][label] = value
    if len(labels) * len(forms) > _SPARSEST * sum(len(form) for _, form in forms):
        return None
    return Forms(tuple(labels), tuple((at, tuple(form.get(each, "") for each in labels)) for at, form in forms))


def is_form(rows: Sequence[Row]) -> bool:
    """Tell whether labels, one of personal data among them, stand in every other column, and beside them what is no label.

    What stands beside the labels of a form is not all alike, as the telephones in a list of shops are.
    """
    width = max(map(len, rows), default=0)
    if not 2 <= width <= _WIDEST:
        return False
    pairs = [pair for row in rows for pair in _pairs(row)]
    if len({label for label, _ in pairs}) < 2:
        return False
    values = [value for _, value in pairs if value]
    return (
        bool(values)
        and sum(_names(label) for label, _ in pairs) >= _MOST * len(pairs)
        and sum(bool(named_kinds(value) - {"other"}) for value in values) <= _FEW * len(values)
        and not _are_alike(values)
        and not _is_headed(rows)
        and any(named_kinds(label) - {"other"} for label, _ in pairs)
    )


def _are_alike(values: Sequence[str]) -> bool:
    """Whether most values have one shape with figures in it, as the numbers in a list of shops and their telephones have."""
    shape, count = Counter(map(_shape, values)).most_common(1)[0]
    return "0" in shape and len(values) >= _FEWEST and count >= _ALIKE * len(values)


def _shape(value: str) -> str:
    """A value with 0 for each figure; beside words, one for all of them, since addresses differ in length."""
    words = _WORDS.sub("a", value)
    return _FIGURES.sub("0", words) if "a" in words else _FIGURE.sub("0", words)


def _is_headed(rows: Sequence[Row]) -> bool:
    """Whether the first row names its columns throughout, as that of a list does."""
    first = [cell for cell in rows[0] if cell.strip()]
    return len(first) > 1 and all(map(_names, map(_plain, first)))


def _names(label: str) -> bool:
    return not is_value(label) and len(label) <= _LONGEST and (is_label(label) or bool(named_kinds(label)))


def _pairs(row: Row) -> Iterator[tuple[str, str]]:
    """The labels of a row with what stands behind each; a cell over several columns may come several times."""
    cells = [cell.strip() for place, cell in enumerate(row) if not place or cell != row[place - 1] or not cell]
    for label, value in zip(cells[::2], [*cells[1::2], ""], strict=False):
        if label:
            yield _plain(label), value


def _plain(label: str) -> str:
    """A label without its colon and the spaces that spread it: 姓　名： is 姓名."""
    bare = label.strip().rstrip(":：").strip()
    return "".join(bare.split()) if not bare.isascii() else bare
