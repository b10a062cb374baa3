"""Every document of a rule file is a rule, or is set aside with file, line and reason; none breaks the reading."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headwater.detection.sigma.plan import builtin, plan, planned
from headwater.detection.sigma.reading import read
from headwater.detection.sigma.rules import Rule
from headwater.detection.sigma.usable import Plan
from headwater.model.exhibit import Rejected
from headwater.model.settings import RuleFile, SigmaSettings

GOOD = "title: A\nname: a\nlogsource: {category: proxy}\ndetection: {s: {cs-host: x}, condition: s}\n"
PROXY = "title: A\nlogsource: {category: proxy}\n"


def of(text: str) -> Plan:
    return planned((RuleFile("r.yml", text),))


def reasons(text: str) -> list[tuple[int, str]]:
    return [(a.line, a.reason) for a in of(text).aside]


def correlation(told: str, rules: str = "[a]") -> str:
    return f"{GOOD}---\ntitle: C\ncorrelation: {{rules: {rules}, timespan: 5m, {told}}}\n"


def test_a_rule_is_read_with_what_it_says_of_itself() -> None:
    text = f"---\n# a comment\n{GOOD}level: high\ntags: [attack.t1567.002, attack.exfiltration]\nfalsepositives: [None, A]\n"
    (rule,) = of(text).rules
    head = rule.rule.head
    assert (head.place, head.id, head.title, head.level) == ("r.yml:3", "a", "A", "high")
    assert (head.techniques, head.harmless) == (("T1567.002",), ("A",))
    assert [s.table for s in rule.sources] == ["web"]


def test_a_wrong_rule_does_not_take_the_others_with_it() -> None:
    made = of(f"{GOOD}---\ntitle: B\n---\n- a list\n---\n{GOOD.replace('name: a', 'name: c')}")
    assert [r.rule.head.name for r in made.rules] == ["a", "c"]
    assert [a.line for a in made.aside] == [6, 8]


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("title: [}", 1, "not YAML"),
        ("a: &x 1\nb: *x\n", 1, "line 2: aliases"),
        ("[" * 31, 1, "nested more than 30 levels"),
        (f"{GOOD}title: twice\n", 1, "Duplicate key 'title'"),
        ("title: A\n", 1, "log source"),
        (f"{PROXY}detection: {{s: {{cs-host: x}}, condition: t}}", 1, "not defined"),
        (f"{PROXY}detection: {{s: {{cs-host: x}}, condition: s and 1 of t_*}}", 1, "a detection that is not there"),
        (f"{PROXY}detection: {{s: {{cs-host|wrong: x}}, condition: s}}", 1, "Unknown modifier"),
        (f"{PROXY}detection: {{s: {{cs-user-agent: x}}, condition: s}}", 1, "field 'cs-user-agent' is not kept"),
        (f"{PROXY}detection: {{s: {{cs-host|gt: 3}}, condition: s}}", 1, "is a text"),
        (f"{PROXY}detection: {{s: {{cs-host|expand: '%list%'}}, condition: s}}", 1, "placeholder %list%"),
        (f"{PROXY}detection: {{s: {{cs-host|re: 'a(?=b)'}}, condition: s}}", 1, "not taken by RE2"),
        (f"{PROXY}detection: {{s: {{cs-host|re: '('}}, condition: s}}", 1, "Regular expression"),
        (f"{PROXY}detection: {{s: {{cs-host|re: '{'x' * 2001}'}}, condition: s}}", 1, "more than 2000 characters"),
        (f"{PROXY}detection: {{k: [word], condition: k}}", 1, "keywords need the raw line"),
        (f'{PROXY}detection: {{s: {{cs-host: "a\\0b"}}, condition: s}}', 1, "the character NUL"),
        (f"{PROXY}detection: {{s: {{cs-bytes: many}}, condition: s}}", 1, ""),
        (f"{PROXY}detection: {{s: {{day|hour: 3}}, condition: s}}", 1, "of the field 'time'"),
        (GOOD.replace("proxy", "dns"), 1, "log source not in the lake: category dns"),
        (GOOD.replace("{category: proxy}", "{product: windows}"), 1, "not in the lake: product windows"),
        (GOOD + "status: deprecated\n", 1, "status is deprecated"),
        (GOOD + "taxonomy: other\n", 1, "taxonomy 'other'"),
        ("action: global\n" + GOOD, 1, "not read by this version"),
        (
            "title: A\nlogsource: {product: windows, service: security}\n"
            "detection: {s: {EventID: [4624, 4720]}, condition: s}",
            1,
            "can be told from the lake for 4624",
        ),
        (f"{PROXY}detection: {{s: {{cs-host|windash: ' -a -b -c -d'}}, condition: s}}", 1, "more than three dashes"),
        (f"{PROXY}detection: {{aaa: {{cs-host: x}}, condition: 1 of a*a*a*}}", 1, "more than two stars"),
        (f"{PROXY}detection: {{s: {{cs-host: x}}, condition: {'(' * 40}s{')' * 40}}}", 1, "parentheses"),
        (f"{GOOD}---\n{GOOD}", 6, "has the id or name of the rule at r.yml:1"),
        (correlation("type: event_count, condition: {lt: 3}"), 6, "nearly every quiet hour"),
        (correlation("type: event_count, condition: {gte: 0}"), 6, "always reached"),
        (correlation("type: event_count"), 6, "without condition"),
        (correlation("type: value_sum, condition: {gte: 3, field: cs-bytes}"), 6, "not supported"),
        (correlation("type: event_count, condition: {gte: 3}", "[b]"), 6, "its rule 'b' is not there"),
        (correlation("type: temporal, condition: {gte: 3}"), 6, "needs 3 of its 1 rules"),
        (correlation("type: event_count, condition: {gte: 3}, group-by: [cs-cookie]"), 6, "'cs-cookie' is not kept"),
        (correlation("type: temporal_ordered, condition: a"), 6, "the order would be open"),
        (correlation("type: event_count, condition: {gte: 3}").replace("5m", "900d"), 6, "more than a year"),
        (correlation("type: event_count, condition: {gte: 3}").replace("5m", "x"), 6, "Timespan"),
        ("correlation: 5\ntitle: C\n", 1, ""),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_said_with_its_line(text: str, line: int, why: str) -> None:
    told = reasons(text)
    assert len(told) == 1, told
    assert told[0][0] == line
    assert why in told[0][1], told
    assert len(told[0][1]) <= 400
    assert "\n" not in told[0][1]


def test_a_rule_that_is_set_aside_takes_its_correlation_with_it() -> None:
    text = correlation("type: event_count, condition: {gte: 3}").replace("cs-host", "cs-cookie")
    assert [line for line, _why in reasons(text)] == [1, 6]
    assert "its rule 'a' is set aside" in reasons(text)[1][1]


def test_rules_of_a_correlation_are_told_themselves_only_when_it_says_so() -> None:
    silent, told = (of(correlation(f"type: event_count, condition: {{gte: 3}}, {g}")) for g in ("", "generate: true"))
    assert (len(silent.rules), len(silent.correlations)) == (0, 1)
    assert (len(told.rules), len(told.correlations)) == (1, 1)


def test_own_rules_can_all_be_used_and_are_off_unless_named() -> None:
    assert plan(SigmaSettings()) == Plan()
    made = plan(SigmaSettings(builtin=True))
    assert made.aside == ()
    assert len(made.rules) + len(made.correlations) == len(list(builtin())) == 6
    heads = [u.rule.head for u in (*made.rules, *made.correlations)]
    assert all(h.techniques and h.harmless and h.level in ("low", "medium", "high") for h in heads)
    assert len({h.id for h in heads}) == len(heads)


PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no fault
PIECES = st.sampled_from(
    ["title", "detection", "condition", "logsource", "correlation", "rules", "type", "category", "proxy", "cs-host|re", "a",
     "1 of *", "not", "timespan", "5m", "group-by", "event_count", "level", "tags", "(", "\0", "2026-01-01"]
)  # fmt: skip
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | PIECES | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(PIECES, inner, max_size=4),
    max_leaves=12,
)


@PATIENT
@given(st.dictionaries(PIECES, VALUES, max_size=6))
def test_no_document_breaks_the_reading(told: dict[str, object]) -> None:
    import yaml

    for each in read("r.yml", yaml.safe_dump(told)):
        assert isinstance(each, Rule | Rejected) or each.head.source == "r.yml"
    of(yaml.safe_dump(told))


@PATIENT
@given(st.text(max_size=60))
def test_no_text_breaks_the_reading(text: str) -> None:
    of(text)
