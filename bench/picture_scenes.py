"""Pictures of made people as they are found: cards photographed at an angle, spreadsheets on a screen, chats, scanned letters.

Each picture is made from its own seed and comes with what can be read in it. Fonts: Noto Sans CJK.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from types import MappingProxyType

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from headwater.identifiers import bank_card
from headwater.simulation.made_people import addresses, id_numbers, names

FONT = "NotoSansCJK-Regular.ttc"
SIMPLIFIED = 2
Colour = tuple[int, int, int]
BLACK: Colour = (20, 20, 24)


@dataclass(frozen=True, slots=True)
class Person:
    """A made person."""

    name: str
    resident_id: str
    mobile: str
    bank_card: str
    address: str


@dataclass(slots=True)
class Scene:
    """A picture being drawn, and what is written in it, by kind."""

    image: Image.Image
    written: dict[str, set[str]] = field(default_factory=lambda: {k: set() for k in KINDS})

    def write(self, at: tuple[float, float], text: str, size: int, colour: Colour = BLACK) -> float:
        """Write a text; gives where it ends."""
        font = ImageFont.truetype(FONT, size, index=SIMPLIFIED)
        ImageDraw.Draw(self.image).text(at, text, font=font, fill=colour)
        return at[0] + font.getlength(text)

    def holds(self, kind: str, value: str) -> str:
        """Note a value as written; gives it."""
        self.written[kind].add(value)
        return value


KINDS = ("resident_id", "mobile", "bank_card", "name")


def made_people(random: Random, count: int) -> list[Person]:
    """People whose numbers are nobody's."""
    rng = np.random.default_rng(random.randrange(1 << 32))
    columns = zip(names(rng, count), id_numbers(rng, count), addresses(rng, count), strict=True)
    return [Person(str(n), str(i), f"154{random.randrange(10**8):08}", _card(random), str(a)) for n, i, a in columns]


def _card(random: Random) -> str:
    first = random.choice((f"620000{random.randrange(10**9):09}", f"620550{random.randrange(10**12):012}"))
    return next(first + digit for digit in "0123456789" if bank_card.is_valid(first + digit))


def card(random: Random) -> Scene:
    """An identity card on a table."""
    person = made_people(random, 1)[0]
    scene = Scene(Image.new("RGB", (1010, 640), random.choice(((222, 232, 238), (232, 236, 226), (226, 224, 236)))))
    scene.write((60, 60), f"姓名  {scene.holds('name', person.name)}", 38)
    birth = person.resident_id[6:14]
    scene.write((60, 135), f"性别  {'男' if int(person.resident_id[16]) % 2 else '女'}    民族  汉", 32)
    scene.write((60, 205), f"出生  {birth[:4]} 年 {int(birth[4:6])} 月 {int(birth[6:])} 日", 32)
    scene.write((60, 275), f"住址  {person.address[:11]}", 32)
    scene.write((150, 325), person.address[11:], 32)
    scene.write((60, 540), f"公民身份号码   {scene.holds('resident_id', person.resident_id)}", 38)
    draw = ImageDraw.Draw(scene.image)
    draw.rounded_rectangle((690, 80, 950, 440), 20, fill=(176, 188, 200))
    draw.ellipse((760, 130, 880, 270), fill=(120, 104, 96))
    return scene


def sheet(random: Random, sizes: tuple[int, ...] = (17, 19, 22)) -> Scene:
    """A spreadsheet on a screen."""
    size = random.choice(sizes)
    people = made_people(random, random.randrange(8, 21))
    scene = Scene(Image.new("RGB", (1600, 900), (255, 255, 255)))
    head = ("序号", "姓名", "身份证号", "手机号码", "银行卡号", "地址")
    edges = [0, *np.cumsum([int(size * w) for w in (3, 5, 12, 8, 13, 22)]).tolist()]
    step, draw = int(size * 1.9), ImageDraw.Draw(scene.image)
    draw.rectangle((0, 0, 1600, 56), fill=(33, 115, 70))
    scene.write((30, 12), f"客户名单{random.randrange(1, 13)}月.xlsx - 表格", 22, (255, 255, 255))
    draw.rectangle((0, 56, 1600, 56 + step), fill=(230, 230, 230))
    for number, person in enumerate([None, *people]):
        top = 56 + number * step
        if top + step > 880:
            break
        cells = head if person is None else (str(number), *_told(scene, person))
        for left, cell in zip(edges, cells, strict=False):
            scene.write((left + 8, top + size * 0.2), cell, size)
        draw.line((0, top + step, 1600, top + step), fill=(200, 204, 210))
    for left in edges:
        draw.line((left, 56, left, 900), fill=(200, 204, 210))
    return scene


