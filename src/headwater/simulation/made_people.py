"""People who do not exist: names from lists, resident numbers of counties that were gone before the births in them.

**Resident numbers.** A number keeps the county code of the day it was issued. The codes in ``retired_counties.json``
were last in force in 1983 or before and every birth here is in 1985 or later, so no such number was ever issued.

**Mobile numbers.** China keeps no range of numbers for fiction. Numbers with a prefix that was never assigned
(154, 164, 168, 169, 194) are safe but look weak to anything that knows the prefixes; so a world of those alone
could not show that ordinary numbers are recognised. Both are made: by default three in five unassigned, the rest with
ordinary prefixes and random digits.

**Addresses** lie in counties that have since become districts or cities.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from headwater.simulation.events import Column, Whole

_CODES = json.loads((files("headwater.simulation") / "retired_counties.json").read_text("utf-8"))["codes"]
_SURNAMES = [*"王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕", "欧阳", "上官"]
_GIVEN = list("伟芳娜敏静秀丽强磊军洋勇艳杰娟涛明超霞平刚桂英华玉萍红梅鹏辉宁晨雨欣怡佳琪子涵博文思远嘉")
_UNASSIGNED = ("154", "164", "168", "169", "194")
_ORDINARY = ("131", "135", "138", "139", "150", "158", "177", "182", "186", "189", "198")
_COUNTIES = (
    ("江苏省", "吴县"),
    ("江苏省", "武进县"),
    ("江苏省", "无锡县"),
    ("浙江省", "鄞县"),
    ("浙江省", "萧山县"),
    ("浙江省", "余杭县"),
    ("上海市", "川沙县"),
    ("上海市", "南汇县"),
    ("广东省", "番禺县"),
    ("广东省", "顺德县"),
    ("四川省", "双流县"),
    ("山东省", "历城县"),
    ("湖北省", "汉阳县"),
    ("湖南省", "望城县"),
    ("陕西省", "长安县"),
    ("福建省", "同安县"),
    ("北京市", "通县"),
)
_ROADS = ("人民路", "解放路", "建设路", "朝阳街", "新华路", "文化街", "花园路", "青年路", "和平街", "长江路")
_FREQUENT = 1.0 / np.arange(3, len(_SURNAMES) + 3)
_FREQUENT = _FREQUENT / _FREQUENT.sum()
_BORN = (date(1985, 1, 1).toordinal(), date(2003, 12, 31).toordinal())
_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
_CHECKS = np.array(list("10X98765432"))
VALUES = {
    "given": len(_GIVEN),
    "id_county": len(_CODES),
    "birth": _BORN[1] - _BORN[0],
    "serial": 995,
    "unassigned": len(_UNASSIGNED),
    "ordinary": len(_ORDINARY),
    "county": len(_COUNTIES),
    "road": len(_ROADS),
}
"""How many there are of each part that a value is put together from."""
FLATS = (1_500, 40, 30, 5)
"""The numbers of lane, house, floor and door stay below these."""


@dataclass(frozen=True, slots=True)
class People:
    """Made people as columns of text: name, resident number, mobile number, address."""

    name: Column
    id_number: Column
    phone: Column
    address: Column

    def __len__(self) -> int:
        return len(self.name)


def people(rng: np.random.Generator, count: int, unassigned: float = 0.6) -> People:
    """``count`` made people; ``unassigned`` is the share of mobile numbers with a prefix that nobody was given."""
    return People(names(rng, count), id_numbers(rng, count), phones(rng, count, unassigned), addresses(rng, count))


def names(rng: np.random.Generator, count: int) -> Column:
    """Names of two or three characters; frequent surnames are frequent here too."""
    surname = rng.choice(len(_SURNAMES), count, p=_FREQUENT)
    first, second = rng.integers(len(_GIVEN), size=(2, count))
    return named(surname, first, second, rng.random(count) < 0.75)


def id_numbers(rng: np.random.Generator, count: int) -> Column:
    """Resident numbers with a right check character, births 1985 to 2003, of counties gone by 1983."""
    county = rng.integers(len(_CODES), size=count)
    birth = rng.integers(*_BORN, size=count) - _BORN[0]
    return numbered(county, birth, rng.integers(1, 996, size=count))


def phones(rng: np.random.Generator, count: int, unassigned: float = 0.6) -> Column:
    """Distinct mobile numbers of eleven digits."""
    free, used = rng.integers(len(_UNASSIGNED), size=count), rng.integers(len(_ORDINARY), size=count)
    return dialled(free, used, rng.random(count) < unassigned, _distinct(rng, count))


def addresses(rng: np.random.Generator, count: int) -> Column:
    """Addresses of province, county, road, house and flat."""
    county, road = rng.integers(len(_COUNTIES), size=count), rng.integers(len(_ROADS), size=count)
    return addressed(county, road, rng.integers([1, 1, 1, 1], FLATS, size=(count, 4)))


def surnames(chance: NDArray[np.float64]) -> Whole:
    """The places of surnames for numbers between 0 and 1, each as often as the surname is."""
    return np.minimum(np.searchsorted(np.cumsum(_FREQUENT), chance, side="right"), len(_SURNAMES) - 1)


def named(surname: Whole, first: Whole, second: Whole, two: NDArray[np.bool_]) -> Column:
    """Names from the places of their characters; ``two``: whether the given name has two."""
    given = np.array(_GIVEN, dtype=object)
    family = np.array(_SURNAMES, dtype=object)[surname]
    return family + given[first] + np.where(two, given[second], "")  # type: ignore[no-any-return]


def numbered(county: Whole, birth: Whole, serial: Whole) -> Column:
    """Resident numbers from the place of the county, the day of birth since 1985, and the serial number."""
    body = np.array(_CODES).astype(np.int64)[county] * 10**11 + _dates()[birth] * 1_000 + serial
    digits = body[:, None] // 10 ** np.arange(16, -1, -1) % 10
    check = _CHECKS[digits @ _WEIGHTS % 11].tolist()
    return np.array([f"{n}{c}" for n, c in zip(body.tolist(), check, strict=True)], dtype=object)


def dialled(free: Whole, used: Whole, unassigned: NDArray[np.bool_], number: Whole) -> Column:
    """Mobile numbers from the places of an unassigned and an ordinary prefix, which of both, and eight digits."""
    prefix = np.where(unassigned, np.array(_UNASSIGNED)[free], np.array(_ORDINARY)[used]).tolist()
    return np.array([f"{p}{n:08d}" for p, n in zip(prefix, number.tolist(), strict=True)], dtype=object)


def addressed(county: Whole, road: Whole, flat: Whole) -> Column:
    """Addresses from the places of county and road, and four numbers each: lane, house, floor, door."""
    made = [
        f"{_COUNTIES[p][0]}{_COUNTIES[p][1]}{_ROADS[r]}{n}弄{b}号{f}{d:02d}室"
        for p, r, (n, b, f, d) in zip(county.tolist(), road.tolist(), flat.tolist(), strict=True)
    ]
    return np.array(made, dtype=object)


@cache
def _dates() -> Whole:
    """The days of birth as whole numbers such as 19850101."""
    return np.array([int(f"{date.fromordinal(day):%Y%m%d}") for day in range(*_BORN)])


def _distinct(rng: np.random.Generator, count: int) -> Whole:
    return rng.choice(100_000_000, count, replace=False, shuffle=True)
