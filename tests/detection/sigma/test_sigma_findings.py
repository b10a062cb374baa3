"""From matches to findings: correlations over the lake, who is named, what is counted and cited."""

from __future__ import annotations

import random
import re
from datetime import timedelta
from pathlib import Path

import pytest
from tests.detection.lakes import House, moment, office, working_day
from tests.detection.sigma.rule_lakes import DAY, findings, scene_of

from headwater.casework.incidents import LEAST, incidents
from headwater.detection.detectors.sigma_rules import SHARES, SigmaRules
from headwater.detection.sigma import correlating
from headwater.model.attribution import Attribution
from headwater.model.evidence import Citation, Finding
from headwater.model.organisation import Organisation

POST = "title: Post\nname: post\nlogsource: {category: proxy}\ndetection: {s: {cs-method: POST}, condition: s}\n"
FILE = (
    "title: File\nname: file\nlogsource: {category: file_event}\ndetection: {s: {TargetFilename: '*'}, condition: s}\n"
)
SPAN = 600


def joined(kind: str, rules: str = "[post]", more: str = "", by: str = "[user]") -> str:
    grouped = f"group-by: {by}, " if by else ""
    return (
        f"{POST}---\n{FILE}---\ntitle: Joined\nname: joined\nlevel: critical\n"
        f"correlation: {{type: {kind}, rules: {rules}, {grouped}timespan: 10m{more and ', ' + more}}}\n"
    )


def events(rows: list[tuple[str, str, float, str]]) -> House:
    """Events of (account, post or file, minutes after nine, host)."""
    made = House()
    for account, kind, minutes, host in rows:
        when = moment(DAY, 9, minutes * 60)
        if kind == "post":
            made.event("web", when, account=account, ip="10.0.0.1", host=host, method="POST")
        else:
            made.event("files", when, account=account, device="PC-1", path=f"C:\\{host}", action="create")
    return made


def met(rows: list[tuple[str, str, float, str]], text: str, root: Path) -> dict[str, Finding]:
    with scene_of(events(rows), root / "w") as scene:
        return {"".join(f.accounts): f for f in findings(scene, text)}


def test_events_are_counted_within_the_span_and_no_further(tmp_path: Path) -> None:
    rows = [("a", "post", m, "x") for m in (0, 5, 10)] + [("b", "post", m, "x") for m in (0, 5, 10.1)]
    rows += [("c", "post", m, "x") for m in (0, 5)]
    found = met(rows, joined("event_count", more="condition: {gte: 3}"), tmp_path)
    assert set(found) == {"a"}
    text = found["a"].statements[0].text.en
    assert "matched 3 event(s) of account a on 1 day(s)" in text
    assert "up to 3 events within 10m, where 3 are asked for" in text
    assert len(found["a"].evidence) == 3


def test_a_window_may_lie_across_any_border_of_time(tmp_path: Path) -> None:
    for start in (0.0, 3.3, 9.99, 57.0):
        rows = [("a", "post", start + m, "x") for m in (0, 4, 9.9)]
        assert set(met(rows, joined("event_count", more="condition: {gte: 3}"), tmp_path / str(start))) == {"a"}


def test_different_values_are_counted_not_events(tmp_path: Path) -> None:
    rows = [("a", "post", m, f"h{m}") for m in (0, 1, 2)] + [("b", "post", m, "same") for m in (0, 1, 2)]
    found = met(rows, joined("value_count", more="condition: {gt: 2, field: cs-host}"), tmp_path)
    assert set(found) == {"a"}
    assert "up to 3 different values of cs-host within 10m, where 3 are asked for" in found["a"].statements[0].text.en


def test_just_so_many(tmp_path: Path) -> None:
    rows = [("a", "post", 0, "x")] + [("b", "post", m, "x") for m in (0, 1)]
    found = met(rows, joined("event_count", more="condition: {eq: 2}"), tmp_path)
    assert set(found) == {"b"}


def test_temporal_takes_any_order_and_temporal_ordered_only_its_own(tmp_path: Path) -> None:
    rows = [("a", "post", 0, "x"), ("a", "file", 5, "x"), ("b", "file", 0, "x"), ("b", "post", 5, "x")]
    rows += [("c", "post", 0, "x"), ("c", "file", 11, "x"), ("d", "post", 0, "x"), ("d", "file", 0, "x")]
    assert set(met(rows, joined("temporal", "[post, file]"), tmp_path / "1")) == {"a", "b", "d"}
    assert set(met(rows, joined("temporal_ordered", "[post, file]"), tmp_path / "2")) == {"a"}


def test_a_condition_over_rules(tmp_path: Path) -> None:
    rows = [("a", "post", 0, "x"), ("a", "file", 5, "x"), ("b", "post", 0, "x")]
    both = joined("temporal", "[post, file]", "condition: post and file")
    alone = joined("temporal", "[post, file]", "condition: post and not file")
    assert set(met(rows, both, tmp_path / "1")) == {"a"}
    assert met(rows, alone, tmp_path / "2")["b"].evidence == (Citation("logs/proxy.log", 3),)


def test_aliases_join_what_rules_call_otherwise(tmp_path: Path) -> None:
    rows = [("a", "post", 0, "x"), ("a", "file", 5, "x"), ("b", "post", 0, "x"), ("c", "file", 1, "x")]
    text = joined("temporal", "[post, file]", "aliases: {who: {post: cs-username, file: User}}", "[who]")
    assert set(met(rows, text, tmp_path)) == {"a"}


