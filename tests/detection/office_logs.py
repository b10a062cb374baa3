"""A made office without any log of client records: log-ons, sticks, sites, mails and files of made people, as CSV.

Ordinary life with habits of each person (hours, machine, sites, how much is mailed, who uses sticks, who works at
night), and some who take things: a leaver with a stick by night, one with the boss's password, one at another's machine.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path

import numpy as np

FIRST = date(2026, 3, 2)  # a Monday
JOBS = ("clerk", "seller", "engineer", "administrator")
HEADERS = {
    "logon": ("id", "date", "user", "pc", "activity"),
    "device": ("id", "date", "user", "pc", "activity"),
    "http": ("id", "date", "user", "pc", "url", "content"),
    "email": ("id", "date", "user", "pc", "to", "cc", "bcc", "from", "size", "attachments", "content"),
    "file": ("id", "date", "user", "pc", "filename", "content"),
}
SETTINGS = """\
timezone = "UTC"
organisation = "Office"

[[logs]]
files = "logs/logon.csv"
table = "logons"
time = {column = "date", format = "%m/%d/%Y %H:%M:%S"}
columns = {account = "user", device = "pc", action = {column = "activity", map = {Logon = "logon", Logoff = "logoff"}}}

[[logs]]
files = "logs/device.csv"
table = "files"
time = {column = "date", format = "%m/%d/%Y %H:%M:%S"}
columns = {account = "user", device = "pc", action = {column = "activity", map = {Connect = "mount", Disconnect = "unmount"}}}

[[logs]]
files = "logs/http.csv"
table = "web"
time = {column = "date", format = "%m/%d/%Y %H:%M:%S"}
columns = {account = "user", device = "pc", host = {column = "url", pattern = "^https?://([^/]+)"}}

[[logs]]
files = "logs/email.csv"
table = "mail"
time = {column = "date", format = "%m/%d/%Y %H:%M:%S"}
columns = {account = "user", sender = "from", recipients = "to", bytes = "size", attachments = "attachments"}

