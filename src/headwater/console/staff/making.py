"""Makes the book of staff of a lake: written aside and renamed, so that readers see a whole one or none."""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from headwater.casework.lineage import lineage
from headwater.casework.veil import Veil
from headwater.console.holders.sharing import keep, lineage_of
from headwater.console.staff import frames
from headwater.console.staff.hiding import whole_veil
from headwater.console.staff.layout import TABLES, file_of
from headwater.detection.scene import Scene
from headwater.investigation.case import Investigation
from headwater.investigation.days import among
from headwater.investigation.reading import open_reading, view_of
from headwater.investigation.reading import told as lake_of
from headwater.model.words import Text
from headwater.store import views

STEPS = (
    Text("Opening the lake", "打开数据湖"),
    Text("Adding up what everybody read", "汇总每人的读取"),
    Text("Looking who sat where", "查看谁坐在哪里"),
    Text("Comparing files", "比较文件"),
)
Say = Callable[[int], None]
"""Told the number of the step that begins."""


def make_book(case: Path, workspace: Path, answer: str | None = None, say: Say = lambda _step: None) -> Path:
    """The book of staff of the lake that an ``answer`` (its digest) rests on, made if there is none. Runs may be at work.

    :raises headwater.store.views.UnsettledError: when no whole lake can be looked at
    """
    say(0)
    with open_reading(case, workspace, answer) as work, work.scene() as scene:
        return _kept(work, scene, view_of(work).folder, say)


def make_beside(work: Investigation, scene: Scene, answer: str) -> Path:
    """The book of the lake of a run that has just written its answer, from what the run has worked out already.

    :raises headwater.store.views.UnsettledError: when the lake has changed meanwhile
    """
    return _kept(work, scene, views.make(work.workspace.root, lake_of, answer), lambda _step: None)


def _kept(work: Investigation, scene: Scene, view: Path, say: Say) -> Path:
    workspace = work.workspace.root
    file = file_of(workspace, view)
    if file.exists() and lineage_of(workspace, view).exists():
        return file
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    veil = whole_veil(work, scene)
    _write(file, scene, veil, say)
    say(3)
    keep(workspace, view, lineage(scene.engine), veil)
    for other in file.parent.iterdir():
        half = other.name.startswith(".") and not views.is_alive(other.name.split(".")[-2])  # its maker was killed
        if half or (other.suffix == ".sqlite" and other != file):
            other.unlink(missing_ok=True)
    return file


