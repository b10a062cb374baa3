"""Works out how often a random text of a national number's shape passes its check, and writes it into the data file.

Run as ``python scripts/national_chances.py`` with python-stdnum installed; seed and draws are fixed.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

from headwater.identifiers.national import National, numbers

FILE = Path(__file__).parents[1] / "src" / "headwater" / "identifiers" / "data" / "national.toml"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
DRAWN = {"9": "0123456789", "A": LETTERS, "C": LETTERS + "0123456789", "K": "0123456789K", "S": "-+A"}
DRAWS = 40_000
NEEDS_HEADER = 1e-3


def chance(number: National, draws: int = DRAWS, seed: int = 7) -> float:
    """The share of random texts of the number's likeliest shape that pass; one more than were seen, so that none is zero."""
    dice = np.random.default_rng(seed)
    shares = []
    for shape in number.shapes:
        columns = [dice.choice(list(DRAWN.get(c, c)), draws) for c in shape]
        texts = pa.array(["".join(row) for row in zip(*columns, strict=True)])
        shares.append((draws - number.compact_array(texts).null_count + 1) / (draws + 1))
    return max(shares)


def main() -> None:
    """Write every share into the data file."""
    text = FILE.read_text("utf-8")
    for name, number in numbers().items():
        share = chance(number)
        told = f"chance = {share:.2g}\ncontext = {'true' if share > NEEDS_HEADER else 'false'}"
        text = re.sub(rf"(?ms)^(\[{name}\].*?)^chance = \S+\ncontext = \S+$", rf"\g<1>{told}", text, count=1)
    FILE.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
