"""How an alert stands to what is ordinary is said of the same day, with no more than the figures tell."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.console.desk.made_desks import finding, made_desk

from headwater.console.triage.comparing import busiest, peers, rarest, rarity, usual
from headwater.console.words import words
from headwater.model.alert import Alert
from headwater.model.words import Text

SAY = words("en")
ACCOUNT = "U-0000000001"
ALERT = Alert(
    *("A-1", date(2026, 3, 9), None, date(2026, 3, 9), "day", Text("t", "t"), (ACCOUNT,), (), ("bulk-read",), 5.0),
    *(date(2026, 3, 3), date(2026, 3, 5), 40, (), (), ()),
)


def year(**more: Any) -> dict[str, Any]:
    """Of six days from the first of March, of which the second to the fifth are of the story."""
    told = {
        "account": ACCOUNT,
        "from": "2026-03-01",
        "read": [3, 900, 20, 70, 0, 5],
        "peers": [4.0, 1.0, 50.0, 6.0, None, 4.0],
        "usual": 4.0,
        "colleagues": 7,
        "incident": ["2026-03-02", "2026-03-03", "2026-03-04"],
    }
    return {"year": [{**told, **more}]}


def test_colleagues_are_compared_on_the_very_day_that_is_told() -> None:
    found = busiest(year(), ALERT)
    assert usual(SAY, found) == (
        f"On 2026-03-04, the busiest of these 2 days, account {ACCOUNT} read 70 records; the median of its other days with any "
        "reading is 4."
    )
    assert peers(SAY, found) == (
        "On that day those of its 7 colleagues of the same job who read anything read 6 records (median)."
    )


def test_one_day_and_one_colleague_are_said_as_one() -> None:
    found = busiest(year(incident=["2026-03-03"], colleagues=1), ALERT)
    assert "busiest" not in usual(SAY, found)
    assert peers(SAY, found) == "On that day its one colleague of the same job read 50 records."


def test_colleagues_who_read_nothing_that_day_are_not_unknown() -> None:
    found = busiest(year(read=[3, 900, 20, 10, 80, 5], incident=["2026-03-05"]), ALERT)
    assert peers(SAY, found) == "On that day none of its 7 colleagues of the same job read anything."


@pytest.mark.parametrize("more", [{"incident": ["2026-03-02"]}, {"account": "U-2"}, {"read": [None] * 6}])
def test_what_the_answer_does_not_hold_is_not_compared(more: dict[str, Any]) -> None:
    assert busiest(year(**more), ALERT) is None
    assert usual(SAY, None) == SAY("today.usual_unknown")
    assert "hold" in peers(SAY, None), "that the answer does not say it is no word on colleagues"
    assert peers(SAY, busiest(year(colleagues=0), ALERT)) == SAY("today.peers_unknown")


def test_an_account_without_other_days_has_no_usual() -> None:
    assert "nobody read over it" in usual(SAY, busiest(year(usual=None), ALERT))


def test_the_rarest_finding_is_one_of_the_days_of_the_alert(tmp_path: Path) -> None:
    """Of the same account and detector weeks later something far rarer was found: it says nothing of this alert."""
    told = {"detector": "bulk-read", "accounts": [ACCOUNT]}
    mine = {"from": "2026-03-05T22:00:00+08:00", "to": "2026-03-06T01:00:00+08:00", "p_value": 0.002}
    later = {"from": "2026-03-06T00:00:00+08:00", "to": "2026-03-06T01:00:00+08:00", "p_value": 1e-9}
    without = [finding(n, **told, id=f"n{n}", **{**mine, "p_value": None}) for n in range(60)]
    rows = [*without, finding(61, **told, id="mine", **mine), finding(62, **told, id="later", **later)]
    desk = made_desk(tmp_path / "desk", {"findings": rows})
    incident = {"findings": [row["id"] for row in rows]}
    assert rarest(desk, ALERT, incident) == 0.002
    assert rarest(desk, ALERT, {"findings": ["later"]}) is None
    assert rarest(desk, replace(ALERT, detectors=("outflow",)), incident) is None
    desk.close()


@pytest.mark.parametrize(
    ("chance", "said"),
    [
        (0.002, "about once in 500 times"),
        (1e-6, "about once in 1,000,000 times"),
        (9e-7, "less than once in 1,000,000"),
        (1e-300, "less"),
    ],
)
def test_nothing_is_said_to_be_rarer_than_one_in_a_million(chance: float, said: str) -> None:
    assert said in rarity(SAY, ALERT, chance)


@pytest.mark.parametrize(
    ("bits", "said"),
    [(5.0, "about 32 to 1 that it is more than"), (19.0, "about 520,000 to 1"), (40.0, "more than 1,000,000 to 1 that it is more"),
     (-2.0, "still about 4.0 to 1 that it is an ordinary day"), (-40.0, "still more than 1,000,000 to 1")],
)  # fmt: skip
def test_odds_have_two_digits_and_an_end(bits: float, said: str) -> None:
    assert said in rarity(SAY, replace(ALERT, bits=bits), None)
