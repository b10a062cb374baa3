"""Loads, once and before any step is forked, what the steps would load; libraries are told to use one thread each."""

from __future__ import annotations

import os
from contextlib import suppress
from importlib import import_module

for _library in ("OMP", "OPENBLAS", "NUMBA"):
    os.environ.setdefault(f"{_library}_NUM_THREADS", "1")

LOADED = []
"""What the program needs as well, though it is above this room: a step starts it by its name."""
for _name in (
    "headwater.cli.evaluating",
    "headwater.cli.run",
    "headwater.cli.worlds",
    "headwater.trials.steps",
    "ibis.backends.duckdb",
    "pyod.models.iforest",
    "pyod.models.ecod",
):
    with suppress(ImportError):
        LOADED.append(import_module(_name))
