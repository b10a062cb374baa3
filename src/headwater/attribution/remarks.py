"""What can be said of a leak beside its takers: its times, what nobody read, whose book it is, who was left out."""

from __future__ import annotations

from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from headwater.attribution.dating import Part, parts
from headwater.attribution.histories import Histories
from headwater.attribution.search import Chosen
from headwater.model.attribution import Leak
from headwater.model.words import Text

Ints = npt.NDArray[np.int64]
UNREAD = 0.1
"""From this share of a leak on, it is said that nobody is known to have read it."""


def too_few(count: int, outdated: int) -> Text:
    """There are too few records to lay the leak to anybody."""
    if outdated:
        return Text(
            f"Besides those only {count} of our records are in it: too few to lay it to anybody.",
            f"除此之外其中仅有 {count} 条本机构记录，不足以归责于任何人。",
        )
    return Text(
        f"Only {count} of our records are in it: too few to lay it to anybody.",
        f"其中仅有 {count} 条本机构记录，不足以归责于任何人。",
    )


def nobody(h: Histories, leaked: Ints) -> tuple[Text, ...]:
    """What can be said when nobody is named: perhaps whose book it is."""
    note = Text(
        "No account's reading explains these rows well enough: nobody here is named. They may have been taken "
        "below the log, before it begins, or elsewhere.",
        "没有任何账号的读取足以解释这些行：不指认任何人。数据可能在日志之外、日志开始之前或他处被取走。",
    )
    segment = h.segment[leaked]
    inside = np.bincount(segment, minlength=len(h.segments))
    size = np.bincount(h.segment, minlength=len(h.segments))
    top = int(np.argmax(inside))
    lift = (inside[top] / len(segment)) / max(size[top] / h.size, 1e-9)
    if inside[top] < 0.5 * len(segment) or lift < 2:
        return (note,)
    return (
        note,
        Text(
            f"{inside[top]:,} of {len(segment):,} records belong to one segment of the data set ({size[top]:,} "
            "records): everybody who works with it would look alike.",
            f"{len(segment):,} 条记录中有 {inside[top]:,} 条属于数据集的同一分段（共 {size[top]:,} 条）："
            "凡处理该分段者看起来都一样。",
        ),
    )


def planted_alone() -> Text:
    """Nobody's reading explains the leak; whoever is named is named by decoys or marks."""
    return Text(
        "No account's reading explains these rows beyond chance: whoever is named is named by what was planted alone.",
        "没有任何账号的读取能在偶然之外解释这些行：所指认者仅依据预先投放的诱饵或标记。",
    )


def cleared(account: str) -> Text:
    """An account that its reading alone would name, and that something else speaks for."""
    return Text(
        f"The reading of account {account} would explain rows, but with what speaks for it the odds are below ten to one: "
        "it is not named.",
        f"账号 {account} 的读取可解释部分行，但计入对其有利的情况后不足十比一：不予指认。",
    )


def outdated(count: int, first: date) -> tuple[Text, ...]:
    """Rows whose values had changed before the log begins: no reading in it can be where they come from."""
    if not count:
        return ()
    return (
        Text(
            f"{count:,} rows hold values that were out of date before {first}, when the readings begin that can be compared: "
            "they were taken earlier or come from elsewhere, and are laid to nobody.",
            f"有 {count:,} 行的内容在可比读取记录的起始日 {first} 之前即已过时：它们被取走得更早或另有来源，不归于任何人。",
        ),
    )


def times(rows: pd.DataFrame) -> tuple[Text, ...]:
    """Rows that cannot all have been taken at one time."""
    told = parts(rows)
    if not told:
        return ()
    en, zh = "; ".join(map(_when_en, told)), "；".join(map(_when_zh, told))
    return (Text(f"The rows are of more than one time: {en}.", f"各行不属于同一时间：{zh}。"),)


