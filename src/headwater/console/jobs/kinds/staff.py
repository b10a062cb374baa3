"""What everybody read, added up for the pages of staff."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from headwater.console.jobs.kind import Step, Working
from headwater.console.staff.making import STEPS, make_book
from headwater.model.errors import CaseError
from headwater.model.words import Text


class Staff:
    """Adds up what everybody read, looks who sat where, and compares seized files; the answer stays as it is."""

    name: ClassVar[str] = "staff"
    title: ClassVar[Text] = Text("Add up what everybody read", "汇总每人的读取")
    about: ClassVar[Text] = Text(
        "Adds up what everybody read, looks who sat where, and compares seized files; the answer stays as it is.",
        "汇总每人的读取，查看谁坐在哪里，并比较查获的文件；结果不变。",
    )
    steps: ClassVar[tuple[Step, ...]] = tuple(Step(s, w) for s, w in zip(STEPS, (1.0, 6.0, 3.0, 2.0), strict=True))

    def run(self, working: Working) -> Mapping[str, Any]:
        """Do it for the lake of one answer (``answer``: its digest), or of the newest whole run."""
        job = working.job
        if job.case_folder is None:
            raise CaseError("the folder of this case is not known to the server")
        answer = job.parameters.get("answer")
        make_book(job.case_folder, job.workspace, str(answer) if answer else None, working.step)
        return {}


KIND = Staff()
