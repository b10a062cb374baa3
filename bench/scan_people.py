"""People who are made, and numbers that are nobody's: the same number gives the same person on every machine.

Identity numbers carry county codes that were abolished before such a person could have been given one; mobiles have
prefixes that were never assigned; cards the prefixes of test cards; organisations the same abolished counties; plates letters
that no city has; mail ends in example.com. They pass every check that is written in a standard.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from random import Random

PREFIXES = ("154", "164", "168", "169", "194")
PLATE_ROOMS = ("宁X", "宁Y", "青Y", "藏X", "藏Y", "琼X")
SURNAMES = tuple("王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎")
COMPOUND = ("欧阳", "上官", "诸葛", "司马")
GIVEN = tuple("伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英华玉萍红建国文辉婷雪晨宇浩梓涵欣怡子轩思源嘉琪")
CITIES = (
    ("上海市", "龙湖区"),
    ("浙江省杭州市", "云溪区"),
    ("江苏省南京市", "青山县"),
    ("广东省深圳市", "石湾区"),
    ("四川省成都市", "白桥区"),
    ("北京市", "河西区"),
    ("湖北省武汉市", "柳林区"),
    ("龙港镇", ""),
    ("陕西省西安市", "柏树区"),
)
ROADS = ("泰和路", "人民东路", "中山大道", "学府街", "翠竹巷", "新华西路", "桃源路", "建设北路")
ESTATES = ("", "泰和小区", "锦绣花园", "阳光公寓", "金桂苑", "")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_OWN_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_PLATE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_STRIDE = 7_919  # prime: neighbours in number are strangers in county and birth


@cache
def retired() -> tuple[str, ...]:
    """County codes last seen in 1983 or before."""
    data = files("headwater.identifiers") / "data" / "retired_county_codes.json"
    return tuple(json.loads(data.read_text("utf-8"))["never_after_1983"][:500])


@dataclass(frozen=True, slots=True)
class Person:
    """One made person, in the normal forms."""

    number: int
    name: str
    resident_id: str
    mobile: str
    bank_card: str
    address: str
    email: str
    passport: str
    plate: str
    landline: str
    qq: str
    wechat: str
    policy: str


def person(number: int) -> Person:
    """The made person of that number; numbers below 100 million give different people."""
    rng = Random(f"person {number}")
    return Person(
        number,
        name(rng),
        resident_id(number),
        mobile(number),
        bank_card(number),
        address(rng),
        f"{rng.choice(('li', 'wang', 'zhang_', 'chen.', 'kf-', 'user'))}{number}@{rng.choice(MAIL)}",
        f"E{rng.choice('XYZ')}{number % 10_000_000:07}",
        plate(rng),
        f"{rng.choice(AREAS)}2000{number % 10_000:04}",
        f"9{number % 1_000_000_000:09}",
        f"wxid_{rng.getrandbits(56):014x}",
        f"PLG{2019 + number % 7}{number % 10_000_000_000:010}",
    )


MAIL = ("example.com", "example.org", "mail.example.com", "crm-mail.example.net", "example.com.cn.example.org")
AREAS = ("010", "021", "0571", "0755", "028")


def name(rng: Random) -> str:
    """A surname, common or compound, and one or two characters."""
    surname = rng.choice(COMPOUND) if rng.random() < 0.02 else rng.choice(SURNAMES)
    return surname + "".join(rng.choice(GIVEN) for _ in range(rng.choice((1, 2, 2))))


def resident_id(number: int) -> str:
    """A citizen's number by GB 11643, with a county that was gone before this person was born."""
    mixed = number * _STRIDE % 2_520_000_000
    county, rest = retired()[mixed % 500], mixed // 500
    day, rest = rest % 28 + 1, rest // 28
    month, rest = rest % 12 + 1, rest // 12
    year, order = 1990 + rest % 15, rest // 15 % 1000
    first = f"{county}{year}{month:02}{day:02}{order:03}"
    return first + check_character(first)


def check_character(first: str) -> str:
    """ISO 7064 MOD 11-2 over seventeen digits."""
    return "10X98765432"[sum(int(d) * w for d, w in zip(first, _WEIGHTS, strict=True)) % 11]


def mobile(number: int) -> str:
    """Eleven digits with a prefix that was never assigned."""
    return PREFIXES[number % 5] + f"{number * 7_907 // 5 % 100_000_000:08}"


def bank_card(number: int) -> str:
    """Sixteen or nineteen digits under the prefixes of test cards, right by Luhn."""
    first = f"620000{number % 10**9:09}" if number % 2 else f"620550{number % 10**12:012}"
    return first + luhn_digit(first)


def luhn_digit(first: str) -> str:
    """The digit that makes a number right by Luhn."""
    total = 0
    for place, digit in enumerate(reversed(first)):
        value = int(digit) * (2 - place % 2)
        total += value - 9 * (value > 9)
    return str(-total % 10)


def address(rng: Random) -> str:
    """An address of a place that is not."""
    city, district = rng.choice(CITIES)
    flat = rng.choice(
        (f"{rng.randint(1, 40)}栋{rng.randint(1, 4)}单元{rng.randint(101, 2804)}室", f"{rng.randint(101, 999)}室")
    )
    return f"{city}{district}{rng.choice(ROADS)}{rng.randint(1, 1999)}号{rng.choice(ESTATES)}{flat}"


def plate(rng: Random) -> str:
    """A number plate, ordinary or of new energy, with a letter that no city has."""
    room, letters = rng.choice(PLATE_ROOMS), _PLATE_LETTERS
    if rng.random() < 0.3:
        return f"{room}{rng.choice('DF')}{rng.choice(letters)}{rng.randint(0, 9999):04}"
    return room + rng.choice((f"{rng.randint(0, 99999):05}", f"{rng.choice(letters)}{rng.randint(0, 9999):04}"))


def organisation(rng: Random) -> str:
    """A social credit code by GB 32100 and GB 11714 in a county that was gone before such codes were."""
    own = "".join(rng.choice("0123456789ABCDEFGHJKLMNPQRTUWXY") for _ in range(8))
    value = sum((int(c) if c.isdigit() else ord(c) - 55) * w for c, w in zip(own, _OWN_WEIGHTS, strict=True))
    first = f"91{rng.choice(retired())}{own}{'0123456789X'[-value % 11]}"
    return first + _ALPHABET[-sum(_ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(first)) % 31]
