"""The evenings that are new: what they raise under the budget."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from headwater.console.jobs import stages
from headwater.console.jobs.evenings import asked, gathered
from headwater.console.jobs.kind import Step, Working
from headwater.investigation.watching import watch
from headwater.model.words import Text


class Watch:
    """Reads what has grown, asks the detectors about the days that are new, and raises what the budget lets through."""

    name: ClassVar[str] = "watch"
    title: ClassVar[Text] = Text("Look at new evenings", "查看新的各晚")
    about: ClassVar[Text] = Text(
        "Reads what has grown, asks the detectors about the days that are new, and raises what the budget lets through.",
        "读取新增内容，就新的日期运行检测器，并在预算内发出警报。",
    )
    steps: ClassVar[tuple[Step, ...]] = (
        stages.READ,
        Step(Text("Asks the detectors, evening by evening.", "正在逐晚运行检测器。"), 8.0),
    )

    def run(self, working: Working) -> Mapping[str, Any]:
        """Read, then go on from the last evening that was asked."""
        with stages.opened(working) as at:
            stages.read(at, working)
            working.step(1)
            with at.work.scene() as scene:
                muting, detectors = asked(at, scene)
                told = watch(at.work, scene, at.chosen.alerts_per_day, detectors=detectors)
                return gathered(told, working, muting)


KIND = Watch()
