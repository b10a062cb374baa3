"""The crimes that a world can hold, each with its parameters. Days are shares of the span."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BorrowedAccount:
    """Sales people use the database account of a departed colleague, from their own machines.

    ``share`` of all clients is read by ranges of ``chunk`` keys on ``days`` working days each; what is read is kept in
    spreadsheets and, if ``send``, posted to the chat of a shop whose site the house permits.
    """

    users: int = 2
    share: float = 0.3
    days: int = 8
    chunk: int = 60
    begins: float = 0.3
    ends: float = 0.95
    lender_left_days_before: int = 75
    send: bool = True
    kept: float = 0.85  # share of the taken rows that is still on the takers' disks
    kind: str = "borrowed-account"


@dataclass(frozen=True, slots=True)
class SlowDrip:
    """A salesman opens a few more records a day than his work asks for, day after day, and copies them out."""

    extra_per_day: int = 14
    begins: float = 0.1
    ends: float = 1.0
    kept: float = 0.9
    kind: str = "slow-drip"


@dataclass(frozen=True, slots=True)
class LookupForHire:
    """A service clerk looks up single people for a buyer: a name search, one record, and out; nothing is exported."""

    per_day: float = 3.0
    begins: float = 0.2
    ends: float = 1.0
    kind: str = "lookup-for-hire"


@dataclass(frozen=True, slots=True)
class Leaver:
    """A salesman who has given notice reads his colleagues' books in his last days and carries them off on a stick."""

    notice: float = 0.6
    notice_days: int = 14
    share: float = 0.12
    kept: float = 1.0
    kind: str = "leaver"


@dataclass(frozen=True, slots=True)
class ScrapingPartner:
    """A partner's interface account, meant for single look-ups, walks through the client numbers by night."""

    nights: int = 6
    per_night: int = 250
    begins: float = 0.5
    kind: str = "scraping-partner"


@dataclass(frozen=True, slots=True)
class HijackedAccount:
    """A stranger with a clerk's password reads records from a foreign address after some failed log-ons."""

    nights: int = 3
    per_night: int = 180
    begins: float = 0.4
    kind: str = "hijacked-account"


Scenario = BorrowedAccount | SlowDrip | LookupForHire | Leaver | ScrapingPartner | HijackedAccount
