"""What is said of rows that are perhaps ours: they are counted apart, and nobody is held to account for them."""

from __future__ import annotations

from dataclasses import replace

from headwater.attribution.matching import Matched
from headwater.model.attribution import Leak
from headwater.model.words import Text


def doubted(leak: Leak, matched: Matched) -> Leak:
    """Give a leak with its rows that are perhaps ours counted apart from those that are not, and a note of them."""
    count = min(matched.perhaps(leak.leak), leak.not_ours)
    if not count:
        return leak
    note = Text(
        f"{count:,} further rows are perhaps ours: what they show of a person (masked or cut short) fits a record of ours, "
        "but others' as well, or several records alike. They are laid to nobody.",
        f"另有 {count:,} 行可能属于本机构：其所示信息（打码或截短）与本机构某条记录相符，但也可能属于他人，"
        "或同样符合多条记录。这些行不归于任何人。",
    )
    return replace(leak, perhaps=count, not_ours=leak.not_ours - count, notes=(*leak.notes, note))
