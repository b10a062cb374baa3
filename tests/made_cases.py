"""Made cases that several test files share; each is made, and investigated, once in a session."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.processes import headwater

from headwater.simulation.insurer import (
    BorrowedAccount,
    Formats,
    Habits,
    HijackedAccount,
    LeakedFile,
    LookupForHire,
    SlowDrip,
    Truth,
    make_case,
)

PLAIN = Habits(
    scenarios=(BorrowedAccount(),),
    leak=LeakedFile(rows=150),
    formats=Formats(packing="plain"),
    hostile=True,
    complaints=20,
)
"""Plain logs, with text that does harm where it is taken for HTML."""
OTHER_WAYS = Habits(
    scenarios=(SlowDrip(), HijackedAccount(), LookupForHire()),
    leak=LeakedFile(rows=120, columns=("name", "phone"), headers=("姓名", "手机"), scenario=0),
    formats=Formats(
        crm="nginx-json",
        database="stderr",
        proxy="squid-sizes",
        logons="flat",
        endpoint="windows-4663",
        packing="zst",
        tables="gb18030",
        leak="zip",
        seized="csv",
    ),
    hostile=True,
    account_prefix="U",
    device_prefix="PC",
    complaints=20,
)
"""Every other layout that a made house can write."""


@dataclass(frozen=True, slots=True)
class Made:
    """A made case: its folder, and the truth that lies beside it."""

    folder: Path
    truth: Truth


@dataclass(frozen=True, slots=True)
class Answered:
    """A made case with everything that one investigation of it wrote."""

    made: Made
    out: Path
    said: Path
    seconds: float

    @property
    def workspace(self) -> Path:
        return self.out / "workspace"

    @property
    def data(self) -> bytes:
        return (self.out / "result.json").read_bytes()

    @property
    def result(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.data)
        return found


def make(root: Path, habits: Habits, *, seed: int, clients: int = 700, days: int = 24) -> Made:
    """A small house, quick to make, that has every department. The case is named after ``root``."""
    truth = make_case(root, seed=seed, staff=26, clients=clients, days=days, start=date(2021, 3, 1), habits=habits)
    return Made(root / "case", truth)


def investigate(made: Made, out: Path, *options: str, verb: str = "investigate") -> Answered:
    """Investigate in a process of its own, saying everything that can be said."""
    said = out.parent / f"{out.name}.said"
    headwater(said, "version")  # so that what is measured is the run, not the launcher's first imports
    began = time.monotonic()
    ended = headwater(said, verb, made.folder, "--out", out, "-vv", *options)
    assert ended.code == 0, ended.err.decode()[-2000:]
    return Answered(made, out, said, time.monotonic() - began)


@pytest.fixture(scope="session")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A made case with plain logs. Nobody may change it: a test that must, copies it."""
    return make(tmp_path_factory.mktemp("plain") / "house", PLAIN, seed=5)


@pytest.fixture(scope="session")
def plain_answered(plain: Made, tmp_path_factory: pytest.TempPathFactory) -> Answered:
    """The plain case, investigated without disturbance."""
    return investigate(plain, tmp_path_factory.mktemp("plain-answer") / "out")


@pytest.fixture(scope="session")
def plain_in_chinese(plain: Made, plain_answered: Answered, tmp_path_factory: pytest.TempPathFactory) -> Answered:
    """The report of the same workspace in Chinese."""
    return investigate(
        plain,
        tmp_path_factory.mktemp("plain-chinese") / "out",
        "-w",
        str(plain_answered.workspace),
        "--lang",
        "zh",
        verb="report",
    )


@pytest.fixture(scope="session")
def other(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A made case that writes everything in other layouts."""
    return make(tmp_path_factory.mktemp("other") / "office", OTHER_WAYS, seed=17)


@pytest.fixture(scope="session")
def other_answered(other: Made, tmp_path_factory: pytest.TempPathFactory) -> Answered:
    """The other case, investigated in Chinese."""
    return investigate(other, tmp_path_factory.mktemp("other-answer") / "out", "--lang", "zh")
