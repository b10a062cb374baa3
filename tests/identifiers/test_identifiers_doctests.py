from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import headwater.identifiers

MODULES = [found.name for found in pkgutil.iter_modules(headwater.identifiers.__path__)]


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings_hold(name: str) -> None:
    assert doctest.testmod(importlib.import_module(f"headwater.identifiers.{name}")).failed == 0
