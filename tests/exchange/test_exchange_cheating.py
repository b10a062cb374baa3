"""Nobody gains by not keeping to the protocol: what a holder, a party or whoever carries a file could do is noticed or refused."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import numpy as np
import pytest
from tests.exchange.sides import NOW, OURS, Table, listed, numbers, sealed

from headwater.exchange import auditing, holder, ledger, oprf, parcel, party, tokens, verifying
from headwater.exchange.errors import ExchangeError, RefusedError, TamperedError
from headwater.exchange.identity import Identity
from headwater.exchange.parcel import Parcel, Part
from headwater.exchange.people import read_people
from headwater.exchange.telling import of_overlap
from headwater.exchange.terms import METHODS, REVEALS, write_terms


def test_an_answer_is_for_its_own_request_and_signed_by_the_holder(sides: Table, lists: tuple[Path, Path]) -> None:
    terms, old = sides.open(), sides.open()
    answer, _ = sides.answer(sides.ask(sides.first, old, lists[0]))
    kept = shutil.copy(answer, sides.root / "old")
    sides.answer(sides.ask(sides.second, terms, lists[1]))
    make = [sides.first, terms, [lists[0]], sides.root / "tokens"]
    for file, match in ((kept, "another exchange"), (sides.root / "bank.answer", "no request that this side made")):
        with pytest.raises(TamperedError, match=match):
            party.make_tokens(make[0], make[1], Path(file), make[2], make[3])  # type: ignore[arg-type]
    answer, _ = sides.answer(sides.ask(sides.first, terms, lists[0]))
    with pytest.raises(TamperedError, match="not the one that was asked about"):
        party.make_tokens(sides.first, terms, answer, [lists[1]], sides.root / "tokens")
    opened = parcel.open_parcel(answer)
    parts = [Part(s.name, s.width, [opened.array(s.name).tobytes()]) for s in opened.sections.values()]
    parcel.write(answer, "answer", opened.fields, parts, sides.second.identity)
    with pytest.raises(TamperedError, match="not signed by the holder"):
        party.make_tokens(sides.first, terms, answer, [lists[0]], sides.root / "tokens")


def test_a_holder_that_answers_with_another_key_is_caught(sides: Table, lists: tuple[Path, Path]) -> None:
    terms = sides.open()
    answer, _ = sides.answer(sides.ask(sides.first, terms, lists[0]))
    opened, other = parcel.open_parcel(answer), oprf.Holder(77)
    asked = [bytes(e) for e in parcel.open_parcel(sides.root / "insurer.request").array("elements")]
    elements = other.blind_evaluate(asked)
    for proofs, match in (([other.prove(asked, elements)], "another key"), ([], "not the 1 proofs")):
        parts = [Part("elements", 32, elements), Part("proofs", 64, proofs)]
        parcel.write(answer, "answer", opened.fields, parts, sides.police.identity)
        with pytest.raises(TamperedError, match=match):
            party.make_tokens(sides.first, terms, answer, [lists[0]], sides.root / "tokens")


def test_a_holder_that_gives_each_party_other_terms_is_caught(sides: Table, lists: tuple[Path, Path]) -> None:
    terms = sides.open("oprf")
    sides.tokens(sides.first, terms, lists[0])
    file = sides.police.folder / "exchanges" / terms.exchange / "terms"
    other = write_terms(dataclasses.replace(terms, purpose="something else"), file, sides.police.identity)
    theirs = sides.tokens(sides.second, other, lists[1])
    with pytest.raises(TamperedError, match="the holder gave the parties different ones"):
        party.intersect(sides.first, terms, theirs)


def test_an_identifier_that_was_blinded_twice_shows_in_the_tokens(sides: Table, lists: tuple[Path, Path]) -> None:
    terms, theirs = sides.open("oprf"), sides.second
    sides.tokens(sides.first, terms, lists[0])
    request = sides.ask(theirs, terms, lists[1])
    opened, one = parcel.open_parcel(request), read_people([lists[1]])
    padded = dataclasses.replace(one, inputs=one.inputs.take([0] * 7))
    parcel.write(request, "request", opened.fields, [party.elements(theirs, terms, padded, b"s" * 32)], theirs.identity)
    answer, _ = sides.answer(request)  # seven points that differ
    given = parcel.open_parcel(answer)
    factors = oprf.blinds(b"s" * 32, 0, 7)
    values = oprf.finalize(next(padded.blocks(7)), factors, [bytes(each) for each in given.array("elements")])
    mine = tokens.arranged(padded, tokens.sealed(theirs, terms, values), 16)
    fields = {"exchange": terms.exchange, "terms": terms.digest, "party": "bank", "receipt": dict(given.head)}
    made = tokens.write_tokens(mine, fields, sides.root / "bank.tokens", theirs, terms)
    tokens.write_commitment(made, sides.root / "bound", theirs)
    with pytest.raises(TamperedError, match="the same token twice"):
        party.intersect(sides.first, terms, made.file, sides.root / "bound")


def test_a_side_is_bound_to_its_list_before_it_sees_the_other(sides: Table, lists: tuple[Path, Path]) -> None:
    terms = sides.open()
    sides.tokens(sides.first, terms, lists[0])
    theirs = sides.tokens(sides.second, terms, lists[1])
    bound = shutil.copy(f"{theirs}.commitment", sides.root / "bound")
    files = [
        sides.root / name for name in ("terms", "bank.request", "bank.answer", "bank.tokens", "bank.tokens.commitment")
    ]
    log = sides.police.folder / ledger.FILE
    found = verifying.verify(files, log)
    assert [(c.kind, c.by) for c in found][:3] == [("terms", "police"), ("request", "bank"), ("answer", "police")]
    auditing.check_list(sides.second, files, [lists[1]])
    with pytest.raises(TamperedError, match="is not the list"):
        auditing.check_list(sides.second, files, [lists[0]])
    with pytest.raises(ExchangeError, match="none of these files binds this side"):
        auditing.check_list(sides.first, files, [lists[0]])
    later = sides.tokens(sides.second, terms, listed(sides.root / "later.csv", numbers(range(6, 13))))
    with pytest.raises(TamperedError, match="not the list that its side was bound to"):
        party.intersect(sides.first, terms, later, Path(bound))
    with pytest.raises(TamperedError, match="bound to another list"):
        verifying.verify([later, Path(bound)])
    with pytest.raises(TamperedError, match="answers none of these requests"):
        verifying.verify([sides.root / "insurer.request", sides.root / "bank.answer"])


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("reveal", REVEALS)
def test_an_audit_makes_again_what_was_asked_and_handed_over(
    sides: Table, lists: tuple[Path, Path], method: str, reveal: str
) -> None:
    terms = sides.open(method, reveal)  # type: ignore[arg-type]
    request = sides.ask(sides.second, terms, lists[1])
    answer, _ = sides.answer(request)
    handed = sides.root / "bank.tokens"
    party.make_tokens(sides.second, terms, answer, [lists[1]], handed)
    auditing.check_list(sides.second, [sides.root / "terms", request, answer, handed], [lists[1]])
    with pytest.raises(ExchangeError, match="give the terms too"):
        auditing.check_list(sides.second, [request], [lists[1]])
    opened, whole = parcel.open_parcel(handed), parcel.open_parcel(request)
    other = read_people([listed(sides.root / "other.csv", numbers(range(20, 27)))])
    swapped = party.elements(sides.second, terms, other, b"s" * 32)
    parcel.write(request, "request", whole.fields, [swapped], sides.second.identity)
    mine = tokens.arranged(other, (bytes([n]) * 16 for n in range(7)), 16)
    tokens.write_tokens(mine, {k: v for k, v in opened.fields.items() if k != "nonce"}, handed, sides.second, terms)
    for file in (request, handed):  # bound to the innocent list, made of another
        with pytest.raises(TamperedError, match="was not made of the list that it is bound to"):
            auditing.check_list(sides.second, [sides.root / "terms", answer, file], [lists[1]])


def test_an_audit_sees_people_that_were_put_together_anew(sides: Table, lists: tuple[Path, Path]) -> None:
    terms = sides.open("keyed", "size")
    handed = sides.tokens(sides.second, terms, lists[1])
    opened, people = parcel.open_parcel(handed), read_people([lists[1]])
    merged = dataclasses.replace(people, persons=np.minimum(people.persons, 5))
    mine = party.arranged(sides.second, terms, people, parcel.open_parcel(sides.root / "bank.answer"), b"")
    tokens.write_tokens(dataclasses.replace(mine, people=merged), opened.fields, handed, sides.second, terms)
    with pytest.raises(TamperedError, match="was not made of the list"):
        auditing.check_list(sides.second, [sides.root / "terms", sides.root / "bank.answer", handed], [lists[1]])


def test_a_holder_that_gives_its_own_key_for_a_party_is_caught_by_that_party(
    sides: Table, lists: tuple[Path, Path]
) -> None:
    stolen = dataclasses.replace(sides.first.card, agreement=sides.police.card.agreement)
    slipped = sides.open("keyed", parties=(stolen, sides.second.card))
    with pytest.raises(TamperedError, match="insurer is not in this exchange with its own name and keys"):
        sides.ask(sides.first, slipped, lists[0])
    terms = sides.open("keyed")
    answer, _ = sides.answer(sides.ask(sides.first, terms, lists[0]))
    changed = dataclasses.replace(
        terms, parties=(sides.first.card, dataclasses.replace(sides.second.card, agreement="0" * 64))
    )
    later = write_terms(changed, sides.root / "later", sides.police.identity)
    for wrong, match in (
        (later, "other terms, whose cards were checked"),
        (dataclasses.replace(later, parties=slipped.parties), "own name and keys"),
    ):
        with pytest.raises(TamperedError, match=match):
            party.make_tokens(sides.first, wrong, answer, [lists[0]], sides.root / "t")
        with pytest.raises(TamperedError, match=match):
            party.intersect(sides.first, wrong, sides.root / "t")


def test_tokens_that_may_be_copies_are_not_compared(sides: Table, lists: tuple[Path, Path]) -> None:
    terms = sides.open("keyed")
    ours, theirs = sides.tokens(sides.first, terms, lists[0]), sides.tokens(sides.second, terms, lists[1])
    with pytest.raises(RefusedError, match="is not bound: without the commitment"):
        party.intersect(sides.first, terms, theirs)
    before = Path(f"{theirs}.commitment")
    assert not party.intersect(sides.first, terms, theirs, before).is_contained
    copied = parcel.open_parcel(ours).array("tokens")[:7].tobytes()
    made = parcel.write(
        theirs, "tokens", parcel.open_parcel(theirs).fields, [Part("tokens", 16, [copied])], sides.second.identity
    )
    with pytest.raises(TamperedError, match="not the list that its side was bound to"):
        party.intersect(sides.first, terms, theirs, before)
    tokens.write_commitment(made, before, sides.second)  # where it could choose after it saw them
    found = party.intersect(sides.first, terms, theirs, before)
    assert found.as_json()["all_of_theirs"]
    assert any("so would copies look" in said.en for said in of_overlap(found))


def test_receipts_and_answers_that_the_holder_did_not_give_are_noticed(sides: Table, lists: tuple[Path, Path]) -> None:
    terms = sides.open("keyed")
    handed, root = sides.tokens(sides.first, terms, lists[0]), sides.root
    request, answer, log = root / "insurer.request", root / "insurer.answer", sides.police.folder / ledger.FILE
    verifying.verify([root / "terms", request, answer, handed], log)
    opened, given = parcel.open_parcel(handed), parcel.open_parcel(answer)
    items = [Part("tokens", 16, [opened.array("tokens").tobytes()])]
    forged = root / "forged"

    def written(kind: str, fields: dict[str, object], parts: list[Part], by: Identity) -> Parcel:
        return parcel.write(forged, kind, fields, parts, by)

    def noticed(match: str, *files: Path, log: Path | None = None) -> None:
        with pytest.raises(TamperedError, match=match):
            verifying.verify([*files, forged], log)

    elements = [Part("elements", 16, [given.array("elements").tobytes()])]
    police, insurer = sides.police.identity, sides.first.identity
    own = dict(written("answer", dict(given.fields), elements, insurer).head)
    written("tokens", {**opened.fields, "receipt": own}, items, insurer)
    noticed("that the holder did not sign", root / "terms")
    noticed("made of another answer", answer)
    written("tokens", {**opened.fields, "receipt": {**given.head}}, [Part("tokens", 16, [b"x" * 16])], insurer)
    noticed("more or fewer tokens", root / "terms")
    written("tokens", {**opened.fields, "party": "bank"}, items, insurer)
    noticed("another party")
    noticed("names another party than the one that signed it", root / "terms")
    for changed, match in (
        ({"items": 3}, "more or less was asked"),
        ({"party": "bank"}, "another party, than was asked"),
        ({"exchange": "0" * 32}, "in another exchange"),
    ):
        written("answer", {**given.fields, **changed}, elements, police)
        noticed(match, request)
    for changed in ({"items": 3}, {"party": "bank"}, {"request": "0" * 64}):
        written("answer", {**given.fields, **changed}, elements, police)
        noticed("which is about something else", log=log)
    first = next(ledger.read(log, police.card.signing))
    pointer = {"number": first.number, "digest": first.digest}
    written("answer", {**given.fields, "log": pointer}, elements, police)
    noticed("line 1 of the purpose log, which is about something else", log=log)
    written("answer", dict(given.fields), [Part("elements", 16, [bytes(16 * 8)])], police)
    noticed("the line of another answer", answer, log=log)
    written("tokens", {"log": given.fields["log"]}, [], insurer)  # no tokens in it
    noticed("which is about something else", answer, log=log)
    written("answer", {**given.fields, "log": {"number": [1]}}, elements, police)
    noticed("does not hold", log=log)


def test_a_purpose_log_that_was_written_anew_is_noticed_by_who_got_an_answer(
    sides: Table, lists: tuple[Path, Path]
) -> None:
    terms = sides.open()
    answer, _ = sides.answer(sides.ask(sides.first, terms, lists[0]))
    folder = sides.police.folder
    verifying.verify([answer], folder / ledger.FILE)
    for name in (ledger.FILE, "purpose.last"):
        (folder / name).unlink()
    sides.open()
    with pytest.raises(TamperedError, match="does not hold"):
        verifying.verify([answer], folder / ledger.FILE)


def test_tokens_that_the_holder_did_not_answer_are_refused(sides: Table, lists: tuple[Path, Path]) -> None:
    terms = sides.open()
    ours, theirs = (sides.tokens(o, terms, f) for o, f in zip((sides.first, sides.second), lists, strict=True))
    opened, mine, them = parcel.open_parcel(theirs), parcel.open_parcel(ours), sides.second.identity
    items, fields = opened.array("tokens").tobytes(), dict(opened.fields)
    receipt = {**fields["receipt"], "fields": {**fields["receipt"]["fields"], "items": 8}}
    for data, told, signer, match in (
        (items + b"x" * 16, fields, them, "more or fewer tokens than the holder answered"),
        (items[:32], fields, them, "more or fewer"),
        (items[:16] * 7, fields, them, "the same token twice"),
        (items + b"x" * 16, {**fields, "receipt": receipt}, them, "signature"),
        (items, {**fields, "receipt": mine.fields["receipt"]}, them, "no receipt of the holder for this party"),
        (items, {**fields, "receipt": None}, them, "its head is torn"),
        (items, fields, sides.first.identity, "no receipt of the holder for this party"),
        (items, {**fields, "exchange": "0" * 32}, them, "another exchange"),
    ):
        made = parcel.write(theirs, "tokens", told, [Part("tokens", 16, [data])], signer)
        tokens.write_commitment(made, sides.root / "bound", sides.second)
        with pytest.raises(TamperedError, match=match):
            party.intersect(sides.first, terms, theirs, sides.root / "bound")
    with pytest.raises(TamperedError, match="own file"):
        party.intersect(sides.first, terms, ours)


def test_two_lists_are_counted_once_and_no_token_of_them_twice(sides: Table, lists: tuple[Path, Path]) -> None:
    terms = sides.open("keyed", "size")
    first, second = sides.tokens(sides.first, terms, lists[0]), sides.tokens(sides.second, terms, lists[1])
    kept = second.read_bytes()
    files, out = (first, second), sides.root / "count"
    opened = parcel.open_parcel(second)
    plain = sealed(sides, terms, second)
    padded = np.frombuffer(plain[0] * len(plain), np.uint8).reshape(len(plain), -1)
    people = read_people([lists[1]])
    same = tokens.Arranged(people, padded, np.arange(len(plain)))
    tokens.write_tokens(same, opened.fields, second, sides.second, terms)
    with pytest.raises(TamperedError, match="the same token twice"):
        holder.count(sides.police, terms, *files, out, NOW)
    second.write_bytes(kept)
    with pytest.raises(RefusedError, match="ended on 2026-12-31"):
        holder.count(sides.police, terms, *files, out, NOW.replace(year=2027))
    assert not out.exists()
    digests = [parcel.open_parcel(file).digest for file in files]
    found = holder.count(sides.police, terms, *files, out, NOW)
    assert holder.count(sides.police, terms, second, first, out, NOW).both == found.both == 3
    fewer = sides.tokens(sides.first, terms, listed(sides.root / "fewer.csv", OURS[:7]))
    with pytest.raises(RefusedError, match="other lists were counted before \\(line 6"):
        holder.count(sides.police, terms, fewer, second, out, NOW)
    entries = list(ledger.read(sides.police.folder / ledger.FILE, sides.police.card.signing))
    assert [e.done for e in entries if e.done in ("counted", "refused")] == [
        *["refused"] * 2,
        *["counted"] * 2,
        "refused",
    ]
    assert entries[5].fields["tokens"] == digests
