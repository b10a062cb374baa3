"""Matching by a key holder: every method says what plain sets say, nothing readable is carried, and every rule holds."""

from __future__ import annotations

import dataclasses
import json
from datetime import timedelta
from hashlib import blake2b, sha256
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.exchange.sides import LAST, LI, NOW, OURS, RULES, THEIRS, Table, listed, numbers, sealed, table
from tests.identifiers.made_ids import made_id

from headwater.exchange import auditing, holder, keyed, ledger, oprf, parcel, party, tokens, verifying
from headwater.exchange.errors import ExchangeError, RefusedError, TamperedError
from headwater.exchange.holder import Opening
from headwater.exchange.office import make_office
from headwater.exchange.overlap import expected_false, told_apart
from headwater.exchange.parcel import Part
from headwater.exchange.people import read_people
from headwater.exchange.rules import Approval
from headwater.exchange.telling import of_overlap
from headwater.exchange.terms import METHODS, REVEALS, Terms, check_cards, read_terms


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("reveal", REVEALS)
def test_every_method_finds_what_is_in_both(sides: Table, lists: tuple[Path, Path], method: str, reveal: str) -> None:
    terms = sides.open(method, reveal)  # type: ignore[arg-type]
    found = sides.match(terms, *lists)
    assert (found.ours, found.theirs, found.both, found.low, found.high) == (8, 7, 3, 0, 3)
    assert [(kind.kind, kind.ours, kind.both) for kind in found.kinds] == [("mobile", 8, 3)]
    assert found.false == 56 / 2**128
    if reveal == "rows":
        assert found.as_json()["rows"] == [{"source": "ours.csv", "lines": [7, 8, 9]}]
    else:
        assert found.rows is None
        assert holder.read_count(sides.root / "count", terms) == found


@given(
    st.lists(st.integers(0, 15), min_size=3, max_size=10),
    st.lists(st.integers(0, 15), min_size=3, max_size=10),
    st.sampled_from(METHODS),
    st.sampled_from(REVEALS),
)
@settings(max_examples=4)
def test_the_overlap_is_that_of_plain_sets(
    tmp_path_factory: pytest.TempPathFactory, ours: list[int], theirs: list[int], method: str, reveal: str
) -> None:
    root = tmp_path_factory.mktemp("sides")
    every = (100, 101, 102)  # so that no list is too short, whatever is repeated
    sides = table(root)
    terms = sides.open(method, reveal, 96)  # type: ignore[arg-type]
    first, second = listed(root / "a.csv", numbers(ours, every)), listed(root / "b.csv", numbers(every[::-1], theirs))
    found = sides.match(terms, first, second)
    assert found.both == found.high == len(set(ours) & set(theirs)) + 3
    assert (found.ours, found.theirs) == (len(set(ours)) + 3, len(set(theirs)) + 3)
    if found.rows is not None:
        both = set(numbers(set(ours) & set(theirs), every))
        lines = [n for n, phone in enumerate(first.read_text().split("\n"), 1) if phone in both]
        assert found.rows["line"].to_pylist() == lines


@pytest.mark.parametrize("reveal", REVEALS)
def test_people_count_once_and_surely_by_two_kinds(sides: Table, tmp_path: Path, reveal: str) -> None:
    ids = [made_id(number) for number in range(7)]
    ours, theirs = tmp_path / "a.csv", tmp_path / "b.csv"
    # of each kind enough to be told apart
    more, others = (f"{a},,x{a}@example.com\n{b},,y{b}@example.com\n" for a, b in (ids[3:5], ids[5:7]))
    others = "".join(f",{mail},{number}\n" for number, _, mail in (line.split(",") for line in others.splitlines()))
    # by identity number and telephone; by two kinds; by telephone alone; by one of two telephones
    ours.write_text(
        f"身份证号,手机,邮箱\n{ids[0]},15400000001,\n,15400000002,b@example.com\n,15400000003,\n"
        f"{ids[1]},15400000004,\n{ids[1]},15400000005,\n,15400000009,\n{more}"
    )
    theirs.write_text(
        f"手机,邮箱,身份证号\n15400000001,,{ids[0]}\n15400000002,b@example.com,\n15400000003,,\n15400000005,,\n{others}"
    )
    found = sides.match(sides.open("keyed", reveal), ours, theirs)  # type: ignore[arg-type]
    assert (found.both, found.low, found.high) == (6, 2, 4)
    assert {kind.kind: kind.both for kind in found.kinds} == {"resident_id": 1, "mobile": 4, "email": 1}
    if found.rows is not None:
        assert found.rows["line"].to_pylist() == [2, 3, 4, 6]


