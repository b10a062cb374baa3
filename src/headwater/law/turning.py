"""What would change a grade: how many items more or fewer, what gains, which fact."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import ceil, floor

from headwater.law.grade import Grade, Weighed, limit, weigh
from headwater.law.rule_set import GROUPS, RuleSet
from headwater.law.sums import figure
from headwater.model.words import Text

NEXT = {Grade.NONE: Grade.SERIOUS, Grade.SERIOUS: Grade.ESPECIALLY}
BELOW = {Grade.SERIOUS: Grade.NONE, Grade.ESPECIALLY: Grade.SERIOUS}


def turning_points(low: Weighed, high: Weighed, rules: RuleSet) -> Iterator[Text]:
    """The sentences that say what would move the low count's grade down, the high count's up, or either whatever."""
    yield from _fewer(low, rules)
    yield from _more(high, rules)
    yield from _other_role(low, high, rules)
    yield from _whatever(low.grade, rules)


def _more(high: Weighed, rules: RuleSet) -> Iterator[Text]:
    grade = NEXT.get(high.grade)
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


def _fewer(low: Weighed, rules: RuleSet) -> Iterator[Text]:
    grade = BELOW.get(low.grade)
    if grade is None:
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


def _other_role(low: Weighed, high: Weighed, rules: RuleSet) -> Iterator[Text]:
    other_low = weigh(low.reading, not low.insider, rules).grade
    other_high = weigh(high.reading, not high.insider, rules).grade
    if (other_low, other_high) == (low.grade, high.grade):
        return
    en, zh = _span(other_low, other_high)
    if low.insider:
        yield Text(
            en=f"If only collecting is proved, and no selling or providing, the full figures apply: {en}.",
            zh=f"如仅证明非法获取而未证明出售、提供，适用全额标准：{zh}。",
        )
    else:
        yield Text(
            en=f"If it was obtained in duty or service and then sold or provided, half the figures apply: {en}.",
            zh=f"如系在履行职责或者提供服务过程中获得后出售、提供，适用减半标准：{zh}。",
        )


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
