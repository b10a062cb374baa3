"""Learns the shape of a data set's own numbers (policies, orders, waybills), so that they can be known again."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

_RUN = re.compile(r"[0-9]+|[A-Z]+|[a-z]+|[^0-9A-Za-z]+")
_CODE = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._/#-]{3,39}$")
_DECIMAL = re.compile(r"^-?[0-9]+\.[0-9]{1,4}$")
_MOST_SHAPES = 4
_COVERED = 0.95
_FEWEST_DIGITS = 6
_SAME_WORDS = 6
_NAMES = {"0": r"\d", "A": "[A-Z]", "a": "[a-z]"}


def shape_of(values: Sequence[str]) -> str | None:
    r"""Give a bounded regular expression that these values share, or ``None`` if they are no numbers of one make.

    Only plain codes have a shape: at least four characters, digits among them; bare digits are all of one length and
    at least six, because shorter ones are everywhere. The syntax is understood by RE2 and Python alike.

    >>> shape_of(["PL593580118", "PL932750947", "PL377407156"])
    'PL\\d{9}'
    >>> shape_of(["A-12", "A-345", "B-6"]) is None
    True
    """
    groups: dict[str, list[list[str]]] = defaultdict(list)
    for value in values:
        if not _CODE.match(value) or _DECIMAL.match(value) or not any(map(str.isdigit, value)):
            groups[""].append([])
            continue
        runs = _RUN.findall(value)
        groups["".join(map(_class, runs))].append(runs)
    common = Counter({name: len(group) for name, group in groups.items() if name}).most_common(_MOST_SHAPES)
    if not common or sum(count for _, count in common) < _COVERED * len(values):
        return None
    patterns = [pattern for name, _ in common if (pattern := _pattern(groups[name])) is not None]
    if len(patterns) < len(common):
        return None
    return patterns[0] if len(patterns) == 1 else f"(?:{'|'.join(sorted(patterns))})"


def _class(run: str) -> str:
    if run[0].isdigit():
        return "0"
    if run[0].isalpha():
        return "A" if run[0].isupper() else "a"
    return run


def _pattern(group: list[list[str]]) -> str | None:
    """The pattern of values that are made of the same kinds of runs."""
    columns = list(zip(*group, strict=True))
    lengths = {sum(map(len, runs)) for runs in group}
    if len(columns) == 1 and (len(lengths) > 1 or max(lengths) < _FEWEST_DIGITS):
        return None
    if max(lengths) - min(lengths) > _FEWEST_DIGITS:
        return None
    return "".join(map(_run_pattern, columns))


def _run_pattern(runs: Iterable[str]) -> str:
    words = sorted(set(runs))
    name = _NAMES.get(_class(words[0]))
    if name is None or (name != _NAMES["0"] and len(words) <= _SAME_WORDS):
        return re.escape(words[0]) if len(words) == 1 else f"(?:{'|'.join(map(re.escape, words))})"
    shortest, longest = min(map(len, words)), max(map(len, words))
    count = f"{{{shortest}}}" if shortest == longest else f"{{{shortest},{longest}}}"
    return name if count == "{1}" else name + count
