"""What options may be."""

from __future__ import annotations

import re
from enum import StrEnum

import typer


class EngineName(StrEnum):
    """Engines."""

    duckdb = "duckdb"
    spark = "spark"


class Language(StrEnum):
    """Languages of the output."""

    en = "en"
    zh = "zh"


_UNITS = {"": 1, "K": 2**10, "M": 2**20, "G": 2**30, "T": 2**40}


def megabytes(text: str | None) -> int | None:
    """Bytes from ``4GB``, ``512MB`` …; ``None`` stays."""
    if text is None:
        return None
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([KMGT]?)i?B?\s*", text, re.IGNORECASE)
    if not found:
        raise typer.BadParameter(f"{text!r} is no size; write for example 4GB", param_hint="--memory")
    return int(float(found[1]) * _UNITS[found[2].upper()])
