"""``python -m bench.pictures``: how well text in pictures is read, and the identifiers in it found.

Makes pictures of made people (identity cards and spreadsheets photographed at an angle, screenshots of chats, scanned
letters; blurred, noisy, JPEG quality 40 to 90; and, as ``far``, spreadsheets in letters of 13 to 15 pixels, far askew and out of
focus, quality 25 to 50), reads each by the reader of pictures, and counts by kind. ``read``: the written
value stands in the read text, blanks aside. ``found``: it is recognised, in text or in a column; precision is the share of
what is recognised that was written. Says seconds for each picture and the peak of memory.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from statistics import mean

from bench.picture_scenes import KINDS, SCENES, Picture
from headwater.exhibits.contents import Content, Given, Passage
from headwater.exhibits.member import plain
from headwater.exhibits.readers.picture import READER
from headwater.exhibits.sheets import Sheet
from headwater.identifiers.columns import compact_array, recognise
from headwater.identifiers.text import find
from headwater.model.exhibit import Exhibit, NotRead

SEED = 6


@dataclass(slots=True)
class Tally:
    """Counts of one scene, by kind."""

    written: Counter[str] = field(default_factory=Counter)
    read: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    claimed: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    tables: int = 0
    unclear: int = 0

    def add(self, picture: Picture, contents: list[Content]) -> None:
        """Count one picture."""
        text = "".join("".join(line.split()) for line in lines_of(contents))
        claims = recognised(contents)
        for kind in KINDS:
            self.written[kind] += len(picture.written[kind])
            self.read[kind] += sum(value in text for value in picture.written[kind])
            self.found[kind] += len(claims[kind] & picture.written[kind])
            self.claimed[kind] += len(claims[kind])
        self.tables += any(isinstance(part, Sheet) for part in contents)
        self.unclear += sum(isinstance(part, NotRead) for part in contents)


def lines_of(contents: list[Content]) -> list[str]:
    """Everything that was read, as lines."""
    made: list[str] = []
    for part in contents:
        if isinstance(part, Passage):
            made += part.lines
        elif isinstance(part, Sheet):
            made += ["\t".join(cell or "" for cell in row.values()) for row in part.rows.to_pylist()]
            made.append("\t".join(part.columns))
    return made


def recognised(contents: list[Content]) -> dict[str, set[str]]:
    """What is recognised: by columns in tables that have them, else in the text."""
    claims: dict[str, set[str]] = {kind: set() for kind in KINDS}
    for part in contents:
        if isinstance(part, Sheet):
            for column in part.columns:
                values = part.rows.column(column)
                judged = recognise(column, values)
                if judged is not None and judged.kind in claims:
                    claims[judged.kind] |= {v for v in compact_array(judged.kind, values).to_pylist() if v}
        elif isinstance(part, Passage):
            for match in (match for line in part.lines for match in find(line)):
                if match.kind in claims:
                    claims[match.kind].add(match.compact)
    return claims


def measured(each: int, seed: int, folder: Path, keep: bool) -> dict[str, Tally]:
    """Make and read that many pictures of each scene."""
    tallies = {name: Tally() for name in SCENES}
    for name, make in SCENES.items():
        for number in range(each):
            picture = make(Random(f"{seed}/{name}/{number}"))
            file = folder / f"{name}-{number:02}.jpg"
            file.write_bytes(picture.data)
            start = time.perf_counter()
            contents = list(READER.read(plain(Exhibit(file.name, file, "seized", None, len(picture.data))), Given()))
            tallies[name].seconds.append(time.perf_counter() - start)
            tallies[name].add(picture, contents)
            if keep:
                file.with_suffix(".txt").write_text("\n".join(lines_of(contents)), "utf-8")
            print(f"… {name} {number + 1}/{each}", file=sys.stderr)
    return tallies


def table(tallies: dict[str, Tally]) -> str:
    """The figures as a table."""
    lines = [
        f"| {'scene':7} | {'kind':12} | written | read | found | precision |",
        "| --- | --- | ---: | ---: | ---: | ---: |",
    ]
    whole = Tally()
    for name, tally in [*tallies.items(), ("all", whole)]:
        for kind in KINDS:
            if name != "all":
                for field_name in ("written", "read", "found", "claimed"):
                    getattr(whole, field_name)[kind] += getattr(tally, field_name)[kind]
            if tally.written[kind]:
                shares = (tally.read[kind] / tally.written[kind], tally.found[kind] / tally.written[kind])
                right = f"{tally.found[kind] / tally.claimed[kind]:.3f}" if tally.claimed[kind] else "–"
                lines.append(
                    f"| {name:7} | {kind:12} | {tally.written[kind]:7} | {shares[0]:.3f} | {shares[1]:.3f} | {right} |"
                )
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> None:
    """Run the measurement."""
    asked = argparse.ArgumentParser(prog="python -m bench.pictures", description=__doc__)
    asked.add_argument("--each", type=int, default=16, help="pictures of each scene (default: 16)")
    asked.add_argument("--seed", type=int, default=SEED)
    asked.add_argument("--keep", type=Path, help="folder in which the pictures and their texts stay")
    options = asked.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="pictures") as space:
        folder = options.keep or Path(space)
        folder.mkdir(parents=True, exist_ok=True)
        tallies = measured(options.each, options.seed, folder, options.keep is not None)
    print(table(tallies))
    for name, tally in tallies.items():
        print(f"{name}: {mean(tally.seconds):.1f} s a picture (longest {max(tally.seconds):.1f} s), ", end="")
        print(f"{tally.tables} of {len(tally.seconds)} as tables, {tally.unclear} with unclear lines")
    print(f"peak of memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10} MB")


if __name__ == "__main__":
    main()
