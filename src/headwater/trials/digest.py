"""What a score depends on: the trial, and every line of the program. When one changes, the score is stale."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path

import headwater
from headwater.trials.suite import Trial


@cache
def code() -> str:
    """A digest of all files of the installed program."""
    root = Path(headwater.__file__).parent
    known = hashlib.sha256()
    for file in sorted(f for f in root.rglob("*") if f.is_file() and "__pycache__" not in f.parts):
        if file.suffix == ".toml" and file.parent.name == "suites":
            continue  # a suite's other trials do not make this one stale
        known.update(file.relative_to(root).as_posix().encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return known.hexdigest()


def digest(trial: Trial) -> str:
    """What a trial's scores depend on."""
    told = json.dumps(trial.plain(), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(f"{code()}\0{told}".encode()).hexdigest()
