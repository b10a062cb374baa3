"""Names are shown to one who asked and for whom somebody else agreed, for a while; every other way is refused and written down."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from tests.store.casebook_house import BEGIN, CHEAP, PASSWORD, RULES, House, copied

from headwater.model.errors import CaseError, StoreError
from headwater.store.casebook import cases, revealing, users, verifying
from headwater.store.casebook.permissions import Role
from headwater.store.casebook.signing_in import sign_in, who

REASON = "complaint 17"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = copied(tmp_path)
    yield made
    made.book.close()


def asks(house: House, name: str = "Zhao", thing: str = "A-1", why: str = REASON) -> str:
    with house.book.transaction(house.now()) as tx:
        return revealing.ask(tx, who(tx, house.tickets[name]), house.case, "alert", thing, why)


def agrees(house: House, request: str, name: str = "Wang", minutes: int = 15, at: datetime | None = None) -> None:
    with house.book.transaction(at or house.now()) as tx:
        revealing.answer(tx, who(tx, house.tickets[name]), house.case, request, minutes=minutes)


def looks(house: House, request: str, name: str = "Zhao", thing: str = "A-1", at: datetime | None = None) -> datetime:
    found = revealing.look(house.book, house.tickets[name], house.case, request, thing, at or house.now())
    return found.closes


def state(house: House, request: str, at: datetime | None = None) -> str:
    with house.book.reading(at or house.now()) as tx:
        return revealing.find_request(tx, house.case, request).state


def acts(house: House) -> list[str]:
    with house.book.reading() as tx:
        return [e.act for e in verifying.entries(tx)]


def administer(house: House, **change: object) -> None:
    """Let the administrator change an account: ``roles``, ``disabled`` or ``member`` of ``name``."""
    with house.book.transaction(house.now()) as tx:
        chen = who(tx, house.tickets["Chen"])
        user = users.find(tx, str(change["name"]))
        if "roles" in change:
            users.set_roles(tx, chen, user, change["roles"])  # type: ignore[arg-type]
        if "disabled" in change:
            users.set_disabled(tx, chen, user, bool(change["disabled"]))
        if "member" in change:
            cases.set_member(tx, chen, house.case, user, active=bool(change["member"]))


def test_two_people_see_to_it_and_every_step_is_written_down(house: House) -> None:
    request = asks(house)
    assert state(house, request) == "waiting"
    agrees(house, request, minutes=5)
    assert state(house, request) == "approved"
    first = house.now()
    closes = looks(house, request, at=first)
    assert closes == first + timedelta(minutes=5)
    assert looks(house, request, at=closes - timedelta(seconds=1)) == closes
    with pytest.raises(CaseError, match="used up"):
        looks(house, request, at=closes)
    with pytest.raises(CaseError, match="used up"):  # a clock that was put back opens nothing again
        looks(house, request, at=first + timedelta(seconds=1))
    assert state(house, request, at=closes) == "used"
    assert acts(house)[-5:] == ["reveal.agreed", "reveal.opened", "reveal.looked", "reveal.denied", "reveal.denied"]


@pytest.mark.parametrize("why", ["", "  ", "\n\t", "\u200b", "...", "—"])
def test_a_request_needs_a_reason(house: House, why: str) -> None:
    with pytest.raises(CaseError, match="a reason is needed"):
        asks(house, why=why)


def test_nobody_agrees_to_his_own(house: House) -> None:
    request = asks(house, "Li")  # an investigator may ask and may agree
    with pytest.raises(CaseError, match="somebody else"):
        agrees(house, request, "Li")
    for spelt in ("li", " LI ", "ｌｉ", "L\u200bi"):  # another spelling is the same account
        house.tickets["again"] = house.sign_in(spelt)
        with pytest.raises(CaseError, match="somebody else"):
            agrees(house, request, "again")
        with pytest.raises(CaseError, match="user of that name already"), house.book.transaction(house.now()) as tx:
            users.add(tx, who(tx, house.tickets["Chen"]), spelt, "", PASSWORD, [Role.auditor], CHEAP)
    with pytest.raises(CaseError, match="Latin letters"), house.book.transaction(house.now()) as tx:
        users.add(tx, who(tx, house.tickets["Chen"]), "L\u0456", "", PASSWORD, [Role.auditor], CHEAP)  # a Cyrillic i
    with pytest.raises(CaseError, match="nobody has agreed"):
        looks(house, request, "Li")


def test_roles_decide_who_asks_and_who_agrees(house: House) -> None:
    for name in ("Wang", "Chen"):
        with pytest.raises(CaseError, match="may ask for names"):
            asks(house, name)
    request = asks(house)
    for name in ("Zhao", "Chen"):
        with pytest.raises(CaseError, match="may approve"):
            agrees(house, request, name)


def test_one_who_has_no_password_of_his_own_agrees_to_nothing(house: House) -> None:
    with house.book.transaction(house.now()) as tx:
        users.add(tx, who(tx, house.tickets["Chen"]), "Sun", "", PASSWORD, [Role.auditor], CHEAP)
    house.sign_in("Sun")
    request = asks(house)
    with pytest.raises(CaseError, match="password of your own"):
        agrees(house, request, "Sun")


def test_only_the_one_who_asked_looks_and_only_at_that(house: House) -> None:
    request = asks(house)
    agrees(house, request)
    with pytest.raises(CaseError, match="nobody else"):
        looks(house, request, "Li")
    with pytest.raises(CaseError, match="may ask for names"):
        looks(house, request, "Wang")
    with pytest.raises(CaseError, match="something else"):
        looks(house, request, thing="A-2")
    with pytest.raises(CaseError, match="no such request"):
        looks(house, "R-00000999")


def test_what_waits_too_long_lapses(house: House) -> None:
    request = asks(house)
    late = BEGIN + timedelta(days=1, hours=1)
    again = {name: _signed(house, name, late) for name in ("Wang", "Zhao")}
    with pytest.raises(CaseError, match="has lapsed"), house.book.transaction(late) as tx:
        revealing.answer(tx, who(tx, again["Wang"]), house.case, request)
    other = asks_at(house, again["Zhao"], late)
    with house.book.transaction(late) as tx:
        revealing.answer(tx, who(tx, again["Wang"]), house.case, other)
    later = late + timedelta(days=1)
    with pytest.raises(CaseError, match="lapsed before the first look"):
        revealing.look(house.book, _signed(house, "Zhao", later), house.case, other, "A-1", later)


def _signed(house: House, name: str, at: datetime) -> str:
    return sign_in(house.book, name, PASSWORD, at, RULES)


def asks_at(house: House, ticket: str, at: datetime) -> str:
    with house.book.transaction(at) as tx:
        return revealing.ask(tx, who(tx, ticket), house.case, "alert", "A-1", REASON)


def test_a_request_is_answered_once(house: House) -> None:
    request = asks(house)
    with house.book.transaction(house.now()) as tx:
        revealing.answer(tx, who(tx, house.tickets["Wang"]), house.case, request, agrees=False)
    with pytest.raises(CaseError, match="was refused"):
        looks(house, request)
    with pytest.raises(CaseError, match="answered already"):
        agrees(house, request, "Li")


@pytest.mark.parametrize("when", ["before the answer", "before the look", "while it is open"])
@pytest.mark.parametrize(
    ("name", "change"),
    [("Zhao", "disabled"), ("Zhao", "roles"), ("Zhao", "member"), ("Wang", "disabled"), ("Wang", "roles")],
)
def test_a_role_or_account_that_was_taken_ends_it(house: House, when: str, name: str, change: str) -> None:
    with house.book.transaction(house.now()) as tx:
        chen = who(tx, house.tickets["Chen"])
        users.set_roles(tx, chen, chen, [Role.administrator, Role.investigator])
    request = asks(house)
    taken = {"disabled": True, "roles": [], "member": False}[change]
    if when == "before the answer":
        administer(house, name=name, **{change: taken})
        with pytest.raises(CaseError):
            agrees(house, request)
        return
    agrees(house, request)
    if when == "while it is open":
        looks(house, request)
    administer(house, name=name, **{change: taken})
    with pytest.raises(CaseError):
        looks(house, request)
    assert acts(house)[-1] == "reveal.denied"


def raw(house: House) -> sqlite3.Connection:
    return sqlite3.connect(house.root / "casebook.sqlite", isolation_level=None)


def test_rows_written_past_the_program_open_nothing(house: House) -> None:
    """Whoever may write the database and has no key: an approval put in, copied from another request, or signed by guess."""
    approved, other = asks(house), asks(house, thing="A-2")
    agrees(house, approved)
    db = raw(house)
    row = db.execute("select * from reveal_approvals").fetchone()
    marks = ",".join("?" * len(row))
    for made in (("R-1", other, *row[2:]), ("R-1", other, *row[2:-1], "0" * 64), (row[0] + "x", other, *row[2:])):
        db.execute(f"insert into reveal_approvals values ({marks})", made)
        with pytest.raises(StoreError, match="past the program"):
            looks(house, other, thing="A-2")
        db.execute("delete from reveal_approvals where request_id = ?", (other,))
    db.execute("update reveal_requests set thing = 'A-3' where id = ?", (approved,))
    with pytest.raises(StoreError, match="past the program"):
        looks(house, approved, thing="A-3")
    db.execute("update reveal_requests set thing = 'A-1' where id = ?", (approved,))
    looks(house, approved)
    db.close()


def test_rows_put_back_to_what_they_were_open_nothing(house: House) -> None:
    """An older copy of a row has a good signature, and is not what the log last knew."""
    request = asks(house)
    agrees(house, request, minutes=1)
    db = raw(house)
    unopened = db.execute("select * from reveal_approvals").fetchone()
    users_before = db.execute("select * from users").fetchall()
    closes = looks(house, request)
    late = closes + timedelta(seconds=1)
    marks = ",".join("?" * len(unopened))
    db.execute(f"insert or replace into reveal_approvals values ({marks})", unopened)
    with pytest.raises(StoreError, match="not as the log last knew it"):
        looks(house, request, at=late)
    administer(house, name="Zhao", disabled=True)
    marks = ",".join("?" * len(users_before[0]))
    db.executemany(f"insert or replace into users values ({marks})", users_before)
    with pytest.raises(StoreError, match="not as the log last knew it"):
        looks(house, request, at=late)
    db.close()


def test_a_user_put_in_past_the_program_signs_in_to_nothing(house: House) -> None:
    db = raw(house)
    row = db.execute("select * from users limit 1").fetchone()
    columns = [r[1] for r in db.execute("pragma table_info(users)")]
    made = dict(zip(columns, row, strict=True)) | {
        "id": "U-00000099",
        "name_token": house.book.sealer.blind("user", "eve"),
    }
    db.execute(f"insert into users values ({','.join('?' * len(row))})", tuple(made.values()))
    with pytest.raises(StoreError, match="past the program"):
        house.sign_in("eve")
    db.close()


def test_an_investigator_makes_himself_no_member_of_another_case(house: House) -> None:
    with house.book.transaction(house.now()) as tx:
        chen = who(tx, house.tickets["Chen"])
        other = cases.add_case(tx, chen, "case two")
    with house.book.transaction(house.now()) as tx:
        li = who(tx, house.tickets["Li"])
        for refused in (
            lambda: cases.set_member(tx, li, other, li),
            lambda: revealing.ask(tx, li, other, "alert", "A-1", REASON),
        ):
            with pytest.raises(CaseError, match="not a member"):
                refused()
        assert [u.name for u in cases.members(tx, house.case)] == ["Chen", "Li", "Wang", "Zhao"]


def test_what_somebody_tries_who_may_not_is_written_down(house: House) -> None:
    before = len(acts(house))
    with pytest.raises(CaseError, match="only an auditor"), house.book.transaction(house.now()) as tx:
        li = who(tx, house.tickets["Li"])
        tx.log(li.id, "half")
        verifying.read_log(tx, li)
    assert acts(house)[before:] == ["refused"]
    with house.book.reading() as tx:
        last = list(verifying.entries(tx))[-1]
    assert last.actor == who_is(house, "Li")
    assert "only an auditor" in last.details


def who_is(house: House, name: str) -> str:
    with house.book.reading(house.now()) as tx:
        return who(tx, house.tickets[name]).id


def test_nobody_is_believed_to_be_somebody_without_his_ticket(house: House) -> None:
    """A user that was made up, found by name, or signed in in another transaction is nobody here."""
    request = asks(house)
    with house.book.transaction(house.now()) as tx:
        wang = who(tx, house.tickets["Wang"])
    with house.book.transaction(house.now()) as tx:
        zhao = who(tx, house.tickets["Zhao"])
        for second in (wang, users.find(tx, "Wang"), replace(zhao, id=wang.id), replace(zhao, roles=wang.roles)):
            with pytest.raises(CaseError, match="not signed in here"):
                revealing.answer(tx, second, house.case, request)
        for refused in (
            lambda: users.set_password(tx, wang, wang, PASSWORD, CHEAP),
            lambda: users.sign_out(tx, wang),
            lambda: verifying.read_log(tx, wang),
            lambda: cases.add_case(tx, replace(zhao, roles=frozenset(Role)), "case two"),
        ):
            with pytest.raises(CaseError, match="not signed in here"):
                refused()
