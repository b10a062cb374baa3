"""What people said of a thing, and saying something more: whoever has not seen the last word is told it before he speaks.

A page holds :attr:`Standing.seen`: a digest of the words that stood when it was made, and of an alert a name of what it was
about then. Where somebody else has spoken since, or the alert has grown, nothing is written: that is told, and what was typed
is kept by the page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from headwater.casework.judging import extents
from headwater.casework.judging.combining import OPEN, Judgement, combined
from headwater.casework.judging.extents import Extent
from headwater.casework.judging.results import judgement
from headwater.casework.judging.watched import about
from headwater.console.errors import ConflictError
from headwater.console.triage.whom import state
from headwater.model.alert import Alert
from headwater.store.casebook.cases import CaseEntry
from headwater.store.casebook.things import Thing
from headwater.store.casebook.transaction import Transaction
from headwater.store.casebook.users import User
from headwater.store.casebook.verdicts import Said, Saying, Word, say, words
from headwater.store.tokens import Tokeniser

DIGITS = 24


@dataclass(frozen=True, slots=True)
class Telling:
    """Tells him who was slower what stands now: a word, or an alert that has grown, in a sentence."""

    word: Callable[[Word], str]
    alert: Callable[[Alert], str]
    tokeniser: Tokeniser


@dataclass(frozen=True, slots=True)
class Standing:
    """The words on one thing, oldest first, and what they come to. ``about``: of an alert a name of what it is about now."""

    words: tuple[Word, ...]
    judged: Judgement | None
    about: str = ""

    @property
    def seen(self) -> str:
        """What tells these words from these and more, and an alert from one that has grown."""
        return f"{_digest(self.words)}.{self.about}" if self.about else _digest(self.words)

    @property
    def waits(self) -> bool:
        """Whether it waits to be judged: nobody has a word on it, or nobody's word covers it any more."""
        return self.judged is None or self.judged.state in OPEN


@dataclass(frozen=True, slots=True)
class Spoken:
    """What somebody says: the verdict, why, and the last day of an explanation. ``seen``: what stood when he began."""

    said: Said
    because: str = ""
    until: date | None = None
    seen: str = ""


@dataclass(frozen=True, slots=True)
class Every:
    """Every word on alerts and incidents of a case, read once."""

    alerts: Mapping[str, tuple[Word, ...]]
    incidents: tuple[tuple[Extent, Word], ...]
    two: bool
    tokeniser: Tokeniser

    def on_alert(self, alert: Alert) -> Standing:
        """What stands on an alert as it is now: what has joined it since, and days after an explanation's last, nobody judged."""
        mine = self.alerts.get(alert.id, ())
        judged = combined(mine, now=extents.of_alert(alert), two=self.two)
        return Standing(mine, judged, state(alert, self.tokeniser))

    def on_incident(self, extent: Extent) -> Standing:
        """What stands on an incident: words on all that is known again in it."""
        mine = tuple(word for known, word in self.incidents if extents.known_again(known, extent))
        return Standing(mine, judgement(extent, mine, self.two))


def every(tx: Transaction, case: CaseEntry, tokeniser: Tokeniser) -> Every:
    """Every word of a case on what is looked at here."""
    alerts: dict[str, tuple[Word, ...]] = {}
    for word in words(tx, case, "alert"):
        name = "/".join(word.thing.key)
        alerts[name] = (*alerts.get(name, ()), word)
    read = ((extents.read(word.about), word) for word in words(tx, case, "incident"))
    return Every(alerts, tuple((known, word) for known, word in read if known), case.two_person, tokeniser)


def say_of_alert(tx: Transaction, who: User, case: CaseEntry, alert: Alert, spoken: Spoken, told: Telling) -> str:
    """Say something of an alert (with its names: they are sealed), and give the word's id.

    :raises ConflictError: where somebody else has spoken since, or it is not about the same any more
    """
    standing = every(tx, case, told.tokeniser).on_alert(alert)
    _words, _dot, about_then = spoken.seen.partition(".")
    if about_then and about_then != standing.about:
        raise ConflictError(
            "the alert has grown since you looked; what you wrote was not entered", told.alert(alert), standing.seen
        )
    _insist_seen(standing, who, spoken, told)
    return say(tx, who, case, about(alert, spoken.said, spoken.because, spoken.until))


def say_of_incident(tx: Transaction, who: User, case: CaseEntry, extent: Extent, spoken: Spoken, told: Telling) -> str:
    """Say something of an incident, and give the word's id.

    :raises ConflictError: where somebody else has spoken since
    """
    _insist_seen(every(tx, case, told.tokeniser).on_incident(extent), who, spoken, told)
    return say(tx, who, case, saying(extent, spoken))


def thing(extent: Extent) -> Thing:
    """An incident as the casebook knows it."""
    return Thing("incident", extent.key, {})


def saying(extent: Extent, spoken: Spoken) -> Saying:
    """What is to be said of an incident, as the verb ``verdict`` says it."""
    return Saying(thing(extent), spoken.said, spoken.because, spoken.until, extents.plain(extent))


def _insist_seen(standing: Standing, who: User, spoken: Spoken, told: Telling) -> None:
    newer = [w for w in _unseen(standing.words, spoken.seen.partition(".")[0]) if w.person != who.id]
    if newer:
        said = " ".join(map(told.word, newer))
        raise ConflictError("somebody was quicker; what you wrote was not entered", said, standing.seen)


def _unseen(several: Sequence[Word], seen: str) -> Sequence[Word]:
    """The words that were said after those of which ``seen`` tells; all, where it tells of none of these."""
    known = next((n for n in range(len(several), -1, -1) if _digest(several[:n]) == seen), 0)
    return several[known:]


def _digest(several: Sequence[Word]) -> str:
    return sha256("\n".join(w.id for w in several).encode()).hexdigest()[:DIGITS] if several else ""
