"""What would change a grade: how many items more or fewer, what gains, which fact."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import ceil, floor

from headwater.law.facts import Facts, Known
from headwater.law.grade import Grade, Weighed, limit, weigh
from headwater.law.rule_set import GROUPS, Rule, RuleSet
from headwater.law.side import Side
from headwater.law.sums import figure
from headwater.model.words import Text

NEXT = {Grade.NONE: Grade.SERIOUS, Grade.SERIOUS: Grade.ESPECIALLY}
BELOW = {Grade.SERIOUS: Grade.NONE, Grade.ESPECIALLY: Grade.SERIOUS}


def turning_points(facts: Facts, low: Side, high: Side, rules: RuleSet, brief: bool = False) -> Iterator[Text]:
    """The sentences that say what would move the low count's grade down, the high count's up, or either whatever.

    ``brief`` leaves out the last kind, which is the same for everybody.
    """
    if low.profit is None:
        yield from _fewer(low, rules)
    if high.profit is None:
        yield from _more(high.figures, high.grade, rules)
    if low.profit is None and high.profit is None and facts.sold is None:
        yield from _other_role(facts, low, high, rules)
    if not brief:
        yield from _whatever(low.grade, rules)


def _by_figures_alone(side: Side) -> bool:
    """Whether the grade falls where the figures do: no circumstance carries it."""
    return side.figures.grade is side.grade and not any(
        isinstance(c, Rule) and c.role in ("trigger", "grave") for c in side.cited
    )


def _more(high: Weighed, now: Grade, rules: RuleSet) -> Iterator[Text]:
    grade = NEXT.get(now)
    if grade is None:
        return
    missing = limit(rules.only("ratio"), grade).of(high.insider) - high.ratio
    needed = [(g, ceil(missing * rules.items(g).serious.any)) for g in GROUPS]
    gains = limit(rules.only("gains"), grade).of(high.insider)
    yield Text(
        en=f"The high count would be {grade.text.en} with "
        + ", or ".join(f"{figure(n)} more of {g}" for g, n in needed)
        + f", or with gains of {figure(gains)} {rules.currency}.",
        zh=f"高计再增加 {'，或 '.join(f'{g} {figure(n)} 条' for g, n in needed)}，"
        f"或违法所得达 {figure(gains)} 元，即为{grade.text.zh}。",
    )


def _fewer(side: Side, rules: RuleSet) -> Iterator[Text]:
    grade, low = BELOW.get(side.grade), side.figures
    if grade is None or not _by_figures_alone(side):
        return
    bar = limit(rules.only("ratio"), low.grade).of(low.insider)
    counted, earned = low.ratio >= bar, any(t.kind == "gains" for t in low.met)
    if counted:
        yield from _struck(low, bar, grade, rules)
    if earned:
        yield _gains_carry(low, counted)


def _struck(low: Weighed, bar: Fraction, grade: Grade, rules: RuleSet) -> Iterator[Text]:
    surplus = low.ratio - bar
    enough = [(g, floor(surplus * rules.items(g).serious.any) + 1) for g in GROUPS]
    possible = [(g, n) for g, n in enough if n <= low.reading.of(g)]
    if not possible:
        yield Text(
            en=f"No single group, struck out whole, would bring the low count’s sum down to {grade.text.en}.",
            zh=f"即使剔除任何一类的全部条数，低计合计也不降至{grade.text.zh}。",
        )
        return
    yield Text(
        en=f"The low count’s sum would be {grade.text.en} if "
        + ", or ".join(f"{figure(n)} of {g}" for g, n in possible)
        + " proved untrue, duplicate or nobody’s.",
        zh=f"如 {'，或 '.join(f'{g} {figure(n)} 条' for g, n in possible)}"
        f"经查不真实、重复或者无法识别个人，低计合计降为{grade.text.zh}。",
    )


def _gains_carry(low: Weighed, counted: bool) -> Text:
    gains = figure(low.reading.gains)
    if counted:
        return Text(
            en=f"Without the count, gains of {gains} alone would still give the low grade.",
            zh=f"即使不计条数，仅凭违法所得 {gains} 元亦达低计档次。",
        )
    return Text(
        en=f"The low grade rests on the gains of {gains} alone.",
        zh=f"低计档次仅以违法所得 {gains} 元为据。",
    )


def _other_role(facts: Facts, low: Side, high: Side, rules: RuleSet) -> Iterator[Text]:
    insider = low.figures.insider
    if not insider and (facts.get("in_service") is Known.NO or facts.get("sold") is Known.NO):
        return
    other_low = _either(weigh(low.figures.reading, not insider, rules).grade, low)
    other_high = _either(weigh(high.figures.reading, not insider, rules).grade, high)
    if (other_low, other_high) == (low.grade, high.grade):
        return
    en, zh = _span(other_low, other_high)
    if insider:
        yield Text(
            en=f"If only collecting is proved, and no selling or providing, the full figures apply: {en}.",
            zh=f"如仅证明非法获取而未证明出售、提供，适用全额标准：{zh}。",
        )
    else:
        yield Text(
            en=f"If it was obtained in duty or service and then sold or provided, half the figures apply: {en}.",
            zh=f"如系在履行职责或者提供服务过程中获得后出售、提供，适用减半标准：{zh}。",
        )


def _either(figures: Grade, side: Side) -> Grade:
    """What the other figures give, unless a circumstance gives more whatever they say."""
    return side.grade if not _by_figures_alone(side) and side.grade.rank > figures.rank else figures


def _span(low: Grade, high: Grade) -> tuple[str, str]:
    if low is high:
        return low.text.en, low.text.zh
    return f"{low.text.en} (low) to {high.text.en} (high)", f"低计{low.text.zh}，高计{high.text.zh}"


def _whatever(grade: Grade, rules: RuleSet) -> Iterator[Text]:
    """The circumstances that count nothing: named, because no count can show that they are absent."""
    if grade is Grade.NONE:
        yield _listed(Text(en="Serious whatever the count", zh="不论条数即属情节严重"), rules, "trigger")
    if grade is not Grade.ESPECIALLY:
        yield _listed(Text(en="Especially serious whatever the count", zh="不论条数即属情节特别严重"), rules, "grave")
    for rule in rules.ruled("buyer"):
        yield rule.says


def _listed(head: Text, rules: RuleSet, role: str) -> Text:
    ruled = rules.ruled(role)
    return Text(
        en=f"{head.en}: {'; '.join(r.says.en for r in ruled)}.",
        zh=f"{head.zh}：{'；'.join(r.says.zh for r in ruled)}。",
    )
