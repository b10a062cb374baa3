"""``python -m bench.private_matching``: what private matching costs per identifier, as ratios to a keyed BLAKE2b hash in the same run.

Two made lists of telephone numbers that are nobody's, half of them in both. For each method: what the party does before (read the
list, blind, write), what the holder or server does, what the party does after, and the comparison itself. CPU seconds of one
process, the same lists for all; reading the list is also given by itself, because every step of a party begins with it.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any

from bench.cost import peak_mb
from bench.machine import machine
from headwater.exchange import holder, party, psi
from headwater.exchange.holder import Opening
from headwater.exchange.office import Policy, make_office
from headwater.exchange.people import read_people
from headwater.exchange.rules import Approval
from headwater.exchange.terms import METHODS, Method

RESULTS = Path(__file__).with_name("private_matching.json")
NOW, LAST, LI = datetime(2026, 11, 22, tzinfo=UTC), date(2026, 12, 31), Approval("Li", "Wang")


@dataclass(slots=True)
class Clock:
    """CPU seconds by step, per identifier."""

    items: int
    each: dict[str, float] = field(default_factory=dict)

    def time(self, step: str, work: Callable[[], Any]) -> Any:
        start = time.process_time()
        done = work()
        self.each[step] = (time.process_time() - start) / self.items
        return done


def main(arguments: list[str] | None = None) -> None:
    """Measure, print, keep the figures."""
    asked = argparse.ArgumentParser(prog="python -m bench.private_matching", description=__doc__)
    asked.add_argument("--items", type=float, default=1e5, help="identifiers of each list (default: 1e5)")
    asked.add_argument("--psi-items", type=float, default=1e4, help="the same for PSI, which is slower (default: 1e4)")
    asked.add_argument("--methods", default=",".join((*METHODS, "psi")), help="which (default: all)")
    asked.add_argument("--out", type=Path, default=RESULTS)
    options = asked.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="headwater-matching-") as space:
        told = run(Path(space), int(options.items), int(options.psi_items), options.methods.split(","))
    options.out.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(told, indent=1))


def run(space: Path, items: int, psi_items: int, methods: list[str]) -> dict[str, Any]:
    """The figures of all methods asked for."""
    unit = _hash(items)
    told: dict[str, Any] = {}
    for method in METHODS:
        if method in methods:
            told[method] = _shown(_by_holder(space / method, items, method), unit)
    if "psi" in methods:
        told["psi"] = _shown(_by_psi(space / "psi", psi_items), unit)
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": machine(),
        "items": items,
        "psi_items": psi_items,
        "hash_us": round(unit * 1e6, 3),
        "peak_mb": round(peak_mb()),
        "methods": told,
    }


def _shown(clock: Clock, unit: float) -> dict[str, dict[str, float]]:
    return {s: {"us": round(v * 1e6, 2), "ratio": round(v / unit, 1)} for s, v in clock.each.items()}


def _hash(items: int) -> float:
    """CPU seconds of one keyed hash, best of three."""
    inputs, key, best = [f"mobile\x1f154{n:08}".encode() for n in range(items)], b"k" * 32, 1e9
    for _ in range(3):
        start = time.process_time()
        for each in inputs:
            blake2b(each, key=key, digest_size=16).digest()
        best = min(best, time.process_time() - start)
    return best / items


def _lists(space: Path, items: int) -> tuple[Path, Path]:
    space.mkdir(parents=True)
    for name, first in (("a", 0), ("b", items // 2)):
        lines = "".join(f"154{n:08}\n" for n in range(first, first + items))
        (space / f"{name}.csv").write_text(f"手机号\n{lines}", encoding="utf-8")
    return space / "a.csv", space / "b.csv"


def _by_holder(space: Path, items: int, method: Method) -> Clock:
    ours, theirs = _lists(space, items)
    rules = Policy(cap=10 * items, daily=10 * items, second_over=items)
    police, first, second = (make_office(space / name, name, rules) for name in ("police", "first", "second"))
    opening = Opening("17", "bench", LAST, method)
    terms = holder.open_exchange(police, (first.card, second.card), opening, LI, space / "terms", NOW)
    clock, other = Clock(items), Clock(items)
    clock.time("read", lambda: read_people([ours]))
    for office, file, at in ((first, ours, clock), (second, theirs, other)):
        request, answer, tokens = (space / f"{office.card.name}.{k}" for k in ("request", "answer", "tokens"))
        at.time(
            "request",
            lambda o=office, f=file, out=request: party.request(o, terms, [f], out, "bench", NOW, known=terms.parties),
        )
        at.time("answer", lambda q=request, out=answer: holder.answer(police, q, out, LI, NOW))
        at.time("tokens", lambda o=office, a=answer, f=file, out=tokens: party.make_tokens(o, terms, a, [f], out))
    theirs, bound = space / "second.tokens", space / "second.tokens.commitment"
    found = clock.time("intersect", lambda: party.intersect(first, terms, theirs, bound))
    assert found.both == items - items // 2
    return clock


def _by_psi(space: Path, items: int) -> Clock:
    ours, theirs = _lists(space, items)
    rules = Policy(cap=10 * items, daily=10 * items, second_over=items)
    client, server = (make_office(space / name, name, rules) for name in ("client", "server"))
    clock, request, answer = Clock(items), space / "request", space / "answer"
    matter, serving = psi.Matter("17", "bench"), psi.Serving(LI)
    clock.time("read", lambda: read_people([ours]))
    clock.time("request", lambda: psi.request(client, server.card, [ours], request, matter, NOW))
    clock.time("answer", lambda: psi.answer(server, client.card, request, [theirs], answer, serving, NOW))
    found = clock.time("result", lambda: psi.result(client, server.card, answer, [ours]))
    assert found.both == items - items // 2
    return clock


if __name__ == "__main__":
    main()
