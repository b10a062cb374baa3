"""Bills that do not add up: a count, a sum or a balance that their own rows do not give."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from headwater.model.words import Text
from headwater.store.engine import Engine

SHOWN = 3
"""So many places of one bill are told with their line, the first ones; the others are counted."""

_WHAT = {
    "rows": Text("rows", "笔数"),
    "balance": Text("balance", "余额"),
    "income": Text("income", "收入合计"),
    "outgo": Text("outgo", "支出合计"),
    "refund": Text("refunds", "退款合计"),
}


def doubted(engine: Engine) -> Iterator[Text]:
    """What the lake holds of bills that do not add up, bill by bill."""
    if engine.holds("bill_doubts"):
        columns = ["source", "line", "what", "stated", "found"]
        yield from doubts_said(engine.arrow(engine.table("bill_doubts").select(columns)).to_pandas())


def doubts_said(rows: pd.DataFrame) -> Iterator[Text]:
    """A sentence for each bill (``source``, ``line``, ``what``, ``stated``, ``found``), by its name."""
    several = rows.sort_values(["source", "line", "what", "stated", "found"])
    for source, group in several.groupby("source", sort=True):
        places = [
            _place(*row) for row in group[["line", "what", "stated", "found"]].head(SHOWN).itertuples(index=False)
        ]
        more = len(group) - len(places)
        yield Text(
            f"{source} does not add up ({'; '.join(p.en for p in places)}{f'; {more:,} more' if more else ''}): it was edited, "
            "or is not whole. Do not lean on its sums.",
            f"{source} 数额不符（{'；'.join(p.zh for p in places)}{f'；另有 {more:,} 处' if more else ''}）："
            "可能被改动或不完整，不宜以其合计为据。",
        )


def _place(line: int, what: str, stated: float, found: float) -> Text:
    name, figures = (
        _WHAT.get(what, Text(what, what)),
        [f"{value:,.2f}".removesuffix(".00") for value in (stated, found)],
    )
    return Text(
        f"line {line}: {name.en} {figures[0]}, by its rows {figures[1]}",
        f"第 {line} 行：{name.zh} {figures[0]}，按行为 {figures[1]}",
    )
