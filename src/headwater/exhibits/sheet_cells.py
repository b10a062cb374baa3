"""The compiled passes over the XML of a plain worksheet and of its shared texts: where the value of each cell stands.

They know only what spreadsheet programs write: tags without a prefix, attributes between double quotation marks, no comments. Of anything
else they say so, by a count of ``NOT_PLAIN``, and nothing they found counts.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from headwater.identifiers.compiled import compiled

NOT_PLAIN = -1
TEXT, ESCAPED, SHARED, NUMBER, DATE, TRUE, FALSE, RICH = range(8)
"""What a value is: bytes as they stand, bytes with entities in them, a number of a shared text, a number that is not written
as short as can be, the number of a day, yes, no, or markup that has to be read as such."""
_PLAIN_STYLE, _DATE_STYLE, _NO_STYLE = 0, 1, 2
_N, _S, _STR, _INLINE, _B, _E, _OTHER = range(7)
_C, _F, _I, _S_, _T, _V = (ord(letter) for letter in "cfistv")
_DIGITS = 15
_WIDEST, _HIGHEST = 16_384, 1_048_576


@compiled
def _blank(byte: int) -> bool:
    return byte == 32 or byte == 10 or byte == 13 or byte == 9


@compiled
def _over_blanks(data: Any, at: int, end: int) -> int:
    while at < end and _blank(data[at]):
        at += 1
    return at


@compiled
def _opens(data: Any, at: int, first: int, second: int) -> Any:
    """Whether a tag begins with these letters; the second may be 0."""
    return at + 3 < data.size and data[at] == 60 and data[at + 1] == first and (second == 0 or data[at + 2] == second)


@compiled
def _closes(data: Any, at: int, first: int, second: int) -> Any:
    """Whether an element of this name ends; its second letter may be 0."""
    return (
        at + 4 <= data.size
        and data[at] == 60
        and data[at + 1] == 47
        and data[at + 2] == first
        and (
            data[at + 3] == 62 if second == 0 else data[at + 3] == second and at + 4 < data.size and data[at + 4] == 62
        )
    )


@compiled
def _attribute(data: Any, at: int, end: int) -> Any:
    """The next attribute of a tag: its first letter if that is its name (else 0), where its value stands, what follows.

    At the tag's end the letter is 62 (``>``), or 47 (``/``) where the element has no content; -1 where it is not plain.
    """
    if at + 1 >= end:
        return -1, at, at, at
    if data[at] == 62:
        return 62, at, at, at + 1
    blank = at
    at = _over_blanks(data, at, end)
    if at + 1 >= end:
        return -1, at, at, at
    if data[at] == 62:
        return 62, at, at, at + 1
    if data[at] == 47 and data[at + 1] == 62:
        return 47, at, at, at + 2
    if at == blank:
        return -1, at, at, at
    name = at
    while at < end and data[at] != 61 and data[at] not in (60, 62, 34, 39):
        at += 1
    if at + 1 >= end or data[at] != 61 or data[at + 1] != 34:
        return -1, at, at, at
    letter = data[name] if at - name == 1 else 0
    begin = at + 2
    at = begin
    while at < end and data[at] != 34 and data[at] != 60:
        at += 1
    if at >= end or data[at] == 60:
        return -1, at, at, at
    return np.int64(letter), begin, at, at + 1


@compiled
def _tag_end(data: Any, at: int, end: int) -> Any:
    """How a tag ends (62 or 47, or -1), what follows it, and whether it has an attribute."""
    some = False
    while True:
        letter, _, _, at = _attribute(data, at, end)
        if letter in (62, 47, -1):
            return letter, at, some
        some = True


@compiled
def _text(data: Any, at: int, end: int) -> Any:
    """Where a text up to the next tag ends, and whether something in it is written otherwise than it reads."""
    escaped = False
    while at < end and data[at] != 60:
        if data[at] == 38 or data[at] == 13 or (data[at] == 95 and at + 6 < end and data[at + 1] == 120):
            escaped = True
        at += 1
    return at, escaped


@compiled
def _trimmed(data: Any, begin: int, end: int) -> Any:
    while begin < end and _blank(data[begin]):
        begin += 1
    while end > begin and _blank(data[end - 1]):
        end -= 1
    return begin, end


@compiled
def _whole(data: Any, begin: int, end: int, most: int) -> int:
    """A number of digits alone, or -1."""
    value = 0
    if begin >= end or end - begin > 9:
        return -1
    for at in range(begin, end):
        if data[at] < 48 or data[at] > 57:
            return -1
        value = value * 10 + data[at] - 48
    return value if value <= most else -1


@compiled
def _column(data: Any, begin: int, end: int) -> Any:
    """The column (from 0) and the row (from 1) that the name of a cell says."""
    column, at = 0, begin
    while at < end and at - begin < 3 and 65 <= data[at] <= 90:
        column = column * 26 + data[at] - 64
        at += 1
    return (column - 1 if column <= _WIDEST else -1), _whole(data, at, end, _HIGHEST)


@compiled
def _type(data: Any, begin: int, end: int) -> int:
    if end - begin == 1:
        letter = data[begin]
        return _S if letter == 115 else _N if letter == 110 else _B if letter == 98 else _E if letter == 101 else _OTHER
    if end - begin == 3 and data[begin] == 115 and data[begin + 1] == 116 and data[begin + 2] == 114:
        return _STR
    return _INLINE if end - begin == 9 and data[begin] == 105 and data[begin + 6] == 83 else _OTHER


@compiled
def _number(data: Any, begin: int, end: int) -> int:
    """``TEXT`` for a number that stands there as it reads, ``NUMBER`` for one that does not, ``NOT_PLAIN`` for anything else."""
    at = begin + 1 if data[begin] == 45 else begin
    digits, point, canonical = 0, -1, at < end
    first = at
    for n in range(at, end):
        if 48 <= data[n] <= 57:
            digits += 1
        elif data[n] == 46 and point < 0:
            point = n
        elif data[n] in (43, 45, 46, 69, 101):
            canonical = False
        else:
            return NOT_PLAIN
    if not canonical or digits > _DIGITS or point == first or (point >= 0 and data[end - 1] in (46, 48)):
        return NUMBER
    if data[first] == 48 and first + 1 < end and point != first + 1:
        return NUMBER
    return TEXT


@compiled
def _value(data: Any, begin: int, end: int, type_: int, style: int, escaped: bool) -> Any:
    """What the content of a ``v`` is, and where; a shared text's number stands for its place."""
    if type_ == _STR:
        return (ESCAPED if escaped else TEXT), begin, end
    if type_ == _S:
        index = _whole(data, begin, end, 999_999_999)
        return (SHARED if index >= 0 else NOT_PLAIN), index, index
    if type_ == _B and end - begin == 1 and data[begin] in (48, 49):
        return (TRUE if data[begin] == 49 else FALSE), begin, end
    if type_ != _N or style == _NO_STYLE or escaped:
        return NOT_PLAIN, begin, end
    kind = _number(data, begin, end)
    return (DATE if style == _DATE_STYLE and kind >= 0 else kind), begin, end


