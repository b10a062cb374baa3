"""The whole investigation: everything from reading to the report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from headwater.console.jobs import stages
from headwater.console.jobs.kind import Step, Working
from headwater.model.words import Text


class Investigate:
    """Reads what is new, asks everything that rests on it again, and writes answer and report."""

    name: ClassVar[str] = "investigate"
    title: ClassVar[Text] = Text("Investigate", "全面调查")
    about: ClassVar[Text] = Text(
        "Reads what is new, asks everything that rests on it again, and writes answer and report.",
        "读取新内容，重新运行所有依赖它的步骤，并写出结果与报告。",
    )
    steps: ClassVar[tuple[Step, ...]] = (stages.READ, stages.SCAN, *stages.CONCLUDE)

    def run(self, working: Working) -> Mapping[str, Any]:
        """Do everything."""
        with stages.opened(working) as at:
            stages.read(at, working, 0)
            stages.scan(at, working, 1)
            return stages.figures(at.work) | stages.conclude(at, working, 2)


KIND = Investigate()
