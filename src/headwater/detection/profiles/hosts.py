"""Hosts of the outside: their bare names, and which of them are not the house's own."""

from __future__ import annotations

from typing import Any

import ibis

INSIDE = r"^(?:10|127|192\.168|172\.(?:1[6-9]|2\d|3[01])|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\.[\d.]+$"
"""Addresses that no public network routes (RFC 1918, RFC 6598), as proxies write them."""


def bare(host: Any) -> Any:
    """A host in small letters, without scheme, path and port."""
    lower = host.lower()
    name = lower.re_replace(r"^[a-z]+://", "").re_replace(r"[/?#].*$", "").re_replace(r":\d+$", "")
    return ibis.ifelse(lower.contains("/") | lower.contains(":"), name, lower)


def goes_out(host: Any) -> Any:
    """Whether a host is outside: a name without a dot is a machine of the house, and so is an inner address."""
    name = bare(host)
    return name.contains(".") & ~name.re_search(INSIDE)
