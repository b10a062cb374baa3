"""Large posts to sites outside the house are stopped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from headwater.casework.prevention.case_acts import CaseActs
from headwater.casework.prevention.house import House
from headwater.casework.prevention.leaving import COLUMNS, Leaving
from headwater.model.words import Text


@dataclass(frozen=True, slots=True)
class Outbound(Leaving):
    """Stops posts to outside sites above a size. What was read stays in the house when the post that was to carry it is stopped.

    It costs everybody who sends large files for his work. It misses small pieces, photographs of the screen, paper, sticks and
    what leaves by a way that no proxy sees. A proxy log tells sizes, not contents: a filter that reads contents stops fewer innocent posts.
    """

    id: ClassVar[str] = "outbound"
    title: ClassVar[Text] = Text("Large posts to outside sites stopped", "拦截大体量外发")
    does: ClassVar[Text] = Text(
        "posts to outside sites above a size are stopped", "向外部网站发送超过一定大小的内容被拦截"
    )
    needs: ClassVar[tuple[str, ...]] = ("access", "web")

    def leaving(self, house: House) -> pd.DataFrame:
        """The largest tenth of all posts to the outside."""
        large = house.scene.uploads.large
        named = large[large["person"].notna()].drop(columns="size").rename(columns={"bytes_out": "size", "host": "to"})
        return named[COLUMNS].sort_values(["time", "source", "line"], ignore_index=True)

    def told(self, case: CaseActs, acts: pd.DataFrame) -> pd.DataFrame:
        """Posts of the case's people to the sites that its findings name."""
        if case.incident is None:
            return acts.iloc[:0]
        hosts = {host for host, _bytes, _posts in case.incident.channel}
        people = {*case.employees, *case.frame.loc[case.taken, "person"]}
        return acts[acts["to"].isin(hosts) & acts["person"].isin(people)]

    def said(self, size: str, to: str, limit: str) -> Text:
        """Which post is stopped."""
        return Text(
            f"a post of {size} bytes to {to} would have been stopped (above {limit})",
            f"向 {to} 发送的 {size} 字节会被拦截（上限 {limit}）",
        )


CONTROL = Outbound()
