"""What past weeks would have raised with the settings as they are: a trial that keeps nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from headwater.console.jobs import stages
from headwater.console.jobs.evenings import asked, gathered
from headwater.console.jobs.kind import Step, Working
from headwater.investigation.watching import replay
from headwater.model.errors import CaseError
from headwater.model.words import Text

DAYS, MOST = 14, 366


class Preview:
    """Says what the last weeks would have raised with this budget, these mutes and these parameters; keeps nothing."""

    name: ClassVar[str] = "preview"
    title: ClassVar[Text] = Text("Try the settings on past weeks", "以过去数周试用设置")
    about: ClassVar[Text] = Text(
        "Says what the last weeks would have raised with this budget, these mutes and these parameters; keeps nothing.",
        "计算在此预算、静默与参数下，过去数周会发出哪些警报；不保存任何内容。",
    )
    steps: ClassVar[tuple[Step, ...]] = (Step(Text("Asks the detectors, evening by evening.", "正在逐晚运行检测器。")),)

    def run(self, working: Working) -> Mapping[str, Any]:
        """Look at the last ``days`` evenings, every ``step``-th of them."""
        told = working.job.parameters
        days, step = int(told.get("days", DAYS)), int(told.get("step", 1))
        if not 1 <= days <= MOST or not 1 <= step <= days:
            raise CaseError(f"from 1 to {MOST} evenings, and a step from 1 up to that")
        with stages.opened(working) as at, at.work.scene() as scene:
            muting, detectors = asked(at, scene)
            evenings = replay(at.work, scene, days, at.chosen.alerts_per_day, step, detectors)
            return gathered(evenings, working, muting, -(-days // step))


KIND = Preview()
