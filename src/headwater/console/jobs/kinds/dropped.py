"""A dropped file, matched against the lake."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from headwater.console.jobs.kind import Step, Working
from headwater.console.staff.hiding import whole_veil
from headwater.investigation.dropping import STEPS, Asked, match_dropped
from headwater.model.errors import CaseError
from headwater.model.words import Text


class Dropped:
    """Reads a dropped file, finds whose rows it holds and who read them; the case and its answer stay as they are."""

    name: ClassVar[str] = "dropped"
    title: ClassVar[Text] = Text("Match a dropped file", "匹配上传的文件")
    about: ClassVar[Text] = Text(
        "Reads a dropped file, finds whose rows it holds and who read them; the case and its answer stay as they are.",
        "读取上传的文件，查找其中的行属于谁、由谁读取；案件及其结果不变。",
    )
    steps: ClassVar[tuple[Step, ...]] = tuple(Step(s, w) for s, w in zip(STEPS, (1.0, 2.0, 8.0, 1.0), strict=True))

    def run(self, working: Working) -> Mapping[str, Any]:
        """Match the file ``id`` against the lake of the answer with the digest ``answer``."""
        job = working.job
        if job.case_folder is None:
            raise CaseError("the folder of this case is not known to the server")
        answer = job.parameters.get("answer")
        asked = Asked(
            job.case_folder,
            job.workspace,
            str(job.parameters.get("id")),
            str(answer) if answer else None,
            job.created.date(),
        )
        found = match_dropped(asked, working.step, whole_veil)
        leaks = found["leaks"]["en"]
        return {"id": found["id"], "rows": sum(k["rows"] for k in leaks), "ours": sum(k["ours"] for k in leaks)}


KIND = Dropped()
