"""The answer anew, from what has been read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from headwater.console.jobs import stages
from headwater.console.jobs.kind import Step, Working
from headwater.model.words import Text


class Report:
    """Writes answer and report anew from what has been read; only what rests on something that changed is asked again."""

    name: ClassVar[str] = "report"
    title: ClassVar[Text] = Text("Write the answer anew", "重新写出结果")
    about: ClassVar[Text] = Text(
        "Writes answer and report anew from what has been read, with verdicts and settings as they stand; only what rests on "
        "something that changed is asked again.",
        "依据已读入的内容、现有判定与设置，重新写出结果与报告；仅重新运行其依据已变化的步骤。",
    )
    steps: ClassVar[tuple[Step, ...]] = stages.CONCLUDE

    def run(self, working: Working) -> Mapping[str, Any]:
        """Conclude."""
        with stages.opened(working) as at:
            return stages.conclude(at, working, 0)


KIND = Report()
