"""Traces of making: whether a leaked file looks as if this account's statements had made it, in bits.

For each act of reading the probability of the file's traces, had that very act made it, is a product over its columns
(kept as shown; fewer of them; in another order; one missing), the order of its rows and their number. An account's
probability is the mean over its acts: the taker's by the leaked records that they gave, everybody else's by their rows.
Bits are the logarithm of the taker's over the mean of all other accounts, among whom one more is imagined that fits
perfectly (smoothing). The figures for what people do with a table are judgements, round on purpose, and fitted to
nothing. So the weight is small where few accounts are compared, nothing where others ask alike, and capped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from math import exp, lgamma

import numpy as np
import numpy.typing as npt
import pandas as pd

from headwater.attribution.asking import Asked, Shape, asked, hits
from headwater.attribution.leaked_file import Layouts, LeakedFile, Order, leaked_file
from headwater.detection.scene import Scene
from headwater.model.evidence import Citation, Statement
from headwater.model.words import Text

KIND = "making"
KEPT, FEWER, MOVED, ELSEWHERE = 0.5, 0.2, 0.3, 0.02
"""How likely a table keeps its columns as they were, some of them in their order, or has them in any order; and how likely
one of them was got elsewhere. Of k columns each order is one of k!: a list of two tells little."""
ORDERED, REORDERED = 0.5, 0.05
"""How likely rows stay in the order in which they came, and how likely they come to stand in one particular other order."""
ALL, CUT, ROUND = 0.3, 0.01, 0.1
"""How likely a file has every row that came, one particular smaller number, or one that is round."""
CAP, FLOOR = 6.0, -4.0
"""Bits for all traces together: they rest on one file, and on few habits of the house."""
OTHERS, COMMON = 5, 0.25
"""Fewer other accounts are no base rate; and when so large a share of them ask as well-fitting, it tells nothing."""
TOLD = 0.5
"""The share of the taker's leaked records whose acts must tell their columns."""
LINES = 10


@dataclass(frozen=True, slots=True)
class Making:
    """A leaked file, and how the house asks for the data set that it comes from."""

    file: LeakedFile
    asked: Asked
    key: str | None


class Makings:
    """Looks at leaked files; how the house asks for a data set is worked out once for all of them."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._asked: dict[str, Asked] = {}

    def of(self, rows: pd.DataFrame, dataset: str) -> Making | None:
        """The file of which these rows (of ``Matched.rows``) of one leak are ours; ``None`` where its layout is not known."""
        if not self._scene.has("document_columns"):
            return None
        file = leaked_file(self._scene.engine, rows, dataset, self._layouts)
        if file is None:
            return None
        if dataset not in self._asked:
            self._asked[dataset] = asked(self._scene, dataset)
        return Making(file, self._asked[dataset], self._key(dataset))

    @cached_property
    def _layouts(self) -> Layouts:
        return Layouts.of(self._scene.engine)

    def _key(self, dataset: str) -> str | None:
        settings, columns = self._scene.settings.dataset(dataset), self._layouts.columns
        first = next(iter(columns[columns["dataset"] == dataset]["column"]), None)
        key = settings.key if settings is not None and settings.key else first
        return str(key).lower() if key else None


def traces(
    scene: Scene, made: Making, account: str, starts: date, ends: date, leaked: npt.NDArray[np.int64]
) -> tuple[Statement, ...]:
    """What the making of the file says for or against an account that read ``leaked`` records between two days.

    One statement at most; none where the file bears no trace. Zero bits, and says why, where the logs do not tell.
    """
    if not is_telling(made.file):
        return ()
    return weighed(made, account, hits(scene, made.asked.dataset, account, starts, ends, leaked))


def weighed(made: Making, account: str, mine: pd.DataFrame) -> tuple[Statement, ...]:
    """As :func:`traces`, given the account's acts that read leaked records (of :func:`~headwater.attribution.asking.hits`)."""
    told = mine[mine["shape"].isin(made.asked.shapes)]
    if mine.empty or told["hits"].sum() < TOLD * mine["hits"].sum():
        return (Statement(_UNTOLD, 0.0, (), KIND),)
    others = _others(made, account)
    lines = _cited(told)
    if len(others) < OTHERS:
        return (Statement(_few(len(others)), 0.0, lines, KIND),)
    chance = _chances(told, made)
    own = float(np.average(chance, weights=told["hits"]))
    bits = float(np.log2(own / _mean_of(others)))
    best = int(chance.argmax())  # of equal ones the first, which gave most of the leaked records
    rivals = int((others["best"] >= chance[best]).sum())
    lacking = _lacking(made, account) if bits < 0 else ()
    if lacking:
        return (_against(made, lacking, max(bits, FLOOR), lines, others),)
    if rivals > COMMON * len(others):
        return (Statement(_common(rivals, len(others)), 0.0, lines, KIND),)
    fit = _fit(told.iloc[best], made)
    if bits <= 0 or not fit.any:
        return ()
    return (Statement(_for(fit, rivals, len(others)), min(bits, CAP), lines, KIND),)


