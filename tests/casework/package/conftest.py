"""A package that the tests of this folder share."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.casework.package.packed_case import TOKEN_KEY, Place, investigated, pack

__all__ = ["investigated"]


@pytest.fixture(autouse=True)
def one_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEADWATER_TOKEN_KEY", TOKEN_KEY)


@pytest.fixture
def place(investigated: Place, tmp_path: Path) -> Place:
    """A copy of it that a test may change."""
    shutil.copytree(investigated.root, tmp_path / "house")
    return Place(tmp_path / "house")


@pytest.fixture(scope="session")
def package(investigated: Place, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package of it, which nobody may change."""
    file = tmp_path_factory.mktemp("package") / "evidence.hwpkg.zip"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HEADWATER_TOKEN_KEY", TOKEN_KEY)
        pack(investigated, to=file)
    return file
