"""What a duty to tell is: to whom, when it arises, within how long, from which moment, and by which article."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from headwater.law.duties.conditions import Condition
from headwater.law.duties.delays import Delay
from headwater.law.rule_set import Basis, Source
from headwater.model.words import Text

RECIPIENTS = ("authority", "persons", "media", "police", "customer")
"""To whom: an authority, the persons concerned, the media, the police, or the customer whose data are processed."""

MOMENTS = ("known", "assessed", "occurred", "handled", "told")
"""What a time limit may be counted from.

``known``: the organisation knew; ``assessed``: it found that the duty applies; ``occurred``: it happened; ``handled``: dealing with it
was over; ``told``: the persons were told.
"""

STANDINGS = ("in force", "adopted", "proposed", "voluntary")
"""``adopted`` is law that does not apply yet, ``proposed`` a draft, ``voluntary`` what an authority recommends."""


@dataclass(frozen=True, slots=True)
class Level:
    """A grade that rules give to an event (``较大``), from some figure up; ``of`` says which rules."""

    of: str
    name: Text
    when: Condition
    basis: Basis


@dataclass(frozen=True, slots=True)
class Duty:
    """One duty to tell somebody. ``names``, ``titles`` and ``cited`` (the article) are by language.

    ``when`` makes it arise. ``unless`` takes it away, but only where it is known to hold: silence keeps the duty.
    ``moment`` starts the clock; where it is not known and ``otherwise`` is given, the clock starts at the latest so long
    after the organisation knew. ``manner`` is the time limit in words. ``graded`` names the rules whose levels matter
    here, ``doubtful`` the facts whose figures in ``when`` nobody has verified. ``earlier`` says what applied before
    ``basis.in_force``: such an event is not waved through.
    """

    id: str
    to: str
    names: Mapping[str, str]
    titles: Mapping[str, str]
    cited: Mapping[str, str]
    when: Condition
    unless: Condition | None
    delay: Delay | None
    moment: str
    otherwise: Delay | None
    manner: Text
    standing: str
    basis: Basis
    contains: tuple[str, ...]
    headings: Mapping[str, str]
    graded: str
    doubtful: tuple[str, ...]
    earlier: Text | None
    note: Text | None

    def who(self) -> Text:
        """Whom to tell, in English and Chinese."""
        return Text(self.names["en"], self.names["zh"])

    def title(self) -> Text:
        """What is to be told, in English and Chinese."""
        return Text(self.titles["en"], self.titles["zh"])


@dataclass(frozen=True, slots=True)
class Place:
    """The duties of one jurisdiction: immutable, and known by version and digest of their file.

    ``zone`` is the time zone in which days end; ``languages`` are those of its drafts, the first is used when none is asked for.
    """

    id: str
    version: str
    digest: str
    name: Text
    zone: ZoneInfo
    languages: tuple[str, ...]
    as_of: date
    counting: Text
    sources: tuple[Source, ...]
    levels: tuple[Level, ...]
    duties: tuple[Duty, ...]
    note: Text | None

    def asked(self) -> frozenset[str]:
        """The facts that some duty or level of this place asks for."""
        asked = [c for d in self.duties for c in (d.when, d.unless) if c] + [v.when for v in self.levels]
        return frozenset(atom.fact for condition in asked for atom in condition.atoms())
