"""What pages of a case need besides its answer: the veil over its newest lake, its zone, its words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from headwater.casework.judging.extents import Extent
from headwater.casework.veil import Veil
from headwater.console.errors import ConflictError, GoneError
from headwater.console.here import InCase
from headwater.console.triage import veils, whom
from headwater.console.triage.judged import Judged, judged, told
from headwater.console.triage.raised import Kept, Story, kept, stories
from headwater.console.triage.verdicts import Every, Standing, Telling, every
from headwater.model.alert import Alert
from headwater.store.casebook.entering import unnamed
from headwater.store.casebook.verdicts import Word


@dataclass(frozen=True)
class Desktop:
    """Somebody's view of one case."""

    here: InCase

    def ready(self) -> Desktop:
        """The same, with all worked out that takes time: asked before a transaction, which others wait for."""
        _ = self.veil, self.zone
        return self

    @cached_property
    def watched(self) -> Kept | None:
        """What watching raised; ``None`` where the case was never watched."""
        return kept(self.here.served.workspace)

    @cached_property
    def veil(self) -> Veil:
        """The veil over every name of the case."""
        return veils.veil_of(self.here.served.workspace, self.watched.written if self.watched else 0.0)

    @cached_property
    def answered(self) -> bool:
        """Whether there is an answer."""
        return (self.here.served.out / "result.json").exists()

    @cached_property
    def zone(self) -> ZoneInfo:
        """The zone of the case."""
        try:
            case = self.here.desk.part("case") if self.answered else {}
            return ZoneInfo(str(case["timezone"]))
        except (KeyError, TypeError, ValueError, ZoneInfoNotFoundError):
            return ZoneInfo("UTC")

    @cached_property
    def every(self) -> Every:
        """Every word on alerts and incidents."""
        with self.here.reading() as tx:
            return every(tx, self.here.case, self.veil.tokeniser)

    @cached_property
    def extents(self) -> Mapping[int, Extent]:
        """Whom and what each incident of the answer that is shown is about, by names."""
        served = self.here.served
        return whom.extents_of(served.out, served.workspace, self.here.desk.version)

    def extent(self, rank: int) -> Extent:
        """Whom and what an incident is about, by names.

        :raises GoneError: where there is no such incident
        """
        found = self.extents.get(rank)
        if found is None:
            raise GoneError("there is no such incident in this answer")
        return found

    def story(self, rank: int) -> str:
        """A name of the very story that has this rank now."""
        return whom.story(self.extent(rank), self.veil.tokeniser)

    def same(self, rank: int, story: str) -> Extent:
        """Whom and what an incident is about, where its rank still is that of the story that was looked at.

        :raises ConflictError: where a newer answer has another story there
        """
        if story and story != self.story(rank):
            raise ConflictError("there is a newer answer: this rank is another story's now, and nothing was entered")
        return self.extent(rank)

    def incident(self, rank: int) -> dict[str, Any]:
        """An incident of the answer, whole and veiled.

        :raises GoneError: where there is no such incident
        """
        found = self.here.desk.one("incidents", str(rank))
        if found is None:
            raise GoneError("there is no such incident in this answer")
        return found

    def written(self, text: str) -> str:
        """What somebody wrote freely, with nobody named in it: neither staff nor people by their names."""
        return self.veil.text(unnamed(text), self.here.lang)

    def stories(self, several: Iterable[Alert]) -> tuple[Story, ...]:
        """Alerts folded into stories, each headed by the heaviest that waits to be judged."""
        return stories(several, lambda alert: self.every.on_alert(alert).waits)

    def judged(self, standing: Standing) -> Judged:
        """What stands on a thing."""
        return judged(standing, self.here.user.id, self.veil, self.here.lang, self.here.say, self.zone)

    @property
    def telling(self) -> Telling:
        """Tells who was slower what stands now."""
        return Telling(self._word, lambda alert: self.veil.texts(alert.title).said(self.here.lang), self.veil.tokeniser)

    def _word(self, word: Word) -> str:
        return told(word, self.veil, self.here.lang, self.here.say, self.zone)
