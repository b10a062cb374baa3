"""Who was named for each leak, against who took it: names, rows, and the probabilities that were claimed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from headwater.evaluation.answer import Answer, Claim, NamedLeak, PersonClaim, Taker
from headwater.evaluation.made_world import TrueLeak, Truth
from headwater.evaluation.touching import Touching

NAMED = 0.5
LEAK_FOLDER = "leaks/"
INSIDE = ("!", "/", "#")
OUTSIDER = "?"


@dataclass(frozen=True, slots=True)
class LeakScore:
    """One leak. A taker counts as named when his probability is above one half.

    ``takers``: who really took it; ``named``: accounts named; ``right``: those of them that some taker used; ``covered``: takers
    of whom at least one account was named; ``exact``: all covered and none false; ``alike``: false names that share
    their probability with a right one. ``people``, ``people_named``, ``people_right``, ``people_exact``: the same for employees.
    Rows: as they are, and as the answer has them.
    """

    leak: str
    origin: str
    listed: bool
    takers: int
    named: int
    right: int
    covered: int
    exact: bool
    alike: int
    people: int
    people_named: int
    people_right: int
    people_exact: bool
    rows: int
    rows_taken: int
    rows_explained: int
    not_ours: int
    not_ours_said: int
    unexplained: int
    unexplained_said: int

    @property
    def nobody(self) -> bool:
        """Whether nobody of the house took it."""
        return self.takers == 0


@dataclass(frozen=True, slots=True)
class Said:
    """One claim with its probability, and whether it is true.

    ``about``: ``account`` (this account, or one alike, took rows of the leak), ``person`` (this employee did) or
    ``incident`` (this employee acted in a doing that the incident is about).
    """

    about: str
    probability: float
    right: bool


def leak_score(leak: TrueLeak, answer: Answer) -> LeakScore:
    """Hold one leak's takers against those that the answer names."""
    found = entries(leak, answer)
    named = [taker for entry in found for taker in entry.takers if taker.probability > NAMED]
    accounts = {taker.account for taker in named}
    true_accounts = {account for taker in leak.takers for account in taker.accounts}
    right = accounts & true_accounts
    covered = sum(bool(accounts & set(taker.accounts)) for taker in leak.takers)
    people = {person for taker in leak.takers for person in taker.employees}
    people_named = {person for taker in named for person in taker.employees}
    taken = sum(taker.rows for taker in leak.takers)
    return LeakScore(
        leak=leak.file,
        origin=leak.origin,
        listed=bool(found),
        takers=len(leak.takers),
        named=len(accounts),
        right=len(right),
        covered=covered,
        exact=covered == len(leak.takers) and right == accounts,
        alike=len({t.account for t in named if t.account not in right and set(t.alike) & true_accounts}),
        people=len(people),
        people_named=len(people_named),
        people_right=len(people & people_named),
        people_exact=people == people_named,
        rows=leak.rows,
        rows_taken=taken,
        rows_explained=sum(taker.rows for taker in named),
        not_ours=leak.not_ours,
        not_ours_said=sum(entry.not_ours for entry in found),
        unexplained=max(0, leak.ours - taken),
        unexplained_said=sum(entry.unexplained for entry in found),
    )


def entries(leak: TrueLeak, answer: Answer) -> list[NamedLeak]:
    """What the answer says of a leak: of the file itself, or of what lies inside it when it is an archive."""
    exact = [entry for entry in answer.leaks if entry.leak == leak.file]
    prefixes = tuple(leak.file + mark for mark in INSIDE) if leak.file else (LEAK_FOLDER,)
    return exact or [entry for entry in answer.leaks if entry.leak.startswith(prefixes)]


def said_of_leaks(truth: Truth, answer: Answer) -> Iterator[Said]:
    """Every probability that the answer gives for a taker, and for a person behind him."""
    for leak in truth.leaks:
        true_accounts = {account for taker in leak.takers for account in taker.accounts}
        for entry in entries(leak, answer):
            for taker in entry.takers:
                yield Said("account", taker.probability, bool({taker.account, *taker.alike} & true_accounts))
                yield from _people(taker, leak)


def _people(taker: Taker, leak: TrueLeak) -> Iterator[Said]:
    people = {person for true in leak.takers for person in true.employees}
    outsider = any(taker.account in true.accounts and not true.employees for true in leak.takers)
    yield from _said("person", taker.people, people, outsider)


def said_of_incidents(truth: Truth, incidents: Sequence[Claim]) -> Iterator[Said]:
    """Every probability that an incident gives for a person."""
    touching = Touching.of(truth.doings, truth.zone)
    for incident in incidents:
        doings = [truth.doings[number] for number in touching.by(incident)]
        people = {person for doing in doings for person in doing.employees}
        yield from _said("incident", incident.people, people, any(doing.stranger for doing in doings))


def _said(about: str, claims: Sequence[PersonClaim], people: set[str], outsider: bool) -> Iterator[Said]:
    for claim in claims:
        right = outsider if claim.employee == OUTSIDER else claim.employee in people
        yield Said(about, claim.probability, right)
