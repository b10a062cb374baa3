"""``python -m bench.scan_corpora FOLDER``: texts to scan, made from a seed, each with the truth beside it.

``chat.txt`` is an export of an agent's chats: identifiers of thirteen kinds in every written form, and as many decoys.
``app.log`` and ``code.py`` hold decoys only. Same seed and size, same bytes.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from random import Random

from bench.scan_decoys import DECOYS, written
from bench.scan_forms import FORMS, further
from bench.scan_people import Person, person
from bench.scan_truth import Span, Truth, save

SEED = 6
_SPEAKERS = ("小王", "客服01", "客服02", "我", "小李", "群助手")
_SENTENCES = (
    "好的，我先看一下，稍后回复你",
    "这个活动月底就结束了，要抓紧时间",
    "系统又慢了，刷新一下试试看",
    "资料已经收到，还差一份盖章的",
    "今天下午三点开会，记得带上报表",
    "上个月的提成怎么还没有发下来啊",
    "麻烦把表格按部门重新排一下再发给我",
    "天气不错，中午一起吃饭吗？",
    "领导说这批要在周五之前全部处理完",
    "收到[图片]",
    "ok, please check the attachment and let me know",
    "昨天说的那件事有结果了没有？",
    "客户那边的意思是再考虑一下，过两天回话",
    "第2批一共136个，已经完成97个，还有39个没联系上",
    "哈哈哈哈",
    "红包已领取",
)
_ITEMS_PER_MB, _DECOYS_PER_MB = 1_060, 1_160
_NOBODYS = {"uscc", "hk_id", "taiwan_id", "vin", "ip_address"}  # one sample for all, or no person
_LEVELS = ("INFO", "WARN", "DEBUG", "ERROR")
_METHODS = ("GET /api/v2/orders/", "POST /policy/query?id=", "GET /static/app.", "PUT /batch/")


def chat(megabytes: float, seed: int = SEED) -> tuple[str, Truth]:
    """An export of chats with what it truly holds."""
    rng, truth, lines, size = Random(seed), Truth(), [], 0
    share = (_ITEMS_PER_MB + _DECOYS_PER_MB) * 68 / 1e6  # a line of chat has about 68 bytes
    items = _ITEMS_PER_MB / (_ITEMS_PER_MB + _DECOYS_PER_MB)
    order, false = _in_turn(rng), _decoys_in_turn(rng)
    while size < megabytes * 1e6:
        stamp = f"2026-{rng.randint(1, 12):02}-{rng.randint(1, 28):02} {rng.randint(8, 22):02}:{rng.randint(0, 59):02}"
        head = f"{stamp} {rng.choice(_SPEAKERS)}: "
        if rng.random() >= share:
            line = head + rng.choice(_SENTENCES)
        elif rng.random() < items:
            line = _with_item(head + _lead(rng), next(order), rng, len(lines), truth)
        else:
            line = _with_decoy(head + _lead(rng), next(false), rng, len(lines), truth)
        lines.append(line)
        size += len(line.encode()) + 1
    return "\n".join(lines) + "\n", truth


def _lead(rng: Random) -> str:
    return rng.choice(_SENTENCES) + "，" if rng.random() < 0.3 else ""


def _in_turn(rng: Random) -> Iterator[tuple[str, str, Person]]:
    """Every form of every kind again and again, in a new order each time; a third of the people come back."""
    forms = [(kind, form) for kind, written in FORMS.items() for form in written]
    number = 0
    while True:
        rng.shuffle(forms)
        for kind, form in forms:
            number += 1
            yield kind, form, person(rng.randrange(number) if rng.random() < 0.33 else number)


def _decoys_in_turn(rng: Random) -> Iterator[str]:
    names = list(DECOYS)
    while True:
        rng.shuffle(names)
        yield from names


def _with_item(head: str, what: tuple[str, str, Person], rng: Random, line: int, truth: Truth) -> str:
    kind, form, someone = what
    before, value, after = FORMS[kind][form](someone, rng)
    start = len(head) + len(before)
    truth.items.append(Span(line, start, start + len(value), kind, form, -1 if kind in _NOBODYS else someone.number))
    second = further(kind, form, someone)
    if second:
        at = start + len(value) + after.index(second[1])
        truth.items.append(Span(line, at, at + len(second[1]), second[0], "beside a name", someone.number))
    return head + before + value + after


def _with_decoy(head: str, name: str, rng: Random, line: int, truth: Truth) -> str:
    before, value, after = written(name, rng)
    start = len(head) + len(before)
    truth.decoys.append(Span(line, start, start + len(value), name, name, -1))
    return head + before + value + after


def log(megabytes: float, seed: int = SEED) -> tuple[str, Truth]:
    """A log of an application: times, numbers of requests and sizes, and nobody's data."""
    rng, truth, lines, size = Random(f"log {seed}"), Truth(), [], 0
    names = _decoys_in_turn(rng)
    while size < megabytes * 1e6:
        head = (
            f"2026-03-{rng.randint(1, 28):02}T{rng.randint(0, 23):02}:{rng.randint(0, 59):02}:{rng.randint(0, 59):02}."
            f"{rng.randint(0, 999):03}Z {rng.choice(_LEVELS)} [worker-{rng.randint(1, 64)}] 192.0.2.{rng.randint(1, 254)} "
            f"{rng.choice(_METHODS)}{rng.getrandbits(48):012x} {rng.choice((200, 304, 404, 500))} {rng.randint(80, 99_999)} "
        )
        line = _with_decoy(head, next(names), rng, len(lines), truth) if rng.random() < 0.3 else head + "done"
        lines.append(line)
        size += len(line.encode()) + 1
    return "\n".join(lines) + "\n", truth


