"""Passwords, tickets and lock-out: what is wrong says the same in the same time, and what has ended opens nothing."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from tests.store.casebook_house import CHEAP, PASSWORD, RULES, House, copied, opened

from headwater.model.errors import CaseError
from headwater.store.casebook import users, verifying
from headwater.store.casebook.permissions import Role
from headwater.store.casebook.signing_in import REFUSED, Rules, sign_in, who


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = copied(tmp_path)
    yield made
    made.book.close()


def wrong(house: House, name: str, password: str) -> str:
    with pytest.raises(CaseError) as refused:
        house.sign_in(name, password)
    return str(refused.value)


def is_in(house: House, name: str, **later: float) -> bool:
    try:
        with house.book.reading(house.now(**later)) as tx:
            who(tx, house.tickets[name])
    except CaseError:
        return False
    return True


def test_the_first_user_administers_and_no_second_comes_that_way(tmp_path: Path) -> None:
    house = opened(tmp_path)
    with house.book.transaction(house.now()) as tx:
        first = users.add_first(tx, "Chen", "", PASSWORD, CHEAP)
        assert first.roles == {Role.administrator}
        assert first.own_password
        with pytest.raises(CaseError, match="users already"):
            users.add_first(tx, "Eve", "", PASSWORD, CHEAP)
    house.book.close()


def test_unknown_wrong_shut_and_disabled_sound_the_same(house: House) -> None:
    with house.book.transaction(house.now()) as tx:
        users.set_disabled(tx, who(tx, house.tickets["Chen"]), users.find(tx, "Wang"), True)
    said = {wrong(house, "Nobody", PASSWORD), wrong(house, "Li", "not the password"), wrong(house, "Wang", PASSWORD)}
    for _ in range(RULES.attempts):
        said.add(wrong(house, "Zhao", "guess"))
    said.add(wrong(house, "Zhao", PASSWORD))
    assert said == {REFUSED}
    with house.book.reading() as tx:
        acts = [e.act for e in verifying.entries(tx)]
        tried = "".join(e.details for e in verifying.entries(tx))
    assert {"sign-in.unknown", "sign-in.failed", "sign-in.shut"} <= set(acts)
    assert "nobody" not in tried.casefold()


def test_an_unknown_name_costs_as_much_as_a_wrong_password(house: House) -> None:
    rules = Rules(attempts=100, hasher=PasswordHasher(time_cost=2, memory_cost=8192, parallelism=1))
    with house.book.transaction(house.now()) as tx:
        users.add(tx, who(tx, house.tickets["Chen"]), "Sun", "", PASSWORD, [], rules.hasher)

    def seconds(name: str) -> float:
        best = []
        for _ in range(5):
            begin = time.process_time()
            with pytest.raises(CaseError):
                sign_in(house.book, name, "guess", house.now(), rules)
            best.append(time.process_time() - begin)
        return min(best)

    seconds("Nobody")
    known, unknown = seconds("Sun"), seconds("Nobody")
    assert 0.4 < unknown / known < 2.5


def test_an_account_is_shut_for_a_while_after_so_many_failures(house: House) -> None:
    for _ in range(RULES.attempts):
        wrong(house, "Li", "guess")
    wrong(house, "Li", PASSWORD)
    house.seconds += int(RULES.shut.total_seconds())
    house.sign_in("Li")
    for _ in range(RULES.attempts - 1):
        wrong(house, "Li", "guess")
    house.sign_in("Li")  # a success begins the count anew
    wrong(house, "Li", "guess")
    house.sign_in("Li")


def test_tickets_end(house: House) -> None:
    assert is_in(house, "Li")
    assert not is_in(house, "Li", hours=RULES.holds.total_seconds() / 3600)
    body, _dot, signature = house.tickets["Li"].rpartition(".")
    parts = body.split(".")
    for forged in (
        "", "x", body, f"{body}.{'0' * 64}", ".".join([parts[0], "U-00000002", *parts[2:], signature]),
        ".".join([*parts[:3], str(int(parts[3]) + 1), parts[4], signature]),
    ):  # fmt: skip
        house.tickets["forged"] = forged
        assert not is_in(house, "forged"), forged
    with house.book.transaction(house.now()) as tx:
        users.sign_out(tx, who(tx, house.tickets["Li"]))
    assert not is_in(house, "Li")
    with house.book.transaction(house.now()) as tx:
        zhao = who(tx, house.tickets["Zhao"])
        users.set_password(tx, zhao, zhao, "another password", CHEAP)
    assert not is_in(house, "Zhao")
    wrong(house, "Zhao", PASSWORD)
    house.sign_in("Zhao", "another password")


def test_only_administrators_change_accounts_and_one_stays(house: House) -> None:
    with house.book.transaction(house.now()) as tx:
        li, chen = who(tx, house.tickets["Li"]), who(tx, house.tickets["Chen"])
        for refused in (
            lambda: users.add(tx, li, "Eve", "", PASSWORD, [Role.administrator], CHEAP),
            lambda: users.set_roles(tx, li, li, [Role.administrator]),
            lambda: users.set_password(tx, li, chen, PASSWORD, CHEAP),
            lambda: users.set_disabled(tx, li, chen, True),
        ):
            with pytest.raises(CaseError, match="only an administrator"):
                refused()
        for last in (lambda: users.set_roles(tx, chen, chen, []), lambda: users.set_disabled(tx, chen, chen, True)):
            with pytest.raises(CaseError, match="no administrator would be left"):
                last()
        with pytest.raises(CaseError, match="10 characters"):
            users.set_password(tx, chen, chen, "short", CHEAP)


def test_a_password_is_hashed_anew_when_the_settings_have_changed(house: House) -> None:
    dearer = Rules(hasher=PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    sign_in(house.book, "Li", PASSWORD, house.now(), dearer)
    with house.book.reading() as tx:
        assert [e.act for e in verifying.entries(tx)][-1] == "user.rehashed"
    assert sign_in(house.book, "Li", PASSWORD, house.now(), dearer)
    assert timedelta(hours=1) < dearer.holds