def unread(h: Histories, leaked: Ints) -> tuple[Text, ...]:
    """Records that no account read which the log knows: whoever took those did not take what is logged."""
    read = np.zeros(h.size, bool)
    read[h.record] = True
    count, usual = int((~read[leaked]).sum()), float((~read).mean())
    if count < UNREAD * max(len(leaked), 1):
        return ()
    besides = " but those that read (nearly) everything" if h.everything else ""
    besides_zh = "（读取几乎全部数据者除外）" if h.everything else ""
    return (
        Text(
            f"{count:,} of our {len(leaked):,} records in it were read by no account that the log knows{besides} "
            f"(of the whole data set {usual:.0%}): those came by a way that is not logged, or before the log begins.",
            f"其中 {len(leaked):,} 条本机构记录里有 {count:,} 条未被日志中的任何账号读取{besides_zh}"
            f"（整个数据集为 {usual:.0%}）：它们经由未记录的途径流出，或在日志开始之前流出。",
        ),
    )


def alike(h: Histories, by_book: bool) -> Text:
    """Of what records chance takes as likely as each other."""
    en = ["book" if by_book else "branch and product", "popularity"] + ["age"] * bool(len(h.age))
    zh = ["同客户归属" if by_book else "同机构、同产品", "同热度"] + ["同新旧"] * bool(len(h.age))
    return Text(f"{', '.join(en[:-1])} and {en[-1]}", "、".join(zh))


def how(c: Chosen) -> Text:
    """How an account came by the records that it is named for."""
    read = f"{len(c.records):,}"
    if not c.listed:
        return Text(f"read {read} records in that time", f"在该期间读取 {read} 条记录")
    lists = len({w.drawing for w in c.windows})
    return Text(f"drew {read} records in that time, as {lists} list(s)", f"在该期间以 {lists} 份清单取得 {read} 条记录")


def given(c: Chosen, coverage: float) -> Text:
    """What part of that is thought to have gone into the leak."""
    if c.listed:
        return Text(
            f"About {coverage:.0%} of these is thought to have gone into the leak.",
            f"估计其中约 {coverage:.0%} 进入泄露数据。",
        )
    return Text(
        f"About {coverage:.0%} of what it read then is thought to have gone into the leak.",
        f"估计其当时所读中约 {coverage:.0%} 进入泄露数据。",
    )


def also_of(part: Leak) -> Text:
    """Rows of a leak that are of another data set than most."""
    return Text(
        f"{part.ours:,} of the rows are of the data set {part.dataset}: they are held against its own readings.",
        f"其中 {part.ours:,} 行属于数据集 {part.dataset}：与该数据集自身的读取记录比对。",
    )


def everything(h: Histories) -> tuple[Text, ...]:
    """Accounts that were not compared, because they read (nearly) all."""
    if not h.everything:
        return ()
    names = ", ".join(h.everything)
    return (
        Text(
            f"Left out, because they read most of the data set and so explain any part of it: {names}.",
            f"以下账号读取了大部分数据，可解释任何部分，故不参与比较：{names}。",
        ),
    )


def stray(h: Histories) -> tuple[Text, ...]:
    """Readings that were left out, because their days lie far from the log's."""
    if not h.stray:
        return ()
    return (
        Text(
            f"{h.stray:,} readings bear days more than a year away from all others and were left out: a clock was wrong.",
            f"有 {h.stray:,} 次读取的日期与其余记录相差一年以上，未予采用：时钟有误。",
        ),
    )


def refused(accounts: int) -> tuple[Text, ...]:
    """Accounts whose reading explains rows beyond chance, and that are not named all the same."""
    if not accounts:
        return ()
    return (
        Text(
            f"The reading of {accounts} account(s) meets these rows more often than chance lets it, but no more than that of "
            "colleagues would, or lies in stretches that anybody may have read: not named.",
            f"有 {accounts} 个账号的读取与这些行的重合超出偶然，但不多于其同事可能出现的程度，"
            "或只是落在任何人都可能读到的连续区段：不予指认。",
        ),
    )


def _when_en(part: Part) -> str:
    since = f" not before {part.not_before}" if part.not_before else ""
    until = f" not after {part.not_after}" if part.not_after else ""
    return f"{part.rows:,} rows{since}{' and' if since and until else ''}{until}"


def _when_zh(part: Part) -> str:
    since = f"不早于 {part.not_before}" if part.not_before else ""
    until = f"不晚于 {part.not_after}" if part.not_after else ""
    return f"{part.rows:,} 行{since}{'且' if since and until else ''}{until}"