def code(megabytes: float, seed: int = SEED) -> tuple[str, Truth]:
    """Source code: constants, tables of numbers, hashes, and nobody's data."""
    rng, truth, lines, size = Random(f"code {seed}"), Truth(), [], 0
    names, words = _decoys_in_turn(rng), ("client", "table", "reader", "result", "offset", "token", "address", "phone")
    while size < megabytes * 1e6:
        a, b = rng.sample(words, 2)
        made = (
            f"def {a}_{b}_{rng.randint(0, 999)}({b}: str, limit: int = {rng.randint(1, 10**6)}) -> None:",
            f"    {a} = [{', '.join(str(rng.getrandbits(40)) for _ in range(4))}]",
            f"    {b}_mask = 0x{rng.getrandbits(64):016X}  # {a} of {b}, see issue {rng.randint(1, 9999)}",
            f"    return {a}({b}, {rng.random():.16f})",
        )
        line = rng.choice(made)
        if rng.random() < 0.1:
            line = _with_decoy(f"    {a} = '", next(names), rng, len(lines), truth) + "'"
        lines.append(line)
        size += len(line.encode()) + 1
    return "\n".join(lines) + "\n", truth


def flood(name: str, count: int, seed: int = SEED) -> Iterator[str]:
    """So many lines, each with one decoy of a kind."""
    rng = Random(f"flood {name} {seed}")
    for _ in range(count):
        yield "".join(written(name, rng))


MADE = {"chat.txt": chat, "app.log": log, "code.py": code}


def make(folder: Path, name: str, megabytes: float, seed: int = SEED) -> Path:
    """Write one of the texts and its truth; gives its place."""
    folder.mkdir(parents=True, exist_ok=True)
    text, truth = MADE[name](megabytes, seed)
    file = folder / name
    file.write_text(text, encoding="utf-8", newline="\n")
    save(file, truth)
    return file


def main(arguments: list[str] | None = None) -> None:
    """Write the texts."""
    asked = argparse.ArgumentParser(prog="python -m bench.scan_corpora", description=__doc__)
    asked.add_argument("folder", type=Path)
    asked.add_argument("--mb", type=float, default=50, help="of chat; a third as much log and code (default: 50)")
    asked.add_argument("--seed", type=int, default=SEED)
    options = asked.parse_args(arguments)
    for name in MADE:
        file = make(options.folder, name, options.mb if name == "chat.txt" else options.mb / 3, options.seed)
        print(f"{file.name}: {file.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
