"""The arithmetic of a grade, written out so that a reader can redo it."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from headwater.law.grade import Grade, Weighed, limit
from headwater.law.rule_set import GROUPS, Measure, Rule, RuleSet, Threshold
from headwater.law.side import Side
from headwater.model.words import Text

LOW = Text(en="Low count", zh="低计")
HIGH = Text(en="High count", zh="高计")
BOTH = Text(en="Count", zh="计数")
HALF = Text(en=", the insider’s half", zh="，适用内部人员减半标准")


def figure(value: Fraction | int) -> str:
    """A number with thousands separated and at most four decimals, cut off rather than rounded up to a limit.

    >>> figure(Fraction(12345)), figure(Fraction(99999, 100000)), figure(Fraction(1, 4))
    ('12,345', '0.9999', '0.25')
    """
    whole, rest = divmod(int(Fraction(value) * 10_000), 10_000)
    decimals = f"{rest:04d}".rstrip("0")
    return f"{whole:,}.{decimals}" if decimals else f"{whole:,}"


def arithmetic_of(low: Side, high: Side, rules: RuleSet) -> Iterator[Text]:
    """The sentences that lead from both counts to their grades; once where the two are the same."""
    if (low.figures, low.beside, low.profit, low.cited) == (high.figures, high.beside, high.profit, high.cited):
        yield from _side(low, rules, BOTH)
        return
    yield from _side(low, rules, LOW)
    yield from _side(high, rules, HIGH)


def _side(side: Side, rules: RuleSet, label: Text) -> Iterator[Text]:
    if side.profit is not None:
        bars = [m for r in rules.ruled("buyer") for m in rules.measured(r.id)]
        yield from (_profit(bar, side.profit, label) for bar in bars)
    else:
        yield from arithmetic(side.figures, rules, label)
        if side.beside is not None:
            yield from arithmetic(side.beside, rules, _apart(label, side.beside.insider))
    for rule in (c for c in side.cited if isinstance(c, Rule) and c.role in ("trigger", "grave", "buyer-trigger")):
        grade = Grade.ESPECIALLY if rule.role == "grave" else Grade.SERIOUS
        yield Text(
            en=f"{label.en}: {rule.says.en}: {grade.text.en} whatever the count.",
            zh=f"{label.zh}：{rule.says.zh}，不论条数即属{grade.text.zh}。",
        )


def _apart(label: Text, sold: bool) -> Text:
    if sold:
        return Text(en=f"{label.en}, of what was sold", zh=f"{label.zh}，其中出售、提供的部分")
    return Text(en=f"{label.en}, of everything", zh=f"{label.zh}，全部")


def _profit(bar: Measure, value: Fraction, label: Text) -> Text:
    reached = value >= bar.serious
    grade = Grade.SERIOUS if reached else Grade.NONE
    told = f"{figure(value)} {'≥' if reached else '<'} {figure(bar.serious)}"
    return Text(
        en=f"{label.en}, profit of who bought for a lawful business: {told}: {grade.text.en}.",
        zh=f"{label.zh}，为合法经营活动购买者的获利：{told}，{grade.text.zh}。",
    )


def arithmetic(weighed: Weighed, rules: RuleSet, label: Text) -> Iterator[Text]:
    """The sentences that lead from a count to its grade."""
    yield _sum(weighed, rules, label)
    yield _judged(rules.only("ratio"), weighed.ratio, weighed.insider, label)
    if weighed.reading.gains:
        yield _judged(rules.only("gains"), weighed.reading.gains, weighed.insider, label)


def _sum(weighed: Weighed, rules: RuleSet, label: Text) -> Text:
    shares = [(g, weighed.reading.of(g), rules.items(g).serious.any) for g in GROUPS]
    terms = " + ".join(f"{g} {figure(number)} ÷ {figure(bar)}" for g, number, bar in shares)
    values = " + ".join(figure(number / bar) for _, number, bar in shares)
    line = f"{terms} = {values} = {figure(weighed.ratio)}"
    return Text(en=f"{label.en}: {line}.", zh=f"{label.zh}：{line}。")


def _judged(threshold: Threshold, value: Fraction, insider: bool, label: Text) -> Text:
    serious, especially = threshold.serious.of(insider), threshold.especially.of(insider)
    grade = _reached(threshold, value, insider)
    said = _comparison(value, serious, especially)
    what = Text(en="gains", zh="违法所得") if threshold.kind == "gains" else Text(en="sum", zh="合计")
    return Text(
        en=f"{label.en}, {what.en}: {said}: {grade.text.en} (serious from {figure(serious)}, "
        f"especially serious from {figure(especially)}{HALF.en if insider else ''}).",
        zh=f"{label.zh}，{what.zh}：{said}，{grade.text.zh}（情节严重起点 {figure(serious)}，"
        f"情节特别严重起点 {figure(especially)}{HALF.zh if insider else ''}）。",
    )


def _reached(threshold: Threshold, value: Fraction, insider: bool) -> Grade:
    for grade in (Grade.ESPECIALLY, Grade.SERIOUS):
        if value >= limit(threshold, grade).of(insider):
            return grade
    return Grade.NONE


def _comparison(value: Fraction, serious: Fraction, especially: Fraction) -> str:
    if value >= especially:
        return f"{figure(value)} ≥ {figure(especially)}"
    if value >= serious:
        return f"{figure(serious)} ≤ {figure(value)} < {figure(especially)}"
    return f"{figure(value)} < {figure(serious)}"
