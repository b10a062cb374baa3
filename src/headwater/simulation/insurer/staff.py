"""The people of the house: who works where, at which machine, with which account."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from headwater.simulation.events import Column, Whole
from headwater.simulation.insurer.clients import BRANCHES
from headwater.simulation.insurer.habits import Habits
from headwater.simulation.made_people import names

ROLES = ("sales", "service", "claims", "data", "it", "audit", "finance", "office")
DEPARTMENTS = dict(
    zip(ROLES, ("业务部", "客服部", "理赔部", "数据部", "科技部", "审计部", "财务部", "综合部"), strict=True)
)
_SHARES = (0.36, 0.24, 0.14, 0.07, 0.05, 0.04, 0.06, 0.04)
_FOREVER = 100_000


@dataclass(frozen=True, slots=True)
class Staff:
    """Everybody on the roster, those who have left included; an index is a person. Days are the calendar's numbers."""

    employee: Column
    name: Column
    role: Column
    grade: Column
    manager: Whole  # index, -1 for none
    site: Column
    hired: Whole
    left: Whole  # last day of work, far in the future for those who stay
    resigned: Whole
    device: Column
    ip: Column
    account: Column
    pace: Column  # heavy-tailed: how much of the department's ordinary work this person does

    def __len__(self) -> int:
        return len(self.employee)

    def of(self, role: str) -> Whole:
        """Who works in a role and is not gone before the first day."""
        return np.flatnonzero((self.role == role) & (self.left >= 0))


@dataclass(frozen=True, slots=True)
class Departure:
    """Somebody who is no longer here, or will go: the index, the last day, and the day on which notice was given."""

    person: int
    left: int
    resigned: int


def staff(rng: np.random.Generator, count: int, gone: int, habits: Habits) -> Staff:
    """``count`` employees and ``gone`` former members of the data department, whose dates are set later."""
    if count < 20:
        raise ValueError("the made insurer needs at least 20 employees")
    role = _roles(rng, count, gone)
    total = len(role)
    numbers = 4_000 + rng.permutation(total * 3)[:total]
    desk = _desks(rng, role)
    hired = -rng.integers(120, 4_500, total)
    return Staff(
        employee=np.array([f"{habits.employee_prefix}{n:05d}" for n in numbers], dtype=object),
        name=names(rng, total),
        role=role,
        grade=np.array(["G1", "G2", "G3", "G4"], dtype=object)[rng.choice(4, total, p=(0.4, 0.35, 0.2, 0.05))],
        manager=_managers(role),
        site=np.array(BRANCHES, dtype=object)[rng.choice(4, total, p=(0.4, 0.3, 0.2, 0.1))],
        hired=hired,
        left=np.full(total, _FOREVER),
        resigned=np.full(total, _FOREVER),
        device=np.array([f"{habits.device_prefix}{100 + d:04d}" for d in desk], dtype=object),
        ip=np.array([f"10.66.{d // 200}.{d % 200 + 20}" for d in desk], dtype=object),
        account=np.array([f"{habits.account_prefix}{n:05d}" for n in numbers], dtype=object),
        pace=rng.lognormal(-0.1, 0.5, total),
    )


def stays(day: int) -> bool:
    """Whether a departure day means that the person stays."""
    return day >= _FOREVER


def _roles(rng: np.random.Generator, count: int, gone: int) -> Column:
    sizes = np.maximum(2, np.round(np.array(_SHARES) * count).astype(int))
    sizes[0] += count - sizes.sum()
    present = np.repeat(np.array(ROLES, dtype=object), sizes)
    rng.shuffle(present)
    return np.concatenate([present, np.full(gone, "data", dtype=object)])


def _desks(rng: np.random.Generator, role: Column) -> Whole:
    """A desk for each; two of the service department's shifts share one."""
    desk = rng.permutation(len(role))
    service = np.flatnonzero(role == "service")
    pairs = service[: len(service) // 3 * 2].reshape(-1, 2)
    desk[pairs[:, 1]] = desk[pairs[:, 0]]
    return desk


def _managers(role: Column) -> Whole:
    first = {name: int(np.flatnonzero(role == name)[0]) for name in ROLES}
    chief = np.array([first[name] for name in role])
    return np.where(chief == np.arange(len(role)), -1, chief)
