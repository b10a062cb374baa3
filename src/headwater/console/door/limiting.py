"""How often: requests of an address, a session, by tokens; sign-ins that failed; passwords that are looked at, at once.

What is counted lies in memory: a restart forgives it. What must not be forgiven (an account shut after so many wrong
passwords) is the casebook's.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from ipaddress import IPv6Network, ip_address
from threading import BoundedSemaphore

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from headwater.console.door.rules import Rates
from headwater.console.errors import BusyError, TooOftenError
from headwater.model.errors import CaseError
from headwater.store.casebook.sealing import folded


class Limiter:
    """Counts for one server. Thread-safe."""

    def __init__(self, rates: Rates) -> None:
        self.rates = rates
        self._windows = FixedWindowRateLimiter(MemoryStorage())
        self._strangers, self._signed_in, self._tokens = map(parse, (rates.strangers, rates.signed_in, rates.tokens))
        self._failures = (parse(rates.failures), parse(rates.failures_of_day))
        self._of_name, self._of_browser = parse(rates.failures_of_name), parse(rates.failures_of_browser)
        self._queue = BoundedSemaphore(rates.hashing + rates.waiting)
        self._hashing, self._asking = BoundedSemaphore(rates.hashing), BoundedSemaphore(rates.providing)

    def lets(self, address: str, ticket: str, by_token: bool) -> bool:
        """Whether a request may come in, which is counted by this."""
        if ticket:
            return self._windows.hit(self._signed_in, "session", _short(ticket))
        return self._windows.hit(self._tokens if by_token else self._strangers, "address", network(address))

    @contextmanager
    def signing_in(self, address: str, name: str, browser: str = "") -> Iterator[None]:
        """Leave to look at one password; an error inside counts as a failure of the address and of the name.

        :param browser: the number of one that is known (:mod:`headwater.console.door.recognising`), which counts alone
        :raises TooOftenError: where too many failed
        :raises BusyError: where too many wait
        """
        asked = [(self._of_browser, ("browser", browser))] if browser else self._asked(address, name)
        self._insist(asked)  # before anybody waits: a flood costs nothing
        if not self._queue.acquire(blocking=False):
            raise BusyError("too many sign in at this moment; try again", 2)
        try:
            with self._hashing:
                self._insist(asked)
                try:
                    yield
                except CaseError:
                    for item, key in asked:
                        self._windows.hit(item, *key)
                    raise
        finally:
            self._queue.release()

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Leave to ask the house's own sign-in, which may be slow: the threads of the server are for others too.

        :raises BusyError: where too many do
        """
        if not self._asking.acquire(blocking=False):
            raise BusyError("too many sign in at this moment; try again", 2)
        try:
            yield
        finally:
            self._asking.release()

    def _insist(self, asked: list[tuple[RateLimitItem, tuple[str, str]]]) -> None:
        if not all(self._windows.test(item, *key) for item, key in asked):
            raise TooOftenError("too many attempts; wait a while", 60)

    def _asked(self, address: str, name: str) -> list[tuple[RateLimitItem, tuple[str, str]]]:
        of_name = (self._of_name, ("name", _short(folded(name))))
        return [*((item, ("failed", network(address))) for item in self._failures), of_name]


def network(address: str) -> str:
    """By what an address is counted: of IPv6 the first 64 bits, of which one customer has all the rest.

    >>> network("192.0.2.7"), network("2001:db8::1:2:3:4"), network("unix")
    ('192.0.2.7', '2001:db8::/64', 'unix')
    """
    try:
        told = ip_address(address)
    except ValueError:
        return address
    return str(told) if told.version == 4 else str(IPv6Network((told, 64), strict=False))


def _short(told: str) -> str:
    return sha256(told.encode()).hexdigest()[:32]
