"""What findings rest on: those of one family rest on the same things, and count once in an incident."""

from __future__ import annotations

from collections.abc import Mapping

from headwater.model.evidence import Finding

TOGETHER = "together"
"""The family of what ties several people to each other: it joins their stories, and is no part of anybody's own."""
FAMILY: Mapping[str, str] = {
    "bulk-read": "reading",
    "slow-reading": "reading",
    "unexplained-access": "reading",
    "unusual-list": "reading",
    "leaver": "reading",
    "personal-interest": "reading",
    "acquaintances": "closeness",
    "software": "reading",
    "after-departure": "name",
    "borrowed-account": "name",
    "hijacked-account": "name",
    "on-leave": "name",
    "two-places-at-once": "name",
    "canary": "reading",
    "forbidden-site": "sent",
    "beyond-entitlement": "rule",
    "staged-file": "kept",
    "outflow": "sent",
    "chain": "sent",
    "unusual-conduct": "conduct",
    "sigma-rules": "rule",
    "collusion": TOGETHER,
}
NAMING = frozenset(detector for detector, family in FAMILY.items() if family == "name")
"""Detectors that say under whose name something was done."""


def family_of(finding: Finding) -> str:
    """What the finding rests on: told by the finding itself, else by its detector."""
    return str(finding.details.get("family") or FAMILY.get(finding.detector, finding.detector))
