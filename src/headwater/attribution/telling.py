"""Which kinds of identifiers and parts name a person alone, which few records share, and which fields they belong to."""

from __future__ import annotations

MENDED = "resident_id~mended"
"""What one change makes of a wrong resident id; it is compared with resident ids."""
SINGLE = (
    "mobile~3-4",
    "resident_id~4-4",
    "name~1+mobile~4",
    "name~1+resident_id~4",
    MENDED,
)
"""Weak kinds that few records share: each leads to candidates by itself."""
WEAK = ("name", "address", "address~local", "mobile~4", "resident_id~4", *SINGLE)
"""Kinds that do not name a person alone."""
TOLD_APART = (*WEAK, "mobile", "resident_id")
"""Kinds with a weight of their own; all other numbers count as one."""
OTHER = "number"
FIELDS = (
    ("name", "name~1+mobile~4", "name~1+resident_id~4"),
    ("mobile", "mobile~3-4", "mobile~4"),
    ("resident_id", "resident_id~4-4", "resident_id~4", MENDED),
    ("address", "address~local"),
)
"""What is said of one thing; every other number is a thing of its own."""
