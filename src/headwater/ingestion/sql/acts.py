"""From log lines to acts: one for each data set that a line's statement touches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from headwater.ingestion.sql.sandbox import Whole
from headwater.ingestion.sql.touches import NOTHING, Reader, Touch, Understood


@dataclass(frozen=True, slots=True)
class Asked:
    """One distinct statement as it touches one data set."""

    statement: str
    understood: Understood
    touch: Touch


@dataclass(frozen=True, slots=True)
class Acts:
    """Acts as places: ``line`` in the batch, ``asked`` in the list of distinct questions."""

    line: Whole
    asked: Whole
    questions: Sequence[Asked]
    understood: int
    not_understood: int
    not_ours: int
    said_twice: int

    def modes(self) -> npt.NDArray[np.str_]:
        """The mode of each act's touch."""
        modes: list[str] = [q.touch.mode for q in self.questions]
        return np.array(modes or [""])[self.asked]


def explode(queries: pa.Table, reader: Reader) -> Acts:
    """The acts of a batch, in the order of its lines."""
    statements, statement_codes = _coded(queries, "statement")
    objects, object_codes = _coded(queries, "object")
    read = [*(reader.read(s) for s in statements), NOTHING]
    texts = [*statements, ""]
    pairs = statement_codes * (len(objects) + 1) + object_codes
    distinct, pair_of_line = np.unique(pairs, return_inverse=True)
    skipped = _said_twice(queries, reader, objects, object_codes, statement_codes)
    questions: list[Asked] = []
    starts = np.zeros(len(distinct) + 1, np.int64)
    for i, pair in enumerate(distinct.tolist()):
        code, named = divmod(pair, len(objects) + 1)
        name = objects[named] if named < len(objects) else ""
        extra = reader.by_object(read[code], name)
        touches = [*read[code].touches, *([extra] if extra is not None else [])]
        questions += [Asked(texts[code], read[code], t) for t in touches]
        starts[i + 1] = len(questions)
    each = np.diff(starts)[pair_of_line]
    not_ours = int((each == 0).sum())
    said_twice = int((each[skipped] > 0).sum())
    each[skipped] = 0
    line = np.repeat(np.arange(queries.num_rows), each)
    within = np.arange(len(line)) - np.repeat(np.cumsum(each) - each, each)
    known = np.array([r.shape is not None and r.shape.understood for r in read])[statement_codes]
    return Acts(
        line,
        starts[:-1][pair_of_line][line] + within,
        questions,
        understood=int(known.sum()),
        not_understood=int((~known).sum()),
        not_ours=not_ours,
        said_twice=said_twice,
    )


def _coded(queries: pa.Table, name: str) -> tuple[list[str], Whole]:
    """The distinct texts of a column, and for each line the place of its own; one past the last for none."""
    coded = pc.dictionary_encode(_column(queries, name))
    texts = coded.dictionary.to_pylist()
    codes: Whole = coded.indices.fill_null(len(texts)).to_numpy().astype(np.int64)
    return texts, codes


def _column(queries: pa.Table, name: str) -> pa.Array:
    column = queries.column(name)
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)


def _said_twice(
    queries: pa.Table, reader: Reader, objects: list[str], object_codes: Whole, statement_codes: Whole
) -> Whole:
    """Lines that say again what another line of the same account and statement says.

    An audit log writes a join once per table, and ``COPY (SELECT …)`` once as SELECT with its rows and once as COPY.
    """
    if not queries.num_rows:
        return np.empty(0, np.int64)
    _, accounts = _coded(queries, "account")
    asked = accounts * (int(statement_codes.max()) + 1) + statement_codes
    ours = np.array([*(reader.is_ours(o) for o in objects), False])[object_codes]
    other = (object_codes < len(objects)) & ~ours
    selects, copies = (_says(queries, word) for word in ("SELECT", "COPY"))
    found: Whole = np.flatnonzero(
        (other & np.isin(asked, np.unique(asked[ours]))) | (copies & np.isin(asked, np.unique(asked[selects])))
    )
    return found


def _says(queries: pa.Table, command: str) -> npt.NDArray[np.bool_]:
    said = pc.equal(pc.utf8_upper(_column(queries, "command")), command).fill_null(False)
    mask: npt.NDArray[np.bool_] = said.to_numpy(zero_copy_only=False)
    return mask
