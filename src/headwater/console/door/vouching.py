"""What the door and a provider of sign-ins speak of; the flow itself (:mod:`headwater.console.door.providing`) is an extra."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from headwater.model.errors import CaseError

PATH = "/sign-in/provider"
BACK = f"{PATH}/back"
COOKIE = "headwater-provider"
HOLDS = timedelta(minutes=10)
"""So long somebody may take to sign in at the provider."""


class ProviderError(CaseError):
    """The provider gave no answer that can be believed."""


@dataclass(frozen=True, slots=True)
class Begun:
    """Where the browser is sent, and the cookie that it keeps until it comes back."""

    address: str
    cookie: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Vouched:
    """For whom the provider vouches; where to go on, and whose ticket was shown where an account is to be joined."""

    issuer: str
    subject: str
    to: str
    ticket: str = field(repr=False)
