"""Telling somebody that there is a new alert: by mail, to a chat, to a web hook, through Apprise.

What leaves the house is the pseudonymous list alone. Apprise is an extra (``pip install 'headwater[notify]'``): nothing else in
the program can reach a network, and nothing is sent unless an address is given.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Sequence
from typing import Any

from headwater.model.alert import Alert
from headwater.model.errors import CaseError
from headwater.model.words import Lang

_log = logging.getLogger(__name__)


class Bell:
    """Sends lists of alerts to addresses such as ``mailto://…``, ``json://…`` or ``slack://…``."""

    def __init__(self, addresses: Sequence[str]) -> None:
        bell: Any = _apprise().Apprise() if addresses else None
        self._bell = bell
        for place, address in enumerate(addresses, 1):
            if not _added(bell, address):
                # the address may hold a password: its place is said, not its text
                raise CaseError(f"--notify number {place} is no address that Apprise knows")

    def ring(self, alerts: Sequence[Alert], lang: Lang) -> bool:
        """Send what is new; false when an address could not be reached. ``alerts`` must be veiled."""
        if self._bell is None or not alerts:
            return True
        title = f"Headwater: {len(alerts)} 条新警报" if lang == "zh" else f"Headwater: {len(alerts)} new alert(s)"
        sent = bool(self._bell.notify(title=title, body="\n".join(line(a, lang) for a in alerts)))
        if not sent:
            _log.warning("some notifications could not be sent; the alerts are kept")
        return sent


def line(alert: Alert, lang: Lang) -> str:
    """One alert on one line."""
    return f"{alert.id} {alert.raised} [{alert.lane}] {alert.bits:.1f} bits: {alert.title.said(lang)}"


def _added(bell: Any, address: str) -> bool:
    """Whether Apprise takes the address. What its plug-ins import, old modules among it, is loaded by the first one."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return bool(bell.add(address))


def _apprise() -> Any:
    try:
        import apprise
    except ImportError as error:
        raise CaseError("--notify needs the extra: pip install 'headwater[notify]'") from error
    return apprise
