"""Who read decoys, by what the logs say, written into the registry of canaries."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar

from headwater.console.jobs.kind import Step, Working
from headwater.model.words import Text
from headwater.planting.canaries.readings import readings
from headwater.planting.canaries.registry import Registry
from headwater.store.workspace import open_workspace


class Showings:
    """Writes down which accounts read decoys, by what the logs say; the answer stays as it is."""

    name: ClassVar[str] = "showings"
    title: ClassVar[Text] = Text("Who read decoys", "谁读取过诱饵")
    about: ClassVar[Text] = Text(
        "Writes down which accounts read decoys, by what the logs say; the answer stays as it is.",
        "按日志记下哪些账号读取过诱饵；结果不变。",
    )
    steps: ClassVar[tuple[Step, ...]] = (
        Step(Text("Looks for decoys among all readings.", "正在全部读取中查找诱饵。")),
    )

    def run(self, working: Working) -> Mapping[str, Any]:
        """Do it; nothing is written twice."""
        working.step(0)
        with open_workspace(working.job.workspace) as space:
            registry = Registry(space)
            fresh = registry.show(list(readings(space.lake, registry.book())), datetime.now(UTC))
        return {"showings": fresh}


KIND = Showings()