def test_kinds_of_which_there_are_few_are_told_together(sides: Table, tmp_path: Path) -> None:
    ours, theirs = tmp_path / "a.csv", tmp_path / "b.csv"
    phones = "".join(f",{number}\n" for number in numbers(range(5)))
    ours.write_text(f"身份证号,手机\n{made_id(1)},\n{phones}")
    theirs.write_text(f"身份证号,手机\n{made_id(1)},15400000099\n{made_id(2)},\n{phones}")
    found = sides.match(sides.open("keyed", "size"), ours, theirs)
    assert (found.low, found.high, found.both) == (0, 6, 6)
    assert [(kind.kind, kind.ours, kind.both) for kind in found.kinds] == [("other", 6, 6)]
    assert any("kinds told together" in said.en for said in of_overlap(found))
    shown = sides.match(sides.open("keyed", "rows"), ours, theirs)
    assert (shown.low, [kind.kind for kind in shown.kinds]) == (1, ["resident_id", "mobile"])


def test_every_list_holds_enough_of_what_is_told_together() -> None:
    def kinds(*counts: int) -> np.ndarray:
        return np.repeat(np.arange(len(counts)), counts)

    assert told_apart([kinds(5, 5, 5)], 5) == [0, 1, 2]
    assert told_apart([kinds(4, 9, 7)], 5) == [1]  # four and the next seven
    assert told_apart([kinds(4, 9, 1)], 5) == [1]  # four and one are enough
    assert told_apart([kinds(9, 9), kinds(9, 0)], 5) == [0, 1]  # a number about nobody is none about few
    assert told_apart([kinds(9, 4), kinds(4, 9)], 5) == []
    assert told_apart([kinds(9, 9, 9), kinds(9, 1, 9)], 5) == [2]
    assert told_apart([kinds()], 5) == []


def test_two_sides_match_without_a_third(sides: Table, lists: tuple[Path, Path]) -> None:
    terms = sides.open(parties=(sides.first.card, sides.police.card))
    answer, _ = sides.answer(sides.ask(sides.first, terms, lists[0]))
    assert party.make_tokens(sides.first, terms, answer, [lists[0]], sides.root / "none") is None
    assert not (sides.root / "none").exists()
    holder.own(sides.police, terms, [lists[1]], sides.root / "own", LI, NOW)
    assert party.intersect(sides.first, terms, sides.root / "own").both == 3
    verifying.verify([sides.root / "terms", sides.root / "own"], sides.police.folder / ledger.FILE)
    holder.own(sides.police, terms, [lists[0]], sides.root / "again", LI, NOW)
    for file, made_of in (("own", lists[1]), ("again", lists[0])):  # the first is remembered too
        auditing.check_list(sides.police, [sides.root / "terms", sides.root / file], [made_of])
    with pytest.raises(RefusedError, match="the holder asks nothing of itself"):
        sides.ask(sides.police, terms, lists[1])
    for wrong in ({"method": "keyed"}, {"reveal": "size"}):
        with pytest.raises(RefusedError, match="could count or guess alone"):
            sides.open(parties=(sides.first.card, sides.police.card), **wrong)  # type: ignore[arg-type]
    with pytest.raises(RefusedError, match="no list in it"):
        holder.own(sides.police, sides.open(), [lists[1]], sides.root / "own", LI, NOW)


