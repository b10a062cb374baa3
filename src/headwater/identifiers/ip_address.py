"""Internet address, version 4 or 6, of a network that can be anybody's.

Addresses of private networks, of the machine itself, of groups and of nobody name no person and are not valid here;
those of documentation (192.0.2.0/24 and its like) are: whoever made a test with them wants to see them found.

>>> validate("192.0.2.130"), validate("2001:DB8:0::1")
('192.0.2.130', '2001:db8::1')
>>> mask("192.0.2.130"), is_valid("192.168.1.1")
('192.0.*.*', False)
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pyarrow as pa
import pyarrow.compute as pc

from headwater.identifiers import normal
from headwater.identifiers.errors import InvalidIdentifierError, NobodysError, WrongShapeError

_SHAPE = "^(?:[0-9]{1,3}(?:\\.[0-9]{1,3}){3}|[0-9a-fA-F:]{2,39}(?:(?:[0-9]{1,3}\\.){3}[0-9]{1,3})?)$"
_NOBODYS = tuple(
    ip_network(net)
    for net in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.168.0.0/16", "224.0.0.0/4", "240.0.0.0/4", "::/127", "fc00::/7", "fe80::/10", "ff00::/8"),
    )
)


def compact(text: str) -> str:
    """Give the address as it is commonly written, in small letters, without surrounding spaces."""
    plain = normal.narrow(text).strip(" \t\r\n\f\v[]'\"")
    read = _read(plain)
    return plain if read is None else str(read)


def _read(plain: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(plain) if "%" not in plain else None
    except ValueError:
        return None


def validate(text: str) -> str:
    """Give the normal form, or raise an error that says what is wrong."""
    read = _read(compact(text))
    if read is None:
        raise WrongShapeError("an internet address has four numbers up to 255, or up to eight groups of hexadecimals")
    if any(read.version == net.version and read in net for net in _NOBODYS):
        raise NobodysError("the internet address is one of a private network, of a group or of nobody")
    return str(read)


def is_valid(text: str) -> bool:
    """Tell whether the text is an internet address that can be a person's."""
    try:
        validate(text)
    except InvalidIdentifierError:
        return False
    return True


def mask(text: str) -> str:
    """Show the first two numbers of the network only."""
    plain = compact(text)
    read = _read(plain)
    if read is None:
        return "*" * len(plain)
    mark = "." if read.version == 4 else ":"
    return mark.join([*read.exploded.split(mark)[:2], "*", "*"])


def compact_array(values: pa.Array) -> pa.Array:
    """Give the normal form of every value of a string array, null where it is not valid."""
    trimmed = pc.utf8_trim(normal.narrow_array(values), characters=" \t\r\n\f\v[]'\"")
    shaped = normal.keep(trimmed, normal.matching(trimmed, _SHAPE))
    return pa.array([compact(text) if text and is_valid(text) else None for text in shaped.to_pylist()], pa.string())
