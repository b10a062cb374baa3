"""What can be said of how a leaked file was made, whoever made it: columns, forms, order, blocks, runs, numbers of rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

import numpy as np
import numpy.typing as npt

from headwater.attribution.accused import Accused
from headwater.attribution.asking import first_line
from headwater.attribution.leaked_file import FEWEST, LeakedFile
from headwater.attribution.making import Making, columns_fit, traces
from headwater.detection.scene import Scene
from headwater.model.evidence import Statement
from headwater.model.words import Text

SPREADSHEET = {65_536: "XLS", 1_048_576: "XLSX"}
"""Rows that a sheet can have, the header among them."""
LIKE, LONGEST = 2, 200
"""So many shapes are shown at most, each so long."""
COUNTED = 1000
"""A number of rows that this divides was counted out, or cut."""
FORMED = 0.9


class Made:
    """How one leak was made: a witness for or against each account, and what is said of it without accusing anybody."""

    def __init__(self, scene: Scene, made: Making | None, leaked: npt.NDArray[np.int64]) -> None:
        self._scene, self._made, self._leaked = scene, made, leaked
        self._said: dict[tuple[str, date, date], tuple[Statement, ...]] = {}

    @property
    def notes(self) -> tuple[Text, ...]:
        """What can be said of the file; nothing where its layout is not known."""
        return notes(self._scene, self._made) if self._made is not None else ()

    def witness(self, accused: Accused) -> tuple[Statement, ...]:
        """What the making of the file says of an account whose reading explains the leak."""
        if self._made is None:
            return ()
        asked = accused.account, accused.starts, accused.ends
        if asked not in self._said:
            self._said[asked] = traces(self._scene, self._made, *asked, self._leaked)
        return self._said[asked]


def notes(scene: Scene, made: Making) -> tuple[Text, ...]:
    """What the making of a file tells, without accusing anybody."""
    file = made.file
    return (
        *_order(file),
        *_blocks(file),
        *_runs(file),
        *_rows(made),
        *_forms(file),
        *_repeated(file),
        *_like(scene, made),
    )


def _order(file: LeakedFile) -> Iterator[Text]:
    for order in file.orders[:2]:
        en, zh = ("falling ", "降序") if order.falling else ("", "升序")
        by, nach = (
            (f"{order.column}", f"列 {order.column} ")
            if order.column
            else ("our own table (its key)", "本机构表（主键）")
        )
        yield Text(f"The rows stand in the {en}order of {by}.", f"各行按{nach}{zh}排列。")
    if file.tau:
        yield Text(
            f"The rows stand mostly in the order of our own table (Kendall's tau {file.tau:+.2f}).",
            f"各行大致按本机构表的次序排列（Kendall tau {file.tau:+.2f}）。",
        )


def _blocks(file: LeakedFile) -> Iterator[Text]:
    if not file.blocks:
        return
    size, times = Counter(file.blocks).most_common(1)[0]
    even, gleich = "", ""
    if times > 1 and times >= 0.5 * len(file.blocks):
        even, gleich = f", {times} of them of exactly {size:,} rows", f"，其中 {times} 段恰为 {size:,} 行"
    yield Text(
        f"Our rows stand in {len(file.blocks)} blocks, each in the order of our own table{even}: several lists, or pages, "
        "were put one below the other.",
        f"本机构的行分为 {len(file.blocks)} 段，每段按本机构表的次序排列{gleich}：系由多份名单或多页拼接而成。",
    )


def _runs(file: LeakedFile) -> Iterator[Text]:
    sizes, gaps = file.runs.sizes, file.runs.gaps
    if not sizes:
        return
    yield Text(
        f"Our {file.records:,} records are {len(sizes)} unbroken run(s) of our table.",
        f"其中 {file.records:,} 条本机构记录是本机构表中 {len(sizes)} 段连续的记录。",
    )
    missing = [
        g for g, before, after in zip(gaps, sizes, sizes[1:], strict=False) if g >= FEWEST and g in (before, after)
    ]
    if missing:
        yield Text(
            f"Between two runs exactly {missing[0]:,} records are missing, as many as a run has: a page was left out.",
            f"两段之间恰好缺少 {missing[0]:,} 条记录，与一段的长度相同：漏掉了一页。",
        )


def _rows(made: Making) -> Iterator[Text]:
    file = made.file
    for limit, name in SPREADSHEET.items():
        if file.rows in (limit, limit - 1):
            yield Text(
                f"It has {file.rows:,} rows, as many as a sheet of {name} holds: it was cut off there.",
                f"共 {file.rows:,} 行，正是 {name} 工作表的上限：数据在此被截断。",
            )
    acts = made.asked.acts
    limited = [name for name, shape in made.asked.shapes.items() if shape.limited]
    cut = acts[acts["shape"].isin(limited) & (acts["rows"] == file.rows)]
    if file.rows >= FEWEST and len(cut):
        yield Text(
            f"Rows number exactly {file.rows:,}, which is what statements with a LIMIT returned here.",
            f"行数恰为 {file.rows:,}，正是此处带 LIMIT 的语句返回的行数。",
        )
    elif file.rows >= COUNTED and file.rows % COUNTED == 0:
        yield Text(
            f"It has exactly {file.rows:,} rows: they were counted out, or cut at a limit.",
            f"恰好 {file.rows:,} 行：系数出的份数，或在某个上限处截断。",
        )


def _forms(file: LeakedFile) -> Iterator[Text]:
    written = [c for c in file.columns if c.form and c.form.strip("0A") and c.share >= FORMED]
    told = [(c.name or f"#{c.place}", c.form) for c in written]
    if told:
        said = ", ".join(f"{name} {form}" for name, form in told)
        yield Text(
            f"Written alike throughout (0 a digit, A a letter): {said}.", f"写法一致（0 为数字，A 为字母）：{said}。"
        )


def _repeated(file: LeakedFile) -> Iterator[Text]:
    twice = file.ours - file.records
    if twice:
        yield Text(
            f"{twice:,} of our rows repeat a record that stands in the file already: lists that overlap were joined.",
            f"有 {twice:,} 行重复了文件中已有的记录：由重叠的名单合并而成。",
        )


def _like(scene: Scene, made: Making) -> Iterator[Text]:
    """The statements of the house whose columns these are, and how many accounts sent any such."""
    listed = made.file.listed
    if len(listed) < 2:
        return
    fits = {name: columns_fit(listed, shape) for name, shape in made.asked.shapes.items()}
    best = next((f for f in ("same", "part") if f in fits.values()), None)
    acts = made.asked.acts
    acts = acts[acts["shape"].isin([n for n, f in fits.items() if f == best])]
    if best is None or acts.empty:
        return
    common = acts.groupby("shape")["acts"].sum().sort_index().sort_values(ascending=False, kind="stable").index[:LIKE]
    en, zh = (
        ("the same, in the same order, as", "相同")
        if best == "same"
        else ("some, in the same order, of", "其中一部分、次序相同")
    )
    said = "; ".join(_sample(scene, made, str(name)) for name in common)
    accounts = acts["account"].nunique()
    yield Text(
        f"Its columns ({', '.join(listed)}) are {en} those of acts that {accounts} account(s) made, such as {said}.",
        f"其列（{', '.join(listed)}）与 {accounts} 个账号的下列操作所示的列{zh}：{said}。",
    )


def _sample(scene: Scene, made: Making, shape: str) -> str:
    line = first_line(scene, made.asked.dataset, shape)
    text = made.asked.samples.get(shape) or shape.removeprefix("@")
    cut = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
    return f"“{cut}” ({line.source}:{line.line})" if line is not None else f"“{cut}”"
