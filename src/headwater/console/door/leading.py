"""Where a browser is led on: to an address of our own, and nowhere else."""

from __future__ import annotations


def local(to: str) -> str:
    """An address of our own, the first page where it is none. Browsers leave tabs and line ends out of addresses.

    >>> local("/cases?q=1"), local("//example.com"), local("/\\t/example.com"), local("https://example.com")
    ('/cases?q=1', '/', '/', '/')
    """
    plain = to.startswith("/") and not to.startswith("//") and to.isprintable() and "\\" not in to
    return to if plain else "/"
