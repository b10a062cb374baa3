"""Other scanners, each behind one function, run in a process of its own: ``python -m bench.scan_peers NAME FILE``.

Needs nothing of Headwater, so it may run in an environment of its own, where the packages of ``peers.txt`` are. Gives seconds, memory
and, if asked for, every find. Presidio runs without a language model: none comes with the package, and its entities of words
(names, places) are not asked for.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Finder = Callable[[str], list[tuple[int, int, str]]]
"""Gives start, end and kind of everything in a line."""
_B, _E = "(?<![0-9A-Za-z])", "(?![0-9A-Za-z])"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ZH_RULES = {
    "resident_id": rf"{_B}[1-9][0-9]{{5}}(?:19|20)[0-9]{{9}}[0-9Xx]{_E}",
    "mobile": rf"(?<![0-9])(?:\+?86[- ]?)?1[3-9][0-9][- ]?[0-9]{{4}}[- ]?[0-9]{{4}}{_E}",
    "bank_card": rf"{_B}62[0-9]{{14,17}}{_E}",
    "email": r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}",
    "landline": rf"{_B}0[0-9]{{2,3}}[- ]?[2-8][0-9]{{6,7}}{_E}",
    "passport": rf"{_B}[EeGg][0-9A-Za-z][0-9]{{7}}{_E}",
    "uscc": rf"{_B}[0-9A-Z]{{2}}[0-9]{{6}}[0-9A-Z]{{10}}{_E}",
    "plate": "[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z][A-HJ-NP-Z0-9]{5,6}",
}
"""Rules that anybody would give Presidio for Chinese kinds."""
_PRESIDIO = {
    "PHONE_NUMBER": "phone",
    "CREDIT_CARD": "bank_card",
    "EMAIL_ADDRESS": "email",
    "IP_ADDRESS": "ip_address",
    "MAC_ADDRESS": "mac_address",
}
_ARGUS = {
    "id_number": "resident_id",
    "person": "name",
    "credit_code": "uscc",
    "license_plate": "plate",
    "ip": "ip_address",
    "mac": "mac_address",
    "hk_macau_permit": "permit_hk_macau",
}


def presidio() -> Finder:
    """Presidio as it comes, for English; the list of domains is the one in its package, not fetched."""
    import tldextract
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry

    tldextract.tldextract.TLD_EXTRACTOR = tldextract.TLDExtract(suffix_list_urls=())
    registry = RecognizerRegistry(supported_languages=["en"])
    registry.load_predefined_recognizers(languages=["en"])
    registry.remove_recognizer("SpacyRecognizer")
    return _presidio(AnalyzerEngine(registry=registry, nlp_engine=_blank("en"), supported_languages=["en"]), "en")


def presidio_zh() -> Finder:
    """Presidio with rules for Chinese kinds, two of them with their checks."""
    from presidio_analyzer import AnalyzerEngine, Pattern, PatternRecognizer, RecognizerRegistry

    class Checked(PatternRecognizer):  # type: ignore[misc]
        def validate_result(self, pattern_text: str) -> bool | None:
            check = {"resident_id": _is_id, "bank_card": _is_luhn}.get(self.supported_entities[0])
            return check(pattern_text) if check else None

    registry = RecognizerRegistry(supported_languages=["zh"])
    for kind, rule in ZH_RULES.items():
        pattern = Pattern(kind, rule, 0.6)
        registry.add_recognizer(Checked(supported_entity=kind, patterns=[pattern], supported_language="zh"))
    return _presidio(AnalyzerEngine(registry=registry, nlp_engine=_blank("zh"), supported_languages=["zh"]), "zh")


def _blank(language: str) -> Any:
    import spacy
    from presidio_analyzer.nlp_engine import SpacyNlpEngine

    engine = SpacyNlpEngine(models=[{"lang_code": language, "model_name": "blank"}])
    engine.nlp = {language: spacy.blank(language)}
    return engine


def _presidio(engine: Any, language: str) -> Finder:
    def find(line: str) -> list[tuple[int, int, str]]:
        said = engine.analyze(text=line, language=language)
        return [(f.start, f.end, _PRESIDIO.get(f.entity_type, f.entity_type)) for f in said]

    return find


def argus() -> Finder:
    """argus-redact, its fast mode for Chinese."""
    import argus_redact

    def find(line: str) -> list[tuple[int, int, str]]:
        said = argus_redact.redact(line, lang="zh", mode="fast", detailed=True, salt=bytes(range(32)))[2]
        return [(f["start"], f["end"], _ARGUS.get(f["type"], f["type"])) for f in said["entities"]]

    return find


FINDERS: dict[str, Callable[[], Finder]] = {"presidio": presidio, "presidio_zh": presidio_zh, "argus": argus}


def _is_id(text: str) -> bool:
    digits = re.sub("[ -]", "", text).upper()
    return "10X98765432"[sum(int(d) * w for d, w in zip(digits[:17], _WEIGHTS, strict=True)) % 11] == digits[17]


def _is_luhn(text: str) -> bool:
    doubled = [int(d) * (1 + place % 2) for place, d in enumerate(reversed(text))]
    return sum(value - 9 * (value > 9) for value in doubled) % 10 == 0


def run(name: str, file: Path, megabytes: float | None, finds: Path | None) -> dict[str, float]:
    """Let a scanner look at the first part of a text, line by line."""
    with file.open("rb") as stream:
        text = stream.read(-1 if megabytes is None else int(megabytes * 1e6))
    lines = text.decode("utf-8", "ignore").split("\n")
    find = FINDERS[name]()
    find("电话 15400000001, a@example.com")  # what is loaded late is not what is measured
    wall, cpu = time.perf_counter(), time.process_time()
    said = [find(line) if line else [] for line in lines]
    told = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu, "mb": len(text) / 1e6}
    if finds is not None:
        rows = [[line, *one] for line, several in enumerate(said) for one in several]
        finds.write_text(json.dumps(rows), encoding="utf-8")
    return {**told, "lines": len(lines), "peak_mb": _peak_mb()}


def _peak_mb() -> float:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.search(r"VmHWM:\s+(\d+)", status).group(1)) / 1024  # type: ignore[union-attr]


def main(arguments: list[str] | None = None) -> None:
    """Run one scanner on one file."""
    asked = argparse.ArgumentParser(prog="python -m bench.scan_peers", description=__doc__)
    asked.add_argument("name", choices=FINDERS)
    asked.add_argument("file", type=Path)
    asked.add_argument("--mb", type=float, help="how much of the file (default: all)")
    asked.add_argument("--finds", type=Path, help="where every find is written, as JSON")
    options = asked.parse_args(arguments)
    print(json.dumps(run(options.name, options.file, options.mb, options.finds)))


if __name__ == "__main__":
    main()
