from __future__ import annotations

import pytest


@pytest.fixture(scope="session")
def small() -> dict[str, int]:
    """A world that is quick to make and still has every department."""
    return {"staff": 30, "clients": 900, "days": 30}
