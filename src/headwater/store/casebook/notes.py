"""Notes and tasks of a case. What is written in them is masked as it comes in, and sealed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from headwater.model.errors import CaseError
from headwater.store.casebook import moments
from headwater.store.casebook.cases import CaseEntry, insist, is_member
from headwater.store.casebook.entering import reason
from headwater.store.casebook.permissions import Permission
from headwater.store.casebook.tables import NOTES, TASKS, USERS
from headwater.store.casebook.things import Thing, enter
from headwater.store.casebook.transaction import Row, Transaction
from headwater.store.casebook.users import User

ADDED = "task.added"
"""The entry of the log that says that there is a task."""


class State(StrEnum):
    """What became of a task."""

    open = "open"
    done = "done"
    dropped = "dropped"


@dataclass(frozen=True, slots=True)
class Note:
    """A note: who wrote it when, and of what (kind and id of a thing)."""

    id: str
    by: str
    at: datetime
    text: str
    kind: str | None
    thing_id: str | None


@dataclass(frozen=True, slots=True)
class Task:
    """Something to be done: by whom, until when, of what (kind and id of a thing), and what became of it."""

    id: str
    by: str
    at: datetime
    text: str
    state: State
    assignee: str | None
    due: date | None
    closed_by: str | None
    kind: str | None = None
    thing_id: str | None = None


def add_note(tx: Transaction, who: User, case: CaseEntry, text: str, on: Thing | None = None) -> str:
    """Write a note, on a thing of the case or on the whole of it, and give its id.

    :raises CaseError: when he may not, or nothing is written
    """
    insist(tx, who, case, Permission.write)
    told = reason(text, "a note")
    kind, thing_id = (on.kind, enter(tx, case, on, who.id)) if on else (None, None)
    values = {"case_id": case.id, "user_id": who.id, "kind": kind, "thing_id": thing_id, "text": told}
    return tx.add(NOTES, values, who.id, "note.added")


def notes(tx: Transaction, case: CaseEntry) -> tuple[Note, ...]:
    """Every note of a case, the oldest first."""
    names = _names(tx)
    return tuple(
        Note(r["id"], names[r["user_id"]], moments.read(r["at"]), r["text"], r["kind"], r["thing_id"])
        for r in tx.rows(NOTES, NOTES.c.case_id == case.id)
    )


def add_task(
    tx: Transaction,
    who: User,
    case: CaseEntry,
    text: str,
    assignee: User | None = None,
    due: date | None = None,
    on: Thing | None = None,
) -> str:
    """Note something to be done, of a thing of the case or of the whole of it, and give its id.

    Of which thing it is stands in the task's entry of the log: it never changes.

    :raises CaseError: when he may not, nothing is written, or the one who shall do it is no member
    """
    insist(tx, who, case, Permission.write)
    if assignee is not None and not is_member(tx, assignee, case):
        raise CaseError("whoever shall do it is no member of this case")
    values = {
        "case_id": case.id,
        "user_id": who.id,
        "assignee_id": assignee.id if assignee else None,
        "text": reason(text, "a task"),
        "due": due.isoformat() if due else None,
        "state": State.open.value,
    }
    details = {"kind": on.kind, "thing": enter(tx, case, on, who.id)} if on else {}
    return tx.add(TASKS, values, who.id, ADDED, details)


def close_task(tx: Transaction, who: User, case: CaseEntry, task_id: str, state: State = State.done) -> None:
    """Say that a task is done or was dropped; ``open`` opens it again.

    :raises CaseError: when he may not, or there is no such task in this case
    """
    insist(tx, who, case, Permission.write)
    if tx.row(TASKS, TASKS.c.id == task_id, TASKS.c.case_id == case.id) is None:
        raise CaseError("there is no such task in this case; see `headwater casebook task list`")
    closed = state is not State.open
    values = {
        "state": state.value,
        "closed_by": who.id if closed else None,
        "closed_at": tx.now if closed else None,
    }
    tx.change(TASKS, task_id, values, who.id, f"task.{state.value}")


def tasks(tx: Transaction, case: CaseEntry) -> tuple[Task, ...]:
    """Every task of a case, the oldest first."""
    names, told = _names(tx), tx.told(TASKS, case.id, ADDED)
    return tuple(_task(row, names, told.get(row["id"], {})) for row in tx.rows(TASKS, TASKS.c.case_id == case.id))


def _task(row: Row, names: Mapping[str, str], told: Mapping[str, Any]) -> Task:
    due = date.fromisoformat(row["due"]) if row["due"] else None
    assignee = names[row["assignee_id"]] if row["assignee_id"] else None
    closed = names[row["closed_by"]] if row["closed_by"] else None
    at, state = moments.read(row["at"]), State(row["state"])
    of = told.get("kind"), told.get("thing")
    return Task(row["id"], names[row["user_id"]], at, row["text"], state, assignee, due, closed, *of)


def _names(tx: Transaction) -> dict[str, str]:
    return {row["id"]: row["name"] for row in tx.rows(USERS)}
