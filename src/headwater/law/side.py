"""One count of one suspect under the rule set: its grade, and every entry that the grade rests on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from headwater.law.articles import place
from headwater.law.counts import Reading
from headwater.law.facts import Facts
from headwater.law.grade import Grade, Weighed, weigh
from headwater.law.rule_set import Measure, Rule, RuleSet, Threshold
from headwater.law.worlds import World

Entry = Threshold | Rule | Measure


@dataclass(frozen=True, slots=True)
class Side:
    """A count, weighed in one world.

    ``figures`` is what the numbers alone give; ``grade`` is that, or what a circumstance makes of it. ``cited`` are the
    entries that the grade rests on, in the order of the law; ``profit`` is set where the measure for buyers was used.
    """

    world: World
    figures: Weighed
    grade: Grade
    cited: tuple[Entry, ...]
    profit: Fraction | None = None
    beside: Weighed | None = None

    @property
    def articles(self) -> tuple[str, ...]:
        """The articles that the grade rests on, each once, in the language of the law."""
        return tuple(dict.fromkeys(c.basis.article.zh for c in self.cited if not _reads(c)))


def _reads(entry: Entry) -> bool:
    """An entry that is a way of reading other articles adds none of its own."""
    return isinstance(entry, Rule) and entry.role in ("combined", "buyer-mixed")


def weighed_in(world: World, facts: Facts, high: bool, rules: RuleSet) -> Side:
    """Weigh the low or the high count of somebody's facts in one world."""
    reading = _reading(facts, high, rules)
    buyer = world.has("lawful_business") and not world.has("sold")
    if not buyer:
        return _by_five(world, facts, reading, high, rules)
    six = _by_six(world, facts, reading, high, rules)
    if not (reading.n3 or reading.n4):
        return six
    mixed = bool(reading.n5)
    five = _by_five(world, facts, reading if high else replace(reading, n5=0), high, rules)
    if mixed:
        five = replace(five, cited=ordered((*five.cited, *rules.ruled("buyer-mixed"))) if five.cited else ())
    return five if five.grade.rank >= six.grade.rank else six


def _reading(facts: Facts, high: bool, rules: RuleSet) -> Reading:
    """A count; the low one has no items where duplicates cannot be told apart: then the gains decide."""
    if high:
        return facts.counts.high()
    low = facts.counts.low()
    return replace(low, n3=0, n4=0, n5=0) if facts.get("no_deduplication") in ("yes", "disputed") else low


def _by_five(world: World, facts: Facts, reading: Reading, high: bool, rules: RuleSet) -> Side:
    """By the measure for everybody: figures, and circumstances that need none."""
    figures, beside = _figures(world, facts, reading, high, rules)
    circumstances = _circumstances(world, facts, high, rules)
    graver = max((_grade_of(r) for r in circumstances), key=lambda g: g.rank, default=Grade.NONE)
    grade = max(figures.grade, graver, key=lambda g: g.rank)
    cited: list[Entry] = []
    if grade is not Grade.NONE:
        cited += _cited(figures, rules) if figures.grade is grade else ()
        cited += [r for r in circumstances if _grade_of(r) is grade]
        cited += [r for r in rules.ruled("unit") if world.has(r.fact)]
    return Side(world, figures, grade, ordered(cited), beside=beside)


def _figures(
    world: World, facts: Facts, reading: Reading, high: bool, rules: RuleSet
) -> tuple[Weighed, Weighed | None]:
    """The graver of everything at the full figures and, of an insider, what he sold at the halves."""
    if not world.has("in_service", "sold"):
        return weigh(reading, False, rules), None
    if facts.sold is None:
        return weigh(reading, True, rules), None
    part = facts.sold.high() if high else facts.sold.low()
    if not (reading.n3 or reading.n4 or reading.n5):
        part = replace(part, n3=0, n4=0, n5=0)
    sold = weigh(replace(part, gains=reading.gains), True, rules)
    whole = weigh(reading, False, rules)
    return (sold, whole) if sold.grade.rank >= whole.grade.rank else (whole, sold)


def _by_six(world: World, facts: Facts, reading: Reading, high: bool, rules: RuleSet) -> Side:
    """By the measure for who buys for a lawful business: profit and circumstances, no count and no graver tier."""
    figures = weigh(replace(reading, n3=0, n4=0, n5=0, gains=Fraction(0)), False, rules)
    profit = Fraction(0) if facts.profit is None else facts.profit.high if high else facts.profit.low
    cited: list[Entry] = [m for r in rules.ruled("buyer") for m in rules.measured(r.id) if profit >= m.serious]
    if acted(facts, high):
        cited += [r for r in rules.ruled("buyer-trigger") if world.has(r.fact)]
    if cited:
        cited += [r for r in rules.ruled("unit") if world.has(r.fact)]
    return Side(world, figures, Grade.SERIOUS if cited else Grade.NONE, ordered(cited), profit)


def acted(facts: Facts, high: bool) -> bool:
    """Whether there is an act at all: a circumstance without one is none."""
    count = facts.counts.high() if high else facts.counts.low()
    return bool(count.n3 or count.n4 or count.n5 or count.gains)


def _circumstances(world: World, facts: Facts, high: bool, rules: RuleSet) -> tuple[Rule, ...]:
    """What makes an act grave whatever the count; nothing where there is no act, or none with items of the rule's group."""
    if not acted(facts, high):
        return ()
    count = facts.counts.high() if high else facts.counts.low()
    named = (r for role in ("trigger", "grave") for r in rules.ruled(role))
    return tuple(r for r in named if world.has(r.fact, *r.needs) and (not r.group or count.of(r.group)))


def _grade_of(rule: Rule) -> Grade:
    return Grade.ESPECIALLY if rule.role == "grave" else Grade.SERIOUS


def _cited(figures: Weighed, rules: RuleSet) -> Iterator[Entry]:
    """The thresholds that are met, and what widens or halves them."""
    yield from figures.met
    roles = {"insider"} if figures.insider else set()
    if figures.grade is Grade.ESPECIALLY:
        roles.add("tenfold")
    if figures.stretched:
        roles.add("combined")
    yield from (r for r in rules.rules if r.role in roles)


def ordered(cited: Iterable[Entry]) -> tuple[Entry, ...]:
    """Each entry once, in the order of the law; ways of reading come last."""
    return tuple(sorted(dict.fromkeys(cited), key=lambda e: (_reads(e), place(e.basis.article.zh))))
