"""What is kept of trials: one score a method, one record a trial. Nothing is ever half written.

``scores/TRIAL--METHOD.json`` are the scores, ``trials/TRIAL.json`` says how the trial ended and for which program its
scores are valid; it is written last. ``answers/TRIAL/`` holds what was scored, ``work/TRIAL/`` what is in the making.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from headwater.baselines.run import METHODS as BASELINES
from headwater.evaluation.scoring import Score, read_score, write_score
from headwater.trials.digest import digest
from headwater.trials.suite import Suite, Trial

OWN = "headwater"
METHODS = (OWN, *BASELINES)


@dataclass(frozen=True, slots=True)
class Ended:
    """How a trial ended: ``error`` is empty when all went well, else what the stage that failed said last."""

    trial: str
    digest: str
    stage: str = ""
    error: str = ""
    seconds: float = 0.0
    cpu: float = 0.0
    events: int = 0
    peak_mb: float = 0.0

    @property
    def failed(self) -> bool:
        """Whether it came to nothing."""
        return bool(self.stage)


class Shelf:
    """The folder of a suite's run."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for name in ("scores", "trials"):
            (root / name).mkdir(parents=True, exist_ok=True)

    def work(self, trial: Trial) -> Path:
        """Where a trial is in the making."""
        return self.root / "work" / trial.id

    def answers(self, trial: Trial) -> Path:
        """Where the answers that were scored are kept, and the truth."""
        return self.root / "answers" / trial.id

    def score_file(self, trial: Trial, method: str) -> Path:
        """Where a score is kept."""
        return self.root / "scores" / f"{trial.id}--{method}.json"

    def ended(self, trial: Trial) -> Ended | None:
        """How the trial ended with this program, or ``None`` when it has to be run."""
        try:
            found = Ended(**json.loads(self._record(trial).read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            return None
        whole = found.failed or all(self.score_file(trial, m).exists() for m in METHODS)
        return found if found.digest == digest(trial) and whole else None

    def done(self, trial: Trial) -> bool:
        """Whether the trial has all its scores, of this program; one that failed is tried again."""
        found = self.ended(trial)
        return found is not None and not found.failed

    def begin(self, trial: Trial) -> Path:
        """Forget what was known of a trial, and give an empty folder to make it in."""
        self._record(trial).unlink(missing_ok=True)
        for method in METHODS:
            self.score_file(trial, method).unlink(missing_ok=True)
        shutil.rmtree(self.answers(trial), ignore_errors=True)
        shutil.rmtree(self.work(trial), ignore_errors=True)
        self.work(trial).mkdir(parents=True)
        return self.work(trial)

    def keep(self, trial: Trial, score: Score) -> None:
        """Keep a score."""
        file = self.score_file(trial, score.method)
        aside = file.with_name(f".{file.name}.new")
        write_score(score, aside)
        aside.replace(file)

    def close(self, trial: Trial, ended: Ended) -> None:
        """Say how a trial ended; a trial that failed keeps its work, for whoever looks into it."""
        put(self._record(trial), asdict(ended))
        if not ended.failed:
            shutil.rmtree(self.work(trial), ignore_errors=True)

    def scores(self, suite: Suite) -> list[Score]:
        """All scores of the suite's trials that ended well."""
        return [read_score(self.score_file(t, m)) for t in suite.trials if self.done(t) for m in METHODS]

    def failures(self, suite: Suite) -> list[Ended]:
        """The suite's trials that failed."""
        found: Iterable[Ended | None] = (self.ended(trial) for trial in suite.trials)
        return [ended for ended in found if ended and ended.failed]

    def _record(self, trial: Trial) -> Path:
        return self.root / "trials" / f"{trial.id}.json"


def put(file: Path, value: Any) -> None:
    """Write JSON aside and rename it."""
    aside = file.with_name(f".{file.name}.new")
    aside.write_text(json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")
    aside.replace(file)
