"""The cheapest that could do a scan's reading, in a process of its own: ``python -m bench.scan_ceilings NAME FILE``.

``duckdb`` reads a CSV as text with two threads and hands over every cell, ``fastexcel`` a workbook, ``hyperscan`` passes once over the
bytes of a text with the patterns of all recognisers, and keeps the ends of what it meets (``hyperscan_bounded``: eleven patterns
that anybody would write for it, a harder ceiling).
"""

from __future__ import annotations

import argparse
import json
import re
import time
import tomllib
from array import array
from collections.abc import Callable
from pathlib import Path
from typing import Any

Work = Callable[[], int]
_RECOGNISERS = Path(__file__).parent.parent / "src" / "headwater" / "identifiers" / "data" / "recognisers.toml"
_PLAIN = (
    (r"\(\?<!\[\^?[^\]]*\](?:\[[^\]]*\]|[^()\[\]])+\)", ""),  # a longer look behind
    (r"\(\?<!\[([^\]]*)\]\)", r"(?:^|[^\1])"),
    (r"\(\?!(?:\[[^\]]*\][?])*\[([^\]]*)\]\)", r"(?:[^\1]|$)"),
    (r"\(\?P<[a-z]+>", "(?:"),
    (r"\(\?P=[a-z]+\)", "[ -]?"),
)
_PLATES = "[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]"
_BEFORE, _BEHIND = "(?:^|[^0-9A-Za-z])", "(?:[^0-9A-Za-z]|$)"
PATTERNS = {
    "resident_id": r"(?:^|[^0-9])[1-9][0-9]{5}[ -]?[0-9]{4}[ -]?[0-9]{4}[ -]?[0-9]{3}[0-9Xx](?:[^0-9]|$)",
    "resident_id_15": rf"{_BEFORE}[1-9][0-9]{{14}}{_BEHIND}",
    "mobile": rf"(?:^|[^0-9])1[3-9][0-9][ -]?[0-9]{{4}}[ -]?[0-9]{{4}}{_BEHIND}",
    "bank_card": rf"{_BEFORE}[3-9][0-9]{{3}}[ -]?[0-9]{{4}}[ -]?[0-9]{{4}}[ -]?[0-9]{{4}}[ -]?[0-9]{{0,3}}{_BEHIND}",
    "landline": rf"{_BEFORE}0[0-9]{{2,3}}[ )-]{{1,2}}[2-8][0-9]{{6,7}}{_BEHIND}",
    "email": r"[A-Za-z0-9_%+-]@[A-Za-z0-9-]{1,63}\.[A-Za-z]{2}",
    "uscc": rf"{_BEFORE}[1-9ANY][0-9A-HJ-NP-RTUWXY][0-9]{{6}}[0-9A-HJ-NP-RTUWXY]{{10}}{_BEHIND}",
    "passport": rf"{_BEFORE}[A-Za-z]{{1,2}}[0-9]{{7,8}}{_BEHIND}",
    "plate": rf"{_PLATES}[A-HJ-NP-Z][A-HJ-NP-Z0-9]{{5}}",
    "name": "(?:姓名|联系人|投保人|被保险人|收件人)",
    "address": "[路街巷村区园寓][0-9]{1,5}(?:号|弄|栋|幢|座)",
}
"""Patterns of eleven kinds, bounded on both sides."""


def duckdb(file: str) -> Work:
    """Every cell of a CSV as text, in batches, by two threads."""
    import duckdb as engine

    base = engine.connect(config={"threads": 2, "preserve_insertion_order": "true"})

    def work() -> int:
        asked = base.execute(f"from read_csv({file!r}, all_varchar = true)")
        read = (
            asked.to_arrow_reader(100_000) if hasattr(asked, "to_arrow_reader") else asked.fetch_record_batch(100_000)
        )
        return sum(batch.num_rows for batch in read)

    return work


def fastexcel(file: str) -> Work:
    """Every cell of the first sheet of a workbook as text."""
    import fastexcel as reader

    return lambda: int(reader.read_excel(file).load_sheet(0, dtypes="string").to_arrow().num_rows)


def hyperscan(file: str) -> Work:
    """One pass with the patterns of all recognisers."""
    return _passed(file, patterns())


def hyperscan_bounded(file: str) -> Work:
    """One pass with eleven patterns."""
    return _passed(file, list(PATTERNS.values()))


def patterns() -> list[str]:
    """The patterns of all recognisers as hyperscan takes them: what is not looked at but around becomes a character."""
    rows = tomllib.loads(_RECOGNISERS.read_text(encoding="utf-8"))["recogniser"]
    return [_plain(row["prefilter"] if "(?=" in row["pattern"] else row["pattern"]) for row in rows]


def _plain(pattern: str) -> str:
    for before, behind in _PLAIN:
        pattern = re.sub(before, behind, pattern)
    return pattern


def _passed(file: str, patterns: list[str]) -> Work:
    import hyperscan as engine

    base = engine.Database(mode=engine.HS_MODE_BLOCK)
    flags = engine.HS_FLAG_UTF8 | engine.HS_FLAG_MULTILINE
    told = [pattern.encode() for pattern in patterns if _compiles(engine, pattern.encode(), flags)]
    base.compile(told, flags=[flags] * len(told), ids=list(range(len(told))))
    ends, which = array("q"), array("i")

    def met(number: int, start: int, end: int, flag: int, context: Any) -> None:
        ends.append(end)
        which.append(number)

    def work() -> int:
        text = Path(file).read_bytes()
        base.scan(text, match_event_handler=met)
        return len(text)

    return work


def _compiles(engine: Any, pattern: bytes, flags: int) -> bool:
    """Whether hyperscan takes a pattern: one that looks around is left out, which makes the ceiling higher."""
    try:
        engine.Database(mode=engine.HS_MODE_BLOCK).compile([pattern], flags=[flags], ids=[0])
    except engine.error:
        return False
    return True


CEILINGS: dict[str, Callable[[str], Work]] = {f.__name__: f for f in (duckdb, fastexcel, hyperscan, hyperscan_bounded)}


def main(arguments: list[str] | None = None) -> None:
    """Run one of them and print what it cost; what is loaded before is not counted."""
    asked = argparse.ArgumentParser(prog="python -m bench.scan_ceilings", description=__doc__)
    asked.add_argument("name", choices=CEILINGS)
    asked.add_argument("file")
    options = asked.parse_args(arguments)
    work = CEILINGS[options.name](options.file)
    wall, cpu = time.perf_counter(), time.process_time()
    size = work()
    print(json.dumps({"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu, "size": size}))


if __name__ == "__main__":
    main()
