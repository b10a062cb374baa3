"""Scenarios: what is written beside a detector (``NAME.scenarios.toml``) becomes a lake and what must be found in it.

A file holds ``[[scenarios]]``, each one office (``office``: its generator's values) with what is done to it (``does``:
one table per deed, ``act`` naming a function of this module) and several ``[[scenarios.expect]]``: under these values
of the detector's parameters (``set``) these findings by key (``fires``), none of these (``silent``), thought to be done
by these people (``names``), with so many bits (``bits``). ``innocent`` scenarios accuse nobody under any detector.
"""

from __future__ import annotations

import tomllib
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from tests.detection.lakes import DATASET, Office, moment, office, working_day

import headwater.detection.detectors as package
from headwater.model.settings import RuleFile, SigmaSettings

FOLDER = Path(package.__file__).parent
KEYS = {"name", "story", "office", "does", "expect", "innocent"}
EXPECT_KEYS = {"name", "set", "fires", "silent", "names", "bits", "unnamed", "says"}
Deed = Callable[..., None]


@dataclass(frozen=True)
class Expectation:
    name: str
    set: dict[str, Any] = field(default_factory=dict)
    fires: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    names: dict[str, list[str]] = field(default_factory=dict)
    bits: dict[str, list[float]] = field(default_factory=dict)
    unnamed: tuple[str, ...] = ()
    says: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Scenario:
    detector: str
    name: str
    story: str
    values: dict[str, Any]
    deeds: tuple[dict[str, Any], ...]
    expect: tuple[Expectation, ...]
    innocent: bool

    def __str__(self) -> str:
        return f"{self.detector}: {self.name}"

    def house(self) -> Office:
        made = office(**{"staff": 20, "days": 30, "level": 14.0, "seed": 2, **self.values})
        for number, deed in enumerate(self.deeds):
            rng = np.random.default_rng(zlib.crc32(f"{self.name}/{number}".encode()))
            told = dict(deed)
            DEEDS[told.pop("act")](made, rng, **told)
        return made


def load(detector: str) -> tuple[Scenario, ...]:
    """The scenarios of a detector, by its module's name; every key must be known."""
    told = tomllib.loads((FOLDER / f"{detector}.scenarios.toml").read_text("utf-8"))
    assert set(told) == {"scenarios"}
    made = []
    for each in told["scenarios"]:
        assert set(each) <= KEYS, set(each) - KEYS
        expected = []
        for one in each["expect"]:
            assert set(one) <= EXPECT_KEYS, set(one) - EXPECT_KEYS
            values = {k: _frozen(v) for k, v in one.items()}
            values["set"] = {k: _frozen(v) for k, v in one.get("set", {}).items()}
            expected.append(Expectation(**values))
        made.append(
            Scenario(
                detector,
                each["name"],
                each["story"],
                each.get("office", {}),
                tuple(each.get("does", ())),
                tuple(expected),
                each.get("innocent", False),
            )
        )
    return tuple(made)


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def written() -> list[str]:
    """Every detector's module, by name."""
    return sorted(p.stem for p in FOLDER.glob("[a-z]*.py"))


# -- deeds


def _days(told: int | Sequence[int] | str) -> list[date]:
    """A working day by its number, two numbers as first and last, or a date."""
    if isinstance(told, str):
        return [date.fromisoformat(told)]
    if isinstance(told, int):
        return [working_day(told)]
    first, last = told
    return [working_day(n) for n in range(first, last + 1)]


def _employee(account: str) -> str:
    return f"E{account[1:]}"


def _numbers(house: Office, rng: np.random.Generator, who: str, of: str, count: int) -> list[int]:
    if of == "own":
        among = house.own(_employee(who))
    elif of == "nobodys":
        among = house.nobodys()
    elif of == "namesakes":
        borne = {r["ordinal"] for r in house.rows["shared_traits"] if r["token"] == f"surname of {_employee(who)}"}
        among = np.array(sorted(borne & set(house.nobodys().tolist())))
    elif of == "strangers":
        among = np.setdiff1d(np.arange(house.clients), house.own(_employee(who)))
    else:
        among = house.own(of)
    return [int(x) for x in rng.choice(among, count, replace=False)]


def read(
    house: Office, rng: np.random.Generator, who: str, days: Any, records: int, of: str = "strangers", at: str = "",
    hour: float = 14.0, every: float = 20.0, again: bool = False,
) -> None:  # fmt: skip
    """Look-ups; ``again`` reads the same records every day."""
    same = _numbers(house, rng, who, of, records)
    for day in _days(days):
        numbers = same if again else _numbers(house, rng, who, of, records)
        house.read(who, day, numbers, at or _employee(who), hour, every)


