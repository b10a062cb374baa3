"""All that a casebook has of one case, as JSON values for lists, exports and a console."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from typing import Any

from headwater.casework.judging.combining import combined
from headwater.casework.judging.results import plain
from headwater.store.casebook import exhibits, notes
from headwater.store.casebook.cases import CaseEntry, insist, members
from headwater.store.casebook.permissions import Permission
from headwater.store.casebook.things import KINDS
from headwater.store.casebook.transaction import Transaction
from headwater.store.casebook.users import User
from headwater.store.casebook.verdicts import Word, words


def contents(tx: Transaction, who: User, case: CaseEntry) -> dict[str, Any]:
    """The members, verdicts, notes, tasks, exhibits and chain of custody of a case; that somebody looked is written down.

    :raises CaseError: when he may not
    """
    insist(tx, who, case, Permission.look)
    tx.log(who.id, "case.looked", case.id)
    today = datetime.fromisoformat(tx.now).date()
    return {
        "case": case.name,
        "two_person": case.two_person,
        "members": [
            {"name": u.name, "display": u.display, "roles": sorted(r.value for r in u.roles)} for u in members(tx, case)
        ],
        "verdicts": [v for kind in KINDS for v in judged(tx, case, kind, today)],
        "notes": [_note(n) for n in notes.notes(tx, case)],
        "tasks": [_task(t) for t in notes.tasks(tx, case)],
        "exhibits": [_exhibit(e) for e in exhibits.exhibits(tx, case)],
        "custody": [_event(e) for e in exhibits.chain(tx, case)],
    }


def judged(tx: Transaction, case: CaseEntry, kind: str, today: date) -> list[dict[str, Any]]:
    """The judgement of each thing of a kind as it was spoken of, as of a day; alerts by their ids, which name nobody."""
    by_thing: dict[tuple[str, ...], list[Word]] = defaultdict(list)
    for word in words(tx, case, kind):
        by_thing[word.thing.key].append(word)
    found = []
    for key, several in by_thing.items():
        judgement = combined(several, on=today, two=case.two_person)
        if judgement is not None:
            found.append({"kind": kind, "what": _called(key, several[-1]), **plain(judgement)})
    return found


def _called(key: tuple[str, ...], word: Word) -> str:
    """What a thing is called in a list: an incident by whom it is about and its days."""
    if "findings" not in word.about or len(key) == 1:
        return ":".join(key)
    return f"{' '.join(word.about['subjects'])} {word.about['from']}/{word.about['to']}"


def _note(note: notes.Note) -> dict[str, Any]:
    return {"id": note.id, "by": note.by, "at": _told(note.at), "text": note.text, "on": note.thing_id}


def _task(task: notes.Task) -> dict[str, Any]:
    return {
        "id": task.id,
        "state": task.state.value,
        "by": task.by,
        "for": task.assignee,
        "due": task.due.isoformat() if task.due else None,
        "at": _told(task.at),
        "text": task.text,
        "on": task.thing_id,
        "closed_by": task.closed_by,
    }


def _exhibit(exhibit: exhibits.Exhibit) -> dict[str, Any]:
    digests = exhibit.digests
    told = {"sha256": digests.sha256, "sm3": digests.sm3, "size": digests.size}
    return {"id": exhibit.id, "path": exhibit.path, **told, "at": _told(exhibit.at)}


def _event(event: exhibits.Event) -> dict[str, Any]:
    return {
        "id": event.id,
        "exhibit": event.exhibit_id,
        "act": event.act.value,
        "happened": _told(event.happened),
        "by": event.by,
        "from": event.giver,
        "to": event.receiver,
        "sha256": event.digests[0] if event.digests else None,
        "sm3": event.digests[1] if event.digests else None,
        "same": event.same,
        "note": event.note,
        "at": _told(event.at),
    }


def _told(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
