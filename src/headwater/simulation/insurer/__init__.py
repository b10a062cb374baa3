"""A made insurer: ordinary life of an office, and crimes in it that can be switched on.

``make_case`` writes a case folder and, beside it, the truth of what happened.
"""

from headwater.simulation.insurer.habits import CRIME_FREE, Formats, Habits, LeakedFile
from headwater.simulation.insurer.make import make_case
from headwater.simulation.insurer.scenarios import (
    BorrowedAccount,
    HijackedAccount,
    Leaver,
    LookupForHire,
    ScrapingPartner,
    SlowDrip,
)
from headwater.simulation.insurer.truth import Truth

__all__ = [
    "CRIME_FREE",
    "BorrowedAccount",
    "Formats",
    "Habits",
    "HijackedAccount",
    "LeakedFile",
    "Leaver",
    "LookupForHire",
    "ScrapingPartner",
    "SlowDrip",
    "Truth",
    "make_case",
]
