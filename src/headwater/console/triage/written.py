"""What people wrote of a story: notes on it, and tasks of it and of the rest of its case. Nobody of the staff is named."""

from __future__ import annotations

from datetime import date

from headwater.casework.judging import extents
from headwater.casework.judging.extents import Extent
from headwater.console.errors import ConflictError
from headwater.console.models import Link, Shown
from headwater.console.triage.desktop import Desktop
from headwater.console.triage.judged import at
from headwater.store.casebook import notes
from headwater.store.casebook.notes import State, Task
from headwater.store.casebook.things import things
from headwater.store.casebook.transaction import Transaction


class NoteShown(Shown):
    """A note on this incident."""

    by: str
    at: str
    """In the case's zone, which is named."""
    text: str


class TaskShown(Shown):
    """Something to be done in this case."""

    id: str
    text: str
    by: str
    assignee: str | None
    due: date | None
    state: State
    closed_by: str | None
    here: bool
    """Whether it was given on this very story."""
    incident: Link | None
    """The other story of this answer on which it was given."""


def notes_on(tx: Transaction, desktop: Desktop, extent: Extent) -> list[NoteShown]:
    """The notes on an incident, also those that were written on it in an earlier answer."""
    known = _extents(tx, desktop)
    return [
        NoteShown(by=n.by, at=at(n.at, desktop.zone), text=desktop.written(n.text))
        for n in notes.notes(tx, desktop.here.case)
        if n.kind == "incident" and n.thing_id in known and extents.known_again(known[n.thing_id], extent)
    ]


def tasks_of(tx: Transaction, desktop: Desktop, extent: Extent) -> list[TaskShown]:
    """The tasks of the case: those of this incident first, each time those that are open."""
    known = _extents(tx, desktop)
    shown = [_task(desktop, task, extent, known) for task in notes.tasks(tx, desktop.here.case)]
    return sorted(shown, key=lambda t: (not t.here, t.state is not State.open, t.due or date.max, t.id))


def insist_seen(tx: Transaction, desktop: Desktop, task_id: str, seen: State | None) -> None:
    """Insist that a task still is what it was when somebody looked at it.

    :raises ConflictError: where somebody else has closed it, or opened it again
    """
    found = next((t for t in notes.tasks(tx, desktop.here.case) if t.id == task_id), None)
    if found is not None and seen is not None and found.state is not seen:
        by = f" ({found.closed_by})" if found.closed_by else ""
        stands = f"{found.id}: {desktop.here.say.name('incidents.task_state', found.state.value)}{by}"
        raise ConflictError("somebody was quicker; the task is as it was left", stands, found.state.value)


def _extents(tx: Transaction, desktop: Desktop) -> dict[str, Extent]:
    """The extents of all incidents that anybody spoke of, by their ids."""
    told = ((name, extents.from_key(thing.key)) for name, thing in things(tx, desktop.here.case, "incident").items())
    return {name: found for name, found in told if found is not None}


def _task(desktop: Desktop, task: Task, extent: Extent, known: dict[str, Extent]) -> TaskShown:
    of = known.get(task.thing_id or "") if task.kind == "incident" else None
    mine = of is not None and extents.known_again(of, extent)
    return TaskShown(
        id=task.id,
        text=desktop.written(task.text),
        by=task.by,
        assignee=task.assignee,
        due=task.due,
        state=task.state,
        closed_by=task.closed_by,
        here=mine,
        incident=_other(desktop, of) if of is not None and not mine else None,
    )


def _other(desktop: Desktop, of: Extent) -> Link | None:
    """The first story of the answer in which a task's is known again."""
    rank = min((rank for rank, now in desktop.extents.items() if extents.known_again(of, now)), default=None)
    if rank is None:
        return None
    return Link(text=desktop.here.say("incidents.one", rank=rank), href=f"{desktop.here.root}/incidents/{rank}")