def is_telling(file: LeakedFile) -> bool:
    """Whether a file bears any trace that a statement could account for."""
    return len(file.listed) > 1 or bool(file.orders) or (file.whole and file.rows > 1)


def columns_fit(listed: Sequence[str], shape: Shape) -> str:
    """How a file's columns stand to those of a shape: same, part (fewer, in its order), mixed, lacking."""
    if not set(listed) <= set(shape.columns):
        return "lacking"
    if tuple(listed) == shape.columns:
        return "same"
    places = [shape.columns.index(c) for c in listed]
    return "part" if places == sorted(places) else "mixed"


def columns_chance(listed: Sequence[str], fit: str) -> float:
    """How likely a file has these very columns in this very order, had a shape made it that they stand to in this way."""
    moved = MOVED * exp(-lgamma(len(listed) + 1))
    if fit == "same":
        return KEPT + moved
    if fit == "part":
        return FEWER + moved
    return max(moved, ELSEWHERE) if fit == "mixed" else ELSEWHERE


def order_fits(made: Making, shape: Shape) -> bool:
    """Whether the rows stand in the order that a shape asks for; our key's is that of our table."""
    if shape.order is None:
        return False
    alike = {shape.order}
    if shape.order.column == made.key:
        alike.add(Order(None, shape.order.falling))
    return not alike.isdisjoint(made.file.orders)


def _chance(made: Making, shape: Shape | None, rows: int) -> float:
    """The probability of the file's traces had an act of this shape with so many rows made it.

    An act that does not tell its columns may have shown these as well as others: it counts as one that showed more, in
    the order of our table.
    """
    file = made.file
    fit = columns_fit(file.listed, shape) if shape is not None else "part"
    chance = columns_chance(file.listed, fit) if file.listed else 1.0
    if file.orders:
        fits = order_fits(made, shape) if shape is not None else Order(None) in file.orders
        chance *= ORDERED if fits else REORDERED
    if file.whole:
        chance *= ALL if rows == file.rows else _cut(file.rows)
    return chance


def _cut(rows: int) -> float:
    return ROUND if rows % 100 == 0 else CUT


def _perfect(file: LeakedFile) -> float:
    columns = columns_chance(file.listed, "same") if file.listed else 1.0
    return columns * (ORDERED if file.orders else 1.0) * (ALL if file.whole else 1.0)


def _chances(acts: pd.DataFrame, made: Making) -> npt.NDArray[np.float64]:
    """The probability of the traces for each act, worked out once per shape and number of rows."""
    pairs = acts[["shape", "rows"]].drop_duplicates()
    known = made.asked.shapes
    told = [_chance(made, known.get(s), int(r)) for s, r in zip(pairs["shape"], pairs["rows"], strict=True)]
    joined = acts[["shape", "rows"]].merge(pairs.assign(chance=told), "left", on=["shape", "rows"])
    return np.asarray(joined["chance"], float)


def _others(made: Making, account: str) -> pd.DataFrame:
    """For every other account the mean and the best probability of the traces over its acts that tell, or draw lists."""
    acts = made.asked.acts
    told = acts["shape"].isin(made.asked.shapes)
    acts = acts[(acts["account"] != account) & (told | acts["list"])]
    acts = acts.assign(chance=_chances(acts, made), weight=acts["acts"] * acts["rows"].clip(lower=1))
    acts = acts.assign(share=acts["chance"] * acts["weight"], best=acts["chance"].where(told.reindex(acts.index)))
    by = acts.groupby("account", sort=True).agg(share=("share", "sum"), weight=("weight", "sum"), best=("best", "max"))
    return by.assign(mean=by["share"] / by["weight"], best=by["best"].fillna(0.0), perfect=_perfect(made.file))


def _mean_of(others: pd.DataFrame) -> float:
    """The mean over the other accounts and one more that fits perfectly."""
    return float((others["mean"].sum() + others["perfect"].iloc[0]) / (len(others) + 1))


