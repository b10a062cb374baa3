"""Alerts of one story are folded into one, whoever connects them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from headwater.console.triage.raised import kept, stories
from headwater.model.alert import Alert
from headwater.model.words import Text

DAY = date(2026, 3, 2)


def alert(name: str, bits: float, *about: str) -> Alert:
    return Alert(
        name, DAY, DAY, DAY, "day", Text("t", "t"), (), (), ("bulk-read",), bits, DAY, DAY, 1, (), (), tuple(about)
    )


def told(*several: Alert, judged: str = "") -> list[tuple[str, list[str]]]:
    return [(s.head.id, [a.id for a in s.folded]) for s in stories(several, lambda a: a.id not in judged)]


def test_alerts_with_nobody_in_common_are_stories_of_their_own() -> None:
    assert told(alert("A", 1, "account:a"), alert("B", 2, "account:b")) == [("A", []), ("B", [])]


def test_the_heaviest_heads_its_story_and_the_order_is_that_of_the_first() -> None:
    found = told(alert("A", 1, "account:a"), alert("B", 5, "person:p"), alert("C", 3, "account:a", "person:q"))
    assert found == [("C", ["A"]), ("B", [])]


def test_a_late_alert_joins_two_stories_into_one() -> None:
    found = told(
        alert("A", 1, "account:a"),
        alert("B", 2, "account:b"),
        alert("C", 0, "account:b", "account:a"),
        alert("D", 9, "x"),
    )
    assert found == [("B", ["A", "C"]), ("D", [])]


def test_what_waits_heads_its_story_however_light() -> None:
    """A verdict is on one alert: the others of its story are not judged by it."""
    several = (alert("A", 1, "account:a"), alert("B", 5, "account:a"), alert("C", 3, "account:a"))
    assert told(*several, judged="B") == [("C", ["B", "A"])]
    assert told(*several, judged="ABC") == [("B", ["C", "A"])]


def test_thousands_of_alerts_are_folded_at_once() -> None:
    several = [alert(f"A{n}", n, f"account:{n}", f"account:{n + 1}") for n in range(5000)]
    assert len(stories(several, lambda _alert: True)) == 1


def test_a_case_that_was_never_watched_has_no_alerts(tmp_path: Path) -> None:
    assert kept(tmp_path) is None
