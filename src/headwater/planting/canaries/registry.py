"""The registry of canaries: who proposed, approved, planted and withdrew which, for whom, and who was shown them.

It lies in the workspace, is its owner's alone, holds tokens and no values, and hangs together as a chain
(:mod:`headwater.store.chained`). A plan is proposed, approved by two people of whom one at least is not who proposed
it, planted, withdrawn; nothing is struck out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from headwater.model.errors import CaseError
from headwater.planting.canaries.contacts import Controls
from headwater.planting.canaries.planning import Planned
from headwater.planting.canaries.sharing import Sharing, chances
from headwater.planting.canaries.table import Table
from headwater.store.chained import ChainedList
from headwater.store.tokens import Tokeniser
from headwater.store.workspace import Workspace

REGISTRY = Path("canaries") / "registry.jsonl"
STATES = ("proposed", "approved", "planted", "withdrawn")
_AFTER = {"approved": ("proposed",), "planted": ("approved",), "withdrawn": ("proposed", "approved", "planted")}


@dataclass(frozen=True, slots=True)
class Decoy:
    """One decoy: for whom or for when it is, by what chance it is shown where it is shared, and its tokens by kind."""

    id: str
    label: str
    chance: float | None = None
    tokens: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Step:
    """What became of a plan: its state from then on, who said so, with whom, and why."""

    state: str
    at: datetime
    by: str
    second: str = ""
    because: str = ""
    although: str = ""


@dataclass(frozen=True, slots=True)
class PlanEntry:
    """A plan of the registry with all that became of it.

    ``controls`` are the kind and the token of each contact that was kept back; ``accounts`` are those among whom shared
    decoys were dealt, or those of the labels that are known to be accounts. Days are those of ``zone``.
    """

    id: str
    dataset: str
    key: str
    shapes: Mapping[str, str] = field(repr=False)
    decoys: tuple[Decoy, ...] = field(repr=False)
    controls: frozenset[tuple[str, str]] = field(repr=False)
    accounts: tuple[str, ...]
    shared: bool
    rows: int
    reaches: bool
    figures: Mapping[str, Any] = field(repr=False)
    steps: tuple[Step, ...] = ()
    zone: str = "UTC"

    @property
    def state(self) -> str:
        """The last state."""
        return self.steps[-1].state

    def since(self, state: str) -> datetime | None:
        """When the plan came to a state, if it did."""
        return next((s.at for s in self.steps if s.state == state), None)

    def day(self, state: str) -> date | None:
        """On which day of the house the plan came to a state, if it did."""
        at = self.since(state)
        return at and self.local(at)

    def local(self, moment: datetime) -> date:
        """The day that clocks of the house show at a moment; of one that names no offset, its own day."""
        return moment.astimezone(ZoneInfo(self.zone)).date() if moment.tzinfo else moment.date()


@dataclass(frozen=True, slots=True, order=True)
class Showing:
    """Somebody was shown a decoy: which account, when, and where that is written."""

    decoy: str
    account: str
    at: str
    source: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Book:
    """All plans and all showings that were written down."""

    plans: tuple[PlanEntry, ...] = ()
    showings: tuple[Showing, ...] = ()

    def plan(self, name: str) -> PlanEntry:
        """The plan of that name.

        :raises CaseError: if there is none
        """
        found = next((p for p in self.plans if p.id == name), None)
        if found is None:
            raise CaseError(f"there is no plan {name}; see `headwater canary list`")
        return found

    @property
    def planted(self) -> tuple[PlanEntry, ...]:
        """The plans whose decoys may have been seen: planted, and withdrawn after that."""
        return tuple(p for p in self.plans if p.since("planted"))


class Registry:
    """The registry of a workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._tokeniser = workspace.tokeniser
        self._chain = ChainedList(
            workspace.root / REGISTRY,
            workspace.tokeniser,
            workspace.manifest,
            "canary",
            "canaries",
            "canary entries",
            "do it again",
        )

    def book(self) -> Book:
        """Everything that was written down.

        :raises StoreError: where the registry was changed
        """
        plans: dict[str, PlanEntry] = {}
        showings: list[Showing] = []
        for told in self._chain.entries():
            if told["event"] == "proposed":
                plans[told["plan"]] = _entry(told)
            elif told["event"] == "shown":
                showings.append(Showing(told["decoy"], told["account"], told["seen"], told["source"], told["line"]))
            else:
                known = plans[told["plan"]]
                plans[told["plan"]] = replace(known, steps=(*known.steps, _step(told["event"], told)))
        return Book(tuple(plans.values()), tuple(showings))

    def propose(
        self, table: Table, planned: Planned, labels: Sequence[str], accounts: Sequence[str], shared: tuple[float, float] | None,
        by: str, now: datetime,
    ) -> PlanEntry:  # fmt: skip
        """Write a plan down as proposed. ``labels`` say for whom each decoy is; ``shared`` gives the range of chances instead.

        :raises CaseError: without a name, or when a decoy is there already
        """
        _named(by, "the one who proposes")
        book = self.book()
        ids = [f"D-{t['subject'][:12]}" for t in planned.tokens]
        if twice := {d.id for p in book.plans for d in p.decoys} & set(ids):
            raise CaseError(f"decoy {min(twice)} is in the registry already: plan again, with another seed")
        name = f"P-{self._tokeniser.token('canary plan', ids[0] + now.isoformat())[:8]}"
        dealt = chances(ids, *shared, sharing_key(self._tokeniser, name)).tolist() if shared else [None] * len(ids)
        decoys = [
            {"id": i, "for": "" if shared else label, "chance": chance, "tokens": tokens}
            for i, label, chance, tokens in zip(ids, labels, dealt, planned.tokens, strict=True)
        ]
        self._chain.add(
            {
                "event": "proposed",
                "plan": name,
                "at": now.isoformat(),
                "by": by,
                "dataset": table.dataset,
                "key": table.key,
                "rows": table.rows,
                "zone": table.zone,
                "shapes": dict(table.shapes),
                "shared": shared is not None,
                "accounts": list(accounts),
                "reaches": planned.figures.reaches,
                "figures": planned.figures.plain(),
                "decoys": decoys,
                "controls": _control_tokens(planned.controls, self._tokeniser),
            }
        )
        return self.book().plan(name)

    def step(
        self, name: str, state: str, by: str, now: datetime, *, second: str = "", because: str = "", although: str = ""
    ) -> PlanEntry:
        """Write down that a plan is approved, planted or withdrawn.

        :raises CaseError: out of turn; an approval by one person alone, without a reason, or of a plan that does not reach
            its figures without saying why all the same
        """
        known = self.book().plan(name)
        _named(by, "the one who says so")
        if known.state not in _AFTER[state]:
            raise CaseError(f"is {known.state}: it cannot be {state} now", name)
        if state != "planted" and not because.strip():
            raise CaseError(f"cannot be {state} without a reason", name)
        if state == "approved":
            _approvable(known, by, second, although)
        told = {"event": state, "plan": name, "at": now.isoformat(), "by": by, "second": second, "because": because}
        self._chain.add(told | {"although": although})
        return self.book().plan(name)

    def show(self, showings: Sequence[Showing], now: datetime) -> int:
        """Write down who was shown decoys; what is known already is passed over. Gives how many were new.

        :raises CaseError: if a decoy is not in the registry
        """
        book = self.book()
        known = {d.id for p in book.plans for d in p.decoys}
        if strange := sorted({s.decoy for s in showings} - known):
            raise CaseError(f"there is no decoy {strange[0]}; see `headwater canary list`")
        fresh = sorted(set(showings) - set(book.showings))
        self._chain.extend([_shown(s, now) for s in fresh])
        return len(fresh)

    def sharing(self, plan: PlanEntry) -> Sharing:
        """Who is shown which decoy of a plan with shared ones."""
        return sharing(plan, self._tokeniser)


