"""The account of one buyer with one seller: hops that are owed, payments as they came, and which payment was for what.

The rules are those of the trade: paid right after asking, after the answer, half and half, several at once, by the day or the
week, or drawn from money put down beforehand. Where a price is known it decides; where none is, the time does, and what the
same pair paid for the same kind of item.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from math import isnan, log

MINUTE = 60_000_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
_EARLY = 5 * MINUTE
_PREPAID = 45 * MINUTE
_BURST = 2 * MINUTE
_POSTPAID = 36 * HOUR
_OWED = 9 * DAY
_HALF = 5.0
"""What the two halves of a price may differ by, from rounding."""
_MOST = 14
"""Hops among which a sum is sought in any combination."""
_LOOKED_AT = 250
"""Hops of one pair among which a payment looks for its own."""
_WORST = 2.4
_BARGAIN = 0.4
"""How much less likely it is that a price that was named was not paid to the cent."""
_DEPOSIT = 2.5


@dataclass(frozen=True, slots=True)
class Part:
    """An amount of one payment that was laid to one hop. ``how``: pre, post, half, rest, together, settled, drawn."""

    payment: int
    hop: int
    amount: float
    how: str


@dataclass(slots=True)
class Owed:
    """One hop: when it was asked and answered (negative: never), its price where it is told, and about what it should be."""

    asked: int
    answered: int
    price: float
    usual: float
    paid: float = 0.0
    how: str = ""

    @property
    def due(self) -> float:
        """The price as far as anything tells it."""
        return self.price if not isnan(self.price) else self.usual


@dataclass(slots=True)
class Ledger:
    """``counts``: how often this pair has paid in which way, from an earlier round."""

    hops: list[Owed]
    counts: dict[str, int] = field(default_factory=dict)
    parts: list[Part] = field(default_factory=list)
    deposits: list[tuple[int, int, float]] = field(default_factory=list)
    _first: int = 0
    _next: int = 0

    def take(self, number: int, time: int, amount: float, orders: int = 0, put_down: bool = False) -> None:
        """Lay one payment; they come in order of time. ``orders``: how many it is said to be for (0: not said); ``put_down``: it is
        said to be drawn on later."""
        if put_down:
            self.deposits.append((number, time, amount))
            return
        asked, answered = self._open(time)
        found = self._called_for(amount, answered, orders) or self._told(time, amount, asked, answered)
        found = found or self._likely(time, amount, asked, answered)
        if found is None:
            if self._is_deposit(amount):
                self.deposits.append((number, time, amount))
            return
        how, places = found
        self._settle(number, amount, how, places)

    def draw(self) -> None:
        """Draw what was put down on the hops that nothing else paid, in the order of asking."""
        waiting = iter(self.deposits)
        held: list[list[float]] = []
        upcoming = next(waiting, None)
        for place, hop in enumerate(self.hops):
            while upcoming is not None and upcoming[1] <= hop.asked + HOUR:
                held.append([upcoming[0], upcoming[2]])
                upcoming = next(waiting, None)
            if hop.paid or hop.answered < 0 or isnan(hop.due) or sum(h[1] for h in held) < hop.due:
                continue
            self._drawn(place, hop, held)

    def _drawn(self, place: int, hop: Owed, held: list[list[float]]) -> None:
        left = hop.due
        for deposit in held:
            taken = min(left, deposit[1])
            if taken > 0:
                self.parts.append(Part(int(deposit[0]), place, taken, "drawn"))
                deposit[1] -= taken
                left -= taken
        hop.paid, hop.how = hop.due, "drawn"

    def _open(self, time: int) -> tuple[list[int], list[int]]:
        """Hops asked shortly before, latest first; hops answered and not paid, oldest first. Of very many only the latest are looked at."""
        hops, count = self.hops, len(self.hops)
        while self._next < count and hops[self._next].asked <= time + _EARLY:
            self._next += 1
        while self._first < self._next and (
            hops[self._first].asked < time - 2 * _OWED or self._whole(hops[self._first])
        ):
            self._first += 1
        asked, answered = [], []
        for place in range(max(self._first, self._next - _LOOKED_AT), self._next):
            hop = hops[place]
            if not hop.paid and time - hop.asked <= _PREPAID:
                asked.append(place)
            if 0 <= hop.answered <= time + _EARLY and time - hop.answered <= _OWED and not self._whole(hop):
                answered.append(place)
        return asked[::-1], sorted(answered, key=lambda p: hops[p].answered)

    @staticmethod
    def _whole(hop: Owed) -> bool:
        """Whether nothing more is owed; what was paid before the answer may have been the half of a price that nobody told."""
        if hop.paid <= 0:
            return False
        return hop.paid >= hop.price - 0.5 if not isnan(hop.price) else hop.how not in ("half", "pre")

    def _called_for(self, amount: float, answered: list[int], orders: int) -> tuple[str, list[int]] | None:
        """The orders that the seller has counted: the latest that are answered and not paid, or those whose prices fit."""
        owed = [p for p in answered if not self.hops[p].paid]
        if not orders or len(owed) < orders:
            return None
        told = [run for run in (owed[-orders:], owed[:orders]) if _same(sum(self.hops[p].price for p in run), amount)]
        return "settled" if orders > 1 else "post", (told or [owed[-orders:]])[0]

    def _told(self, time: int, amount: float, asked: list[int], answered: list[int]) -> tuple[str, list[int]] | None:
        """What prices that are known explain to the cent."""
        hops = self.hops
        single = [p for p in asked if _same(hops[p].price, amount)]
        if single:
            return "pre", [min(single, key=lambda p: abs(time - hops[p].asked))]
        rest = [p for p in answered if hops[p].how == "half" and _same(hops[p].price - hops[p].paid, amount)]
        if rest:
            return "rest", rest[-1:]
        late = [p for p in answered if not hops[p].paid and _same(hops[p].price, amount)]
        if late:
            return "post", late[-1:]
        for burst in self._bursts(asked):
            if len(burst) > 1 and _same(sum(hops[p].price for p in burst), amount):
                return "together", burst
        owed = [p for p in answered if not hops[p].paid]
        run = _sum_of(owed, [hops[p].price for p in owed], amount)
        if run is not None:
            return "settled", run
        half = [p for p in asked if abs(hops[p].price / 2 - amount) <= _HALF]
        return ("half", half[:1]) if half else None

    def _likely(self, time: int, amount: float, asked: list[int], answered: list[int]) -> tuple[str, list[int]] | None:
        """What time and the usual price explain best."""
        best: tuple[float, str, list[int]] | None = None
        for how, places, lag in self._options(time, amount, asked, answered):
            due = sum(self._asked_for(how, place) for place in places)
            off = 0.45 if isnan(due) or due <= 0 else 3 * abs(log(amount / due))
            bargained = _BARGAIN * any(not isnan(self.hops[p].price) for p in places)
            cost = off + lag + self._habit(how) + bargained
            if cost <= _WORST and (best is None or cost < best[0]):
                best = (cost, how, places)
        return None if best is None else (best[1], best[2])

    def _options(
        self, time: int, amount: float, asked: list[int], answered: list[int]
    ) -> Iterable[tuple[str, list[int], float]]:
        hops = self.hops
        for burst in self._bursts(asked)[:4]:
            lag = abs(time - hops[burst[0]].asked) / (30 * MINUTE)
            if len(burst) > 1:
                yield "together", burst, lag
            for place in burst[:4]:
                yield "pre", [place], lag
                yield "half", [place], lag + 0.3
        for place in answered[-6:]:
            lag = abs(time - hops[place].answered) / (12 * HOUR)
            if hops[place].how in ("half", "pre") and abs(hops[place].paid - amount) <= max(_HALF, 0.02 * amount):
                yield "rest", [place], lag + 0.3
            elif not hops[place].paid:
                yield "post", [place], min(lag, 1.2)
        owed = [p for p in answered if not hops[p].paid]
        if len(owed) > 1:
            fitting = _sum_of(owed, [hops[p].due for p in owed], amount)
            if fitting is not None:
                yield "settled", fitting, 0.1
            closest = _closest(owed, [hops[p].due for p in owed], amount)
            if closest is not None:
                yield "settled", closest, 0.4
            yield "settled", owed, 0.3
            today = [p for p in owed if time - hops[p].answered <= DAY]
            if 1 < len(today) < len(owed):
                yield "settled", today, 0.2

    def _asked_for(self, how: str, place: int) -> float:
        hop = self.hops[place]
        return (
            hop.due / 2
            if how == "half"
            else hop.due - hop.paid
            if how == "rest" and hop.due > hop.paid
            else hop.due
            if how != "rest"
            else hop.paid
        )

    def _habit(self, how: str) -> float:
        """What this pair does seldom is less likely."""
        whole = sum(self.counts.values())
        return -log((self.counts.get(how, 0) + 1) / (whole + 6)) / 3 if whole else 0.3 * (how == "half")

    def _bursts(self, asked: list[int]) -> list[list[int]]:
        """Hops asked in one breath, the latest first."""
        found: list[list[int]] = []
        for place in asked:
            if found and self.hops[found[-1][-1]].asked - self.hops[place].asked <= _BURST:
                found[-1].append(place)
            else:
                found.append([place])
        return [burst[::-1] for burst in found]

    def _is_deposit(self, amount: float) -> bool:
        known = [h.due for h in self.hops if not isnan(h.due)]
        return bool(known) and amount >= _DEPOSIT * (sum(known) / len(known)) and amount % 50 == 0

    def _settle(self, number: int, amount: float, how: str, places: list[int]) -> None:
        told = [self.hops[p].price for p in places]
        for place, share in zip(places, shares(amount, told, [self.hops[p].due for p in places]), strict=True):
            hop = self.hops[place]
            self.parts.append(Part(number, place, share, how))
            hop.paid += share
            hop.how = how if how != "rest" else "halves"


def shares(amount: float, told: Sequence[float], dues: Sequence[float]) -> list[float]:
    """Split a sum over hops: prices that are told are met, the rest goes by what is usual, in steps of 5 where it is whole fives."""
    if len(dues) == 1:
        return [amount]
    left = amount - sum(t for t in told if not isnan(t))
    open_ = [n for n, t in enumerate(told) if isnan(t)]
    if left <= 0 or not open_:
        return _split(amount, dues)
    made = list(told)
    for place, share in zip(open_, _split(left, [dues[n] for n in open_]), strict=True):
        made[place] = share
    return made


def _split(amount: float, dues: Sequence[float]) -> list[float]:
    known = [d for d in dues if not isnan(d) and d > 0]
    usual = sum(known) / len(known) if known else 1.0
    weights = [usual if isnan(d) or d <= 0 else d for d in dues]
    if abs(sum(weights) - amount) < 0.01:
        return weights
    step = 5.0 if amount % 5 == 0 and amount >= 10 * len(dues) else 0.01
    exact = [amount * w / sum(weights) for w in weights]
    made = [int(e / step) * step for e in exact]
    lacking = round((amount - sum(made)) / step)
    for place in sorted(range(len(made)), key=lambda p: made[p] - exact[p])[: max(lacking, 0)]:
        made[place] += step
    made[-1] += amount - sum(made)
    return [round(m, 2) for m in made]


def _closest(places: list[int], dues: list[float], amount: float) -> list[int] | None:
    """The run from the oldest that comes nearest to the sum."""
    if any(isnan(d) for d in dues):
        return None
    total, best, size = 0.0, amount, 0
    for number, due in enumerate(dues, 1):
        total += due
        if abs(total - amount) < best:
            best, size = abs(total - amount), number
    return places[:size] if size > 1 else None


def _same(price: float, amount: float) -> bool:
    return abs(price - amount) < 0.005


def _sum_of(places: list[int], prices: list[float], amount: float) -> list[int] | None:
    """Hops whose known prices add up to the sum: all, a run from the oldest or to the newest, or any few of them."""
    if len(places) < 2:
        return None
    for size in range(len(places), 1, -1):
        for part in (slice(0, size), slice(len(places) - size, len(places))):
            if _same(sum(prices[part]), amount):
                return places[part]
    known = [(p, c) for p, c in zip(places, prices, strict=True) if not isnan(c)][:_MOST]
    for size in range(2, min(4, len(known)) + 1):
        for chosen in combinations(known, size):
            if _same(sum(c for _, c in chosen), amount):
                return [p for p, _ in chosen]
    return None
