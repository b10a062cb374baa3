"""What the console keeps in the casebook: second factors, sessions, tokens, links, settings, hooks, replies."""

from __future__ import annotations

import gzip
import shutil
import sqlite3
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pyotp
import pytest
from tests.store.casebook_house import BEGIN, CHEAP, PASSWORD, RULES, House, copied, opened

from headwater.model.errors import CaseError, StoreError
from headwater.store.casebook import (
    cases,
    factors,
    hooks,
    identities,
    links,
    notes,
    replies,
    sessions,
    settings,
    tokens,
    users,
    verdicts,
    verifying,
)  # fmt: skip
from headwater.store.casebook.opening import open_casebook
from headwater.store.casebook.permissions import NotAllowedError, Role
from headwater.store.casebook.place import place
from headwater.store.casebook.signing_in import REFUSED_CODE, Given, prove, sign_in, sign_in_vouched, who
from headwater.store.casebook.tokens import Scope


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = copied(tmp_path)
    yield made
    assert verifying.verify(made.book).whole
    made.book.close()


def enrolled(house: House, name: str) -> tuple[str, tuple[str, ...]]:
    with house.book.transaction(house.now()) as tx:
        secret = factors.begin(tx, who(tx, house.tickets[name])).secret
    now = house.now()
    with house.book.transaction(now) as tx:
        return secret, factors.confirm(tx, who(tx, house.tickets[name]), pyotp.TOTP(secret).at(now))


def enters(house: House, name: str, code: str, now: datetime | None = None) -> bool:
    try:
        house.tickets[name] = sign_in(
            house.book, name, PASSWORD, now or house.now(), RULES, given=Given(code, "Firefox")
        )
    except CaseError as refused:
        assert str(refused) == REFUSED_CODE
        return False
    return True


def test_a_code_opens_once_and_a_wrong_one_counts_as_a_wrong_password(house: House) -> None:
    assert enters(house, "Li", "")
    secret, _codes = enrolled(house, "Li")
    assert not enters(house, "Li", "")
    house.seconds += 60
    now = house.now()
    code = pyotp.TOTP(secret).at(now)
    assert enters(house, "Li", f" {code[:3]} {code[3:]} ", now)
    assert not enters(house, "Li", code, now)  # a replay
    assert not enters(house, "Li", pyotp.TOTP(secret).at(now - timedelta(seconds=30)), now)  # an older one after it
    for _ in range(RULES.attempts):
        enters(house, "Li", "000000")
    house.seconds += 60
    now = house.now()
    assert not enters(house, "Li", pyotp.TOTP(secret).at(now), now)  # shut
    house.seconds += 3600
    now = house.now()
    assert enters(house, "Li", pyotp.TOTP(secret).at(now + timedelta(seconds=30)), now)  # a phone that is ahead
    assert not enters(house, "Li", pyotp.TOTP(secret).at(now + timedelta(seconds=90)), now)


def test_recovery_codes_open_once_each_and_new_ones_end_them(house: House) -> None:
    secret, codes = enrolled(house, "Li")
    assert len(set(codes)) == factors.RECOVERY_CODES
    assert enters(house, "Li", codes[0].upper())
    assert not enters(house, "Li", codes[0])
    enrolled(house, "Zhao")
    assert not enters(house, "Zhao", codes[1])  # somebody else's
    with house.book.transaction(house.now()) as tx:
        li = who(tx, house.tickets["Li"])
        assert factors.factor_of(tx, li) == factors.Factor(True, factors.RECOVERY_CODES - 1)
        newer = factors.renew_recovery(tx, li)
    assert not enters(house, "Li", codes[2])
    assert enters(house, "Li", newer[2])
    data = b"".join(p.read_bytes() for p in house.root.iterdir() if p.is_file())
    assert not any(told.encode() in data for told in (secret, *newer, newer[0].replace("-", "")))


def proves(house: House, name: str, code: str | None, now: datetime | None = None, *, known: bool = False) -> bool:
    with house.book.reading(house.now()) as tx:
        user = users.find(tx, name)
    try:
        prove(house.book, user, PASSWORD, now or house.now(), RULES, Given(code=code, known=known))
    except CaseError:
        return False
    return True


