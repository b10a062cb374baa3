"""Writes the golden reports anew: ``PYTHONPATH=src python tests/casework/reports/write_golden.py``; read the diff."""

from __future__ import annotations

from pathlib import Path

from made_result import made_result

from headwater.casework.reports.csv import tables
from headwater.casework.reports.html import render
from headwater.casework.reports.json import dumps
from headwater.model.words import LANGS

GOLDEN = Path(__file__).parent / "golden"


def golden() -> dict[str, bytes]:
    """Every golden file by name."""
    made = {f"report.{lang}.html": render(made_result(lang), lang).encode("utf-8") for lang in LANGS}
    made["result.en.json"] = dumps(made_result("en"))
    return made | tables(made_result("en"))


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for name, content in golden().items():
        (GOLDEN / name).write_bytes(content)
