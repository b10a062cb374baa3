"""The figures at the head of a report count each thing once."""

from __future__ import annotations

from headwater.casework.reports.overview import key_figures
from headwater.casework.reports.words import words

LEAK = {"leak": "leaks/a.csv", "rows": 100, "ours": 80, "unexplained": 20}
SEIZED = {"leak": "seized/E1", "rows": 500, "ours": 500, "unexplained": 0}


def shown(result: dict[str, object]) -> dict[str, tuple[str, str]]:
    return {figure.label: (figure.value, figure.remark) for figure in key_figures(result, words("en"))}


def test_rows_of_seized_files_are_counted_with_their_holders_alone() -> None:
    told = shown(
        {
            "attribution": [LEAK, SEIZED],
            "holdings": [
                {"role": "leak", "rows": 100},
                {"role": "seized", "rows": 300},
                {"role": "seized", "rows": 200},
            ],
        }
    )
    assert told["rows in leaked files"][0] == "100"
    assert told["leaked rows explained"] == ("60", "75 % of ours, by named accounts")
    assert told["rows found with holders"] == ("500", "2 holders")


def test_without_a_leaked_file_no_leaked_rows_are_told() -> None:
    assert "rows in leaked files" not in shown({"attribution": [SEIZED]})


def test_what_people_settled_is_counted_beside_what_stands() -> None:
    incidents = [{}, {"verdict": {"state": "explained"}}, {"verdict": {"state": "disputed"}}]
    told = shown({"incidents": incidents})
    assert told["incidents"] == ("2", "from 0 findings; 1 explained or refuted by people")
    assert shown({"incidents": [{}]})["incident"] == ("1", "from 0 findings")