def test_a_wrong_code_before_a_change_counts_and_a_right_one_is_used_up(house: House) -> None:
    secret, codes = enrolled(house, "Li")
    assert proves(house, "Li", None)
    house.seconds += 60
    now = house.now()
    code = pyotp.TOTP(secret).at(now)
    assert proves(house, "Li", code, now)
    assert not proves(house, "Li", code, now)
    for _ in range(RULES.attempts):
        assert not proves(house, "Li", "000000")
    assert not proves(house, "Li", codes[0]), "nobody was kept from guessing on"
    with house.book.reading() as tx:
        assert [e.act for e in verifying.entries(tx)].count("sign-in.proved") == 2


def test_failures_of_strangers_shut_out_no_browser_that_is_known(house: House) -> None:
    for _ in range(RULES.attempts):
        with pytest.raises(CaseError):
            sign_in(house.book, "Li", "guess", house.now(), RULES, given=Given("", "a stranger"))
    with pytest.raises(CaseError):
        sign_in(house.book, "Li", PASSWORD, house.now(), RULES, given=Given("", "a stranger"))
    with pytest.raises(CaseError):
        sign_in(house.book, "Li", "guess", house.now(), RULES, given=Given("", "her own", known=True))
    assert sign_in(house.book, "Li", PASSWORD, house.now(), RULES, given=Given("", "her own", known=True))


def test_only_its_owner_or_an_administrator_removes_a_second_factor(house: House) -> None:
    secret, _codes = enrolled(house, "Li")
    with house.book.transaction(house.now()) as tx, pytest.raises(CaseError, match="already"):
        factors.begin(tx, who(tx, house.tickets["Li"]))
    with house.book.transaction(house.now()) as tx, pytest.raises(CaseError, match="no second factor"):
        factors.remove(tx, who(tx, house.tickets["Zhao"]))
    with pytest.raises(NotAllowedError), house.book.transaction(house.now()) as tx:
        factors.reset(tx, who(tx, house.tickets["Wang"]), users.find(tx, "Li"))
    with house.book.transaction(house.now()) as tx:
        factors.reset(tx, who(tx, house.tickets["Chen"]), users.find(tx, "Li"))
    assert enters(house, "Li", "")
    again, _ = enrolled(house, "Li")
    assert again != secret


def test_sessions_are_seen_and_ended_one_by_one(house: House) -> None:
    assert enters(house, "Li", "")
    first = house.tickets["Li"]
    assert enters(house, "Li", "")
    second = house.tickets["Li"]
    with house.book.transaction(house.now()) as tx:
        li = who(tx, second)
        shown = sessions.sessions(tx, li, second)
        assert [(s.device, s.here) for s in shown] == [("Firefox", True), ("Firefox", False)]
        with pytest.raises(CaseError, match="no such session"):
            sessions.end(tx, who(tx, house.tickets["Zhao"]), shown[0].id)
        sessions.end(tx, li, shown[1].id)
    with house.book.reading(house.now()) as tx:
        assert who(tx, second).name == "Li"
        with pytest.raises(CaseError, match="sign in again"):
            who(tx, first)
    with house.book.transaction(house.now()) as tx:
        sessions.end_here(tx, who(tx, second), second)
    with house.book.reading(house.now()) as tx, pytest.raises(CaseError, match="sign in again"):
        who(tx, second)


