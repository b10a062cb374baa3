"""Passwords in lists without a header are items where they stand behind accounts; names of users, codes and models there are none."""

from __future__ import annotations

import hashlib
import random
from pathlib import Path

import pytest

from headwater.investigation.surveying import survey

DRAWN = random.Random(5)
MAILS = [f"li.{n * 37}@example.com" for n in range(200)]
MOBILES = [f"154{DRAWN.randrange(10**8):08}" for _ in range(200)]


def chosen() -> str:
    """A password as people choose them: a word, a year or a few figures, now and then a sign."""
    word = DRAWN.choice(["abc", "Love", "qwer", "wang", "mypass", "dragon", ""])
    figures = DRAWN.choice(["123456", "1314", "520", str(DRAWN.randrange(1980, 2010)), str(DRAWN.randrange(10**6))])
    return (word + figures + DRAWN.choice(["", "", "", "!", "#a"])).rjust(6, "a")


PASSWORDS = [chosen() for _ in MAILS]
CASES = {
    "user names": [f"li{n * 37}" + "x" * (n % 5) for n in range(200)],
    "orders": [f"SO-{DRAWN.randrange(10**9):09}" for _ in MAILS],
    "models": [DRAWN.choice(["iPhone", "Mate", "P", "MiUltra"]) + str(DRAWN.randrange(9, 16)) for _ in MAILS],
    "times": [f"2025-03-{n % 28 + 1:02} 1{n % 10}:00" for n in range(200)],
    "pages": [f"https://example.com/u/{'a' * (n % 9)}{n}?x=1" for n in range(200)],
    "amounts": [f"{DRAWN.random() * 10 ** DRAWN.randrange(1, 6):.2f}" for _ in MAILS],
}


def passwords(folder: Path, accounts: list[str], cells: list[str], joint: str) -> int:
    (folder / "a.txt").write_text("\n".join(map(joint.join, zip(accounts, cells, strict=True))), "utf-8")
    return {row["kind"]: row["found"] for row in survey([folder])["items"]}.get("password", 0)


@pytest.mark.parametrize("accounts", [MAILS, MOBILES])
@pytest.mark.parametrize("joint", ["----", "|", ","])
def test_passwords_behind_accounts_are_items(tmp_path: Path, accounts: list[str], joint: str) -> None:
    assert passwords(tmp_path, accounts, PASSWORDS, joint) == len(PASSWORDS)


@pytest.mark.parametrize("what", CASES)
def test_what_else_stands_behind_accounts_is_no_password(tmp_path: Path, what: str) -> None:
    assert passwords(tmp_path, MAILS, CASES[what], "----") == 0


def test_a_column_that_is_not_beside_accounts_holds_no_passwords(tmp_path: Path) -> None:
    cells = [f"{n}----{word}" for n, word in enumerate(PASSWORDS)]
    assert passwords(tmp_path, MAILS, cells, "----") == 0


@pytest.mark.parametrize(
    ("cells", "kind"),
    [(PASSWORDS, "password"), ([hashlib.md5(p.encode()).hexdigest() for p in PASSWORDS], "password_hash")],
)
def test_hashes_under_the_header_of_passwords_are_told_as_hashes(tmp_path: Path, cells: list[str], kind: str) -> None:
    rows = ["email,password", *map(",".join, zip(MAILS, cells, strict=True))]
    (tmp_path / "a.csv").write_text("\n".join(rows), "utf-8")
    told = {row["kind"]: row["found"] for row in survey([tmp_path])["items"]}
    assert {k: told.get(k, 0) for k in ("password", "password_hash")} == {"password": 0, "password_hash": 0} | {
        kind: 200
    }