def _lacking(made: Making, account: str) -> tuple[str, ...]:
    """Columns of ours that the file surely holds and no act of the account ever showed, if all of its acts tell theirs."""
    acts = made.asked.acts
    sent = acts[acts["account"] == account]["shape"].unique()
    if not set(sent) <= set(made.asked.shapes):
        return ()
    shown = {c for s in sent for c in made.asked.shapes[s].columns}
    return tuple(c for c in made.file.listed if c in made.file.proved and c not in shown)


def _cited(told: pd.DataFrame) -> tuple[Citation, ...]:
    rows = told.drop_duplicates(["source", "line"]).head(LINES)
    return tuple(sorted(Citation(str(r.source), int(r.line)) for r in rows.itertuples(index=False)))


@dataclass(frozen=True, slots=True)
class _Fit:
    """What of the file agrees with the act that fits it best."""

    columns: str
    listed: tuple[str, ...]
    ordered: bool
    rows: int | None
    line: Citation

    @property
    def any(self) -> bool:
        return self.columns in ("same", "part") or self.ordered or self.rows is not None


def _fit(act: pd.Series, made: Making) -> _Fit:
    file = made.file
    shape = made.asked.shapes[str(act["shape"])]
    ordered = bool(file.orders) and order_fits(made, shape)
    rows = file.rows if file.whole and int(act["rows"]) == file.rows else None
    columns = columns_fit(file.listed, shape) if len(file.listed) > 1 else "none"
    return _Fit(columns, file.listed, ordered, rows, Citation(str(act["source"]), int(act["line"])))


def _for(fit: _Fit, rivals: int, others: int) -> Text:
    names = ", ".join(fit.listed)
    en = {"same": f"its columns ({names}) are those that the act showed, in its order",
          "part": f"its columns ({names}) are among those that the act showed, in its order"}  # fmt: skip
    zh = {
        "same": f"其列（{names}）与该操作所示的列及次序相同",
        "part": f"其列（{names}）在该操作所示的列之中，次序相同",
    }
    said = [(en[fit.columns], zh[fit.columns])] if fit.columns in en else []
    if fit.ordered:
        said.append(("its rows stand in the order in which the act gave them", "各行次序与该操作给出的次序相同"))
    if fit.rows is not None:
        said.append(
            (f"it has exactly the {fit.rows:,} rows that the act returned", f"行数正是该操作返回的 {fit.rows:,} 行")
        )
    place = f"{fit.line.source}:{fit.line.line}"
    return Text(
        f"The file looks as if an act of this account ({place}) had made it: {'; '.join(e for e, _z in said)}. "
        f"Of {others} other accounts whose acts are known, {rivals} ever asked in a way that fits as well.",
        f"该文件看似由此账号的操作（{place}）制成：{'；'.join(z for _e, z in said)}。"
        f"其他 {others} 个操作已知的账号中，有 {rivals} 个曾以同样吻合的方式查询。",
    )


def _against(
    made: Making, lacking: tuple[str, ...], bits: float, lines: tuple[Citation, ...], others: pd.DataFrame
) -> Statement:
    names = ", ".join(lacking)
    text = Text(
        f"The file holds {names} of our own people, which nothing that this account ever read showed "
        f"(all its acts tell their columns); acts of {len(others)} other accounts are what it is held against.",
        f"该文件含有本机构人员的 {names}，而此账号的任何读取均未显示过这些列（其全部操作可知所示列）；"
        f"对照为其他 {len(others)} 个账号的操作。",
    )
    return Statement(text, bits, lines, KIND)


_UNTOLD = Text(
    "The logs do not tell which columns this account's readings showed: how the file was made says nothing for or against it.",
    "日志未记录此账号的读取显示了哪些列：文件的制作方式对其既不利也不有利。",
)


def _few(others: int) -> Text:
    return Text(
        f"Only {others} other account(s) asked in ways that are known: how the file was made says nothing for or against this one.",
        f"仅有其他 {others} 个账号的查询方式可知：文件的制作方式对此账号既不利也不有利。",
    )


def _common(rivals: int, others: int) -> Text:
    return Text(
        f"The file could be made by what this account asked, and as well by what {rivals} of {others} other accounts asked: "
        "how it was made tells nobody apart.",
        f"此账号的查询可以制成该文件，但其他 {others} 个账号中有 {rivals} 个的查询同样可以：制作方式无法区分任何人。",
    )