[[logs]]
files = "logs/file.csv"
table = "files"
time = {column = "date", format = "%m/%d/%Y %H:%M:%S"}
columns = {account = "user", device = "pc", path = "filename"}
constants = {action = "copy"}
"""


@dataclass
class Worker:
    """One made person and the habits."""

    user: str
    job: str
    pc: str
    boss: str
    starts: float
    ends: float
    sites: np.ndarray
    requests: float
    mails: float
    sticks: float  # how often on a day
    nights: float  # share of days on which work goes on by night


@dataclass
class OfficeLogs:
    """The whole office; ``rows`` by log, made by ``live`` and the thefts, written by ``write``."""

    staff: int = 80
    days: int = 60
    seed: int = 1600
    workers: list[Worker] = field(default_factory=list)
    rows: dict[str, list[tuple[datetime, tuple[str, ...]]]] = field(default_factory=lambda: defaultdict(list))
    last: dict[str, date] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.rng = np.random.default_rng(self.seed)
        self.workers = [self._worker(i) for i in range(self.staff)]

    def _worker(self, i: int) -> Worker:
        rng, job = self.rng, JOBS[min(3, i * 10 // (self.staff * 3))]
        popular, rest = rng.choice(40, 15, replace=False), rng.choice(400, 25, replace=False) + 40
        return Worker(
            user=f"{'ABCDEFGHJK'[i % 10]}{'LMNPQRSTUV'[i // 10]}T{1000 + 37 * i % 9000:04}",
            job=job,
            pc=f"PC-{7000 + i}",
            boss="",
            starts=float(rng.normal(8.2, 0.6)),
            ends=float(rng.normal(17.2, 0.7)),
            sites=np.concatenate([popular, rest]),
            requests=float(rng.gamma(4, 6)),
            mails=float(rng.gamma(3, 1)),
            sticks=float(rng.gamma(4, 0.6)) if i % 6 == 1 else 0.0,
            nights=0.3 if i % 13 == 4 else 0.01,
        )

    def day(self, number: int) -> date:
        """The so manieth working day."""
        return FIRST + timedelta(days=number // 5 * 7 + number % 5)

    # -- rows of the logs

    def add(self, log: str, day: date, hour: float, user: str, pc: str, *rest: object) -> None:
        when = datetime.combine(day, time()) + timedelta(seconds=round(hour * 3600))
        self.rows[log].append((when, (user, pc, *map(str, rest))))

    def session(self, who: Worker, day: date, starts: float, ends: float, pc: str = "") -> None:
        self.add("logon", day, starts, who.user, pc or who.pc, "Logon")
        self.add("logon", day, ends, who.user, pc or who.pc, "Logoff")

    def stick(self, who: Worker, day: date, hour: float, files: int, pc: str = "") -> None:
        self.add("device", day, hour, who.user, pc or who.pc, "Connect")
        for i in range(files):
            name = f"{self.rng.integers(10**8):08X}.{self.rng.choice(['doc', 'pdf', 'xls', 'zip', 'jpg'])}"
            self.add("file", day, hour + 0.01 * (i + 1), who.user, pc or who.pc, name, "made words")
        self.add("device", day, hour + 0.01 * (files + 2), who.user, pc or who.pc, "Disconnect")

    def visit(self, who: Worker, day: date, hour: float, host: str, pc: str = "") -> None:
        self.add("http", day, hour, who.user, pc or who.pc, f"http://{host}/page{self.rng.integers(99)}.html", "words")

    def mail(self, who: Worker, day: date, hour: float, to: Sequence[str], attachments: int = 0, pc: str = "") -> None:
        size = int(self.rng.lognormal(10, 0.5)) + attachments * int(self.rng.lognormal(12, 0.7))
        sender = f"{who.user.lower()}@office.example"
        self.add("email", day, hour, who.user, pc or who.pc, ";".join(to), "", "", sender, size, attachments, "words")

    # -- ordinary life

    def live(self) -> None:
        for number in range(self.days):
            for who in self.workers:
                if self.rng.random() > 0.04 and self.day(number) <= self.last.get(who.user, date.max):
                    self.ordinary(who, self.day(number))

    def ordinary(self, who: Worker, day: date) -> None:
        rng = self.rng
        starts, ends = who.starts + rng.normal(0, 0.3), who.ends + rng.normal(0, 0.4)
        self.session(who, day, starts, ends)
        if rng.random() < who.nights:
            self.session(who, day, 20 + 2 * rng.random(), 22.5 + rng.random())
        if who.job == "administrator":
            for other in rng.choice(self.workers, rng.poisson(1.5)):
                at = starts + (ends - starts) * rng.random()
                self.session(who, day, at, at + 0.4, other.pc)
        elif rng.random() < 0.01:
            at = starts + (ends - starts) * rng.random()
            self.session(who, day, at, at + 0.2, rng.choice(self.workers).pc)
        for _ in range(rng.poisson(who.requests)):
            site = rng.choice(who.sites) if rng.random() > 0.02 else rng.integers(440, 900)
            self.visit(who, day, starts + (ends - starts) * rng.random(), f"site{site}.example")
        for _ in range(rng.poisson(who.mails)):
            inside = rng.random() < 0.7
            to = [f"{w.user.lower()}@office.example" for w in rng.choice(self.workers, 1 + rng.poisson(0.8))]
            if not inside:
                to = [f"partner{rng.integers(30)}@firm{rng.integers(8)}.example"]
            self.mail(who, day, starts + (ends - starts) * rng.random(), to, int(rng.random() < 0.2))
        for _ in range(rng.poisson(who.sticks)):
            self.stick(who, day, starts + (ends - starts) * rng.random(), 1 + rng.poisson(2))

    # -- those who take things

    def night_leaver(self, who: Worker, first: int, days: int, leaves: int) -> None:
        """Begins to use sticks at night, visits a site where things are published, and leaves."""
        self.last[who.user] = self.day(leaves)
        for n in range(days):
            day = self.day(first + 2 * n)
            hour = 21 + 2 * self.rng.random()
            self.session(who, day, hour, hour + 1.5)
            self.stick(who, day, hour + 0.2, 3 + int(self.rng.poisson(5)))
            for i in range(1 + int(self.rng.poisson(2))):
                self.visit(who, day, hour + 0.6 + i / 20, "leaksite.example")

    def copies_before_leaving(self, who: Worker, first: int, days: int, leaves: int) -> None:
        """Looks for another job, and copies far more to sticks than before."""
        self.last[who.user] = self.day(leaves)
        for n in range(days):
            day = self.day(first + n)
            for _ in range(int(self.rng.poisson(6))):
                self.visit(who, day, 10 + 6 * self.rng.random(), f"jobs{self.rng.integers(6)}.example")
            if n >= days // 2:
                for _ in range(4 + int(self.rng.poisson(4))):
                    self.stick(who, day, 10 + 6 * self.rng.random(), 3 + int(self.rng.poisson(4)))

    def as_the_boss(self, who: Worker, boss: Worker, first: int) -> None:
        """Fetches a program that listens to keys, takes it to the boss's machine, and mails everybody as the boss."""
        day = self.day(first)
        for i in range(5):
            self.visit(who, day, 11 + i / 10, "keylistener.example")
        self.stick(who, day, 12.0, 2)
        self.session(who, day, 12.5, 13.0, boss.pc)
        self.stick(who, day, 12.6, 1, boss.pc)
        day = self.day(first + 1)
        self.session(boss, day, 11.0, 11.5, who.pc)
        for n in range(8):
            several = self.rng.choice(self.workers, 25, replace=False)
            self.mail(boss, day, 11.1 + n / 50, [f"{w.user.lower()}@office.example" for w in several], pc=who.pc)

    def at_anothers_machine(self, who: Worker, victim: Worker, first: int) -> None:
        """Logs on at another's machine oftener and oftener, and mails files home."""
        for n in range(first, self.days):
            if self.rng.random() < 0.2 + 0.6 * (n - first) / (self.days - first):
                day, hour = self.day(n), 12 + 4 * self.rng.random()
                self.session(who, day, hour, hour + 0.7, victim.pc)
                for i in range(1 + int(self.rng.poisson(1.5))):
                    self.mail(who, day, hour + 0.1 * (i + 1), [f"{who.user.lower()}@home.example"], 2, victim.pc)

    def to_the_cloud(self, who: Worker, first: int, days: int) -> None:
        """Sends documents to a disk in the cloud."""
        for n in range(days):
            for i in range(3 + int(self.rng.poisson(5))):
                self.visit(who, self.day(first + n), 10 + i / 4, "clouddisk.example")
            self.stick(who, self.day(first + n), 9.5, 4)

    # -- as a case folder

    def write(self, root: Path) -> Path:
        (root / "logs").mkdir(parents=True)
        (root / "hr").mkdir()
        (root / "headwater.toml").write_text(SETTINGS, "utf-8")
        for log, header in HEADERS.items():
            with (root / "logs" / f"{log}.csv").open("w", newline="", encoding="utf-8") as file:
                out = csv.writer(file)
                out.writerow(header)
                for i, (when, row) in enumerate(sorted(self.rows[log])):
                    out.writerow([f"{{{log.upper()}-{i:07}}}", f"{when:%m/%d/%Y %H:%M:%S}", *row])
        with (root / "hr" / "roster.csv").open("w", newline="", encoding="utf-8") as file:
            roster = csv.writer(file)
            roster.writerow(("employee_id", "name", "department", "role", "left"))
            for who in self.workers:
                left = self.last.get(who.user, "")
                roster.writerow((who.user, "Made Person", "Office", who.job, left))
        return root


def with_thieves(
    seed: int = 1600, staff: int = 80, days: int = 60, kinds: Sequence[str] = ("night", "copies", "machine")
) -> tuple[OfficeLogs, dict[str, str]]:
    """An office with some who take things: user to what was done (night, copies, machine, boss, cloud)."""
    made = OfficeLogs(staff, days, seed)
    w = made.workers
    boss, admin = w[5], next(x for x in w if x.job == "administrator" and not x.sticks)
    copier = next(x for x in w[staff // 3 :] if x.sticks)
    doing: dict[str, tuple[Worker, Callable[[], None]]] = {
        "night": (w[8], lambda: made.night_leaver(w[8], days - 22, 7, days - 6)),
        "copies": (copier, lambda: made.copies_before_leaving(copier, days - 20, 14, days - 4)),
        "machine": (w[10], lambda: made.at_anothers_machine(w[10], w[12], days // 3)),
        "boss": (admin, lambda: made.as_the_boss(admin, boss, days - 12)),
        "cloud": (w[15], lambda: made.to_the_cloud(w[15], days - 9, 5)),
    }
    for kind in kinds:
        doing[kind][1]()
    made.live()
    return made, {doing[kind][0].user: kind for kind in kinds}