def _told(scene: Scene, person: Person) -> tuple[str, ...]:
    numbers = [scene.holds(kind, getattr(person, kind)) for kind in ("name", "resident_id", "mobile", "bank_card")]
    return (*numbers, person.address)


def chat(random: Random) -> Scene:
    """A screenshot of a chat."""
    person, other = made_people(random, 2)
    scene = Scene(Image.new("RGB", (1080, random.choice((1920, 2340))), (237, 237, 237)))
    scene.write((430, 40), random.choice(("客户群", "资料对接", "小王")), 44)
    said = [
        "在吗",
        f"姓名：{scene.holds('name', person.name)}",
        f"身份证{scene.holds('resident_id', person.resident_id)}",
        "手机呢？",
        scene.holds("mobile", person.mobile),
        f"打款到 {grouped(scene.holds('bank_card', person.bank_card))}",
        f"还有一个 {scene.holds('resident_id', other.resident_id)}",
        f"电话{scene.holds('mobile', other.mobile)}，别打太晚",
        "收到，明天给你结",
    ]
    top = 160
    for text in said:
        width = int(ImageFont.truetype(FONT, 42, index=SIMPLIFIED).getlength(text)) + 60
        mine = random.random() < 0.5
        left = 1080 - 150 - width if mine else 150
        draw = ImageDraw.Draw(scene.image)
        draw.rounded_rectangle(
            (left, top, left + width, top + 100), 18, fill=(149, 236, 105) if mine else (255, 255, 255)
        )
        draw.rounded_rectangle((960 if mine else 30, top, 1050 if mine else 120, top + 90), 12, fill=(120, 150, 190))
        scene.write((left + 30, top + 18), text, 42)
        top += random.choice((140, 160, 210))
    return scene


def grouped(number: str) -> str:
    """A card number in groups of four."""
    return " ".join(number[at : at + 4] for at in range(0, len(number), 4))


def letter(random: Random) -> Scene:
    """A scanned letter."""
    first, second = made_people(random, 2)
    scene = Scene(Image.new("RGB", (1240, 1754), (252, 252, 250)))
    scene.write((470, 130), "情况说明", 46)
    lines = [
        f"姓名：{scene.holds('name', first.name)}，身份证号：{scene.holds('resident_id', first.resident_id)}，",
        f"联系电话：{scene.holds('mobile', first.mobile)}，住址：{first.address}。",
        "本人于上月在贵公司办理业务，因账户信息有误，款项未能到账。",
        f"现申请将款项转入账号 {scene.holds('bank_card', first.bank_card)}，",
        f"收款人：{scene.holds('name', second.name)}，手机：{scene.holds('mobile', second.mobile)}。",
        f"（身份证号码 {scene.holds('resident_id', second.resident_id)}）",
        "以上情况属实，如有不实之处，本人愿承担一切责任。特此说明，请予办理。",
    ]
    for number, line in enumerate(lines):
        scene.write((150, 260 + number * 62), line, 28)
    scene.write((820, 800), f"申请人：{first.name}", 28)
    scene.write((820, 860), "二〇二六年三月五日", 28)
    return scene


def photographed(image: Image.Image, random: Random, size: tuple[int, int], askew: float = 1.0) -> Image.Image:
    """A picture of a thing that lies or stands at an angle, in uneven light."""
    ground = tuple(random.randrange(60, 150) for _ in range(3))
    width, height = size
    share = random.uniform(0.84, 0.94)
    scale = min(width / image.width, height / image.height) * share
    wide, tall = image.width * scale, image.height * scale
    left, top = (width - wide) / 2, (height - tall) / 2
    corners = np.array([(left, top), (left + wide, top), (left + wide, top + tall), (left, top + tall)])
    turn = np.radians(random.uniform(-6, 6) * askew)
    middle = np.array([width / 2, height / 2])
    turned = (corners - middle) @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]]) + middle
    shifts = [[random.uniform(-0.035, 0.035) * width, random.uniform(-0.035, 0.035) * height] for _ in range(4)]
    target = turned + askew * np.array(shifts)
    source = np.array([(0, 0), (image.width, 0), (image.width, image.height), (0, image.height)], float)
    under = Image.new("RGB", size, ground)
    mask = Image.new("L", image.size, 255)
    data = _perspective(target, source)
    warped = image.transform(size, Image.Transform.PERSPECTIVE, data, Image.Resampling.BICUBIC)
    under.paste(warped, (0, 0), mask.transform(size, Image.Transform.PERSPECTIVE, data, Image.Resampling.BILINEAR))
    return _lit(under, random)


