"""Where people of the market are, as far as it is known: one tile for each province, everything else as a list."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from headwater.casework.reports.market.people import Person, amount

_GRID = (
    ("黑龙江", "Heilongjiang", 8, 0), ("内蒙古", "Inner Mongolia", 6, 1), ("吉林", "Jilin", 8, 1), ("新疆", "Xinjiang", 1, 2),
    ("宁夏", "Ningxia", 4, 2), ("山西", "Shanxi", 5, 2), ("北京", "Beijing", 6, 2), ("天津", "Tianjin", 7, 2),
    ("辽宁", "Liaoning", 8, 2), ("青海", "Qinghai", 2, 3), ("甘肃", "Gansu", 3, 3), ("陕西", "Shaanxi", 4, 3),
    ("河南", "Henan", 5, 3), ("河北", "Hebei", 6, 3), ("山东", "Shandong", 7, 3), ("西藏", "Tibet", 1, 4),
    ("四川", "Sichuan", 2, 4), ("重庆", "Chongqing", 3, 4), ("湖北", "Hubei", 4, 4), ("安徽", "Anhui", 5, 4),
    ("江苏", "Jiangsu", 6, 4), ("上海", "Shanghai", 7, 4), ("云南", "Yunnan", 2, 5), ("贵州", "Guizhou", 3, 5),
    ("湖南", "Hunan", 4, 5), ("江西", "Jiangxi", 5, 5), ("浙江", "Zhejiang", 6, 5), ("广西", "Guangxi", 3, 6),
    ("广东", "Guangdong", 4, 6), ("福建", "Fujian", 5, 6), ("台湾", "Taiwan", 7, 6), ("海南", "Hainan", 3, 7),
    ("澳门", "Macau", 4, 7), ("香港", "Hong Kong", 5, 7),
)  # fmt: skip
WIDE, HIGH = 82, 46


@dataclass(frozen=True, slots=True)
class Tile:
    """A province: its corner, its names, people and what they received (low and high), and how dark it is (0 to 1)."""

    x: int
    y: int
    zh: str
    en: str
    people: int
    gains_low: float
    gains_high: float
    shade: float


@dataclass(frozen=True, slots=True)
class Places:
    """The map, what is on none of its tiles, and how many people have no place."""

    tiles: tuple[Tile, ...]
    others: tuple[tuple[str, int], ...]
    unknown: int
    width: int = WIDE * 9
    height: int = HIGH * 8


def places(everybody: Iterable[Person]) -> Places | None:
    """Lay out the map; ``None`` where nobody's place is known."""
    counts: Counter[str] = Counter()
    low: dict[str, float] = defaultdict(float)
    high: dict[str, float] = defaultdict(float)
    for person in everybody:
        where = _province(str(person.known.get("place") or ""))
        counts[where] += 1
        low[where] += amount(person.known.get("gains_low"))
        high[where] += amount(person.known.get("gains_high"))
    unknown = counts.pop("", 0)
    if not counts:
        return None
    most = max(counts.values())
    tiles = tuple(
        Tile((x - 1) * WIDE, y * HIGH, zh, en, counts[zh], low[zh], high[zh], round(counts[zh] / most, 3))
        for zh, en, x, y in _GRID
    )
    known = {zh for zh, *_ in _GRID}
    others = tuple((name, counts[name]) for name in sorted(counts) if name not in known)
    return Places(tiles, others, unknown)


def _province(place: str) -> str:
    """The province that a place lies in, by either name; the place itself where it is none."""
    told = place.strip()
    for zh, en, *_ in _GRID:
        if told.startswith(zh) or told.casefold() == en.casefold():
            return zh
    return told
