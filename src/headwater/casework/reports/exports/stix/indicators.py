"""What other houses can look for: digests of files that went round, and hosts that data was sent to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

from headwater.casework.reports.exports.moments import moment, zone_of
from headwater.casework.reports.graphs.stix_things import Maker, Thing, observable, stamp
from headwater.casework.reports.records import records

_DIGEST = re.compile(r"[0-9a-f]{64}")
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
        indicator_types=["compromised" if "hashes" in sign.seen else "anomalous-activity"],
        pattern=sign.pattern,
        pattern_type="stix",
        valid_from=sign.span[0] if sign.span else maker.made,
    )


def _files(result: Mapping[str, Any]) -> dict[str, Sign]:
    """Leaked files, and those that lay with holders; a list that was sold as well keeps the time of its sale."""
    digests = {str(f["path"]): str(f.get("sha256") or "") for f in records(result["read"]["files"])}
    leaks = {str(leak["leak"]) for leak in result["attribution"]}
    held = {path for holding in result["holdings"] for path in paths_of(holding)}
    sold = _lists(result)
    found = {p: digests[p] for p in sorted(leaks | held) if _DIGEST.fullmatch(digests.get(p, ""))}
    return {p: sold.get(d) or _digest(d, "File with leaked personal data", None) for p, d in found.items()}


def _lists(result: Mapping[str, Any]) -> dict[str, Sign]:
    found: dict[str, Sign] = {}
    times: dict[str, list[str]] = {}
    for sale in records(result["network"].get("sales")):
        digest, when = str(sale.get("digest") or ""), moment(sale.get("time"), zone_of(result))
        if _DIGEST.fullmatch(digest):
            times.setdefault(digest, []).extend([stamp(when)] if when else [])
            span = (min(times[digest]), max(times[digest])) if times[digest] else None
            found[digest] = _digest(digest, "List of personal data that was sold", span)
    return found


def _digest(digest: str, what: str, span: tuple[str, str] | None) -> Sign:
    seen = observable("file", hashes={"SHA-256": digest})
    return Sign(digest, f"[file:hashes.'SHA-256' = '{digest}']", seen, what, span)


def _hosts(result: Mapping[str, Any]) -> dict[str, Sign]:
    found: dict[str, Sign] = {}
    for incident in result["incidents"]:
        ends = [moment(incident["from"]), moment(incident["to"])]
        times = sorted(stamp(when) for when in ends if when)
        for sent in records(incident.get("channel")):
            key = str(sent["host"])
            host, before = key.partition(":")[0], found.get(key)
            if not times or not _HOST.fullmatch(host):
                continue
            all_times = [*times, *(before.span if before and before.span else ())]
            kind, what = _kind(host), "Host that data was sent to"
            pattern, span = f"[{kind}:value = '{host}']", (min(all_times), max(all_times))
            found[key] = Sign(host, pattern, observable(kind, value=host), what, span)
    return found


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
