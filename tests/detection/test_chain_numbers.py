"""The numbers that a chain prints, recomputed from the rows by other means."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from tests.detection.conftest import Played
from tests.detection.scenarios import Scenario, load

from headwater.detection.profiles.chains import several

Play = Callable[[Scenario], Played]
SCENARIOS = [s for s in load("chain") if s.expect[0].fires]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=str)
def test_lists_days_and_those_of_others(scenario: Scenario, play: Play) -> None:
    played = play(scenario)
    files = pd.DataFrame(played.house.rows["files"])
    lists = files[files["path"].str.endswith(".xlsx") & files["action"].isin(["create", "copy"])]
    for finding in {f.title.en: f for several_found in played.found for f in several_found}.values():
        text = finding.statements[0].text.en
        hit = re.search(
            r"wrote (\d+) file\(s\) that can hold a list on (\d+) day\(s\); on (\d+) .* Of the (\d+) such files", text
        )
        assert hit, text
        cited = lists[lists["line"].isin({c.line for c in finding.evidence if c.source == "logs/endpoint.log"})]
        assert (len(cited), cited["day"].nunique()) == (int(hit[1]), int(hit[2]))
        assert len(set(finding.details["days"])) == int(hit[3])  # type: ignore[call-overload]
        account = f"u{finding.key[1:]}"
        assert int((lists["account"] != account).sum()) == int(hit[4])


def test_the_sum_of_unlike_chances_agrees_with_the_binomial_and_with_one_certain_day() -> None:
    assert several(np.array([0.3, 0.3])) == pytest.approx([0.49, 0.42, 0.09])
    assert several(np.array([1.0, 0.25])) == pytest.approx([0.0, 0.75, 0.25])
    assert several(np.array([])) == pytest.approx([1.0])