def sharing(plan: PlanEntry, tokeniser: Tokeniser) -> Sharing:
    """Who is shown which decoy of a plan with shared ones: it follows from the workspace's key."""
    return Sharing(
        tuple(d.id for d in plan.decoys),
        np.array([d.chance or 0.0 for d in plan.decoys]),
        sharing_key(tokeniser, plan.id),
    )


def sharing_key(tokeniser: Tokeniser, plan: str) -> bytes:
    """The key that draws who is shown what in one plan."""
    return bytes.fromhex(tokeniser.token("canary sharing", plan))


def _approvable(plan: PlanEntry, by: str, second: str, although: str) -> None:
    _named(second, "the second one")
    names = {n.strip().casefold() for n in (by, second)}
    if len(names) < 2:
        raise CaseError("the second one must be somebody else", plan.id)
    if second.strip().casefold() == plan.steps[0].by.strip().casefold():
        raise CaseError("the second one must be somebody else than who proposed it", plan.id)
    if not plan.reaches and not although.strip():
        raise CaseError(
            f"does not reach its figures (area {plan.figures['area']['value']:.3f}): to approve it all the same, say why (--although)",
            plan.id,
        )


def _shown(showing: Showing, now: datetime) -> dict[str, Any]:
    told = {"event": "shown", "at": now.isoformat(), "decoy": showing.decoy, "account": showing.account}
    return told | {"seen": showing.at, "source": showing.source, "line": showing.line}


def _named(name: str, who: str) -> None:
    if not name.strip():
        raise CaseError(f"{who} has no name")


def _control_tokens(controls: Controls, tokeniser: Tokeniser) -> dict[str, list[str]]:
    kinds = {"mobile": controls.mobiles, "email": controls.emails}
    return {kind: [tokeniser.token(kind, contact) for contact in contacts] for kind, contacts in kinds.items()}


def _controls(told: Mapping[str, Any]) -> frozenset[tuple[str, str]]:
    """Kind and token of each control. An earlier version wrote tokens alone, numbers first, as many of each kind as there are."""
    known = told["controls"]
    if isinstance(known, list):
        kinds = [kind for kind in ("mobile", "email") if any(kind in d["tokens"] for d in told["decoys"])] or ["mobile"]
        count = -(-len(known) // len(kinds))
        known = {kind: known[at * count : (at + 1) * count] for at, kind in enumerate(kinds)}
    return frozenset((kind, token) for kind, tokens in known.items() for token in tokens)


def _entry(told: Mapping[str, Any]) -> PlanEntry:
    return PlanEntry(
        id=told["plan"],
        dataset=told["dataset"],
        key=told["key"],
        shapes=told["shapes"],
        decoys=tuple(Decoy(d["id"], d["for"], d["chance"], d["tokens"]) for d in told["decoys"]),
        controls=_controls(told),
        accounts=tuple(told["accounts"]),
        shared=told["shared"],
        rows=told["rows"],
        reaches=told["reaches"],
        figures=told["figures"],
        steps=(_step("proposed", told),),
        zone=told.get("zone", "UTC"),
    )


def _step(state: str, told: Mapping[str, Any]) -> Step:
    at = datetime.fromisoformat(told["at"])
    return Step(state, at, told["by"], told.get("second", ""), told.get("because", ""), told.get("although", ""))
