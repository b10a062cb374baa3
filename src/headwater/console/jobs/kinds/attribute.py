"""The attribution of leaks again, and the answer with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from headwater.console.jobs import stages
from headwater.console.jobs.kind import Step, Working
from headwater.model.words import Text


class Attribute:
    """Looks again for who took what leaked, and writes the answer anew."""

    name: ClassVar[str] = "attribute"
    title: ClassVar[Text] = Text("Attribute leaks", "归因泄露数据")
    about: ClassVar[Text] = Text(
        "Looks again for who took what leaked, and writes the answer anew.",
        "重新查找泄露数据的取走者，并重新写出结果。",
    )
    steps: ClassVar[tuple[Step, ...]] = stages.CONCLUDE

    def run(self, working: Working) -> Mapping[str, Any]:
        """Do this stage again in any case, the others where something changed."""
        with stages.opened(working) as at:
            return stages.conclude(at, working, 0, ("attribution",))


KIND = Attribute()
