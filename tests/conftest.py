"""Fixtures that several folders of tests share, and which tests stay together when they run side by side."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
import typer.testing
from tests.made_cases import other, other_answered, plain, plain_answered, plain_in_chinese
from xdist.scheduler import LoadFileScheduling

__all__ = ["other", "other_answered", "plain", "plain_answered", "plain_in_chinese"]

collect_ignore_glob = ["conftest.py", "*/conftest.py"]
"""They hold no examples, and a second module of that name cannot be looked through for them."""

typer.testing._get_command = cache(typer.testing._get_command)  # building all verbs anew for each call costs 0.1 s

TOGETHER = "tests/detection/test_"
"""Files that ask for scenarios that were played: they run in one process, so that each scenario is played once."""


FIRST = (
    TOGETHER,
    "tests/investigation/test_spark.py",
    "tests/investigation/test_watching.py",
    "tests/trials/test_small_suite.py",
    "tests/investigation/test_killed.py",
    "tests/trials/test_trials_running.py",
    "tests/bench/",
    "tests/console/test_faces.py",
    "tests/cli/",
    "tests/investigation/",
    "tests/console/",
)
"""Where the long tests are: they begin first, so that no worker waits for one that was left to the end.

One file of the console's comes before the others: what it makes is ready when they begin, and nobody waits for it.
"""


class _ByFile(LoadFileScheduling):
    """A file's tests stay on one worker, and those of TOGETHER are as one file."""

    def _split_scope(self, nodeid: str) -> str:
        file = str(super()._split_scope(nodeid))
        return TOGETHER if file.startswith(TOGETHER) else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> _ByFile:
    """How tests are shared out among workers (``pytest -n``)."""
    return _ByFile(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long ones first; otherwise the order stays."""
    items.sort(key=lambda item: next((n for n, start in enumerate(FIRST) if item.nodeid.startswith(start)), len(FIRST)))
