"""One name for one account and one device, however a log writes them.

``CORP\\U1010``, ``u1010@corp.example`` and ``U1010`` are the account that the account list calls ``u1010``;
``PC-2021.corp.example`` is the workstation ``PC-2021``. Names that no table knows are given in lower case (accounts)
and upper case (devices). A name that is itself a person's number (a mobile as a log-on) is masked, with a piece of its
token so that two stay two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from ipaddress import ip_address

import pyarrow as pa
import pyarrow.compute as pc

from headwater.identifiers.text import mask_line
from headwater.store.tokens import Tokeniser

_REMEMBERED = 1 << 16  # names; every batch of a log has the same ones
_NOBODY = frozenset({"", "-", "anonymous", "null", "none", "n/a", "(null)"})


class Names:
    """Knows the accounts and workstations of the organisation's tables."""

    def __init__(self, accounts: Iterable[str], devices: Iterable[str], tokeniser: Tokeniser) -> None:
        self._accounts = {a.casefold(): a for a in sorted(set(accounts), reverse=True)}
        self._devices = {_short(d): d for d in sorted(set(devices), reverse=True)}
        self._tokeniser = tokeniser
        self._safe = lru_cache(_REMEMBERED)(self._masked)

    def account(self, written: str) -> str | None:
        """The account that a log means; ``None`` for nobody."""
        whole = written.strip().casefold()
        bare = whole.rsplit("\\", 1)[-1].split("@", 1)[0]
        for name in (whole, whole.rsplit("\\", 1)[-1], bare):
            if name in self._accounts:
                return self._safe(self._accounts[name])
        return None if bare in _NOBODY else self._safe(bare)

    def device(self, written: str) -> str | None:
        """The device that a log means; ``None`` for none."""
        short = _short(written)
        if short in _NOBODY:
            return None
        return self._devices.get(short, short.upper())

    def spelt(self) -> list[str]:
        """Names of the tables that are written otherwise than a name that no table knows would be."""
        accounts = [a for a in self._accounts.values() if a != a.casefold()]
        return sorted(accounts) + sorted(d for d in self._devices.values() if d != _short(d).upper())

    def accounts(self, column: pa.Array) -> pa.Array:
        """An array of accounts; each distinct name is looked at once."""
        return _mapped(column, self.account)

    def kept(self, column: pa.Array) -> pa.Array:
        """Account names of the organisation's own list, as they are written there."""
        return _mapped(column, self._safe)

    def devices(self, column: pa.Array) -> pa.Array:
        """An array of devices."""
        return _mapped(column, self.device)

    def _masked(self, name: str) -> str:
        masked = mask_line(name)
        return name if masked == name else f"{masked}~{self._tokeniser.token('account', name)[:8]}"


def _short(device: str) -> str:
    name = device.strip().casefold()
    try:
        ip_address(name)
    except ValueError:
        return name.split(".", 1)[0]
    return name


def _mapped(column: pa.Array, name: Callable[[str], str | None]) -> pa.Array:
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    coded = pc.dictionary_encode(column.cast(pa.string()))
    if isinstance(coded, pa.ChunkedArray):
        return pa.array([], pa.string())
    return pa.array([name(v) for v in coded.dictionary.to_pylist()], pa.string()).take(coded.indices)
