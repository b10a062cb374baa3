"""A piece of long work: what was asked, how far it is, and how it ended. Plain values, as they lie in files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, Protocol

from headwater.model.errors import StoreError
from headwater.model.words import Text

Status = Literal["waiting", "running", "ending", "done", "failed", "lost", "cancelled"]
ENDED: frozenset[str] = frozenset({"done", "failed", "lost", "cancelled"})
"""Nothing more comes of it by itself."""
AGAIN: frozenset[str] = frozenset({"failed", "lost", "cancelled"})
"""It may be taken up where it was left."""
QUEUED = Text("Waits for its turn.", "排队等候。")
_ID = re.compile(r"J-[0-9a-f]{16}")


class Where(Protocol):
    """A case as it is served: which folders are its own."""

    @property
    def name(self) -> str:
        """What the casebook calls it."""
        ...

    @property
    def slug(self) -> str:
        """Its name in addresses."""
        ...

    @property
    def case_folder(self) -> Path | None:
        """The case folder, which is only read; ``None`` where only the answer is at hand."""
        ...

    @property
    def out(self) -> Path:
        """The folder of the answer."""
        ...

    @property
    def workspace(self) -> Path:
        """The folder of the lake."""
        ...


@dataclass(frozen=True, slots=True)
class State:
    """How far a job is. ``step`` is the current of its ``steps`` (from 0), ``done`` of ``total`` what is done of it.

    ``share`` is the part of the whole that is done, ``attempt`` how often it was begun, ``after`` the moment before which
    it is not begun again, ``trace`` where in the program it failed: files and lines without any value.
    """

    status: Status = "waiting"
    attempt: int = 0
    begun: datetime | None = None
    ended: datetime | None = None
    after: datetime | None = None
    step: int = 0
    steps: tuple[Text, ...] = ()
    done: int = 0
    total: int = 0
    share: float = 0.0
    said: Text = QUEUED
    outcome: Mapping[str, Any] = field(default_factory=dict)
    trace: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of long work on one case.

    ``case`` is its slug, ``name`` what the casebook calls it, ``by`` the id of the user who asked for it, never a name.
    """

    id: str
    kind: str
    case: str
    name: str
    by: str
    created: datetime
    case_folder: Path | None
    out: Path
    workspace: Path
    parameters: Mapping[str, Any] = field(default_factory=dict, repr=False)
    state: State = State()

    @property
    def is_over(self) -> bool:
        """Whether nothing more comes of it by itself."""
        return self.state.status in ENDED

    @property
    def may_go_on(self) -> bool:
        """Whether it may be taken up where it was left."""
        return self.state.status in AGAIN


def is_id(text: str) -> bool:
    """Whether a text is the id of a job, and so no path.

    >>> is_id("J-0123456789abcdef"), is_id("J-../../etc")
    (True, False)
    """
    return _ID.fullmatch(text) is not None


def asked_plain(job: Job) -> dict[str, Any]:
    """What was asked, as JSON values."""
    return {
        "id": job.id,
        "kind": job.kind,
        "case": job.case,
        "name": job.name,
        "by": job.by,
        "created": job.created.isoformat(),
        "case_folder": None if job.case_folder is None else str(job.case_folder),
        "out": str(job.out),
        "workspace": str(job.workspace),
        "parameters": dict(job.parameters),
    }


def asked(told: Mapping[str, Any], state: State) -> Job:
    """A job from its JSON values.

    :raises StoreError: for values that are no job
    """
    try:
        folder = told["case_folder"]
        return Job(
            id=str(told["id"]),
            kind=str(told["kind"]),
            case=str(told["case"]),
            name=str(told["name"]),
            by=str(told["by"]),
            created=datetime.fromisoformat(told["created"]),
            case_folder=None if folder is None else Path(folder),
            out=Path(told["out"]),
            workspace=Path(told["workspace"]),
            parameters=dict(told["parameters"]),
            state=state,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise StoreError(f"is no job that this program wrote ({type(error).__name__})") from error


def state_plain(state: State) -> dict[str, Any]:
    """How far it is, as JSON values."""
    return {
        "status": state.status,
        "attempt": state.attempt,
        **{name: _iso(getattr(state, name)) for name in _MOMENTS},
        "step": state.step,
        "steps": [text_plain(s) for s in state.steps],
        "done": state.done,
        "total": state.total,
        "share": round(state.share, 4),
        "said": text_plain(state.said),
        "outcome": dict(state.outcome),
        "trace": list(state.trace),
    }


def state_of(told: Mapping[str, Any]) -> State:
    """How far a job is, from its JSON values.

    :raises StoreError: for values that are none
    """
    try:
        return State(
            status=told["status"],
            attempt=int(told["attempt"]),
            **{name: _moment(told[name]) for name in _MOMENTS},
            step=int(told["step"]),
            steps=tuple(Text(**s) for s in told["steps"]),
            done=int(told["done"]),
            total=int(told["total"]),
            share=float(told["share"]),
            said=Text(**told["said"]),
            outcome=dict(told["outcome"]),
            trace=tuple(map(str, told["trace"])),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise StoreError(f"is no state of a job that this program wrote ({type(error).__name__})") from error


def text_plain(text: Text) -> dict[str, str]:
    """A sentence as JSON values."""
    return {"en": text.en, "zh": text.zh}


_MOMENTS = ("begun", "ended", "after")


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _moment(told: str | None) -> datetime | None:
    return None if told is None else datetime.fromisoformat(told)