@pytest.mark.parametrize("method", METHODS)
def test_nothing_that_is_carried_can_be_read_or_guessed(sides: Table, lists: tuple[Path, Path], method: str) -> None:
    terms = sides.open(method, "rows")  # type: ignore[arg-type]
    sides.match(terms, *lists)
    carried = [f for f in sides.root.iterdir() if f.is_file() and f.suffix != ".csv"]
    assert len(carried) == 9  # terms, and of each party request, answer, tokens, commitment
    secret = sides.police.function_key()
    whole = b"".join(f.read_bytes() for f in carried)
    for phone in {*OURS, *THEIRS}:
        value = f"mobile\x1f{phone}".encode()
        known = [
            phone.encode(),
            value,
            sha256(value).digest(),
            sha256(phone.encode()).digest(),
            blake2b(value).digest(),
        ]
        known += [oprf.hash_to_group(value, terms.mode)]
        if method != "keyed":  # what the holder, who has the key, could work out of a guess
            known += oprf.evaluate(_key(sides, terms, secret), [value], terms.mode)
        assert not [k for k in known if k in whole or k[:12] in whole]
    everywhere = b"".join(f.read_bytes() for f in sides.root.rglob("*") if f.is_file() and f.suffix != ".csv")
    assert not [phone for phone in {*OURS, *THEIRS} if phone.encode() in everywhere]


def _key(sides: Table, terms: Terms, secret: bytes) -> int:
    return oprf.derive_key(secret, f"headwater match {terms.exchange}".encode(), terms.mode)


def test_two_requests_for_one_list_have_nothing_in_common(sides: Table, lists: tuple[Path, Path]) -> None:
    terms = sides.open()
    first = parcel.open_parcel(sides.ask(sides.first, terms, lists[0])).array("elements").tobytes()
    second = parcel.open_parcel(sides.ask(sides.first, terms, lists[0])).array("elements").tobytes()
    assert not {first[i : i + 32] for i in range(0, 256, 32)} & {second[i : i + 32] for i in range(0, 256, 32)}


def test_tokens_of_two_exchanges_have_nothing_in_common(sides: Table, lists: tuple[Path, Path]) -> None:
    found = []
    for _ in range(2):
        terms = sides.open()
        found.append({bytes(t) for t in parcel.open_parcel(sides.tokens(sides.first, terms, lists[0])).array("tokens")})
    assert not found[0] & found[1]


def refused(sides: Table, request: Path, match: str, by: Approval = LI, **more: object) -> None:
    with pytest.raises(RefusedError, match=match):
        sides.answer(request, by, **more)  # type: ignore[arg-type]


def test_every_rule_of_the_holder_refuses_and_is_logged(sides: Table, tmp_path: Path) -> None:
    terms = sides.open()
    short = listed(tmp_path / "short.csv", numbers(range(2)))
    with pytest.raises(RefusedError, match="2 identifiers; at least 3"):
        sides.ask(sides.first, terms, short)
    five, long = listed(tmp_path / "5.csv", numbers(range(5))), listed(tmp_path / "21.csv", numbers(range(21)))
    sides.answer(sides.ask(sides.first, terms, five))
    refused(sides, sides.root / "insurer.request", "answered before")
    request = sides.ask(sides.first, terms, long)
    refused(sides, request, "need a second person")
    refused(sides, request, "the second person is the first", Approval("Li", " LI "))
    refused(sides, request, "ended on 2026-12-31", at=NOW.replace(month=1, year=2027))
    sides.answer(request, Approval("Li", "Wang"))
    request = sides.ask(sides.first, terms, long)
    sides.answer(request, Approval("Li", "Wang"))
    refused(sides, sides.ask(sides.first, terms, five), "5 identifiers after 47 on this day are more than the 50")
    tomorrow = NOW + timedelta(days=1)
    for _ in range(2):
        sides.answer(sides.ask(sides.first, terms, long), Approval("Li", "Wang"), tomorrow)
    third = NOW + timedelta(days=2)
    request = sides.ask(sides.first, terms, long)
    refused(
        sides,
        request,
        "21 identifiers after 89 are more than the 100 of one exchange",
        Approval("Li", "Wang"),
        at=third,
    )
    sides.answer(sides.ask(sides.second, terms, five))
    entries = list(ledger.read(sides.police.folder / ledger.FILE, sides.police.card.signing))
    assert [e.done for e in entries].count("refused") == 6
    assert all(e.fields["reason"] for e in entries if e.done == "refused")
    answered = entries[1]
    told = {name: answered.fields[name] for name in ("party", "purpose", "case", "items", "by")}
    assert told == {"party": "insurer", "purpose": "case 17", "case": "case 17", "items": 5, "by": "Li"}
    assert answered.at == NOW


