"""Messages for people, by mail and to chats, through Apprise."""

from __future__ import annotations

import logging
import re
from datetime import date
from ipaddress import ip_address
from urllib.parse import urlsplit

from headwater.console.telling.guarding import Reach, Resolve, resolved
from headwater.console.telling.hooks import TRIED, Hook, Message
from headwater.investigation.notifying import Bell
from headwater.model.alert import Alert
from headwater.model.errors import CaseError
from headwater.model.evidence import PersonOdds
from headwater.model.words import Text

_ANOTHER = re.compile(r"[\s,;][a-z0-9]+://", re.I)


def ring(hook: Hook, message: Message, allowed: Reach, resolve: Resolve = resolved) -> bool:
    """Tell people of a message; false when the address could not be reached.

    :raises CaseError: when Apprise is not installed or knows no such address, or it leads where the house does not allow
    """
    insist(hook.address, allowed, resolve)
    bell = _bell(hook.address)
    if message.kind == TRIED:
        said = message.told["said"]
        return bell.warn([Text(said["en"], said["zh"])], hook.lang)
    return bell.ring([_alert(message)], hook.lang)


def insist(address: str, allowed: Reach, resolve: Resolve = resolved) -> None:
    """Insist that an address of Apprise does not lead into a network that the house does not name.

    What stands where a host would may be a word of a service (``slack://TOKEN``); what is no host of ours is not looked
    at. Apprise looks a name up again when it sends: unlike web hooks, this keeps out mistakes, not an administrator.

    :raises CaseError: when it does, or is several addresses, of which Apprise would take each
    """
    if _ANOTHER.search(address):
        raise CaseError("is several addresses: add a hook for each")
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:
        host = ""
    try:
        found = [ip_address(text.partition("%")[0]) for text in resolve(host, 443)] if host else []
    except (OSError, ValueError, UnicodeError):
        return
    if not all(allowed.allows(each) for each in found):
        raise CaseError("the address leads into a network that the house's settings do not name")


def insist_known(address: str, allowed: Reach) -> None:
    """Insist that Apprise knows an address, and that it leads where the house allows.

    :raises CaseError: where it does not, or Apprise is not installed
    """
    insist(address, allowed)
    _bell(address)


def _bell(address: str) -> Bell:
    """What rings there. Apprise writes addresses into its log, and they hold passwords: it says nothing here."""
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
    try:
        return Bell([address])
    except CaseError as error:
        known = error.__cause__ is None
        raise CaseError("Apprise knows no such address" if known else "needs the extra: headwater[notify]") from None


def _alert(message: Message) -> Alert:
    """As much of an alert as its line needs."""
    told = message.told
    title = Text(told["title"]["en"], told["title"]["zh"])
    return Alert(
        id=told["id"],
        raised=date.fromisoformat(told["raised"]),
        updated=date.fromisoformat(told["updated"]),
        released=date.fromisoformat(told["released"]) if told["released"] else None,
        lane=told["lane"],
        title=title,
        accounts=tuple(told["accounts"]),
        people=tuple(PersonOdds(e, 1.0, 0.0) for e in told["employees"]),
        detectors=tuple(told["detectors"]),
        bits=told["bits"],
        starts=date.fromisoformat(told["from"]),
        ends=date.fromisoformat(told["to"]),
        subjects=told["subjects"],
        statements=(),
        clears=(),
        about=(),
    )
