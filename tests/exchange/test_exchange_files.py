"""Carried files: torn, changed, hostile and foreign ones are refused with their reason; the purpose log notices every change."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from tests.exchange.sides import NOW

from headwater.exchange import ledger, parcel
from headwater.exchange.errors import ExchangeError, TamperedError
from headwater.exchange.identity import Identity
from headwater.exchange.office import Policy, make_office, open_office, read_card, write_card
from headwater.exchange.parcel import Part

US, THEM = Identity("us", b"u" * 32), Identity("them", b"t" * 32)


@pytest.fixture
def carried(tmp_path: Path) -> Path:
    parcel.write(tmp_path / "file", "request", {"why": "案件", "n": 3}, [Part("items", 4, [b"aaaa", b"bbbbcccc"])], US)
    return tmp_path / "file"


def test_what_was_written_is_read_again(carried: Path) -> None:
    opened = parcel.open_parcel(carried, "request")
    assert (opened.text("why"), opened.number("n"), opened.by) == ("案件", 3, US.card.signing)
    assert list(opened.blocks("items", 2)) == [[b"aaaa", b"bbbb"], [b"cccc"]]
    assert opened.array("items").tobytes() == b"aaaabbbbcccc"
    assert parcel.from_head(dict(opened.head), "request", "there").digest == opened.digest
    for wrong in ("n", "nothing"):
        with pytest.raises(TamperedError, match=f"no {wrong}"):
            opened.text(wrong)
    with pytest.raises(TamperedError, match="no items of 5 bytes"):
        opened.section("items", 5)
    with pytest.raises(TamperedError, match="is a request and no answer"):
        parcel.open_parcel(carried, "answer")


def test_every_byte_of_a_file_matters(carried: Path) -> None:
    whole = carried.read_bytes()
    for place in range(0, len(whole), 7):
        carried.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(TamperedError):
            parcel.open_parcel(carried)
    for end in (0, 10, len(whole) // 2, len(whole) - 1):
        carried.write_bytes(whole[:end])
        with pytest.raises(TamperedError):
            parcel.open_parcel(carried)
    carried.write_bytes(whole + b"x")
    with pytest.raises(TamperedError, match="is torn: it has"):
        parcel.open_parcel(carried)


def forged(carried: Path, **changed: object) -> None:
    """Write the head anew with other things in it, signed by its signer."""
    magic, line, body = carried.read_bytes().split(b"\n", 2)
    head = json.loads(line) | changed
    head.pop("signature")
    text = json.dumps(head, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    head["signature"] = US.sign(text.encode())
    carried.write_bytes(magic + b"\n" + json.dumps(head).encode() + b"\n" + body)


@pytest.mark.parametrize(
    "changed",
    [
        {"sections": [["items", 1 << 40, 4]]},
        {"sections": [["items", 3, 1 << 40]]},
        {"sections": [["items", -3, 4]]},
        {"sections": [["items", 3.0, 4]]},
        {"sections": [["items", True, 4]]},
        {"sections": [["a", 1, 4], ["a", 2, 4]]},
        {"sections": [["items", 3, 4]] * 40},
        {"sections": "items"},
        {"fields": []},
        {"kind": 3},
        {"schema": "headwater/match/2"},
        {"by": "00"},
        {"body": "zz"},
    ],
)
def test_a_hostile_head_is_refused_though_it_is_signed(carried: Path, changed: dict[str, object]) -> None:
    forged(carried, **changed)
    with pytest.raises(TamperedError):
        parcel.open_parcel(carried)


@pytest.mark.parametrize(
    "line", [b"[" * 60_000 + b"\n", b"{}\n", b"null\n", b'{"a": 1' + b"0" * 5000 + b"}\n", b"x" * (1 << 17)]
)
def test_a_head_that_is_none_is_refused(tmp_path: Path, line: bytes) -> None:
    (tmp_path / "file").write_bytes(b"headwater/match/1\n" + line)
    with pytest.raises(TamperedError):
        parcel.open_parcel(tmp_path / "file")
    with pytest.raises(ExchangeError, match="cannot be read"):
        parcel.open_parcel(tmp_path / "nothing")


def test_half_an_item_or_half_a_character_is_not_written_or_read(tmp_path: Path, carried: Path) -> None:
    with pytest.raises(ExchangeError, match="half of one"):
        parcel.write(tmp_path / "other", "request", {}, [Part("items", 4, [b"aaa"])], US)
    assert not (tmp_path / "other").exists()
    with pytest.raises(TamperedError):
        parcel.from_head({"schema": parcel.SCHEMA, "kind": "\ud800"}, "request", "there")


def test_cards_are_signed_by_whom_they_name(tmp_path: Path) -> None:
    office = make_office(tmp_path / "us", "Us")
    write_card(office, tmp_path / "card")
    assert read_card(tmp_path / "card") == office.card == open_office(tmp_path / "us").card
    parcel.write(tmp_path / "forged", "card", office.card.as_json(), (), THEM)
    with pytest.raises(TamperedError, match="not signed by whom it names"):
        read_card(tmp_path / "forged")
    parcel.write(tmp_path / "empty", "card", {"name": "x"}, (), THEM)
    with pytest.raises(TamperedError, match="no card"):
        read_card(tmp_path / "empty")


def test_keys_are_for_their_owner_alone_and_shared_ones_for_two(tmp_path: Path) -> None:
    office = make_office(tmp_path / "us", "Us")
    office.function_key()
    keys = sorted((tmp_path / "us" / "keys").iterdir())
    assert [key.name for key in keys] == ["function.key", "signing.key"]
    assert {key.stat().st_mode & 0o777 for key in keys} == {0o600}
    assert keys[1].read_text().strip() not in repr(office)
    ours, theirs = US.shared_key(THEM.card, "a"), THEM.shared_key(US.card, "a")
    assert ours == theirs != US.shared_key(THEM.card, "b")
    assert ours != US.shared_key(office.card, "a")


def test_the_folder_of_a_side_is_not_made_twice_or_out_of_nothing(tmp_path: Path) -> None:
    make_office(tmp_path / "us", "Us", Policy(fewest=5))
    with pytest.raises(ExchangeError, match="already"):
        make_office(tmp_path / "us", "Us")
    with pytest.raises(ExchangeError, match="no folder of a side"):
        open_office(tmp_path / "nobody")
    assert open_office(tmp_path / "us").policy.fewest == 5
    for text in (
        "name = 3\n[policy]\nfewest = 'x'",
        "[policy]",
        "name =",
        "name = 'x'\npolicy = 3",
        "name='x'\n[policy]\nspeed=3",
    ):
        (tmp_path / "us" / "side.toml").write_text(text)
        with pytest.raises(ExchangeError, match="cannot be understood"):
            open_office(tmp_path / "us")


@pytest.fixture
def log(tmp_path: Path) -> Path:
    with ledger.open_ledger(tmp_path, US) as kept:
        for number in range(3):
            kept.add("answered", {"items": number, "party_key": "p", "exchange": "x", "request": str(number)}, NOW)
    return tmp_path / ledger.FILE


def opened(log: Path) -> list[ledger.Entry]:
    with ledger.open_ledger(log.parent, US) as kept:
        return kept.entries


def test_the_purpose_log_is_read_again_and_counts(log: Path) -> None:
    assert [entry.number for entry in opened(log)] == [1, 2, 3]
    with ledger.open_ledger(log.parent, US) as kept:
        assert kept.granted("p") == kept.granted("p", day=NOW.date(), exchange="x") == 3
        assert kept.granted("q") == kept.granted("p", exchange="y") == 0
        assert kept.answer_to("1") is not None
        assert kept.answer_to("7") is None
        with pytest.raises(ExchangeError, match="another run"), ledger.open_ledger(log.parent, US):
            pass
    assert log.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "change",
    [
        lambda lines: lines[:1] + lines[2:],
        lambda lines: [lines[1], lines[0], lines[2]],
        lambda lines: [*lines[:2], lines[2].replace('"items": 2', '"items": 1')],
        lambda lines: lines[:2],
        lambda lines: [],
        lambda lines: [*lines, lines[2]],
        lambda lines: [*lines[:2], lines[2][:40]],
        lambda lines: [*lines, "{}\n"],
    ],
)
def test_a_changed_purpose_log_is_noticed(log: Path, change: object) -> None:
    lines = log.read_text("utf-8").splitlines(keepends=True)
    log.write_text("".join(change(lines)), "utf-8")  # type: ignore[operator]
    with pytest.raises(TamperedError):
        opened(log)


def test_a_run_that_was_cut_is_no_crime(log: Path) -> None:
    count = log.with_suffix(".last")
    due = count.read_text("ascii")
    count.write_text("")
    with pytest.raises(ExchangeError, match=f"failure of power.* its 3 lines, write into it: {due.strip()}") as caught:
        opened(log)
    assert not isinstance(caught.value, TamperedError)
    count.write_text(due)
    assert len(opened(log)) == 3
    lines = log.read_text("utf-8").splitlines(keepends=True)
    for kept, fits in ((1, True), (2, False)):
        log.write_text("".join(lines[:kept]), "utf-8")
        count.unlink(missing_ok=True)
        if fits:
            assert len(opened(log)) == 1
        else:
            with pytest.raises(TamperedError, match="is gone"):
                opened(log)


def test_the_count_is_on_the_disk_before_it_takes_its_place(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes, real = [], os.fsync

    def watched(descriptor: int) -> None:
        sizes.append(log.with_suffix(".last.new").exists() and os.fstat(descriptor).st_size)
        real(descriptor)

    monkeypatch.setattr(os, "fsync", watched)
    with ledger.open_ledger(log.parent, US) as kept:
        kept.add("asked", {}, NOW)
    assert [bool(size) for size in sizes] == [False, True, False]  # the line, the count aside, the folder


def test_a_line_that_could_not_be_read_again_is_not_written(log: Path) -> None:
    with ledger.open_ledger(log.parent, US) as kept:
        with pytest.raises(ExchangeError, match="is not written"):
            kept.add("refused", {"reason": "字" * 11_000}, NOW)
        kept.add("refused", dict.fromkeys(("case", "purpose", "by", "second"), "𠀀" * ledger.LONGEST_REASON), NOW)
    assert len(opened(log)) == 4


def test_a_purpose_log_of_somebody_else_is_noticed(log: Path) -> None:
    with pytest.raises(TamperedError, match="signature"):
        list(ledger.read(log, THEM.card.signing))
    log.with_suffix(".last").unlink()
    with pytest.raises(TamperedError, match="is gone"):
        opened(log)
