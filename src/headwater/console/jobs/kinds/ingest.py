"""Reading tables, logs, chats and bills into the lake."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from headwater.console.jobs import stages
from headwater.console.jobs.kind import Step, Working
from headwater.model.words import Text


class Ingest:
    """Reads what has come or grown since it was read last; what was read before is not read again."""

    name: ClassVar[str] = "ingest"
    title: ClassVar[Text] = Text("Read the case folder", "读取案件文件夹")
    about: ClassVar[Text] = Text(
        "Reads what has come or grown since it was read last; what was read before is not read again.",
        "读取上次之后新增或增长的内容；已读过的不再重读。",
    )
    steps: ClassVar[tuple[Step, ...]] = (stages.READ,)

    def run(self, working: Working) -> Mapping[str, Any]:
        """Read, and say how much."""
        with stages.opened(working) as at:
            stages.read(at, working)
            return stages.figures(at.work)


KIND = Ingest()
