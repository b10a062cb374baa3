"""``python -m bench.console_users``: fifty people at once on one server, as ratios to one person alone.

Makes a house (or takes an answer that is there), serves it by ``headwater serve`` in a process of its own, and lets people work on it:
each signs in, reads lists, opens findings and alerts, searches and writes notes, over the loopback and without a browser. Measured are
one person alone, all of them at the pace of people (a pause after each page), and all without a pause. At last somebody knocks ten
thousand times with wrong passwords while the others work on.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2

from bench import child
from bench.machine import machine
from headwater.console.house import FOLDER
from headwater.store.casebook import cases, users
from headwater.store.casebook.opening import open_casebook
from headwater.store.casebook.permissions import Role
from headwater.store.casebook.place import place

RESULTS = Path(__file__).with_name("console_users.json")
PASSWORD = "fifty at once {}"
SHARE_OF_WRITING = 0.1
KNOCKS = 10_000


def main(arguments: list[str] | None = None) -> None:
    """Serve, let people work, keep the figures."""
    asked = argparse.ArgumentParser(prog="python -m bench.console_users", description=__doc__)
    asked.add_argument("--users", type=int, default=50)
    asked.add_argument("--seconds", type=float, default=20.0, help="how long each part goes on")
    asked.add_argument("--pause", type=float, default=5.0, help="seconds that somebody looks at a page")
    asked.add_argument(
        "--answer", type=Path, default=None, help="an OUT folder to serve (it is copied to); default: a made one"
    )
    asked.add_argument("--case", type=Path, default=None, help="the case folder of that answer")
    asked.add_argument("--out", type=Path, default=RESULTS)
    told = asked.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="headwater-bench-") as folder:
        root = Path(folder)
        case, out = _served(root, told.case, told.answer)
        people = _people(root, told.users)
        with _server(root, case, out) as server:
            figures = _measured(server, people, told.seconds, told.pause)
    told.out.write_text(json.dumps({"machine": machine(), **figures}, indent=1, ensure_ascii=False) + "\n", "utf-8")
    print(json.dumps(figures, indent=1, ensure_ascii=False))


def _served(root: Path, case: Path | None, out: Path | None) -> tuple[Path, Path]:
    """The case and the answer that are served."""
    if case is not None and out is not None:
        return case, out
    made = root / "demo"
    child.run([sys.executable, "-m", "headwater.cli.main", "demo", "--out", str(made)])
    (result,) = made.rglob("result.json")
    (settings,) = (p for p in made.rglob("headwater.toml") if "workspace" not in p.parts)
    return settings.parent, result.parent


def _people(root: Path, count: int) -> list[str]:
    """Accounts for all of them, members of the one case, in a casebook that lies beside."""
    names = [f"user{number:02}" for number in range(1, count + 1)]
    folder = root / FOLDER
    folder.mkdir(mode=0o700)
    book, now = open_casebook(place(folder, str(root / "casebook.sqlite")), make=True), datetime.now(UTC)
    with book.transaction(now) as tx:
        first = users.add_first(tx, names[0], "", PASSWORD.format(names[0]), roles=[Role.investigator])
        tx.actor, tx.signed[first.id] = first.id, first
        others = [users.add(tx, first, n, "", PASSWORD.format(n), [Role.analyst]) for n in names[1:]]
        entry = cases.add_case(tx, first, "bench")
        for other in others:
            cases.set_member(tx, first, entry, other)
    book.close()
    return names


@dataclass(slots=True)
class _Server:
    base: str
    process: subprocess.Popen[bytes]

    def memory_mb(self) -> float:
        told = Path(f"/proc/{self.process.pid}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+) kB", told)
        return int(found[1]) / 1024 if found else 0.0

    def seconds(self) -> float:
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def _server(root: Path, case: Path, out: Path) -> Iterator[_Server]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    house = root / "house.toml"
    told = {"name": "bench", "folder": str(case.resolve()), "out": str(out.resolve())}
    lines = [
        f'casebook = "{root / "casebook.sqlite"}"',
        "[[case]]",
        *(f"{k} = {json.dumps(v)}" for k, v in told.items()),
    ]
    house.write_text("\n".join(lines), "utf-8")
    command = [sys.executable, "-m", "headwater.cli.main", "serve", "--house", str(house), "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        while not _listens(port):
            if process.poll() is not None:
                raise RuntimeError("the server ended")
            time.sleep(0.1)
        yield _Server(f"http://127.0.0.1:{port}", process)
    finally:
        process.terminate()
        process.wait()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@dataclass(slots=True)
class Heard:
    """What requests cost, by the kind of page, and what was answered."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    sizes: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    codes: Counter[int] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, kind: str, seconds: float, answer: httpx2.Response) -> None:
        with self.lock:
            self.seconds[kind].append(seconds)
            self.sizes[kind].append(len(answer.content))
            self.codes[answer.status_code] += 1

    def told(self, over: float) -> dict[str, Any]:
        every = sorted(s for kind in self.seconds.values() for s in kind)
        return {
            "requests": len(every),
            "a_second": round(len(every) / over, 1),
            "median_ms": _ms(every, 0.5),
            "p95_ms": _ms(every, 0.95),
            "p99_ms": _ms(every, 0.99),
            "codes": {str(code): count for code, count in sorted(self.codes.items())},
            "by_page": {
                kind: {
                    "median_ms": _ms(sorted(s), 0.5),
                    "p95_ms": _ms(sorted(s), 0.95),
                    "kb": round(statistics.median(self.sizes[kind]) / 1024, 1),
                }
                for kind, s in sorted(self.seconds.items())
            },
        }


