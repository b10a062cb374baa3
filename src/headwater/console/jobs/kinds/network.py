"""The network again, and the answer with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from headwater.console.jobs import stages
from headwater.console.jobs.kind import Step, Working
from headwater.model.words import Text


class Network:
    """Rebuilds the market from chats, bills and address books, by what was said of who is who, and writes the answer anew."""

    name: ClassVar[str] = "network"
    title: ClassVar[Text] = Text("Rebuild the network", "重建买卖网络")
    about: ClassVar[Text] = Text(
        "Rebuilds the market from chats, bills and address books, by what was said of who is who, and writes the answer anew.",
        "依据聊天、账单与通讯录及对身份的判定重建买卖网络，并重新写出结果。",
    )
    steps: ClassVar[tuple[Step, ...]] = stages.CONCLUDE

    def run(self, working: Working) -> Mapping[str, Any]:
        """Do this stage again in any case, the others where something changed."""
        with stages.opened(working) as at:
            return stages.conclude(at, working, 0, ("market",))


KIND = Network()
