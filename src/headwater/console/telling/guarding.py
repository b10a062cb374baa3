"""Which addresses the server may speak to: public ones, and those of the house that its settings name.

Whoever may enter a hook could else make the server ask what only the server can reach: the host itself, neighbours,
a cloud's description of the machine. Names are resolved once and every address of theirs must be allowed; the message goes to
an address that was looked at, so that a name which resolves to another one a moment later gains nothing.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from headwater.model.errors import CaseError, SettingsError

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Sequence[str]]

_TRANSLATED = ip_network("64:ff9b::/96")
"""Addresses behind which a translator puts one of IPv4 (RFC 6052). Those of a house's own translator (RFC 8215) hold it at a
place that only the house knows: they count as its own network."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What of the house's own networks may be spoken to, and whether in the clear; nothing where nothing is said."""

    networks: tuple[IPv4Network | IPv6Network, ...] = ()
    plain: bool = False
    """Whether ``http://`` may be used; it always may towards a network that is named."""

    def allows(self, address: Address) -> bool:
        """Whether an address is public, or in a network that is named."""
        inner = _inner(address)
        named = any(a.version == n.version and a in n for n in self.networks for a in {address, inner})
        return named or (_is_public(address) and _is_public(inner))

    def names(self, address: Address) -> bool:
        """Whether an address is in a network that is named."""
        return any(a.version == n.version and a in n for n in self.networks for a in {address, _inner(address)})


def reach(networks: Sequence[str], plain: bool = False) -> Reach:
    """What a house allows, from its settings.

    :raises SettingsError: when something is no network

    >>> reach(["10.1.0.0/16"]).allows(ip_address("10.1.2.3")), reach([]).allows(ip_address("10.1.2.3"))
    (True, False)
    """
    try:
        return Reach(tuple(ip_network(network) for network in networks), plain)
    except ValueError as error:
        raise SettingsError(f"is no network: {error}; write for example 10.1.2.0/24", "[telling] networks") from None


@dataclass(frozen=True, slots=True)
class Target:
    """Where a message goes: the address as it was entered, taken apart, and the one that was looked at."""

    scheme: str
    host: str
    port: int
    path: str
    address: str

    @property
    def authority(self) -> str:
        """Host and port as the receiver knows itself."""
        usual = {"https": 443, "http": 80}[self.scheme]
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == usual else f"{host}:{self.port}"


def resolved(host: str, port: int) -> Sequence[str]:
    """Every address of a name, as the system knows it."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(place[4][0]) for place in found))


def target(url: str, allowed: Reach, resolve: Resolve = resolved) -> Target:
    """Where a message to this address goes.

    :raises CaseError: when it is no address of the web, or leads where the house does not allow; the address, which may
        hold a secret, is not in the message
    """
    parts = _parted(url)
    host, port = str(parts.hostname), parts.port or (443 if parts.scheme == "https" else 80)
    addresses = looked_at(host, port, allowed, resolve)
    if parts.scheme == "http" and not (allowed.plain or all(allowed.names(a) for a in addresses)):
        raise CaseError("the address must begin with https://: what is told may not be read on the way")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, host, port, path, str(addresses[0]))


def looked_at(host: str, port: int, allowed: Reach, resolve: Resolve = resolved) -> Sequence[Address]:
    """The addresses of a host, when every one of them is allowed.

    :raises CaseError: when there is none, or one that is not allowed
    """
    try:
        found = [ip_address(text.partition("%")[0]) for text in resolve(host, port)]
    except (OSError, ValueError, UnicodeError):
        found = []
    if not found:
        raise CaseError("the address's host is not known")
    if not all(allowed.allows(address) for address in found):
        raise CaseError("the address leads into a network that the house's settings do not name")
    return found


def _parted(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError:
        usable = None
    if not usable or parts.username is not None or not url.isascii() or any(c.isspace() for c in url):
        raise CaseError("is no address for a web hook; write for example https://siem.example.com/headwater")
    return parts


def _inner(address: Address) -> Address:
    """The address of IPv4 that one of IPv6 stands for, or the address itself."""
    if isinstance(address, IPv4Address):
        return address
    if address in _TRANSLATED:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1] or address


def _is_public(address: Address) -> bool:
    mapped = isinstance(address, IPv6Address) and (address.ipv4_mapped is not None or address in _TRANSLATED)
    return mapped or (address.is_global and not address.is_multicast and not address.is_reserved)
