"""Telling somebody that there is a new alert: by mail, to a chat, to a web hook, through Apprise.

What leaves the house is the pseudonymous list alone. Apprise is an extra (``pip install 'headwater[notify]'``): nothing else in
the program can reach a network, and nothing is sent unless an address is given.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Sequence
from typing import Any

from headwater.casework.reports.visible import visible
from headwater.model.alert import Alert
from headwater.model.errors import CaseError
from headwater.model.words import Lang, Text

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
        """Send what is new or has grown; false when an address could not be reached. ``alerts`` must be veiled."""
        title = f"Headwater: {len(alerts)} 条警报" if lang == "zh" else f"Headwater: {len(alerts)} alert(s)"
        return not alerts or self._sent(title, [line(a, lang) for a in alerts])

    def warn(self, troubles: Sequence[Text], lang: Lang) -> bool:
        """Send which detectors see nothing; false when an address could not be reached."""
        title = "Headwater：有检测器未能工作" if lang == "zh" else "Headwater: some detectors see nothing"
        return not troubles or self._sent(title, [t.said(lang) for t in troubles])

    def _sent(self, title: str, lines: Sequence[str]) -> bool:
        if self._bell is None:
            return True
        sent = bool(self._bell.notify(title=title, body="\n".join(lines)))
        if not sent:
            _log.warning("some notifications could not be sent; they are kept, and sent with the next")
        return sent


def line(alert: Alert, lang: Lang) -> str:
    """One alert on one line, however hostile the names in it. The bits are those after the prior."""
    bits = f"计入先验后 {alert.bits:+.1f} 比特" if lang == "zh" else f"{alert.bits:+.1f} bits after the prior"
    return visible(f"{alert.id} {alert.raised} [{alert.lane}] {bits}: {alert.title.said(lang)}")


def troubles(blind: Sequence[tuple[str, str]], broken: Sequence[tuple[str, str]]) -> tuple[Text, ...]:
    """Which detectors see nothing, and why, in words that may leave the house: an error's own text may hold a name."""
    told = [
        Text(f"detector {visible(name)} failed: {_kind(why)}", f"检测器 {visible(name)} 出错：{_kind(why)}")
        for name, why in broken
    ]
    told += [
        Text(
            f"detector {visible(name)} is blind without: {visible(why)}",
            f"检测器 {visible(name)} 缺少数据：{visible(why)}",
        )
        for name, why in blind
    ]
    return tuple(sorted(set(told), key=lambda t: t.en))


def _kind(why: str) -> str:
    """The kind of an error, without its text."""
    kind = why.split(":", 1)[0]
    return kind if kind.isidentifier() else "see the log of the run"


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
