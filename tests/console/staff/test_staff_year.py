"""A year beside others: nobody is called a colleague who is none, no sum is measured by one account, weeks are whole."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import date, timedelta

import pytest

from headwater.console.staff.frames import number
from headwater.console.staff.kept import Book
from headwater.console.staff.layout import TABLES
from headwater.console.staff.year import Year, heat, weeks, year
from headwater.console.words import words
from headwater.model.words import LANGS

MONDAY = date(2026, 3, 2)
DAYS = 14
OPENED = {"U-a1": (10, 1), "U-a2": (10, 9), "U-a3": (10, 7)}
"""Records opened, and explained by business."""
READ: Mapping[str, tuple[int, int]] = {
    "U-a1": (1, 50), "U-a2": (1, 10), "U-a3": (1, 10), "U-a4": (1, 10), "U-a5": (1, 10), "U-a6": (1, 10),
    "U-m1": (2, 50), "U-m2": (2, 10), "U-alone": (3, 50), "U-machine": (4, 50), "U-machine2": (4, 50),
}  # fmt: skip
"""The job's number of each account, and what it reads each day."""


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    file = tmp_path_factory.mktemp("book") / "book.sqlite"
    first, last = number(MONDAY), number(MONDAY) + DAYS - 1
    with closing(sqlite3.connect(file)) as db:
        db.executescript(TABLES)
        db.executemany("insert into head values (?, ?)", [("first", first), ("last", last), ("zone", "UTC")])
        db.executemany("insert into logged values (?)", [(day,) for day in range(first, last + 1)])
        for name, (job, read) in READ.items():
            days = [(name, day, read, 1, 0) for day in range(first, last + 1)]
            db.executemany("insert into days values (?, ?, ?, ?, ?)", days)
            row = (name, "S-1", "person", job, DAYS, read * DAYS, 0, first, last, *OPENED.get(name, (None, None)))
            db.execute("insert into accounts values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        jobs = [(1, "job", 6), (2, "mixed", 2), (3, "job", 1), (4, "none", 2)]
        db.executemany("insert into jobs values (?, ?, ?)", jobs)
        db.commit()
    return Book(file)


def of(book: Book, *accounts: str, until: date | None = None) -> Year:
    return year(book, book.accounts(accounts), None, {}, until)


def test_an_account_is_measured_by_others_of_its_job_and_not_by_itself(book: Book) -> None:
    told = of(book, "U-a1")
    assert (told.peers.kind, told.peers.others, set(told.peers.days.values())) == ("job", 5, {10})
    assert "5 other accounts of the same job" in heat(told, words("en")).words
    assert "In 2 weeks" in weeks(told, words("en")).words


@pytest.mark.parametrize("lang", LANGS)
def test_accounts_of_small_jobs_are_not_called_of_the_same_job(book: Book, lang: str) -> None:
    say, told = words(lang), of(book, "U-m1")
    assert told.peers.kind == "mixed"
    assert say("staff.peers_mixed", n=1, usual="10") in heat(told, say).words
    assert weeks(told, say).words == say("staff.weeks_mixed"), "nothing is counted against other jobs"


@pytest.mark.parametrize("account", ["U-alone", "U-machine"])
def test_who_has_nobody_like_it_is_measured_by_nobody(book: Book, account: str) -> None:
    say, told = words("en"), of(book, account)
    assert say("staff.no_peers") in heat(told, say).words
    assert weeks(told, say).words == say("staff.weeks_alone")


def test_the_sum_of_several_accounts_is_not_held_against_one(book: Book) -> None:
    say, told = words("en"), of(book, "U-a1", "U-a2")
    assert told.peers.others == 0
    assert say("staff.peers_several", n=2) in heat(told, say).words
    assert [r["peers"] for r in weeks(told, say).table.rows] == [None, None]


def test_a_week_is_whole_though_the_stretch_ends_within_it(book: Book) -> None:
    told = weeks(of(book, "U-a1", until=MONDAY + timedelta(days=8)), words("en"))
    assert [(r["week"], r["read"], r["peers"]) for r in told.table.rows] == [
        ("2026-03-02", 350, 70),
        ("2026-03-09", 350, 70),
    ]


def test_the_usual_share_that_business_explains_is_that_of_the_others(book: Book) -> None:
    first, second, mixed = (book.accounts([name])[0] for name in ("U-a1", "U-a2", "U-m1"))
    assert book.usual_share(first) == pytest.approx(0.8)
    assert book.usual_share(second) == pytest.approx(0.4)
    assert book.usual_share(mixed) is None


def test_a_day_that_was_read_is_never_drawn_as_one_without_reading(book: Book) -> None:
    """An account that reads in incidents alone has nothing usual to be measured by."""
    days = {MONDAY + timedelta(days=n): ("1",) for n in range(DAYS)}
    told = heat(year(book, book.accounts(["U-a1"]), None, days, None), words("en"))
    drawn = told.option["series"][0]["data"]
    pieces = {piece["value"]: piece["label"] for piece in told.option["visualMap"]["pieces"]}
    assert {pieces[shade] for _day, shade, read, _peers in drawn if read} == {words("en")("staff.times_unknown")}
    assert "unknown" not in told.words
