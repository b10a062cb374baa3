"""Fixtures that several folders of tests share, and which tests stay together when they run side by side."""

from __future__ import annotations

import pytest
from tests.made_cases import other, other_answered, plain, plain_answered, plain_in_chinese

__all__ = ["other", "other_answered", "plain", "plain_answered", "plain_in_chinese"]

COSTLY = ("play",)
"""Fixtures that are dear and shared by several files: the files that ask for one run in one process."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """With ``--dist loadgroup``: each file is a group of its own, and the files that share a dear fixture are one."""
    shared: dict[str, str] = {}
    for item in items:
        for name in COSTLY:
            if name in getattr(item, "fixturenames", ()):
                shared[item.location[0]] = name
    for item in items:
        path = item.location[0]
        item.add_marker(pytest.mark.xdist_group(shared.get(path, path)))
