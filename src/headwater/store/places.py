"""Where something was read, in words that give nobody away: paths with every person in them masked.

The lake, the manifest and whatever is written cite files by these. A masked part bears a sign of its own, made with the
workspace's key, so that two files stay two; with ``*`` for any characters it still finds the file in the case folder, and the
file's digest stands in the answer.
"""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc

from headwater.identifiers.file_names import covered
from headwater.store.tokens import Tokeniser

SIGN = "~"
"""Before the sign of a part that was masked: six hexadecimal digits."""
_SIGNED = re.compile(rf"{SIGN}[0-9a-f]{{6}}(?=\.[A-Za-z0-9]{{1,8}}$|$)")
_BETWEEN = re.compile(r"([/!#])")
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,8}$")
_CITED = ("source", "owner", "holder", "sheet")
_TOP = 2
"""Parts of a path whose names stay: the folder's part, and with whom something was found. Numbers in them are masked all the same."""


class Places:
    """Shows paths of one workspace. What was shown once is shown again as it is."""

    def __init__(self, tokeniser: Tokeniser) -> None:
        self._tokeniser = tokeniser
        self._known: dict[str, str] = {}

    def shown(self, path: str) -> str:
        """A path below the case folder as it may be written down: ``/`` between folders, ``!`` before a member, ``#`` before a sheet."""
        if path not in self._known:
            self._known[path] = self._shown(path)
        return self._known[path]

    def holder(self, name: str) -> str:
        """With whom something was found: the second part of a path, which keeps its name."""
        return self.shown(f"-/{name}/-")[2:-2]

    def sheet(self, name: str) -> str:
        """A sheet's name."""
        return self.shown(f"-#{name}")[2:]

    def cited(self, rows: pa.Table) -> pa.Table:
        """Rows of the lake with their ``source``, ``owner``, ``holder`` and ``sheet`` as they may be written down."""
        for column in _CITED:
            if column in rows.column_names:
                coded = rows[column].combine_chunks()
                coded = coded if pa.types.is_dictionary(coded.type) else pc.dictionary_encode(coded)
                raw = coded.dictionary.to_pylist()
                show = {"source": self.shown, "sheet": self.sheet}.get(column, self.holder)
                told = [show(t) for t in raw]
                if told != raw:
                    safe = pa.array(told, pa.string()).take(coded.indices)
                    rows = rows.set_column(rows.schema.get_field_index(column), column, safe)
        return rows

    def _shown(self, path: str) -> str:
        pieces = _BETWEEN.split(path)
        folders = path.count("/")
        parts = [self._part(p, people=n >= _TOP or folders < _TOP) for n, p in enumerate(pieces[::2])]
        between = [*pieces[1::2], ""]
        return "".join(part + sign for part, sign in zip(parts, between, strict=True))

    def _part(self, part: str, *, people: bool) -> str:
        if _SIGNED.search(part):
            return part
        ending = _ENDING.search(part)
        at = ending.start() if ending else len(part)
        hidden = covered(part[:at], people=people)
        if hidden == part[:at]:
            return part
        return f"{hidden}{SIGN}{self._tokeniser.token('part of a path', part)[:6]}{part[at:]}"


def unsigned(path: str) -> str:
    """A shown path without its signs: the same in every workspace."""
    return "".join(_SIGNED.sub("", part) for part in _BETWEEN.split(path))
