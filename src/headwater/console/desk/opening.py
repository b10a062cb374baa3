"""Opens the desk of a case: built when there is none of its newest answer, kept open until there is a newer one."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from functools import partial
from hashlib import file_digest
from pathlib import Path
from threading import BoundedSemaphore, Lock, Thread

from headwater.console.desk.building import build
from headwater.console.desk.desk import Desk
from headwater.console.desk.names import unsealed
from headwater.console.errors import BusyError, GoneError
from headwater.investigation.answering import RESULT, in_language
from headwater.model.errors import StoreError
from headwater.model.words import Lang

FOLDER = "desk"
FORM = 6
"""Counts up when what a desk holds changes: older ones are built anew."""
PATIENCE = 20.0
"""Seconds that a request waits for a desk: more would keep the server's threads from others."""

Stamp = tuple[int, int, int]
_open: dict[Path, tuple[Stamp, Desk]] = {}
_making: dict[Path, Future[Desk]] = {}
_makers = BoundedSemaphore(2)
_guard = Lock()


def open_desk(out: Path, workspace: Path, case_folder: Path | None = None, lang: Lang = "en") -> Desk:
    """The desk of the newest answer in ``out``. Costs a look at the file's date when nothing has changed.

    :param lang: the language of its sentences, where the answer was written in it
    :param case_folder: is not read: who is in the house stands in the lake
    :raises GoneError: where there is no answer yet
    :raises BusyError: while it is being built, and that takes long; it is there when it is done
    :raises StoreError: when the answer cannot be read, or no whole lake can be seen now
    """
    answer = answer_in(out, lang).absolute()
    stamp, known = _stamp(answer), _open.get(answer)
    if known and known[0] == stamp:
        return known[1]
    under_way, mine = _begun(answer, workspace.absolute())
    try:
        return under_way.result(PATIENCE if mine or known is None else 0.0)
    except TimeoutError:
        if known is None:
            raise BusyError("the answer is being made ready for the console; try again") from None
    except StoreError:
        if known is None:
            raise
    return known[1]  # what a run at work found is shown when it has ended


def answer_in(out: Path, lang: Lang) -> Path:
    """The file of the newest answer in a language; of the one in which it was written where there is no other."""
    beside = out / in_language(lang)
    return beside if beside.exists() else out / RESULT


def make_ready(out: Path, workspace: Path) -> None:
    """Begin to make the desk of the newest answer in ``out``, where there is one, and wait for nothing."""
    answer = (out / RESULT).absolute()
    if answer.exists() and workspace.is_dir():
        _begun(answer, workspace.absolute())


def _begun(answer: Path, workspace: Path) -> tuple[Future[Desk], bool]:
    """The making of a desk, which goes on though nobody waits for it any more, and whether it was begun by this."""
    with _guard:
        under_way = _making.get(answer)
        if under_way is not None and not under_way.done():
            return under_way, False
        made: Future[Desk] = Future()
        _making[answer] = made
    # a daemon: a server that is told to end does not wait for it, and what is half made counts for nothing
    Thread(target=_make, args=(made, answer, workspace), name="desk", daemon=True).start()
    return made, True


def _make(made: Future[Desk], answer: Path, workspace: Path) -> None:
    try:
        with _makers:
            made.set_result(_made(answer, workspace))
    except BaseException as error:  # whoever waits is told
        made.set_exception(error)


def _made(answer: Path, workspace: Path) -> Desk:
    stamp, known = _stamp(answer), _open.get(answer)
    if known and known[0] == stamp:  # made between the look and the turn
        return known[1]
    desk = Desk(_built(answer, stamp, workspace), partial(unsealed, workspace))
    _open[answer] = (stamp, desk)
    return desk


def _stamp(answer: Path) -> Stamp:
    try:
        told = answer.stat()
    except FileNotFoundError as error:
        raise GoneError("there is no answer yet: investigate the case first") from error
    return told.st_ino, told.st_mtime_ns, told.st_size


def _built(answer: Path, stamp: Stamp, workspace: Path) -> Path:
    """The file of the desk, built where it is missing; desks of other answers are removed."""
    folder = workspace / FOLDER
    if not workspace.is_dir():
        raise StoreError("is no workspace", str(workspace))
    folder.mkdir(mode=0o700, exist_ok=True)
    with answer.open("rb") as opened:
        version = file_digest(opened, "sha256").hexdigest()
    file = folder / f"{version}.{FORM}.sqlite"
    if not file.exists():
        with _alone(folder / "lock"):
            if not file.exists():
                build(answer, workspace, file, version, lambda: _stamp(answer) == stamp)
            _clear(folder, file, answer)
    return file


def _clear(folder: Path, file: Path, answer: Path) -> None:
    """Remove desks of earlier answers; that of the other language stays. Who still reads one keeps it until he lets go."""
    (folder / f"{answer.name}.is").write_text(file.name)
    known = {told.read_text() for told in folder.glob("*.is")}
    for other in folder.glob("*.sqlite*"):
        if other.name not in known:
            other.unlink(missing_ok=True)


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Wait until no other process builds here."""
    handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
