"""A campaign or a wave of claims raised everybody's reading.

The test compares how much colleagues of the same job read per day of work on the days of this story with the four
weeks before it, and the account itself likewise. It stands where the colleagues' median rose by half at least and
half as much as the account's; it is refuted where it rose by less than a fifth.
"""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from headwater.casework.alternatives.asked import Asked
from headwater.casework.alternatives.measures import held, volume
from headwater.casework.alternatives.tested import Tested, refuted, stands, untested, weakened

TITLE_ZH = "营销活动或集中理赔使全员读取量上升"
HOW_ZH = (
    "本检验比较同岗位同事在事件各日与此前四周的日均读取量，并对该账号作同样比较。同事中位数上升至少一半、"
    "且达到该账号升幅的一半，视为成立；"
    "上升不到五分之一，视为排除。"
)
BEFORE, FEWEST, ROSE, HALF, LITTLE = 28, 3, 1.5, 0.5, 1.2


def test(asked: Asked) -> Tested | None:
    """Compare the days of the story with the four weeks before, for the account and its peers."""
    if not held(asked):
        return None
    measure = volume(asked)
    if measure is None:
        return untested(
            "Cannot be tested: nothing was counted by day for this account.", "无法检验：该账号没有按日的读取统计。"
        )
    story, first = set(asked.days), min(asked.days)
    during = [i for i, d in enumerate(measure.days) if d in story]
    before = [i for i, d in enumerate(measure.days) if first - timedelta(days=BEFORE) <= d < first]
    pairs = [(measure.rate(i, during), measure.rate(i, before)) for i in measure.peers]
    rises = [now / then for (now, worked), (then, earlier) in pairs if worked and earlier >= FEWEST]
    if len(rises) < FEWEST:
        return untested(
            f"Cannot be tested: only {len(rises)} colleague(s) of the same job worked both in the story and in "
            "the four weeks before it; three are needed.",
            f"无法检验：事件期间与此前四周均有工作的同岗位同事只有 {len(rises)} 人，至少需要三人。",
        )
    rise, then = float(np.median(rises)), measure.rate(measure.row, before)[0]
    own = measure.rate(measure.row, during)[0] / then if then else None
    numbers = {"peers": len(rises), "peers_times": round(rise, 3)} | ({"own_times": round(own, 3)} if own else {})
    told = (
        f"On the days of this story {len(rises)} colleague(s) of the same job read {rise:.2f} times what they "
        "read in the four weeks before (median); "
        + (f"the account {own:.2f} times." if own else "the account read nothing in those weeks."),
        f"事件各日，同岗位 {len(rises)} 名同事的日均读取量为此前四周的 {rise:.2f} 倍（中位数）；"
        + (f"该账号为 {own:.2f} 倍。" if own else "该账号在那四周没有读取。"),
    )
    if rise >= ROSE and (own is None or rise - 1 >= HALF * (own - 1)):
        return stands(*told, numbers)
    return refuted(*told, numbers) if rise < LITTLE else weakened(*told, numbers)
