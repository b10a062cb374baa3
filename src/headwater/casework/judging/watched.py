"""What people said of alerts and incidents, as watching needs it: explanations forgive, and confirmations end that."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from headwater.casework.judging import earlier, extents, results
from headwater.casework.judging.combining import Judgement, State, combined
from headwater.casework.judging.extents import Extent
from headwater.model.alert import Alert, Verdict
from headwater.model.errors import StoreError
from headwater.store.casebook.cases import CaseEntry, add_case, find_case
from headwater.store.casebook.opening import Casebook, exists, opened
from headwater.store.casebook.place import place
from headwater.store.casebook.things import Thing
from headwater.store.casebook.transaction import Transaction
from headwater.store.casebook.verdicts import Said, Saying, Word, words

Key = tuple[str, ...]
"""By what a thing is found again in the casebook."""


def about(alert: Alert, said: Said, because: str = "", until: date | None = None) -> Saying:
    """What is to be said of an alert, with whom and what it is about."""
    told = {"subjects": sorted(alert.about), "detectors": sorted(alert.detectors)}
    return Saying(Thing("alert", (alert.id,), {}), said, because, until, told)


def verdicts(root: Path, case: str, casebook: str | None = None) -> tuple[Verdict, ...]:
    """What stands of everything that was said, in the order of the last words; lists of earlier versions are brought in first.

    :param root: the workspace
    :param case: the case's name
    :param casebook: an address, where it is not the usual one
    """
    where = place(root, casebook)
    if not exists(where) and not earlier.waits(root):
        return ()
    with opened(where, make=True) as book:
        known = settled_in(book, root, case, datetime.now(UTC))
        if known is None:
            return ()
        with book.reading(held=True) as tx:
            return standing(tx, known)


def judgements_of(
    root: Path, case: str, casebook: str | None = None, alerts: Iterable[Alert] = ()
) -> dict[str, Judgement]:
    """The judgement of each alert that somebody has a word on, by its id; lists of earlier versions are brought in first.

    :param alerts: as they stand now: what has joined one since, or came after an explanation's last day, nobody has judged
    """
    where = place(root, casebook)
    if not exists(where) and not earlier.waits(root):
        return {}
    with opened(where, make=True) as book:
        known = settled_in(book, root, case, datetime.now(UTC))
        with book.reading(held=True) as tx:
            return judgements(tx, known, alerts) if known else {}


def said_of(root: Path, case: str, casebook: str | None = None) -> results.Said:
    """What people said of the incidents and findings of a case; nothing where there is no casebook.

    One that cannot be read does not cost the answer: it is said there.
    """
    try:
        where = place(root, casebook)
        if not exists(where):
            return results.NOTHING
        with opened(where, make=True) as book, book.reading(held=True) as tx:
            known = find_case(tx, case)
            return results.said(tx, known) if known else results.NOTHING
    except StoreError as error:
        return results.Said(trouble=_without_folders(error))


def _without_folders(error: StoreError) -> str:
    """An error's words without the folders of this machine: the same casebook says the same wherever it lies."""
    said = str(error)
    return said.replace(error.place, Path(error.place).name) if error.place else said


def settled_in(book: Casebook, root: Path, case: str, now: datetime) -> CaseEntry | None:
    """The case as the casebook knows it, with verdicts of earlier versions brought in; ``None`` where it has none of it."""
    if not earlier.waits(root):
        with book.reading(now) as tx:
            return find_case(tx, case)
    with book.transaction(now) as tx:
        known = find_case(tx, case) or add_case(tx, None, case)
        earlier.bring_in(tx, known, root)
    earlier.put_aside(root)
    return known


def standing(tx: Transaction, case: CaseEntry) -> tuple[Verdict, ...]:
    """The judgements of alerts and incidents that take a side, as verdicts; what is disputed forgives nothing."""
    found = []
    for every in (_by_thing(words(tx, case, "alert")), _known_again(words(tx, case, "incident"))):
        for name, judged in _judgements(every, case.two_person).items():
            if judged.state in (State.confirmed, State.awaiting, State.explained, State.unsure):
                found.append((max(w.at for w in judged.words), name, _verdict(name, judged)))
    return tuple(verdict for _at, _name, verdict in sorted(found, key=lambda f: f[:2]))


def judgements(tx: Transaction, case: CaseEntry, alerts: Iterable[Alert] = ()) -> dict[str, Judgement]:
    """The judgement of each alert that somebody has a word on, by its id; of ``alerts`` as they stand now."""
    now: dict[Key, Extent] = {(alert.id,): extents.of_alert(alert) for alert in alerts}
    return _judgements(_by_thing(words(tx, case, "alert")), case.two_person, now)


def _by_thing(every: Iterable[Word]) -> dict[Key, list[Word]]:
    found: dict[Key, list[Word]] = defaultdict(list)
    for word in every:
        found[word.thing.key].append(word)
    return found


def _known_again(every: Iterable[Word]) -> dict[Key, list[Word]]:
    """Of each extent of an incident that was spoken of all words on what is known again in it: a later word of the same
    person counts, also where the incident had moved by then.
    """
    by_thing = _by_thing(every)
    known = {key: extents.read(several[-1].about) for key, several in by_thing.items()}
    return {
        key: [
            word for other, several in by_thing.items() if other == key or _same(known[other], mine) for word in several
        ]
        for key, mine in known.items()
    }


def _same(judged: Extent | None, now: Extent | None) -> bool:
    return judged is not None and now is not None and extents.known_again(judged, now)


def _judgements(
    every: Mapping[Key, Iterable[Word]], two: bool, now: Mapping[Key, Extent] = MappingProxyType({})
) -> dict[str, Judgement]:
    told = ((key, combined(several, now=now.get(key), two=two)) for key, several in every.items())
    return {"/".join(key): judged for key, judged in told if judged is not None}


def _verdict(name: str, judged: Judgement) -> Verdict:
    """A judgement as one verdict: of several explanations the one that holds longest."""
    counted = [w for w in judged.words if w.id in judged.counted]
    sides = [w for w in counted if w.said is not Said.unsure] or counted
    word = max(sides, key=lambda w: (w.until or date.min, w.at, w.id))
    said: Literal["confirmed", "explained", "unsure"] = "unsure"
    if judged.state in (State.confirmed, State.awaiting):
        said = "confirmed"  # what awaits a second word forgives nothing either
    elif judged.state is State.explained:
        said = "explained"
    subjects, detectors = (tuple(word.about.get(field, ())) for field in ("subjects", "detectors"))
    return Verdict(name, said, word.by, word.at.date(), word.because, judged.until, subjects, detectors)
