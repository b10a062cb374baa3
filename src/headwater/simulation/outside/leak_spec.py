"""What kind of leaked file a world is asked to hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from headwater.simulation.events import dice
from headwater.simulation.house.nouns import Doing

Form = Literal[
    "sample",
    "merged",
    "padded",
    "reformatted",
    "partial",
    "old",
    "nobody-popular",
    "nobody-book",
    "nobody-old-theft",
]
ListKind = Literal["xlsx", "csv", "txt", "zip", "json"]
FORMS: tuple[Form, ...] = get_args(Form)
LIST_KINDS: tuple[ListKind, ...] = get_args(ListKind)
ALL_COLUMNS = ("name", "phone", "id_number", "address")


@dataclass(frozen=True, slots=True)
class LeakSpec:
    """A file with personal data that was found outside.

    ``sample``: a part of one theft. ``merged``: of several thefts. ``padded``: with people who are no clients and with
    the popular clients of a theft long ago. ``reformatted``: another spelling of everything. ``partial``: few columns.
    ``old``: many of whom have moved since, so that the file can be dated. The others were taken by nobody here:
    ``nobody-popular`` are clients as life meets them, ``nobody-book`` those of one branch, ``nobody-old-theft`` what
    was taken before the logs begin.

    ``of``: the ids of the doings (none: the first that took enough, all for a merged file). ``foreign``: the share of
    people who are no clients. ``columns``: of name, phone, id_number, address and ``tail`` (the last four of the
    number). ``headers`` and ``kind`` are drawn where they are not said; ``careless``: spelt as hasty people do.
    """

    form: Form = "sample"
    rows: int = 500
    of: tuple[str, ...] = ()
    foreign: float | None = None
    columns: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    kind: ListKind | None = None
    careless: bool = True

    @property
    def origin(self) -> str:
        """What the truth calls it."""
        return "nobody" if self.nobody else self.form

    @property
    def nobody(self) -> bool:
        """Whether nobody here took it."""
        return self.form.startswith("nobody")


def default_leaks(seed: int, doings: Sequence[Doing]) -> tuple[LeakSpec, ...]:
    """The leaks of a world that nobody asked for particular ones: some of its thefts, and one that nobody here took."""
    rng = dice(seed, "which leaks")
    nobody = FORMS[6 + int(rng.integers(3))]
    leaks = [LeakSpec(nobody, rows=int(rng.integers(200, 900)))]
    rich = [doing.id for doing in doings if len(doing.taken) >= 40]
    forms = [FORMS[n] for n in rng.permutation([0, 2, 3, 4, 5])]
    for form, doing in zip(forms[: 1 + int(rng.integers(1, 3))], rng.permutation(rich).tolist(), strict=False):
        leaks.append(LeakSpec(form, rows=int(rng.integers(150, 900)), of=(doing,)))
    if len(rich) > 2 and rng.random() < 0.5:
        leaks.append(LeakSpec("merged", rows=int(rng.integers(300, 1_200)), of=tuple(rich[:3])))
    return tuple(leaks[n] for n in rng.permutation(len(leaks)).tolist())