def _perspective(target: np.ndarray, source: np.ndarray) -> list[float]:
    rows, values = [], []
    for (x, y), (u, v) in zip(target, source, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    return [float(value) for value in np.linalg.solve(np.array(rows), np.array(values))]


def _lit(image: Image.Image, random: Random) -> Image.Image:
    pixels = np.asarray(image, np.float64)
    down, across = np.mgrid[0 : image.height, 0 : image.width]
    slope = random.uniform(-0.25, 0.25) * across / image.width + random.uniform(-0.25, 0.25) * down / image.height
    return Image.fromarray((pixels * (0.9 + slope)[:, :, None]).clip(0, 255).astype(np.uint8))


def moire(image: Image.Image, random: Random) -> Image.Image:
    """The stripes of a screen seen by a camera."""
    down, across = np.mgrid[0 : image.height, 0 : image.width]
    angle, period = random.uniform(0.1, 1.4), random.uniform(2.5, 7.0)
    fine = np.sin(2 * np.pi * (across * np.cos(angle) + down * np.sin(angle)) / period)
    broad = np.sin(2 * np.pi * (across * np.sin(angle) - down * np.cos(angle)) / (period * random.uniform(12, 30)))
    pixels = np.asarray(image, np.float64) + (random.uniform(4, 12) * fine + random.uniform(4, 12) * broad)[:, :, None]
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def worn(image: Image.Image, random: Random, blur: float, noise: float, quality: tuple[int, int] = (40, 90)) -> bytes:
    """Blur, noise and the losses of JPEG."""
    rng = np.random.default_rng(random.randrange(1 << 32))
    soft = image.filter(ImageFilter.GaussianBlur(random.uniform(0, blur)))
    pixels = np.asarray(soft, np.float64) + rng.normal(0, random.uniform(0, noise), (image.height, image.width, 1))
    packed = io.BytesIO()
    Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(packed, "JPEG", quality=random.randint(*quality))
    return packed.getvalue()


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as a file, and what is written in it, by kind."""

    data: bytes
    written: Mapping[str, frozenset[str]]


def _of_card(random: Random) -> Picture:
    scene = card(random)
    return _done(scene, worn(photographed(scene.image, random, (1440, 1080)), random, 1.2, 8))


def _of_sheet(random: Random) -> Picture:
    scene = sheet(random)
    return _done(scene, worn(moire(photographed(scene.image, random, (1920, 1080)), random), random, 0.8, 6))


def _of_far(random: Random) -> Picture:
    """A spreadsheet in small letters, seen from the side and out of focus."""
    scene = sheet(random, (13, 14, 15))
    askew = moire(photographed(scene.image, random, (1920, 1080), 2.0), random)
    return _done(scene, worn(askew, random, 1.3, 14, (25, 50)))


def _of_chat(random: Random) -> Picture:
    scene = chat(random)
    return _done(scene, worn(scene.image, random, 0.4, 1))


def _of_letter(random: Random) -> Picture:
    scene = letter(random)
    turned = scene.image.rotate(random.uniform(-2, 2), Image.Resampling.BICUBIC, fillcolor=(250, 250, 248))
    return _done(scene, worn(turned.convert("L").convert("RGB"), random, 0.8, 10))


def _done(scene: Scene, data: bytes) -> Picture:
    return Picture(data, MappingProxyType({kind: frozenset(values) for kind, values in scene.written.items()}))


SCENES: Mapping[str, Callable[[Random], Picture]] = MappingProxyType(
    {"card": _of_card, "sheet": _of_sheet, "far": _of_far, "chat": _of_chat, "letter": _of_letter}
)