def test_at_the_threshold_itself_a_rule_says_yes(sides: Table, tmp_path: Path) -> None:
    terms = sides.open()
    sides.answer(sides.ask(sides.first, terms, listed(tmp_path / "3.csv", numbers(range(3)))))
    sides.answer(
        sides.ask(sides.second, terms, listed(tmp_path / "20.csv", numbers(range(20)))),
        at=NOW.replace(month=12, day=31),
    )


def test_a_list_is_not_made_longer_by_asking_twice(sides: Table, lists: tuple[Path, Path]) -> None:
    terms = sides.open()
    opened = parcel.open_parcel(sides.ask(sides.first, terms, lists[0]))
    once = opened.array("elements")[:1].tobytes()
    parcel.write(
        sides.root / "insurer.request",
        "request",
        opened.fields,
        [Part("elements", 32, [once * 5])],
        sides.first.identity,
    )
    refused(sides, sides.root / "insurer.request", "asked more than once")


def test_strangers_and_other_terms_are_refused(sides: Table, lists: tuple[Path, Path]) -> None:
    terms, stranger = sides.open(), make_office(sides.root / "stranger", "stranger", RULES)
    with pytest.raises(RefusedError, match="nobody who takes part"):
        sides.ask(stranger, terms, lists[0])
    request = sides.ask(sides.first, terms, lists[0])
    opened = parcel.open_parcel(request)
    parts = [Part("elements", 32, [opened.array("elements").tobytes()])]
    for fields, match in (
        ({**opened.fields, "exchange": "0" * 32}, "no exchange that this side opened"),
        ({**opened.fields, "exchange": "../../keys"}, "no exchange that this side opened"),
        ({**opened.fields, "terms": "0" * 64}, "other terms"),
    ):
        parcel.write(request, "request", fields, parts, sides.first.identity)
        with pytest.raises(ExchangeError, match=match):
            sides.answer(request)
    parcel.write(request, "request", opened.fields, parts, stranger.identity)
    refused(sides, request, "nobody who takes part")
    parcel.write(request, "request", opened.fields, [Part("elements", 32, [bytes(range(96))])], sides.first.identity)
    with pytest.raises(TamperedError, match="no point"):
        sides.answer(request)
    parcel.write(request, "request", {**opened.fields, "why": "x" * 20_000}, parts, sides.first.identity)
    with pytest.raises(TamperedError, match="why: say it in 1 to 1000"):
        sides.answer(request)
    entries = list(ledger.read(sides.police.folder / ledger.FILE, sides.police.card.signing))
    assert [entry.done for entry in entries] == ["opened", *["refused"] * 6]
    assert [entry.fields["party_key"] for entry in entries[4:6]] == [stranger.card.signing, sides.first.card.signing]


