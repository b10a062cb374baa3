"""Running a suite: what is kept, what is done again, and what fails."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from headwater.evaluation.merging import read_table
from headwater.trials import steps
from headwater.trials.running import run_suite
from headwater.trials.shelf import METHODS, Ended, Shelf
from headwater.trials.suite import Suite, suite
from headwater.trials.summary import summarise

pytestmark = pytest.mark.slow
TINY = {
    "minutes": 5,
    "defaults": {
        "staff": 20,
        "clients": 200,
        "days": 8,
        "cuts": [5, 8],
        "leaks": [{"form": "nobody-book", "rows": 60}],
    },
    "trials": [
        {"world": "bank", "seeds": [1], "crimes": [{"kind": "bulk", "strength": "strong"}]},
        {
            "name": "nobody",
            "world": "insurer",
            "seeds": [2],
            "crimes": [],
            "cuts": [8],
            "evenings": 6,
            "logs": "parquet",
        },
        {"name": "impossible", "world": "insurer", "seeds": [3], "staff": 2},
    ],
}


@pytest.fixture(scope="module")
def tiny() -> Suite:
    return suite(TINY, "tiny", "tiny.toml")


@pytest.fixture(scope="module")
def ran(tiny: Suite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    """The suite, run once. A test that changes what is kept puts it right again."""
    shelf = Shelf(tmp_path_factory.mktemp("suite"))
    run_suite(tiny, shelf)
    yield shelf


def run_again(tiny: Suite, shelf: Shelf) -> list[str]:
    """The trials that are run now."""
    told: list[Ended] = []
    run_suite(tiny, shelf, watch=lambda ended, done, of: told.append(ended))
    return [ended.trial for ended in told]


def test_every_method_has_a_score_for_every_trial_that_can_be_run(tiny: Suite, ran: Shelf) -> None:
    assert sorted(f.name for f in (ran.root / "scores").iterdir()) == sorted(
        f"{trial}--{method}.json" for trial in ("bank-1", "nobody-2") for method in METHODS
    )
    scores = ran.scores(tiny)
    assert {(s.world, s.method) for s in scores} == {(w, m) for w in ("bank", "insurer") for m in METHODS}
    assert {s.world: s.crimes for s in scores} == {"bank": 1, "insurer": 0}
    assert {s.days for s in scores} == {8}
    assert not (ran.root / "work" / "bank-1").exists()


def test_every_evening_that_is_asked_has_an_answer_of_its_own(tiny: Suite, ran: Shelf) -> None:
    trial = next(t for t in tiny.trials if t.id == "nobody-2")
    kept = sorted(f.name for f in ran.answers(trial).glob("headwater-day-*.json"))
    assert kept == [f"headwater-day-000{day}.json" for day in (6, 7, 8)]
    last_cut = json.loads((ran.answers(trial) / kept[-1]).read_text("utf-8"))
    assert set(last_cut) > {"schema", "case", "findings", "incidents"}  # the program's own answer, not a bare one
    early = json.loads((ran.answers(trial) / kept[0]).read_text("utf-8"))
    assert set(early) == {"schema", "case", "findings", "incidents"}
    truth = json.loads((ran.answers(trial) / "truth.json").read_text("utf-8"))
    last = (date.fromisoformat(truth["house"]["from"][:10]) + timedelta(days=5)).isoformat()
    assert all(f["to"][:10] <= last for f in early["findings"])


def test_evenings_are_those_between_the_cuts(tiny: Suite) -> None:
    trial = replace(tiny.trials[0], days=20, cuts=(7, 14, 20), evenings=6)
    assert steps.evenings(trial) == (6, 8, 9, 10, 11, 12, 13, 15, 16, 17, 18, 19)
    assert steps.evenings(replace(trial, every=5)) == (6, 11, 16)
    assert steps.evenings(replace(trial, evenings=20)) == ()
    assert steps.evenings(replace(trial, evenings=None)) == ()


def test_days_are_counted_from_the_first_of_the_house() -> None:
    truth = {"house": {"from": "2026-03-02", "timezone": "Asia/Shanghai"}}
    assert steps.evening(truth, 1).isoformat() == "2026-03-02T23:59:59+08:00"
    assert steps.evening(truth, 15).date() == date(2026, 3, 16)


def test_a_trial_that_fails_is_on_record_with_its_stage_and_its_reason(tiny: Suite, ran: Shelf) -> None:
    (failed,) = ran.failures(tiny)
    assert (failed.trial, failed.stage) == ("impossible-3", "making day 5")
    assert "staff" in failed.error
    assert "ended with 1" in failed.error
    assert not ran.done(tiny.trials[2])


def test_what_is_done_is_not_done_again_and_what_failed_is(tiny: Suite, ran: Shelf) -> None:
    before = {f.name: f.stat().st_mtime_ns for f in (ran.root / "scores").iterdir()}
    assert run_again(tiny, ran) == ["impossible-3"]
    assert {f.name: f.stat().st_mtime_ns for f in (ran.root / "scores").iterdir()} == before


def test_only_a_trial_without_all_its_scores_is_run_again_and_comes_to_the_same(tiny: Suite, ran: Shelf) -> None:
    lost = ran.score_file(tiny.trials[1], "guilt")
    before = {f.name: f.read_bytes() for f in (ran.root / "scores").iterdir()}
    lost.unlink()
    assert sorted(run_again(tiny, ran)) == ["impossible-3", "nobody-2"]
    assert {f.name: f.read_bytes() for f in (ran.root / "scores").iterdir()} == before


def test_a_score_of_another_program_is_stale_and_so_is_half_a_record(tiny: Suite, ran: Shelf) -> None:
    record = ran.root / "trials" / "bank-1.json"
    whole = record.read_text("utf-8")
    record.write_text(json.dumps(json.loads(whole) | {"digest": "of another program"}), "utf-8")
    assert not ran.done(tiny.trials[0])
    record.write_text(whole[: len(whole) // 2], "utf-8")
    assert not ran.done(tiny.trials[0])
    record.write_text(whole, "utf-8")
    assert ran.done(tiny.trials[0])


def test_the_summary_has_a_table_and_a_page(tiny: Suite, ran: Shelf) -> None:
    table = summarise(tiny, ran)
    assert {row.method: (row.worlds, row.free) for row in table.methods} == dict.fromkeys(METHODS, (2, 1))
    assert table.even
    assert read_table(ran.root / "scores.json").as_json() == table.as_json()
    assert "<html" in (ran.root / "page.html").read_text("utf-8")


def test_a_trial_that_takes_too_long_is_ended(tiny: Suite, tmp_path: Path) -> None:
    hurried = Suite("hurried", "", tiny.trials[:1], minutes=0.0)
    shelf = Shelf(tmp_path)
    run_suite(hurried, shelf)
    (failed,) = shelf.failures(hurried)
    assert "took too long" in failed.error
