"""Large posts to sites outside the house are stopped."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from headwater.casework.prevention.case_acts import CaseActs
from headwater.casework.prevention.control import Cannot, Event, Ruling
from headwater.casework.prevention.house import Cost, House
from headwater.casework.prevention.limits import WORKING
from headwater.model.evidence import Citation
from headwater.model.words import Text


@dataclass(frozen=True, slots=True)
class Outbound:
    """Stops posts to outside sites above a size. What was read stays in the house when the post that was to carry it is stopped.

    It costs everybody who sends large files for his work. It misses small pieces, photographs of the screen, paper, sticks and
    what leaves by a way that no proxy sees. A proxy log tells sizes, not contents: a filter that reads contents stops fewer innocent posts.
    """

    bytes: float | None = None
    """Posts of more bytes are stopped; without it the limit is taken from the house."""
    yearly: float = 12.0
    """On how many days a year an innocent person may be stopped, where the limit is taken from the house."""

    id: ClassVar[str] = "outbound"
    title: ClassVar[Text] = Text("Large posts to outside sites stopped", "拦截大体量外发")
    does: ClassVar[Text] = Text(
        "posts to outside sites above a size are stopped", "向外部网站发送超过一定大小的内容被拦截"
    )
    needs: ClassVar[tuple[str, ...]] = ("access", "web")

    def ruling(self, house: House, case: CaseActs) -> Ruling | Cannot:
        """Acts whose rows were to leave with a post that is stopped: each is held to leave with the next post to the case's sites."""
        posts = self._posts(house, case)
        if posts.empty:
            return Cannot(Text("no post is known that carried rows of this case out", "未知有承载本案数据的外发"))
        limit = self._limit(house)
        stopped = (posts["bytes_out"] > limit).to_numpy(bool)
        after = np.searchsorted(posts["time"].to_numpy(), case.frame["time"].to_numpy(), side="left")
        leaves = after < len(posts)
        denied = np.zeros(len(case.frame), bool)
        denied[leaves] = stopped[after[leaves]]
        at = np.flatnonzero(stopped)
        settings = {"bytes": limit}
        assumed = Text(
            "Rows are held to leave with the next large post to the case's sites; those after the last one never left that way.",
            "假定数据随其后首次向涉案网站的大体量发送外流；最后一次之后读取的未由此外流。",
        )
        if not len(at):
            return Ruling(denied, settings=settings, assumptions=(assumed,))
        post = posts.iloc[at[0]]
        told = Text(
            f"a post of {int(post.bytes_out):,} bytes to {post.host} would have been stopped (above {limit:,.0f})",
            f"向 {post.host} 发送的 {int(post.bytes_out):,} 字节会被拦截（上限 {limit:,.0f}）",
        )
        event = Event(post.time.to_pydatetime(), post.day, Citation(post.source, int(post.line)))
        return Ruling(denied, told, (), settings, assumptions=(assumed,), event=event)

    def cost(self, house: House) -> Cost:
        """Innocent posts above the same size."""
        large = self._innocent(house)
        lost = large[large["bytes_out"] > self._limit(house)]
        return Cost(len(lost), int(lost["person"].nunique()), len(lost[["person", "day"]].drop_duplicates()))

    def _limit(self, house: House) -> float:
        if self.bytes is not None:
            return self.bytes
        sent = house.scene.uploads.by_day
        worked = len(sent[~sent["person"].isin(house.suspects)])
        largest = np.sort(self._innocent(house).groupby(["person", "day"])["bytes_out"].max().to_numpy(float))[::-1]
        allowed = int(self.yearly / WORKING["day"] * worked + 1e-9)
        return float(largest[min(allowed, len(largest) - 1)]) if len(largest) else 0.0

    @staticmethod
    def _innocent(house: House) -> pd.DataFrame:
        large = house.scene.uploads.large
        return large[large["person"].notna() & ~large["person"].isin(house.suspects)]

    @staticmethod
    def _posts(house: House, case: CaseActs) -> pd.DataFrame:
        """Large posts of the case's people to the sites that its findings name, in order of time."""
        large = house.scene.uploads.large
        if case.incident is None:
            return large.iloc[:0]
        hosts: Iterable[str] = {host for host, _bytes, _posts in case.incident.channel}
        people = {*case.employees, *case.frame.loc[case.taken, "person"]}
        mine = large[large["host"].isin(hosts) & large["person"].isin(people)]
        since = case.frame["time"][case.taken].min()
        return mine[mine["time"] >= since].sort_values(["time", "source", "line"], ignore_index=True)


CONTROL = Outbound()
