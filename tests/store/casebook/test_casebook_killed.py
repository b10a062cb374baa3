"""Kill -9 at any moment loses nothing that was confirmed and leaves nothing half; two processes write into one chain."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from tests.processes import LAUNCHER
from tests.store.casebook_house import House, copied

from headwater.store.casebook import log, notes, verifying
from headwater.store.casebook.opening import open_casebook
from headwater.store.casebook.place import place
from headwater.store.casebook.signing_in import who
from headwater.store.casebook.tables import NOTES
from headwater.store.warm_server import CONTEXT

KILLS = 12
EACH = 25


def write(root: Path, ticket: str, case_id: str, begin: int, count: int, out: Path) -> None:
    """Add notes, and say of each, after it was confirmed, that it is there (one line of ``out``)."""
    book = open_casebook(place(root))
    descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for number in range(begin, begin + count):
        with book.transaction(datetime(2026, 3, 2, 9, tzinfo=UTC)) as tx:
            user = who(tx, ticket)
            tx.add(NOTES, {"case_id": case_id, "user_id": user.id, "text": f"note {number}"}, user.id, "note.added")
            tx.add(NOTES, {"case_id": case_id, "user_id": user.id, "text": f"twin {number}"}, user.id, "note.added")
        os.write(descriptor, f"{number}\n".encode())
    os.close(descriptor)
    book.close()


def written(house: House) -> list[str]:
    with house.book.reading() as tx:
        return [n.text for n in notes.notes(tx, house.case)]


def started(house: House, begin: int, count: int, out: Path) -> multiprocessing.process.BaseProcess:
    process = CONTEXT.Process(target=write, args=(house.root, house.tickets["Li"], house.case.id, begin, count, out))
    LAUNCHER.start(process)
    return process


def test_a_writer_that_is_killed_many_times(tmp_path: Path) -> None:
    house, chance, out = copied(tmp_path / "w"), random.Random(8), tmp_path / "out"
    cut = 0
    for turn in range(KILLS):
        out.touch()
        confirmed = out.stat().st_size
        process = started(house, turn * 10_000, 10_000, out)
        while out.stat().st_size == confirmed and process.is_alive():
            process.join(timeout=0.001)  # until it writes
        process.join(timeout=chance.uniform(0.0, 0.03))
        process.kill()
        process.join()
        assert process.exitcode == -signal.SIGKILL
        told = verifying.verify(house.book)
        assert told.whole, told.faults
        assert told.ahead in (0, 2)  # the entries of the one transaction that was not confirmed, or none
        cut += told.ahead > 0
        texts = written(house)
        for number in out.read_text().split():
            assert f"note {number}" in texts
        assert [t.replace("twin", "note") for t in texts[1::2]] == texts[0::2]  # nothing is half
    with house.book.transaction(datetime(2026, 3, 2, 10, tzinfo=UTC)) as tx:  # and it goes on
        tx.log(log.SYSTEM, "goes on")
    assert verifying.verify(house.book).ahead == 0
    print(f"{KILLS} kills, {cut} between commit and head", file=sys.stderr)
    house.book.close()


def test_two_processes_and_several_threads_write_into_one_chain(tmp_path: Path) -> None:
    house, out = copied(tmp_path / "w"), tmp_path / "out"
    processes = [started(house, (n + 1) * 1_000, EACH, out) for n in range(2)]

    def add(number: int) -> None:
        with house.book.transaction(house.now()) as tx:
            notes.add_note(tx, who(tx, house.tickets["Li"]), house.case, f"note {number}")

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(add, range(EACH)))
    for process in processes:
        process.join()
        assert process.exitcode == 0
    told = verifying.verify(house.book)
    assert told.whole, told.faults
    assert told.ahead == 0
    found = [t for t in written(house) if t.startswith("note")]
    assert sorted(found) == sorted(
        f"note {n}" for n in (*range(EACH), *range(1000, 1000 + EACH), *range(2000, 2000 + EACH))
    )
    house.book.close()