def _write(file: Path, scene: Scene, veil: Veil, say: Say) -> None:
    aside = file.with_name(f".{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
    os.close(os.open(aside, os.O_CREAT | os.O_EXCL, 0o600))
    try:
        with closing(sqlite3.connect(aside, isolation_level=None)) as db:
            db.executescript("pragma journal_mode = off; pragma synchronous = off;" + TABLES)
            db.execute("begin")
            _Book(db, scene, veil).fill(say)
            db.execute("commit")
        aside.replace(file)
    finally:
        aside.unlink(missing_ok=True)


class _Book:
    """One book while it is filled."""

    def __init__(self, db: sqlite3.Connection, scene: Scene, veil: Veil) -> None:
        self._db, self._scene, self._veil = db, scene, veil

    def fill(self, say: Say) -> None:
        if not self._scene.has("access"):
            self._head(pd.DataFrame({"day": [], "acts": []}))
            return
        say(1)
        read, job = frames.days(self._scene), frames.jobs(self._scene)
        self._rows("logged", ([int(d)] for d in sorted(set(read["day"]))))
        hidden = read.assign(account=read["account"].map(self._veil.account))
        summed = hidden.groupby(
            ["account", "day"], as_index=False
        ).sum()  # capitals aside, two spellings are one account
        self._rows("days", _plain(summed[["account", "day", "read", "acts", "lists"]]))
        for table, width in (("peers", 1), ("weeks", 7)):
            told = frames.peers(read, job["job"], width)
            self._rows(table, _plain(told[["job", "start", "accounts", "middle", "high"]]))
        self._accounts(read, job)
        say(2)
        self._sat()
        self._sets()
        self._around()
        self._head(read)

    def _accounts(self, read: pd.DataFrame, job: pd.DataFrame) -> None:
        known = frames.explained(self._scene).set_index("account")
        summed = read.groupby("account").agg(
            days=("read", lambda n: int((n > 0).sum())), read=("read", "sum"), lists=("lists", "sum"),
            first=("day", "min"), last=("day", "max"),
        )  # fmt: skip
        rows, org = {}, self._scene.org
        for name, told in summed.iterrows():
            account, owner = str(name), org.owner(str(name))
            opened, reason = known.loc[account] if account in known.index else (None, None)
            rows[self._veil.account(account)] = [
                self._veil.account(account), self._veil.person(owner.employee) if owner else None, org.kind(account),
                _whole(job["job"].get(account)), *map(int, told[["days", "read", "lists", "first", "last"]]),
                _whole(opened), _whole(reason),
            ]  # fmt: skip
        self._rows("accounts", rows.values())
        sizes = job[job.index.isin(summed.index)].groupby(["job", "kind"], as_index=False).size()
        self._rows("jobs", _plain(sizes))

    def _sat(self) -> None:
        frame, veil = frames.sat(self._scene), self._veil
        frame = frame.assign(
            account=frame["account"].map(veil.account),
            person=frame["person"].map(veil.person),
            device=frame["device"].map(veil.device),
        )
        keys = ["account", "person", "device"]
        summed = frame.groupby(keys, as_index=False).agg(
            {"sittings": "sum", "read": "sum", "surest": "max", "first": "min", "last": "max"}
        )
        self._rows("sat", _plain(summed[[*keys, "sittings", "read", "surest", "first", "last"]]))

    def _sets(self) -> None:
        frame = frames.sets(self._scene)
        frame = frame.assign(account=frame["account"].map(self._veil.account))
        keys = ["account", "dataset"]
        told = {"acts": "sum", "records": "max", "first": "min", "last": "max"}
        self._rows("sets", _plain(frame.groupby(keys, as_index=False).agg(told)[[*keys, *told]]))

    def _around(self) -> None:
        """Whose desk each device is, and who was away when; not why."""
        org, veil = self._scene.org, self._veil
        desks = {veil.device(place): veil.person(who) for place, who in sorted(org.residents.items())}
        self._rows("desks", ([device, person] for device, person in sorted(desks.items())))
        spans = ((veil.person(who), s.starts, s.ends) for who, all_ in sorted(org.absences.items()) for s in all_)
        self._rows("away", ([who, frames.number(first), frames.number(last)] for who, first, last in spans))

    def _head(self, read: pd.DataFrame) -> None:
        """Over which days it goes: a line with a wrong year moves neither end."""
        acts = read.groupby("day")["acts"].sum() if len(read) else pd.Series(dtype="int64")
        span = among({frames.EPOCH + timedelta(days=int(str(day))): int(n) for day, n in acts.items()})
        first, last = (frames.number(span.first), frames.number(span.last)) if span else (0, -1)
        told = {"first": first, "last": last, "zone": self._scene.settings.timezone}
        self._rows("head", ([name, str(value)] for name, value in told.items()))

    def _rows(self, table: str, rows: Iterable[list[Any]]) -> None:
        kept = list(rows)
        if kept:
            self._db.executemany(f"insert into {table} values ({','.join('?' * len(kept[0]))})", kept)


def _plain(frame: pd.DataFrame) -> list[list[Any]]:
    """Rows of a frame as SQLite takes them."""
    columns = [frame[name].tolist() for name in frame.columns]
    return [list(row) for row in zip(*columns, strict=True)]


def _whole(value: Any) -> int | None:
    return None if value is None or pd.isna(value) else int(value)
