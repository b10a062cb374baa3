"""Scanning seized and leaked files into the lake."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from headwater.console.jobs import stages
from headwater.console.jobs.kind import Step, Working
from headwater.model.words import Text


class Scan:
    """Looks through seized and leaked files for whose data is in them; a file that has not changed is not read again."""

    name: ClassVar[str] = "scan"
    title: ClassVar[Text] = Text("Scan files", "扫描文件")
    about: ClassVar[Text] = Text(
        "Looks through seized and leaked files for whose data is in them; a file that has not changed is not read again.",
        "查找查获与泄露文件中含有谁的个人信息；未变化的文件不再重读。",
    )
    steps: ClassVar[tuple[Step, ...]] = (stages.SCAN,)

    def run(self, working: Working) -> Mapping[str, Any]:
        """Scan, and say how much."""
        with stages.opened(working) as at:
            stages.scan(at, working)
            return stages.figures(at.work)


KIND = Scan()
