"""From the facts of a suspect to a grade, low and high, with articles, arithmetic and what stays open.

It informs; it is no judgment.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from headwater.law.arguments import arguments, leniency
from headwater.law.counts import Counts
from headwater.law.facts import Facts, Known
from headwater.law.grade import Grade
from headwater.law.neighbours import Neighbour, neighbours
from headwater.law.questions import OpenQuestion, open_questions
from headwater.law.rule_set import Rule, RuleSet, Threshold
from headwater.law.side import Entry, Side, acted, ordered, weighed_in
from headwater.law.sums import arithmetic_of
from headwater.law.turning import turning_points
from headwater.law.worlds import worlds
from headwater.model.words import Text

GROSS = "gross_gains"


@dataclass(frozen=True, slots=True)
class Weighing:
    """A grade with everything that it rests on.

    ``low`` is the count in which every doubt is taken for the suspect, ``high`` the one in which none is. ``arithmetic``
    lets a reader redo the sum; ``changes`` says what would move the grade; ``open`` which facts are not known and what
    they would do; ``against`` what may be said against the grade; ``lenient`` whether Art 10 is ``met``, ``open`` or
    closed (``no``); ``fine`` its usual range; ``counting`` the rules by which items are counted; ``early`` whether acts began
    before the rule set was in force.
    """

    facts: Facts
    low: Side
    high: Side
    beside: tuple[Neighbour, ...]
    arithmetic: tuple[Text, ...]
    notes: tuple[Text, ...]
    changes: tuple[Text, ...]
    open: tuple[OpenQuestion, ...]
    against: tuple[Rule, ...]
    lenient: str
    fine: tuple[float, float] | None
    law: tuple[Rule, ...]
    counting: tuple[Text, ...]
    early: bool
    rule_set: str
    version: str
    digest: str

    @property
    def counts(self) -> Counts:
        """The items and gains that were weighed."""
        return self.facts.counts

    @property
    def grade_low(self) -> Grade:
        """What stands even where every doubt is taken for the suspect."""
        return self.low.grade

    @property
    def grade_high(self) -> Grade:
        """What may be argued at the most."""
        return self.high.grade

    @property
    def ratio_low(self) -> float:
        """The low count's proportional sum."""
        return float(self.low.figures.ratio)

    @property
    def ratio_high(self) -> float:
        """The high count's proportional sum."""
        return float(self.high.figures.ratio)

    @property
    def insider(self) -> bool:
        """Whether the low count is measured by the insider's half."""
        return self.low.figures.insider

    @property
    def cited(self) -> tuple[Entry, ...]:
        """Every entry that either grade rests on."""
        return ordered((*self.low.cited, *self.high.cited))

    @property
    def articles(self) -> tuple[str, ...]:
        """The articles that the grades rest on, in the language of the law."""
        return tuple(dict.fromkeys((*self.low.articles, *self.high.articles)))

    @property
    def verified(self) -> bool:
        """Whether every entry that the grades rest on may be relied on, and how items and gains were counted too."""
        if self.early:
            return False
        kinds = {c.kind for c in self.cited if isinstance(c, Threshold)}
        if (kinds - {"gains"} and self.facts.unverified) or ("gains" in kinds and gross(self.facts)):
            return False
        return all(c.basis.verified for c in self.cited)


def weigh_facts(facts: Facts, rules: RuleSet, brief: bool = False) -> Weighing:
    """Weigh the facts of one suspect by a rule set.

    ``brief`` leaves out what is told of thousands of people in one place only: open questions, and the circumstances that
    change a grade whatever the figures.

    Facts in dispute are settled for the suspect in the low grade and against him in the high one; what is not known is
    true in neither, and named as a question. Raises :class:`ValueError` where the low count outweighs the high one.
    """
    for counts in filter(None, (facts.counts, facts.sold)):
        if counts.low().ratio(rules) > counts.high().ratio(rules):
            raise ValueError("the low count outweighs the high count")
    low, high = sides(facts, rules)
    return Weighing(
        facts=facts,
        low=low,
        high=high,
        beside=neighbours(facts, rules),
        arithmetic=tuple(arithmetic_of(low, high, rules)),
        notes=tuple(_notes(facts, low, high, rules)),
        changes=tuple(turning_points(facts, low, high, rules, brief)),
        open=() if brief else tuple(open_questions(facts, low, high, rules, sides)),
        against=tuple(arguments(facts, low, high, rules)),
        lenient=leniency(facts, low, high),
        fine=_fine(facts, high),
        law=tuple(_law(facts, high, rules)),
        counting=tuple(said(r) for r in rules.ruled("counting")),
        early=facts.since is not None and facts.since < rules.in_force,
        rule_set=rules.id,
        version=rules.version,
        digest=rules.digest,
    )