@compiled
def _inline(data: Any, at: int, end: int, first_letter: int, second_letter: int) -> Any:
    """A text of one cell, or of one entry of the shared texts: from behind its tag to before its end tag."""
    begin = at
    at = _over_blanks(data, at, end)
    if _opens(data, at, _T, 0):
        letter, at, kept = _tag_end(data, at + 2, end)
        if letter == -1:
            return NOT_PLAIN, at, at, at
        first = last = at
        kind, escaped = TEXT, False
        if letter == 62:
            last, escaped = _text(data, at, end)
            if not _closes(data, last, _T, 0):
                return NOT_PLAIN, at, at, at
            at = last + 4
            kind = ESCAPED if escaped else TEXT
            if not kept:
                first, last = _trimmed(data, first, last)
        at = _over_blanks(data, at, end)
        if _closes(data, at, first_letter, second_letter):
            return kind, first, last, at
    while at < end and not _closes(data, at, first_letter, second_letter):
        at += 1
    return (RICH if at < end else NOT_PLAIN), begin, at, at


@compiled
def entries(data: Any, at: int, end: int, most: int) -> Any:
    """The shared texts up to the end of their list: how many, and of each the kind and where it stands."""
    kinds, begins, ends = np.empty(most, np.uint8), np.empty(most, np.int64), np.empty(most, np.int64)
    count = 0
    while count <= most:
        at = _over_blanks(data, at, end)
        if at == end:
            return count, kinds[:count], begins[:count], ends[:count]
        if count == most or not _opens(data, at, _S_, _I):
            break
        letter, at, _ = _tag_end(data, at + 3, end)
        kind, begin, last = TEXT, at, at
        if letter == 62:
            kind, begin, last, at = _inline(data, at, end, _S_, _I)
            at += 5
        if letter == -1 or kind == NOT_PLAIN:
            break
        kinds[count], begins[count], ends[count] = kind, begin, last
        count += 1
    return NOT_PLAIN, kinds[:0], begins[:0], ends[:0]


@compiled
def _named(data: Any, at: int, end: int) -> Any:
    """What follows the name of a cell, its column, and its row; the usual way, in which each byte is looked at once."""
    column, row, begin = 0, 0, at
    while at < end and at - begin < 3 and 65 <= data[at] <= 90:
        column = column * 26 + data[at] - 64
        at += 1
    begin = at
    while at < end and at - begin < 7 and 48 <= data[at] <= 57:
        row = row * 10 + data[at] - 48
        at += 1
    known = at < end and data[at] == 34 and 0 < column <= _WIDEST
    return at + 1, (column - 1 if known else -1), row


