"""What people said of a thing as pages show it: the judgement, the words behind it, and what tells whether there are newer ones."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from pydantic import Field

from headwater.casework.judging.combining import SETTLED, State
from headwater.casework.reports.words import Words
from headwater.casework.reports.words import words as report_words
from headwater.casework.veil import Veil
from headwater.console.models import Badge, Body, Shown
from headwater.console.triage.verdicts import Spoken, Standing
from headwater.model.words import Lang
from headwater.store.casebook.entering import unnamed
from headwater.store.casebook.verdicts import Said, Word

TONES = {State.confirmed: "bad", State.disputed: "warn", State.awaiting: "warn", State.outgrown: "warn"}


class Voice(Shown):
    """One person's last word on a thing."""

    by: str
    attested: bool
    """Whether he was signed in."""
    said: Said
    label: str
    at: str
    """In the case's zone, which is named."""
    because: str
    """Masked, and without the names of staff."""
    until: date | None
    counts: bool
    """Whether it made the judgement what it is."""


class Judged(Shown):
    """The judgement of a thing by all words on it."""

    state: str
    """Empty where nobody has said anything."""
    badge: Badge
    until: date | None
    grown: list[str]
    """What joined since it was judged."""
    voices: list[Voice]
    seen: str
    """To be sent back with one's own verdict: it tells what one had seen."""
    settled: bool
    """Whether it was explained or refuted."""
    waits: bool
    """Whether it waits to be judged: nobody has said anything, or nobody's word covers it any more."""
    mine: bool
    """Whether you have a word on it, which you can take back."""


class Verdict(Body):
    """What somebody says of an alert or an incident."""

    said: Said
    because: str = ""
    """Why: needed of an explanation. It is masked as it comes in."""
    until: date | None = None
    """The last day of an explanation."""
    seen: str = Field("", max_length=64)
    """What :attr:`Judged.seen` said when the page was made. Where an alert has grown since, nothing is entered. Empty: that nobody
    had said anything, of the alert as it stands.
    """
    story: str = Field("", max_length=64)
    """Of an incident: its `story`. Where its rank is another story's by now, nothing is entered. Empty: whatever has the rank."""

    @property
    def spoken(self) -> Spoken:
        """As verdicts are said."""
        return Spoken(self.said, self.because, self.until, self.seen)


def judged(standing: Standing, me: str, veil: Veil, lang: Lang, say: Words, zone: ZoneInfo) -> Judged:
    """What stands on a thing, with nobody of the staff named in it.

    :param me: the id of who asks
    """
    found = standing.judged
    if found is None:
        return Judged(
            state="",
            badge=Badge(text=say("today.unjudged"), tone="soft"),
            until=None,
            grown=[],
            voices=[],
            seen=standing.seen,
            settled=False,
            waits=True,
            mine=False,
        )
    label = report_words(lang).name("casebook.judgement", found.state.value)
    tone = "good" if found.state in SETTLED else TONES.get(found.state, "plain")
    return Judged(
        state=found.state.value,
        badge=Badge.model_validate({"text": label, "tone": tone}),
        until=found.until,
        grown=[_grown(each, veil, lang) for each in found.grown],
        voices=[_voice(w, w.id in found.counted, veil, lang, say, zone) for w in found.words],
        seen=standing.seen,
        settled=found.state in SETTLED,
        waits=standing.waits,
        mine=any(w.person == me for w in found.words),
    )


def told(word: Word, veil: Veil, lang: Lang, say: Words, zone: ZoneInfo) -> str:
    """A word in a sentence, for him who was slower."""
    voice = _voice(word, True, veil, lang, say, zone)
    because = f": {voice.because}" if voice.because else ""
    until = f" ({say('today.until_day', day=voice.until)})" if voice.until else ""
    return f"{voice.by} ({voice.at}): {voice.label}{until}{because}."


def at(moment: datetime, zone: ZoneInfo) -> str:
    """A moment to the minute, in a zone that is named.

    >>> at(datetime.fromisoformat("2026-03-02T09:00+00:00"), ZoneInfo("Asia/Shanghai"))
    '2026-03-02 17:00 Asia/Shanghai'
    """
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M} {zone.key}"


def _voice(word: Word, counts: bool, veil: Veil, lang: Lang, say: Words, zone: ZoneInfo) -> Voice:
    return Voice(
        by=word.by,
        attested=word.attested,
        said=word.said,
        label=say.name("today.said", word.said.value),
        at=at(word.at, zone),
        because=veil.text(unnamed(word.because), lang),
        until=word.until,
        counts=counts,
    )


def _grown(what: str, veil: Veil, lang: Lang) -> str:
    kind, _colon, name = what.partition(":")
    if kind == "account":
        return veil.account(name)
    return veil.person(name) if kind == "person" else veil.text(name, lang)