def test_terms_are_the_holders_and_hold_the_cards_that_are_known(sides: Table) -> None:
    terms = sides.open()
    assert read_terms(sides.root / "terms") == terms
    ours, theirs, police = sides.first.card, sides.second.card, sides.police.card
    check_cards(terms, ours, (theirs, police))
    with pytest.raises(TamperedError, match="bank is not in this exchange with the keys"):
        check_cards(terms, ours, (dataclasses.replace(theirs, agreement="0" * 64),))
    with pytest.raises(RefusedError, match="the card of bank must be known from elsewhere"):
        check_cards(terms, ours, (police,))
    opened = parcel.open_parcel(sides.root / "terms")
    parcel.write(sides.root / "terms", "terms", opened.fields, (), sides.first.identity)
    with pytest.raises(TamperedError, match="not signed by the holder"):
        read_terms(sides.root / "terms")
    for bits in (64, 100, 136):
        with pytest.raises(ExchangeError, match="96 to 128 bits"):
            sides.open(bits=bits)
    with pytest.raises(ExchangeError, match="two parties"):
        sides.open(parties=(sides.first.card, sides.first.card))
    with pytest.raises(ExchangeError, match="purpose: say it"):
        opening = Opening("1", " ", LAST)
        holder.open_exchange(sides.police, (sides.first.card, sides.second.card), opening, LI, sides.root / "t", NOW)


def test_what_was_agreed_is_all_that_is_shown(sides: Table, lists: tuple[Path, Path]) -> None:
    terms = sides.open("keyed", "size")
    first, second = sides.tokens(sides.first, terms, lists[0]), sides.tokens(sides.second, terms, lists[1])
    with pytest.raises(RefusedError, match="the size only"):
        party.intersect(sides.first, terms, second)
    assert tokens.tokens_of(parcel.open_parcel(second)).to_pylist() != sorted(sealed(sides, terms, second))
    assert tokens.mine_kept(sides.second, terms.exchange).tokens.to_pylist() == sealed(sides, terms, second)
    with pytest.raises(TamperedError, match="encrypted for another holder"):  # one of seven kinds of garbage is no kind
        tokens.sealed_of(parcel.open_parcel(second), sides.first, terms)
    with pytest.raises(TamperedError, match="both files are of one party"):
        holder.count(sides.police, terms, first, first, sides.root / "count", NOW)
    rows = sides.open("keyed", "rows")
    with pytest.raises(RefusedError, match="compare rows themselves"):
        holder.count(sides.police, rows, first, second, sides.root / "count", NOW)
    holder.count(sides.police, terms, first, second, sides.root / "count", NOW)
    with pytest.raises(TamperedError, match="belongs to another exchange"):
        holder.read_count(sides.root / "count", rows)
    with pytest.raises(ExchangeError, match="no tokens of its own"):
        tokens.mine_kept(sides.first, rows.exchange)


def test_the_keyed_method_joins_what_two_keys_hashed_alike() -> None:
    pair, hold = b"p" * 32, keyed.holder_key(b"h" * 32, "x")
    assert keyed.answered(keyed.paired([b"a", b"b"], pair), hold) == keyed.answered(
        keyed.paired([b"a", b"b"], pair), hold
    )
    assert keyed.paired([b"a"], pair) != keyed.paired([b"a"], hold)
    assert keyed.holder_key(b"h" * 32, "x") != keyed.holder_key(b"h" * 32, "y")
    assert expected_false(10**7, 10**7, 96) == 10**14 / 2**96


def test_secrets_of_a_party_are_its_own(sides: Table, lists: tuple[Path, Path]) -> None:
    terms = sides.open()
    sides.tokens(sides.first, terms, lists[0])
    place = sides.first.folder / "exchanges" / terms.exchange
    assert place.stat().st_mode & 0o777 == 0o700
    assert {f.stat().st_mode & 0o777 for f in place.iterdir() if f.suffix != ".request"} == {0o600}
    kept = json.loads(next(place.glob("*.json")).read_text())
    assert read_people([lists[0]]).commitment(bytes.fromhex(kept["nonce"])) == kept["inputs"]
