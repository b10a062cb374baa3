"""What so many records share that it leads to none of them: the number of a hotline, a dummy that was typed in.

A value of twenty thousand records in twenty thousand rows would make four hundred million pairs, and tell nothing of any.
Such rows are looked at by whatever else they show; where that tells nothing, they are some record of the crowd: perhaps ours.
"""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import pyarrow as pa
from ibis import _

from headwater.store.engine import Engine

ROW = ("place", "line")
MOST = 200
"""A number, part or pair of two things that more records share than this leads to no candidates by itself."""
NUMBER = ("as_kind", "token")
MET = pa.schema(
    [
        ("place", pa.int32()),
        ("line", pa.int64()),
        ("dataset", pa.int32()),
        ("ordinal", pa.int64()),
        ("shared", pa.int64()),
    ]
)
"""A row, and a crowd that it met."""


def crowds(values: ibis.Table, by: Sequence[str]) -> ibis.Table:
    """The values of records that too many share: ``shared``, how many, and ``ordinal``, the first of them.

    ``values`` has a ``dataset``, an ``ordinal`` and the columns that make a value.
    """
    counted = values.group_by(["dataset", *by]).agg(shared=_.ordinal.nunique(), ordinal=_.ordinal.min())
    return counted.filter(_.shared > MOST)


def apart(values: ibis.Table, crowded: ibis.Table, by: Sequence[str]) -> ibis.Table:
    """The values of records that are not shared by a crowd."""
    return values.anti_join(crowded, ["dataset", *by])


def meeting(engine: Engine, rows: ibis.Table, crowded: ibis.Table, by: Sequence[str]) -> pa.Table:
    """Rows that show such a value, with the smallest crowd that shares it: ``dataset``, its first ``ordinal``, ``shared``."""
    if not engine.arrow(crowded.limit(1)).num_rows:
        return MET.empty_table()
    met = rows.join(crowded, list(by)).group_by([*ROW, "dataset", "ordinal"]).agg(shared=_.shared.min())
    return engine.arrow(met.select(*MET.names)).cast(MET)


def smallest(met: Sequence[pa.Table]) -> pa.Table:
    """Of all crowds that a row met, the smallest."""
    frame = pa.concat_tables(met).to_pandas().sort_values([*ROW, "shared", "dataset", "ordinal"], ignore_index=True)
    return pa.Table.from_pandas(frame.drop_duplicates([*ROW], ignore_index=True), MET, False)
