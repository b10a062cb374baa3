"""What an HTTP request asks for: request lines and targets taken apart into method, host and path."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from headwater.ingestion.columns import known, pieces
from headwater.model.tables import TEXT

_UNUSUAL = r"^(?P<method>[A-Z][A-Z_-]{1,23})\s+(?P<target>\S.*?)\s*(?:HTTP/[\d.]*)?$"  # spaces in it, or HTTP/0.9
_ABSOLUTE = r"^[A-Za-z][A-Za-z0-9+.-]*://(?P<site>[^/?#]*)(?P<path>.*)$"
_SITE = r"^(?:[^@]*@)?(?:\[(?P<six>[^\]]*)\]|(?P<host>[^:]*))(?::\d*)?$"
_AUTHORITY = r"^(?:\[(?P<six>[^\]]*)\]|(?P<host>[^/?#:\[\]]+)):\d{1,5}$"


def request_line(line: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Take ``GET /path HTTP/1.1`` apart into method and target; both null where it is no request."""
    words, (method, target, version) = pieces(line, " ", range(3))
    plain = pc.and_(pc.starts_with(version, "HTTP/"), pc.match_substring_regex(method, "^[A-Za-z_-]+$"))
    usual = pc.fill_null(pc.and_(pc.equal(words, 3), plain), False)
    missing = pc.invert(usual)
    if pc.any(missing).as_py():
        rest = pc.extract_regex(line.filter(missing), _UNUSUAL)
        method = pc.replace_with_mask(method, missing, pc.struct_field(rest, "method"))
        target = pc.replace_with_mask(target, missing, pc.struct_field(rest, "target"))
    return pc.utf8_upper(method), target


def split_target(target: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Take a target apart into host (lower case, without port) and path with its query.

    A path alone has no host: only a client that speaks to a proxy writes the whole address. ``host:443``, as CONNECT
    has it, has no path.
    """
    target = known(target)
    whole = pc.fill_null(pc.invert(pc.starts_with(target, "/")), False)
    host = pa.nulls(len(target), TEXT)
    if not pc.any(whole).as_py():
        return host, target
    rest = target.filter(whole)
    absolute = pc.extract_regex(rest, _ABSOLUTE)
    authority = pc.extract_regex(pc.if_else(pc.is_valid(absolute), pa.scalar(None, TEXT), rest), _AUTHORITY)
    path = pc.struct_field(absolute, "path")
    path = pc.if_else(pc.starts_with(path, "/"), path, pc.binary_join_element_wise("/", path, ""))
    path = pc.if_else(pc.is_valid(absolute), path, pc.if_else(pc.is_valid(authority), None, rest))
    sites = pc.struct_field(absolute, "site").dictionary_encode()  # few are distinct
    named = _host(pc.extract_regex(sites.dictionary, _SITE)).take(sites.indices)
    named = pc.coalesce(named, _host(authority))
    return pc.replace_with_mask(host, whole, named), pc.replace_with_mask(target, whole, path)


def host_of(column: pa.Array) -> pa.Array:
    """Give host names in lower case and without port or brackets, from a ``Host`` field."""
    bare = pc.replace_substring_regex(known(column), r"^\[([^\]]*)\](?::\d+)?$|^([^:\[\]]*)(?::\d+)$", r"\1\2")
    return known(pc.utf8_lower(bare))


def _host(parts: pa.StructArray) -> pa.Array:
    six, name = pc.struct_field(parts, "six"), pc.struct_field(parts, "host")
    return known(pc.utf8_lower(pc.if_else(pc.equal(six, ""), name, six)))
