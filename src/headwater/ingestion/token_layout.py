"""Which token of a proxy's line is what: learned from a look at some lines, as every site orders them its own way."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import median

from headwater.ingestion.addresses import ADDRESS

METHODS = frozenset(
    {"GET", "POST", "PUT", "HEAD", "CONNECT", "OPTIONS", "DELETE", "PATCH", "TRACE"}
    | {"PROPFIND", "PROPPATCH", "REPORT", "SEARCH", "MKCOL", "COPY", "MOVE", "LOCK", "UNLOCK", "PURGE", "NONE"}
)
TIME = r"\d{9,10}(?:\.\d{1,6})?|\d{1,2}/[A-Z][a-z]{2}/\d{4}:[\d:.]{8,}(?:[+-]\d{4})?|\d{4}-\d\d-\d\dT[\d:.]{5,}\S*"
RESULT = r"[A-Z][A-Z_]*/\d{3}"
_KINDS = (
    ("time", re.compile(TIME)),
    ("number", re.compile(r"\d{1,18}")),
    ("ip", re.compile(rf"\[?{ADDRESS}\]?(?::\d{{1,5}})?")),
    ("result", re.compile(RESULT)),
    ("route", re.compile(r"[A-Z][A-Z_]*[/:]\S*")),  # how the proxy got it: HIER_DIRECT/198.51.100.4
    ("url", re.compile(r"[A-Za-z][\w+.-]*://\S+")),
    ("type", re.compile(r"[a-z]+/[a-z0-9.+*-]+")),
    ("nothing", re.compile("-?")),
)
_MOST = 0.6
_FAR_LARGER = 3


@dataclass(frozen=True, slots=True)
class TokenLayout:
    """The 0-based places of tokens by role: time, ip, result or status, method, url, user, reply, request."""

    places: tuple[tuple[str, int], ...]

    def of(self, role: str) -> int | None:
        """Give the place of a role, or ``None``."""
        return dict(self.places).get(role)


@lru_cache(4096)
def kind_of(token: str) -> str:
    """Give what a token looks like."""
    if token in METHODS:
        return "method"
    return next((name for name, shape in _KINDS if shape.fullmatch(token)), "word")


def learn(lines: Sequence[Sequence[str]]) -> TokenLayout | None:
    """Find the layout that most of these lines of tokens share; ``None`` if they tell of no requests by a proxy."""
    # a line without a method is no request, and costs no further look
    kinds = [[] if METHODS.isdisjoint(line) else [kind_of(token) for token in line] for line in lines]
    ways = Counter(tuple(_landmarks(line).items()) for line in kinds)
    ways.pop((), None)
    if not ways:
        return None
    marks = dict(ways.most_common(1)[0][0])
    alike = [n for n, line in enumerate(kinds) if _landmarks(line) == marks]
    lines, kinds = [lines[n] for n in alike], [kinds[n] for n in alike]
    used = set(marks.values()) | {marks["url"]}
    if "result" not in marks:
        status = next((p for p in _places(kinds, {"number"}) if p not in used and _all_statuses(lines, p)), None)
        if status is not None:
            marks["status"] = status
            used.add(status)
    user = _user(lines, kinds, marks["url"], used)
    if user is not None:
        marks["user"] = user
    marks |= _sizes(lines, kinds, marks, used)
    return TokenLayout(tuple(sorted(marks.items())))


def _landmarks(kinds: Sequence[str]) -> dict[str, int]:
    """Give the places that cannot be mistaken; empty if the line is no request."""
    first = {kind: place for place, kind in reversed(list(enumerate(kinds)))}
    if not {"time", "method"} <= first.keys() or first["method"] + 1 >= len(kinds):
        return {}
    if not {"result", "ip"} & first.keys():
        return {}
    marks = {kind: first[kind] for kind in ("time", "method", "ip", "result") if kind in first}
    return marks | {"url": first["method"] + 1}


def _places(kinds: Sequence[Sequence[str]], wanted: set[str]) -> list[int]:
    """Give the places where most lines have a token of the wanted kinds, or nothing."""
    width = min(len(line) for line in kinds)
    wanted = wanted | {"nothing"}
    return [p for p in range(width) if sum(line[p] in wanted for line in kinds) >= _MOST * len(kinds)]


def _all_statuses(lines: Sequence[Sequence[str]], place: int) -> bool:
    return all(re.fullmatch(r"[1-5]\d\d|000|-", line[place]) for line in lines)


def _user(lines: Sequence[Sequence[str]], kinds: Sequence[Sequence[str]], url: int, used: set[int]) -> int | None:
    """Find the account: behind the address, as Squid has it, or the first column of words that says anything."""
    free = [p for p in _places(kinds, {"word"}) if p not in used]
    order = sorted(free, key=lambda p: (p != url + 1, p))
    telling = [p for p in order if any(line[p] not in ("-", "") for line in lines)]
    return next(iter(telling or order), None)


def _sizes(
    lines: Sequence[Sequence[str]], kinds: Sequence[Sequence[str]], marks: dict[str, int], used: set[int]
) -> dict[str, int]:
    """Find the bytes of reply and request: the first or only size is the reply's, unless another is far larger."""
    after = marks.get("result", marks.get("status", marks.get("ip", 0)))
    only_numbers = [p for p in _places(kinds, {"number"}) if any(line[p] == "number" for line in kinds)]
    free = [p for p in only_numbers if p not in used and p > after]
    if not free:
        return {}
    reply, others = free[0], free[1:]
    if not others:
        return {"reply": reply}
    request = reply + 1 if reply + 1 in others else others[-1]
    asked = [line for line in lines if line[marks["method"]] == "GET"] or lines
    if _typical(asked, request) > _FAR_LARGER * _typical(asked, reply):
        reply, request = request, reply
    return {"reply": reply, "request": request}


def _typical(lines: Sequence[Sequence[str]], place: int) -> float:
    return median([int(line[place]) for line in lines if line[place].isdecimal()] or [0])