def sides(facts: Facts, rules: RuleSet) -> tuple[Side, Side]:
    """The low and the high count: the mildest of all ways to settle what is in dispute, and the gravest."""
    ways = list(worlds(facts, rules))
    low = min((weighed_in(w, facts, False, rules) for w in ways), key=lambda s: (s.grade.rank, s.world.against))
    high = max((weighed_in(w, facts, True, rules) for w in ways), key=lambda s: (s.grade.rank, s.world.against))
    return low, high


def _notes(facts: Facts, low: Side, high: Side, rules: RuleSet) -> Iterator[Text]:
    if low.grade is not high.grade:
        yield Text(
            en="The two counts give different grades: what is struck out, which group an item falls into, and how what is "
            "in dispute is settled, decides.",
            zh="低计与高计档次不同：取决于剔除哪些条目、归入何类，以及争议事实如何认定。",
        )
    if facts.since is not None and facts.since < rules.in_force:
        yield Text(
            en=f"Acts began on {facts.since}, before these figures came into force on {rules.in_force}: what was done "
            "before that day must be weighed apart.",
            zh=f"行为始于 {facts.since}，早于现行标准施行之日（{rules.in_force}）：此前的行为应当另行衡量。",
        )
    if facts.unverified:
        names = ", ".join(facts.unverified)
        yield Text(
            en=f"The group of these categories is not confirmed: {names}.", zh=f"下列类别的归类尚未核实：{names}。"
        )
    if gross(facts) and any(isinstance(c, Threshold) and c.kind == "gains" for s in (low, high) for c in s.cited):
        yield from (said(r) for r in rules.ruled("counting") if r.fact == GROSS)
    used = {r.role for s in (low, high) for r in s.cited if isinstance(r, Rule)}
    for role in ("combined", "buyer-mixed"):
        if role in used:
            yield from (said(r) for r in rules.ruled(role))
    if any(s.figures.insider and s.grade is not Grade.NONE for s in (low, high)):
        yield from (said(r) for r in rules.ruled("insider-selling"))
    if any(s.profit is not None for s in (low, high)):
        yield from (said(r) for r in rules.ruled("buyer"))
    if low.grade is Grade.NONE and acted(facts, high=True):
        yield from (said(r) for r in rules.ruled("below"))
    for offence in (o.id for o in rules.offences if o.table in facts.beside):
        yield from (said(r) for r in rules.ruled("concurrence") if r.when == offence)


def gross(facts: Facts) -> bool:
    """Whether the gains are all income: that costs are not taken off is a reading that is not confirmed."""
    return facts.get(GROSS) in (Known.YES, Known.DISPUTED)


def _fine(facts: Facts, high: Side) -> tuple[float, float] | None:
    """One to five times the gains; nothing where there is no crime or there are no gains."""
    gains = facts.counts
    if high.grade is Grade.NONE or not gains.gains_high:
        return None
    return float(gains.low().gains), float(gains.high().gains * 5)


def _law(facts: Facts, high: Side, rules: RuleSet) -> Iterator[Rule]:
    """The paragraphs of the statute under which the act falls, at the most that may be argued."""
    if high.grade is Grade.NONE:
        return
    for rule in rules.rules:
        if rule.role == "offence" and (not rule.fact or high.world.has(rule.fact)):
            yield rule
        if rule.role in ("heavier", "unit-offence") and high.world.has(rule.fact, *rule.needs):
            yield rule


def said(rule: Rule) -> Text:
    """What a rule says, and that it is not verified where it is not."""
    if rule.basis.verified:
        return rule.says
    return Text(en=f"{rule.says.en} (Not verified.)", zh=f"{rule.says.zh}（尚未核实。）")
