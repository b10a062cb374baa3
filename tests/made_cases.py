"""Made cases that several test files share; each is made, and investigated, once in a session."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.processes import headwater

from headwater.simulation.outside.leak_spec import LeakSpec
from headwater.simulation.simulate import simulate
from headwater.simulation.trades.trade import Crime
from headwater.simulation.writing.formats import Formats
from headwater.simulation.writing.noise import Noise

HOSTILE = Noise(rotation="none", hostile=True)
"""Untidy logs, one file each, with text that does harm where it is taken for HTML."""
PLAIN: dict[str, Any] = {
    "crimes": (Crime("borrowed-account", "strong", people=2, way_out="shop-chat"),),
    "leaks": (LeakSpec("sample", rows=150, kind="xlsx"),),
    "formats": Formats(packing="plain"),
    "noise": HOSTILE,
}
"""Plain logs."""
OTHER_WAYS: dict[str, Any] = {
    "crimes": (Crime("slow-drip", "strong"), Crime("hijacked-account", "strong"), Crime("lookup-for-hire", "strong")),
    "leaks": (
        LeakSpec("sample", rows=120, of=("D1",), columns=("name", "phone"), headers=("姓名", "手机"), kind="zip"),
    ),
    "formats": Formats("nginx-json", "stderr", True, "squid-sizes", "flat", "windows-4663", "zst", "gb18030"),
    "noise": HOSTILE,
}
"""Every other layout that a made house can write."""
LOGS = (
    "web01/access.log",
    "db01/postgresql.csv",
    "proxy/access.log",
    "ad/security.json",
    "endpoint/files.json",
    "mail/gateway.csv",
)
"""The logs of the plain case."""
GATEWAY = "logs/proxy/access.log"


@dataclass(frozen=True, slots=True)
class Made:
    """A made case: its folder, and the truth that lies beside it."""

    folder: Path
    truth: dict[str, Any]


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


def make(root: Path, house: dict[str, Any], *, seed: int, clients: int) -> Made:
    """A small house, quick to make, that has every department. The case is named after ``root``."""
    root.mkdir()
    truth = simulate("insurer", root / "case", seed=seed, staff=20, clients=clients, days=22, **house)
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
    return make(tmp_path_factory.mktemp("plain") / "house", PLAIN, seed=5, clients=900)


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
    return make(tmp_path_factory.mktemp("other") / "office", OTHER_WAYS, seed=17, clients=1_500)


@pytest.fixture(scope="session")
def other_answered(other: Made, tmp_path_factory: pytest.TempPathFactory) -> Answered:
    """The other case, investigated in Chinese."""
    return investigate(other, tmp_path_factory.mktemp("other-answer") / "out", "--lang", "zh")