@compiled
def _head(data: Any, at: int, end: int, row: int, column: int, styles: Any) -> Any:
    """The attributes of a cell: how its tag ends, what follows, its column (-1: not plain), type and class of style."""
    type_, style = _N, _PLAIN_STYLE
    if at + 16 < end and data[at] == 32 and data[at + 1] == 114 and data[at + 2] == 61 and data[at + 3] == 34:
        at, column, named = _named(data, at + 4, end)
        if named != row or column < 0:
            return -1, at, column, type_, style
    if at + 6 < end and data[at] == 32 and data[at + 1] == 116 and data[at + 4] == 115 and data[at + 5] == 34:
        type_, at = _S, at + 6
    while True:
        letter, begin, last, at = _attribute(data, at, end)
        if letter in (62, 47, -1):
            return letter, at, column, type_, style
        if letter == 114:
            column, named = _column(data, begin, last)
            if named != row or column < 0:
                return -1, at, column, type_, style
        elif letter == 116:
            type_ = _type(data, begin, last)
        elif letter == 115:
            index = _whole(data, begin, last, 99_999)
            style = _NO_STYLE if index < 0 else styles[index] if index < styles.size else _PLAIN_STYLE


@compiled
def _content(data: Any, at: int, end: int, type_: int, style: int) -> Any:
    """What stands in a cell: kind, place and end of its value (kind ``RICH`` + 1: none), and what follows the cell."""
    kind, begin, last = RICH + 1, at, at
    if type_ == _S and at + 20 < end and data[at] == 60 and data[at + 1] == 118 and data[at + 2] == 62:
        index, behind = 0, at + 3
        while behind < at + 12 and 48 <= data[behind] <= 57:
            index = index * 10 + data[behind] - 48
            behind += 1
        if behind > at + 3 and _closes(data, behind, _V, 0) and _closes(data, behind + 4, _C, 0):
            return SHARED, index, index, behind + 8
    while True:
        at = _over_blanks(data, at, end)
        if _closes(data, at, _C, 0):
            return kind, begin, last, at + 4
        is_value = _opens(data, at, _V, 0)
        if is_value or _opens(data, at, _F, 0):  # a value, or how it is reckoned
            letter, at, _ = _tag_end(data, at + 2, end)
            first = at
            escaped = False
            if letter == 62:
                at, escaped = _text(data, at, end)
                if not _closes(data, at, _V if is_value else _F, 0):
                    return NOT_PLAIN, at, at, at
                if is_value and at > first and type_ != _E:
                    kind, begin, last = _value(data, first, at, type_, style, escaped)
                at += 4
            if letter == -1 or kind == NOT_PLAIN:
                return NOT_PLAIN, at, at, at
        elif type_ == _INLINE and _opens(data, at, _I, _S_):
            letter, at, _ = _tag_end(data, at + 3, end)
            if letter == 62:
                kind, begin, last, at = _inline(data, at, end, _I, _S_)
                at += 5
            if letter == -1 or kind == NOT_PLAIN:
                return NOT_PLAIN, at, at, at
        else:
            return NOT_PLAIN, at, at, at


@compiled
def cells(data: Any, at: int, end: int, styles: Any, most: int) -> Any:
    """The filled cells between the tags of ``sheetData``: how many, and of each row, column, kind, and where its value stands."""
    rows, columns, kinds = np.empty(most, np.int32), np.empty(most, np.int32), np.empty(most, np.uint8)
    begins, ends = np.empty(most, np.int64), np.empty(most, np.int64)
    count, row, column, inside, plain = 0, 0, -1, False, True
    while plain:
        at = _over_blanks(data, at, end)
        if at >= end:
            plain = not inside
            break
        if inside and at + 5 < end and data[at + 1] == 47 and _is_row(data, at + 2) and data[at + 5] == 62:
            inside, at = False, at + 6
        elif not inside and at + 4 < end and _is_row(data, at + 1):
            row, at, inside = _row(data, at + 4, end, row)
            column = -1
            plain = 0 < row <= _HIGHEST
        elif inside and _opens(data, at, _C, 0):
            letter, at, column, type_, style = _head(data, at + 2, end, row, column + 1, styles)
            plain = letter != -1 and column < _WIDEST and type_ != _OTHER
            if plain and letter == 62:
                kind, begin, last, at = _content(data, at, end, type_, style)
                plain = kind != NOT_PLAIN and count < most
                if plain and kind <= RICH and (last > begin or kind == SHARED):
                    rows[count], columns[count], kinds[count] = row - 1, column, kind
                    begins[count], ends[count] = begin, last
                    count += 1
        else:
            plain = False
    size = count if plain else 0
    told = size if plain else NOT_PLAIN
    return told, rows[:size], columns[:size], kinds[:size], begins[:size], ends[:size]


@compiled
def _is_row(data: Any, at: int) -> Any:
    return data[at] == 114 and data[at + 1] == 111 and data[at + 2] == 119


@compiled
def _row(data: Any, at: int, end: int, row: int) -> Any:
    """The number of a row (0: not plain), what follows its tag, and whether it has content."""
    row += 1
    while True:
        letter, begin, last, at = _attribute(data, at, end)
        if letter in (62, 47):
            return row, at, letter == 62
        if letter == -1:
            return 0, at, False
        if letter == 114:
            row = max(_whole(data, begin, last, _HIGHEST), 0)
