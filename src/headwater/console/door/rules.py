"""How strict the door is: names of the server, times, sizes, how often somebody may knock."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from headwater.store.casebook.signing_in import RULES, Rules

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
KIB, MIB = 2**10, 2**20


@dataclass(frozen=True, slots=True)
class Sizes:
    """The largest bodies that are read, in bytes."""

    stranger: int = 16 * KIB
    """Of nobody who is signed in: a name and a password."""
    usual: int = 2 * MIB
    upload: int = 512 * MIB
    """Where a file is dropped."""


@dataclass(frozen=True, slots=True)
class Rates:
    """How often (in the notation of ``limits``: so many per so long)."""

    failures: str = "20 per minute"
    """Failed sign-ins from one address."""
    failures_of_day: str = "200 per day"
    failures_of_name: str = "10 per 15 minutes"
    """Failed sign-ins by one name, whether there is such an account or not."""
    failures_of_browser: str = "5 per 15 minutes"
    """Failed sign-ins to an account by a browser in which it was signed in to before; these count there alone."""
    strangers: str = "600 per minute"
    """Requests of one address that nobody is signed in for."""
    signed_in: str = "3000 per minute"
    """Requests of one session."""
    tokens: str = "6000 per minute"
    """Requests of one address by tokens of the API."""
    hashing: int = 2
    """So many passwords are looked at, at once: each costs memory and time on purpose."""
    providing: int = 4
    """So many are sent to the house's own sign-in or come back, at once: each waits for its answer."""
    waiting: int = 8
    """So many more wait for that; the others are told to come again."""


@dataclass(frozen=True, slots=True)
class Provider:
    """The house's own provider of OpenID Connect, and as whom the console is known to it."""

    issuer: str
    client_id: str
    client_secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class DoorRules:
    """The rules of one server's door."""

    names: tuple[str, ...] = LOOPBACK
    """Names by which browsers may call the server: another is refused, so that no foreign page leads here by its own name."""
    secure: bool = False
    """Whether every request must have come by TLS: on any address but this machine's own."""
    second_factor: bool = False
    """Whether everybody must have a second factor: who has none sets one up before anything else."""
    idle: timedelta = timedelta(minutes=60)
    """A session ends when nothing was done for so long."""
    signing: Rules = RULES
    sizes: Sizes = Sizes()
    rates: Rates = Rates()
    provider: Provider | None = None


AT_HOME = DoorRules()
"""On loopback."""