def _ms(ordered: list[float], share: float) -> float:
    return round(1000 * ordered[min(len(ordered) - 1, int(len(ordered) * share))], 1) if ordered else 0.0


class Person:
    """Somebody who works: what he opens next comes from what he sees."""

    def __init__(self, base: str, name: str, heard: Heard) -> None:
        self.client = httpx2.Client(base_url=base, timeout=60, follow_redirects=False)
        self.heard, self.dice = heard, random.Random(name)
        self.name, self.root, self.seen, self.csrf = name, "/cases/bench", ["/cases"], ""

    def sign_in(self) -> None:
        """Sign in, and see what the navigation offers."""
        answer = self._timed(
            "sign in",
            lambda: self.client.post("/sign-in", data={"name": self.name, "password": PASSWORD.format(self.name)}),
        )
        if answer.status_code != 303:
            raise RuntimeError(f"{self.name} could not sign in: {answer.status_code}")
        self.look(self.root)

    def look(self, path: str) -> None:
        """Open a page, and remember where it leads."""
        answer = self._timed(_kind(path), lambda: self.client.get(path))
        if answer.status_code != 200:
            return
        found = re.search(r'name="csrf" value="([^"]+)"', answer.text)
        self.csrf = found[1] if found else self.csrf
        links = [link.replace("&amp;", "&") for link in re.findall(r'href="(/cases/bench[^"#]*)"', answer.text)]
        self.seen = [link for link in links if "download=" not in link] or self.seen

    def work(self) -> None:
        """One thing: mostly a page that the last one leads to, now and then a search or a note."""
        chance = self.dice.random()
        if chance < SHARE_OF_WRITING and self.csrf:
            body = {"text": f"seen at {self.dice.randrange(10**6)}", "csrf": self.csrf}
            self._timed("note (a write)", lambda: self.client.post(f"{self.root}/incidents/1/notes", data=body))
        elif chance < 2 * SHARE_OF_WRITING:
            self.look(f"{self.root}/search?q={self.dice.choice(('account', 'departure', 'bulk', 'desk', '2024'))}")
        else:
            self.look(self.dice.choice(self.seen))

    def _timed(self, kind: str, ask: Callable[[], httpx2.Response]) -> httpx2.Response:
        began = time.perf_counter()
        answer = ask()
        self.heard.add(kind, time.perf_counter() - began, answer)
        return answer


