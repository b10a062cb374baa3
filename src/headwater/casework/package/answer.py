"""The part of a result that a package repeats in its manifest: findings with their lines, and the counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from headwater.model.exhibit import Rejected

CLOCKS = ("clock of", "时钟", "minute(s) behind", "minute(s) ahead")
"""Words of sentences that speak of clocks, in both languages (``casework/health.py``, ``network/notes.py``)."""


def exact(value: Any) -> Any:
    """A value without a fraction in binary: whole numbers stay, others become the text of their shortest form."""
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 2**53 else repr(value)
    if isinstance(value, Mapping):
        return {str(name): exact(each) for name, each in value.items()}
    return [exact(each) for each in value] if isinstance(value, list | tuple) else value


def findings(result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Each finding with the files and lines that it cites; what it says stands in ``files/result.json``."""
    return [
        {
            "id": finding["id"],
            "detector": finding["detector"],
            "from": finding["from"],
            "to": finding["to"],
            "bits": exact(finding["bits"]),
            "evidence": [{"source": e["source"], "line": e["line"]} for e in finding["evidence"]],
        }
        for finding in result["findings"]
    ]


def said_of_clocks(result: Mapping[str, Any]) -> list[str]:
    """What the result says of clocks that are off: those of logs, and those of phones against each other."""
    notes = [*result.get("limits", ()), *result.get("network", {}).get("notes", ())]
    return [note for note in notes if any(word in note for word in CLOCKS)]


def counts(result: Mapping[str, Any], rejected: Sequence[Rejected], key: str) -> dict[str, Any]:
    """How it was counted: low and high, by which key duplicates are known, and what was set aside, by reason.

    :param key: the fingerprint of the workspace's key, which names the salt and gives nothing of it away
    """
    reasons = Counter(r.reason for r in rejected)
    wanted = ("suspect", "insider", "grade", "low", "high", "items", "gains", "rule_set", "verified")
    return {
        "tally": [{name: exact(each.get(name)) for name in wanted} for each in result["tally"]],
        "duplicates": {
            "by": "token of the normal form of an identifier: BLAKE2b keyed with the workspace's key, 128 bits",
            "key": key,
        },
        "rejected": [{"reason": reason, "lines": reasons[reason]} for reason in sorted(reasons)],
        "totals": exact(dict(result["read"]["totals"])),
    }
