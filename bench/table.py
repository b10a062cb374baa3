"""The figures of a run as tables of plain text (and Markdown: they are the same)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

_COMPARED = ("rows/s", "ceiling rows/s", "CPU ratio", "wall ratio", "peak MB")


def tables(figures: dict[str, Any]) -> str:
    """Every table of a run."""
    lake = [(row["what"], *_compared(row)) for row in figures["lake"]]
    parts = [
        _table(("format", "against", *_COMPARED), [_row(row) for row in figures["ingestion"]]),
        _stages(figures["whole"]),
        _table(("on the lake", *_COMPARED), [*lake, ("tokens", *_compared(figures["tokens"]))]),
        _table(("scanning", "against", *_COMPARED), [_row(row) for row in figures["scanning"]]),
    ]
    return "\n\n".join(parts)


def _row(row: dict[str, Any]) -> Sequence[str]:
    return (row["format"], row["against"], *_compared(row))


def _compared(row: dict[str, Any]) -> Sequence[str]:
    ratios = (f"{row['cpu_ratio']:.1f}", f"{row['wall_ratio']:.1f}")
    return (f"{row['ours']['rate']:,.0f}", f"{row['ceiling']['rate']:,.0f}", *ratios, f"{row['ours']['peak_mb']:,.0f}")


def _stages(whole: dict[str, Any]) -> str:
    rows = [
        (name, f"{s['share']:.0%}", f"{s['cpu']:.1f}", f"{s['wall']:.1f}", f"{s['peak_mb']:,.0f}")
        for name, s in whole["stages"].items()
    ]
    ours = whole["ours"]
    rows.append(("all", "100%", f"{ours['cpu']:.1f}", f"{ours['wall']:.1f}", f"{ours['peak_mb']:,.0f}"))
    told = (
        f"A million events: {whole['cpu_per_million']:.0f} CPU seconds, {whole['wall_per_million']:.0f} on the wall's clock; "
        f"{whole['cpu_ratio']:.0f} times the CPU of DuckDB's read of all logs as lines "
        f"({whole['wall_ratio']:.0f} times the time)."
    )
    return f"{_table(('stage', 'share of CPU', 'CPU s', 'wall s', 'peak MB'), rows)}\n\n{told}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[n]) for row in (head, *rows)) for n in range(len(head))]
    lines = [head, ["-" * width for width in widths], *rows]
    return "\n".join(f"| {' | '.join(c.ljust(w) for c, w in zip(line, widths, strict=True))} |" for line in lines)
