"""What marks say, in sentences: for the command line, and for the attribution room's waterfall."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from headwater.model.words import Text
from headwater.planting.marks.detecting import Answer, Suspect


@dataclass(frozen=True, slots=True)
class Statement:
    """One line of evidence: whose copy, how many bits, in which file, and its sentence."""

    recipient: str
    bits: float
    leak: str
    sentence: Text


def statements(answers: Iterable[Answer]) -> list[Statement]:
    """The evidence of every recipient who is named.

    Bits are log2 of an e-value, whose mean over whoever got no copy is 1. Those of several tables or exports rest on the same
    words: take the mean of the e-values, not their product. That a copy leaked is not yet that its recipient leaked it.
    """
    return [Statement(s.recipient, s.bits, a.leak, _named(a, s)) for a in answers for s in a.suspects]


def said(answer: Answer) -> Text:
    """What a leaked table says about one export, in one sentence."""
    if not answer.suspects:
        return _nobody(answer)
    en = "; ".join(_named(answer, each).en for each in answer.suspects)
    return Text(en, "；".join(_named(answer, each).zh for each in answer.suspects))


def _named(answer: Answer, suspect: Suspect) -> Text:
    chance = max(suspect.chance, 1e-30)
    text = Text(
        f"the marks of {answer.known:,} rows speak for the copy of {suspect.recipient}: {suspect.bits:.0f} bits, about "
        f"{suspect.share:.0%} of these rows came from it; by chance any copy would reach that in {chance:.0e} of cases",
        f"{answer.known:,}行的标记指向交给{suspect.recipient}的副本：{suspect.bits:.0f}比特，其中约{suspect.share:.0%}的行出自该副本；"
        f"任一副本偶然达到这一程度的概率不超过{chance:.0e}",
    )
    if suspect.order_bits < 1:
        return text
    return Text(
        f"{text.en} (their order adds {suspect.order_bits:.0f} bits)",
        f"{text.zh}（行的次序另有{suspect.order_bits:.0f}比特）",
    )


def _nobody(answer: Answer) -> Text:
    if not answer.marks:
        return Text(
            f"{answer.known:,} rows are of this export, but none of the columns that were marked is left",
            f"{answer.known:,}行属于该导出数据，但已无任何带标记的列",
        )
    if answer.erased > 0.9:
        return Text(
            f"{answer.known:,} rows are of this export, but their marks were wiped to one form or never were there: nobody is named",
            f"{answer.known:,}行属于该导出数据，但标记已被统一改写或从未存在：不指认任何人",
        )
    return Text(
        f"{answer.known:,} rows are of this export; no copy explains their {answer.marks:,} marks better than chance: nobody is named",
        f"{answer.known:,}行属于该导出数据；没有任何副本能比偶然更好地解释其{answer.marks:,}个标记：不指认任何人",
    )


def unknown(leak: str, rows: int) -> Text:
    """What is said of a table none of whose rows belongs to a marked export."""
    return Text(
        f"{leak}: none of the {rows:,} rows belongs to a marked export: nothing can be said",
        f"{leak}：{rows:,}行中没有一行属于带标记的导出数据：无法作出判断",
    )