def test_a_token_holds_its_scopes_its_days_and_its_owner(house: House) -> None:
    until = house.now() + timedelta(days=30)
    with house.book.transaction(house.now()) as tx:
        li = who(tx, house.tickets["Li"])
        token, secret = tokens.make(tx, li, "nightly 15400000000", [Scope.read], until)
        assert token.name == "nightly 154****0000"
        for name, scopes in (("", [Scope.read]), ("nothing", [])):
            with pytest.raises(CaseError, match=r"needs a scope|name for the token"):
                tokens.make(tx, li, name, scopes, until)
        with pytest.raises(CaseError, match="366 days"):
            tokens.make(tx, li, "for ever", [Scope.read], until + timedelta(days=400))
    with house.book.transaction(house.now()) as tx:
        user, held = tokens.holder(tx, secret)
        assert (user.name, held.scopes, held.id) == ("Li", {Scope.read}, token.id)
        notes.add_note(tx, user, house.case, "by a program")
    with house.book.reading(house.now()) as tx:
        for forged in ("", "hwt_", secret[:-1], secret + "x", secret.upper(), "hwt_" + "x" * 43):
            with pytest.raises(CaseError, match="none of ours"):
                tokens.holder(tx, forged)
    with house.book.reading(house.now(days=31)) as tx, pytest.raises(CaseError, match="ended"):
        tokens.holder(tx, secret)
    with house.book.transaction(house.now()) as tx:
        with pytest.raises(CaseError, match="no such token"):
            tokens.end(tx, who(tx, house.tickets["Zhao"]), token.id)
        users.sign_out(tx, who(tx, house.tickets["Li"]))
    with house.book.reading(house.now()) as tx, pytest.raises(CaseError, match="ended"):
        tokens.holder(tx, secret)
    with house.book.reading() as tx:
        assert [e.act for e in verifying.entries(tx)].count("token.used") == 1


def test_a_link_makes_the_first_administrator_once(tmp_path: Path) -> None:
    house = opened(tmp_path)
    with house.book.transaction(house.now()) as tx:
        older, secret = links.first(tx), links.first(tx)
    with house.book.transaction(house.now()) as tx:
        for wrong in (older, "", secret + "x"):
            with pytest.raises(CaseError, match="ask for another"):
                links.accept(tx, wrong, "Chen", "", PASSWORD, hasher=CHEAP)
        made = links.accept(tx, secret, "Chen", "", PASSWORD, [Role.investigator], CHEAP)
        assert made.roles == {Role.administrator, Role.investigator}
        assert made.own_password
    with house.book.transaction(house.now()) as tx:
        with pytest.raises(CaseError, match="ask for another"):
            links.accept(tx, secret, "Eve", "", PASSWORD, hasher=CHEAP)
        with pytest.raises(CaseError, match="users already"):
            links.first(tx)
    assert house.sign_in("Chen")
    house.book.close()


def test_who_is_invited_chooses_his_own_password_and_is_a_member(house: House) -> None:
    with house.book.transaction(house.now()) as tx:
        chen = who(tx, house.tickets["Chen"])
        secret = links.invite(tx, chen, "Sun of the night shift", [Role.analyst], [house.case])
        other = links.invite(tx, chen, "", [Role.analyst])
        assert [link.purpose for link in links.waiting(tx, chen)] == [links.Purpose.invitation] * 2
        links.end(tx, chen, links.find(tx, other).id)
        with pytest.raises(CaseError, match="ask for another"):
            links.find(tx, other)
        with pytest.raises(NotAllowedError):
            links.invite(tx, who(tx, house.tickets["Li"]), "", [Role.administrator])
    with house.book.transaction(house.now()) as tx:
        sun = links.accept(tx, secret, "Sun", "", PASSWORD, [Role.administrator], CHEAP)
        assert (sun.roles, sun.own_password, sun.display) == ({Role.analyst}, True, "Sun of the night shift")
    house.sign_in("Sun")
    with house.book.transaction(house.now()) as tx:
        notes.add_note(tx, who(tx, house.tickets["Sun"]), house.case, "a member")
        lapsing = links.invite(tx, who(tx, house.tickets["Chen"]), "", [Role.analyst])
    with house.book.transaction(house.now(days=4)) as tx, pytest.raises(CaseError, match="ask for another"):
        links.accept(tx, lapsing, "Zhou", "", PASSWORD, hasher=CHEAP)


def test_a_link_for_a_password_ends_what_was_signed_in(house: House) -> None:
    with house.book.transaction(house.now()) as tx:
        secret = links.renew_password(tx, who(tx, house.tickets["Chen"]), users.find(tx, "Li"))
    with house.book.transaction(house.now()) as tx:
        with pytest.raises(CaseError, match="ask for another"):
            links.accept(tx, secret, "Eve", "", PASSWORD, hasher=CHEAP)
        links.choose_password(tx, secret, "a wholly other one", CHEAP)
        with pytest.raises(CaseError, match="ask for another"):
            links.choose_password(tx, secret, "and once more so", CHEAP)
    with house.book.reading(house.now()) as tx, pytest.raises(CaseError, match="sign in again"):
        who(tx, house.tickets["Li"])
    house.sign_in("Li", "a wholly other one")


