"""Large posts to sites outside the house are stopped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from headwater.casework.prevention.case_acts import CaseActs
from headwater.casework.prevention.house import House
from headwater.casework.prevention.leaving import ASSUMED, COLUMNS, Leaving
from headwater.detection.profiles.uploads import posts_above
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
    assumed: ClassVar[tuple[Text, ...]] = (
        *ASSUMED,
        Text(
            "Only the largest tenth of the house's posts is known one by one: rows that left in a smaller one are laid to the "
            "next large one.",
            "仅逐条掌握本单位最大的十分之一外发：由更小外发带走的数据计入其后首次大体量外发。",
        ),
    )

    def least(self, house: House) -> float:
        """Just below the smallest of the largest tenth."""
        sizes = house.scene.uploads.large["bytes_out"]
        return float(sizes.min()) - 1 if len(sizes) else 0.0

    def leaving(self, house: House) -> pd.DataFrame:
        """The largest tenth of all posts to the outside."""
        return _named(house.scene.uploads.large.drop(columns="size"))

    def larger(self, house: House) -> pd.DataFrame:
        """Every post to the outside above the size that was given, though it lies below the largest tenth."""
        scene, size = house.scene, self.bytes or 0.0
        return house.keep(
            f"posts above {size}", lambda: _named(posts_above(scene.engine, scene.org, scene.seats, size))
        )

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


def _named(posts: pd.DataFrame) -> pd.DataFrame:
    """Posts whose person is known, in order."""
    named = posts[posts["person"].notna()].rename(columns={"bytes_out": "size", "host": "to"})
    return named[COLUMNS].sort_values(["time", "source", "line"], ignore_index=True)


CONTROL = Outbound()
