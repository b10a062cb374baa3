"""What other houses can look for: digests of files that went round, and hosts that data was sent to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from itertools import filterfalse
from typing import Any

from headwater.casework.reports.exports.moments import moment, zone_of
from headwater.casework.reports.graphs.stix_things import Maker, Thing, observable, stamp
from headwater.casework.reports.records import records
from headwater.casework.reports.settled import is_settled

_DIGEST = re.compile(r"[0-9a-f]{64}")
LEAKED, HELD = "File with leaked personal data", "File with personal data that was found with a holder"
SOLD, HOST = "List of personal data that was sold", "Host that data was sent to"
_KINDS = {LEAKED: "compromised", SOLD: "compromised", HELD: "unknown"}
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing to look for: what names it (a digest or a host, never a path), the observable, what it is, and when it was seen."""

    name: str
    pattern: str
    seen: Thing
    what: str
    span: tuple[str, str] | None


def signs(result: Mapping[str, Any]) -> dict[str, Sign]:
    """Everything to look for, by where the result tells of it (a path, a host, a digest)."""
    return {**_lists(result), **_files(result), **_hosts(result)}


def indicator(maker: Maker, sign: Sign) -> Thing:
    """The indicator of a sign."""
    return maker.thing(
        "indicator",
        sign.name,
        name=sign.what,
        indicator_types=[_KINDS.get(sign.what, "anomalous-activity")],
        pattern=sign.pattern,
        pattern_type="stix",
        valid_from=sign.span[0] if sign.span else maker.made,
    )


def _files(result: Mapping[str, Any]) -> dict[str, Sign]:
    """Leaked files with rows of protected data, and those that lay with holders; a list that was sold as well keeps the time of its sale.

    That a file lay with somebody does not make it a leaked one: that is said of those alone in which protected data was found.
    """
    digests = {str(f["path"]): str(f.get("sha256") or "") for f in records(result["read"]["files"])}
    leaks = {str(leak["leak"]) for leak in result["attribution"] if leak["ours"]}
    held = {path for holding in result["holdings"] for path in paths_of(holding)}
    sold = _lists(result)
    found = {p: digests[p] for p in sorted(leaks | held) if _DIGEST.fullmatch(digests.get(p, ""))}
    what = {p: LEAKED if p in leaks else HELD for p in found}
    return {p: sold.get(d) or _digest(d, what[p], None) for p, d in found.items()}


def _lists(result: Mapping[str, Any]) -> dict[str, Sign]:
    found: dict[str, Sign] = {}
    times: dict[str, list[str]] = {}
    for sale in records(result["network"].get("sales")):
        digest, when = str(sale.get("digest") or ""), moment(sale.get("time"), zone_of(result))
        if _DIGEST.fullmatch(digest):
            times.setdefault(digest, []).extend([stamp(when)] if when else [])
            span = (min(times[digest]), max(times[digest])) if times[digest] else None
            found[digest] = _digest(digest, SOLD, span)
    return found


def _digest(digest: str, what: str, span: tuple[str, str] | None) -> Sign:
    seen = observable("file", hashes={"SHA-256": digest})
    return Sign(digest, f"[file:hashes.'SHA-256' = '{digest}']", seen, what, span)


def _hosts(result: Mapping[str, Any]) -> dict[str, Sign]:
    """Hosts of incidents that stand: of one that people explained or refuted nothing is to be looked for elsewhere."""
    found: dict[str, Sign] = {}
    for incident in filterfalse(is_settled, result["incidents"]):
        ends = [moment(incident[end], zone_of(result)) for end in ("from", "to")]
        times = sorted(stamp(when) for when in ends if when)
        for sent in records(incident.get("channel")):
            key = str(sent["host"])
            host, before = _without_port(key), found.get(key)
            if not times or not (_HOST.fullmatch(host) or _kind(host) != "domain-name"):
                continue
            all_times = [*times, *(before.span if before and before.span else ())]
            kind, span = _kind(host), (min(all_times), max(all_times))
            found[key] = Sign(host, f"[{kind}:value = '{host}']", observable(kind, value=host), HOST, span)
    return found


def _without_port(told: str) -> str:
    """A host by itself.

    >>> _without_port("a.example:8443"), _without_port("[2001:db8::1]:443"), _without_port("2001:db8::1")
    ('a.example', '2001:db8::1', '2001:db8::1')
    """
    if told.startswith("["):
        return told[1:].partition("]")[0]
    return told.partition(":")[0] if told.count(":") == 1 else told


def _kind(host: str) -> str:
    try:
        return f"ipv{ip_address(host).version}-addr"
    except ValueError:
        return "domain-name"


def paths_of(holding: Mapping[str, Any]) -> list[str]:
    """The files of a holding, however the result lists them."""
    files = holding.get("files")
    if isinstance(files, str) or not isinstance(files, list | tuple):
        return []
    return [str(f.get("path") if isinstance(f, Mapping) else f) for f in files]