def test_the_later_of_two_who_set_the_same_is_told_and_sees_what_stands(house: House) -> None:
    with house.book.transaction(house.now()) as tx:
        li = who(tx, house.tickets["Li"])
        assert settings.get(tx, house.case, "budget") is None
        first = settings.put(tx, li, house.case, "budget", {"alerts": 5}, 0)
        second = settings.put(tx, li, house.case, "budget", {"alerts": 7}, first.version)
        with pytest.raises(settings.StaleError) as refused:
            settings.put(tx, li, house.case, "budget", {"alerts": 9}, first.version)
        assert refused.value.stands == second
        settings.put(tx, li, house.case, "mutes", {"u1155": "葵花"}, 0)
        assert [s.value["alerts"] for s in settings.history(tx, house.case, "budget")] == [5, 7]
        assert {n: s.version for n, s in settings.everything(tx, house.case).items()} == {"budget": 2, "mutes": 1}
    for name in ("Zhao", "Chen", "Wang"):
        with pytest.raises(NotAllowedError), house.book.transaction(house.now()) as tx:
            settings.put(tx, who(tx, house.tickets[name]), house.case, "budget", {}, 2)


def test_hooks_are_sealed_and_one_put_in_past_the_program_is_refused(house: House) -> None:
    with house.book.transaction(house.now()) as tx:
        li = who(tx, house.tickets["Li"])
        hook = hooks.add_hook(
            tx, li, house.case, "webhook", "https://hooks.example.com/x", ["alert.released"], "s" * 32
        )
        other = hooks.add_hook(tx, li, house.case, "apprise", "mailto://example.com", ["alert.released"])
        assert "example.com" not in repr(hook)
        assert hooks.hooks(tx, house.case) == (hook, other)
        hooks.end_hook(tx, li, house.case, other.id)
        assert hooks.hooks(tx, house.case) == (hook,)
    data = b"".join(p.read_bytes() for p in house.root.iterdir() if p.is_file())
    assert b"example.com" not in data
    with sqlite3.connect(house.root / "casebook.sqlite") as db:
        db.execute("update hooks set ended = null")
    db.close()
    with house.book.reading(house.now()) as tx, pytest.raises(StoreError, match="past the program"):
        hooks.hooks(tx, house.case)
    with sqlite3.connect(house.root / "casebook.sqlite") as db:
        db.execute("update hooks set ended = at where kind = 'apprise'")
        ended = db.execute("select at from audit where act = 'hook.ended'").fetchone()[0]
        db.execute("update hooks set ended = ? where kind = 'apprise'", (ended,))
    db.close()


def test_nothing_that_the_console_keeps_stands_in_clear(house: House) -> None:
    words = {
        "device": "Sunflower/7",
        "token": "marigold nightly",
        "display": "Quince of the night shift",
        "set": "damson-9",
    }
    now = house.now()
    house.tickets["Li"] = sign_in(house.book, "Li", PASSWORD, now, RULES, given=Given("", words["device"]))
    with house.book.transaction(house.now()) as tx:
        li = who(tx, house.tickets["Li"])
        secret = tokens.make(tx, li, words["token"], [Scope.read], now + timedelta(days=1))[1]
        link = links.invite(tx, who(tx, house.tickets["Chen"]), words["display"], [])
        settings.put(tx, li, house.case, "budget", {"reason": words["set"]}, 0)
        replies.reserve(tx, li, "persimmon-key", "c" * 64)
        replies.complete(tx, li, "persimmon-key", 200, "tangerine reply")
        identities.join(tx, li, "https://login.example.com", "sub-of-li")
    data = b"".join(p.read_bytes() for p in house.root.iterdir() if p.is_file())
    assert b"setting.set" in data
    for told in (*words.values(), secret, link, "persimmon", "tangerine", "c" * 64, "login.example.com", "sub-of-li"):
        assert told.encode() not in data, told


