"""The prime-order group ristretto255 (RFC 9496) by libsodium, and the integers modulo its order.

Points and scalars are 32 bytes each, as the RFC encodes them. The library works on one point a call and lets go of the
interpreter's lock meanwhile; there is no call for many.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from headwater.exchange.errors import MissingPartError, TamperedError

ORDER = 2**252 + 27742317777372353535851937790883648493
"""How many points the group has; scalars are integers below it, little-endian."""
POINT_BYTES = 32
SCALAR_BYTES = 32
_NO_POINT = "an element is no point of the group"


@cache
def _library() -> Any:
    try:
        import rbcl  # takes a tenth of a second: only who matches pays it
    except ImportError as error:
        raise MissingPartError("private matching needs the extra: install headwater[match]") from error
    except OSError as error:  # its copy of libsodium goes through the folder for temporary files
        raise MissingPartError(
            "libsodium cannot be loaded: nothing in the folder for temporary files may run"
        ) from error
    if os.name == "posix":  # rbcl lays its copy of libsodium aside at each start and leaves it there
        Path(import_module("rbcl._sodium").lib_path).unlink(missing_ok=True)
    return rbcl


def point_from_hash(uniform: bytes) -> bytes:
    """Map 64 uniform bytes to a point (RFC 9496 section 4.3.4)."""
    return bytes(_library().crypto_core_ristretto255_from_hash(uniform))


def multiple(scalar: int, point: bytes) -> bytes:
    """Give ``scalar`` times ``point``.

    :raises TamperedError: when the bytes are no point, or the product is the neutral element
    """
    return multiples([encode(scalar)], [point])[0]


def multiples(scalars: Sequence[bytes], points: Sequence[bytes]) -> list[bytes]:
    """Multiply each point by its scalar (encoded).

    :raises TamperedError: as :func:`multiple`
    """
    multiply = _library().crypto_scalarmult_ristretto255
    try:
        return [multiply(scalar, point) for scalar, point in zip(scalars, points, strict=True)]
    except (RuntimeError, TypeError, ValueError) as error:
        raise TamperedError(_NO_POINT) from error


def base_multiple(scalar: int) -> bytes:
    """Give ``scalar`` times the generator.

    :raises TamperedError: when the scalar is zero
    """
    try:
        return bytes(_library().crypto_scalarmult_ristretto255_base(encode(scalar)))
    except RuntimeError as error:
        raise TamperedError(_NO_POINT) from error


def total(points: Sequence[bytes]) -> bytes:
    """Add points up; at least one."""
    add = _library().crypto_core_ristretto255_add
    result = points[0]
    try:
        for point in points[1:]:
            result = add(result, point)
    except (RuntimeError, TypeError, ValueError) as error:
        raise TamperedError(_NO_POINT) from error
    return bytes(result)


def is_point(data: bytes) -> bool:
    """Tell whether 32 bytes are the encoding of a point other than the neutral element."""
    return any(data) and bool(_library().crypto_core_ristretto255_is_valid_point(data))


def encode(scalar: int) -> bytes:
    """Write a scalar as 32 bytes, little-endian."""
    return (scalar % ORDER).to_bytes(SCALAR_BYTES, "little")


def decode(data: bytes) -> int:
    """Read a scalar.

    :raises TamperedError: when the bytes are not the one encoding of a scalar
    """
    value = int.from_bytes(data, "little")
    if len(data) != SCALAR_BYTES or value >= ORDER:
        raise TamperedError("a number is no scalar of the group")
    return value


def reduce(uniform: bytes) -> int:
    """Give the scalar of 64 uniform bytes: their value modulo the order."""
    return int.from_bytes(uniform, "little") % ORDER


def random_scalar() -> int:
    """Draw a scalar other than zero from the system's randomness."""
    while not (value := reduce(os.urandom(64))):
        continue
    return value


def inverses(scalars: Sequence[int]) -> list[int]:
    """Invert scalars other than zero, all by one inversion and three multiplications each (Montgomery 1987)."""
    products = [1]
    for scalar in scalars:
        products.append(products[-1] * scalar % ORDER)
    rest = pow(products[-1], -1, ORDER)
    found = [0] * len(scalars)
    for place in range(len(scalars) - 1, -1, -1):
        found[place] = rest * products[place] % ORDER
        rest = rest * scalars[place] % ORDER
    return found
