"""The detectors again, and the answer with what they find."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from headwater.console.jobs import stages
from headwater.console.jobs.kind import Step, Working
from headwater.model.words import Text


class Detect:
    """Asks all detectors again with the parameters that stand in the settings, and writes the answer anew."""

    name: ClassVar[str] = "detect"
    title: ClassVar[Text] = Text("Ask the detectors", "运行检测器")
    about: ClassVar[Text] = Text(
        "Asks all detectors again with the parameters that stand in the settings, and writes the answer anew.",
        "按设置中的参数重新运行全部检测器，并重新写出结果。",
    )
    steps: ClassVar[tuple[Step, ...]] = stages.CONCLUDE

    def run(self, working: Working) -> Mapping[str, Any]:
        """Do this stage again in any case, the others where something changed."""
        with stages.opened(working) as at:
            return stages.conclude(at, working, 0, ("detected",))


KIND = Detect()
