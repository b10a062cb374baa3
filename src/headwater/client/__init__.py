"""A small client of the console's REST, for programs: cases, findings, alerts, verdicts, jobs, uploads.

``from headwater.client import Console``

It knows nothing of the rest of Headwater, and needs httpx2 alone.
"""

from headwater.client.alerts import Alert
from headwater.client.console import CaseClient, Console
from headwater.client.errors import (
    BusyError,
    ClientError,
    ConflictError,
    NotAllowedError,
    NotFoundError,
    NotSignedInError,
    UnreachableError,
)
from headwater.client.hooks import HookError, Received, received
from headwater.client.jobs import Job
from headwater.client.shown import Link, Row, TablePart

__all__ = [
    "Alert",
    "BusyError",
    "CaseClient",
    "ClientError",
    "ConflictError",
    "Console",
    "HookError",
    "Job",
    "Link",
    "NotAllowedError",
    "NotFoundError",
    "NotSignedInError",
    "Received",
    "Row",
    "TablePart",
    "UnreachableError",
    "received",
]
