"""How true attribution is over the house's own histories."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from headwater.console.jobs import stages
from headwater.console.jobs.kind import Step, Working
from headwater.investigation.calibrating import LEAST_READ
from headwater.model.errors import CaseError
from headwater.model.words import Text

LEAKS, SEED = 500, 20171
MOST = 20_000


class Calibrate:
    """Plants leaks over the house's own histories, and counts how often names were right; later answers cite it."""

    name: ClassVar[str] = "calibrate"
    title: ClassVar[Text] = Text("Calibrate", "校准")
    about: ClassVar[Text] = Text(
        "Plants leaks over the house's own histories, and counts how often names were right; later answers cite it.",
        "在本单位自身的读取历史上植入泄露名单，统计指认的正确率；之后的结果将引用它。",
    )
    steps: ClassVar[tuple[Step, ...]] = (
        Step(Text("Plants leaks and looks who is named.", "正在植入泄露名单并核对指认。")),
    )

    def run(self, working: Working) -> Mapping[str, Any]:
        """Plant so many leaks (``leaks``, ``seed``) over each data set."""
        told = working.job.parameters
        leaks, seed = int(told.get("leaks", LEAKS)), int(told.get("seed", SEED))
        if not 1 <= leaks <= MOST or seed < 0:
            raise CaseError(f"from 1 to {MOST:,} leaks, and a seed from 0 up")
        with stages.opened(working) as at, at.work.scene() as scene:
            if not scene.has("access"):
                raise CaseError("nobody is known to have read anything")
            total, done = leaks * max(1, len(scene.datasets)), 0

            def count() -> None:
                nonlocal done
                done += 1
                working.tell(
                    done, total, Text(f"{done:,} of {total:,} leaks planted.", f"已植入 {done:,} 份，共 {total:,} 份。")
                )

            found = at.work.calibrate(scene, leaks, seed, count)
        if not found:
            raise CaseError(f"no data set was read {LEAST_READ:,} times: nothing can be planted")
        return {"datasets": [{"dataset": c.dataset, "leaks": c.leaks, "brier": c.brier} for c in found]}


KIND = Calibrate()