def _kind(path: str) -> str:
    parts = path.partition("?")[0].strip("/").split("/")
    return "/".join(
        ["", *parts[:1], *(["…"] if len(parts) > 1 else []), *parts[2:3], *(["…"] if len(parts) > 3 else [])]
    )


def _measured(server: _Server, names: list[str], seconds: float, pause: float) -> dict[str, Any]:
    alone = _together(server, names[:1], seconds / 2, 0.0)
    people = _together(server, names, seconds, pause)
    hard = _together(server, names, seconds, 0.0)
    knocked = _knocked(server, names[:5])
    return {
        "users": len(names),
        "alone": alone,
        "at_peoples_pace": {"pause_seconds": pause, **people},
        "without_pause": hard,
        "ten_thousand_log_ins": knocked,
        "ratios": {
            "median at people's pace to alone": _ratio(people["median_ms"], alone["median_ms"]),
            "p95 at people's pace to median alone": _ratio(people["p95_ms"], alone["median_ms"]),
            "requests a second without pause to alone": _ratio(hard["a_second"], alone["a_second"]),
        },
    }


def _ratio(one: float, other: float) -> float | None:
    return round(one / other, 2) if other else None


def _together(server: _Server, names: list[str], seconds: float, pause: float) -> dict[str, Any]:
    """People who work side by side for so long; they sign in before that."""
    heard, entered = Heard(), Heard()
    people = [Person(server.base, name, entered) for name in names]
    for person in people:
        person.sign_in()
        person.heard = heard
    began, used, ends = time.perf_counter(), server.seconds(), threading.Event()
    threads = [threading.Thread(target=_working, args=(person, ends, pause)) for person in people]
    for thread in threads:
        thread.start()
    ends.wait(seconds)
    ends.set()
    for thread in threads:
        thread.join()
    over = time.perf_counter() - began
    for person in people:
        person.client.close()
    cost = {"memory_mb": round(server.memory_mb(), 1), "processor_share": round((server.seconds() - used) / over, 2)}
    return {**heard.told(over), **cost, "sign_in_median_ms": _ms(sorted(entered.seconds["sign in"]), 0.5)}


def _working(person: Person, ends: threading.Event, pause: float) -> None:
    ends.wait(person.dice.random() * pause)
    while not ends.is_set():
        person.work()
        ends.wait(person.dice.uniform(0.5, 1.5) * pause)


def _knocked(server: _Server, names: list[str]) -> dict[str, Any]:
    """Ten thousand wrong passwords as fast as they go, while a few people work on."""
    heard, codes = Heard(), Counter[int]()
    people = [Person(server.base, name, heard) for name in names]
    for person in people:
        person.sign_in()
    heard.seconds.clear()
    ends = threading.Event()
    threads = [threading.Thread(target=_working, args=(person, ends, 1.0)) for person in people]
    for thread in threads:
        thread.start()
    began, used = time.perf_counter(), server.seconds()
    with httpx2.Client(base_url=server.base, timeout=60) as stranger:
        for number in range(KNOCKS):
            told = {"name": f"user{number % 60:02}", "password": f"guess {number}"}
            codes[stranger.post("/sign-in", data=told).status_code] += 1
    over, spent = time.perf_counter() - began, server.seconds() - used
    ends.set()
    for thread in threads:
        thread.join()
    every = sorted(s for kind in heard.seconds.values() for s in kind)
    return {
        "knocks": KNOCKS,
        "seconds": round(over, 1),
        "processor_ms_each": round(1000 * spent / KNOCKS, 2),
        "codes": {str(code): count for code, count in sorted(codes.items())},
        "others_median_ms": _ms(every, 0.5),
        "others_p95_ms": _ms(every, 0.95),
    }


if __name__ == "__main__":
    main()