def test_without_a_group_the_house_is_one(tmp_path: Path) -> None:
    rows = [("a", "post", 0, "x"), ("b", "post", 1, "x"), ("c", "post", 30, "x")]
    assert set(met(rows, joined("event_count", more="condition: {gte: 2}", by=""), tmp_path)) == {"a", "b"}


def test_events_without_the_group_are_left_out(tmp_path: Path) -> None:
    made = House()
    for m in range(3):
        made.event("web", moment(DAY, 9, m), account=None, ip="10.0.0.1", host="x", method="POST")
    with scene_of(made, tmp_path / "w") as scene:
        assert findings(scene, joined("event_count", more="condition: {gte: 2}")) == []


def test_counts_agree_with_a_walk_over_every_window(tmp_path: Path) -> None:
    rng = random.Random(1501)
    rows = [(f"a{rng.randrange(6)}", "post", rng.randrange(0, 36000) / 60, f"h{rng.randrange(9)}") for _ in range(500)]
    for kind, needed, field in (("event_count", 8, ""), ("value_count", 5, ", field: cs-host")):
        told = met(rows, joined(kind, more=f"condition: {{gte: {needed}{field}}}"), tmp_path / kind)
        expected: dict[str, tuple[int, set[int]]] = {}
        for account in sorted({r[0] for r in rows}):
            own = sorted((r[2] * 60, n + 2, r[3]) for n, r in enumerate(rows) if r[0] == account)
            windows = [[e for e in own if at - SPAN <= e[0] <= at] for at, _line, _host in own]
            counts = [len(w) if not field else len({e[2] for e in w}) for w in windows]
            good = [(c, {e[1] for e in w}) for c, w in zip(counts, windows, strict=True) if c >= needed]
            if good:
                expected[account] = (max(c for c, _w in good), set().union(*(w for _c, w in good)))
        assert set(told) == set(expected)
        assert expected
        for account, (peak, lines) in expected.items():
            text = told[account].statements[0].text.en
            hit = re.search(r"matched ([\d,]+) event.*up to (\d+) ", text)
            assert hit and (int(hit[1]), int(hit[2])) == (len(lines), peak)
            assert {c.line for c in told[account].evidence} <= lines


def test_too_many_events_to_correlate_are_said_and_nobody_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(correlating, "MOST", 2)
    rows = [("a", "post", m, "x") for m in (0, 1, 2)]
    (found,) = met(rows, joined("event_count", more="condition: {gte: 3}"), tmp_path).values()
    assert (found.accounts, found.people, found.bits) == ((), (), 0)
    assert "too many to be correlated" in found.statements[0].text.en


def test_people_are_named_by_seat_and_account_and_not_where_they_differ(tmp_path: Path) -> None:
    made = office(staff=12, days=3)
    day = working_day(1)
    made.post("u03", day, 9_000, "E03", host="drop.example")  # own desk
    made.post("u04", day, 9_000, "E05", host="drop.example")  # at another's desk
    made.post(None, day, 9_000, "E06", host="drop.example")  # the log names no account
    made.post("u07", day, 9_000, "198.51.100.9", host="drop.example")  # outside
    made.add("accounts", account="batch", system="crm", owner="E08", kind="service")
    made.post("batch", day, 9_000, "198.51.100.8", host="drop.example")
    text = "title: Drop\nlogsource: {category: proxy}\ndetection: {s: {cs-host: drop.example}, condition: s}\n"
    with scene_of(made, tmp_path / "w") as scene:
        named = {
            f.key.split("/")[-2]: {p.employee: p.probability for p in f.people if p.probability > 0.5}
            for f in findings(scene, text)
        }
    assert named == {
        "u03": {"E03": 0.95},
        "u04": {},
        "PC-06": {"E06": 0.8},
        "u07": {"E07": 0.8},
        "batch": {},
    }


def test_rules_alone_never_make_an_incident(tmp_path: Path) -> None:
    """However many critical rules match, and however small the house."""
    rows = [("a", "post", m, "x") for m in range(9)]
    text = "---\n".join(
        f"title: R{i}\nlevel: critical\nlogsource: {{category: proxy}}\ndetection: {{s: {{cs-method: POST}}, condition: s}}\n"
        for i in range(5)
    )
    with scene_of(events(rows), tmp_path / "w") as scene:
        found = findings(scene, text)
        assert len(found) == 5
        assert incidents(found, Attribution(), Organisation()) == ()
    assert SigmaRules().most * max(SHARES.values()) - 1 < LEAST


def test_levels_weigh_in_their_order() -> None:
    levels = ["informational", "low", "medium", "high", "critical"]
    assert [SHARES[level] for level in levels] == sorted(SHARES.values())


def test_days_are_those_of_the_house_and_a_stretch_ends_with_a_fortnight(tmp_path: Path) -> None:
    made = House()
    for days in (0, 14, 29):
        made.event("web", moment(DAY + timedelta(days=days), 9), account="a", host="x", method="POST")
    with scene_of(made, tmp_path / "w") as scene:
        told = [(f.details["days"], f.bits) for f in findings(scene, POST + "level: low\n")]
    assert told == [(("2026-03-02", "2026-03-16"), 0.25), (("2026-03-31",), 0.25)]


def test_an_event_that_two_rules_match_counts_for_both(tmp_path: Path) -> None:
    sent = POST.replace("title: Post", "title: Sent").replace("name: post", "name: sent")
    twice = joined("temporal", "[post, sent]").replace(FILE, sent)
    found = met([("a", "post", 0, "x")], twice, tmp_path)
    assert "up to 2 of its rules" in found["a"].statements[0].text.en