def test_a_key_is_for_one_request_and_one_person_and_lapses(house: House) -> None:
    with house.book.transaction(house.now()) as tx:
        li, zhao = who(tx, house.tickets["Li"]), who(tx, house.tickets["Zhao"])
        assert replies.reserve(tx, li, "key-1", "d" * 64) is None
        begun = replies.reserve(tx, li, "key-1", "d" * 64)
        assert begun is not None
        assert begun.under_way
        replies.complete(tx, li, "key-1", 200, '{"id": "N-1"}')
        assert replies.reserve(tx, li, "key-1", "d" * 64) == replies.Reply("d" * 64, 200, '{"id": "N-1"}')
        assert replies.reserve(tx, li, "key-1", "e" * 64) == replies.Reply("", 200, '{"id": "N-1"}')
        assert replies.reserve(tx, zhao, "key-1", "f" * 64) is None
        replies.release(tx, zhao, "key-1")
        assert replies.reserve(tx, zhao, "key-1", "f" * 64) is None
        with pytest.raises(CaseError):
            replies.complete(tx, li, "key-1", 200, "")
        with pytest.raises(CaseError):
            replies.reserve(tx, li, " ", "d" * 64)
    house.seconds += 25 * 3600
    house.sign_in("Li")
    with house.book.transaction(house.now()) as tx:
        assert replies.reserve(tx, who(tx, house.tickets["Li"]), "key-1", "e" * 64) is None


def test_a_sign_in_of_a_provider_opens_the_account_that_was_joined_to_it_and_no_other(house: House) -> None:
    provider = "https://login.example.com"
    with pytest.raises(CaseError, match="no account is joined"):
        sign_in_vouched(house.book, provider, "Li", house.now(), RULES)
    with house.book.transaction(house.now()) as tx:
        li = who(tx, house.tickets["Li"])
        identities.join(tx, li, provider, "sub-1")
        with pytest.raises(CaseError, match="another account"):
            identities.join(tx, who(tx, house.tickets["Zhao"]), provider, "sub-1")
    ticket = sign_in_vouched(house.book, provider, "sub-1", house.now(), RULES, "Firefox")
    with pytest.raises(CaseError, match="no account is joined"):
        sign_in_vouched(house.book, "https://other.example.com", "sub-1", house.now(), RULES)
    with house.book.transaction(house.now()) as tx:
        assert who(tx, ticket).name == "Li"
        users.set_disabled(tx, who(tx, house.tickets["Chen"]), users.find(tx, "Li"), True)
    with pytest.raises(CaseError, match="no account is joined"):
        sign_in_vouched(house.book, provider, "sub-1", house.now(), RULES)


def test_a_real_casebook_of_the_first_form_is_brought_to_this_one_with_all_its_words(tmp_path: Path) -> None:
    kept = Path(__file__).parent / "r0001"
    (tmp_path / "keys").mkdir(mode=0o700)
    for name in ("casebook.key", "casebook.head"):
        shutil.copyfile(kept / "keys" / name, tmp_path / "keys" / name)
        (tmp_path / "keys" / name).chmod(0o600)
    file = tmp_path / "casebook.sqlite"
    file.write_bytes(gzip.decompress((kept / "casebook.sqlite.gz").read_bytes()))
    file.chmod(0o600)
    with pytest.raises(StoreError, match=r"earlier version \(r0001\); `headwater casebook upgrade`"):
        open_casebook(place(tmp_path))
    book = open_casebook(place(tmp_path), upgrade=True)
    house = House(book, tmp_path)
    assert verifying.verify(book).whole
    with book.reading(BEGIN) as tx:
        found = cases.cases(tx)[0]
        assert [n.text for n in notes.notes(tx, found)] == ["written before the console"]
        assert [w.by for w in verdicts.words(tx, found, "finding")] == ["Li"]
    house.case, house.seconds = found, 3600
    house.sign_in("Li")
    with book.transaction(house.now()) as tx:
        settings.put(tx, who(tx, house.tickets["Li"]), found, "budget", {"alerts": 5}, 0)
    assert verifying.verify(book).whole
    book.close()