def walk(
    house: Office, rng: np.random.Generator, who: str, days: Any, records: int, at: str = "", hour: float = 2.0,
    every: float = 2.0, uneven: float = 0.05, shuffled: int = 1,
) -> None:  # fmt: skip
    """Records number after number, going on the next day; within so many at a time ``shuffled``.

    The pauses are ``every`` seconds, with so large a standard deviation of their logarithms (``uneven``).
    """
    begin = int(house.nobodys()[0]) - 1500
    for day in _days(days):
        told = np.arange(begin, begin + records)
        order = np.argsort(np.arange(records) // shuffled + rng.random(records) * (shuffled > 1), kind="stable")
        passed = np.cumsum(every * rng.lognormal(0.0, uneven, records)) / 3600
        for number, later in zip(told[order].tolist(), passed.tolist(), strict=True):
            house.read(who, day, [number], at or _employee(who), hour + later)
        begin += records


def seek(
    house: Office, rng: np.random.Generator, who: str, days: Any, records: int, of: str = "nobodys", hour: float = 14.0,
    famous: bool = False,
) -> None:  # fmt: skip
    """Single people searched for, each opened at once; ``famous`` are the same for everybody."""
    for day in _days(days):
        numbers = house.nobodys()[:records] if famous else _numbers(house, rng, who, of, records)
        for i, number in enumerate(numbers):
            house.export(who, day, 1, _employee(who), hour + i / 20, "search")
            house.read(who, day, [int(number)], _employee(who), hour + i / 20 + 10 / 3600)


def bear(
    house: Office, rng: np.random.Generator, who: str, share: float, kind: str = "surname", together: bool = False
) -> None:  # fmt: skip
    """The owner of an account has a surname, or an address, in common with so large a share of the clients, who live together."""
    token = f"{kind} of {_employee(who)}"
    house.add("staff_traits", employee=_employee(who), kind=kind, token=token)
    for number in rng.choice(house.clients, round(share * house.clients), replace=False):
        house.add("shared_traits", dataset=DATASET, ordinal=int(number), kind=kind, token=token)
        home = "home" if together else f"home of {number}"
        house.add("subjects", dataset=DATASET, subject=f"c{number}", ordinal=int(number), kind="address", token=home)


def statement(
    house: Office, rng: np.random.Generator, who: str, days: Any, records: int, of: str = "strangers", at: str = "",
    hour: float = 14.0,
) -> None:  # fmt: skip
    for day in _days(days):
        house.statement(who, day, _numbers(house, rng, who, of, records), at or _employee(who), hour)


def export(
    house: Office, rng: np.random.Generator, who: str, days: Any, rows: int, at: str = "", hour: float = 14.0,
    action: str = "export",
) -> None:  # fmt: skip
    for day in _days(days):
        house.export(who, day, rows, at or _employee(who), hour, action)


def upload(
    house: Office, rng: np.random.Generator, who: str, days: Any, size: int, posts: int = 1, hour: float = 15.0,
    host: str = "chat.shop.example", at: str = "", account: str = "",
) -> None:  # fmt: skip
    for day in _days(days):
        for i in range(posts):
            house.post(account or who, day, size, at or _employee(who), hour + i / 60, host)


def write(
    house: Office, rng: np.random.Generator, who: str, days: Any, file: str = "list.xlsx", hour: float = 15.0,
    at: str = "", size: int = 50_000,
) -> None:  # fmt: skip
    for n, day in enumerate(_days(days)):
        house.write(who, day, f"{n}{file}", at or _employee(who), hour, size)


def stick(
    house: Office, rng: np.random.Generator, who: str, days: Any, files: int, hour: float = 21.0, at: str = ""
) -> None:  # fmt: skip
    """A stick is connected, and files are copied to it."""
    seat = house.seat(at or _employee(who))
    for day in _days(days):
        house.event("files", moment(day, hour), account=who, path="USBSTOR", action="mount", **seat)
        for i in range(files):
            name = f"E:\\copy{i}.xlsx"
            house.event(
                "files", moment(day, hour, 20.0 * i), account=who, path=name, action="copy", bytes=9_000, **seat
            )


def carry(
    house: Office, rng: np.random.Generator, who: str, days: Any, file: str = "list.xlsx", hour: float = 15.2,
    size: int = 50_000, deleted: float | None = None, at: str = "",
) -> None:  # fmt: skip
    """What ``write`` wrote is copied to a stick, and deleted at some hour where one is given."""
    seat = house.seat(at or _employee(who))
    for n, day in enumerate(_days(days)):
        acts = [(hour, f"E:\\{n}{file}", "copy"), (deleted, f"C:\\Users\\{who}\\{n}{file}", "delete")]
        for when, path, action in acts:
            if when is not None:
                house.event("files", moment(day, when), account=who, path=path, action=action, bytes=size, **seat)


def spool(house: Office, rng: np.random.Generator, who: str, days: Any, hour: float = 15.2) -> None:
    for day in _days(days):
        path = "C:\\Windows\\System32\\spool\\PRINTERS\\00002.SPL"
        house.event("files", moment(day, hour), account=who, path=path, action="create", bytes=90_000,
                    **house.seat(_employee(who)))  # fmt: skip


def letter(
    house: Office, rng: np.random.Generator, who: str, days: Any, size: int, hour: float = 15.2,
    to: str = "sunny12@post.example",
) -> None:  # fmt: skip
    """A mail to the outside whose attachment has this size before it is encoded."""
    for day in _days(days):
        house.event("mail", moment(day, hour), account=who, sender=f"{who}@office.example", recipients=[to],
                    attachments=["photo.jpg"], bytes=size * 4 // 3 + 2_000)  # fmt: skip


def logon(house: Office, rng: np.random.Generator, who: str, days: Any, at: str, hour: float = 8.5) -> None:
    for day in _days(days):
        house.logon(who, day, at, hour)


def fail(
    house: Office, rng: np.random.Generator, who: str, days: Any, at: str, times: int = 3, hour: float = 8.5
) -> None:
    """Wrong passwords over the network, and then the right one."""
    for day in _days(days):
        for n in range(times + 1):
            house.event(
                "logons", moment(day, hour, 20.0 * n), account=who, kind="network",
                action="failure" if n < times else "logon", **house.seat(at),
            )  # fmt: skip


def silence(house: Office, rng: np.random.Generator, who: str, days: Any, tables: Sequence[str] = ()) -> None:
    house.silence(who, _days(days), tuple(tables) or ("access", "logons", "web", "files"))


def ticket(house: Office, rng: np.random.Generator, who: str, days: Any, dataset: str = DATASET) -> None:
    told = _days(days)
    house.add("tickets", ticket=f"T{len(house.rows['tickets'])}", principal=who, dataset=dataset or None,
              purpose="audit", starts=told[0], ends=told[-1])  # fmt: skip


def away(house: Office, rng: np.random.Generator, employee: str, days: Any, works: bool = False) -> None:
    """Recorded leave; nothing is done under the own account unless it ``works``."""
    told = _days(days)
    house.add("absences", employee=employee, starts=told[0], ends=told[-1], kind="leave")
    if not works:
        house.silence(f"u{employee[1:]}", told)


def leaves(house: Office, rng: np.random.Generator, employee: str, day: int, notice: int | None = None) -> None:
    """The last day of somebody; whatever came after it under the own account has not happened."""
    row = next(r for r in house.rows["people"] if r["employee"] == employee)
    row["left"] = working_day(day)
    row["resigned"] = None if notice is None else working_day(notice)
    house.silence(f"u{employee[1:]}", [working_day(n) for n in range(day + 1, house.days)])


def joins(house: Office, rng: np.random.Generator, employee: str, day: int) -> None:
    """Somebody new: nothing before that day, no book, and what is read is what colleagues handle."""
    row = next(r for r in house.rows["people"] if r["employee"] == employee)
    row["hired"] = working_day(day)
    house.silence(f"u{employee[1:]}", [working_day(n) for n in range(day)])
    house.rows["relations"] = [r for r in house.rows["relations"] if r["employee"] != employee]


def account(
    house: Office,
    rng: np.random.Generator,
    name: str,
    owner: str = "",
    kind: str = "person",
    disabled: int | None = None,
) -> None:
    """A further row of the account list."""
    house.add("accounts", account=name, system="crm", owner=owner or None, kind=kind,
              disabled=None if disabled is None else working_day(disabled))  # fmt: skip


def listed(house: Office, rng: np.random.Generator, name: str, owner: str | None = None, **values: Any) -> None:
    """The account list says something else: another owner (``-`` for none), another kind, the day it was disabled."""
    row = next(r for r in house.rows["accounts"] if r["account"] == name)
    row["owner"] = row["owner"] if owner is None else None if owner == "-" else owner
    row |= {k: working_day(v) if k == "disabled" else v for k, v in values.items()}


def unlisted(house: Office, rng: np.random.Generator, name: str) -> None:
    house.rows["accounts"] = [r for r in house.rows["accounts"] if r["account"] != name]


def shares(house: Office, rng: np.random.Generator, employee: str, desk: str) -> None:
    """Two shifts at one desk: its employee before one o'clock, the other one after it."""
    row = next(r for r in house.rows["people"] if r["employee"] == employee)
    seat = house.seat(desk)
    row |= {"workstation": seat["device"], "ip": seat["ip"]}
    early, late = f"u{desk[1:]}", f"u{employee[1:]}"
    for table in ("access", "logons", "web", "files"):
        kept = [r for r in house.rows[table] if r["hour"] < 13 or r["account"] != early]
        kept = [r for r in kept if r["hour"] >= 13 or r["account"] != late]
        moved = {k: v for k, v in seat.items() if k == "ip" or table in ("logons", "files")}
        house.rows[table] = [{**r, **moved} if r["account"] == late else r for r in kept]


def sits(house: Office, rng: np.random.Generator, employee: str, at: str) -> None:
    """All that somebody did was done at a colleague's desk, of which the roster knows nothing."""
    seat, name = house.seat(at), f"u{employee[1:]}"
    for table in ("access", "logons", "web", "files"):
        moved = {k: v for k, v in seat.items() if k == "ip" or table in ("logons", "files")}
        house.rows[table] = [{**r, **moved} if r["account"] == name else r for r in house.rows[table]]


def canaries(house: Office, rng: np.random.Generator, count: int) -> None:
    """Records of nobody's are declared as canaries."""
    for number in house.nobodys()[:count]:
        house.add("canaries", dataset=DATASET, subject=f"c{number}", ordinal=int(number), source="headwater.toml")


def trips(
    house: Office, rng: np.random.Generator, who: str, day: int, numbers: Sequence[int], among: int = 0, at: str = "",
    hour: float = 14.0,
) -> None:  # fmt: skip
    """Canaries (by their place in the list) are looked up, or drawn in a list of so many records."""
    found = [house.rows["canaries"][n]["ordinal"] for n in numbers]
    seat = at or _employee(who)
    if among:
        known = {r["ordinal"] for r in house.rows["canaries"]}
        others = [n for n in range(house.clients) if n not in known][: among - len(found)]
        house.statement(who, working_day(day), [*others, *found], seat, hour)
    else:
        house.read(who, working_day(day), found, seat, hour)


def sends(
    house: Office, rng: np.random.Generator, who: str, days: Any, size: int, hour: float = 15.0, status: int = 200,
    host: str = "drop.files.test",
) -> None:  # fmt: skip
    """One post a day to a site that is on no list."""
    for day in _days(days):
        house.event(
            "web", moment(day, hour), account=who, ip=house.seat(_employee(who))["ip"], host=host, path="/put",
            method="POST", status=status, bytes_out=int(size), bytes_in=400,
        )  # fmt: skip


def lost(house: Office, rng: np.random.Generator, tables: Sequence[str]) -> None:
    """The case folder was given without these tables."""
    for table in tables:
        house.rows[table] = []


def right(
    house: Office, rng: np.random.Generator, principal: str, action: str, limit: int | None = None, only: bool = False
) -> None:
    """A right; ``only`` takes away what this principal had for that action."""
    if only:
        house.rows["entitlements"] = [
            r for r in house.rows["entitlements"] if (r["principal"], r["action"]) != (principal, action)
        ]
    house.add("entitlements", principal=principal, dataset=DATASET, action=action, rows_per_day=limit)


def related(house: Office, rng: np.random.Generator, employee: str, of: str, days: Any, kind: str = "call") -> None:
    """A passing relation with every client of a book."""
    told = _days(days)
    house.relate(employee, house.own(of), relation=kind, starts=told[0], ends=told[-1])


def campaign(
    house: Office, rng: np.random.Generator, first: str, last: str, days: Any, records: int, at: str = "",
    hour: float = 17.5, every: float = 20.0,
) -> None:  # fmt: skip
    """Everybody from one employee to another reads so many more of the own clients."""
    for number in range(int(first[1:]), int(last[1:]) + 1):
        who = f"u{number:02}"
        for day in _days(days):
            if any(r["account"] == who and r["day"] == day for r in house.rows["logons"]):
                house.read(who, day, _numbers(house, rng, who, "own", records), at or _employee(who), hour, every)


def exports(
    house: Office, rng: np.random.Generator, who: Sequence[str], days: Any, rows: int, action: str = "export"
) -> None:
    for each in who:
        export(house, rng, each, days, rows, action=action)


def rules(house: Office, rng: np.random.Generator, text: str) -> None:
    """The case names Sigma rules."""
    named = (RuleFile("rules/house.yml", text),)
    house.settings = replace(house.settings, sigma=SigmaSettings(files=named))


DEEDS: dict[str, Deed] = {
    f.__name__: f
    for f in (
        read,
        seek,
        bear,
        walk,
        statement,
        export,
        exports,
        upload,
        write,
        stick,
        carry,
        spool,
        letter,
        logon,
        fail,
        silence,
        ticket,
        away,
        leaves,
        joins,
        account,
        listed,
        unlisted,
        right,
        lost,
        shares,
        sits,
        canaries,
        trips,
        sends,
        related,
        campaign,
        rules,
    )
}
