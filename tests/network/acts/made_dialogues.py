"""Dialogues of the files in ``dialogues/``: who says what to whom, and what each message does.

``= writer`` begins a chat of ``a``, who asks where anything is asked, and ``b``; an empty line is the next day. Of a message stand the
sender, what it does, ``|`` and the text with places for made identifiers, as ``{m1}``. ``-`` is only talk; acts joined by ``+`` must all be
there (``order:owner*3``: three rows), several parted by spaces are all right. ``[file]`` and the like are kinds of messages.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.identifiers.made_ids import made_card, made_id, made_mobile
from tests.network.acts.made_talk import Chats

from headwater.network.frames import Acts

FOLDER = Path(__file__).with_name("dialogues")
MAIN = ("order", "result", "failure")
_KIND = re.compile(r"\[(transfer|packet|file|image|voice|forwarded|quote)(?: ([^\]]*))?\](?:\\n| )?")
_SLOT = re.compile(r"\{([a-z])([0-9]+)\}")
_SURNAMES = "孙钱郑冯卫蒋韩秦尤许何吕施孔曹严金魏陶姜戚邹窦章"
_GIVEN = ("丽", "建国", "志强", "小梅", "文博", "雪", "海涛", "玉兰", "思远", "晓东", "佳怡", "国栋", "春燕")
_ABROAD = ("James Carter", "Olivia Brown", "Harry Wilson", "Emily Clarke", "Oscar Wright", "Grace Turner")


@dataclass(frozen=True, slots=True)
class Line:
    """One message: who says what, of which kind, what it may do, and how many minutes after the first."""

    writer: str
    sender: int
    to: int
    minute: float
    kind: str
    text: str
    amount: float
    quoted: str | None
    wanted: tuple[Counter[str], ...]


def dialogues(name: str, first: int = 0) -> list[Line]:
    """The messages of one file; chats are numbered from ``first``."""
    told: list[Line] = []
    chat, minute, writer = first - 1, 0.0, ""
    for line in (FOLDER / f"{name}.txt").read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        if line.startswith("="):
            chat, minute, writer = chat + 1, 600.0 + 7.0 * (chat + 1), line[1:].strip()
        elif not line.strip():
            minute += 1440.0 - minute % 1440.0 + 600.0
        else:
            told.append(_line(line, chat, minute, writer))
            minute += 4.0
    return told


def _line(line: str, chat: int, minute: float, writer: str) -> Line:
    head, text = line.split(" | ", 1)
    side, *wanted = head.split()
    sender, to = (2 * chat, 2 * chat + 1) if side == "a" else (2 * chat + 1, 2 * chat)
    kind, amount, quoted = "text", float("nan"), None
    if found := _KIND.match(text):
        kind, text = found[1], text[found.end() :]
        if kind in ("transfer", "packet"):
            amount = float(found[2])
        quoted = _filled(found[2], chat) if kind == "quote" else None
    return Line(writer, sender, to, minute, kind, _filled(text, chat), amount, quoted, tuple(_acts(w) for w in wanted))


def _acts(wanted: str) -> Counter[str]:
    acts: Counter[str] = Counter()
    for each in wanted.split("+") if wanted != "-" else ():
        act, _, times = each.partition("*")
        acts[act] += int(times or 1)
    return acts


def _filled(text: str, chat: int) -> str:
    return _SLOT.sub(lambda m: _made(m[1], int(m[2]), chat), text).replace("\\n", "\n")


def _made(kind: str, number: int, chat: int) -> str:
    """An identifier of a made person."""
    n = chat * 40 + number
    return {
        "m": lambda: made_mobile(70_000_000 + n * 131),
        "n": lambda: _SURNAMES[n % len(_SURNAMES)] + _GIVEN[n % len(_GIVEN)],
        "i": lambda: made_id(1000 + n * 37),
        "c": lambda: made_card(n),
        "p": lambda: f"贵C{n % 7 + 1}M{n % 900 + 100}",
        "r": lambda: f"贵C{n % 7 + 1}K{n % 900 + 100}",
        "a": lambda: f"某某市龙湖路{n % 90 + 1}号{number}栋201室",
        "w": lambda: f"E1{n:07}",
        "q": lambda: f"wxid_made{n:06}",
        "v": lambda: f"+44 7911 1{n % 90_000 + 10_000}",
        "x": lambda: _ABROAD[n % len(_ABROAD)],
        "y": lambda: f"{number + 3} High Street",
    }[kind]()


def chats_of(lines: Iterable[Line]) -> Chats:
    """The chats that those messages are."""
    made = Chats()
    for line in lines:
        made.say(line.minute, line.sender, line.to, line.text, kind=line.kind, amount=line.amount, quoted=line.quoted)
    return made


def told(made: Acts, lines: list[Line]) -> list[Counter[str]]:
    """What each message was found to do: acts, and the main ones with their category too."""
    order = sorted(range(len(lines)), key=lambda n: lines[n].minute)
    found: list[Counter[str]] = [Counter() for _ in lines]
    for message, act, category in zip(made.acts["message"], made.acts["act"], made.acts["category"], strict=True):
        found[order[message]][f"{act}:{category}" if category and act in MAIN[:2] else str(act)] += 1
    return found
